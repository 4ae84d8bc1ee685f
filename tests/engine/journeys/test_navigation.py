import pytest

from understudy.engine.domain.facts import Step
from understudy.engine.domain.journey import COMPLETED, END, LEFT, REOPENED, ROOT, Journey, State, StateKind, Transition
from understudy.engine.journeys.navigation import Walk, auto_step, finish, steps_from, take, view, walk

KINDS: dict[str, StateKind] = {"root": "initial", "end": "end", "t": "tool", "f": "fork", "c": "chat"}


def journey(*ways: str) -> Journey:
    """Read ways such as "root > c1" and "f1 > c2 if it is urgent"; a state's first letter is its kind."""
    transitions: list[Transition] = []
    for way in ways:
        between, _, condition = way.partition(" if ")
        source, target = between.split(" > ")
        transitions.append(Transition(source=source, target=target, condition=condition))
    names = dict.fromkeys([ROOT, *(name for way in transitions for name in (way.source, way.target))])
    states = tuple(State(id=name, kind=KINDS.get(name) or KINDS[name[0]], action=f"do {name}") for name in names)
    return Journey(id="j", title="J", states=states, transitions=tuple(transitions))


LINE = journey("root > c1", "c1 > c2", "c2 > t1", "t1 > c3", "c3 > end")
EMPTY = Journey(id="j", title="J")


def targets(of: Journey, state: str) -> list[str]:
    return [step.target for step in steps_from(of, state)]


class TestSteps:
    def test_chat_states_may_be_passed_over_up_to_the_next_tool_state(self) -> None:
        assert steps_from(LINE, ROOT) == (
            Step(target="c1"),
            Step(target="c2", via=("c1",)),
            Step(target="t1", via=("c1", "c2")),
        )

    def test_a_tool_state_is_where_steps_end_and_where_they_begin_anew(self) -> None:
        assert targets(LINE, "t1") == ["c3", "end"]

    def test_conditions_on_the_way_are_gathered_in_order(self) -> None:
        fork = journey("root > c1", "c1 > c2 if known", "c1 > c3 if new", "c2 > c4 if sure", "c2 > c5 if unsure")
        steps = {step.target: step for step in steps_from(fork, ROOT)}
        assert steps["c4"] == Step(target="c4", conditions=("known", "sure"), via=("c1", "c2"))

    def test_forks_are_passed_through_and_are_no_targets(self) -> None:
        fork = journey(
            "root > c1", "c1 > f1", "f1 > c2 if small", "f1 > f2 if large", "f2 > t1 if now", "f2 > c3 if later"
        )
        assert steps_from(fork, "c1") == (
            Step(target="c2", conditions=("small",), via=("f1",)),
            Step(target="t1", conditions=("large", "now"), via=("f1", "f2")),
            Step(target="c3", conditions=("large", "later"), via=("f1", "f2")),
        )

    def test_a_fork_that_leads_nowhere_is_a_target(self) -> None:
        assert targets(journey("root > c1", "c1 > f1"), "c1") == ["f1"]

    def test_steps_from_a_fork_are_its_branches(self) -> None:
        assert targets(journey("root > f1", "f1 > c1 if a", "f1 > c2 if b"), "f1") == ["c1", "c2"]

    def test_the_nearest_come_first_then_the_order_of_definition(self) -> None:
        wide = journey("root > c1", "c1 > c2 if a", "c1 > c3 if b", "c2 > c4", "c3 > c5")
        assert targets(wide, ROOT) == ["c1", "c2", "c3", "c4", "c5"]

    def test_the_shortest_way_to_a_target_counts(self) -> None:
        twice = journey("root > c1", "c1 > c2 if detailed", "c1 > c3 if brief", "c2 > c3")
        assert steps_from(twice, "c1")[1] == Step(target="c3", conditions=("brief",))

    def test_two_ways_between_the_same_states_are_one_open_under_either_condition(self) -> None:
        twice = journey("root > c1", "c1 > c2 if paid", "c1 > c2 if invited")
        assert steps_from(twice, "c1") == (Step(target="c2", conditions=("paid or invited",)),)

    def test_no_more_states_ahead_than_asked_for(self) -> None:
        long = journey("root > c1", *(f"c{number} > c{number + 1}" for number in range(1, 12)))
        assert targets(long, ROOT) == [f"c{number}" for number in range(1, 9)]
        assert [step.target for step in steps_from(long, ROOT, depth=2)] == ["c1", "c2"]

    def test_a_state_is_its_own_target_only_through_a_cycle(self) -> None:
        ring = journey("root > c1", "c1 > c2", "c2 > c1")
        assert steps_from(ring, "c1") == (Step(target="c2"), Step(target="c1", via=("c2",)))

    def test_a_way_back_to_the_start_leads_to_what_follows_it(self) -> None:
        ring = journey("root > c1", "c1 > t1", "t1 > root")
        assert steps_from(ring, "t1")[0] == Step(target="c1", via=(ROOT,))

    def test_forks_in_a_ring_are_passed_once(self) -> None:
        ring = journey("root > f1", "f1 > f2 if a", "f2 > f1 if b", "f2 > c1 if c")
        assert steps_from(ring, ROOT) == (Step(target="c1", conditions=("a", "c"), via=("f1", "f2")),)

    def test_from_the_end_and_in_a_journey_without_states_nothing_follows(self) -> None:
        assert steps_from(LINE, END) == ()
        assert steps_from(EMPTY, ROOT) == ()


