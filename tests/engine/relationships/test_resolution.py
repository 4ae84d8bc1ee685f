import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey
from understudy.engine.domain.relationship import Endpoint, Relationship, RelationshipKind
from understudy.engine.domain.trace import OutcomeKind, ResolutionOutcome
from understudy.engine.errors import UnknownNameError
from understudy.engine.relationships.cycles import find_cycle
from understudy.engine.relationships.resolution import Resolution, resolve, resolve_again


def rule(name: str, *, priority: int = 0, journey: str | None = None, tags: tuple[str, ...] = ()) -> Guideline:
    return Guideline(id=name, condition=name, action=f"do {name}", priority=priority, journey=journey, tags=tags)


def observation(name: str, *, priority: int = 0, tags: tuple[str, ...] = ()) -> Guideline:
    return Guideline(id=name, condition=name, priority=priority, tags=tags)


def end(text: str) -> Endpoint:
    """Read "refund", "journey:booking", "all:drinks" or "any:drinks"."""
    kind, _, name = text.rpartition(":")
    kinds = {"": "guideline", "journey": "journey", "all": "tag_all", "any": "tag_any"}
    return Endpoint(kind=kinds[kind], id=name)  # pyright: ignore[reportArgumentType]


def relation(kind: RelationshipKind, source: str, target: str, *, group: str = "") -> Relationship:
    return Relationship(kind=kind, source=end(source), target=end(target), group=group)


def over(source: str, target: str) -> Relationship:
    return relation("priority", source, target)


def needs(source: str, target: str) -> Relationship:
    return relation("dependency", source, target)


def needs_any(source: str, *targets: str, group: str = "1") -> tuple[Relationship, ...]:
    return tuple(relation("dependency_any", source, target, group=group) for target in targets)


def entails(source: str, target: str) -> Relationship:
    return relation("entailment", source, target)


def agent(*parts: Guideline | Journey | Relationship) -> AgentDefinition:
    return AgentDefinition(
        id="waiter",
        name="Waiter",
        guidelines=tuple(part for part in parts if isinstance(part, Guideline)),
        journeys=tuple(part for part in parts if isinstance(part, Journey)),
        relationships=tuple(part for part in parts if isinstance(part, Relationship)),
    )


def outcome_of(resolution: Resolution, name: str) -> ResolutionOutcome:
    found = [outcome for outcome in resolution.outcomes if outcome.id == name]
    assert len(found) == 1
    return found[0]


def dropped(resolution: Resolution) -> dict[str, OutcomeKind]:
    return {outcome.id: outcome.outcome for outcome in resolution.outcomes if not outcome.stays}


COKE, PEPSI, WATER = rule("coke"), rule("pepsi"), rule("water")
BOOKING, SUPPORT = Journey(id="booking", title="Booking"), Journey(id="support", title="Support")


class TestWhatIsKept:
    def test_guidelines_without_relationships_stay_in_the_order_in_which_they_matched(self) -> None:
        done = resolve(agent(COKE, PEPSI, WATER), ["water", "coke"], journeys=[])
        assert done.active == ("water", "coke")
        assert [outcome.outcome for outcome in done.outcomes] == ["kept", "kept"]

    def test_journeys_without_relationships_stay_in_their_order(self) -> None:
        assert resolve(agent(BOOKING, SUPPORT), [], journeys=["support", "booking"]).journeys == ("support", "booking")

    def test_every_outcome_carries_the_round(self) -> None:
        done = resolve(agent(COKE, BOOKING), ["coke"], journeys=["booking"], round=3)
        assert {outcome.round for outcome in done.outcomes} == {3}

    def test_a_guideline_and_a_journey_may_have_the_same_id(self) -> None:
        world = agent(rule("booking"), BOOKING, WATER, over("water", "journey:booking"))
        done = resolve(world, ["booking", "water"], journeys=["booking"])
        assert (done.active, done.journeys) == (("booking", "water"), ())

    def test_an_unknown_guideline_is_an_error_that_names_the_nearest(self) -> None:
        with pytest.raises(
            UnknownNameError, match="agent 'waiter': no guideline is called 'cola'; did you mean 'coke'"
        ):
            resolve(agent(COKE), ["cola"], journeys=[])

    def test_an_unknown_journey_is_an_error(self) -> None:
        with pytest.raises(UnknownNameError, match="no journey is called 'bookings'"):
            resolve(agent(BOOKING), [], journeys=["bookings"])

    def test_a_disabled_guideline_can_not_have_matched(self) -> None:
        with pytest.raises(UnknownNameError):
            resolve(agent(Guideline(id="coke", action="x", enabled=False)), ["coke"], journeys=[])


