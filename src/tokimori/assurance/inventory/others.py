"""Tables that no model of ours describes: the queue's, the framework's, and those that hold before any tenant is known."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind

TABLES: Final[tuple[Table, ...]] = (
    table(
        "django_migrations", "versions of the schema", "–", Keeping.SETTINGS,
        (K.TECHNICAL, "app name applied"),
    ),
    table(
        "procrastinate_jobs", "jobs", "–", Keeping.SHORT,
        (K.TECHNICAL, "queue_name task_name priority status scheduled_at attempts abort_requested"),
        (K.REFERENCE, "args lock queueing_lock", "random keys alone; they name nobody"), (K.REFERENCE, "worker_id"),
    ),
    table(
        "procrastinate_events", "what became of jobs", "–", Keeping.SHORT,
        (K.REFERENCE, "job_id"), (K.TECHNICAL, "type at"),
    ),
    table(
        "procrastinate_periodic_defers", "jobs that come again", "–", Keeping.SHORT,
        (K.TECHNICAL, "task_name defer_timestamp periodic_id"), (K.REFERENCE, "job_id"),
    ),
    table(
        "procrastinate_workers", "processes that work", "–", Keeping.SHORT,
        (K.TECHNICAL, "last_heartbeat"),
    ),
    table(
        "challenge", "challenges for passkeys", "–", Keeping.SHORT,
        (K.DIGEST, "digest"), (K.TECHNICAL, "expires_at"),
    ),
    table(
        "company_directory", "which company has which code", "–", Keeping.SETTINGS,
        (K.IDENTIFIER, "code"),
    ),
    table(
        "operator", "the provider's people", "the provider's people", Keeping.AUDIT,
        (K.REFERENCE, "account_id"), (K.NAME, "name", "companies choose from these; no company's person"),
        (K.TECHNICAL, "registered_at dismissed_at suspended_at"),
    ),
    table(
        "operator_grant", "what the wall asks", "–", Keeping.AUDIT,
        (K.REFERENCE, "operator_id"), (K.SETTING, "may_write begins_at ends_at revoked_at"),
    ),
    table(
        "refusal_count", "refusals of this minute", "–", Keeping.SHORT,
        (K.REFERENCE, "actor_id"), (K.TECHNICAL, "minute count"),
    ),
    table(
        "sign_in_directory", "which company knows an address", "account", Keeping.ACCOUNT,
        (K.BLIND, "address_digest", "HMAC-SHA-256 under a key of the installation, since no company is known yet"),
        (K.TECHNICAL, "confirmed_at"),
    ),
    table(
        "sign_in_limit", "attempts to sign in", "–", Keeping.SHORT,
        (K.DIGEST, "key", "SHA-256 of what was tried; gone within days"),
        (K.TECHNICAL, "attempts began_at locked_until locks"),
    ),
    table(
        "tenant_context_key", "by what the database knows tenants", "–", Keeping.SETTINGS,
        (K.TECHNICAL, "only_row"),
        (K.CREDENTIAL, "inner_pad outer_pad", "the database checks signatures by it; read by one function alone"),
    ),
)  # fmt: skip
