"""Relationships as an author declares them: every kind, between everything that may be an end of it."""

import pytest

import understudy.engine as p
from understudy.engine.domain.relationship import Relationship

from ..worlds import matching, moving, scripted_model


@p.tool
async def check(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("checked")


def words(relations: list[Relationship]) -> list[str]:
    return [str(relation) for relation in relations]


async def test_guidelines_journeys_and_tags_win_lose_and_depend_in_any_combination() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        ends = {
            "guideline": [
                await agent.create_guideline(f"asks {n}", "do", id=f"g{n}", tags=[f"t{n}"]) for n in range(2)
            ],
            "journey": [await agent.create_journey(f"Journey {n}", id=f"j{n}") for n in range(2)],
            "tag": [await server.create_tag(f"t{n}") for n in range(2)],
        }
        for name, (source, _) in ends.items():
            for target_name, (_, target) in ends.items():
                made = [*await source.prioritize_over(target), *await source.depend_on(target)]
                made += await source.depend_on_any(target)
                kinds = [relation.kind for relation in made]
                assert kinds == ["priority", "dependency", "dependency_any"], (name, target_name)
                assert {relation.target for relation in made} == {target.endpoint}
        definition = agent.freeze()
    assert len(definition.relationships) == 27


async def test_what_is_excluded_is_what_is_prioritized_over() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        coke = await agent.create_guideline("thirsty", "coke", id="coke")
        pepsi = await agent.create_guideline("thirsty too", "pepsi", id="pepsi")
        assert await coke.exclude(pepsi) == await coke.prioritize_over(pepsi)
        assert words(list(agent.freeze().relationships)) == ["guideline 'coke' priority guideline 'pepsi'"]


async def test_targets_of_one_call_are_one_group_and_other_calls_are_others() -> None:
    async with p.Server(model=scripted_model(match=matching("eats", "pays"))) as server:
        agent = await server.create_agent("Waiter")
        seen = {name: await agent.create_observation(name, id=name) for name in ("eats", "drinks", "pays", "leaves")}
        rule = await agent.create_guideline(action="thank them", id="thank")
        first = await rule.depend_on_any(seen["eats"], seen["drinks"])
        second = await rule.depend_on_any(seen["pays"], seen["leaves"])
        turn = await server.conversation(agent).say("Done")
    assert [relation.group for relation in (*first, *second)] == ["any-1", "any-1", "any-2", "any-2"]
    assert turn.fired == ("eats", "pays", "thank")


@pytest.mark.parametrize(("matched", "kept"), [(("a", "b"), True), (("a",), False), ((), False)])
async def test_a_dependency_on_all_of_a_tag_wants_every_member(matched: tuple[str, ...], kept: bool) -> None:
    assert ("rule" in await fired_with(p.AllOf, matched)) is kept


@pytest.mark.parametrize(("matched", "kept"), [(("a", "b"), True), (("a",), True), ((), False)])
async def test_a_dependency_on_any_of_a_tag_wants_one_member(matched: tuple[str, ...], kept: bool) -> None:
    assert ("rule" in await fired_with(p.AnyOf, matched)) is kept


async def test_a_bare_tag_means_all_of_it() -> None:
    assert "rule" not in await fired_with(lambda tag: tag, ("a",))
    assert "rule" in await fired_with(lambda tag: tag, ("a", "b"))


async def fired_with(wrap, matched: tuple[str, ...]) -> tuple[str, ...]:
    async with p.Server(model=scripted_model(match=matching(*matched))) as server:
        agent = await server.create_agent("Waiter")
        tag = await server.create_tag("seen")
        for name in ("a", "b"):
            await agent.create_observation(f"sees {name}", id=name, tags=[tag])
        await agent.create_guideline(action="act", id="rule", dependencies=[wrap(tag)])
        return (await server.conversation(agent).say("Hi")).fired


async def test_a_tag_that_depends_on_a_tag_without_members_never_holds() -> None:
    async with p.Server(model=scripted_model(match=matching("a"))) as server:
        agent = await server.create_agent("Waiter")
        some, empty = await server.create_tag("some"), await server.create_tag("empty")
        await agent.create_guideline("asks", "answer", id="a", tags=[some])
        await some.depend_on(empty)
        turn = await server.conversation(agent).say("Hi")
    assert turn.dropped == {"a": "unmet_dependency"}


async def test_guidelines_and_tags_entail_each_other() -> None:
    async with p.Server(model=scripted_model(match=matching("asks"))) as server:
        agent = await server.create_agent("Waiter")
        tag = await server.create_tag("manners")
        asks = await agent.create_observation("asks", id="asks")
        await agent.create_guideline("never", "be kind", id="kind", tags=[tag])
        last = await agent.create_guideline("never ever", "be brief", id="brief")
        assert (await asks.entail(tag)).kind == "entailment"
        await tag.entail(last)
        turn = await server.conversation(agent).say("Hi")
    assert turn.fired == ("asks", "kind", "brief")


async def test_any_of_a_tag_can_not_win_or_lose() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        tag = await server.create_tag("manners")
        kind = await agent.create_guideline(action="be kind", id="kind", tags=[tag])
        await kind.prioritize_over(p.AnyOf(tag))
        with pytest.raises(p.DefinitionError, match=r"test_relating.py:\d+: .*can't have a tag_any as its target"):
            agent.freeze()


async def test_only_an_observation_with_two_targets_disambiguates() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        rule = await agent.create_guideline("asks", "answer", id="rule")
        seen = await agent.create_observation("unclear", id="seen")
        with pytest.raises(ValueError, match="'rule' has an action: only an observation can disambiguate"):
            await rule.disambiguate([seen, rule])
        with pytest.raises(ValueError, match="needs at least two targets to tell apart, not 1"):
            await seen.disambiguate([rule])


async def test_a_tool_is_named_in_any_form_for_looking_again() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        rule = await agent.create_guideline("asks", "answer", id="rule", tools=[check])
        made = [*await rule.reevaluate_after(check), *await rule.reevaluate_after("check")]
        made += await rule.reevaluate_after(p.ToolId("local", "check"))
        assert len({relation.target for relation in made}) == 1
        assert [relation.kind for relation in agent.freeze().relationships] == ["reevaluation"]
        await rule.reevaluate_after("chek")
        with pytest.raises(p.DefinitionError, match="names tool 'chek', which agent 'waiter' does not have"):
            agent.freeze()


async def test_a_circle_is_refused_with_the_circle_and_the_place() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        a, b, c = [await agent.create_guideline(f"when {name}", "do", id=name) for name in "abc"]
        await a.prioritize_over(b)
        await b.prioritize_over(c)
        with pytest.raises(
            p.RelationshipCycleError, match=r"test_relating.py:\d+: .*\(guideline 'a' -> .*'c' -> "
        ) as error:
            await c.prioritize_over(a)
    assert error.value.cycle == ("guideline 'a'", "guideline 'b'", "guideline 'c'", "guideline 'a'")


async def test_a_circle_through_a_tag_is_refused_whichever_was_declared_first() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Waiter")
        tag = await server.create_tag("drinks")
        coke = await agent.create_guideline("thirsty", "coke", id="coke", tags=[tag])
        tea = await agent.create_guideline("cold", "tea", id="tea")
        await tea.depend_on(tag)
        await tag.depend_on(tea)
        with pytest.raises(p.RelationshipCycleError) as error:
            agent.freeze()
    assert error.value.cycle == ("guideline 'tea'", "tag 'drinks'", "guideline 'tea'")
    assert coke.tags == ("drinks",)


async def test_a_transient_guideline_of_a_turn_wins_loses_and_never_breaks_the_turn() -> None:
    def answer(ask):
        verdict = {"evidence": "", "asked": False, "resolved": False, "ambiguous": True, "question": "Which?"}
        return {"checks": [{"id": view.id, **verdict, "meanings": ["a", "b"]} for view in ask.facts.ambiguities]}

    model = scripted_model(match=matching("which", "loud"), disambiguate=answer)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Waiter")
        hush = await server.create_tag("hush")
        a, b = [await agent.create_guideline(f"means {name}", "do", id=name) for name in "ab"]
        which = await agent.create_observation("unclear", id="which", tags=[hush])
        loud = await agent.create_guideline("is loud", "shout", id="loud")
        await which.disambiguate([a, b])
        await loud.prioritize_over(hush)
        turn = await server.conversation(agent).say("Well?")
    assert turn.trace.failure is None
    assert turn.fired == ("loud",)
    assert turn.dropped == {"clarify-which": "lower_priority", "which": "disambiguated"}


async def test_a_high_priority_rule_that_depends_on_an_ordinary_observation_does_not_remove_itself() -> None:
    async with p.Server(model=scripted_model(match=matching("refunds", "find", "chat"))) as server:
        agent = await server.create_agent("Shop")
        refunds = await agent.create_observation("discussing refunds", id="refunds")
        await agent.create_guideline("lacks an order id", "ask for it", id="find", priority=10, dependencies=[refunds])
        await agent.create_guideline("chats", "chat along", id="chat")
        turn = await server.conversation(agent).say("Refund me")
    assert turn.fired == ("refunds", "find")
    assert turn.dropped == {"chat": "outranked"}


async def test_a_journey_that_wins_by_being_active_is_not_removed_by_its_victory() -> None:
    answers = {"match": matching("wants-a-visit", "chat"), "journey": moving(visit=("advance", "why"))}
    async with p.Server(model=(model := scripted_model(**answers))) as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", triggers=["wants a visit"])
        step = await journey.initial_state.transition_to(chat_state="Ask why", id="why")
        await step.transition_to(chat_state="Ask when", id="when", condition="told why")
        chat = await agent.create_guideline("chats", "chat along", id="chat")
        await journey.prioritize_over(chat)
        talk = server.conversation(agent)
        await talk.say("A visit please")
        model._answers |= {"match": matching("chat"), "journey": moving(visit=("stay", None))}
        second = await talk.say("Nice weather")
    assert second.journeys == {"visit": "why"}
    assert second.dropped == {"chat": "lower_priority"}


async def test_a_relationship_has_an_id_that_the_same_one_declared_again_shares() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Bar")
        coke = await agent.create_guideline("thirsty", "coke", id="coke")
        pepsi = await agent.create_guideline("thirsty", "pepsi", id="pepsi")
        (first,) = await coke.prioritize_over(pepsi)
        (again,) = await coke.exclude(pepsi)
        (other,) = await coke.depend_on(pepsi)
    assert first.id == again.id == "guideline 'coke' priority guideline 'pepsi'"
    assert (first.source.id, first.kind, first.target.id) == ("coke", "priority", "pepsi")
    assert other.id != first.id
