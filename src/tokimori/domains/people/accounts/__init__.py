"""The accounts of employees: made one by one or from a file, closed when their time here is over."""
