"""A company's own edition of the sheet: the published one, with its own values, signed in its own log."""
