"""What lies in which column: of whom, for what, how long, and sealed or why not."""
