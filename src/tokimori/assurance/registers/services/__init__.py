"""What is done with entries of the registers, and what follows from them."""
