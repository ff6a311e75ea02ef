"""What entries of the registers say about rows of the sheet."""
