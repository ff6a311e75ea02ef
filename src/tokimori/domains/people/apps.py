"""Employees, their employments, and who leads whom."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Employees, their employments, and who leads whom."""

    name = "tokimori.domains.people"
    label = "people"
