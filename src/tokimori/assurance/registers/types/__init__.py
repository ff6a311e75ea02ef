"""The kinds of entries, each a small declaration."""
