"""Submit, return, approve."""
