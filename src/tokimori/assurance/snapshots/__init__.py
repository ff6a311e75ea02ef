"""The sheet at a moment, published: one canonical value, its files in many formats, and the leaf that commits to them."""
