"""What the screens do, asked over HTTP: answers, fragments, refusals."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import FOUNDED, Cast, plan_office_days
from support.machine import yesterday
from support.months import APRIL, hand_in_and_approve, work_april
from support.punching import punch
from support.work import calculate
from tokimori.domains.timekeeping.models import CorrectionRequest, ImportRun, PunchEvent
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

PASSPHRASE = "a quiet sentence by the sea"
HTMX = {"HX-Request": "true"}


def link(cast: Cast, name: str) -> str:
    with tenant_transaction(cast.tenant):
        secret = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=clock.now())
    return reverse("first_sign_in", args=[secret])


def test_first_sign_in_then_out_then_in_by_password(cast: Cast) -> None:
    browser, door = Client(SERVER_NAME="localhost"), link(cast, "aiko")
    differ = browser.post(door, {"passphrase": PASSPHRASE, "passphrase_again": "x"})
    weak = browser.post(door, {"passphrase": "short", "passphrase_again": "short"})
    right = browser.post(door, {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE})
    assert [differ.status_code, weak.status_code, right.status_code] == [422, 422, 302]
    assert browser.get(reverse("home"))["Location"] == reverse("recorder")
    assert browser.get(door).status_code == 401

    browser.post(reverse("sign_out"))
    assert browser.get(reverse("recorder")).status_code == 302

    attempt = {"company_code": cast.company_code, "login": "aiko", "password": "wrong"}
    assert browser.post(reverse("sign_in"), attempt).status_code == 401
    back = browser.post(reverse("sign_in"), {**attempt, "password": PASSPHRASE, "next": "/my/months"})
    assert back["Location"] == "/my/months"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_sign_in_leads_nowhere_else(cast: Cast, target: str) -> None:
    browser = Client(SERVER_NAME="localhost")
    browser.post(link(cast, "aiko"), {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE})
    attempt = {"company_code": cast.company_code, "login": "aiko", "password": PASSPHRASE, "next": target}

    assert browser.post(reverse("sign_in"), attempt)["Location"] == "/"


def test_the_session_cookie_is_out_of_reach_of_scripts(cast: Cast) -> None:
    browser = Client(SERVER_NAME="localhost")
    answer = browser.post(link(cast, "aiko"), {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE})

    cookie = answer.cookies["tokimori-session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_pages_say_who_may_load_what_and_are_kept_by_nobody(cast: Cast) -> None:
    answer = signed_in(cast, "aiko").get(reverse("recorder"))

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_button_punches_and_the_same_press_counts_once(cast: Cast) -> None:
    browser = signed_in(cast, "aiko")
    press = {"kind": "in", "idempotency_key": "one"}

    first = browser.post(reverse("record"), press, headers=HTMX)
    again = browser.post(reverse("record"), press, headers=HTMX)
    plain = browser.post(reverse("record"), {"kind": "break_start"})

    assert b"Punched in" in first.content
    assert b"It counts once" in again.content
    assert plain["Location"] == reverse("recorder")
    assert b"On break since" in browser.get(reverse("recorder"), headers=HTMX).content
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.count() == 2


@pytest.mark.parametrize(
    "press", [{"kind": "vanish"}, {"kind": "in", "idempotency_key": "x" * 65}, {"kind": "in", "idempotency_key": "\n"}]
)
def test_a_press_that_cannot_be_is_refused_in_place(cast: Cast, press: dict[str, str]) -> None:
    answer = signed_in(cast, "aiko").post(reverse("record"), press, headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#notice")


def test_a_figure_opens_into_its_steps(cast: Cast) -> None:
    day = yesterday() - timedelta(days=1)
    plan_office_days(cast, "aiko", first=day, count=1)
    punch(cast, "aiko", day, "in 08:00, out 19:00", now=clock.now())
    calculate(cast, now=clock.now())
    browser = signed_in(cast, "ben")
    steps = reverse("steps", args=[cast["aiko"].employee_id, day.isoformat()])

    assert b"10:00" in browser.get(steps, {"figure": "worked_minutes"}).content or day.weekday() >= 5
    assert browser.get(steps, {"figure": "nothing"}).status_code == 404
    assert browser.get(reverse("person_day", args=[cast["aiko"].employee_id, day.isoformat()])).status_code == 200


@pytest.mark.parametrize("address", ["/my/days/2026-02-30", "/my/months/2026-13", "/my/months/0000-01", "/nothing"])
def test_what_no_calendar_has_is_not_found(cast: Cast, address: str) -> None:
    assert signed_in(cast, "aiko").get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/my/days/0001-01-01", "/my/days/9999-12-31", "/my/months/9999-12", "/my/months/0001-01"]
)
def test_the_ends_of_the_calendar_break_nothing(cast: Cast, address: str) -> None:
    assert signed_in(cast, "aiko").get(address).status_code in {200, 404}


def form(day: date, **changes: str) -> dict[str, str]:
    return {"effect": "add", "kind": "out", "time": "18:00", "reason": "forgot", **changes}


def test_a_correction_is_asked_for_and_taken_back(cast: Cast) -> None:
    browser, day = signed_in(cast, "aiko"), yesterday()
    address = reverse("new_correction", args=[day.isoformat()])

    assert browser.post(address, form(day, time="28:61")).status_code == 422
    assert browser.post(address, form(day, reason=" ")).status_code == 422
    assert browser.post(address, form(day, effect="explode")).status_code == 422
    assert browser.post(address, form(day, effect="replace", refers_to_id="x")).status_code == 422
    assert browser.post(address, form(day, time="26:10")).status_code in {302, 422}
    assert browser.post(address, form(day, time="17:00"))["Location"] == reverse("corrections")
    assert b"Add Out at" in browser.get(reverse("corrections")).content
    with tenant_transaction(cast.tenant):
        asked = CorrectionRequest.objects.order_by("-requested_at")[0].id
    browser.post(reverse("withdraw_correction", args=[asked]))
    assert b"Taken back" in browser.get(reverse("corrections")).content


def test_decisions_are_answered_with_the_queue(cast: Cast) -> None:
    day = yesterday()
    signed_in(cast, "aiko").post(reverse("new_correction", args=[day.isoformat()]), form(day))
    with tenant_transaction(cast.tenant):
        asked = CorrectionRequest.objects.get().id
    ben = signed_in(cast, "ben")

    empty = ben.post(reverse("return_correction", args=[asked]), headers=HTMX)
    returned = ben.post(reverse("return_correction", args=[asked]), {"reason": "which gate?"}, headers=HTMX)

    assert empty.status_code == 409
    assert b"Nothing waits for you" in returned.content
    assert b"which gate?" in signed_in(cast, "aiko").get(reverse("corrections")).content


def test_a_long_queue_comes_in_pages_and_a_decision_stays_on_its_page(cast: Cast) -> None:
    day, aiko = yesterday(), signed_in(cast, "aiko")
    for minute in range(51):
        aiko.post(reverse("new_correction", args=[day.isoformat()]), form(day, time=f"17:{minute:02}"))
    with tenant_transaction(cast.tenant):
        newest = CorrectionRequest.objects.order_by("-requested_at")[0].id
    ben = signed_in(cast, "ben")

    first, second = ben.get(reverse("approvals")), ben.get(reverse("approvals"), {"offset": "50"})
    assert (first.content.count(b"data-item"), second.content.count(b"data-item")) == (50, 1)
    assert "51–51 of 51" in second.content.decode()
    assert b"51 wait" in second.content
    returned = ben.post(f"{reverse('return_correction', args=[newest])}?offset=50", {"reason": "why?"}, headers=HTMX)
    assert returned.content.count(b"data-item") == 50, "an emptied last page falls back to the first"


def test_a_file_is_imported_and_its_rejected_lines_come_back(cast: Cast) -> None:
    browser = signed_in(cast, "chie")
    content = f"employee_code,date,time,kind\n0002,{yesterday()},09:00,in\n=1+1\n".encode()

    done = browser.post(reverse("imports"), {"file": SimpleUploadedFile("a.csv", content)})
    wrong = browser.post(reverse("imports"), {"file": SimpleUploadedFile("a.csv", b"\xff\x00")})
    nothing = browser.post(reverse("imports"))

    assert [done.status_code, wrong.status_code, nothing.status_code] == [200, 422, 422]
    with tenant_transaction(cast.tenant):
        run = ImportRun.objects.get()
    assert (run.recorded_count, run.rejected_count) == (1, 1)
    assert browser.get(reverse("import", args=[run.id])).status_code == 200
    assert "'=1+1" in browser.get(reverse("rejected_lines", args=[run.id])).content.decode("utf-8-sig")
    assert browser.get(reverse("import_example")).content.startswith(b"\xef\xbb\xbfemployee_code")


def test_a_month_is_sealed_exported_and_reopened(cast: Cast) -> None:
    work_april(cast)
    hand_in_and_approve(cast)
    chie = signed_in(cast, "chie")
    month = str(APRIL)

    assert b"Ready to seal" in chie.get(reverse("closing_of", args=[month])).content
    chie.post(reverse("seal_month", args=[month]))
    assert chie.post(reverse("exports"), {"layout": "x", "file_format": "csv", "seal": month}).status_code == 422
    made = chie.post(reverse("exports"), {"layout": "days", "file_format": "csv", "seal": month})
    file = chie.get(made["Location"])
    assert file["Content-Disposition"].startswith("attachment")
    assert b"days-seal1.csv" in chie.get(reverse("exports")).content
    assert chie.post(reverse("reopen_month", args=[month])).status_code == 422
    chie.post(reverse("reopen_month", args=[month]), {"reason": "wrong plan"})
    assert b"wrong plan" in chie.get(reverse("closing_of", args=[month])).content


def test_the_board_is_filtered_and_answers_as_a_fragment(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=FOUNDED.date(), count=1)
    signed_in(cast, "aiko").post(reverse("record"), {"kind": "in"})
    ben = signed_in(cast, "ben")

    whole = ben.get(reverse("team"))
    board = ben.get(reverse("team"), {"q": "Aiko", "site": "tokyo", "presence": "in"}, headers=HTMX)
    nobody = ben.get(reverse("team"), {"q": "nobody"}, headers=HTMX)

    assert b"<html" in whole.content
    assert b"<html" not in board.content
    assert b"Aiko" in board.content
    assert b"Nobody by these filters" in nobody.content


def test_the_palette_finds_whom_one_may_see(cast: Cast) -> None:
    ben = signed_in(cast, "ben")

    assert b"Aiko" in ben.get(reverse("search"), {"q": "aiko"}).content
    assert ben.get(reverse("search"), {"q": "eri"}).content.strip() == b""


@pytest.mark.parametrize(("language", "word"), [("ja", "ja"), ("th", "th"), ("en", "en")])
def test_the_language_is_remembered(cast: Cast, language: str, word: str) -> None:
    browser = signed_in(cast, "aiko")

    browser.post(reverse("language"), {"language": language}, headers={"Referer": "http://localhost/recorder"})

    assert f'lang="{word}"' in browser.get(reverse("recorder")).content.decode()
    assert browser.get(reverse("recorder"))["Content-Language"] == language


def test_who_goes_to_the_address_of_a_form_meets_a_page_that_says_so(cast: Cast) -> None:
    page = signed_in(cast, "aiko").get(reverse("register_shared_account"))

    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "form_only" in page.content.decode()


@pytest.mark.parametrize("hostile", ["\x00", "\ud800", "'; drop table x; --", "%", "🙂" * 80, "a" * 5000])
def test_no_search_breaks_the_page(cast: Cast, hostile: str) -> None:
    chie = signed_in(cast, "chie")
    words = hostile.encode("utf-8", "surrogatepass").decode("utf-8", "replace")

    expected = 422 if "\0" in words else 200
    assert chie.get(reverse("employees"), {"q": words}).status_code == expected
    assert chie.get(reverse("team"), {"q": words, "site": words, "presence": words}).status_code == expected
    assert chie.get(reverse("employees"), {"offset": words}).status_code == expected
    assert chie.get("/rules/%00").status_code == 422
