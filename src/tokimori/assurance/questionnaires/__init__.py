"""Other people's sheets: read, tied to rows by a human, answered from live evidence, handed back in their own layout."""
