"""The rule sets that tests work under."""

from tokimori.engine import BreakPolicy, BreakSource, BreakTier, ClockWindow, RuleSet

JAPANESE_BREAKS = (
    BreakTier(over_minutes=360, break_minutes=45),
    BreakTier(over_minutes=480, break_minutes=60),
)


def tokyo_rules() -> RuleSet:
    """Fixed hours in Japan: breaks as planned, checked against the law; night from 22:00 to 5:00."""
    return RuleSet(
        code="jp-fixed",
        country="JP",
        night=ClockWindow(start_minute=1320, end_minute=300),
        breaks=BreakPolicy(sources=(BreakSource.SCHEDULED,), required=JAPANESE_BREAKS),
    )
