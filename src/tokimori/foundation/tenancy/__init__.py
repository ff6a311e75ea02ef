"""Who the tenant is, and the row security that enforces it."""
