"""What happens to periods: one function for each act."""
