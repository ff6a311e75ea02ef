"""Reads about the provider's people: grants, requests, and what ought not to be found."""