class TestPriority:
    def test_the_target_of_a_matched_guideline_is_dropped_with_the_relationship_in_words(self) -> None:
        done = resolve(agent(COKE, PEPSI, over("coke", "pepsi")), ["pepsi", "coke"], journeys=[])
        assert done.active == ("coke",)
        assert outcome_of(done, "pepsi") == ResolutionOutcome(
            round=1,
            kind="guideline",
            id="pepsi",
            outcome="lower_priority",
            relationship="coke priority over pepsi",
            counterparts=("coke",),
        )

    def test_without_its_winner_the_target_stays(self) -> None:
        assert resolve(agent(COKE, PEPSI, over("coke", "pepsi")), ["pepsi"], journeys=[]).active == ("pepsi",)

    def test_in_a_chain_of_matched_guidelines_only_the_first_stays(self) -> None:
        world = agent(COKE, PEPSI, WATER, over("coke", "pepsi"), over("pepsi", "water"))
        done = resolve(world, ["coke", "pepsi", "water"], journeys=[])
        assert done.active == ("coke",)
        assert outcome_of(done, "water").counterparts == ("pepsi",)

    def test_priority_does_not_pass_through_a_guideline_that_did_not_match(self) -> None:
        world = agent(COKE, PEPSI, WATER, over("coke", "pepsi"), over("pepsi", "water"))
        assert resolve(world, ["coke", "water"], journeys=[]).active == ("coke", "water")

    def test_a_winner_whose_own_dependency_is_unmet_beats_nobody(self) -> None:
        world = agent(COKE, PEPSI, WATER, over("coke", "pepsi"), needs("coke", "water"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("pepsi",)

    def test_in_a_diamond_the_bottom_is_dropped_by_those_directly_above_it(self) -> None:
        top, left, right, bottom = rule("top"), rule("left"), rule("right"), rule("bottom")
        sides = [over("top", "left"), over("top", "right"), over("left", "bottom"), over("right", "bottom")]
        done = resolve(agent(top, left, right, bottom, *sides), ["top", "left", "right", "bottom"], journeys=[])
        assert done.active == ("top",)
        assert outcome_of(done, "bottom").counterparts == ("left",)

    def test_dependents_of_a_loser_are_dropped_however_long_the_chain(self) -> None:
        names = ["d1", "d2", "d3", "d4", "d5"]
        chain = [needs(name, before) for name, before in zip(names, ["pepsi", *names], strict=False)]
        world = agent(COKE, PEPSI, *map(rule, names), over("coke", "pepsi"), *chain)
        done = resolve(world, [*reversed(names), "pepsi", "coke"], journeys=[])
        assert done.active == ("coke",)
        assert dropped(done) == {"pepsi": "lower_priority", **dict.fromkeys(names, "unmet_dependency")}

    def test_a_dependent_of_a_loser_sets_no_numeric_priority(self) -> None:
        strong = rule("strong", priority=9)
        world = agent(COKE, PEPSI, strong, over("coke", "pepsi"), needs("strong", "pepsi"))
        # coke drops pepsi before numbers are compared, so that nobody is left for strong to depend on.
        assert resolve(world, ["coke", "pepsi", "strong"], journeys=[]).active == ("coke",)

    def test_an_observation_drops_and_is_dropped_like_any_guideline(self) -> None:
        world = agent(observation("angry"), observation("calm"), COKE, over("angry", "calm"), over("angry", "coke"))
        assert resolve(world, ["calm", "coke", "angry"], journeys=[]).active == ("angry",)

    def test_a_guideline_over_a_journey_drops_it_with_its_guidelines_but_not_its_trigger(self) -> None:
        journey = Journey(id="booking", title="Booking", triggers=("wants-table",))
        inside = rule("offer-window", journey="booking")
        world = agent(observation("wants-table"), inside, COKE, journey, over("coke", "journey:booking"))
        done = resolve(world, ["wants-table", "offer-window", "coke"], journeys=["booking"])
        assert (done.active, done.journeys) == (("wants-table", "coke"), ())
        assert dropped(done) == {"offer-window": "inactive_journey", "booking": "lower_priority"}
        assert outcome_of(done, "booking").relationship == "coke priority over journey booking"

    def test_a_journey_over_a_guideline_drops_it_and_is_not_removed_by_its_victory(self) -> None:
        world = agent(COKE, BOOKING, over("journey:booking", "coke"))
        done = resolve(world, ["coke"], journeys=["booking"])
        assert (done.active, done.journeys) == ((), ("booking",))
        assert outcome_of(done, "coke").relationship == "journey booking priority over coke"

    def test_a_journey_that_is_not_active_beats_nobody(self) -> None:
        world = agent(COKE, BOOKING, over("journey:booking", "coke"))
        assert resolve(world, ["coke"], journeys=[]).active == ("coke",)

    def test_a_journey_over_a_journey(self) -> None:
        world = agent(BOOKING, SUPPORT, over("journey:support", "journey:booking"))
        done = resolve(world, [], journeys=["booking", "support"])
        assert done.journeys == ("support",)
        assert dropped(done) == {"booking": "lower_priority"}

    def test_a_guideline_over_a_tag_drops_every_member(self) -> None:
        world = agent(rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",)), COKE, over("coke", "all:drinks"))
        assert resolve(world, ["tea", "milk", "coke"], journeys=[]).active == ("coke",)

    def test_any_one_member_of_a_tag_wins_for_it(self) -> None:
        world = agent(rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",)), COKE, over("all:drinks", "coke"))
        done = resolve(world, ["milk", "coke"], journeys=[])
        assert done.active == ("milk",)
        assert outcome_of(done, "coke").relationship == "tag drinks priority over coke"
        assert outcome_of(done, "coke").counterparts == ("milk",)

    def test_a_member_is_not_beaten_by_itself_but_by_the_other_members_of_its_tag(self) -> None:
        tea, milk = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
        world = agent(tea, milk, over("all:drinks", "milk"))
        assert resolve(world, ["milk"], journeys=[]).active == ("milk",)
        assert resolve(world, ["tea", "milk"], journeys=[]).active == ("tea",)

    def test_a_journey_that_carries_a_tag_is_one_of_its_members(self) -> None:
        world = agent(COKE, Journey(id="booking", title="Booking", tags=("slow",)), over("coke", "all:slow"))
        assert resolve(world, ["coke"], journeys=["booking"]).journeys == ()


class TestDependencies:
    def test_a_guideline_whose_dependency_did_not_match_is_dropped(self) -> None:
        done = resolve(agent(COKE, PEPSI, needs("coke", "pepsi")), ["coke"], journeys=[])
        assert done.active == ()
        assert outcome_of(done, "coke").outcome == "unmet_dependency"
        assert outcome_of(done, "coke").relationship == "coke depends on pepsi"
        assert outcome_of(done, "coke").counterparts == ("pepsi",)

    def test_a_guideline_whose_dependency_matched_stays(self) -> None:
        world = agent(COKE, PEPSI, needs("coke", "pepsi"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("coke", "pepsi")

    def test_all_of_several_dependencies_must_hold(self) -> None:
        world = agent(COKE, PEPSI, WATER, needs("coke", "pepsi"), needs("coke", "water"))
        done = resolve(world, ["coke", "pepsi"], journeys=[])
        assert done.active == ("pepsi",)
        assert outcome_of(done, "coke").counterparts == ("water",)

    def test_one_of_a_group_is_enough(self) -> None:
        world = agent(COKE, PEPSI, WATER, *needs_any("coke", "pepsi", "water"))
        assert resolve(world, ["coke", "water"], journeys=[]).active == ("coke", "water")

    def test_without_any_of_a_group_the_dependent_is_dropped(self) -> None:
        world = agent(COKE, PEPSI, WATER, *needs_any("coke", "pepsi", "water"))
        done = resolve(world, ["coke"], journeys=[])
        assert outcome_of(done, "coke").outcome == "unmet_any_dependency"
        assert outcome_of(done, "coke").relationship == "coke depends on any of: pepsi, water"
        assert outcome_of(done, "coke").counterparts == ("pepsi", "water")

    def test_every_group_must_hold(self) -> None:
        groups = [*needs_any("coke", "pepsi", "water", group="1"), *needs_any("coke", "tea", group="2")]
        world = agent(COKE, PEPSI, WATER, rule("tea"), *groups)
        assert dropped(resolve(world, ["coke", "pepsi"], journeys=[])) == {"coke": "unmet_any_dependency"}
        assert dropped(resolve(world, ["coke", "pepsi", "tea"], journeys=[])) == {}

    def test_which_unmet_group_is_named_does_not_depend_on_which_was_declared_first(self) -> None:
        one, two = needs_any("coke", "pepsi", "tea", group="1"), needs_any("coke", "pepsi", "water", group="2")
        guidelines = (COKE, PEPSI, WATER, rule("tea"))
        done = resolve(agent(*guidelines, *one, *two), ["coke"], journeys=[])
        assert resolve(agent(*guidelines, *two, *one), ["coke"], journeys=[]) == done
        assert outcome_of(done, "coke").counterparts == ("pepsi", "water")

    def test_a_group_falls_only_when_all_of_it_lost_to_a_priority(self) -> None:
        world = agent(COKE, PEPSI, WATER, rule("tea"), *needs_any("coke", "pepsi", "water"), over("tea", "pepsi"))
        assert resolve(world, ["coke", "pepsi", "water", "tea"], journeys=[]).active == ("coke", "water", "tea")
        assert resolve(world, ["coke", "pepsi", "tea"], journeys=[]).active == ("tea",)

    def test_a_tag_with_all_its_members_matched_fulfils_a_dependency_on_all(self) -> None:
        tea, milk = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
        world = agent(tea, milk, COKE, needs("coke", "all:drinks"))
        assert "coke" in resolve(world, ["tea", "milk", "coke"], journeys=[]).active
        done = resolve(world, ["tea", "coke"], journeys=[])
        assert outcome_of(done, "coke").relationship == "coke depends on all of tag drinks"

    def test_a_disabled_member_does_not_count_among_all(self) -> None:
        off = Guideline(id="milk", action="x", tags=("drinks",), enabled=False)
        world = agent(rule("tea", tags=("drinks",)), off, COKE, needs("coke", "all:drinks"))
        assert "coke" in resolve(world, ["tea", "coke"], journeys=[]).active

    def test_a_tag_without_members_fulfils_nothing(self) -> None:
        assert resolve(agent(COKE, needs("coke", "all:drinks")), ["coke"], journeys=[]).active == ()

    def test_one_surviving_member_fulfils_a_dependency_on_any(self) -> None:
        tea, milk = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
        world = agent(tea, milk, COKE, WATER, needs("coke", "any:drinks"), over("water", "milk"))
        assert "coke" in resolve(world, ["tea", "coke"], journeys=[]).active
        assert "coke" not in resolve(world, ["milk", "water", "coke"], journeys=[]).active

    def test_what_a_tag_depends_on_each_of_its_members_depends_on(self) -> None:
        tea, milk = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
        done = resolve(agent(tea, milk, COKE, needs("all:drinks", "coke")), ["tea", "milk"], journeys=[])
        assert dropped(done) == {"tea": "unmet_dependency", "milk": "unmet_dependency"}
        assert outcome_of(done, "tea").relationship == "tag drinks depends on coke"

    def test_a_dependency_on_a_journey_holds_while_it_is_active(self) -> None:
        world = agent(COKE, BOOKING, needs("coke", "journey:booking"))
        assert resolve(world, ["coke"], journeys=["booking"]).active == ("coke",)
        assert resolve(world, ["coke"], journeys=[]).active == ()

    def test_a_journey_of_whose_matched_guidelines_none_survives_fulfils_nothing(self) -> None:
        inside = rule("inside", journey="booking")
        world = agent(COKE, inside, WATER, BOOKING, needs("coke", "journey:booking"), over("water", "inside"))
        assert "coke" in resolve(world, ["coke", "water"], journeys=["booking"]).active
        assert "coke" in resolve(world, ["coke", "inside"], journeys=["booking"]).active
        done = resolve(world, ["coke", "inside", "water"], journeys=["booking"])
        assert (done.active, done.journeys) == (("water",), ("booking",))

    def test_a_journey_whose_dependency_fails_is_not_active_and_neither_are_its_guidelines(self) -> None:
        inside = rule("inside", journey="booking")
        world = agent(COKE, inside, BOOKING, needs("journey:booking", "coke"))
        done = resolve(world, ["inside"], journeys=["booking"])
        assert (done.active, done.journeys) == ((), ())
        assert dropped(done) == {"inside": "inactive_journey", "booking": "unmet_dependency"}
        assert outcome_of(done, "inside").counterparts == ("booking",)
        assert outcome_of(done, "booking").relationship == "journey booking depends on coke"

    def test_a_guideline_of_a_journey_that_was_not_active_is_dropped(self) -> None:
        done = resolve(agent(rule("inside", journey="booking"), BOOKING), ["inside"], journeys=[])
        assert dropped(done) == {"inside": "inactive_journey"}
        assert outcome_of(done, "inside").relationship == "inside belongs to journey booking"

    def test_guidelines_that_depend_on_each_other_hold_each_other(self) -> None:
        world = agent(COKE, PEPSI, needs("coke", "pepsi"), needs("pepsi", "coke"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("coke", "pepsi")
        assert resolve(world, ["coke"], journeys=[]).active == ()


class TestNumericPriority:
    def test_only_the_greatest_number_stays(self) -> None:
        world = agent(rule("low"), rule("high", priority=10), rule("middle", priority=5))
        done = resolve(world, ["low", "high", "middle"], journeys=[])
        assert done.active == ("high",)
        assert outcome_of(done, "low").outcome == "outranked"
        assert outcome_of(done, "low").relationship == "priority 10 over 0"
        assert outcome_of(done, "low").counterparts == ("high",)

    def test_a_negative_number_gives_way_to_the_default(self) -> None:
        world = agent(COKE, rule("last", priority=-1))
        assert resolve(world, ["last", "coke"], journeys=[]).active == ("coke",)
        assert resolve(world, ["last"], journeys=[]).active == ("last",)

    def test_a_high_priority_guideline_that_depends_on_an_ordinary_observation_works(self) -> None:
        ask = rule("ask-order-id", priority=10)
        world = agent(observation("wants-return"), ask, rule("chat"), needs("ask-order-id", "wants-return"))
        assert resolve(world, ["wants-return", "ask-order-id", "chat"], journeys=[]).active == (
            "wants-return",
            "ask-order-id",
        )
        assert resolve(world, ["ask-order-id", "chat"], journeys=[]).active == ("chat",)

    def test_an_observation_sets_no_ceiling(self) -> None:
        world = agent(observation("seen", priority=10), COKE)
        assert resolve(world, ["seen", "coke"], journeys=[]).active == ("seen", "coke")

    def test_a_loser_of_a_relationship_sets_no_ceiling(self) -> None:
        world = agent(COKE, rule("high", priority=10), over("coke", "high"))
        assert resolve(world, ["coke", "high"], journeys=[]).active == ("coke",)

    def test_a_journey_gives_way_to_a_greater_number_and_takes_its_guidelines_along(self) -> None:
        inside = rule("inside", journey="booking")
        world = agent(rule("urgent", priority=5), inside, BOOKING)
        done = resolve(world, ["urgent", "inside"], journeys=["booking"])
        assert (done.active, done.journeys) == (("urgent",), ())
        assert dropped(done) == {"inside": "outranked", "booking": "outranked"}

    def test_an_important_journey_hides_ordinary_guidelines_but_not_its_own(self) -> None:
        journey = Journey(id="booking", title="Booking", priority=5)
        world = agent(COKE, rule("inside", journey="booking"), journey)
        done = resolve(world, ["coke", "inside"], journeys=["booking"])
        assert (done.active, done.journeys) == (("inside",), ("booking",))

    def test_an_important_guideline_of_a_journey_does_not_drop_the_journey_it_lives_in(self) -> None:
        world = agent(COKE, rule("inside", journey="booking", priority=5), rule("also", journey="booking"), BOOKING)
        done = resolve(world, ["coke", "inside", "also"], journeys=["booking"])
        assert (done.active, done.journeys) == (("inside",), ("booking",))
        assert dropped(done) == {"coke": "outranked", "also": "outranked"}

    def test_a_guideline_counts_with_the_greater_of_its_own_number_and_its_journeys(self) -> None:
        journey = Journey(id="booking", title="Booking", priority=5)
        world = agent(rule("inside", journey="booking", priority=3), rule("rival", priority=4), journey)
        assert resolve(world, ["inside", "rival"], journeys=["booking"]).active == ("inside",)


class TestEntailment:
    def test_the_entailed_joins_after_the_matched_with_its_reason(self) -> None:
        done = resolve(agent(WATER, COKE, entails("coke", "water")), ["coke"], journeys=[])
        assert done.active == ("coke", "water")
        assert outcome_of(done, "water").outcome == "entailed"
        assert outcome_of(done, "water").relationship == "coke entails water"
        assert outcome_of(done, "water").counterparts == ("coke",)

    def test_entailment_is_transitive_and_the_entailed_stand_in_order_of_declaration(self) -> None:
        world = agent(WATER, PEPSI, COKE, entails("coke", "pepsi"), entails("pepsi", "water"))
        assert resolve(world, ["coke"], journeys=[]).active == ("coke", "water", "pepsi")

    def test_a_dropped_guideline_entails_nothing(self) -> None:
        world = agent(WATER, PEPSI, COKE, entails("coke", "water"), over("pepsi", "coke"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("pepsi",)

    def test_a_tag_as_target_brings_all_its_members(self) -> None:
        tea, milk = rule("tea", tags=("drinks",)), rule("milk", tags=("drinks",))
        assert resolve(agent(COKE, tea, milk, entails("coke", "all:drinks")), ["coke"], journeys=[]).active == (
            "coke",
            "tea",
            "milk",
        )

    def test_an_entailed_guideline_obeys_its_own_dependency(self) -> None:
        world = agent(COKE, WATER, PEPSI, entails("coke", "water"), needs("water", "pepsi"))
        done = resolve(world, ["coke"], journeys=[])
        assert done.active == ("coke",)
        assert dropped(done) == {"water": "unmet_dependency"}

    def test_what_an_inactive_entailed_guideline_would_entail_stays_away(self) -> None:
        world = agent(
            COKE, WATER, PEPSI, rule("tea"), entails("coke", "water"), needs("water", "pepsi"), entails("water", "tea")
        )
        assert resolve(world, ["coke"], journeys=[]).active == ("coke",)

    def test_an_entailed_guideline_fulfils_the_dependency_of_another(self) -> None:
        world = agent(COKE, WATER, PEPSI, entails("coke", "water"), needs("pepsi", "water"))
        assert resolve(world, ["pepsi", "coke"], journeys=[]).active == ("pepsi", "coke", "water")

    def test_an_entailed_guideline_wins_and_loses_by_relationship(self) -> None:
        world = agent(COKE, WATER, PEPSI, entails("coke", "water"), over("water", "pepsi"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("coke", "water")
        world = agent(COKE, WATER, PEPSI, entails("coke", "water"), over("pepsi", "water"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("coke", "pepsi")

    def test_what_lost_for_good_is_not_entailed(self) -> None:
        world = agent(COKE, PEPSI, WATER, over("coke", "pepsi"), entails("water", "pepsi"))
        done = resolve(world, ["coke", "pepsi", "water"], journeys=[])
        assert dropped(done) == {"pepsi": "lower_priority"}

    def test_an_entailed_guideline_of_great_number_drops_nobody(self) -> None:
        world = agent(COKE, rule("loud", priority=10), PEPSI, entails("coke", "loud"))
        assert resolve(world, ["coke", "pepsi"], journeys=[]).active == ("coke", "pepsi", "loud")

    def test_that_holds_also_when_it_matched_by_itself(self) -> None:
        world = agent(COKE, rule("loud", priority=10), PEPSI, entails("coke", "loud"))
        done = resolve(world, ["coke", "loud", "pepsi"], journeys=[])
        assert done.active == ("coke", "loud", "pepsi")
        assert outcome_of(done, "loud").outcome == "kept"

    def test_that_holds_also_through_a_guideline_between(self) -> None:
        world = agent(COKE, WATER, rule("loud", priority=10), entails("coke", "water"), entails("water", "loud"))
        assert resolve(world, ["coke", "loud"], journeys=[]).active == ("coke", "loud", "water")

    def test_an_entailed_guideline_is_not_outranked(self) -> None:
        world = agent(rule("high", priority=10), COKE, PEPSI, entails("high", "coke"))
        assert resolve(world, ["high", "coke", "pepsi"], journeys=[]).active == ("high", "coke")

    def test_what_an_outranked_guideline_entails_is_not_exempt(self) -> None:
        world = agent(rule("high", priority=10), COKE, PEPSI, entails("coke", "pepsi"))
        done = resolve(world, ["high", "coke", "pepsi"], journeys=[])
        assert dropped(done) == {"coke": "outranked", "pepsi": "outranked"}

    def test_an_active_journey_entails_a_guideline(self) -> None:
        world = agent(COKE, BOOKING, entails("journey:booking", "coke"))
        assert resolve(world, [], journeys=["booking"]).active == ("coke",)

    def test_guidelines_that_entail_each_other_both_stay(self) -> None:
        world = agent(COKE, PEPSI, entails("coke", "pepsi"), entails("pepsi", "coke"))
        assert resolve(world, ["pepsi"], journeys=[]).active == ("pepsi", "coke")

    def test_origins_say_who_matched_and_who_was_entailed_by_whom(self) -> None:
        world = agent(PEPSI, COKE, WATER, entails("coke", "water"), entails("pepsi", "water"))
        origins = resolve(world, ["coke", "pepsi"], journeys=[]).origins
        assert [(origin.guideline, origin.matched) for origin in origins] == [
            ("coke", True),
            ("pepsi", True),
            ("water", False),
        ]
        assert [source.id for source in origins[2].entailed_by] == ["pepsi", "coke"]


class TestTransientGuidelines:
    def test_a_transient_guideline_takes_part_like_any_other(self) -> None:
        done = resolve(agent(COKE), ["coke", "note"], journeys=[], transient=[rule("note")])
        assert done.active == ("coke", "note")

    def test_it_can_win_and_lose_by_number(self) -> None:
        assert resolve(agent(COKE), ["coke", "n"], journeys=[], transient=[rule("n", priority=1)]).active == ("n",)
        assert resolve(agent(COKE), ["coke", "n"], journeys=[], transient=[rule("n", priority=-1)]).active == ("coke",)

    def test_it_can_win_lose_and_depend_by_a_tag(self) -> None:
        note = rule("note", tags=("notes",))
        beaten = agent(COKE, over("coke", "all:notes"))
        assert resolve(beaten, ["coke", "note"], journeys=[], transient=[note]).active == ("coke",)
        winning = agent(COKE, over("all:notes", "coke"))
        assert resolve(winning, ["coke", "note"], journeys=[], transient=[note]).active == ("note",)
        bound = agent(COKE, needs("all:notes", "coke"))
        assert resolve(bound, ["note"], journeys=[], transient=[note]).active == ()

    def test_it_can_belong_to_a_journey(self) -> None:
        note = rule("note", journey="booking")
        assert resolve(agent(BOOKING), ["note"], journeys=["booking"], transient=[note]).active == ("note",)
        assert resolve(agent(BOOKING), ["note"], journeys=[], transient=[note]).active == ()


class TestResolvingAgain:
    def test_what_was_entailed_stays_exempt_after_its_source_was_dropped(self) -> None:
        # coke entails loud, loud drops coke for good, and loud still does not compare numbers with tea.
        loud = rule("loud", priority=10)
        world = agent(COKE, loud, rule("tea"), entails("coke", "loud"), over("loud", "coke"))
        first = resolve(world, ["coke", "tea"], journeys=[])
        assert first.active == ("tea", "loud")
        assert resolve_again(world, first) == first

    def test_what_was_dropped_for_good_does_not_come_back_when_its_winner_is_dropped(self) -> None:
        # strong outranks tea; then loud is entailed and drops strong. Were loud there from the start, tea would stay.
        strong = rule("strong", priority=10)
        relations = [entails("seen", "loud"), over("loud", "strong")]
        world = agent(observation("seen"), strong, rule("tea"), rule("loud"), *relations)
        first = resolve(world, ["seen", "strong", "tea"], journeys=[])
        assert first.active == ("seen", "loud")
        assert dropped(first) == {"strong": "lower_priority", "tea": "outranked"}
        assert resolve_again(world, first) == first

    def test_a_transient_guideline_must_be_given_again(self) -> None:
        first = resolve(agent(COKE), ["note"], journeys=[], transient=[rule("note")])
        with pytest.raises(UnknownNameError, match="'note'"):
            resolve_again(agent(COKE), first)


class TestCycles:
    def test_a_cycle_is_named_from_an_end_back_to_it(self) -> None:
        found = find_cycle([needs("coke", "pepsi"), needs("pepsi", "water"), needs("water", "pepsi")])
        assert found == ("guideline 'pepsi'", "guideline 'water'", "guideline 'pepsi'")

    def test_an_end_related_to_itself_is_a_cycle(self) -> None:
        assert find_cycle([over("journey:booking", "journey:booking")]) == ("journey 'booking'", "journey 'booking'")

    def test_dependencies_on_all_and_on_any_count_together(self) -> None:
        assert find_cycle([needs("coke", "pepsi"), *needs_any("pepsi", "water", "coke")]) is not None

    def test_a_tag_is_one_end_whether_all_or_any_is_meant(self) -> None:
        assert find_cycle([needs("coke", "all:drinks"), needs("all:drinks", "coke")]) is not None

    def test_relationships_of_different_kinds_close_no_cycle(self) -> None:
        assert find_cycle([over("coke", "pepsi"), needs("pepsi", "coke"), entails("pepsi", "coke")]) is None

    def test_a_diamond_is_no_cycle(self) -> None:
        sides = [entails("a", "b"), entails("a", "c"), entails("b", "d"), entails("c", "d")]
        assert find_cycle(sides) is None

    def test_a_guideline_and_a_journey_of_one_name_are_two_ends(self) -> None:
        assert find_cycle([needs("booking", "journey:booking")]) is None

    def test_tools_that_overlap_each_other_are_no_cycle(self) -> None:
        assert find_cycle([relation("overlap", "a", "b"), relation("overlap", "b", "a")]) is None

    def test_a_very_long_chain_is_searched_to_its_end(self) -> None:
        chain = [needs(f"g{number}", f"g{number + 1}") for number in range(3000)]
        assert find_cycle(chain) is None
        found = find_cycle([*chain, needs("g3000", "g0")])
        assert found is not None
        assert len(found) == 3002
