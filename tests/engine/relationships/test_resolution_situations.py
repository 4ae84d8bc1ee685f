"""Situations in which several rules meet, one test each: what an author who wrote them down would expect."""

from dataclasses import replace
from itertools import pairwise

from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import ROOT, Journey, State, Transition
from understudy.engine.domain.modes import Criticality
from understudy.engine.relationships.resolution import resolve

from .test_resolution import agent, dropped, entails, needs, needs_any, observation, outcome_of, over, rule

A, B, C, D = rule("a"), rule("b"), rule("c"), rule("d")
TEA, MILK = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
STATES = (State(id=ROOT, kind="initial"), State(id="ask", kind="chat", action="ask"))
TALK = Journey(id="talk", title="Talk", states=STATES, transitions=(Transition(source=ROOT, target="ask"),))
TOPIC = Journey(id="topic", title="Topic", triggers=("raised",))
RAISED = observation("raised")
LIMITED = replace(TOPIC, id="limited", title="Limited", priority=5, triggers=())


class TestDependenciesOnJourneys:
    def test_a_journey_that_stands_in_a_state_holds_whatever_became_of_its_guidelines(self) -> None:
        world = agent(A, B, rule("inside", journey="talk"), TALK, needs("a", "journey:talk"), over("b", "inside"))
        done = resolve(world, ["a", "b", "inside"], journeys=["talk"])
        assert (done.active, done.journeys) == (("a", "b"), ("talk",))

    def test_a_journey_without_states_holds_while_what_raised_it_survives(self) -> None:
        inside = rule("inside", journey="topic")
        world = agent(RAISED, A, B, inside, TOPIC, needs("a", "journey:topic"), over("b", "inside"))
        assert "a" in resolve(world, ["raised", "a", "b", "inside"], journeys=["topic"]).active
        assert "a" not in resolve(world, ["a", "b", "inside"], journeys=["topic"]).active

    def test_a_journey_without_states_of_which_all_was_dropped_holds_nothing(self) -> None:
        world = agent(RAISED, A, B, TOPIC, needs("a", "journey:topic"), over("b", "raised"))
        assert dropped(resolve(world, ["raised", "a", "b"], journeys=["topic"])) == {
            "raised": "lower_priority",
            "a": "unmet_dependency",
        }

    def test_of_its_guidelines_one_that_survives_is_enough(self) -> None:
        first, second = rule("first", journey="topic"), rule("second", journey="topic")
        world = agent(A, B, RAISED, first, second, TOPIC, needs("a", "journey:topic"), over("b", "first"))
        assert resolve(world, ["a", "b", "first", "second"], journeys=["topic"]).active == ("a", "b", "second")

    def test_what_triggers_a_journey_stays_when_the_journeys_own_dependency_fails(self) -> None:
        world = agent(RAISED, A, TOPIC, needs("journey:topic", "a"))
        done = resolve(world, ["raised"], journeys=["topic"])
        assert (done.active, done.journeys) == (("raised",), ())

    def test_a_guideline_of_the_journey_may_be_what_the_journey_depends_on(self) -> None:
        world = agent(rule("inside", journey="talk"), TALK, needs("journey:talk", "inside"))
        assert resolve(world, ["inside"], journeys=["talk"]).journeys == ("talk",)
        assert resolve(world, [], journeys=["talk"]).journeys == ()

    def test_what_depends_on_a_guideline_of_a_journey_falls_with_the_journey(self) -> None:
        world = agent(A, B, rule("inside", journey="talk"), TALK, needs("a", "inside"), over("b", "journey:talk"))
        done = resolve(world, ["a", "b", "inside"], journeys=["talk"])
        assert dropped(done) == {"a": "unmet_dependency", "inside": "inactive_journey", "talk": "lower_priority"}

    def test_a_journey_may_depend_on_any_of_several(self) -> None:
        world = agent(A, B, TALK, *needs_any("journey:talk", "a", "b"))
        assert resolve(world, ["b"], journeys=["talk"]).journeys == ("talk",)
        assert dropped(resolve(world, [], journeys=["talk"])) == {"talk": "unmet_any_dependency"}

    def test_journeys_that_depend_on_one_another_fall_in_a_row(self) -> None:
        other, third = replace(TALK, id="other"), replace(TALK, id="third")
        chain = [needs("journey:talk", "journey:other"), needs("journey:other", "journey:third")]
        done = resolve(agent(TALK, other, third, *chain), [], journeys=["talk", "other"])
        assert dropped(done) == {"talk": "unmet_dependency", "other": "unmet_dependency"}


