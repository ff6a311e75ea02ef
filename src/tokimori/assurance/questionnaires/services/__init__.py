"""Acts on questionnaires."""
