"""The parts of a workbook, opened with care: nothing runs, nothing is fetched, nothing swells."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from tokimori.assurance.questionnaires.errors import (
    QuestionnaireHasLinks,
    QuestionnaireHasMacros,
    QuestionnaireHasPassword,
    QuestionnaireNotReadable,
    QuestionnaireTooLarge,
)

_MOST_TAGS: Final = 1_500_000
LARGEST_FILE: Final = 8 * 1024 * 1024
"""Bytes of an uploaded file."""
_LARGEST_UNPACKED: Final = 40 * 1024 * 1024
_MOST_PARTS: Final = 2_000
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = 0x1
_PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""All that the format knows (ECMA-376 part 2). Others swell without a bound that the library could keep."""
_MACROS: Final = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/activex/|/embeddings/|/ctrlprops/", re.IGNORECASE
)
_LINKS: Final = re.compile(r"/externallinks/|/connections\.xml|/querytables/|/webextensions/|/model/", re.IGNORECASE)
Element = Any


def open_container(content: bytes) -> Mapping[str, bytes]:
    """Return the parts of a workbook by name, in order.

    Raise a refusal for what is too large, locked, carries programs or draws on other files.
    """
    if len(content) > LARGEST_FILE:
        raise QuestionnaireTooLarge
    if content.startswith(_OLD_FORMAT):
        raise QuestionnaireHasPassword
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise QuestionnaireNotReadable from error
    _refuse_programs_and_links(parts)
    return parts


def parse_part(content: bytes) -> Element:
    """Return the root of a part, which is in UTF-8 whatever it says; entities and document types are never taken."""
    if content.count(b"<") > _MOST_TAGS:
        raise QuestionnaireNotReadable  # each costs many times its bytes, once it is a tree
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise QuestionnaireNotReadable from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise QuestionnaireNotReadable
    return root


def write_part(root: Element) -> bytes:
    """Return a part's bytes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def with_parts(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the workbook with these parts in place of, or beside, its own; all others go over as they are.

    The moment that the archive states for a changed part is a fixed one: the same answers give the same bytes.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as after,
    ):
        known = set()
        for entry in before.infolist():
            known.add(entry.filename)
            after.writestr(entry, changed.get(entry.filename, before.read(entry)), compress_type=entry.compress_type)
        for name, part in changed.items():
            if name not in known:
                after.writestr(zipfile.ZipInfo(name), part, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _parts(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED:
        raise QuestionnaireTooLarge
    if len({name.casefold() for name in names}) != len(names) or "[Content_Types].xml" not in names:
        raise QuestionnaireNotReadable
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise QuestionnaireHasPassword
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise QuestionnaireNotReadable
    parts: dict[str, bytes] = {}
    left = _LARGEST_UNPACKED
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(left + 1)  # what the archive says of its sizes is not believed
        left -= len(data)
        if left < 0:
            raise QuestionnaireTooLarge
        parts[entry.filename] = data
    return parts


def _refuse_programs_and_links(parts: Mapping[str, bytes]) -> None:
    if any(_MACROS.search(f"/{name}") for name in parts):
        raise QuestionnaireHasMacros
    kinds = parse_part(parts["[Content_Types].xml"])
    if any("macroenabled" in str(one.get("ContentType", "")).casefold() for one in kinds):
        raise QuestionnaireHasMacros
    if any(_LINKS.search(f"/{name}") for name in parts):
        raise QuestionnaireHasLinks
    for name, part in parts.items():
        if name.casefold().endswith(".rels") and any(_draws_on_another_file(one) for one in parse_part(part)):
            raise QuestionnaireHasLinks


def _draws_on_another_file(relation: Element) -> bool:
    """Whether a relation leads out of the workbook and is more than a link that a person may click."""
    is_external = str(relation.get("TargetMode", "")).casefold() == "external"
    return is_external and not str(relation.get("Type", "")).endswith("/hyperlink")
