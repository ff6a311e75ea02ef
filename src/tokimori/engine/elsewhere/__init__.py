"""What rule packs of other countries are made of: thresholds, tiers, windows, rests and rounding, by configuration."""
