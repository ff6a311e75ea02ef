"""What of the registers' words everybody can read: the fields that say so, and no others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from django.urls import reverse

from support.provider import at_console, new_worker
from tokimori.assurance.registers.entries import Content, EntryView, State
from tokimori.assurance.registers.fields import Field, FieldKind, Value
from tokimori.assurance.registers.judging.catalogue import CRITERIA
from tokimori.assurance.registers.judging.judgement import shelf
from tokimori.assurance.registers.types.catalogue import REGISTERS

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
NOBODY = UUID(int=1)
OF_EXCEPTIONS_AND_OWNERS = {"exceptions.reason", "accountabilities.responsible"}
"""What the pages take from entries by other ways than the criteria: the reason of an exception, who does the work."""
FREE = {FieldKind.LINE, FieldKind.WORDS, FieldKind.PERSON, FieldKind.LINK}


def value_of(register: str, field: Field, number: int) -> Value:  # noqa: PLR0911 -- one answer for each kind
    choices = list(field.choices)
    match field.kind:
        case FieldKind.CHOICE:
            return choices[number % len(choices)]
        case FieldKind.CHOICES:
            return choices
        case FieldKind.DATE:
            return "2026-05-01"
        case FieldKind.MOMENT:
            return "2026-05-01T10:00"
        case FieldKind.NUMBER:
            return max(1, field.least)
        case FieldKind.YES_NO:
            return True
        case FieldKind.ROWS:
            return list(range(1, 136))
        case FieldKind.COUNTRIES:
            return ["JP"]
        case FieldKind.ENTRY | FieldKind.ACCOUNT:
            return str(NOBODY)
    return f"<{register}.{field.name}>"


def entries() -> Iterator[EntryView]:
    """Return entries of every register, with every choice once, whose free texts are the names of their fields."""
    for code, register in REGISTERS.items():
        for number in range(max((len(one.choices) for one in register.fields), default=0) + 1):
            content = Content(
                title=f"<{code}.title>", owner_id=NOBODY, deputy_id=None, effective_on=date(2026, 5, 1),
                review_due_on=date(2027, 5, 1), expires_on=date(2027, 5, 1),
                fields={one.name: value_of(code, one, number) for one in register.fields},
            )  # fmt: skip
            yield EntryView(
                id=UUID(int=number + 1), register=code, is_sample=False, number=3, state=State.APPROVED,
                content=content, author_id=NOBODY, acted_by=NOBODY, note=f"<{code}.note>", digest="0" * 64, at=NOW,
                approved_at=NOW,
            )  # fmt: skip


def test_the_fields_that_say_so_are_those_whose_words_everybody_can_read() -> None:
    on = shelf(list(entries()), now=NOW)
    texts = {f"{code}.{one.name}" for code, register in REGISTERS.items() for one in register.fields}
    told = " ".join(
        str(part)
        for criterion in CRITERIA.values()
        if (verdict := criterion.judge(on)) is not None
        for part in (verdict.reason, *verdict.measured, *verdict.measured.values())
    )
    assert "title>" not in told
    assert "note>" not in told

    shown = {name for name in texts if f"<{name}>" in told} | OF_EXCEPTIONS_AND_OWNERS
    said = {f"{code}.{one.name}" for code, register in REGISTERS.items() for one in register.fields if one.is_public}
    assert shown == said
    assert all(one.kind in FREE for register in REGISTERS.values() for one in register.fields if one.is_public)


def test_the_form_says_which_words_everybody_can_read() -> None:
    console = at_console(new_worker())

    page = console.get(reverse("new_register_entry", args=["policies"])).content.decode()

    assert page.count('id="public-version"') == page.count('public-version"') - 1 == 1
    assert 'id="public-summary"' not in page
