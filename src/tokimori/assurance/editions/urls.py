"""The addresses of a company's own editions."""

from django.urls import path

from tokimori.assurance.editions import views

urlpatterns = [
    path("trust/own/editions", views.own_editions, name="own_editions"),
    path("trust/own/editions/make", views.make, name="make_own_edition"),
    path("trust/own/editions/<uuid:edition_id>", views.one, name="own_edition"),
    path("trust/own/editions/<uuid:edition_id>/<str:name>", views.file, name="own_edition_file"),
]
