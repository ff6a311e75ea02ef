"""Letters: what puts one into the outbox, and what sends it."""
