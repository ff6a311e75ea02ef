"""``tokimori control N`` and ``tokimori probe``: what stands behind a row of the sheet, and looking at it now."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tokimori.foundation import clock
from tokimori.settings.configuration import ConfigurationRefused

if TYPE_CHECKING:
    from tokimori.assurance.report import Present


def print_control(*, row: int, language: str, is_demo: bool) -> int:
    """Print the report on a row; return 0, or 2 for a number that no row has."""
    cannot_say = made_ready(is_demo=is_demo)
    from tokimori.assurance.probes.build import TEST_RECORD  # noqa: PLC0415 -- models exist only after the set-up
    from tokimori.assurance.report import Present, as_record, describe  # noqa: PLC0415 -- as above

    present = Present(answer=None, cannot_say=cannot_say) if cannot_say else _present(row)
    record: Mapping[str, Any] | None = (
        as_record(TEST_RECORD.read_text(encoding="utf-8")) if TEST_RECORD.is_file() else None
    )
    try:
        print(describe(row, present=present, record=record, now=clock.now(), language=language), end="")
    except LookupError as error:
        print(error)
        return 2
    return 0


def run_probes(*, names: Sequence[str], is_demo: bool) -> int:
    """Run the named probes, or all, and answer the sheet; return 1 when one did not pass, 2 for an unknown name."""
    if cannot := made_ready(is_demo=is_demo):
        raise ConfigurationRefused(cannot)
    from tokimori.assurance.probe_words import sentences_of  # noqa: PLC0415 -- as above
    from tokimori.assurance.probes.catalogue import PROBES  # noqa: PLC0415 -- models exist only after the set-up
    from tokimori.assurance.services.answering import answer_sheet  # noqa: PLC0415 -- as above
    from tokimori.assurance.services.running import run_probe  # noqa: PLC0415 -- as above

    if unknown := sorted(set(names) - set(PROBES)):
        print(f"No such probe: {', '.join(unknown)}. There are: {', '.join(PROBES)}.")
        return 2
    is_well = True
    for name in names or tuple(PROBES):
        if not PROBES[name].has_subject():
            print(f"{'–':8} {name:22} nothing to look at yet", flush=True)
            continue
        run = run_probe(PROBES[name])
        is_well = is_well and run.outcome == "passed"
        said = " ".join(sentences_of(run.reason, measured=run.measured, language="en"))
        print(f"{run.outcome:8} {name:22} {said}", flush=True)
    changed = answer_sheet(now=clock.now())
    print(f"{len(changed)} rows changed their state." + (f" {', '.join(map(str, changed))}" if changed else ""))
    return 0 if is_well else 1


def hold_tamper_drill(*, is_demo: bool) -> int:
    """Hold a drill now and print how it ended; return 0 if all was refused or noticed, 1 if not."""
    if cannot := made_ready(is_demo=is_demo):
        raise ConfigurationRefused(cannot)
    from django.conf import settings  # noqa: PLC0415 -- models exist only after the set-up

    from tokimori.assurance.drill.holding import hold_drill  # noqa: PLC0415 -- as above
    from tokimori.ops.scratch_database import ScratchRefused  # noqa: PLC0415 -- as above

    if not settings.DRILL_DATABASE_URL:
        raise ConfigurationRefused("TOKIMORI_DRILL_DATABASE_URL is not set; `tokimori prepare-database` makes one.")
    try:
        found = hold_drill(scratch_url=settings.DRILL_DATABASE_URL, now=clock.now())
    except ScratchRefused as refusal:
        raise ConfigurationRefused(str(refusal)) from refusal
    print(f"As the running program: {found.attempts} attempts, {found.refused} refused.")
    print(f"As the owner of the database: {found.attacks} attacks, {found.attacks - len(found.missed)} noticed.")
    for what, names in (("Not noticed", found.missed), ("Accused for nothing", found.accused)):
        if names:
            print(f"{what}: {', '.join(names)}.")
    if found.fault:
        print(f"The drill did not come to its end: {found.fault}.")
    return 0 if found.is_passed else 1


def print_register(*, code: str, is_demo: bool) -> int:
    """Print the registers in numbers, or the entries of one; return 0, or 2 for a register that there is not."""
    if cannot := made_ready(is_demo=is_demo):
        raise ConfigurationRefused(cannot)
    from tokimori.assurance.registers.listing import entry_lines, register_lines_as_text  # noqa: PLC0415 -- as above

    lines = entry_lines(code, now=clock.now()) if code else register_lines_as_text(now=clock.now())
    if lines is None:
        print("No such register. Without a name all are listed.")
        return 2
    print("\n".join(lines))
    return 0


def made_ready(*, is_demo: bool) -> str:
    """Set Django up for the named installation; without one, so that the catalogue can be read. Return what is missing."""
    if is_demo:
        from tokimori.settings.demo import DemoFailed, demo_environment  # noqa: PLC0415 -- each verb loads what it needs

        try:
            os.environ.update(demo_environment())
        except DemoFailed as failure:
            return str(failure)
    import django  # noqa: PLC0415 -- the settings are named before

    has_database = bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", "tokimori.settings.django" if has_database else "tokimori.settings.type_check"
    )
    django.setup()
    return (
        "" if has_database else "no installation is named here: DATABASE_URL is not set, and --demo was not asked for"
    )


def _present(row: int) -> "Present":
    from django.db import DatabaseError  # noqa: PLC0415 -- as above

    from tokimori.assurance.queries import public_sheet  # noqa: PLC0415 -- as above
    from tokimori.assurance.report import Present  # noqa: PLC0415 -- as above

    try:
        return Present(answer=public_sheet(now=clock.now()).answers.get(row))
    except DatabaseError:
        return Present(answer=None, cannot_say="the database named by DATABASE_URL does not answer")
