"""A comparison of two runs as text for a terminal: most important first, unchanged scenarios only counted."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent, shorten
from typing import assert_never

from ...engine.domain.values import JSON, canonical_json
from ..results.run import RunRecord
from .causes import Cause, OtherAnswer, OtherAsk, OtherCode, OtherDefinition, SectionChange
from .comparing import Divergence, RunDiff, ScenarioDiff
from .decisions import Difference, Ruling
from .definitions import Edit
from .spending import spending_words
from .tiers import TIERS, Tier

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
WIDTH = 160


def tier_title(tier: Tier) -> str:
    """A tier as the head of a section."""
    return TITLES[tier][0].upper() + TITLES[tier][1:]


def diff_lines(diff: RunDiff) -> Iterator[str]:
    """The comparison, line by line."""
    yield f"{named(diff.base)} -> {named(diff.head)}"
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


def scenario_lines(scenario: ScenarioDiff) -> Iterator[str]:
    """A scenario: what turned, the first decision that differs, and its cause."""
    before, after = scenario.before or "not played", scenario.after or "not played"
    yield scenario.node + (f": {before} -> {after}" if before != after else "")
    if words := rates(scenario):
        yield f"  {words}"
    yield from (f"  {words}" for words in scenario.unmet)
    if scenario.divergence:
        yield from (f"  {line}" for line in _divergence(scenario.divergence))
    if scenario.before and scenario.after and scenario.turns_before != scenario.turns_after:
        yield f"  turns: {scenario.turns_before} -> {scenario.turns_after}"
    if scenario.tier == "cost_or_latency":
        yield f"  {spending_words(scenario.spent_before, scenario.spent_after)}"


def rates(scenario: ScenarioDiff) -> str:
    """How many trials passed before and now, and what chance has to say to it; empty without repeated trials."""
    if scenario.chance is None:
        return ""
    (good, tried), (still, again) = scenario.passed_before, scenario.passed_after
    return f"{good} of {tried} trials passed, now {still} of {again} (exact test: p = {scenario.chance:.2f})"


def _divergence(divergence: Divergence) -> Iterator[str]:
    yield f"{where(divergence)}: {difference_words(divergence.difference)}"
    yield from cause_lines(divergence.cause)
    if divergence.downstream:
        count = divergence.downstream
        yield f"  and {count} more decision{'s' if count != 1 else ''} downstream"


def where(divergence: Divergence) -> str:
    """Where the first decision that differs was taken: the trial and the round where these are not the first."""
    difference = divergence.difference
    trial = f"trial {divergence.trial}, " if divergence.trial > 1 else ""
    later = f", round {difference.round}" if difference.round > 1 else ""
    return f"{trial}turn {difference.turn}{later}"


def difference_words(difference: Difference) -> str:
    """What differs, in a line."""
    before, after, subject = difference.before, difference.after, difference.subject
    match difference.stage:
        case "match":
            return _gained_or_lost(f"guideline {subject!r}", difference, gained="matches", lost="no longer matches")
        case "journey":
            return f"journey {subject!r}: {_move(before)} -> {_move(after)}"
        case "resolution":
            return f"{subject!r} was {_fate(before)}, is {_fate(after)}" + (
                f" ({after.rationale})" if after and after.rationale else ""
            )
        case "tool" if before and after:
            return f"tool {subject!r} is called with other arguments: {_arguments(before.value, after.value)}"
        case "tool":
            call = f"tool {subject!r} with {_short((after or before or _NOTHING).value)}"
            return _gained_or_lost(call, difference, gained="is called", lost="is no longer called")
        case "result":
            return f"tool {subject!r} gave back {_value(after)}, before {_value(before)}"
        case "insight":
            return _gained_or_lost(
                f"parameter {subject!r}", difference, gained="stands in the way", lost="no longer stands in the way"
            )
        case "response" | "wording" | "failure":
            return f"{subject}: {_value(before)} -> {_value(after)}"
        case _:
            assert_never(difference.stage)


def _gained_or_lost(what: str, difference: Difference, *, gained: str, lost: str) -> str:
    side = difference.after or difference.before
    why = f" ({shorten(side.rationale, WIDTH)})" if side and side.rationale else ""
    return f"{what} {gained}, and did not before{why}" if difference.after else f"{what} {lost}; before it did{why}"


def _move(ruling: Ruling | None) -> str:
    if ruling is None:
        return "stays"
    move, origin, target = ruling.value
    way = " to ".join(filter(None, [origin, target]))
    return f"{move} ({way})" if way else str(move)


def _fate(ruling: Ruling | None) -> str:
    if ruling is None:
        return "not there"
    return ruling.value if ruling.value in ("kept", "entailed") else f"dropped as {ruling.value}"


def _arguments(before: JSON, after: JSON) -> str:
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {_short(before.get(name))} -> {_short(after.get(name))}" for name in names)


def _value(ruling: Ruling | None) -> str:
    return "nothing" if ruling is None else _short(ruling.value)


def _short(value: JSON) -> str:
    return shorten(value if isinstance(value, str) else canonical_json(value), WIDTH, placeholder=" …")


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
        yield f"{line[0]} {_short(line[1:])}"
    if len(section.lines) > LINES:
        yield f"… and {len(section.lines) - LINES} more lines of {section.name}"


def edit_lines(edit: Edit) -> Iterator[str]:
    """An edit of a definition, with what it changed and who wanted it."""
    yield str(edit) + (f" at {here(edit.place)}" if edit.place else "")
    for change in edit.fields:
        yield f"  {change.name}: {_short(change.before)} -> {_short(change.after)}"
    about = {name: edit.metadata[name] for name in ("owner", "reason") if name in edit.metadata}
    if about:
        yield indent(", ".join(f"{name}: {_short(value)}" for name, value in about.items()), "  ")


def here(place: str) -> str:
    """A place in a file as seen from here, where it lies below."""
    return place.removeprefix(f"{Path.cwd()}/")


_NOTHING = Ruling(stage="tool", round=0, subject="", value=None)
