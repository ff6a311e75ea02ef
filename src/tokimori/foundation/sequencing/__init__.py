"""The sequencer: a process that gives every event its place in its log, has the logs signed, and changes nothing."""
