"""Something of the wrong kind is refused where it is written: by name, with what to write; and None says nothing."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.sdk import kinds
from understudy.engine.sdk.checking import Kind
from understudy.engine.sdk.knowledge import ResponseOptions
from understudy.engine.sdk.making import GuidelineOptions
from understudy.engine.sdk.making_agents import AgentOptions
from understudy.engine.sdk.making_journeys import JourneyOptions
from understudy.engine.sdk.state_options import StateCode, WayOptions
from understudy.engine.sdk.variables import VariableOptions


@dataclass(frozen=True, kw_only=True)
class World:
    """The smallest world in which everything can be declared."""

    server: p.Server
    agent: p.Agent
    journey: p.Journey
    guideline: p.Guideline

    @property
    def state(self) -> p.JourneyState:
        return self.journey.initial_state


@dataclass(frozen=True, kw_only=True)
class Method:
    """A public method, with what it needs in any case and what each of its parameters takes."""

    name: str
    of: Callable[[World], Callable[..., Awaitable[object]]]
    takes: Mapping[str, Kind]
    needs: Mapping[str, Any]
    without: tuple[str, ...] = ()
    """Parameters that are decided otherwise."""


@p.tool
async def look_up(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult(1)


async def look(context: Any) -> None:
    return None


def methods(world: World | None = None) -> list[Method]:
    guideline = {"condition": "a", "action": "b"}
    observation = ("action", "on_message", "track", "continuous", "customer_dependent")
    response = {"template": "Hello."}
    here: Any = world
    between = {"source": here.state, "target": p.END_JOURNEY} if here else {}
    return [
        Method(name="Server.create_agent", of=lambda w: w.server.create_agent, takes=kinds.AGENT, needs={"name": "A"}),
        Method(name="Server.create_tag", of=lambda w: w.server.create_tag, takes=kinds.TAG, needs={"name": "t"}),
        Method(
            name="Server.create_customer",
            of=lambda w: w.server.create_customer,
            takes=kinds.CUSTOMER,
            needs={"name": "Jo"},
        ),
        Method(
            name="Server.create_journey",
            of=lambda w: w.server.create_journey,
            takes=kinds.JOURNEY,
            needs={"title": "T"},
        ),
        Method(
            name="Server.create_canned_response",
            of=lambda w: w.server.create_canned_response,
            takes=kinds.RESPONSE,
            needs=response,
        ),
        Method(
            name="Server.set_matching_strategy",
            of=lambda w: w.server.set_matching_strategy,
            takes=kinds.TAG_STRATEGY,
            needs={"strategy": look, "tag": "vip"},
        ),
        Method(
            name="Agent.create_guideline", of=lambda w: w.agent.create_guideline, takes=kinds.GUIDELINE, needs=guideline
        ),
        Method(
            name="Agent.create_observation",
            of=lambda w: w.agent.create_observation,
            takes=kinds.GUIDELINE,
            needs={"condition": "a"},
            without=observation,
        ),
        Method(
            name="Agent.create_guidelines",
            of=lambda w: w.agent.create_guidelines,
            takes=kinds.GUIDELINES,
            needs={"guidelines": []},
        ),
        Method(
            name="Agent.create_journey", of=lambda w: w.agent.create_journey, takes=kinds.JOURNEY, needs={"title": "T"}
        ),
        Method(
            name="Agent.create_canned_response",
            of=lambda w: w.agent.create_canned_response,
            takes=kinds.RESPONSE,
            needs=response,
        ),
        Method(
            name="Agent.create_term",
            of=lambda w: w.agent.create_term,
            takes=kinds.TERM,
            needs={"name": "n", "description": "d"},
        ),
        Method(
            name="Agent.create_variable",
            of=lambda w: w.agent.create_variable,
            takes=kinds.VARIABLE,
            needs={"name": "n"},
        ),
        Method(
            name="create_capability",
            of=lambda w: w.agent.experimental_features.create_capability,
            takes=kinds.CAPABILITY,
            needs={"title": "t", "description": "d"},
        ),
        Method(
            name="Agent.attach_retriever",
            of=lambda w: w.agent.attach_retriever,
            takes=kinds.RETRIEVER,
            needs={"retriever": look},
        ),
        Method(
            name="Agent.attach_tool",
            of=lambda w: w.agent.attach_tool,
            takes=kinds.OFFER,
            needs={"tool": look_up, "condition": "a"},
        ),
        Method(
            name="Agent.attach_journey",
            of=lambda w: w.agent.attach_journey,
            takes=kinds.ATTACHED,
            needs={"journey": here.journey if here else None},
        ),
        Method(
            name="Journey.create_guideline",
            of=lambda w: w.journey.create_guideline,
            takes=kinds.GUIDELINE,
            needs=guideline,
        ),
        Method(
            name="Journey.create_observation",
            of=lambda w: w.journey.create_observation,
            takes=kinds.GUIDELINE,
            needs={"condition": "a"},
            without=observation,
        ),
        Method(
            name="Journey.create_canned_response",
            of=lambda w: w.journey.create_canned_response,
            takes=kinds.RESPONSE,
            needs=response,
        ),
        Method(
            name="Journey.attach_tool",
            of=lambda w: w.journey.attach_tool,
            takes=kinds.OFFER,
            needs={"tool": look_up, "condition": "a"},
        ),
        Method(
            name="Journey.create_transition",
            of=lambda w: w.journey.create_transition,
            takes=kinds.BETWEEN,
            needs=between,
        ),
        Method(
            name="JourneyState.transition_to",
            of=lambda w: w.state.transition_to,
            takes=kinds.WAY,
            needs={"chat_state": "ask"},
            without=("chat_state", "tool_state", "state", "journey", "tool_instruction"),
        ),
        Method(
            name="JourneyState.create_canned_response",
            of=lambda w: w.state.create_canned_response,
            takes=kinds.RESPONSE,
            needs=response,
        ),
    ]


WRONG: tuple[object, ...] = (5, "a text", None, 1.5, object(), [5], {"a": 1})

CASES = [
    pytest.param(method.name, name, id=f"{method.name}-{name}")
    for method in methods()
    for name in method.takes
    if name not in method.without
]


async def world_in(server: p.Server) -> World:
    await server.create_tag("vip")
    agent = await server.create_agent("Shop")
    guideline = await agent.create_guideline("x", "y")
    journey = await server.create_journey("J", triggers=["wants to go"])
    return World(server=server, agent=agent, journey=journey, guideline=guideline)


def is_refused(kind: Kind, value: Any, *, needed: bool) -> bool:
    if value is None:
        return needed
    if kind.problem("it", value):
        return True
    return bool(kind.item) and bool(kind.item_problems("it", value))


@pytest.mark.parametrize(("method", "parameter"), CASES)
async def test_each_parameter_refuses_what_is_of_another_kind_and_takes_none_for_nothing(
    method: str, parameter: str
) -> None:
    async with p.Server() as server:
        world = await world_in(server)
        tried = next(each for each in methods(world) if each.name == method)
        kind = tried.takes[parameter]
        needed = parameter in tried.needs and not (parameter in ("condition", "action") and len(tried.needs) == 2)
        for wrong in WRONG:
            given = {**tried.needs, parameter: wrong}
            if not is_refused(kind, wrong, needed=needed or "attach_tool" in method):
                await accepted(tried.of(world), given)
                continue
            with pytest.raises((p.WrongKindError, ValueError), match=message(parameter)) as raised:
                await tried.of(world)(**given)
            assert " at 0x" not in str(raised.value)
            assert "test_wrong_kinds.py:" in str(raised.value)


async def accepted(call: Callable[..., Awaitable[object]], given: dict[str, Any]) -> None:
    """What is of the right kind may still be the wrong name, which has an error of its own; no other is raised."""
    with suppress(p.UnknownNameError, p.ExampleError, p.FreshnessError, ValueError):
        await call(**given)


def message(parameter: str) -> str:
    return rf"({parameter}= (takes|holds) .*: write {parameter}=|a guideline needs a condition)"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tools": look}, "tools= takes a list of tools, not the function 'look': write tools=[my_tool]"),
        ({"tools": look_up}, "tools= takes a list of tools, not the ToolEntry 'look_up': write tools=["),
        ({"tools": [look]}, "tools= holds the function 'look', which is not a tool (a function decorated with @p.tool"),
        ({"labels": "vip"}, "labels= takes a list of texts, not 'vip': write labels=['vip']"),
        ({"tags": 5}, 'tags= takes a list of tags, not 5: write tags=["vip"]'),
        ({"priority": "high"}, "priority= takes a whole number, not 'high': write priority=1"),
        ({"priority": True}, "priority= takes a whole number, not True: write priority=1"),
        ({"composition_mode": "loose"}, "not 'loose': write composition_mode=p.CompositionMode.FLUID"),
        ({"matcher": "always"}, "matcher= takes a function, not 'always': write matcher=my_function"),
    ],
)
async def test_the_message_names_the_guideline_the_parameter_and_what_to_write(
    wrong: dict[str, Any], said: str
) -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.WrongKindError) as raised:
            await agent.create_guideline("asks for a refund", "explain it", **wrong)
    assert re.search(r"test_wrong_kinds\.py:\d+: guideline 'asks for a refund': ", str(raised.value))
    assert said in str(raised.value)


async def test_all_that_is_of_the_wrong_kind_is_told_at_once() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.WrongKindError) as raised:
            await agent.create_guideline(5, "explain it", labels="vip", track="no", tags=[1, 2])  # type: ignore[arg-type]
    assert len(raised.value.problems) == 5
    assert isinstance(raised.value, TypeError), "what is of another kind is Python's own error too"


async def test_none_says_nothing_wherever_something_may_be_left_out() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop", None, tags=None, tools=None, guidelines=None, composition_mode=None)
        plain = await agent.create_guideline("a", "b", id="plain")
        nothing = {name: None for name in kinds.GUIDELINE if name not in ("condition", "action", "id")}
        same = await agent.create_guideline("a", "b", id="same", **nothing)  # type: ignore[arg-type]
        await agent.create_journey("J", None, triggers=None, labels=None, dependencies=None)
        definition = agent.freeze()
    assert definition.description == ""
    assert definition.journeys[0].description == ""
    one, other = definition.guideline("plain"), definition.guideline("same")
    assert one is not None
    assert other is not None
    assert {name: getattr(one, name) for name in ("tags", "labels", "priority", "enabled", "track")} == {
        name: getattr(other, name) for name in ("tags", "labels", "priority", "enabled", "track")
    }
    assert (plain.criticality, plain.tools) == (same.criticality, same.tools)


async def test_a_set_is_taken_in_an_order_that_is_the_same_in_every_process() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        made = await agent.create_guideline("a", "b", labels={"vip", "angry", "new"})
    assert made.labels == ("angry", "new", "vip")


@pytest.mark.parametrize("relation", ["prioritize_over", "exclude", "depend_on", "depend_on_any", "entail"])
@pytest.mark.parametrize("wrong", ["a-guideline", 5, None, look])
async def test_a_relationship_leads_to_what_was_declared_and_to_nothing_else(relation: str, wrong: Any) -> None:
    async with p.Server() as server:
        world = await world_in(server)
        with pytest.raises(p.WrongKindError, match=r"'x'\.\w+\(\): it takes .*, not .*: pass what create_guideline"):
            await getattr(world.guideline, relation)(wrong)


async def test_disambiguation_and_looking_again_refuse_what_is_of_another_kind() -> None:
    async with p.Server() as server:
        world = await world_in(server)
        unclear = await world.agent.create_observation("is unclear", id="unclear")
        with pytest.raises(p.WrongKindError, match=r"'unclear'\.disambiguate\(\): it takes a list of guidelines"):
            await unclear.disambiguate("both")  # type: ignore[arg-type]
        with pytest.raises(
            p.WrongKindError, match=r"'unclear'\.reevaluate_after\(\): tools= holds the function 'look'"
        ):
            await unclear.reevaluate_after(look)  # type: ignore[arg-type]


def test_every_option_that_there_is_has_its_kind() -> None:
    for options, takes, beside in (
        (GuidelineOptions, kinds.GUIDELINE, {"condition", "action"}),
        (JourneyOptions, kinds.JOURNEY, {"title", "description"}),
        (AgentOptions, kinds.AGENT, {"name", "description"}),
        (ResponseOptions, kinds.RESPONSE, {"template"}),
        (VariableOptions, kinds.VARIABLE, {"name", "description"}),
        (WayOptions, kinds.WAY, {"chat_state", "tool_state", "state", "journey", "condition"}),
        (StateCode, kinds.BETWEEN, {"source", "target", "condition"}),
    ):
        assert {*options.__annotations__, *beside} == set(takes), options.__name__


def test_every_public_method_that_declares_something_is_tried_here() -> None:
    tried = {method.name.partition(".")[2] or method.name for method in methods()}
    elsewhere = {"create_session", "create_fork_state"}
    for kind in (p.Server, p.Agent, p.Journey, p.JourneyState):
        names = {name for name in dir(kind) if name.startswith(("create_", "attach_"))}
        assert names - elsewhere <= tried, kind.__name__
