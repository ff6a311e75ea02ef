"""The addresses of subscriptions."""

from django.urls import path

from tokimori.assurance.subscriptions import views

urlpatterns = [
    path("trust/subscribe", views.subscribe, name="subscribe_to_sheet"),
    path("trust/subscribe/<str:secret>", views.confirm, name="confirm_sheet_subscription"),
    path("trust/unsubscribe/<str:secret>", views.end, name="end_sheet_subscription"),
]
