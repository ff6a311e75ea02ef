"""Acts about the second person: what is decided by two, what was proposed, which reset is confirmed."""
