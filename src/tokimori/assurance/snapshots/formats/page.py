"""The check sheet as one page of HTML that stands alone: it fetches nothing, runs nothing, and prints well."""

from html import escape
from pathlib import Path
from typing import Final

from tokimori.assurance.snapshots.content import Snapshot
from tokimori.assurance.snapshots.formats.check_sheet import CheckSheet, Line, Part, check_sheet

_STYLE: Final = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""Of the file itself, wherever it is opened: it may style itself, and nothing else."""


def write_page(snapshot: Snapshot, language: str) -> bytes:
    """Return the page. Whatever stands in it is escaped."""
    sheet = check_sheet(snapshot, language)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(sheet.language)}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(sheet.title)} · {escape(sheet.as_of)}</title>",
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(sheet.title)}</h1><p>{escape(sheet.as_of)}</p>",
            *(f"<p>{escape(note)}</p>" for note in sheet.notes),
            _pairs(sheet.facts),
            _pairs(sheet.marks),
            *(_part(sheet, part) for part in sheet.parts),
            _pairs(sheet.states),
            "</body></html>\n",
        ]
    ).encode()


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs) + "</dl>"


def _part(sheet: CheckSheet, part: Part) -> str:
    headings = "".join(f'<th scope="col">{escape(one)}</th>' for one in sheet.headings)
    lines = "\n".join(_line(line) for line in part.lines)
    return f"<h2>{escape(part.title)}</h2><table><thead><tr>{headings}</tr></thead><tbody>\n{lines}\n</tbody></table>"


def _line(line: Line) -> str:
    remarks = "".join(f"<p>{escape(one)}</p>" for one in line.remarks.splitlines())
    evidence = "<br>".join(escape(one) for one in line.evidence)
    return (
        f'<tr id="row-{line.number}"><td class="number">{line.number}</td><th scope="row">{escape(line.question)}</th>'
        f'<td class="mark">{escape(line.mark)}</td><td class="{escape(line.state)}">{escape(line.state_word)}</td>'
        f'<td>{remarks}</td><td>{escape(line.valid_until)}</td><td class="evidence">{evidence}</td></tr>'
    )
