"""Questionnaires of buyers."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Other people's sheets."""

    name = "tokimori.assurance.questionnaires"
    label = "questionnaires"
