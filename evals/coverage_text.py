"""Coverage as a table for a terminal, and as JSON."""

from collections.abc import Iterable, Iterator, Sequence

from ..engine.domain.values import JSON
from .coverage import AgentCoverage, Line, percent_of
from .diff.definitions import Edit
from .diff.text import here

NAMED = 5
"""How many of what was missed are named in a line."""


def coverage_lines(covered: Iterable[AgentCoverage]) -> Iterator[str]:
    """A table for each definition that was played."""
    for each in covered:
        yield f"coverage of agent {each.agent.id!r}: {_share(each.share())}"
        lines = [line for line in each.lines() if line.defined]
        width = max((len(line.measure.done) for line in lines), default=0)
        yield from (f"  {line.measure.done:<{width}}  {_line(line)}" for line in lines)


def uncovered_lines(agent: str, edits: Sequence[Edit], *, since: str) -> Iterator[str]:
    """What was edited and not exercised."""
    if not edits:
        yield f"everything that was edited in agent {agent!r} since {since} is exercised"
        return
    yield f"edited in agent {agent!r} since {since} and not exercised by any scenario:"
    yield from (f"  {edit}" + (f" at {here(edit.place)}" if edit.place else "") for edit in edits)


def coverage_data(covered: Iterable[AgentCoverage]) -> JSON:
    """The same for other tools: per agent the share, and each measure with names."""
    return [{"agent": each.agent.id, "percent": round(percent_of(each.share()), 2), **_data(each)} for each in covered]


def _data(covered: AgentCoverage) -> dict[str, JSON]:
    return {
        "measures": [
            {
                "kind": line.measure.kind,
                "aspect": line.measure.aspect,
                "counts": line.measure.counts,
                "exercised": list(line.by_passed),
                "in_failed_scenarios_only": list(line.by_failed),
                "missed": list(line.missed),
            }
            for line in covered.lines()
        ]
    }


def _share(share: tuple[int, int]) -> str:
    met, defined = share
    return f"{met} of {defined} ({percent_of(share):.0f} %) by scenarios that passed"


def _line(line: Line) -> str:
    count = f"{len(line.by_passed):>3} of {len(line.defined):<3}"
    failed = f"in failed scenarios only: {_named(line.by_failed)}" if line.by_failed else ""
    missed = f"never: {_named(line.missed)}" if line.missed and line.measure.counts else ""
    return "  ".join(filter(None, [count, "; ".join(filter(None, [failed, missed]))])).rstrip()


def _named(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
