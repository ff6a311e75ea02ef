"""What happens to accounts, sessions and tokens: one function for each act."""
