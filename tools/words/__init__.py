"""The words of the product, gathered, translated and compiled without gettext's own programs."""
