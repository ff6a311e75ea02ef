"""All addresses: the API's, the directory's, the public sheet's and the screens'."""

from django.urls import include, path

from tokimori.interfaces.api.service import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("scim/", include(("tokimori.interfaces.scim.urls", "scim"))),
    path("", include("tokimori.assurance.urls")),
    path("", include("tokimori.assurance.registers.urls")),
    path("", include("tokimori.assurance.questionnaires.urls")),
    path("", include("tokimori.assurance.subscriptions.urls")),
    path("", include("tokimori.assurance.webhooks.urls")),
    path("", include("tokimori.assurance.editions.urls")),
    path("", include("tokimori.interfaces.web.urls")),
]

handler400 = "tokimori.interfaces.web.views.errors.not_understood"
handler404 = "tokimori.interfaces.web.views.errors.not_found"
handler500 = "tokimori.interfaces.web.views.errors.failed"
