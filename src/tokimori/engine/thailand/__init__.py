"""The working-time law of Thailand, a chapter a file."""
