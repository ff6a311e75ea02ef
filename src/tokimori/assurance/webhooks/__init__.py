"""Webhooks: changes of the sheet, told to programs of companies and of the provider."""
