"""What was written down of the sheet over time: since when rows stand so, and how many stood how on a day."""
