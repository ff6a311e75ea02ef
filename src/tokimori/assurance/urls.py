"""The addresses of the sheet: the public one, a company's own, and the pages on compliance at the provider's console."""

from django.urls import path

from tokimori.assurance import disclosure, views
from tokimori.assurance.compliance import views as compliance
from tokimori.assurance.snapshots import operator_views, share_views, sharing_views
from tokimori.assurance.snapshots import views as snapshot_views

urlpatterns = [
    path(".well-known/security.txt", disclosure.security_text, name="security_text"),
    path("trust", views.trust, name="trust"),
    path("trust/<int:row>", views.trust_row, name="trust_row"),
    path("trust/own", views.own_sheet, name="own_sheet"),
    path("trust/own/<int:row>", views.own_sheet_row, name="own_sheet_row"),
    path("operators/compliance", compliance.overview, name="compliance"),
    path("operators/compliance/probes", compliance.probes, name="compliance_probes"),
    path("operators/compliance/probes/<str:name>/look", compliance.ask, name="ask_probe"),
    path("operators/compliance/gaps", compliance.gaps, name="compliance_gaps"),
    path("operators/compliance/gaps/propose", compliance.propose, name="propose_gap"),
    path("operators/compliance/gaps/<uuid:proposal_id>/accept", compliance.accept, name="accept_gap"),
    path("operators/compliance/gaps/<uuid:proposal_id>/refuse", compliance.refuse, name="refuse_gap"),
    path("operators/compliance/changes", compliance.notices, name="sheet_notices"),
    path("operators/compliance/changes/read", compliance.read, name="read_sheet_notices"),
    path("operators/compliance/changes/watch", compliance.watch, name="watch_sheet"),
    path("trust/snapshots", snapshot_views.snapshots, name="sheet_snapshots"),
    path("trust/snapshots/<uuid:snapshot_id>", snapshot_views.one, name="sheet_snapshot"),
    path("trust/snapshots/<uuid:snapshot_id>/<str:name>", snapshot_views.file, name="sheet_file"),
    path("trust/shared/<str:secret>", share_views.shared, name="shared_sheet"),
    path("trust/shared/<str:secret>/<str:name>", share_views.shared_file, name="shared_sheet_file"),
    path("operators/sheet", operator_views.publishing, name="sheet_publishing"),
    path("operators/sheet/publish", operator_views.publish, name="publish_sheet"),
    path("operators/sheet/links", sharing_views.links, name="sheet_links"),
    path("operators/sheet/links/new", sharing_views.share, name="share_sheet"),
    path("operators/sheet/links/<uuid:share_id>/end", sharing_views.end, name="end_sheet_share"),
]
