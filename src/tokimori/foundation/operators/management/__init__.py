"""The framework's own commands that reach data, each refused: see `refused`."""