class TestDependenciesOnTags:
    def test_all_of_a_tag_fails_when_one_matched_member_was_beaten(self) -> None:
        world = agent(TEA, MILK, A, B, needs("a", "all:drinks"), over("b", "milk"))
        assert resolve(world, ["tea", "milk", "a", "b"], journeys=[]).active == ("tea", "b")

    def test_any_of_a_tag_fails_when_the_only_matched_member_has_an_unmet_dependency(self) -> None:
        world = agent(TEA, MILK, A, B, needs("a", "any:drinks"), needs("milk", "b"))
        assert dropped(resolve(world, ["milk", "a"], journeys=[])) == {
            "milk": "unmet_dependency",
            "a": "unmet_dependency",
        }

    def test_a_journey_that_carries_the_tag_is_one_of_all(self) -> None:
        hot = replace(TALK, tags=("drinks",))
        world = agent(TEA, A, hot, needs("a", "all:drinks"))
        assert "a" in resolve(world, ["tea", "a"], journeys=["talk"]).active
        assert "a" not in resolve(world, ["tea", "a"], journeys=[]).active

    def test_a_journey_that_carries_the_tag_is_one_of_any(self) -> None:
        hot = replace(TALK, tags=("drinks",))
        world = agent(TEA, A, hot, needs("a", "any:drinks"))
        assert resolve(world, ["a"], journeys=["talk"]).active == ("a",)

    def test_what_a_tag_depends_on_a_journey_that_carries_it_depends_on(self) -> None:
        hot = replace(TALK, tags=("drinks",))
        world = agent(A, hot, needs("all:drinks", "a"))
        assert resolve(world, [], journeys=["talk"]).journeys == ()

    def test_a_member_that_depends_on_all_of_its_own_tag_needs_the_others_and_itself(self) -> None:
        world = agent(TEA, MILK, needs("tea", "all:drinks"))
        assert resolve(world, ["tea", "milk"], journeys=[]).active == ("tea", "milk")
        assert resolve(world, ["tea"], journeys=[]).active == ()

    def test_a_guideline_answers_for_its_own_dependency_and_for_those_of_each_of_its_tags(self) -> None:
        both = rule("both", tags=("one", "two"))
        world = agent(both, A, B, C, needs("both", "a"), needs("all:one", "b"), needs("all:two", "c"))
        assert "both" in resolve(world, ["both", "a", "b", "c"], journeys=[]).active
        for missing in "abc":
            matched = ["both", *(name for name in "abc" if name != missing)]
            assert outcome_of(resolve(world, matched, journeys=[]), "both").counterparts == (missing,)


class TestDependenciesTogether:
    def test_a_plain_dependency_and_a_group_must_both_hold(self) -> None:
        world = agent(A, B, C, D, needs("a", "b"), *needs_any("a", "c", "d"))
        assert "a" in resolve(world, ["a", "b", "d"], journeys=[]).active
        assert outcome_of(resolve(world, ["a", "d"], journeys=[]), "a").outcome == "unmet_dependency"
        assert outcome_of(resolve(world, ["a", "b"], journeys=[]), "a").outcome == "unmet_any_dependency"

    def test_a_group_may_mix_guidelines_journeys_and_tags(self) -> None:
        world = agent(A, B, TEA, MILK, TALK, *needs_any("a", "b", "journey:talk", "all:drinks"))
        assert "a" in resolve(world, ["a", "b"], journeys=[]).active
        assert "a" in resolve(world, ["a"], journeys=["talk"]).active
        assert "a" in resolve(world, ["a", "tea", "milk"], journeys=[]).active
        done = resolve(world, ["a", "tea"], journeys=[])
        assert outcome_of(done, "a").relationship == "a depends on any of: b, all of tag drinks, journey talk"

    def test_of_a_group_what_was_dropped_does_not_count(self) -> None:
        world = agent(A, B, C, D, *needs_any("a", "b", "c"), needs("b", "d"))
        assert resolve(world, ["a", "b"], journeys=[]).active == ()
        assert resolve(world, ["a", "b", "c"], journeys=[]).active == ("a", "c")

    def test_a_diamond_of_dependencies_falls_with_its_foot(self) -> None:
        sides = [needs("a", "b"), needs("a", "c"), needs("b", "d"), needs("c", "d")]
        world = agent(A, B, C, D, *sides)
        assert resolve(world, ["a", "b", "c", "d"], journeys=[]).active == ("a", "b", "c", "d")
        assert resolve(world, ["a", "b", "c"], journeys=[]).active == ()

    def test_an_observation_may_depend_on_an_action(self) -> None:
        world = agent(observation("seen"), A, needs("seen", "a"))
        assert resolve(world, ["seen"], journeys=[]).active == ()

    def test_what_nobody_mentions_is_not_touched_by_a_dependency_that_fails(self) -> None:
        world = agent(A, B, C, needs("a", "b"))
        assert resolve(world, ["a", "c"], journeys=[]).active == ("c",)


