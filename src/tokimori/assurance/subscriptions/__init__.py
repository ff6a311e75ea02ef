"""Subscriptions to changes of the sheet: whoever asked is told by letter."""
