"""Samples of governance and staff."""

from collections.abc import Iterator

from tokimori.assurance.registers.samples.values import Days, Sample, sample

_POLICIES = (
    ("security", "Information security", "Who protects what, and how."),
    ("privacy", "Privacy", "Which personal data we handle, what for, and for how long."),
    ("access", "Access", "Nobody reaches a company's data unless it lets him in."),
    ("encryption", "Encryption", "What is sealed, with which key, and how long a key serves."),
    ("media", "External media", "None are used."),
    ("vulnerabilities", "Vulnerabilities", "Critical within 7 days, high within 30, medium within 90."),
    (
        "notices",
        "Notices to customers",
        "Changes 30 days ahead; failures within 30 minutes; intrusions within an hour.",
    ),
    ("test_data", "Data outside production", "Real data stay in production."),
)
_POSTS = (
    ("security_officer", "Security officer"),
    ("data_protection_officer", "Data protection officer"),
    ("incident_commander", "Incident commander"),
    ("on_call", "On call"),
    ("scribe", "Scribe"),
    ("communications", "Communications"),
    ("legal", "Legal counsel"),
    ("customer_liaison", "Liaison to customers"),
)
_EXERCISES = ("incident", "call_tree", "breach", "notice", "request", "continuity", "restore")


def samples_of_people(days: Days) -> Iterator[Sample]:
    """Return samples of policies, posts, duties, courses, agreements and exercises."""
    for topic, title, summary in _POLICIES:
        yield sample(
            "policies",
            f"{title} policy",
            topic=topic,
            version="1.0",
            summary=summary,
            published_at="https://example.com/policies",
            must_be_acknowledged=False,
        )
    for post, title in _POSTS:
        yield sample(
            "appointments",
            title,
            post=post,
            holder="Hana Sample",
            stand_in="Ken Sample",
            authority="Decides, and may stop the service.",
            accepted_on=days.ago(40),
        )
    yield sample(
        "accountabilities",
        "All rows",
        sheet_rows=list(range(1, 136)),
        accountable="Hana Sample",
        responsible="Security team",
    )
    yield sample(
        "shared_responsibilities",
        "All rows",
        sheet_rows=list(range(1, 136)),
        our_part="Runs and protects the service.",
        customer_part="Chooses roles, second factors and networks for its own people.",
    )
    yield sample(
        "legal_requirements",
        "Requests, breaches, security measures",
        statute="Act on the Protection of Personal Information",
        article="23, 26, 33-35",
        countries=["JP"],
        sheet_rows=[6, 9, 110],
        done="Requests are answered in time; breaches are reported within three to five days.",
    )
    yield sample(
        "courses",
        "Security basics",
        "course",
        audience="everybody",
        content="Passwords, letters that lie, lost devices.",
        counts_months=12,
        pass_mark=80,
    )
    yield sample(
        "training",
        "Security basics, Hana Sample",
        person="Hana Sample",
        course="@course",
        due_on=days.ago(10),
        passed_on=days.ago(12),
        score=95,
    )
    yield sample(
        "confidentiality",
        "Agreement of Hana Sample",
        person="Hana Sample",
        version="2026-1",
        signed_on=days.ago(40),
        survives_years=3,
    )
    yield sample(
        "people",
        "Hana Sample",
        standing="employee",
        position="Security officer",
        countries=["JP"],
        works_since=days.ago(400),
    )
    yield from _exercises(days)


def _exercises(days: Days) -> Iterator[Sample]:
    for rehearsed in _EXERCISES:
        yield sample(
            "exercises",
            f"Exercise: {rehearsed.replace('_', ' ')}",
            rehearsed=rehearsed,
            scenario="Played on the test system.",
            done_on=days.ago(3),
            participants=4,
            detection_minutes=6,
            notice_minutes=38,
            recovery_minutes=55,
            lessons="The call tree had one number that was out of date.",
            actions_open=0,
        )