class TestPriorityTogether:
    def test_one_winner_may_beat_several_and_one_loser_lose_to_several(self) -> None:
        world = agent(A, B, C, D, over("a", "b"), over("a", "c"), over("d", "c"))
        done = resolve(world, ["a", "b", "c", "d"], journeys=[])
        assert done.active == ("a", "d")
        assert outcome_of(done, "c").counterparts == ("a",), "the one declared first"

    def test_a_loser_does_not_come_back_when_its_winner_loses_its_ground(self) -> None:
        world = agent(
            rule("strong", priority=5), rule("weak", priority=5), A, over("strong", "weak"), needs("strong", "a")
        )
        done = resolve(world, ["strong", "weak", "a"], journeys=[])
        assert dropped(done) == {"weak": "lower_priority", "a": "outranked", "strong": "unmet_dependency"}

    def test_nothing_passes_through_a_tag_none_of_whose_members_matched(self) -> None:
        world = agent(A, TEA, C, over("a", "all:drinks"), over("all:drinks", "c"))
        assert resolve(world, ["a", "c"], journeys=[]).active == ("a", "c")
        assert resolve(world, ["a", "tea", "c"], journeys=[]).active == ("a",)

    def test_a_tag_over_a_tag_leaves_those_that_carry_only_the_first(self) -> None:
        both = rule("both", tags=("drinks", "food"))
        world = agent(TEA, both, rule("bread", tags=("food",)), over("all:drinks", "all:food"))
        assert resolve(world, ["tea", "both", "bread"], journeys=[]).active == ("tea",)
        assert resolve(world, ["both", "bread"], journeys=[]).active == ("both",), "nobody beats itself"

    def test_a_journey_that_carries_a_tag_wins_for_it(self) -> None:
        world = agent(A, replace(TALK, tags=("slow",)), over("all:slow", "a"))
        assert resolve(world, ["a"], journeys=["talk"]).active == ()
        assert resolve(world, ["a"], journeys=[]).active == ("a",)

    def test_a_journey_over_one_of_its_own_guidelines_drops_that_one_only(self) -> None:
        world = agent(
            rule("inside", journey="talk"), rule("also", journey="talk"), TALK, over("journey:talk", "inside")
        )
        done = resolve(world, ["inside", "also"], journeys=["talk"])
        assert (done.active, done.journeys) == (("also",), ("talk",))

    def test_a_guideline_over_the_journey_it_belongs_to_goes_with_it(self) -> None:
        world = agent(rule("inside", journey="talk"), A, TALK, over("inside", "journey:talk"))
        done = resolve(world, ["inside", "a"], journeys=["talk"])
        assert (done.active, done.journeys) == (("a",), ())

    def test_a_guideline_of_one_journey_may_drop_another_journey(self) -> None:
        other = replace(TALK, id="other")
        world = agent(rule("inside", journey="talk"), TALK, other, over("inside", "journey:other"))
        assert resolve(world, ["inside"], journeys=["talk", "other"]).journeys == ("talk",)
        assert resolve(world, [], journeys=["talk", "other"]).journeys == ("talk", "other")

    def test_a_journey_that_was_beaten_still_beats_those_below_it_and_its_guidelines_do_too(self) -> None:
        world = agent(
            A, B, C, rule("inside", journey="talk"), TALK, over("a", "journey:talk"), over("journey:talk", "b")
        )
        assert resolve(world, ["a", "b", "c", "inside"], journeys=["talk"]).active == ("a", "c")
        world = agent(A, B, rule("inside", journey="talk"), TALK, over("a", "journey:talk"), over("inside", "b"))
        assert resolve(world, ["a", "b", "inside"], journeys=["talk"]).active == ("a",)

    def test_an_observation_may_take_a_journey_out(self) -> None:
        world = agent(observation("angry"), TALK, over("angry", "journey:talk"))
        assert resolve(world, ["angry"], journeys=["talk"]).journeys == ()

    def test_a_dependent_that_beats_the_winner_of_what_it_depends_on_falls_all_the_same(self) -> None:
        # b beats c and d depends on c: both are settled at once, so d is there to beat b, and falls with c.
        world = agent(B, C, D, over("b", "c"), needs("d", "c"), over("d", "b"))
        assert resolve(world, ["b", "c", "d"], journeys=[]).active == ()

    def test_how_critical_a_guideline_is_gives_it_no_priority(self) -> None:
        high = Guideline(id="high", condition="x", action="act", criticality=Criticality.HIGH)
        low = Guideline(id="low", condition="x", action="act", criticality=Criticality.LOW)
        assert resolve(agent(high, low), ["low", "high"], journeys=[]).active == ("low", "high")
        assert resolve(agent(high, low, over("low", "high")), ["low", "high"], journeys=[]).active == ("low",)


