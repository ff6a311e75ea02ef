"""Acts and questions about identity providers, and signing in by them."""
