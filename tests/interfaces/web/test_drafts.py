"""What is typed into forms is kept over HTTP: by its person alone, without use of the session, until it is sent."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tokimori
from support.browser import signed_in
from support.cast import Cast
from support.provider import at_console, company_with_administrator, let_in, new_worker
from support.registers import Desk, approved, content, drafted, new_desk
from tokimori.assurance.registers.queries.reading import entry_of
from tokimori.assurance.registers.services.writing import submit_entry
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import request_correction
from tokimori.engine import PunchKind
from tokimori.foundation import clock
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.drafts.values import LARGEST_DRAFT, LONGEST_ROUTE, sounds_secret
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Session
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.interfaces.web.drafts import draft_rule_of
from tokimori.interfaces.web.middleware.sign_in import UNATTENDED_HEADER
from tokimori.interfaces.web.permissions import permission_of

DAY = "2026-04-01"
WORDS = {"effect": ["add"], "kind": ["in"], "time": ["9:05"], "reason": ["The gate did not read my card"]}

# Every form whose typing is kept. Whoever adds one answers here: is it worth it, and is nothing secret in it?
KEPT = {
    "buyer_question",
    "edit_register_entry",
    "new_correction",
    "new_register_entry",
    "questionnaire_words",
    "reopen_month",
    "return_correction",
    "return_month",
    "return_register_entry",
    "review_privilege",
    "try_rule_set",
}


@pytest.fixture
def form() -> str:
    return reverse("new_correction", args=[DAY])


def keep(browser: Client, form: str, values: Any = WORDS, **headers: str) -> int:
    text = values if isinstance(values, str) else json.dumps(values)
    return browser.post(reverse("keep_draft"), {"form": form, "values": text}, headers=headers).status_code


def read(browser: Client, form: str) -> dict[str, list[str]] | int:
    answer = browser.get(reverse("read_draft"), {"form": form})
    return answer.json()["fields"] if answer.status_code == 200 else answer.status_code


def wait_a_moment(cast: Cast) -> None:
    """Let the second pass in which an account's drafts change once."""
    with tenant_transaction(cast.tenant):
        row = Draft.objects.get()
        row.changed_at -= timedelta(seconds=5)
        row.save(update_fields=["changed_at"])


def count(cast: Cast) -> int:
    with tenant_transaction(cast.tenant):
        return Draft.objects.count()


def used_before(cast: Cast, ago: timedelta) -> Callable[[], timedelta]:
    """Let every session of the company have been used so long ago; return how to ask how long ago it is now."""
    at = clock.now() - ago
    with tenant_transaction(cast.tenant):
        Session.objects.filter(tenant_id=cast.tenant).update(last_used_at=at)

    def moved() -> timedelta:
        with tenant_transaction(cast.tenant):
            return Session.objects.get(tenant_id=cast.tenant).last_used_at - at

    return moved


@pytest.mark.control(43)
def test_what_was_typed_is_offered_when_the_form_is_opened_anew(cast: Cast, form: str) -> None:
    assert keep(signed_in(cast, "aiko"), form) == 204

    again = signed_in(cast, "aiko")
    page = again.get(form).content.decode()
    assert f'data-draft="{form}" data-draft-kept="What you typed here was kept (' in page
    assert "did not read my card" not in page, "nothing is filled in by itself"
    assert read(again, form) == WORDS


@pytest.mark.control(43)
def test_nobody_else_is_offered_it_nor_reads_it(cast: Cast, dan: Cast, form: str) -> None:
    assert keep(signed_in(cast, "aiko"), form) == 204

    for browser in (signed_in(cast, "ben"), signed_in(cast, "chie"), signed_in(dan, "dan")):
        assert "data-draft-kept" not in browser.get(form).content.decode()
        assert read(browser, form) == 404
        assert browser.post(reverse("drop_draft"), {"form": form}).status_code == 204
    assert read(signed_in(cast, "aiko"), form) == WORDS


