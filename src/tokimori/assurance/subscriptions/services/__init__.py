"""What is done about subscriptions: ask, confirm, end, tell."""
