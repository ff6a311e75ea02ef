"""What is done about snapshots: publish, share, let others subscribe."""
