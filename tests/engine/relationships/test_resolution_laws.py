"""Laws of resolution, stated over small agents with every kind of relationship, cycles included."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.domain.agent import ALLOWED_ENDS, AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import Journey
from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.engine.relationships.resolution import Resolution, resolve, resolve_again

GUIDELINES = ("g0", "g1", "g2", "g3", "g4", "g5", "g6")
JOURNEYS = ("j0", "j1")
TAGS = ("t0", "t1", "t2")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    agent: AgentDefinition
    transient: tuple[Guideline, ...]
    matched: tuple[str, ...]
    journeys: tuple[str, ...]

    @property
    def guidelines(self) -> tuple[Guideline, ...]:
        return tuple(guideline for guideline in (*self.agent.guidelines, *self.transient) if guideline.enabled)

    def resolved(self) -> Resolution:
        return resolve(self.agent, self.matched, journeys=self.journeys, transient=self.transient)

    def members(self, end: Endpoint) -> set[Endpoint]:
        if end.kind not in ("tag_all", "tag_any"):
            return {end}
        carriers = [(Endpoint(kind="guideline", id=each.id), each.tags) for each in self.guidelines]
        carriers += [(Endpoint(kind="journey", id=each.id), each.tags) for each in self.agent.journeys]
        return {member for member, tags in carriers if end.id in tags}


def kept(resolution: Resolution) -> set[Endpoint]:
    return {
        *(Endpoint(kind="guideline", id=name) for name in resolution.active),
        *(Endpoint(kind="journey", id=name) for name in resolution.journeys),
    }


tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple)
numbers = st.sampled_from((0, 0, 0, 5, -1))


def ends() -> st.SearchStrategy[Endpoint]:
    # The last guideline is transient: no relationship can name it, but its tags can.
    guidelines = st.sampled_from(GUIDELINES[:-1]).map(lambda name: Endpoint(kind="guideline", id=name))
    journeys = st.sampled_from(JOURNEYS).map(lambda name: Endpoint(kind="journey", id=name))
    some = st.sampled_from(TAGS).map(lambda name: Endpoint(kind="tag_any", id=name))
    every = st.sampled_from(TAGS).map(lambda name: Endpoint(kind="tag_all", id=name))
    return st.one_of(guidelines, guidelines, journeys, some, every)


relationships = st.builds(
    Relationship,
    kind=st.sampled_from(("priority", "dependency", "dependency_any", "entailment")),
    source=ends(),
    target=ends(),
    group=st.sampled_from(("1", "2")),
).filter(lambda made: made.source.kind in ALLOWED_ENDS[made.kind][0] and made.target.kind in ALLOWED_ENDS[made.kind][1])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    guidelines = [
        Guideline(
            id=name,
            condition="c",
            action=draw(st.sampled_from(("act", "act", ""))),
            priority=draw(numbers),
            journey=draw(st.sampled_from((None, None, None, *JOURNEYS))),
            tags=draw(tags),
            enabled=name != "g5" or draw(st.booleans()),
        )
        for name in GUIDELINES
    ]
    journeys = tuple(Journey(id=name, title=name, priority=draw(numbers), tags=draw(tags)) for name in JOURNEYS)
    related = tuple(draw(st.lists(relationships, min_size=3, max_size=10)))
    usable = [guideline.id for guideline in guidelines if guideline.enabled]
    return World(
        agent=AgentDefinition(
            id="a", name="A", guidelines=tuple(guidelines[:-1]), journeys=journeys, relationships=related
        ),
        transient=(guidelines[-1],),
        matched=tuple(draw(st.lists(st.sampled_from(usable), min_size=3, unique=True))),
        journeys=tuple(draw(st.lists(st.sampled_from(JOURNEYS), unique=True))),
    )


def closure(world: World) -> set[str]:
    """The guidelines that matched or that those, and the journeys, could possibly entail."""
    reached = {Endpoint(kind="guideline", id=name) for name in world.matched}
    reached |= {Endpoint(kind="journey", id=name) for name in world.journeys}
    usable = {guideline.id for guideline in world.guidelines}
    while True:
        more = {
            target
            for relation in world.agent.relations("entailment")
            if world.members(relation.source) & reached
            for target in world.members(relation.target)
            if target.kind == "guideline" and target.id in usable
        }
        if more <= reached:
            return {member.id for member in reached if member.kind == "guideline"}
        reached |= more


def holds(world: World, resolution: Resolution, target: Endpoint) -> bool:
    there = kept(resolution)
    members = world.members(target)
    if target.kind == "tag_all":
        return bool(members) and members <= there
    if target.kind == "journey":
        considered = {origin.guideline for origin in resolution.origins}
        inside = {each.id for each in world.guidelines if each.journey == target.id and each.id in considered}
        return target in there and (not inside or bool(inside & set(resolution.active)))
    return bool(members & there)


@given(worlds())
def test_nothing_is_kept_that_did_not_match_and_is_not_entailed(world: World) -> None:
    done = world.resolved()
    assert set(done.active) <= closure(world)
    assert set(done.journeys) <= set(world.journeys)


@given(worlds())
def test_matched_guidelines_keep_their_order_and_entailed_ones_follow_in_order_of_declaration(world: World) -> None:
    done = world.resolved()
    joined = [guideline.id for guideline in world.guidelines if guideline.id not in world.matched]
    assert list(done.active) == [name for name in (*world.matched, *joined) if name in done.active]
    assert list(done.journeys) == [name for name in world.journeys if name in done.journeys]


@given(worlds())
def test_each_guideline_and_journey_has_one_outcome_and_it_says_whether_it_stays(world: World) -> None:
    done = world.resolved()
    guidelines = [outcome for outcome in done.outcomes if outcome.kind == "guideline"]
    journeys = [outcome for outcome in done.outcomes if outcome.kind == "journey"]
    assert [outcome.id for outcome in guidelines] == [origin.guideline for origin in done.origins]
    assert [outcome.id for outcome in journeys] == list(world.journeys)
    assert tuple(outcome.id for outcome in guidelines if outcome.stays) == done.active
    assert tuple(outcome.id for outcome in journeys if outcome.stays) == done.journeys
    assert all(bool(outcome.counterparts) == (outcome.outcome != "kept") for outcome in done.outcomes)


@given(worlds())
def test_nothing_is_kept_whose_dependency_is_unmet(world: World) -> None:
    done = world.resolved()
    there = kept(done)
    for relation in world.agent.relations("dependency"):
        assert holds(world, done, relation.target) or not world.members(relation.source) & there
    groups: dict[tuple[Endpoint, str], list[Endpoint]] = {}
    for relation in world.agent.relations("dependency_any"):
        groups.setdefault((relation.source, relation.group), []).append(relation.target)
    for (source, _), targets in groups.items():
        assert any(holds(world, done, target) for target in targets) or not world.members(source) & there


@given(worlds())
def test_no_guideline_is_kept_without_the_journey_it_belongs_to(world: World) -> None:
    done = world.resolved()
    for guideline in world.guidelines:
        assert guideline.id not in done.active or guideline.journey in (None, *done.journeys)


@given(worlds())
def test_no_two_that_are_kept_are_in_a_priority_relation(world: World) -> None:
    there = kept(world.resolved())
    for relation in world.agent.relations("priority"):
        for source in world.members(relation.source) & there:
            assert not (world.members(relation.target) - {source}) & there


@given(worlds())
def test_all_that_compare_numbers_and_are_kept_have_the_same(world: World) -> None:
    done = world.resolved()
    entailed = {origin.guideline for origin in done.origins if origin.entailed_by}
    compared = {
        guideline.priority
        for guideline in world.guidelines
        if guideline.id in done.active
        and guideline.journey is None
        and guideline.action
        and guideline.id not in entailed
    }
    assert len(compared) <= 1


@given(worlds())
def test_an_observation_is_never_outranked(world: World) -> None:
    observations = {guideline.id for guideline in world.guidelines if guideline.is_observation}
    outranked = {
        outcome.id
        for outcome in world.resolved().outcomes
        if outcome.kind == "guideline" and outcome.outcome == "outranked"
    }
    assert not observations & outranked


@given(worlds())
def test_resolving_a_result_again_changes_nothing(world: World) -> None:
    done = world.resolved()
    assert resolve_again(world.agent, done, transient=world.transient) == done


@given(worlds())
def test_without_entailment_what_is_kept_is_kept_also_when_it_alone_had_matched(world: World) -> None:
    plain = tuple(each for each in world.agent.relationships if each.kind != "entailment")
    world = replace(world, agent=replace(world.agent, relationships=plain))
    done = world.resolved()
    again = replace(world, matched=done.active, journeys=done.journeys).resolved()
    assert (again.active, again.journeys) == (done.active, done.journeys)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_relationships_changes_nothing(world: World, random: Random) -> None:
    shuffled = list(world.agent.relationships)
    random.shuffle(shuffled)
    other = replace(world, agent=replace(world.agent, relationships=tuple(shuffled)))
    assert other.resolved() == world.resolved()


@given(worlds(), st.permutations(GUIDELINES), st.permutations(JOURNEYS))
def test_renaming_everything_renames_the_result(world: World, guidelines: list[str], journeys: list[str]) -> None:
    names = dict(zip((*GUIDELINES, *JOURNEYS), (*guidelines, *journeys), strict=True))
    names |= {tag: f"tag-{tag}" for tag in TAGS}
    done, other = world.resolved(), _renamed(world, names).resolved()
    assert other.active == tuple(names[name] for name in done.active)
    assert other.journeys == tuple(names[name] for name in done.journeys)
    assert [(each.kind, each.id, each.outcome, each.counterparts) for each in other.outcomes] == [
        (each.kind, names[each.id], each.outcome, tuple(names[name] for name in each.counterparts))
        for each in done.outcomes
    ]


def _renamed(world: World, names: dict[str, str]) -> World:
    def guideline(old: Guideline) -> Guideline:
        journey = names[old.journey] if old.journey else None
        return replace(old, id=names[old.id], journey=journey, tags=tuple(names[tag] for tag in old.tags))

    def end(old: Endpoint) -> Endpoint:
        return replace(old, id=names[old.id])

    agent = replace(
        world.agent,
        guidelines=tuple(map(guideline, world.agent.guidelines)),
        journeys=tuple(
            replace(old, id=names[old.id], tags=tuple(names[tag] for tag in old.tags)) for old in world.agent.journeys
        ),
        relationships=tuple(
            replace(old, source=end(old.source), target=end(old.target)) for old in world.agent.relationships
        ),
    )
    return World(
        agent=agent,
        transient=tuple(map(guideline, world.transient)),
        matched=tuple(names[name] for name in world.matched),
        journeys=tuple(names[name] for name in world.journeys),
    )
