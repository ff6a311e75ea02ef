"""The addresses of webhooks: a company's own, and the provider's at its console."""

from django.urls import path

from tokimori.assurance.webhooks import views

urlpatterns = [
    path("trust/own/webhooks", views.own, name="own_webhooks"),
    path("trust/own/webhooks/add", views.add_own, name="add_own_webhook"),
    path("trust/own/webhooks/<uuid:webhook_id>/test", views.try_own, name="test_own_webhook"),
    path("trust/own/webhooks/<uuid:webhook_id>/remove", views.remove_own, name="remove_own_webhook"),
    path("operators/compliance/webhooks", views.provider, name="webhooks"),
    path("operators/compliance/webhooks/add", views.add_provider, name="add_webhook"),
    path("operators/compliance/webhooks/<uuid:webhook_id>/test", views.try_provider, name="test_webhook"),
    path("operators/compliance/webhooks/<uuid:webhook_id>/remove", views.remove_provider, name="remove_webhook"),
]
