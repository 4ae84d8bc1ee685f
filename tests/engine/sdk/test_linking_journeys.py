"""Journeys that go through other journeys."""

import pytest

import understudy.engine as p
from understudy.engine.domain.journey import COMPLETED

from ..worlds import choosing, matching, moving, scripted_model


async def draw_address(agent: p.Agent) -> p.Journey:
    """Two ways of giving an address: one ends by itself, one at the end."""
    journey = await agent.create_journey("Address", triggers=[], labels=["moving"])
    kind = await journey.initial_state.transition_to(chat_state="Ask whether it is at home or abroad", id="kind")
    await kind.transition_to(chat_state="Ask for the postcode", id="postcode", condition="it is at home")
    abroad = await kind.transition_to(chat_state="Ask for the country", id="country", condition="it is abroad")
    await abroad.transition_to(state=p.END_JOURNEY)
    return journey


def ways(journey: p.Journey) -> list[tuple[str, str, str]]:
    return [(way.source.id, way.target.id, way.condition) for way in journey.transitions]


async def test_the_states_of_a_linked_journey_become_states_of_this_one_and_their_ends_meet():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        address = await draw_address(agent)
        order = await agent.create_journey("Order", triggers=["wants to order"])
        item = await order.initial_state.transition_to(chat_state="Ask what they want", id="item")
        linked = await item.transition_to(journey=address)
        await linked.transition_to(chat_state="Confirm the order", id="confirm")
        definition = agent.freeze()
    assert (linked.target.id, linked.target.kind) == ("address/end", "fork")
    assert ways(order) == [
        ("root", "item", ""),
        ("item", "address", ""),
        ("address/end", "confirm", ""),
        ("address", "address/kind", ""),
        ("address/kind", "address/postcode", "it is at home"),
        ("address/kind", "address/country", "it is abroad"),
        ("address/country", "address/end", ""),
        ("address/postcode", "address/end", ""),
    ]
    drawn = definition.journey("order")
    assert drawn is not None
    assert [state.id for state in drawn.states] == [
        "root",
        "item",
        "address",
        "address/kind",
        "address/postcode",
        "address/country",
        "address/end",
        "confirm",
    ]
    copied = drawn.state("address/kind")
    assert (copied.originals, copied.labels) == (("address/kind",), ("moving",))
    assert [state.action for state in order.states if state.id == "address/kind"] == [copied.action]


async def test_a_condition_on_the_link_leads_to_where_the_other_journey_begins():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        address = await draw_address(agent)
        order = await agent.create_journey("Order", triggers=["wants to order"])
        item = await order.initial_state.transition_to(chat_state="Ask what they want", id="item")
        linked = await item.transition_to(journey=address, condition="it is to be delivered")
        confirm = await linked.transition_to(chat_state="Confirm the order", id="confirm")
        await item.transition_to(state=confirm, condition="they fetch it")
        agent.freeze()
    assert linked.condition == "it is to be delivered"
    assert ("item", "address", "it is to be delivered") in ways(order)


async def test_a_link_with_nothing_behind_it_ends_the_journey_as_the_linked_one_ends():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        address = await draw_address(agent)
        order = await agent.create_journey("Order", triggers=["wants to order"])
        await order.initial_state.transition_to(journey=address)
        drawn = agent.freeze().journeys[1]
    assert [state.id for state in drawn.states] == [
        "root",
        "address",
        "address/kind",
        "address/postcode",
        "address/country",
    ]
    assert drawn.is_last("address/postcode")
    assert drawn.is_last("address/country")


async def test_what_is_drawn_of_a_linked_journey_later_counts_too_and_links_go_through_links():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        inner = await agent.create_journey("Inner", triggers=[])
        middle = await agent.create_journey("Middle", triggers=[])
        outer = await agent.create_journey("Outer", triggers=["goes"])
        await (await middle.initial_state.transition_to(journey=inner)).transition_to(chat_state="m", id="m")
        await (await outer.initial_state.transition_to(journey=middle)).transition_to(chat_state="o", id="o")
        await inner.initial_state.transition_to(chat_state="i", id="i")
        drawn = agent.freeze().journey("outer")
    assert drawn is not None
    assert drawn.state("middle/inner/i").originals == ("middle/inner/i", "inner/i")
    assert [state.id for state in drawn.states if state.kind == "chat"] == ["middle/inner/i", "middle/m", "o"]


