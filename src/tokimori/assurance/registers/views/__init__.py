"""The screens of the registers, at the provider's door."""
