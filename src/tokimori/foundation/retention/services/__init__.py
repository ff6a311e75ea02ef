"""What is done about old records, each act with its event."""
