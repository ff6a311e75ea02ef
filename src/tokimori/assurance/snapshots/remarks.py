"""The remark beside a mark: made of what holds, what is missing, and what was measured; nobody types it."""

from django.utils import translation
from django.utils.translation import gettext as _

from tokimori.assurance.catalogue.controls import LANGUAGES, Control
from tokimori.assurance.evaluation.answers import Answer
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.sheet_words import STATES, WHYS
from tokimori.assurance.snapshots.content import Texts, instant


def remark_of(control: Control, answer: Answer) -> Texts:
    """Return the remark in each language."""
    return Texts(**{language: _remark(control, answer, language) for language in LANGUAGES})


def _remark(control: Control, answer: Answer, language: str) -> str:
    with translation.override(language):
        return "\n".join(part for part in _parts(control, answer, language) if part)


def _parts(control: Control, answer: Answer, language: str) -> list[str]:
    why = str(WHYS[answer.why])
    lines = [f"{STATES[answer.state]}: {why}" if why else str(STATES[answer.state])]
    if control.holds and answer.is_good:
        lines.append(control.holds.in_language(language))
    if control.lacks:
        lines.append(_("Missing: %(what)s") % {"what": control.lacks.in_language(language)})
    if control.depends_on_settings:
        lines.append(_("Each company's own settings decide on this, hence the condition."))
    lines += [_measured(answer), _failed(answer)]
    if answer.exception:
        ends = instant(answer.exception.expires_at)
        lines.append(
            _("Accepted until %(ends)s, by two people: %(reason)s") % {"ends": ends, "reason": answer.exception.reason}
        )
    return lines


def _measured(answer: Answer) -> str:
    """Return the numbers behind the answer, and when the oldest of them was seen."""
    seen = [one.evidence for one in answer.findings if one.evidence and one.state is State.PROVEN]
    if not seen:
        return ""
    numbers = [f"{name} = {value}" for one in seen for name, value in sorted(one.measured.items())]
    oldest = instant(min(one.observed_at for one in seen))
    if not numbers:
        return _("Seen at %(moment)s.") % {"moment": oldest}
    return _("Seen at %(moment)s: %(numbers)s.") % {"moment": oldest, "numbers": ", ".join(numbers)}


def _failed(answer: Answer) -> str:
    """Return what did not hold, in the probe's own words."""
    failed = [
        f"{one.source.name}: {one.evidence.reason}"
        for one in answer.findings
        if one.evidence and one.evidence.outcome is not Outcome.PASSED and one.evidence.reason
    ]
    return _("Found: %(reasons)s.") % {"reasons": "; ".join(failed)} if failed else ""
