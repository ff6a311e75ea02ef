"""Django's settings, made from the configuration. Nothing here reads the environment twice."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from tokimori.foundation.logs import logging_configuration
from tokimori.settings.configuration import read_configuration

CONFIGURATION = read_configuration(os.environ)
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = CONFIGURATION.secret_key
TENANT_CONTEXT_KEY = CONFIGURATION.tenant_context_key
SEALING_KEY = CONFIGURATION.sealing_key
RECEIPT_KEY = CONFIGURATION.receipt_key
LOG_ORIGIN = CONFIGURATION.log_origin
ROOT_KEYS = CONFIGURATION.root_keys
KEY_CACHE_SECONDS = CONFIGURATION.key_cache_seconds
PUNCH_WINDOW_DAYS = CONFIGURATION.punch_window_days
OPERATOR_HOST = CONFIGURATION.operator_host
OPERATOR_NETWORKS = CONFIGURATION.operator_networks
MAIL = CONFIGURATION.mail
OPERATOR_DEVICES_REQUIRED = CONFIGURATION.are_operator_devices_required
OPERATOR_CERTIFICATE_HEADER = CONFIGURATION.operator_certificate_header
BREACHED_PASSWORDS = CONFIGURATION.breached_passwords
COUNTRIES = CONFIGURATION.countries
COUNTRIES_DAYS = CONFIGURATION.countries_days
LISTENERS = CONFIGURATION.listeners
LISTENER_AUTHORITY = CONFIGURATION.listener_authority
TIME_SOURCE = CONFIGURATION.time_source
SECURITY_CONTACT = CONFIGURATION.security_contact
ADVISORIES = CONFIGURATION.advisories
WEBHOOKS = CONFIGURATION.are_webhooks_on
DRILL_DATABASE_URL = CONFIGURATION.drill_database_url
ALLOWED_HOSTS = [*CONFIGURATION.hosts, *filter(None, [OPERATOR_HOST])]

INSTALLED_APPS = [
    "tokimori.foundation.operators.apps.OperatorsConfig",  # first: its commands stand in the place of the framework's
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "csp",
    "procrastinate.contrib.django",
    "tokimori.foundation.tenancy.apps.TenancyConfig",
    "tokimori.foundation.keys.apps.KeysConfig",
    "tokimori.foundation.ledger.apps.LedgerConfig",
    "tokimori.foundation.identity.apps.IdentityConfig",
    "tokimori.foundation.vouching.apps.VouchingConfig",
    "tokimori.foundation.drafts.apps.DraftsConfig",
    "tokimori.foundation.notices.apps.NoticesConfig",
    "tokimori.foundation.retention.apps.RetentionConfig",
    "tokimori.foundation.provisioning.apps.ProvisioningConfig",
    "tokimori.domains.organisations.apps.OrganisationsConfig",
    "tokimori.domains.people.apps.PeopleConfig",
    "tokimori.domains.rulesets.apps.RulesetsConfig",
    "tokimori.domains.approvals.apps.ApprovalsConfig",
    "tokimori.domains.timekeeping.apps.TimekeepingConfig",
    "tokimori.domains.schedules.apps.SchedulesConfig",
    "tokimori.domains.timesheets.apps.TimesheetsConfig",
    "tokimori.domains.closings.apps.ClosingsConfig",
    "tokimori.domains.exports.apps.ExportsConfig",
    "tokimori.domains.keeping.apps.KeepingConfig",
    "tokimori.jobs.apps.JobsConfig",
    "tokimori.interfaces.web.apps.WebConfig",
    "tokimori.assurance.apps.AssuranceConfig",
    "tokimori.assurance.registers.apps.RegistersConfig",
    "tokimori.assurance.questionnaires.apps.QuestionnairesConfig",
    "tokimori.assurance.subscriptions.apps.SubscriptionsConfig",
    "tokimori.assurance.webhooks.apps.WebhooksConfig",
    "tokimori.assurance.editions.apps.EditionsConfig",
]

MIDDLEWARE = [
    "tokimori.interfaces.web.middleware.transport.PlainTransportMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tokimori.interfaces.web.middleware.compression.StaticCompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tokimori.interfaces.web.middleware.correlation.CorrelationMiddleware",
    "csp.middleware.CSPMiddleware",
    "tokimori.interfaces.web.middleware.doors.DoorMiddleware",
    "tokimori.assurance.middleware.PublicRecordMiddleware",
    "tokimori.interfaces.web.middleware.visits.VisitMiddleware",
    "tokimori.interfaces.web.middleware.tenancy.TenancyMiddleware",
    "tokimori.interfaces.web.middleware.sign_in.SignInMiddleware",
    "tokimori.interfaces.web.middleware.language.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tokimori.interfaces.web.middleware.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "tokimori.settings.urls"
WSGI_APPLICATION = "tokimori.settings.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "tokimori.interfaces.web.frame.frame",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": CONFIGURATION.database.host,
        "PORT": CONFIGURATION.database.port,
        "NAME": CONFIGURATION.database.name,
        "USER": CONFIGURATION.database.user,
        "PASSWORD": CONFIGURATION.database.password,
        # A connection outlives the request; what it may see does not: the tenant is told to it transaction by transaction.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "sslmode": CONFIGURATION.database.tls_mode,
            "application_name": "tokimori",
            # Values travel beside the statement, never inside it; a statement asked often is planned once.
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.Account"

# Signing in. Argon2id with Django's parameters: 100 MiB, 2 passes, 8 lanes; together with a key, where one is set.
PASSWORD_PEPPERS = CONFIGURATION.password_peppers
PASSWORD_HASHERS = [
    *(["tokimori.foundation.identity.peppering.PepperedArgon2PasswordHasher"] if PASSWORD_PEPPERS else []),
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
SIGN_IN_LIMITS = CONFIGURATION.sign_in_limits
TRUSTED_PROXIES = CONFIGURATION.trusted_proxies
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = not CONFIGURATION.is_plain_http
CSRF_FAILURE_VIEW = "tokimori.interfaces.web.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = not CONFIGURATION.is_plain_http
LANGUAGE_COOKIE_SECURE = not CONFIGURATION.is_plain_http
SECURE_SSL_REDIRECT = not CONFIGURATION.is_plain_http
SECURE_HSTS_SECONDS = 0 if CONFIGURATION.is_plain_http else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# What a door accepts before it looks inside.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("ja", "日本語"), ("en", "English"), ("th", "ไทย")]
FORMAT_MODULE_PATH = ["tokimori.interfaces.web.formats"]
LOCALE_PATHS = [PACKAGE / "interfaces" / "web" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "interfaces" / "web" / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

PROCRASTINATE_ON_APP_READY = "tokimori.assurance.schedule.register_jobs"

LOGGING_CONFIG = None
logging_configuration(level=CONFIGURATION.log_level)

SILENCED_SYSTEM_CHECKS: list[str] = []
