"""What assurance does: keep canaries, run probes, answer the sheet."""
