"""Walking a journey's graph: where it may go, what a prompt shows of it, and the path after it went somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..decisions.journey import Move
from ..domain.facts import JourneyView, StateView, Step
from ..domain.journey import (
    COMPLETED,
    END,
    LEFT,
    MARKERS,
    REOPENED,
    ROOT,
    Journey,
    Path,
    State,
    Transition,
    current_run,
    known_part,
    position,
)
from ..domain.trace import MoveKind
from ..domain.turn import path_after

DEPTH = 8
"""How many states ahead a model is asked about: who says everything at once is not asked for it again."""
MOST = 20
"""How many ways on a model is shown at most, the nearest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A move that was made: the path after it, what kind of move it was, and the states passed over."""

    path: Path
    move: MoveKind
    target: str | None
    """The state it led to, "end" included; None where a journey was left or has not begun."""
    via: tuple[str, ...] = ()


def steps_from(journey: Journey, state_id: str, *, depth: int = DEPTH) -> tuple[Step, ...]:
    """Where a journey may go from a state: nearest first, then in order of definition, each target once.

    Forks and the initial state are passed through. Chat states are possible targets and may be passed over, up to
    `depth` states ahead. Tool states and the end are targets and not passed over. A fork is a target only if it leads
    nowhere. The state itself is a target only where a cycle leads back to it. Of several ways to a target the shortest
    counts; ways between the same two states are one, open when either condition holds.
    """
    found: dict[str, Step] = {}
    passed = {state_id}
    frontier = [Step(target=state_id)]
    for _ in range(depth):
        reached = [step for at in frontier for step in _landings(journey, at, passed=passed)]
        new = [step for step in reached if found.setdefault(step.target, step) is step]
        frontier = [
            replace(step, via=(*step.via, step.target)) for step in new if journey.state(step.target).kind == "chat"
        ]
    return tuple(found.values())


def _landings(journey: Journey, at: Step, *, passed: set[str]) -> Iterator[Step]:
    """The states next to one, with the forks between them passed through; each fork is passed once."""
    for target, condition in _ways(journey, at.target):
        step = Step(target=target, conditions=(*at.conditions, *([condition] if condition else [])), via=at.via)
        if not _is_passage(journey, target):
            yield step
        elif target not in passed:
            passed.add(target)
            yield from _landings(journey, replace(step, via=(*step.via, target)), passed=passed)


def _is_passage(journey: Journey, state_id: str) -> bool:
    """Whether a state is only passed through: a fork that leads somewhere, or the start, which asks for nothing."""
    return journey.state(state_id).kind in ("fork", "initial") and not journey.is_last(state_id)


def _ways(journey: Journey, state_id: str) -> Iterator[tuple[str, str]]:
    """The states that follow a state, each once, with the condition under which they do."""
    ways: dict[str, list[Transition]] = {}
    for way in journey.ways_from(state_id):
        ways.setdefault(way.target, []).append(way)
    for target, parallel in ways.items():
        conditions = tuple(dict.fromkeys(way.condition for way in parallel))
        yield target, "" if "" in conditions else " or ".join(conditions)


def view(
    journey: Journey, path: Path, *, entered_now: bool = False, tool_ran: bool = False, went_back: bool = False
) -> JourneyView:
    """What the decision about a journey's next step is made from.

    `entered_now`: one of its triggers holds in this turn, in which it was not under way.
    `tool_ran`: the tool of the state it stands in has run, so that there is nothing left to stay for.
    `went_back`: it went back to where it stands a moment ago, so that it can only stay there or go on.

    A journey whose last run is over stands at its start and may stay there, for what triggers it may go on being true;
    the states of that run count as visited, so that it can be taken up again there. Where nothing leads on, it may
    always stay; a tool state whose tool has not run is left by conditions only. Raises nothing: states of the path that
    the journey no longer has are passed by.
    """
    path = known_part(journey, path)
    over = bool(path) and path[-1] in MARKERS
    current = position(path) or ROOT
    waits = journey.state(current).kind == "tool" and not tool_ran
    steps = tuple(step for step in steps_from(journey, current)[:MOST] if step.conditions or not waits)
    visited = () if went_back else _visited(path)
    begun = bool(current_run(path)) or over
    near = {current, *visited, *(state for step in steps for state in (step.target, *step.via))}
    return JourneyView(
        id=journey.id,
        title=journey.title,
        description=journey.description,
        current=current,
        path=path,
        states=tuple(_state_view(state) for state in journey.states if state.id in near),
        steps=steps,
        visited=visited,
        starts=_starts(journey) if begun and not went_back else (),
        entered_now=entered_now,
        went_back=went_back,
        waits=waits,
        may_stay=not steps or not _must_go(journey, current, entered_now=entered_now, done=tool_ran, over=over),
        over=over,
    )


def _starts(journey: Journey) -> tuple[Step, ...]:
    """How a new run may begin: not by ending at once."""
    return tuple(step for step in steps_from(journey, ROOT)[:MOST] if step.target != END)


def _state_view(state: State) -> StateView:
    return StateView(
        id=state.id, kind=state.kind, action=state.action, tools=state.tools, description=state.description
    )


def _must_go(journey: Journey, current: str, *, entered_now: bool, done: bool, over: bool) -> bool:
    match journey.state(current).kind:
        case "initial":
            return not over
        case "tool":
            return entered_now or done
        case "fork":
            return True
        case "chat" | "end":
            return entered_now


def walk(journey: Journey, path: Path, *, move: Move, target: str | None = None) -> Walk:
    """Make the move that was decided. A move that can't be made, for its target is out of reach, is staying."""
    path = known_part(journey, path)
    match move:
        case "stay":
            return _stayed(path)
        case "leave":
            return Walk(path=path_after(path, LEFT), move="left", target=None)
        case "advance":
            step = _step_to(journey, target, origin=position(path) or ROOT)
            return _taken(journey, path, step=step) if step else _stayed(path)
        case "backtrack":
            if target is None or target not in _visited(path):
                return _stayed(path)
            return Walk(path=_back_to(path, target), move="backtracked", target=target)
        case "restart":
            return _restarted(journey, path, target=target)


