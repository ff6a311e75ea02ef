"""What one company has for itself: the figures of its own that the sheet shows beside what the provider offers."""
