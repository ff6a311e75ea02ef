"""How long records are kept, by kind and country; what is over is counted, held back or taken away, and attested."""
