"""Doors that must not stand open: unescaped markup, broad excepts, all fields."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from tools.rules.rule import Example, Finding, Rule, Source, at, called, last_name, on

_UNESCAPED: Final = frozenset(
    {
        "mark_safe", "SafeString", "SafeText", "SafeData", "html_safe",
        "format_html", "format_html_join", "csrf_exempt",
    }
)  # fmt: skip

_MAY_LEAVE_UNESCAPED: Final[Mapping[str, frozenset[str]]] = {
    # The icon tag: a fixed piece of markup into which format_html escapes the name.
    "src/tokimori/interfaces/web/templatetags/tokimori.py": frozenset({"format_html", "SafeString"}),
    # The directory's door knows no cookies: each request carries its token, so that there is no origin to check.
    "src/tokimori/interfaces/scim/urls.py": frozenset({"csrf_exempt"}),
    # Answers of SAML providers are posted from their pages, without our cookies: they are signed, each answers one question
    # that we asked, and what they open is opened by a second request, in the browser that asked.
    "src/tokimori/interfaces/web/views/company_sign_in.py": frozenset({"csrf_exempt"}),
    # A mail program ends a subscription by itself (RFC 8058), without cookies: the address holds the secret of the letter.
    "src/tokimori/assurance/subscriptions/views.py": frozenset({"csrf_exempt"}),
}

# The outermost doors, which answer whatever happens. Empty: a door says so where it stands.
_OUTERMOST: Final[frozenset[str]] = frozenset()
_EVERYTHING: Final = frozenset({"Exception", "BaseException"})


def _unescaped(source: Source) -> Iterator[Finding]:
    names = _UNESCAPED - _MAY_LEAVE_UNESCAPED.get(str(source.path), frozenset())
    for node in source.nodes:
        match node:
            case ast.ImportFrom(names=imported):
                for alias in imported:
                    if alias.name in names:
                        yield at(node, alias.name)
            case ast.Attribute(attr=name) if name in names:
                yield at(node, name)
            case _:
                pass


def _broad_excepts(source: Source) -> Iterator[Finding]:
    if str(source.path) in _OUTERMOST:
        return
    for handler in source.each(ast.ExceptHandler):
        if handler.type is None or _catches_everything(handler.type):
            yield on(handler.lineno)
    for call in source.each(ast.Call):
        if called(call) == "suppress" and any(_catches_everything(kind) for kind in call.args):
            yield at(call)


def _catches_everything(kind: ast.expr) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(last_name(each) in _EVERYTHING for each in kinds)


def _all_fields(source: Source) -> Iterator[Finding]:
    for constant in source.each(ast.Constant):
        if constant.value == "__all__":
            yield at(constant)


RULES: Final = (
    Rule(
        name="escaping",
        why="What leaves escaping or the check of origin aside stands on the rule's own list, with a reason.",
        find=_unescaped,
        bad=(
            Example(text="from django.utils.safestring import mark_safe\n"),
            Example(text="from django.views.decorators.csrf import csrf_exempt\n"),
            Example(text="page = html.format_html(text)\n"),
            Example(
                path="src/tokimori/interfaces/web/templatetags/tokimori.py",
                text="from django.utils.safestring import mark_safe\n",
            ),
        ),
        good=(
            Example(
                path="src/tokimori/interfaces/web/templatetags/tokimori.py",
                text="from django.utils.html import format_html\n",
            ),
            Example(text="from django.utils.html import escape\n"),
        ),
    ),
    Rule(
        name="broad-except",
        why="Only an outermost door catches everything; elsewhere an except names what it expects.",
        find=_broad_excepts,
        bad=(
            Example(text="try:\n    act()\nexcept:\n    pass\n"),
            Example(text="try:\n    act()\nexcept Exception as error:\n    log(error)\n"),
            Example(text="try:\n    act()\nexcept (ValueError, BaseException):\n    pass\n"),
            Example(text="with suppress(Exception):\n    act()\n"),
        ),
        good=(
            Example(text="try:\n    act()\nexcept (ValueError, KeyError):\n    pass\n"),
            Example(text="with suppress(FileNotFoundError):\n    act()\n"),
        ),
    ),
    Rule(
        name="all-fields",
        why="A form, a schema or a serializer names its fields; it never says all.",
        find=_all_fields,
        bad=(
            Example(text='class Meta:\n    fields = "__all__"\n'),
            Example(text='Shape = create_schema(Employee, fields="__all__")\n'),
        ),
        good=(Example(text='class Meta:\n    fields = ("code", "name")\n'), Example(text='__all__ = ["Figures"]\n')),
    ),
)
