"""What is read of the registers."""
