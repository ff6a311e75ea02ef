"""What a row's answer is, given its evidence: pure, without a database, a clock or a file."""
