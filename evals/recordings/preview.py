"""What recording would take, said before any money is spent: which scenarios miss what, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...engine.domain.ask import Usage
from .entry import Entry, RecordedAsk
from .explain import Miss


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Asks that would be made, and what they would take."""

    asks: int = 0
    usage: Usage = field(default_factory=Usage)
    guessed: bool = False
    """Whether it is by what other scenarios took, this one having no history."""

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(
            asks=self.asks + other.asks, usage=self.usage + other.usage, guessed=self.guessed or other.guessed
        )

    def __str__(self) -> str:
        tokens = self.usage.prompt_tokens + self.usage.answer_tokens
        return f"about {self.asks} ask{'s' if self.asks != 1 else ''}, {tokens:,} tokens, ${self.usage.cost:.4f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One trial of a scenario as it would go with today's recordings."""

    node: str
    trial: int
    turns: int
    """How many turns of the agent its script has."""
    replayed: int
    misses: tuple[Miss, ...] = ()
    superseded: tuple[Entry, ...] = ()
    """Asks that are recorded and were not reached: what has to be asked anew resembles them."""
    of_agent: tuple[Entry, ...] = ()
    """The same of the agent, which all of its scenarios have in common."""

    @property
    def estimate(self) -> Estimate | None:
        """What it would take by its own history, None where it has none."""
        if not self.misses:
            return Estimate()
        return estimate_of(self.superseded) if self.superseded else None


def estimate_of(entries: Iterable[Entry]) -> Estimate:
    """What these asks took when they were recorded."""
    asks = [entry.body for entry in entries if isinstance(entry.body, RecordedAsk)]
    return Estimate(asks=len(asks), usage=sum((ask.usage for ask in asks), Usage()))


def why(miss: Miss) -> str:
    """The reason of a miss in a line."""
    what = f"{miss.name} in turn {miss.turn}" if miss.turn else f"{miss.name} of the agent itself"
    if not miss.nearest:
        return f"{what} was never recorded"
    reasons = [str(change) for change in miss.changes]
    if miss.sections and set(miss.sections) == set(miss.moments):
        reasons = [f"the section {' and '.join(map(repr, miss.moments))} differs in a date or time alone"]
    if miss.template_changed:
        reasons = ["the template has changed and the facts are the same"]
    if miss.other_model:
        reasons.append("another model is asked")
    reasons += [f"the setting {name} differs" for name in miss.settings]
    if not reasons and miss.sections:
        reasons = [f"the section {' and '.join(map(repr, miss.sections))} differs"]
    return f"{what}: {'; '.join(reasons) or 'its place in the conversation is another'}"


def guess(preview: Preview, history: Sequence[tuple[int, Estimate]]) -> Estimate:
    """What a scenario without a history would take, by what turns of others took: pairs of turns and their asks."""
    turns = sum(count for count, _ in history)
    total = sum((estimate for _, estimate in history), Estimate())
    if not turns:
        return Estimate(guessed=True)
    share = preview.turns / turns
    usage = Usage(
        prompt_tokens=round(total.usage.prompt_tokens * share),
        answer_tokens=round(total.usage.answer_tokens * share),
        cost=total.usage.cost * share,
    )
    return Estimate(asks=round(total.asks * share), usage=usage, guessed=True)


def preview_lines(previews: Sequence[Preview], history: Sequence[tuple[int, Estimate]]) -> Iterator[str]:
    """The preview in words, a scenario at a time, and the sum of it."""
    whole, missing, unjudged = Estimate(), 0, 0
    for preview in previews:
        trial = f", trial {preview.trial}" if preview.trial > 1 else ""
        if not preview.misses:
            yield f"{preview.node}{trial}: replays ({preview.replayed} recorded)"
            continue
        missing += 1
        estimate = preview.estimate or guess(preview, history)
        whole += estimate
        unjudged += not estimate.asks
        amount = f"{estimate}{_judged_by(preview, estimate)}" if estimate.asks else "nothing to judge by how much"
        start = f"from turn {preview.misses[0].turn} on" if preview.misses[0].turn else "from the start"
        yield f"{preview.node}{trial}: would ask {start}: {amount}"
        yield from (f"    because {why(miss)}" for miss in preview.misses)
    yield ""
    shared = {entry.key: entry for preview in previews for entry in preview.of_agent}
    if shared:
        whole += estimate_of(shared.values())
        yield f"and once for all, of the agent itself: {estimate_of(shared.values())}"
    if missing:
        yield f"{missing} of {len(previews)} would miss: {_sum(whole, unjudged=unjudged)}"
    else:
        yield f"all {len(previews)} would replay; nothing would be asked"


def _judged_by(preview: Preview, estimate: Estimate) -> str:
    if estimate.guessed:
        return " by what other scenarios took"
    return " by what the former model took and cost" if any(miss.other_model for miss in preview.misses) else ""


def _sum(whole: Estimate, *, unjudged: int) -> str:
    if not unjudged:
        return str(whole)
    open_ = f"{unjudged} of them with nothing to judge by how much"
    return f"{whole}, and {open_}" if whole.asks else open_
