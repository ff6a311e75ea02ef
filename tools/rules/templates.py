"""Templates escape everything and carry neither style nor script of their own."""

import re
from collections.abc import Iterator
from typing import Final

from tools.rules.markup import Elements, as_markup, line_of, without_comments
from tools.rules.rule import Example, Finding, Rule, Source, on

_PAGE: Final = "src/tokimori/interfaces/web/templates/tokimori/day.html"
_UNESCAPED: Final = re.compile(r"\{[{%][^}]*?\|\s*(safe|safeseq)\b|\{%\s*autoescape\s+off\b|\{%\s*filter\s+safe\b")


def _unescaped(source: Source) -> Iterator[Finding]:
    if not source.is_template:
        return
    text = without_comments(source.text)
    for match in _UNESCAPED.finditer(text):
        yield on(line_of(text, match.end()), match.group().strip())


def _inline(source: Source) -> Iterator[Finding]:
    if not source.is_template:
        return
    found: list[Finding] = []

    def look(line: int, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style" or (tag == "script" and "src" not in attributes):
            found.append(on(line, f"<{tag}>"))
        for name, value in attributes.items():
            is_handler = name.startswith(("on", "hx-on", "data-hx-on"))
            if is_handler or name == "style" or value.strip().lower().startswith("javascript:"):
                found.append(on(line, name))

    elements = Elements(look)
    elements.feed(as_markup(source.text))
    elements.close()
    yield from found


RULES: Final = (
    Rule(
        name="template-escaping",
        why="A template escapes everything; neither |safe nor autoescape off.",
        find=_unescaped,
        bad=(
            Example(path=_PAGE, text="<p>{{ note|safe }}</p>"),
            Example(path=_PAGE, text="<p>{{ note | upper | safe }}</p>"),
            Example(path=_PAGE, text="{% include 'a.html' with note=note|safe %}"),
            Example(path=_PAGE, text="{% autoescape off %}{{ note }}{% endautoescape %}"),
            Example(path=_PAGE, text="{% filter safe %}{{ note }}{% endfilter %}"),
        ),
        good=(
            Example(path=_PAGE, text="<p>{{ note|default:'' }}</p>{# never |safe #}"),
            Example(path=_PAGE, text="{% comment %} {{ note|safe }} {% endcomment %}"),
            Example(path=_PAGE, text="<p>{{ is_safe }} {{ note|safety }}</p>"),
        ),
    ),
    Rule(
        name="template-inline",
        why="Style and script come from files: no style=, no on…=, no hx-on, no <style>, no <script> without src.",
        find=_inline,
        bad=(
            Example(path=_PAGE, text='<p style="color: red">1</p>'),
            Example(path=_PAGE, text='<button {% if a > 4 %}disabled{% endif %} onclick="act()">1</button>'),
            Example(path=_PAGE, text="<script>act()</script>"),
            Example(path=_PAGE, text="<style>p { color: red }</style>"),
            Example(path=_PAGE, text='<form hx-on:submit="act()"></form>'),
            Example(path=_PAGE, text='<a href="javascript:act()">1</a>'),
        ),
        good=(
            Example(path=_PAGE, text="<script src=\"{% static 'tokimori/page.js' %}\" defer></script>"),
            Example(path=_PAGE, text='<p class="style" data-once="1" title="style=1 onclick=2">{{ on }}</p>'),
            Example(path=_PAGE, text="{% comment %}<script>{% endcomment %}{# style= #}<!-- <p style=''> -->"),
        ),
    ),
)
