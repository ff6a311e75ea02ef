"""Time and attendance that can prove itself."""