class TestNumbersTogether:
    def test_equal_numbers_stay_together(self) -> None:
        world = agent(rule("one", priority=5), rule("two", priority=5), A)
        assert resolve(world, ["one", "two", "a"], journeys=[]).active == ("one", "two")

    def test_of_two_journeys_the_one_of_the_greater_number_stays(self) -> None:
        world = agent(TALK, LIMITED)
        done = resolve(world, [], journeys=["talk", "limited"])
        assert (done.journeys, dropped(done)) == (("limited",), {"talk": "outranked"})
        assert outcome_of(done, "talk").counterparts == ("limited",)

    def test_journeys_of_equal_numbers_stay_together(self) -> None:
        assert resolve(agent(RAISED, TALK, TOPIC), [], journeys=["talk", "topic"]).journeys == ("talk", "topic")

    def test_an_outranked_journey_takes_its_observations_along_and_not_what_triggered_it(self) -> None:
        inside = replace(observation("inside"), journey="topic")
        world = agent(RAISED, inside, rule("urgent", priority=5), TOPIC)
        done = resolve(world, ["raised", "inside", "urgent"], journeys=["topic"])
        assert done.active == ("raised", "urgent")
        assert dropped(done) == {"inside": "inactive_journey", "topic": "outranked"}

    def test_what_depends_on_the_outranked_falls_and_frees_nobody(self) -> None:
        world = agent(A, observation("seen"), rule("urgent", priority=5), needs("seen", "a"))
        assert dropped(resolve(world, ["a", "seen", "urgent"], journeys=[])) == {
            "a": "outranked",
            "seen": "unmet_dependency",
        }

    def test_who_outranks_what_it_depends_on_removes_its_own_ground(self) -> None:
        world = agent(A, rule("urgent", priority=5), C, needs("urgent", "a"))
        done = resolve(world, ["a", "urgent", "c"], journeys=[])
        assert dropped(done) == {"a": "outranked", "c": "outranked", "urgent": "unmet_dependency"}

    def test_who_outranks_the_journey_it_depends_on_removes_its_own_ground(self) -> None:
        world = agent(rule("urgent", priority=5), TALK, needs("urgent", "journey:talk"))
        assert dropped(resolve(world, ["urgent"], journeys=["talk"])) == {
            "talk": "outranked",
            "urgent": "unmet_dependency",
        }

    def test_all_of_a_tag_fails_when_one_member_is_outranked_and_any_of_it_does_not(self) -> None:
        strong = replace(MILK, priority=5)
        needy = observation("seen")
        everyone, someone = agent(TEA, strong, needy, needs("seen", "all:drinks")), needs("seen", "any:drinks")
        assert resolve(everyone, ["tea", "milk", "seen"], journeys=[]).active == ("milk",)
        assert resolve(agent(TEA, strong, needy, someone), ["tea", "milk", "seen"], journeys=[]).active == (
            "milk",
            "seen",
        )

    def test_who_has_an_unmet_dependency_outranks_nobody(self) -> None:
        world = agent(A, B, rule("urgent", priority=5), needs("urgent", "b"))
        assert resolve(world, ["a", "urgent"], journeys=[]).active == ("a",)

    def test_a_guideline_that_lost_does_not_lift_its_journey(self) -> None:
        inside = rule("inside", journey="talk", priority=5)
        world = agent(inside, A, observation("calm"), TALK, over("calm", "inside"))
        done = resolve(world, ["inside", "a", "calm"], journeys=["talk"])
        assert (done.active, done.journeys) == (("a", "calm"), ("talk",))

    def test_a_relationship_goes_before_numbers(self) -> None:
        world = agent(A, rule("urgent", priority=5), C, over("a", "urgent"))
        assert resolve(world, ["a", "urgent", "c"], journeys=[]).active == ("a", "c")

    def test_an_outranked_guideline_still_dropped_whom_it_beat(self) -> None:
        world = agent(A, B, rule("urgent", priority=5), over("a", "b"))
        assert dropped(resolve(world, ["a", "b", "urgent"], journeys=[])) == {"a": "outranked", "b": "lower_priority"}


