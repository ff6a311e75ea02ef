"""The ring of keys that a process holds, and how keys are made."""
