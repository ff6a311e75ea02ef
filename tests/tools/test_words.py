"""Every sentence that people read exists in every language, and says the same with the same placeholders."""

import ast
import gettext
import os
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from tools.words.catalogues import (
    LANGUAGES,
    TRANSLATED,
    merged,
    misplaced,
    missing,
    path_of,
    read,
    unused,
)
from tools.words.compile import compile_stale
from tools.words.extract import (
    SOURCE,
    Word,
    sentences_of_refusals,
    templates,
    words,
    words_of_module,
    words_of_template,
)
from tools.words.fill import fill
from tools.words.literals import literals
from tools.words.update import update

A_MODULE = """\
LABEL = _("In")
sentence = ngettext("%(count)d thing", "%(count)d things", count)
month = pgettext("calendar", "May")
later = gettext_noop("Team")
spoken = gettext(variable)
class Refused(Refusal):
    '''You may not.

    Not read to people.
    '''
"""
A_TEMPLATE = """\
{% load i18n %}
  <p>{% translate "Sign in" %}</p>
      {% blocktranslate trimmed count counter=days %}
        {{ counter }} day
      {% plural %}
        {{ counter }} days
      {% endblocktranslate %}
 <b title="{% translate 'Close' context 'door' %}">don't</b>
"""


@pytest.fixture(scope="module")
def said() -> list[Word]:
    return list(words())


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product of one module and one template, with its catalogues in ``locale``."""
    (tmp_path / "module.py").write_text(A_MODULE, encoding="utf-8")
    (tmp_path / "page.html").write_text(A_TEMPLATE, encoding="utf-8")
    update(source=tmp_path, locale=tmp_path / "locale")
    return tmp_path


# --------------------------------------------------------------------------------------------------------- the product


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated(language: str, said: list[Word]) -> None:
    assert [word.key for word in missing(language, said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_what_nobody_says(language: str, said: list[Word]) -> None:
    assert unused(language, said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_carry_the_placeholders_of_their_words(language: str) -> None:
    assert [(message.id, form) for message in read(language) if message.id for form in misplaced(message)] == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(SOURCE / "tokimori").as_posix())
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    assert list(literals(path.read_text(encoding="utf-8"))) == []


# ----------------------------------------------------------------------------------------------------------- the tools


def test_words_are_found_in_modules() -> None:
    assert set(words_of_module(A_MODULE)) == {
        Word(text="In"),
        Word(text="%(count)d thing", plural="%(count)d things"),
        Word(text="May", context="calendar"),
        Word(text="Team"),
    }


def test_words_are_found_in_templates() -> None:
    assert set(words_of_template(A_TEMPLATE)) == {
        Word(text="Sign in"),
        Word(text="%(counter)s day", plural="%(counter)s days"),
        Word(text="Close", context="door"),
    }


def test_sentences_are_found_below_refusals_however_deep() -> None:
    above = ast.parse("class Conflict(errors.Refusal):\n    '''Taken.'''\nclass Other(Exception):\n    '''No.'''\n")
    below = ast.parse("class Sealed(Conflict):\n    '''Sealed already.\n\n    More.'''\n")

    assert {word.text for word in sentences_of_refusals([below, above])} == {"Taken.", "Sealed already."}


def test_every_refusal_of_the_product_is_found(said: list[Word]) -> None:
    assert {"The month is sealed already.", "The request was refused."} <= {word.text for word in said}


def test_a_catalogue_is_written_the_same_way_twice(product: Path) -> None:
    first = path_of("ja", product / "locale").read_bytes()

    update(source=product, locale=product / "locale")

    assert path_of("ja", product / "locale").read_bytes() == first
    assert [word.key for word in missing("ja", words(product), product / "locale")] == [
        "%(count)d thing",
        "%(counter)s day",
        "In",
        "Sign in",
        "Team",
        "You may not.",
        "calendar\x04May",
        "door\x04Close",
    ]


def test_translations_survive_an_update_and_unsaid_words_do_not(product: Path) -> None:
    faults = fill({"ja": {"In": "出勤", "%(count)d thing": "%(count)d件", "Team": "チーム"}}, locale=product / "locale")
    (product / "module.py").write_text(A_MODULE.replace('"Team"', '"Crew"'), encoding="utf-8")

    update(source=product, locale=product / "locale")

    catalog = read("ja", product / "locale")
    assert faults == []
    assert (catalog["In"].string, catalog["%(count)d thing"].string) == ("出勤", ("%(count)d件",))
    assert "Team" not in catalog
    assert unused("ja", words(product), product / "locale") == []


@pytest.mark.parametrize(
    ("language", "key", "translation"),
    [
        pytest.param("ja", "Inn", "宿", id="a word nobody says"),
        pytest.param("ja", "%(count)d thing", "%(number)d件", id="another placeholder"),
        pytest.param("ja", "In", "<b>出勤</b>", id="markup of its own"),
        pytest.param("ja", "In", ["出勤", "出勤"], id="too many forms"),
        pytest.param("en", "%(count)d thing", "%(count)d thing", id="too few forms"),
        pytest.param("fr", "In", "Entrée", id="a language we do not speak"),
    ],
)
def test_a_wrong_translation_is_not_entered(
    product: Path, language: str, key: str, translation: str | list[str]
) -> None:
    before = path_of("ja", product / "locale").read_bytes()

    faults = fill({"ja": {"Team": "チーム"}, language: {key: translation}}, locale=product / "locale")

    assert len(faults) == 1
    assert path_of("ja", product / "locale").read_bytes() == before


def test_a_guess_is_no_translation(product: Path) -> None:
    path = path_of("ja", product / "locale")
    text = path.read_text(encoding="utf-8").replace('msgid "In"\nmsgstr ""', '#, fuzzy\nmsgid "In"\nmsgstr "出勤"')
    path.write_text(text, encoding="utf-8")

    assert Word(text="In") in missing("ja", words(product), product / "locale")


def test_only_what_changed_is_compiled(product: Path) -> None:
    locale = product / "locale"
    fill({"ja": {"In": "出勤", "%(count)d thing": "%(count)d件", "calendar\x04May": "五月"}}, locale=locale)

    first = compile_stale(locale)
    second = compile_stale(locale)
    os.utime(path_of("th", locale), ns=(2**62, 2**62))
    third = compile_stale(locale)

    assert [path.parts[-3] for path in first] == list(LANGUAGES)
    assert second == []
    assert [path.parts[-3] for path in third] == ["th"]
    japanese = gettext.translation("django", locale, languages=["ja"])
    assert (japanese.gettext("In"), japanese.pgettext("calendar", "May")) == ("出勤", "五月")
    assert japanese.ngettext("%(count)d thing", "%(count)d things", 2) == "%(count)d件"
    assert japanese.gettext("Sign in") == "Sign in"


@pytest.mark.parametrize(
    ("said", "given", "is_right"),
    [
        ("%(name)s leads {team}", "{team}: %(name)s", True),
        ("%(name)s leads", "%(nam)s leads", False),
        ("%(share)s %%", "%(share)s %%", True),
        ("%(share)s %%", "%(share)s %", False),
        ("<b>%(name)s</b>", "<b>%(name)s</b>", True),
        (("a day", "%(count)d days"), ("a day", "%(count)d days"), True),
        (("a day", "%(count)d days"), ("a day",), False),
    ],
)
def test_placeholders_are_compared(
    said: str | tuple[str, str], given: str | tuple[str, ...], *, is_right: bool
) -> None:
    assert (misplaced(Message(said, string=given)) == []) is is_right


def test_a_merge_keeps_nothing_but_what_is_said() -> None:
    old = read("ja", Path("/nowhere"))
    old.add("Out", string="退勤")

    assert [message.id for message in merged(old, [Word(text="In")], "ja") if message.id] == ["In"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<p>Hello</p>", [(1, "Hello")], id="text"),
        pytest.param(
            "<p>\n  {{ name }} さん\n</p>", [(2, "00000000000 さん".replace("00000000000", "0000000000"))], id="beside"
        ),
        pytest.param('<a title="Close"></a>', [(1, "Close")], id="an attribute that is read"),
        pytest.param('<p>{% translate "Hello" %} {{ name|default:"x" }} · 12:00 &middot;</p>', [], id="translated"),
        pytest.param("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", [], id="a translated block"),
        pytest.param("<!-- Hello -->{# Hello #}{% comment %}Hello{% endcomment %}", [], id="comments"),
        pytest.param("<title>Tokimori</title><kbd>Ctrl K</kbd> ไทย 日本語", [], id="the same everywhere"),
        pytest.param('<p class="quiet">{% if a > 4 %}1{% endif %}</p><script src="a.js">act()</script>', [], id="code"),
    ],
)
def test_words_of_their_own_are_found_in_templates(text: str, found: list[tuple[int, str]]) -> None:
    assert list(literals(text)) == found


SOURCE_ROOT = Path(__file__).resolve().parents[2]


def test_no_word_hides_in_a_formatted_string() -> None:
    """The extraction does not look inside f-strings, so a word there would never be translated."""
    hidden = [
        f"{file}:{node.lineno}"
        for file in sorted((SOURCE_ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "gettext", "ngettext"}
        if call.args and isinstance(call.args[0], ast.Constant)
    ]

    assert hidden == []
