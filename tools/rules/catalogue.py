"""Every rule, and the search of the tree."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Final

from tools.rules import database, places, safety, signatures, templates, tenancy, values
from tools.rules.markup import line_of
from tools.rules.rule import Finding, Rule, Source, read

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final[Sequence[Rule]] = tuple(
    chain.from_iterable(module.RULES for module in (database, values, safety, places, tenancy, signatures, templates))
)

_EXCEPTION: Final = re.compile(r"#\s*rule:\s*(?P<name>[\w-]*)(?:\s+--\s+(?P<reason>[^#]*[^#\s]))?")
_TEMPLATE_COMMENT: Final = re.compile(r"\{#.*?#\}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Breach:
    """One place where a rule does not hold."""

    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exception:
    """An exception that the code makes for itself: ``# rule: <name> -- <reason>``."""

    line: int
    name: str
    reason: str


def sources(root: Path = ROOT) -> Iterator[Source]:
    """Return every module and template below ``src``."""
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in {".py", ".html"}:
            yield read(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))


def breaches(searched: Iterable[Source], rules: Sequence[Rule] = RULES) -> list[Breach]:
    """Return where the rules do not hold, with the exceptions that have no reason or no use."""
    return sorted(breach for source in searched for breach in _breaches(source, rules))


def _breaches(source: Source, rules: Sequence[Rule]) -> Iterator[Breach]:
    exceptions = tuple(_exceptions(source))
    used: set[_Exception] = set()
    for rule in rules:
        for finding in rule.find(source):
            allowing = {each for each in exceptions if _allows(each, rule, finding)}
            used |= allowing
            if not allowing:
                detail = f" ({finding.detail})" if finding.detail else ""
                yield Breach(path=str(source.path), line=finding.line, rule=rule.name, sentence=rule.why + detail)
    known = {rule.name for rule in rules}
    for exception in exceptions:
        if sentence := _fault(exception, is_known=exception.name in known, is_used=exception in used):
            yield Breach(path=str(source.path), line=exception.line, rule="rule-exception", sentence=sentence)


def _allows(exception: _Exception, rule: Rule, finding: Finding) -> bool:
    return exception.name == rule.name and finding.line <= exception.line <= finding.last_line


def _fault(exception: _Exception, *, is_known: bool, is_used: bool) -> str:
    if not is_known:
        return f"There is no rule called {exception.name!r}."
    if not exception.reason:
        return "An exception gives its reason: # rule: <name> -- <reason>."
    return "" if is_used else f"Nothing here breaks {exception.name}; take the exception away."


def _exceptions(source: Source) -> Iterator[_Exception]:
    for line, comment in _comments(source):
        for match in _EXCEPTION.finditer(comment):
            yield _Exception(line=line, name=match["name"], reason=match["reason"] or "")


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    if "rule:" not in source.text:
        return
    if source.is_template:
        for match in _TEMPLATE_COMMENT.finditer(source.text):
            yield line_of(source.text, match.start()), match.group().removesuffix("#}")
        return
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
