"""Samples of certificates, reviews, facts, data and assets."""

from collections.abc import Iterator

from tokimori.assurance.registers.samples.values import Days, Sample, sample

_REVIEWS = (
    "service", "access", "privileged_sessions", "repository_access", "physical_access", "backup_access", "provisions",
)  # fmt: skip
_FACTS = (
    ("governing_law", "statement", "日本法", "The law of Japan", "กฎหมายญี่ปุ่น"),
    ("privacy_law", "statement", "個人情報保護法", "The Act on the Protection of Personal Information", "APPI ของญี่ปุ่น"),
    ("data_owner", "statement", "お客様", "The customer", "ลูกค้า"),
    ("own_use", "no", "使いません", "None", "ไม่ใช้"),
    ("home_country", "statement", "日本", "Japan", "ญี่ปุ่น"),
)
_PARTS = ("terms_of_use", "entrusted_data", "data_at_end")


def samples_of_service(days: Days) -> Iterator[Sample]:
    """Return samples of what is promised, declared and looked at."""
    yield sample(
        "certifications",
        "Sample certificate",
        scheme="A scheme of no body",
        scope="The service",
        body="Nobody",
        certificate_number="SAMPLE-0",
        issued_on=days.ago(40),
    )
    yield sample(
        "audits",
        "Sample audit",
        scope="All rows",
        auditor="Nobody",
        is_independent=True,
        done_on=days.ago(40),
        findings=2,
    )
    for reviewed in _REVIEWS:
        yield sample(
            "reviews",
            f"Review: {reviewed.replace('_', ' ')}",
            reviewed=reviewed,
            done_on=days.ago(3),
            found="Nothing to be put right.",
            actions_open=0,
        )
    yield sample(
        "capacity_reviews",
        "Capacity",
        resource="Database disk",
        done_on=days.ago(3),
        days_to_limit=410,
        least_days=90,
        forecast="Grows by 1.2 GB a week.",
    )
    for fact, answer, ja, en, th in _FACTS:
        yield sample("facts", en, fact=fact, answer=answer, says_ja=ja, says_en=en, says_th=th, countries=["JP"])
    for part in _PARTS:
        yield sample(
            "terms",
            f"Terms: {part.replace('_', ' ')}",
            part=part,
            version="1.0",
            clause="12",
            published_at="https://example.com/terms",
            backup_life_days=35,
        )
    yield sample(
        "service_levels",
        "Availability",
        metric="availability",
        target="99.9 %",
        window="A month",
        credit="A tenth of the month's fee",
    )
    yield sample("service_calendar", "Service hours", hours="service", says="All day, every day.")
    yield from _data(days)
    yield from _assets(days)


def _data(days: Days) -> Iterator[Sample]:
    yield sample(
        "processing",
        "Calculating working time",
        aim="Working time from punches.",
        categories="Names, punches, plans.",
        subjects="Employees of customers",
        legal_basis="contract",
        recipients="The customer",
        kept_for="Five years",
        uses_entrusted=True,
        is_within_contract=True,
    )
    yield sample("locations", "Main database", store="primary", countries=["JP"], region="tokyo", holds_entrusted=True)
    yield sample(
        "deletions",
        "A customer who left",
        customer="sample",
        deleted_on=days.ago(20),
        key_destroyed_on=days.ago(20),
        last_backup_on=days.ago(1),
    )


def _assets(days: Days) -> Iterator[Sample]:
    yield sample("assets", "Main database", asset="data", classed="secret", criticality=5, place="tokyo")
    yield sample(
        "staff_devices",
        "Laptop 1",
        person="Hana Sample",
        system="Debian 13",
        is_encrypted=True,
        is_updated=True,
        has_protection=True,
        blocks_media=True,
        is_allow_listed=True,
        checked_on=days.ago(1),
    )
    yield sample(
        "disposals", "Old disk", medium="SSD 0001", method="key_destroyed", done_on=days.ago(30), witness="Ken Sample"
    )
    for title, holds in (("Production", "production"), ("Test", "invented")):
        yield sample("environments", title, holds=holds, place="tokyo", has_own_keys=True, has_own_accounts=True)
    yield sample(
        "backups",
        "Database backup",
        is_encrypted=True,
        is_elsewhere=True,
        region="osaka",
        recovery_point_target_minutes=15,
        recovery_point_minutes=4,
        recovery_target_minutes=120,
        recovery_minutes=48,
        checked_on=days.ago(0),
    )
