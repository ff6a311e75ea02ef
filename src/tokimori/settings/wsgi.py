"""The WSGI application: refuses to start with a database role that row security does not bind."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tokimori.settings.django")

from django.core.wsgi import get_wsgi_application

from tokimori.foundation.tenancy.role_check import refuse_unsafe_role

application = get_wsgi_application()
refuse_unsafe_role()
