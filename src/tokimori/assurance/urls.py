"""The addresses of the public sheet."""

from django.urls import path

from tokimori.assurance import views

urlpatterns = [
    path("trust", views.trust, name="trust"),
    path("trust/<int:row>", views.trust_row, name="trust_row"),
]