class TestView:
    def test_a_journey_that_has_not_begun_stands_at_its_start_and_must_go(self) -> None:
        seen = view(LINE, (), entered_now=True)
        assert (seen.current, seen.visited, seen.over, seen.may_stay) == (ROOT, (), False, False)
        assert seen.entered_now
        assert not view(LINE, ()).may_stay

    def test_steps_and_states_are_those_near_and_those_visited_in_order_of_definition(self) -> None:
        seen = view(LINE, ("c1", "t1"), tool_ran=True)
        assert [step.target for step in seen.steps] == ["c3", "end"]
        assert [state.id for state in seen.states] == ["c1", "t1", "c3", "end"]
        assert seen.states[0].action == "do c1"

    def test_visited_are_the_states_of_this_run_before_the_current_one(self) -> None:
        seen = view(LINE, ("c3", COMPLETED, "c1", "c2", "c1", "t1"))
        assert seen.visited == ("c1", "c2")

    def test_a_chat_state_may_be_stayed_in(self) -> None:
        assert view(LINE, ("c1",)).may_stay

    def test_a_tool_state_may_be_stayed_in_until_its_tool_ran(self) -> None:
        assert view(LINE, ("t1",)).may_stay
        assert not view(LINE, ("t1",), tool_ran=True).may_stay

    def test_a_tool_state_whose_tool_has_not_run_is_left_by_conditions_only(self) -> None:
        waiting = view(LINE, ("c1", "t1"))
        assert (waiting.waits, waiting.steps, waiting.may_stay) == (True, (), True)
        asking = journey("root > t1", "t1 > c1 if found", "t1 > c2 if they can't say which")
        assert [step.target for step in view(asking, ("t1",)).steps] == ["c1", "c2"]
        assert not view(asking, ("t1",), tool_ran=True).waits

    def test_where_it_went_back_to_it_stays_or_goes_on(self) -> None:
        seen = view(LINE, ("c1", "c2", "c1"), went_back=True)
        assert (seen.visited, seen.starts) == ((), ())
        assert [step.target for step in seen.steps] == ["c2", "t1"]

    def test_how_a_new_run_may_begin_is_shown_with_what_it_would_pass_over(self) -> None:
        assert view(LINE, ("c1", "c2")).starts[1] == Step(target="c2", via=("c1",))
        assert view(LINE, ()).starts == ()

    def test_a_run_that_was_reopened_is_one_run(self) -> None:
        assert view(LINE, ("c1", "c2", COMPLETED, REOPENED, "c1")).visited == ("c2",)
        assert view(LINE, ("c3", LEFT, "c1", COMPLETED, REOPENED, "c2")).visited == ("c1",)

    def test_a_fork_is_no_place_to_stay(self) -> None:
        assert not view(journey("root > f1", "f1 > c1 if a", "f1 > c2 if b"), ("f1",)).may_stay

    def test_where_nothing_follows_it_may_always_stay(self) -> None:
        assert view(EMPTY, (), entered_now=True).may_stay
        assert view(journey("root > t1"), ("t1",), tool_ran=True).may_stay

    @pytest.mark.parametrize("marker", [LEFT, COMPLETED])
    def test_a_run_that_is_over_can_be_taken_up_where_it_was(self, marker: str) -> None:
        seen = view(LINE, ("c1", "c2", marker))
        assert (seen.current, seen.over, seen.visited) == (ROOT, True, ("c1", "c2"))
        assert seen.may_stay
        assert view(LINE, ("c1", marker), entered_now=True).may_stay, "its trigger may go on being true"

    def test_states_that_the_journey_no_longer_has_are_passed_by(self) -> None:
        seen = view(LINE, ("c1", "c-removed"))
        assert (seen.path, seen.current) == (("c1",), "c1")


