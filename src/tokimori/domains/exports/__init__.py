"""Files for payroll, made from sealed periods."""
