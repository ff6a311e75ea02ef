"""What a probe is: a name, where it looks, how often, how long its word counts, and a function that looks."""

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ParamSpec

from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.foundation.errors import Refusal

Given = ParamSpec("Given")


class Scope(StrEnum):
    """What is looked at: the whole service, one customer, one terminal, or one machine."""

    PLATFORM = "platform"
    TENANT = "tenant"
    TERMINAL = "terminal"
    HOST = "host"


class CannotObserve(RuntimeError):
    """The probe could not look; the message is the code of the reason. It counts as an error, never as a success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen. ``reason`` names, as codes, what was not as it should be."""

    outcome: Outcome
    reason: str = ""
    measured: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeDefinition:
    """One probe. Its word counts for ``maximum_age_minutes``; it may take ``timeout_seconds``.

    It runs only where ``has_subject`` says that there is something to look at: before that it says nothing at all.
    """

    name: str
    observe: Callable[[datetime], Observation]
    scope: Scope = Scope.PLATFORM
    every_minutes: int = 60
    maximum_age_minutes: int = 150
    timeout_seconds: int = 120
    has_subject: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        if self.maximum_age_minutes <= self.every_minutes:
            raise ValueError("A probe runs again before its last word has run out.")

    @property
    def code_digest(self) -> str:
        """Return the SHA-256 of the module that looks."""
        return hashlib.sha256(inspect.getsource(sys.modules[self.observe.__module__]).encode()).hexdigest()


def refusal_of(act: Callable[Given, object], *values: Given.args, **named: Given.kwargs) -> Refusal | None:
    """Do something, and return the refusal that it met, or nothing."""
    try:
        act(*values, **named)
    except Refusal as refusal:
        return refusal
    return None


def judged(checks: Mapping[str, bool], **measured: int | str) -> Observation:
    """Return an observation that passes when every check held; those that did not are its reason."""
    failed = [name for name, is_held in checks.items() if not is_held]
    counted = {"checks": len(checks), **({"failed": len(failed)} if failed else {})}
    return Observation(
        outcome=Outcome.FAILED if failed or not checks else Outcome.PASSED,
        reason=", ".join(failed),
        measured={**counted, **measured},
    )
