"""The addresses of the public sheet."""

from django.urls import path

from tokimori.assurance import views
from tokimori.assurance.snapshots import operator_views
from tokimori.assurance.snapshots import views as snapshot_views

urlpatterns = [
    path("trust", views.trust, name="trust"),
    path("trust/<int:row>", views.trust_row, name="trust_row"),
    path("trust/snapshots", snapshot_views.snapshots, name="sheet_snapshots"),
    path("trust/snapshots/<uuid:snapshot_id>", snapshot_views.one, name="sheet_snapshot"),
    path("trust/snapshots/<uuid:snapshot_id>/<str:name>", snapshot_views.file, name="sheet_file"),
    path("operators/sheet", operator_views.publishing, name="sheet_publishing"),
    path("operators/sheet/publish", operator_views.publish, name="publish_sheet"),
]
