"""What a directory sees, and how it is found."""