class TestWalk:
    def test_the_first_step_starts_a_run(self) -> None:
        assert walk(LINE, (), move="advance", target="c1") == Walk(path=("c1",), move="started", target="c1")

    def test_a_start_may_pass_over_states_which_do_not_enter_the_path(self) -> None:
        done = walk(LINE, (), move="advance", target="t1")
        assert done == Walk(path=("t1",), move="started", target="t1", via=("c1", "c2"))

    def test_the_next_state_is_an_advance(self) -> None:
        assert walk(LINE, ("c1",), move="advance", target="c2") == Walk(path=("c1", "c2"), move="advanced", target="c2")

    def test_passing_over_a_chat_state_is_skipping(self) -> None:
        done = walk(LINE, ("c1",), move="advance", target="t1")
        assert done == Walk(path=("c1", "t1"), move="skipped", target="t1", via=("c2",))

    def test_passing_through_a_fork_is_no_skipping(self) -> None:
        fork = journey("root > c1", "c1 > f1", "f1 > c2 if a", "f1 > c3 if b")
        done = walk(fork, ("c1",), move="advance", target="c3")
        assert done == Walk(path=("c1", "c3"), move="advanced", target="c3", via=("f1",))

    def test_going_to_the_end_completes(self) -> None:
        done = walk(LINE, ("t1",), move="advance", target="end")
        assert done == Walk(path=("t1", COMPLETED), move="completed", target="end", via=("c3",))

    def test_a_run_without_any_state_can_be_completed(self) -> None:
        brief = journey("root > c1", "c1 > end")
        assert walk(brief, (), move="advance", target="end").path == (COMPLETED,)
        assert walk(brief, ("c1", LEFT), move="advance", target="end").path == ("c1", LEFT, COMPLETED)
        assert walk(brief, (COMPLETED,), move="advance", target="end").path == (COMPLETED,)

    def test_a_cycle_back_to_the_state_itself_is_seen_in_the_path(self) -> None:
        ring = journey("root > c1", "c1 > c1 if again", "c1 > end if done")
        assert walk(ring, ("c1",), move="advance", target="c1").path == ("c1", "c1")

    def test_staying_changes_nothing(self) -> None:
        assert walk(LINE, ("c1",), move="stay") == Walk(path=("c1",), move="stayed", target="c1")
        assert walk(LINE, (), move="stay") == Walk(path=(), move="stayed", target=None)

    def test_leaving_ends_the_run_once(self) -> None:
        assert walk(LINE, ("c1",), move="leave") == Walk(path=("c1", LEFT), move="left", target=None)
        assert walk(LINE, ("c1", LEFT), move="leave").path == ("c1", LEFT)
        assert walk(LINE, (), move="leave").path == ()

    def test_going_back_adds_the_earlier_state(self) -> None:
        done = walk(LINE, ("c1", "c2", "t1"), move="backtrack", target="c1")
        assert done == Walk(path=("c1", "c2", "t1", "c1"), move="backtracked", target="c1")

    def test_going_back_takes_up_a_run_that_is_over(self) -> None:
        done = walk(LINE, ("c1", "c2", LEFT), move="backtrack", target="c2")
        assert done.path == ("c1", "c2", LEFT, REOPENED, "c2")
        assert view(LINE, done.path).current == "c2"

    def test_going_back_to_where_it_never_was_is_staying(self) -> None:
        assert walk(LINE, ("c1", "c2"), move="backtrack", target="c3").move == "stayed"

    def test_a_restart_leaves_the_run_and_begins_a_new_one(self) -> None:
        done = walk(LINE, ("c1", "t1"), move="restart", target="c1")
        assert done == Walk(path=("c1", "t1", LEFT, "c1"), move="restarted", target="c1")
        assert view(LINE, done.path).visited == ()

    def test_a_restart_after_the_end_needs_no_marker(self) -> None:
        done = walk(LINE, ("c1", COMPLETED), move="restart", target="c2")
        assert done == Walk(path=("c1", COMPLETED, "c2"), move="restarted", target="c2", via=("c1",))

    def test_a_restart_at_a_state_with_which_no_run_can_begin_stays(self) -> None:
        assert walk(LINE, ("t1",), move="restart", target="c3").path == ("t1",)

    def test_advancing_after_the_end_starts_a_new_run(self) -> None:
        done = walk(LINE, ("c1", COMPLETED), move="advance", target="c1")
        assert done == Walk(path=("c1", COMPLETED, "c1"), move="started", target="c1")

    @pytest.mark.parametrize("target", ["nowhere", "c3", None])
    def test_advancing_where_no_step_leads_is_staying(self, target: str | None) -> None:
        assert walk(LINE, ("c1",), move="advance", target=target) == Walk(path=("c1",), move="stayed", target="c1")

    def test_states_that_the_journey_no_longer_has_leave_the_path(self) -> None:
        assert walk(LINE, ("c-removed", "c1"), move="advance", target="c2").path == ("c1", "c2")


