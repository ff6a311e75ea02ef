"""What a company may have decided by two."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class Subject(StrEnum):
    """What one person proposes and another one lets hold."""

    RULE_SETS = "rule_sets"
    SECURITY_RULES = "security_rules"
    SECOND_PERSON = "second_person"
    """That something is decided by one person again: where two are asked for, one alone does not end that."""
    ACCEPTED_GAP = "accepted_gap"
    """That a gap of the provider's sheet is accepted for a time: always decided by two."""


CHOOSABLE: Final = (Subject.RULE_SETS, Subject.SECURITY_RULES)
LONGEST_WAIT: Final = timedelta(days=14)
"""A proposal that nobody decided on for so long is void."""
