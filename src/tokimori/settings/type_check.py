"""Settings for the type checker, which needs models and no installation. It serves nothing: its secrets open nothing."""

import os

os.environ.setdefault("TOKIMORI_SECRET_KEY", "only-for-the-type-checker-0123456789")
os.environ.setdefault("TOKIMORI_TENANT_CONTEXT_KEY", "only-for-the-type-checker-0123456789")
os.environ.setdefault("TOKIMORI_SEALING_KEY", "only-for-the-type-checker-0123456789")
os.environ.setdefault("TOKIMORI_RECEIPT_KEY", "only-for-the-type-checker-0123456789")
os.environ.setdefault("TOKIMORI_LOG_ORIGIN", "localhost/tokimori")
os.environ.setdefault("TOKIMORI_ROOT_PROVIDER", "transit")
os.environ.setdefault("TOKIMORI_TRANSIT_URL", "http://localhost:1")
os.environ.setdefault("TOKIMORI_TRANSIT_TOKEN", "only-for-the-type-checker-0123456789")
os.environ.setdefault("TOKIMORI_TRANSIT_KEY", "nothing")
os.environ.setdefault("TOKIMORI_HOSTS", "localhost")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/nothing")

from tokimori.settings.django import *  # noqa: F403 -- the same settings, after the stand-ins
