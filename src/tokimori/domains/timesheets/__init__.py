"""Days calculated from punches, months made of days."""
