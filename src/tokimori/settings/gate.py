"""The ASGI application of the punch gate: refuses to start with a database role that row security does not bind."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokimori.settings.django")

import django

django.setup()

from tokimori.foundation.tenancy.role_check import refuse_unsafe_role  # noqa: E402 -- models exist only now
from tokimori.interfaces.api.gate import PunchGate  # noqa: E402 -- as above

refuse_unsafe_role()
application = PunchGate()
