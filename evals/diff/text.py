"""A comparison of two runs as text for a terminal: most important first, unchanged scenarios only counted."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import assert_never

from ..results.run import RunRecord
from .causes import Cause, OtherAnswer, OtherAsk, OtherCode, OtherDefinition, SectionChange
from .comparing import Divergence, RunDiff, ScenarioDiff
from .definitions import Edit
from .spending import spending_words
from .tiers import TIERS, Tier
from .wording import ARROW, difference_words, short

TITLES: dict[Tier, str] = {
    "regression": "regressions",
    "fixed": "fixed",
    "behaviour_changed": "behaviour changed",
    "unstable": "unstable, as far as the trials can tell",
    "cost_or_latency": "only cost or latency changed",
    "wording_only": "only the wording changed",
    "inconclusive": "inconclusive in one of the runs",
    "new": "new",
    "gone": "gone",
    "unchanged": "unchanged",
}
LINES = 8
"""How many lines of a section's change are shown."""


def tier_title(tier: Tier) -> str:
    """A tier as the head of a section."""
    return TITLES[tier][0].upper() + TITLES[tier][1:]


def diff_lines(diff: RunDiff) -> Iterator[str]:
    """The comparison, line by line."""
    yield f"{named(diff.base)} {ARROW} {named(diff.head)}"
    yield ", ".join(f"{TITLES[tier]}: {len(diff.of(tier))}" for tier in TIERS if diff.of(tier)) or "no scenarios"
    for agent, definitions in diff.definitions:
        yield ""
        yield f"edited in agent {agent!r}:"
        for edit in definitions.edits:
            yield from (f"  {line}" for line in edit_lines(edit))
    for tier in TIERS:
        if tier != "unchanged" and diff.of(tier):
            yield ""
            yield f"{TITLES[tier]}:"
            for scenario in diff.of(tier):
                yield from (f"  {line}" for line in scenario_lines(scenario))


def named(run: RunRecord) -> str:
    """A run as people refer to it."""
    if run.id == run.label:
        return run.id
    revision = run.revision[:10] + ("+" if run.dirty and run.revision else "")
    about = ", ".join(filter(None, [run.label, revision]))
    return f"{run.id} ({about})" if about else run.id


def scenario_lines(scenario: ScenarioDiff, *, arrow: str = ARROW) -> Iterator[str]:
    """A scenario: what turned, the first decision that differs, its cause, and how played customers fared."""
    before, after = scenario.before or "not played", scenario.after or "not played"
    yield scenario.node + (f": {before} {arrow} {after}" if before != after else "")
    if words := rates(scenario):
        yield f"  {words}"
    yield from (f"  {words}" for words in scenario.unmet)
    if scenario.divergence:
        yield from (f"  {line}" for line in _divergence(scenario.divergence, arrow=arrow))
    yield from (f"  turn {each.turn}: {difference_words(each)}" for each in scenario.fared_otherwise)
    if scenario.before and scenario.after and scenario.turns_before != scenario.turns_after:
        yield f"  turns: {scenario.turns_before} {arrow} {scenario.turns_after}"
    if scenario.tier == "cost_or_latency":
        yield f"  {spending_words(scenario.spent_before, scenario.spent_after, arrow=arrow)}"


def rates(scenario: ScenarioDiff) -> str:
    """How many trials passed before and now, and what chance has to say to it; empty without repeated trials."""
    if scenario.chance is None:
        return ""
    (good, tried), (still, again) = scenario.passed_before, scenario.passed_after
    return f"{good} of {tried} trials passed, now {still} of {again} (exact test: p = {scenario.chance:.2f})"


def _divergence(divergence: Divergence, *, arrow: str) -> Iterator[str]:
    yield f"{where(divergence)}: {difference_words(divergence.difference, arrow=arrow)}"
    yield from cause_lines(divergence.cause)
    if divergence.downstream:
        yield f"  {downstream_words(divergence)}"


def downstream_words(divergence: Divergence) -> str:
    """How much follows from the first decision that differs; empty where nothing does."""
    count = divergence.downstream
    return f"and {count:,} more decision{'s' if count != 1 else ''} downstream" if count else ""


def where(divergence: Divergence) -> str:
    """Where the first decision that differs was taken: the trial and the round where these are not the first."""
    difference = divergence.difference
    trial = f"trial {divergence.trial}, " if divergence.trial > 1 else ""
    later = f", round {difference.round}" if difference.round > 1 else ""
    return f"{trial}turn {difference.turn}{later}"


def cause_lines(cause: Cause) -> Iterator[str]:
    """Why it differs; the first line says it, the others show it."""
    match cause:
        case OtherAnswer():
            models = cause.model_before != cause.model_after
            which = f"{cause.model_before} before, {cause.model_after} now" if models else cause.model_after
            yield f"  because the same was asked ({cause.ask}) and another answer came ({which})"
        case OtherAsk():
            names = ", ".join(section.name for section in cause.sections)
            yield f"  because something else was asked ({cause.ask}), in {names}"
            yield from (f"    from {edit}" for edit in cause.edits)
            for section in cause.sections:
                yield from (f"    {line}" for line in _section(section))
        case OtherDefinition():
            yield "  because the definition says otherwise:"
            yield from (f"    {edit}" for edit in cause.edits)
        case OtherCode():
            yield f"  {cause.explanation}"
        case _:
            assert_never(cause)


def cause_words(cause: Cause) -> str:
    """Why it differs, in one line: the first edit behind it, where there is one."""
    edits: tuple[Edit, ...] = cause.edits if isinstance(cause, OtherAsk | OtherDefinition) else ()
    if not edits:
        return next(cause_lines(cause)).strip()
    first, *others = edits
    more = f" and {len(others)} more edit{'s' * (len(others) > 1)}" if others else ""
    return f"because of {first}{more}"


def _section(section: SectionChange) -> Iterator[str]:
    for line in section.lines[:LINES]:
        yield f"{line[0]} {short(line[1:])}"
    if len(section.lines) > LINES:
        yield f"… and {len(section.lines) - LINES} more lines of {section.name}"


def edit_lines(edit: Edit, *, arrow: str = ARROW) -> Iterator[str]:
    """An edit of a definition, with what it changed and who wanted it."""
    yield str(edit) + (f" at {here(edit.place)}" if edit.place else "")
    for change in edit.fields:
        yield f"  {change.name}: {short(change.before)} {arrow} {short(change.after)}"
    about = {name: edit.metadata[name] for name in ("owner", "reason") if name in edit.metadata}
    if about:
        yield indent(", ".join(f"{name}: {short(value)}" for name, value in about.items()), "  ")


def here(place: str) -> str:
    """A place in a file as seen from here, where it lies below."""
    return place.removeprefix(f"{Path.cwd()}/")
