"""How far journeys were walked: visits of states, transitions taken, completion, over all turns of an agent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..engine.domain.journey import Journey
from ..engine.domain.trace import Trace
from ..evals.walked import visited, ways_taken
from .drawing import Steps, draw
from .page import JourneyPage
from .pieces import Amount, Table
from .tables import counted, words
from .wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the turns of all scenarios made of one journey."""

    active: int
    """Turns in which it was active."""
    visits: Counter[str]
    """Turns in which each state was entered, passed or stood in."""
    taken: Counter[tuple[str, str]]
    """How often each step from state to state was made."""
    moves: Counter[str]


def walk(journey: str, traces: Iterable[Trace]) -> Walk:
    """Count what became of a journey."""
    visits: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    moves: Counter[str] = Counter()
    active = 0
    for trace in traces:
        made = [move for move in trace.moves if move.journey == journey]
        stood = [at.state for at in trace.journeys if at.journey == journey and at.active]
        active += bool(stood)
        visits.update(visited(journey, trace))
        taken.update(step for move in made for step in ways_taken(move))
        moves.update(move.move for move in made)
    return Walk(active=active, visits=visits, taken=taken, moves=moves)


def journeys_seen(traces: Iterable[Trace]) -> Iterator[str]:
    """The journeys that traces speak of."""
    for trace in traces:
        yield from (at.journey for at in trace.journeys)
        yield from (move.journey for move in trace.moves)


def journey_page(journey: Journey, traces: Sequence[Trace], *, proven: Sequence[Trace]) -> JourneyPage:
    """A defined journey with its graph; `proven` are the traces of scenarios that passed."""
    walked, right = walk(journey.id, traces), walk(journey.id, proven)
    states = tuple(
        (
            words(state.id),
            words(state.kind),
            words(state.action or ", ".join(state.tools)),
            counted(walked.visits[state.id]),
        )
        for state in journey.states
    )
    ways = tuple(
        (words(way.source), words(way.target), words(way.condition), counted(walked.taken[way.source, way.target]))
        for way in journey.transitions
    )
    return JourneyPage(
        id=journey.id,
        title=journey.title,
        sentence=_sentence(walked),
        states=Table(columns=("State", "Kind", "What it does", "Turns"), rows=states, texts=3),
        transitions=Table(columns=("From", "To", "Condition", "Taken"), rows=ways, texts=3),
        drawing=draw(journey, every=_steps(walked), proven=_steps(right)),
    )


def _steps(walked: Walk) -> Steps:
    return Steps(visits=walked.visits, taken=walked.taken)


def undefined_journey_page(journey: str, traces: Sequence[Trace]) -> JourneyPage:
    """A journey of which only traces are known."""
    walked = walk(journey, traces)
    rows = tuple((words(state), counted(turns)) for state, turns in walked.visits.items())
    states = Table(columns=("State", "Turns"), rows=tuple(sorted(rows, key=_most_visited)))
    return JourneyPage(id=journey, title=journey, sentence=_sentence(walked), states=states)


def _most_visited(row: tuple[Amount, ...]) -> tuple[float, str]:
    return -row[1].value, row[0].text


def _sentence(walked: Walk) -> str:
    if not walked.active and not walked.moves:
        return "Never active."
    happened = [
        f"{word} {count(walked.moves[word], 'time')}"
        for word in ("started", "completed", "left", "backtracked", "restarted")
        if walked.moves[word]
    ]
    return ", ".join([f"Active in {count(walked.active, 'turn')}", *happened]) + "."