@pytest.mark.control(43)
def test_keeping_a_draft_is_no_use_of_the_session_whatever_the_request_says(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    moved = used_before(cast, timedelta(minutes=20))

    assert keep(aiko, form) == 204
    assert keep(aiko, form, **{UNATTENDED_HEADER: "yes"}) == 204
    assert moved() == timedelta(0)
    assert aiko.get(form).status_code == 200
    assert moved() > timedelta(minutes=19), "opening a page is a use"


@pytest.mark.control(43)
def test_once_the_session_is_over_nothing_is_kept_and_nothing_read(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    assert keep(aiko, form) == 204
    used_before(cast, timedelta(minutes=31))

    assert keep(aiko, form, {"reason": ["Too late"]}) == 302
    assert read(aiko, form) == 302
    assert aiko.post(reverse("drop_draft"), {"form": form}).status_code == 302
    assert read(signed_in(cast, "aiko"), form) == WORDS


def test_who_is_not_signed_in_is_sent_to_the_door(form: str) -> None:
    stranger = Client(SERVER_NAME="localhost")

    assert keep(stranger, form) == 302
    assert read(stranger, form) == 302


def test_an_address_with_too_many_names_in_its_query_is_no_form(cast: Cast, form: str) -> None:
    query = "&".join(f"name{number}=x" for number in range(21))

    assert keep(signed_in(cast, "aiko"), f"{form}?{query}") == 404


def test_a_draft_without_the_pages_own_token_is_refused(cast: Cast, form: str) -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.cookies = signed_in(cast, "aiko").cookies

    assert keep(strict, form) == 403
    assert strict.post(reverse("drop_draft"), {"form": form}).status_code == 403
    assert count(cast) == 0


def sent(form: str) -> dict[str, str]:
    return {"effect": "add", "kind": "in", "time": "9:05", "reason": "The gate did not read my card"}


@pytest.mark.control(43)
def test_sending_the_form_throws_its_draft_away_and_no_other(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    other = reverse("new_correction", args=["2026-04-02"])
    assert keep(aiko, form) == 204
    wait_a_moment(cast)
    assert keep(aiko, other) == 204

    assert aiko.post(form, sent(form)).status_code == 302
    assert read(aiko, form) == 404
    assert read(aiko, other) == WORDS


def test_a_form_that_is_refused_keeps_its_draft_and_offers_nothing(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    assert keep(aiko, form) == 204

    refused = aiko.post(form, {**sent(form), "time": "half past"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f'data-draft="{form}"' in page
    assert "data-draft-kept" not in page
    assert read(aiko, form) == WORDS


def test_throwing_away_works_once_and_then_does_nothing(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    assert keep(aiko, form) == 204

    for _time in range(2):
        assert aiko.post(reverse("drop_draft"), {"form": form}).status_code == 204
        assert read(aiko, form) == 404


def test_fields_that_the_form_does_not_keep_and_secrets_are_dropped(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")

    assert keep(aiko, form, {**WORDS, "password": ["x"], "code": ["123456"], "csrfmiddlewaretoken": ["y"]}) == 204
    assert read(aiko, form) == WORDS


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ("[]", 422),
        ("", 422),
        ('{"reason": "text"}', 422),
        ({"reason": ["x" * (LARGEST_DRAFT + 1)]}, 413),
    ],
)
def test_what_is_no_draft_or_too_large_is_refused(cast: Cast, form: str, values: Any, status: int) -> None:
    aiko = signed_in(cast, "aiko")

    assert keep(aiko, form, values) == status
    assert count(cast) == 0


def test_drafts_change_once_a_second_and_the_same_is_always_fine(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")

    assert keep(aiko, form) == 204
    assert keep(aiko, form) == 204
    assert keep(aiko, form, {"reason": ["Something else"]}) == 429


@pytest.mark.parametrize(
    "form",
    [
        "",
        "/",
        "//elsewhere.example/",
        "http://[",
        "/no/such/form",
        "/security/password",
        "/sign-in",
        "/recorder",
        "/company/security/change",
    ],
)
def test_other_forms_are_not_kept(cast: Cast, form: str) -> None:
    assert keep(signed_in(cast, "aiko"), form) == 404


def test_who_may_not_send_a_form_keeps_nothing_of_it(cast: Cast) -> None:
    assert keep(signed_in(cast, "aiko"), reverse("reopen_month", args=["2026-04"]), {"reason": ["x"]}) == 404
    assert keep(signed_in(cast, "chie"), reverse("reopen_month", args=["2026-04"]), {"reason": ["x"]}) == 204


def test_on_a_screen_that_several_people_use_nothing_is_kept_nor_marked(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    assert keep(aiko, form) == 204
    with tenant_transaction(cast.tenant):
        Session.objects.filter(tenant_id=cast.tenant).update(is_shared_screen=True)

    page = aiko.get(form).content.decode()
    assert "data-draft" not in page.replace("data-draft-told", "")
    assert "drafts.js" not in page
    assert keep(aiko, form) == 404
    assert read(aiko, form) == 404


def test_a_rule_set_that_is_being_changed_is_kept_until_it_is_published(cast: Cast) -> None:
    chie = signed_in(cast, "chie")
    code = "jp-fixed"
    form = reverse("try_rule_set", args=[code])

    assert keep(chie, form, {"late_grace_minutes": ["7"], "month": ["2026-03"]}) == 204
    assert "data-draft-kept" in chie.get(form).content.decode()
    assert "data-draft-kept" not in chie.get(form, {"late_grace_minutes": "7"}).content.decode()
    published = {"late_grace_minutes": "7", "valid_from": "2027-01-01"}
    assert chie.post(reverse("publish_tried_rule_set", args=[code]), published).status_code == 302
    assert read(chie, form) == 404


@pytest.mark.control(43)
def test_the_door_leads_back_to_where_one_was_and_nowhere_else(cast: Cast, form: str) -> None:
    aiko = signed_in(cast, "aiko")
    page = aiko.get(f"{form}?from=day").content.decode()
    assert f'href="/sign-in?next={form.replace("/", "%2F")}%3Ffrom%3Dday"' in page
    used_before(cast, timedelta(minutes=31))

    def door(**headers: str) -> str:
        return aiko.post(form, sent(form), headers=headers).headers["Location"]

    assert aiko.get(form).headers["Location"] == f"/sign-in?next={form.replace('/', '%2F')}"
    assert door(Referer=f"http://localhost{form}") == f"/sign-in?next={form.replace('/', '%2F')}"
    for elsewhere in (
        "https://elsewhere.example/x",
        "http://localhost.elsewhere.example/",
        "http://[",
        "",
        "http://localhost/",
    ):
        assert door(Referer=elsewhere) == "/sign-in"


@pytest.mark.control(43)
def test_of_a_visit_by_the_providers_people_nothing_is_kept_nor_marked_and_their_deeds_work() -> None:
    company, haru = company_with_administrator(), new_worker("Haru")
    form = reverse("try_rule_set", args=["jp-fixed"])
    grant = let_in(company, haru, may_write=True)
    visitor = at_console(haru)
    visitor.post(reverse("open_company", args=[grant]))

    inside = visitor.get(form)
    assert inside.status_code == 200
    assert "drafts.js" not in inside.content.decode()
    assert "data-draft=" not in inside.content.decode()
    assert keep(visitor, form, {"month": ["2026-03"]}) == 404
    published = {"late_grace_minutes": "7", "valid_from": "2027-01-01"}
    assert visitor.post(reverse("publish_tried_rule_set", args=["jp-fixed"]), published).status_code == 302
    assert count(company) == 0


def test_the_providers_people_have_drafts_of_their_own_registers_one_for_each_entry_that_is_replaced() -> None:
    desk = new_desk()
    before = approved(desk, "risks", {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second one"})
    writing, deciding = at_console(desk.writer), at_console(desk.other)
    new = reverse("new_register_entry", args=["risks"])
    typed = {"title": ["One supplier"], "measure": ["Another"], "owner": [str(desk.writer.account_id)], "seen": ["1"]}

    assert keep(writing, f"{new}?replaces={before}", typed) == 204
    assert read(writing, f"{new}?replaces={before}") == {name: typed[name] for name in ("title", "measure", "owner")}
    assert read(writing, new) == 404
    assert read(deciding, f"{new}?replaces={before}") == 404
    assert "data-draft-kept" in writing.get(f"{new}?replaces={before}").content.decode()
    assert "data-draft-kept" not in writing.get(new).content.decode()
    assert keep(writing, f"{new}?replaces=what+somebody+said", typed) == 404, "words of an address are not kept"
    assert keep(writing, reverse("new_register_entry", args=["no-such"]), typed) == 404
    assert keep(writing, reverse("edit_register_entry", args=[new_id()]), typed) == 404


def test_a_note_that_is_not_taken_keeps_its_draft() -> None:
    desk = new_desk()
    entry = handed_in(desk)
    back = reverse("return_register_entry", args=[entry])
    deciding = at_console(desk.other)
    assert keep(deciding, back, {"note": ["The measure is"]}) == 204

    assert deciding.post(back, {"note": ""}).status_code == 302
    assert read(deciding, back) == {"note": ["The measure is"]}
    assert deciding.post(back, {"note": "The measure is missing"}).status_code == 302
    assert read(deciding, back) == 404


def handed_in(desk: Desk) -> UUID:
    """Return an entry that waits for a decision."""
    fields = {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second one"}
    entry = drafted(desk, "risks", content(desk.writer, "risks", fields))
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry, seen=entry_of(entry).number, now=clock.now())
    return entry


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_reason_in_the_queue_of_approvals_is_offered_and_goes_with_the_decision(
    cast: Cast, headers: dict[str, str]
) -> None:
    with tenant_transaction(cast.tenant):
        wish = CorrectionWish(
            effect=Effect.ADD,
            employee_id=cast["aiko"].employee_id,
            work_date=date(2026, 4, 1),
            reason="The gate did not read my card",
            kind=PunchKind.IN,
            occurred_at=datetime(2026, 4, 1, 0, 5, tzinfo=UTC),
        )
        correction = request_correction(actor=cast["aiko"].principal, wish=wish, now=clock.now())
    ben = signed_in(cast, "ben")
    back = reverse("return_correction", args=[correction])
    assert keep(ben, f"{back}?offset=50", {"reason": ["Which gate"]}) == 204

    assert f'data-draft="{back}" data-draft-kept=' in ben.get(reverse("approvals")).content.decode()
    assert ben.post(back, {"reason": "Which gate was it?"}, headers=headers).status_code == (200 if headers else 302)
    assert read(ben, back) == 404


def every_route(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern)
        else:
            yield pattern


def test_the_forms_that_are_kept_are_these_and_none_of_them_is_dangerous_or_secret() -> None:
    kept = {str(route.name): route.callback for route in every_route() if draft_rule_of(route.callback)}

    assert set(kept) == KEPT
    for name, view in kept.items():
        rule = draft_rule_of(view)
        assert rule is not None
        assert len(name) <= LONGEST_ROUTE
        assert permission_of(view) is not None
        assert not getattr(view, "asks_anew", False), name
        if not callable(rule.names):
            assert rule.names, name
            assert not any(sounds_secret(field) for field in rule.names), name


def test_every_form_that_is_kept_is_marked_in_one_template() -> None:
    root = Path(next(iter(tokimori.__path__)))
    marks = sum(text.count("{% keeps_draft ") for text in (one.read_text() for one in root.rglob("*.html")))

    # A month is returned from its own page and from the queue; a register's entry is written in one form, new or not.
    assert marks == len(KEPT) + 1 - 1 - 1
