"""The working-time law of Japan, an article a file."""
