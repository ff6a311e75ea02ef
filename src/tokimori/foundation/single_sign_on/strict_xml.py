"""XML from outside: small, UTF-8, without document types, entities, comments or instructions; nothing is fetched for it."""

from typing import Final

from lxml import etree

LARGEST_DOCUMENT: Final = 256 * 1024
_MOST_ELEMENTS: Final = 5000
_DEEPEST: Final = 60


class XmlNotTaken(ValueError):
    """The text is no XML, or holds something that has no place in metadata and assertions."""


def read_xml(data: bytes) -> etree._Element:
    """Return the root; raise ``XmlNotTaken`` for anything that a verifier and a reader might understand differently.

    Comments are refused rather than skipped: one inside a name splits its text, and half a name is another name.
    """
    if not data or len(data) > LARGEST_DOCUMENT:
        raise XmlNotTaken
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise XmlNotTaken from error
    if "<!" in text:  # a document type, an entity, a comment, a CDATA section
        raise XmlNotTaken
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlNotTaken from error
    if root.getroottree().docinfo.doctype or _holds_more_than_elements(root):
        raise XmlNotTaken
    return root


def _holds_more_than_elements(root: etree._Element) -> bool:
    for count, node in enumerate(root.getroottree().iter()):
        if not isinstance(node.tag, str) or count >= _MOST_ELEMENTS:
            return True
        if not len(node) and sum(1 for _ in node.iterancestors()) > _DEEPEST:
            return True
    # Instructions before or after the root are not below it.
    return any(True for _ in (*root.itersiblings(), *root.itersiblings(preceding=True)))
