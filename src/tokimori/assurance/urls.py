"""The addresses of the sheet: the public one, and a company's own."""

from django.urls import path

from tokimori.assurance import views

urlpatterns = [
    path("trust", views.trust, name="trust"),
    path("trust/<int:row>", views.trust_row, name="trust_row"),
    path("trust/own", views.own_sheet, name="own_sheet"),
    path("trust/own/<int:row>", views.own_sheet_row, name="own_sheet_row"),
]
