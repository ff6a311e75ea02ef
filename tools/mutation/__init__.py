"""Mutation testing of the engine: small wrongs put into its sources, each of which some test must notice."""
