"""Transparency logs: trees, tiles, notes, checkpoints, receipts, proofs. Pure: no clock, no chance, no files."""
