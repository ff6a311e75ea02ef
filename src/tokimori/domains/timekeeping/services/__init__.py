"""What happens to punches: one function for each act."""
