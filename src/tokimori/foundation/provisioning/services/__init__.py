"""Acts of a directory on accounts and groups, and of administrators on what the directory may do."""
