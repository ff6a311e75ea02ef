"""Which of a company's records are old, counted by what the law of each country counts from."""