async def test_a_journey_can_be_gone_through_twice():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        address = await draw_address(agent)
        order = await agent.create_journey("Order", triggers=["wants to order"])
        first = await order.initial_state.transition_to(journey=address)
        second = await (await first.transition_to(chat_state="And where does the bill go?", id="bill")).transition_to(
            journey=address
        )
        await second.transition_to(chat_state="Confirm", id="confirm")
        drawn = agent.freeze().journey("order")
    assert drawn is not None
    kinds = [state.id for state in drawn.states if state.id.endswith("/kind")]
    assert kinds == ["address/kind", "address-2/kind"]


async def test_a_journey_that_would_go_through_itself_is_refused():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        one = await agent.create_journey("One", triggers=[])
        two = await agent.create_journey("Two", triggers=[])
        with pytest.raises(ValueError, match="'one' can't go through 'one'"):
            await one.initial_state.transition_to(journey=one)
        await one.initial_state.transition_to(journey=two)
        with pytest.raises(ValueError, match="'two' can't go through 'one': that one leads through it"):
            await two.initial_state.transition_to(journey=one)


async def test_a_journey_of_somebody_else_must_be_attached_before_it_is_gone_through():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        order = await agent.create_journey("Order", triggers=["wants to order"])
        address = await server.create_journey("Address", triggers=[])
        await address.initial_state.transition_to(chat_state="Ask for the postcode", id="postcode")
        with pytest.raises(ValueError, match=r"attach_journey\(\) it first"):
            await order.initial_state.transition_to(journey=address)
        await agent.attach_journey(address)
        await order.initial_state.transition_to(journey=address)
        drawn = agent.freeze().journey("order")
    assert drawn is not None
    assert [state.id for state in drawn.states] == ["root", "address", "address/postcode"]


async def test_a_link_takes_a_condition_and_nothing_else():
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        address = await draw_address(agent)
        order = await agent.create_journey("Order", triggers=["wants to order"])
        with pytest.raises(ValueError, match="takes a condition= and no labels"):
            await order.initial_state.transition_to(journey=address, labels=["x"])


async def test_what_belongs_to_a_linked_state_belongs_to_its_copy_and_handlers_of_both_journeys_run():
    seen: list[str] = []

    async def in_state(context, match):
        seen.append(f"{match.journey_id}/{match.state_id}")

    async def in_journey(context, match):
        seen.append(match.journey_id)

    answers = {"match": matching("wants-to-order"), "journey": moving(order=("advance", "address/postcode"))}
    model = scripted_model(**answers, selection=choosing("code", "high"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        address = await agent.create_journey("Address", triggers=[], on_selected=in_journey)
        code = await address.initial_state.transition_to(
            chat_state="Ask for the postcode", id="postcode", on_selected=in_state
        )
        await code.create_canned_response("What is your postcode?", id="code")
        order = await agent.create_journey("Order", triggers=["wants to order"], on_selected=in_journey)
        linked = await order.initial_state.transition_to(journey=address)
        await linked.transition_to(chat_state="Confirm the order", id="confirm")
        talk = server.conversation(agent)
        first = await talk.say("a lamp, please")
        model._answers["journey"] = moving(order=("advance", "confirm"))
        second = await talk.say("1234")
    assert first.reply == "What is your postcode?"
    assert seen[:3] == ["order", "address", "order/address/postcode"]
    assert second.journeys == {"order": "confirm"}
    assert second.trace.moves[0].via == ("address/end",)
    composition = second.trace.composition
    assert composition is not None
    assert [item.fate for item in composition.considered] == ["the conversation is not in state 'address/postcode'"]
    assert talk.session.state.paths["order"] == ("address/postcode", "confirm", COMPLETED)
