"""Matching strategies: an author's own code that judges a whole group of guidelines at once, in place of a model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ..author_code.matching import GuidelineMatchingContext, Strategy
from ..domain.guideline import Guideline
from ..domain.matches import GuidelineMatch
from ..errors import closest
from ..guard import Fault, guarded
from .handlers import SECONDS, call_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Guidelines that one strategy judges; None where the strategy is not there."""

    strategy: Strategy | None
    guidelines: tuple[Guideline, ...]

    @property
    def name(self) -> str:
        """What its author called the strategy."""
        return strategy_name(self.strategy) if self.strategy is not None else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a strategy said of its group, as far as it could be understood."""

    matches: Mapping[str, GuidelineMatch] = field(default_factory=dict[str, GuidelineMatch])
    """By guideline. One that is not among them does not apply."""
    notes: tuple[str, ...] = ()
    """What could not be understood."""
    unmatched: str = "the strategy did not match it"
    """Why the rest does not apply."""


def strategy_name(strategy: Strategy) -> str:
    """A strategy's name: its own `name`, else that of the function or the class."""
    own = getattr(strategy, "name", None)
    if isinstance(own, str) and own.strip():
        return own
    return str(getattr(strategy, "__name__", None) or type(strategy).__name__)


def groups(strategies: Mapping[str, Strategy], guidelines: Iterable[Guideline]) -> list[Group]:
    """Guidelines by the strategy that judges them, in the order in which each strategy first comes up."""
    found: dict[int, tuple[Strategy | None, list[Guideline]]] = {}
    for guideline in guidelines:
        strategy = strategies.get(guideline.id)
        found.setdefault(id(strategy), (strategy, []))[1].append(guideline)
    return [Group(strategy=strategy, guidelines=tuple(items)) for strategy, items in found.values()]


async def judge(group: Group, context: GuidelineMatchingContext) -> Judgement:
    """Let a strategy judge its group. What breaks, or can't be understood, is a note and matches nothing."""
    what = f"the matching strategy {group.name!r}"
    if group.strategy is None:
        return _nothing("their matching strategy is not there")
    call = cast("Callable[..., Any]", getattr(group.strategy, "match", group.strategy))
    said: object = await guarded(lambda: call_code(call, context, group.guidelines), what=what, seconds=SECONDS)
    if isinstance(said, Fault):
        return _nothing(f"{what} broke: {said}")
    if isinstance(said, str | Mapping) or not isinstance(said, Iterable):
        return _nothing(f"{what} gave {type(cast('object', said)).__name__} and not a list of GuidelineMatch")
    return _understood(group, list(cast("Iterable[object]", said)), what=what)


def _nothing(fault: str) -> Judgement:
    return Judgement(notes=(fault,), unmatched=fault)


def _understood(group: Group, said: Sequence[object], *, what: str) -> Judgement:
    known = [guideline.id for guideline in group.guidelines]
    matches: dict[str, GuidelineMatch] = {}
    notes: list[str] = []
    for one in said:
        if not isinstance(one, GuidelineMatch):
            notes.append(f"{what} gave {type(one).__name__} among its matches and not a GuidelineMatch")
        elif one.id not in known:
            near = closest(one.id, known)
            hint = f"; did you mean {near!r}?" if near else ""
            notes.append(f"{what} judged {one.id!r}, which it was not given{hint}")
        elif one.id in matches:
            notes.append(f"{what} judged {one.id!r} twice; what it said first counts")
        else:
            matches[one.id] = one
    return Judgement(matches=matches, notes=tuple(notes))
