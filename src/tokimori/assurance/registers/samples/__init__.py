"""Samples for the demo: what filled registers look like. They prove nothing and enter nothing that is signed."""
