"""The addresses of this door: one view, which knows the protocol's own places."""

from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from tokimori.interfaces.scim.door import door

urlpatterns = [re_path(r"^v2(?:/(?P<rest>.*))?$", csrf_exempt(door), name="scim")]
