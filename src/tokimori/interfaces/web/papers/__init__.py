"""Papers that the product prints."""
