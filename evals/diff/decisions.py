"""What was decided in a turn, in the order in which one thing led to the next, and where two turns part. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ...engine.domain.tool import ToolCall
from ...engine.domain.trace import Trace
from ...engine.domain.values import JSON, canonical_json, digest
from .definitions import DefinitionDiff

Stage = Literal[
    "match", "journey", "resolution", "tool", "result", "insight", "response", "wording", "failure", "simulation",
]  # fmt: skip

ROUND_STAGES: tuple[Stage, ...] = ("match", "journey", "resolution", "tool", "result", "insight")
"""What is decided in each round, in this order."""
END_STAGES: tuple[Stage, ...] = ("response", "wording", "failure")
"""What is decided once, when the rounds are over."""

DECISIONS: Mapping[Stage, tuple[str, ...]] = {
    "match": ("match",),
    "journey": ("journey",),
    "tool": ("tools",),
    "insight": ("tools",),
    "response": ("selection", "draft"),
    "wording": ("draft",),
}
"""The questions to a model that settle a stage, where what was decided does not name its ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One thing that was decided."""

    stage: Stage
    round: int
    """0 for what is decided when the rounds are over."""
    subject: str
    """The guideline, journey, tool or goal of a played customer that it is about; present ids."""
    value: JSON
    rationale: str = ""
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A decision that differs: what it was and what it is, None where it was not taken."""

    turn: int
    before: Ruling | None
    after: Ruling | None

    @property
    def stage(self) -> Stage:
        """Which kind of decision it is."""
        return self._either.stage

    @property
    def subject(self) -> str:
        """What it is about."""
        return self._either.subject

    @property
    def round(self) -> int:
        """The round in which it was taken; the earlier one where they differ."""
        return self._either.round

    @property
    def _either(self) -> Ruling:
        either = self.after or self.before
        assert either is not None
        return either


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Present ids for those of an earlier definition."""

    guidelines: Mapping[str, str] = field(default_factory=dict[str, str])
    journeys: Mapping[str, str] = field(default_factory=dict[str, str])
    states: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, diff: DefinitionDiff) -> "Names":
        """The names that a comparison of definitions found."""
        return cls(guidelines=diff.guidelines, journeys=diff.journeys, states=diff.states)

    def guideline(self, name: str) -> str:
        """The present id of a guideline."""
        return self.guidelines.get(name, name)

    def journey(self, name: str) -> str:
        """The present id of a journey."""
        return self.journeys.get(name, name)

    def state(self, journey: str, name: str | None) -> str | None:
        """The present id of a journey's state."""
        if name is None:
            return None
        return self.states.get(f"{journey}/{name}", f"{self.journey(journey)}/{name}").rpartition("/")[2]


def differences(before: Trace, after: Trace, *, names: Names) -> Iterator[Difference]:
    """Where two turns differ, in causal order: round by round, then the reply."""
    old, new = list(rulings(before, names)), list(rulings(after, Names()))
    rounds = range(1, max((each.round for each in (*old, *new)), default=0) + 1)
    for number, stages in (*((number, ROUND_STAGES) for number in rounds), (0, END_STAGES)):
        for stage in stages:
            yield from _group(_at(old, number, stage=stage), _at(new, number, stage=stage), turn=after.turn)


def decided(trace: Trace) -> str:
    """All that was decided in a turn, as a hash: the same for two turns that differ by their wording at most."""
    found = [[each.stage, each.round, each.subject, each.value] for each in rulings(trace, Names())]
    return digest(canonical_json([each for each in found if each[0] != "wording"]))


def rulings(trace: Trace, names: Names) -> Iterator[Ruling]:
    """Everything that was decided in a turn."""
    for check in trace.checks:
        if check.matched:
            subject = names.guideline(check.guideline)
            yield Ruling(
                stage="match", round=check.round, subject=subject, value=True, rationale=check.rationale, ask=check.ask
            )
    yield from _moves(trace, names)
    for outcome in trace.resolutions:
        is_guideline = outcome.kind == "guideline"
        subject = names.guideline(outcome.id) if is_guideline else f"journey {names.journey(outcome.id)}"
        why = outcome.relationship
        yield Ruling(stage="resolution", round=outcome.round, subject=subject, value=outcome.outcome, rationale=why)
    yield from _calls(trace)
    yield from _reply(trace)


def _moves(trace: Trace, names: Names) -> Iterator[Ruling]:
    for move in trace.moves:
        if move.move != "stayed":
            yield Ruling(
                stage="journey",
                round=move.round,
                subject=names.journey(move.journey),
                value=[move.move, names.state(move.journey, move.origin), names.state(move.journey, move.target)],
                rationale=move.rationale,
                ask=move.ask,
            )


def _calls(trace: Trace) -> Iterator[Ruling]:
    counts: dict[str, int] = {}
    for call in trace.calls:
        counts[call.tool] = counts.get(call.tool, 0) + 1
        subject = call.tool if counts[call.tool] == 1 else f"{call.tool}, call {counts[call.tool]}"
        number = _round_of(call, trace)
        yield Ruling(stage="tool", round=number, subject=subject, value=dict(call.arguments))
        yield Ruling(stage="result", round=number, subject=subject, value=call.result.visible)
    for insight in trace.insights:
        subject = f"{insight.tool}.{insight.parameter.name}"
        yield Ruling(stage="insight", round=max(trace.rounds, 1), subject=subject, value=insight.kind)


def _round_of(call: ToolCall, trace: Trace) -> int:
    return min((offer.round for offer in trace.offered if offer.tool == call.tool), default=1)


def _reply(trace: Trace) -> Iterator[Ruling]:
    canned = [said.canned for said in trace.said]
    how = "says nothing" if not trace.said else canned if any(canned) else "says something of its own"
    yield Ruling(stage="response", round=0, subject="reply", value=how)
    yield Ruling(stage="wording", round=0, subject="reply", value=trace.reply)
    if trace.failure:
        yield Ruling(
            stage="failure", round=0, subject="turn", value=trace.failure.kind, rationale=trace.failure.message
        )


def _at(all_: Sequence[Ruling], number: int, *, stage: Stage) -> list[Ruling]:
    return [each for each in all_ if each.round == number and each.stage == stage]


def _group(old: Iterable[Ruling], new: Iterable[Ruling], *, turn: int) -> Iterator[Difference]:
    before = {each.subject: each for each in old}
    after = {each.subject: each for each in new}
    for subject in dict.fromkeys((*before, *after)):
        was, now = before.get(subject), after.get(subject)
        if was is None or now is None or was.value != now.value:
            yield Difference(turn=turn, before=was, after=now)