class TestEntailmentTogether:
    def test_who_entails_and_beats_the_same_guideline_beats_it(self) -> None:
        world = agent(A, B, entails("a", "b"), over("a", "b"))
        assert dropped(resolve(world, ["a"], journeys=[])) == {"b": "lower_priority"}
        assert dropped(resolve(world, ["a", "b"], journeys=[])) == {"b": "lower_priority"}

    def test_a_guideline_of_a_journey_is_entailed_only_while_the_journey_is_active(self) -> None:
        world = agent(A, rule("inside", journey="talk"), TALK, entails("a", "inside"))
        assert resolve(world, ["a"], journeys=["talk"]).active == ("a", "inside")
        assert dropped(resolve(world, ["a"], journeys=[])) == {"inside": "inactive_journey"}

    def test_a_disabled_guideline_is_not_entailed(self) -> None:
        off = Guideline(id="off", action="x", enabled=False)
        assert resolve(agent(A, off, entails("a", "off")), ["a"], journeys=[]).active == ("a",)

    def test_one_member_of_a_tag_entails_for_it_and_never_itself(self) -> None:
        world = agent(TEA, MILK, A, entails("all:drinks", "a"), entails("milk", "all:drinks"))
        assert resolve(world, ["milk"], journeys=[]).active == ("milk", "tea", "a")
        assert resolve(world, ["tea"], journeys=[]).active == ("tea", "a")
        assert outcome_of(resolve(world, ["tea"], journeys=[]), "a").relationship == "tea entails a"

    def test_a_journey_that_carries_an_entailed_tag_does_not_start(self) -> None:
        world = agent(A, TEA, replace(TALK, tags=("drinks",)), entails("a", "all:drinks"))
        done = resolve(world, ["a"], journeys=[])
        assert (done.active, done.journeys) == (("a", "tea"), ())

    def test_an_entailed_observation_gives_ground_to_others(self) -> None:
        world = agent(A, B, observation("seen"), entails("a", "seen"), needs("b", "seen"))
        assert resolve(world, ["a", "b"], journeys=[]).active == ("a", "b", "seen")
        assert resolve(world, ["b"], journeys=[]).active == ()

    def test_the_entailed_may_depend_on_who_entails_it(self) -> None:
        world = agent(A, B, entails("a", "b"), needs("b", "a"))
        assert resolve(world, ["a"], journeys=[]).active == ("a", "b")
        assert resolve(world, ["b"], journeys=[]).active == ()

    def test_the_entailed_fulfils_a_group_any_of_a_tag_and_the_last_of_all(self) -> None:
        for wanted in (needs_any("b", "c", "milk"), (needs("b", "any:drinks"),), (needs("b", "all:drinks"),)):
            world = agent(A, B, C, TEA, MILK, entails("a", "milk"), *wanted)
            assert "b" in resolve(world, ["a", "b", "tea"], journeys=[]).active
            assert "b" not in resolve(agent(A, B, C, MILK, *wanted), ["a", "b"], journeys=[]).active

    def test_what_holds_for_a_tag_holds_for_an_entailed_member(self) -> None:
        beaten = agent(A, B, TEA, entails("a", "tea"), over("b", "all:drinks"))
        assert dropped(resolve(beaten, ["a", "b"], journeys=[])) == {"tea": "lower_priority"}
        bound = agent(A, B, TEA, entails("a", "tea"), needs("all:drinks", "b"))
        assert dropped(resolve(bound, ["a"], journeys=[])) == {"tea": "unmet_dependency"}

    def test_the_entailed_may_take_a_journey_out_and_a_journey_the_entailed(self) -> None:
        world = agent(A, B, TALK, entails("a", "b"), over("b", "journey:talk"))
        assert resolve(world, ["a"], journeys=["talk"]).journeys == ()
        world = agent(A, B, TALK, entails("a", "b"), over("journey:talk", "b"))
        assert resolve(world, ["a"], journeys=["talk"]).active == ("a",)

    def test_what_a_journey_entails_stays_when_it_takes_the_journey_out(self) -> None:
        world = agent(A, TALK, entails("journey:talk", "a"), over("a", "journey:talk"))
        done = resolve(world, [], journeys=["talk"])
        assert (done.active, done.journeys) == (("a",), ())

    def test_the_entailed_stays_when_what_it_beats_was_its_sources_ground(self) -> None:
        world = agent(A, B, C, entails("a", "b"), needs("a", "c"), over("b", "c"))
        done = resolve(world, ["a", "c"], journeys=[])
        assert done.active == ("b",)
        assert dropped(done) == {"c": "lower_priority", "a": "unmet_dependency"}

    def test_a_source_whose_dependency_is_unmet_entails_nothing_until_it_is_met(self) -> None:
        world = agent(A, B, C, D, entails("a", "b"), needs("a", "c"), entails("d", "c"))
        assert resolve(world, ["a"], journeys=[]).active == ()
        assert resolve(world, ["a", "d"], journeys=[]).active == ("a", "d", "b", "c")

    def test_every_source_is_named_of_what_several_entail(self) -> None:
        world = agent(A, B, C, TALK, entails("a", "c"), entails("b", "c"), entails("journey:talk", "c"))
        done = resolve(world, ["b", "a"], journeys=["talk"])
        assert outcome_of(done, "c").counterparts == ("a", "b", "talk")

    def test_a_long_chain_is_followed_to_its_end_and_broken_where_a_link_is_beaten(self) -> None:
        names = [f"g{number}" for number in range(8)]
        links = [entails(name, following) for name, following in pairwise(names)]
        world = agent(*map(rule, names), A, *links, over("a", "g4"))
        assert resolve(world, ["g0"], journeys=[]).active == tuple(names)
        assert resolve(world, ["g0", "a"], journeys=[]).active == ("g0", "a", "g1", "g2", "g3")

    def test_an_entailed_guideline_does_not_save_who_entails_it_from_being_outranked(self) -> None:
        world = agent(A, rule("loud", priority=9), rule("urgent", priority=5), entails("a", "loud"))
        done = resolve(world, ["a", "urgent"], journeys=[])
        assert done.active == ("urgent",)