def take(journey: Journey, path: Path, *, step: Step) -> Walk:
    """Go along a step that `steps_from` or `auto_step` gave."""
    return _taken(journey, known_part(journey, path), step=step)


def auto_step(journey: Journey, path: Path, *, ran: bool) -> Step | None:
    """The next step where nothing has to be decided, else None.

    That is so in a tool state whose tool has run (`ran`), and at the start of a journey that never ran if it begins
    with a tool state, or with a chat state after which nothing comes to which it could skip; and only if a single way
    without a condition leads on, forks on the way included.
    """
    path = known_part(journey, path)
    at = position(path)
    if at is None:
        first = None if path else _only_step(journey, ROOT)
        return first if first and _is_entered_at_once(journey, first.target) else None
    return _only_step(journey, at) if ran and journey.state(at).kind == "tool" else None


def _is_entered_at_once(journey: Journey, state_id: str) -> bool:
    kind = journey.state(state_id).kind
    return kind == "tool" or (kind == "chat" and journey.is_last(state_id))


def finish(journey: Journey, path: Path, *, tool_ran: bool = True, replied: bool = True) -> Path:
    """Complete the run that stands where nothing follows, once what is to be done there is done.

    A tool state is done when its tool has run there (`tool_ran`), a chat state when the reply went out (`replied`), a
    fork at once. A journey under way elsewhere, or not at all, keeps its path.
    """
    path = known_part(journey, path)
    at = position(path)
    if at is None or not journey.is_last(at):
        return path
    done = _is_done(journey, at, tool_ran=tool_ran, replied=replied)
    return path_after(path, COMPLETED) if done else path


def _is_done(journey: Journey, at: str, *, tool_ran: bool, replied: bool) -> bool:
    match journey.state(at).kind:
        case "tool":
            return tool_ran
        case "chat":
            return replied
        case "fork" | "initial" | "end":
            return True


def _visited(path: Path) -> tuple[str, ...]:
    """The states of this run before the current one, each once; of the last run, where that one is over."""
    run = current_run(path) or current_run((*path, REOPENED))
    return tuple(state for state in dict.fromkeys(run) if state != position(path))


def _back_to(path: Path, state: str) -> Path:
    """Stand in an earlier state again; a run that was over goes on."""
    return (*path, REOPENED, state) if path[-1] in MARKERS else (*path, state)


def _stayed(path: Path) -> Walk:
    return Walk(path=path, move="stayed", target=position(path))


def _step_to(journey: Journey, target: str | None, *, origin: str) -> Step | None:
    steps = steps_from(journey, origin, depth=len(journey.states))
    return next((step for step in steps if step.target == target), None)


def _taken(journey: Journey, path: Path, *, step: Step) -> Walk:
    if step.target == END:
        return Walk(path=_completed(path), move="completed", target=END, via=step.via)
    skips = any(journey.state(state).kind == "chat" for state in step.via)
    move: MoveKind = "started" if position(path) is None else "skipped" if skips else "advanced"
    return Walk(path=(*path, step.target), move=move, target=step.target, via=step.via)


def _completed(path: Path) -> Path:
    """End the run; also one that went from the start to the end without standing anywhere."""
    return path if path[-1:] == (COMPLETED,) else (*path, COMPLETED)


def _restarted(journey: Journey, path: Path, *, target: str | None) -> Walk:
    """Begin a new run at a state; the run before it counts as left unless it was over."""
    step = _step_to(journey, target, origin=ROOT)
    if step is None or target == END:
        return _stayed(path)
    done = _taken(journey, path_after(path, LEFT), step=step)
    return replace(done, move="restarted") if path else done


def _only_step(journey: Journey, state_id: str) -> Step | None:
    """The step from a state along ways without condition or choice, through forks; None where a decision is needed."""
    via: list[str] = []
    at = state_id
    while True:
        ways = journey.ways_from(at)
        if len(ways) != 1 or ways[0].condition:
            return None
        at = ways[0].target
        if not _is_passage(journey, at):
            return Step(target=at, via=tuple(via))
        if at in via:
            return None
        via.append(at)
