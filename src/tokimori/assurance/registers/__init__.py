"""The provider's registers: what people at the provider answer for, approved by a second one, dated, and never deleted."""