class TestTransientGuidelinesTogether:
    NOTE = rule("note", tags=("notes",))

    def test_they_count_among_the_members_of_their_tag(self) -> None:
        fixed = rule("fixed", tags=("notes",))
        for wanted, matched, kept in (
            ("any:notes", ["a", "note"], True),
            ("all:notes", ["a", "note"], False),
            ("all:notes", ["a", "note", "fixed"], True),
        ):
            world = agent(A, fixed, needs("a", wanted))
            assert ("a" in resolve(world, matched, journeys=[], transient=[self.NOTE]).active) is kept

    def test_a_tag_over_them_and_one_that_entails_meet_them_like_any_other(self) -> None:
        world = agent(A, B, entails("all:notes", "b"))
        assert resolve(world, ["note"], journeys=[], transient=[self.NOTE]).active == ("note", "b")

    def test_they_lift_the_journey_they_belong_to(self) -> None:
        note = rule("note", journey="talk", priority=5)
        done = resolve(agent(A, TALK), ["a", "note"], journeys=["talk"], transient=[note])
        assert (done.active, done.journeys) == (("note",), ("talk",))

    def test_one_without_an_action_is_no_rival_by_number(self) -> None:
        note = observation("note", priority=9)
        assert resolve(agent(A), ["a", "note"], journeys=[], transient=[note]).active == ("a", "note")

    def test_they_stand_after_the_agents_own_in_order_of_declaration(self) -> None:
        world = agent(A, B, entails("a", "b"), over("all:notes", "all:drinks"), TEA)
        done = resolve(world, ["note", "tea", "a"], journeys=[], transient=[self.NOTE])
        assert done.active == ("note", "a", "b")
