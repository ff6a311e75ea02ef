"""Days calculated from punches, months made of days."""

from django.apps import AppConfig


class TimesheetsConfig(AppConfig):
    """Days calculated from punches, months made of days."""

    name = "tokimori.domains.timesheets"
    label = "timesheets"
