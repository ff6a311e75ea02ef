"""What the provider's people see of the sheet: what is red and why, what expires, what is to be done, and who is told."""
