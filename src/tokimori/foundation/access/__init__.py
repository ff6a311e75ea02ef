"""Permissions, principals, and the one question whether something is allowed."""
