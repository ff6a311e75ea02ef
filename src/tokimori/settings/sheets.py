"""``tokimori sheet``: list the published snapshots of the sheet, and write a file of one, or of a draft."""

import argparse
import sys
from pathlib import Path
from typing import Final
from uuid import UUID

from tokimori.settings.configuration import ConfigurationRefused

FORMATS: Final = (
    "json",
    "html",
    "csv",
    "xlsx",
    "pdf",
    "oscal-catalog",
    "oscal-component-definition",
    "oscal-assessment-plan",
    "oscal-assessment-results",
)


def add_sheet_acts(verb: argparse.ArgumentParser) -> None:
    """Describe the acts on the sheet. Publishing is none of them: it needs a person at the console."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help="print the published snapshots, the newest first")
    export = acts.add_parser("export", help="write one file of the newest snapshot that everybody finds")
    export.add_argument("--format", required=True, choices=FORMATS)
    export.add_argument("--language", default="en", choices=["ja", "en", "th"], help="json and OSCAL hold them all")
    export.add_argument("--output", type=Path, required=True, help="the file; it is replaced at once, or not at all")
    which = export.add_mutually_exclusive_group()
    which.add_argument("--snapshot", type=UUID, help="of this snapshot, which the list names")
    which.add_argument("--draft", action="store_true", help="of the sheet as it stands now: unpublished and unproven")
    for act in (listing, export):
        act.add_argument("--demo", action="store_true", help="of the demo that is running on this machine")


def run_sheet_act(chosen: argparse.Namespace) -> int:
    """Do what was asked for; return 0, or 2 where there is no such snapshot or the file cannot be written."""
    from tokimori.settings.controls import made_ready  # noqa: PLC0415 -- each verb loads what it needs

    if cannot := made_ready(is_demo=chosen.demo):
        raise ConfigurationRefused(cannot)
    from tokimori.assurance.snapshots.exporting import snapshot_lines  # noqa: PLC0415 -- models exist after the set-up

    if chosen.act == "export":
        return _export(chosen)
    print("\n".join(snapshot_lines()) or "No snapshot is published yet.")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from tokimori.assurance.snapshots import exporting  # noqa: PLC0415 -- as above
    from tokimori.foundation import clock  # noqa: PLC0415 -- as above
    from tokimori.foundation.errors import NotFound  # noqa: PLC0415 -- as above

    name = exporting.file_name(kind=chosen.format, language=chosen.language)
    path = exporting.draft_path(chosen.output) if chosen.draft else chosen.output
    try:
        found = (
            exporting.draft_file(name, now=clock.now())
            if chosen.draft
            else exporting.published_file(name, snapshot_id=chosen.snapshot)
        )
        exporting.write_whole(found.content, path=path)
    except NotFound:
        print("No such snapshot is published. `tokimori sheet list` names them all.", file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{path}: {name} of {found.source}")
    for warning in found.warnings:
        print(f"It could not be published: {warning}", file=sys.stderr)
    return 0
