"""The page of all columns."""
