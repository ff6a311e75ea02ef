"""``tokimori sheet`` writes the very bytes that were published, and never lets a draft pass for them."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from support.probing import settle
from support.provider import new_worker
from tokimori.assurance.snapshots.content import DRAFT, read_snapshot
from tokimori.assurance.snapshots.exporting import file_name
from tokimori.assurance.snapshots.formats.catalogue import FILES
from tokimori.assurance.snapshots.queries import all_snapshots, file_content
from tokimori.assurance.snapshots.services.publishing import publish_snapshot
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.settings.command_line import _parser
from tokimori.settings.sheets import FORMATS


@pytest.fixture(autouse=True)
def _named_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the installation as a person does; Django is set up already, on the database of the tests."""
    monkeypatch.setenv("DATABASE_URL", os.environ.get("DATABASE_URL", "postgresql://as-set-up"))


@pytest.fixture(scope="module")
def published() -> tuple[UUID, UUID]:
    """A snapshot that everybody finds, and a newer one that is not listed."""
    settle()
    worker = new_worker()
    with tenant_transaction(PROVIDER):
        listed = publish_snapshot(actor=worker.principal, now=clock.now())
        hidden = publish_snapshot(actor=worker.principal, now=clock.now(), is_listed=False)
    return listed, hidden


def run(*words: str) -> int:
    chosen = _parser().parse_args(["sheet", *words])
    return int(chosen.run(chosen))


def kept(snapshot_id: UUID, name: str) -> bytes:
    with tenant_transaction(PROVIDER):
        return file_content(snapshot_id, name)[1]


def test_each_format_is_a_file_of_a_snapshot_and_each_file_has_a_format() -> None:
    named = {file_name(kind=kind, language=language) for kind in FORMATS for language in ("ja", "en", "th")}

    assert named == {one.name for one in FILES}
    with pytest.raises(KeyError):
        file_name(kind="docx", language="en")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("json",), "sheet.json"),
        (("xlsx", "--language", "ja"), "sheet.ja.xlsx"),
        (("pdf", "--language", "th"), "sheet.th.pdf"),
        (("html",), "sheet.en.html"),
        (("oscal-assessment-results",), "assessment-results.oscal.json"),
    ],
)
def test_the_newest_that_everybody_finds_is_written_as_it_was_published(
    published: tuple[UUID, UUID], tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"what was there before")

    assert run("export", "--format", *words, "--output", str(path)) == 0

    assert path.read_bytes() == kept(published[0], name)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_snapshot_that_is_not_listed_is_written_when_it_is_named(
    published: tuple[UUID, UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sheet.json"

    assert run("export", "--format", "json", "--snapshot", str(published[1]), "--output", str(path)) == 0

    assert read_snapshot(path.read_bytes()).id == str(published[1])
    assert str(published[1]) in capsys.readouterr().out


def test_a_draft_says_so_in_its_name_and_inside_and_leaves_no_trace(
    published: tuple[UUID, UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tenant_transaction(PROVIDER):
        before = (all_snapshots(limit=1000), LedgerEvent.objects.filter(tenant_id=PROVIDER).count())

    assert run("export", "--format", "json", "--draft", "--output", str(tmp_path / "sheet.json")) == 0
    assert (
        run("export", "--format", "html", "--language", "ja", "--draft", "--output", str(tmp_path / "s.draft.html"))
        == 0
    )

    assert sorted(one.name for one in tmp_path.iterdir()) == ["s.draft.html", "sheet.draft.json"]
    assert read_snapshot((tmp_path / "sheet.draft.json").read_bytes()).edition == DRAFT
    assert "下書き" in (tmp_path / "s.draft.html").read_text(encoding="utf-8")
    assert "nothing proves it" in capsys.readouterr().out
    with tenant_transaction(PROVIDER):
        assert (all_snapshots(limit=1000), LedgerEvent.objects.filter(tenant_id=PROVIDER).count()) == before
    assert published[1] in {one.id for one in before[0]}


def test_the_list_names_each_snapshot_and_whether_everybody_finds_it(
    published: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list") == 0

    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "not listed" not in lines[str(published[0])]
    assert "not listed" in lines[str(published[1])]


def test_what_cannot_be_is_refused_and_nothing_is_written(
    published: tuple[UUID, UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sheet.json"
    nobodys = str(new_id(at=clock.now()))

    assert run("export", "--format", "json", "--snapshot", nobodys, "--output", str(path)) == 2
    assert run("export", "--format", "json", "--output", str(tmp_path / "nowhere" / "sheet.json")) == 2
    both = ("--draft", "--snapshot", str(published[0]))
    for words in (("--format", "docx"), ("--format", "json", *both), ("--format", "json", "--snapshot", "newest")):
        with pytest.raises(SystemExit):
            run("export", *words, "--output", str(path))

    assert not list(tmp_path.iterdir())
    assert "No such snapshot" in capsys.readouterr().err


def test_nothing_is_published_from_the_command_line() -> None:
    with pytest.raises(SystemExit):
        run("publish")
