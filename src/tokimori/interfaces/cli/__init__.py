"""Commands that bring facts in."""
