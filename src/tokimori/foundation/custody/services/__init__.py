"""What is done with keys, each act with its event."""
