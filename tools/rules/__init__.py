"""The rules of the house that no bought tool knows, each with a bad and a good example."""
