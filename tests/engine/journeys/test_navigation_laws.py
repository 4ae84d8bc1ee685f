"""Laws of navigation, stated over random journeys that are valid, and over every move in every one of their states."""

from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.decisions.journey import Move, allowed_targets
from understudy.engine.domain.journey import (
    COMPLETED,
    END,
    LEFT,
    MARKERS,
    ROOT,
    Journey,
    Path,
    State,
    StateKind,
    Transition,
    journey_problems,
    position,
)
from understudy.engine.journeys.navigation import auto_step, finish, steps_from, take, view, walk

MOVES: tuple[Move, ...] = get_args(Move)
KINDS: tuple[StateKind, ...] = ("chat", "chat", "tool", "fork")


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Every state hangs on an earlier one, so that all are reachable; more ways make forks, merges and rings."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=7))
    names = [ROOT, *(f"{kind}-{number}" for number, kind in enumerate(kinds))]
    ways = [(draw(st.sampled_from(names[:number])), names[number]) for number in range(1, len(names))]
    ends = draw(st.booleans())
    ways += [(draw(st.sampled_from(names)), END)] if ends else []
    ways += draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=5))
    leaving = [source for source, _ in ways]
    return Journey(
        id="j",
        title="J",
        states=(
            State(id=ROOT, kind="initial"),
            *(State(id=n, kind=kind, action=n, tools=("t",)) for n, kind in zip(names[1:], kinds, strict=True)),
            *((State(id=END, kind="end"),) if ends else ()),
        ),
        transitions=tuple(
            Transition(
                source=source,
                target=target,
                condition=f"if {number}" if leaving.count(source) > 1 or source.startswith("fork") else "",
            )
            for number, (source, target) in enumerate(ways)
        ),
    )


@st.composite
def travels(draw: st.DrawFn) -> tuple[Journey, Path]:
    journey = draw(journeys())
    places = [state.id for state in journey.states if state.kind not in ("initial", "end")]
    path = draw(st.lists(st.sampled_from([*places, LEFT, COMPLETED]), max_size=6))
    tidy = [step for number, step in enumerate(path) if step not in MARKERS or (number and path[number - 1] in places)]
    return journey, tuple(tidy)


def is_walk(journey: Journey, states: tuple[str, ...]) -> bool:
    ways = {(way.source, way.target) for way in journey.transitions}
    return all(pair in ways for pair in pairwise(states))


@given(journeys())
def test_the_journeys_of_these_laws_are_valid(journey: Journey) -> None:
    assert journey_problems(journey) == ()


@given(journeys(), st.integers(min_value=1, max_value=5))
def test_every_step_is_a_walk_that_passes_over_chat_states_and_forks_only(journey: Journey, depth: int) -> None:
    for origin in journey.states:
        steps = steps_from(journey, origin.id, depth=depth)
        assert len({step.target for step in steps}) == len(steps)
        for step in steps:
            assert is_walk(journey, (origin.id, *step.via, step.target))
            passed = [journey.state(state).kind for state in step.via]
            assert set(passed) <= {"chat", "fork", "initial"}
            assert passed.count("chat") < depth
            assert journey.state(step.target).kind != "fork" or journey.is_last(step.target)


@given(journeys())
def test_looking_further_ahead_only_adds_steps(journey: Journey) -> None:
    for state in journey.states:
        near, far = steps_from(journey, state.id, depth=2), steps_from(journey, state.id, depth=9)
        assert far[: len(near)] == near


@given(journeys())
def test_looking_far_enough_every_state_that_needs_no_tool_is_found(journey: Journey) -> None:
    for origin in journey.states:
        reached: set[str] = set()
        frontier = [origin.id]
        while frontier:
            for way in journey.ways_from(frontier.pop()):
                if way.target not in reached:
                    reached.add(way.target)
                    if journey.state(way.target).kind not in ("tool", "end"):
                        frontier.append(way.target)
        places = {name for name in reached if journey.state(name).kind in ("chat", "tool", "end")}
        found = {step.target for step in steps_from(journey, origin.id, depth=len(journey.states))}
        assert found >= places
        assert found <= reached


@given(travels(), st.sampled_from(MOVES), st.data())
def test_any_acceptable_verdict_is_carried_out(travel: tuple[Journey, Path], move: Move, data: st.DataObject) -> None:
    journey, path = travel
    seen = view(journey, path, entered_now=position(path) is None)
    targets = allowed_targets(seen, move)
    target = data.draw(st.sampled_from(targets)) if targets else None
    done = walk(journey, path, move=move, target=target)
    assert done.path[: len(path)] == path
    if target is not None:
        assert done.target == target
        assert position(done.path) == (None if target == END else target)
    if target is not None and move == "advance":
        assert is_walk(journey, (seen.current, *done.via, target))


@given(travels(), st.sampled_from(MOVES), st.text(max_size=3) | st.sampled_from((ROOT, END, "chat-0", "fork-1", LEFT)))
def test_walking_is_total_and_a_path_never_holds_unknown_states(
    travel: tuple[Journey, Path], move: Move, target: str
) -> None:
    journey, path = travel
    done = walk(journey, (*path, "gone"), move=move, target=target)
    known = {state.id for state in journey.states if state.kind not in ("initial", "end")}
    assert set(done.path) <= known | set(MARKERS)
    assert finish(journey, done.path)[: len(done.path)] == done.path


@given(travels(), st.booleans())
def test_a_view_shows_every_state_that_it_speaks_of(travel: tuple[Journey, Path], ran: bool) -> None:
    journey, path = travel
    seen = view(journey, path, tool_ran=ran)
    shown = [state.id for state in seen.states]
    spoken_of = {seen.current, *seen.visited, *(name for step in seen.steps for name in (step.target, *step.via))}
    assert set(shown) == spoken_of
    assert shown == [state.id for state in journey.states if state.id in spoken_of]
    assert seen.may_stay or seen.steps


@given(travels())
def test_a_step_without_a_decision_follows_ways_without_conditions(travel: tuple[Journey, Path]) -> None:
    journey, path = travel
    step = auto_step(journey, path, ran=True)
    if step is not None:
        route = (position(path) or ROOT, *step.via, step.target)
        assert is_walk(journey, route)
        assert not step.conditions
        assert all(len(journey.ways_from(state)) == 1 for state in route[:-1])
        done = take(journey, path, step=step)
        assert done.path == (*path, COMPLETED if step.target == END else step.target)


@given(travels())
def test_a_run_is_finished_once_and_only_where_nothing_follows(travel: tuple[Journey, Path]) -> None:
    journey, path = travel
    done = finish(journey, path)
    at = position(path)
    assert (done != path) == (at is not None and journey.is_last(at))
    assert finish(journey, done) == done
