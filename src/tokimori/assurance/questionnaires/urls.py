"""The addresses of questionnaires, at the provider's console."""

from django.urls import path

from tokimori.assurance.questionnaires import views, views_deciding, views_handing

_ONE = "operators/questionnaires/<uuid:questionnaire_id>"

urlpatterns = [
    path("operators/questionnaires", views.all_questionnaires, name="questionnaires"),
    path(_ONE, views.one, name="questionnaire"),
    path(f"{_ONE}/columns", views.columns, name="questionnaire_columns"),
    path(f"{_ONE}/delete", views.delete, name="delete_questionnaire"),
    path(f"{_ONE}/accept", views_deciding.accept, name="accept_proposals"),
    path(f"{_ONE}/questions/<int:sequence>", views_deciding.question, name="buyer_question"),
    path(f"{_ONE}/words", views_handing.words, name="questionnaire_words"),
    path(f"{_ONE}/preview", views_handing.before_handing, name="questionnaire_preview"),
    path(f"{_ONE}/export", views_handing.export, name="export_questionnaire"),
    path("operators/questionnaires/exports/<uuid:export_id>", views_handing.download, name="download_questionnaire"),
]
