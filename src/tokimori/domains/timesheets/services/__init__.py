"""What happens to timesheets: one function for each act."""