class TestAutoStep:
    def test_after_its_tool_ran_a_tool_state_is_left_by_its_only_way(self) -> None:
        assert auto_step(LINE, ("c1", "t1"), ran=True) == Step(target="c3")

    def test_before_its_tool_ran_it_is_not(self) -> None:
        assert auto_step(LINE, ("c1", "t1"), ran=False) is None

    def test_a_tool_state_may_lead_to_another_and_to_the_end(self) -> None:
        chain = journey("root > t1", "t1 > t2", "t2 > end")
        assert auto_step(chain, ("t1",), ran=True) == Step(target="t2")
        step = auto_step(chain, ("t1", "t2"), ran=True)
        assert step is not None
        assert take(chain, ("t1", "t2"), step=step) == Walk(
            path=("t1", "t2", COMPLETED), move="completed", target="end"
        )

    def test_a_condition_or_a_choice_needs_a_decision(self) -> None:
        assert auto_step(journey("root > t1", "t1 > c1 if found"), ("t1",), ran=True) is None
        assert auto_step(journey("root > t1", "t1 > c1 if found", "t1 > c2 if not"), ("t1",), ran=True) is None

    def test_forks_with_a_single_open_way_are_passed_through(self) -> None:
        merge = journey("root > t1", "t1 > f1", "f1 > f2", "f2 > c1")
        assert auto_step(merge, ("t1",), ran=True) == Step(target="c1", via=("f1", "f2"))

    def test_forks_that_branch_need_a_decision_and_a_ring_of_forks_leads_nowhere(self) -> None:
        assert auto_step(journey("root > t1", "t1 > f1", "f1 > c1 if a", "f1 > c2 if b"), ("t1",), ran=True) is None
        assert auto_step(journey("root > t1", "t1 > f1", "f1 > f2", "f2 > f1"), ("t1",), ran=True) is None

    def test_a_last_tool_state_leads_nowhere(self) -> None:
        assert auto_step(journey("root > t1"), ("t1",), ran=True) is None

    def test_a_chat_state_always_needs_a_decision(self) -> None:
        assert auto_step(LINE, ("c1",), ran=True) is None

    def test_a_journey_that_begins_with_a_tool_state_enters_it(self) -> None:
        begins = journey("root > t1", "t1 > c1")
        step = auto_step(begins, (), ran=False)
        assert step == Step(target="t1")
        assert take(begins, (), step=Step(target="t1")) == Walk(path=("t1",), move="started", target="t1")

    def test_a_journey_that_begins_with_a_chat_state_or_a_choice_needs_a_decision(self) -> None:
        assert auto_step(LINE, (), ran=False) is None
        assert auto_step(journey("root > t1 if a", "root > t2 if b"), (), ran=False) is None
        assert auto_step(EMPTY, (), ran=False) is None

    def test_whether_to_take_up_a_journey_again_needs_a_decision(self) -> None:
        assert auto_step(journey("root > t1"), ("t1", COMPLETED), ran=False) is None


class TestFinish:
    def test_a_last_chat_state_is_done_when_the_reply_went_out(self) -> None:
        last = journey("root > c1")
        assert finish(last, ("c1",)) == ("c1", COMPLETED)
        assert finish(last, ("c1",), replied=False) == ("c1",)

    def test_a_last_tool_state_is_done_when_its_tool_ran(self) -> None:
        last = journey("root > t1")
        assert finish(last, ("t1",)) == ("t1", COMPLETED)
        assert finish(last, ("t1",), tool_ran=False) == ("t1",)

    def test_a_fork_that_leads_nowhere_is_done_at_once(self) -> None:
        assert finish(journey("root > c1", "c1 > f1"), ("c1", "f1"), replied=False) == ("c1", "f1", COMPLETED)

    def test_a_journey_that_stands_elsewhere_or_nowhere_keeps_its_path(self) -> None:
        assert finish(LINE, ("c1",)) == ("c1",)
        assert finish(LINE, ()) == ()
        assert finish(EMPTY, ()) == ()
        assert finish(LINE, ("c1", LEFT)) == ("c1", LEFT)
