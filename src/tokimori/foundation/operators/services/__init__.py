"""Acts about the provider's people: named, granted, asked for, opened, ended."""
