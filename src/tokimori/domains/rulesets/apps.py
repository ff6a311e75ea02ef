"""Dated rule sets of working time."""

from django.apps import AppConfig


class RulesetsConfig(AppConfig):
    """Dated rule sets of working time."""

    name = "tokimori.domains.rulesets"
    label = "rulesets"
