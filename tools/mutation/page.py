"""The page about the mutants that were tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HEAD = """\
# Mutation testing of the engine

Written by `tools/mutation/run.py`. A mutant is a module with one small wrong: a bound moved by one, `<` for `<=`
and `+` for `-`, `and` for `or`, `min` for `max`, a condition or a truth turned around. Annotations, messages and
decorators are left alone. A mutant is killed when a test fails, or when the tests do not end.

Each mutant ran against the tests in `tests/engine` and `tests/cases` that call the function which it changes, with at
most twenty examples for each property that does not name a number of its own; against all of them where the wrong stands
outside the functions.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mutant of a file, by its number there, and whether a test noticed it; ``is_endless`` when it was stopped."""

    file: str
    number: int
    line: int
    before: str
    after: str
    is_killed: bool
    is_endless: bool = False

    @property
    def key(self) -> str:
        """Return what an explanation is found by; it does not change with the lines above."""
        return f"{self.file}: {self.before} -> {self.after}"


def page(
    trials: Mapping[str, Sequence[Trial]], *, mutants: Mapping[str, int], seed: int, explained: Mapping[str, str]
) -> str:
    """Return the page. ``mutants`` has how many there are of each file of the engine, tried or not."""
    everything = [one for found in trials.values() for one in found]
    lines = [_HEAD, *_scope(everything, mutants=mutants, trials=trials, seed=seed), ""]
    lines += ["| module | mutants | tried | killed | rate |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, found in trials.items():
        if found:
            dead = sum(one.is_killed for one in found)
            lines.append(f"| `{name}` | {mutants[name]} | {len(found)} | {dead} | {100 * dead / len(found):.0f} % |")
    if untried := [name for name in mutants if name not in trials]:
        lines += ["", f"Not tried yet, {len(untried)} modules: " + ", ".join(f"`{name}`" for name in untried) + "."]
    lines += ["", "## Survivors", ""]
    lines += [_survivor(one, explained) for one in everything if not one.is_killed]
    return "\n".join([*lines, ""])


def _scope(
    everything: Sequence[Trial], *, mutants: Mapping[str, int], trials: Mapping[str, Sequence[Trial]], seed: int
) -> list[str]:
    killed = sum(one.is_killed for one in everything)
    endless = sum(one.is_endless for one in everything)
    of_all = f"{len(everything)} of the {sum(mutants.values())} mutants"
    rate = f"{killed} of {len(everything)} killed, {100 * killed / max(1, len(everything)):.1f} %"
    return [
        f"Tried were {of_all}, in {len(trials)} of the {len(mutants)} modules, drawn from each",
        f"by the seed {seed}. Where not all were tried, the rates are estimates. The survivors below are all",
        "there were among those tried. A mutant that survived is tried again when a test was written for it, so the",
        "rate is that after the mending, and mutants that nobody drew will fare worse. Mutants outside the functions are",
        "tried last: of a draw that was cut short, fewer of them were tried.",
        "",
        f"**{rate}** ({endless} of them because the tests did not end).",
    ]


def _survivor(one: Trial, explained: Mapping[str, str]) -> str:
    return f"- `{one.file}:{one.line}` `{one.before}` → `{one.after}`: {explained.get(one.key, 'not explained yet')}"
