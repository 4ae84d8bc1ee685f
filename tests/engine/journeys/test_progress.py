"""Where journeys stand over several rounds and turns: tools that ran or did not, silence, and changed definitions."""

from dataclasses import replace
from typing import cast

import understudy.engine as p
from understudy.engine.author_code.functions import AgentCode
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import COMPLETED, LEFT, REOPENED, ROOT, Journey, State, Transition, known_part
from understudy.engine.domain.relationship import Endpoint, Relationship
from understudy.engine.domain.session import AgentState, Session
from understudy.engine.domain.tool import Parameter, Tool
from understudy.engine.ports import LLM, ToolInvocation

from ..worlds import calling, matching, moving, saying, scripted_model


class Obliging:
    """Runs every tool in the same way."""

    def __init__(self, **control: str) -> None:
        self.result = p.ToolResult("done", control=control)
        self.ran: list[str] = []

    async def run(self, invocation: ToolInvocation, /) -> p.ToolResult:
        self.ran.append(invocation.tool.id)
        return self.result


SEARCH = Tool(id="search", parameters=(Parameter(name="what", type="string"),))
WANTS = Guideline(id="wants", condition="the customer looks for something")


def finder(*ways: tuple[str, str, str]) -> AgentDefinition:
    """An agent that searches along the ways given: ask and tell are chat states, search is a tool state."""
    states = (
        State(id=ROOT, kind="initial"),
        State(id="ask", kind="chat", action="ask what they look for"),
        State(id="search", kind="tool", tools=("search",)),
        State(id="tell", kind="chat", action="tell what was found"),
    )
    used = {end for source, target, _ in ways for end in (source, target)}
    journey = Journey(
        id="find",
        title="Find",
        triggers=("wants",),
        states=tuple(state for state in states if state.id in used),
        transitions=tuple(Transition(source=source, target=target, condition=text) for source, target, text in ways),
    )
    return AgentDefinition(id="otto", name="Otto", guidelines=(WANTS,), tools=(SEARCH,), journeys=(journey,))


def talk_to(agent: AgentDefinition, model: LLM, *, tools: Obliging, session: Session | None = None) -> p.Conversation:
    built = p.BuiltAgent(definition=agent, code=AgentCode(), tools=tools)
    return p.open_conversation(built, llm=model, session=session)


def answers(**changes: object) -> dict[str, object]:
    found = {"match": matching("wants"), "tools": calling(search={"what": "a bike"})}
    return {**found, **changes}


def tell(model: p.ScriptedModel, **changes: object) -> None:
    """Have the model answer these decisions differently from now on."""
    cast(dict[str, object], model._answers).update(changes)


IN_A_RING = finder((ROOT, "ask", ""), ("ask", "search", ""), ("search", "tell", ""), ("tell", "search", "again"))


async def test_a_tool_state_that_is_entered_again_is_not_passed_before_its_tool_has_run_again():
    tools = Obliging()
    model = scripted_model(**answers(journey=moving(find=("advance", "search"))))
    talk = talk_to(IN_A_RING, model, tools=tools)
    first = await talk.say("I look for a bike")
    tell(model, tools=calling(search={"what": None}))
    again = await talk.say("And another one")
    tell(model, journey=moving(find=("stay", None)))
    waiting = await talk.say("Hm")
    tell(model, tools=calling(search={"what": "a red bike"}))
    found = await talk.say("A red bike")
    assert first.journeys == {"find": "tell"}
    assert again.journeys == {"find": "search"}
    assert waiting.journeys == {"find": "search"}
    assert found.journeys == {"find": "tell"}
    assert tools.ran == ["search", "search"]


async def test_a_tool_that_ran_in_a_turn_that_failed_is_not_run_again_for_its_state():
    tools = Obliging()
    agent = finder((ROOT, "search", ""), ("search", "tell", ""))
    model = scripted_model(**answers(tools=calling(search={"what": None}), journey=moving(find=("stay", None))))
    talk = talk_to(agent, model, tools=tools)
    missing = await talk.say("I look for something")
    tell(model, tools=calling(search={"what": "a bike"}), draft={"plans": []})
    failed = await talk.say("A bike")
    tell(model, draft=saying("There it is."))
    told = await talk.say("And?")
    assert missing.journeys == {"find": "search"}
    assert failed.trace.failure is not None
    assert told.journeys == {"find": "tell"}
    assert tools.ran == ["search"]


async def test_a_tool_that_ran_in_the_last_round_of_a_turn_is_not_run_again_in_the_next_though_its_result_is_gone():
    tools = Obliging(lifespan="response")
    agent = replace(finder((ROOT, "search", ""), ("search", "tell", "")), max_engine_iterations=1)
    talk = talk_to(agent, scripted_model(**answers()), tools=tools)
    ran = await talk.say("I look for a bike")
    told = await talk.say("And?")
    assert ran.journeys == {"find": "search"}
    assert told.journeys == {"find": "tell"}
    assert tools.ran == ["search"]


async def test_a_journey_does_not_end_with_a_message_that_was_not_sent():
    model = scripted_model(**answers(journey=moving(find=("advance", "ask")), draft=saying(None)))
    talk = talk_to(finder((ROOT, "ask", "")), model, tools=Obliging())
    silent = await talk.say("I look for a bike")
    tell(model, journey=moving(find=("stay", None)), draft=saying("What do you look for?"))
    await talk.say("Hello?")
    assert silent.trace.state.paths == {"find": ("ask",)}
    assert talk.session.state.paths == {"find": ("ask", COMPLETED)}


async def test_guidelines_of_a_journey_without_states_are_asked_about_once_a_turn():
    journey = Journey(id="find", title="Find", triggers=("wants",))
    scoped = Guideline(id="scoped", condition="it is a bike", action="mention the helmet", journey="find")
    hurry = Guideline(id="hurry", condition="they look", action="search", tools=("search",))
    agent = AgentDefinition(
        id="otto", name="Otto", guidelines=(WANTS, hurry, scoped), journeys=(journey,), tools=(SEARCH,)
    )
    model = scripted_model(**answers(match=matching("wants", "hurry", "scoped")))
    turn = await talk_to(agent, model, tools=Obliging()).say("A bike")
    assert turn.trace.rounds == 2
    assert [check.guideline for check in turn.trace.checks].count("scoped") == 1
    assert turn.fired == ("wants", "hurry", "scoped")


def rechecking(*guidelines: Guideline, journeys: tuple[Journey, ...] = ()) -> AgentDefinition:
    """An agent of which `again` is to be looked at again once a search has run."""
    again = Relationship(
        kind="reevaluation",
        source=Endpoint(kind="guideline", id="again"),
        target=Endpoint(kind="tool", id="search"),
    )
    return AgentDefinition(
        id="otto",
        name="Otto",
        guidelines=(WANTS, *guidelines),
        journeys=journeys,
        tools=(SEARCH, Tool(id="count")),
        relationships=(again,),
    )


async def test_a_guideline_is_looked_at_again_in_the_round_after_its_tool_and_in_no_later_one():
    agent = rechecking(
        Guideline(id="hurry", condition="they look", action="search", tools=("search",)),
        Guideline(id="again", condition="a bike was found", action="count them", tools=("count",)),
    )
    once = iter([["hurry"], ["hurry", "again"]])
    model = scripted_model(**answers(match=lambda ask: matching(*next(once))(ask)))
    turn = await talk_to(agent, model, tools=Obliging()).say("A bike")
    assert turn.trace.rounds == 3
    assert [check.round for check in turn.trace.checks if check.guideline == "again"] == [1, 2]
    assert turn.tool_calls == ("search", "count")


async def test_a_guideline_of_a_journey_that_is_not_active_is_not_looked_at_again():
    journey = Journey(id="find", title="Find", triggers=("wants",))
    agent = rechecking(
        Guideline(id="hurry", condition="they look", action="search", tools=("search",)),
        Guideline(id="again", condition="a bike was found", action="count them", journey="find"),
        journeys=(journey,),
    )
    model = scripted_model(**answers(match=matching("hurry", "again")))
    turn = await talk_to(agent, model, tools=Obliging()).say("A bike")
    assert turn.trace.rounds == 2
    assert "again" not in turn.trace.considered


async def test_what_was_entailed_by_something_that_holds_no_longer_has_not_fired():
    entails = Relationship(
        kind="entailment",
        source=Endpoint(kind="guideline", id="again"),
        target=Endpoint(kind="guideline", id="entailed"),
    )
    agent = rechecking(
        Guideline(id="hurry", condition="they look", action="search", tools=("search",)),
        Guideline(id="again", condition="nothing was found yet", action="say so"),
        Guideline(id="entailed", condition="never", action="apologise"),
    )
    agent = replace(agent, relationships=(*agent.relationships, entails))
    once = iter([["hurry", "again"], []])
    model = scripted_model(**answers(match=lambda ask: matching(*next(once))(ask)))
    turn = await talk_to(agent, model, tools=Obliging()).say("A bike")
    assert {outcome.id for outcome in turn.trace.resolutions if outcome.stays} == {"hurry", "again", "entailed"}
    assert turn.fired == ("hurry",)
    drafts = [ask for ask in model.asked if ask.decision == "draft"]
    assert "apologise" not in drafts[0].prompt


async def test_a_journey_that_gives_way_keeps_the_part_of_its_path_that_its_definition_still_has():
    agent = finder((ROOT, "search", ""), ("search", "tell", ""))
    needs = Relationship(
        kind="dependency",
        source=Endpoint(kind="journey", id="find"),
        target=Endpoint(kind="guideline", id="wants"),
    )
    hurry = Guideline(id="hurry", condition="they look", action="search", tools=("search",))
    agent = replace(agent, guidelines=(WANTS, hurry), relationships=(needs,))
    state = AgentState(trace_id="s/1", paths={"find": ("search", "a-state-of-old")})
    session = Session(id="s", agent_id="otto", states=(state,), turns=1)
    model = scripted_model(**answers(match=matching("hurry"), journey=moving(find=("stay", None))))
    talk = talk_to(agent, model, tools=Obliging(), session=session)
    turn = await talk.say("A bike")
    assert turn.trace.failure is None
    assert turn.trace.rounds == 2
    assert turn.journeys == {}
    assert talk.session.state.paths == {"find": ("search",)}


def test_a_path_loses_unknown_states_with_the_markers_that_belong_to_them():
    journey = finder((ROOT, "ask", ""), ("ask", "search", ""), ("search", "tell", "")).journeys[0]
    kept = {
        ("ask", "gone", "tell"): ("ask", "tell"),
        ("ask", LEFT, "gone", LEFT, "tell"): ("ask", LEFT, "tell"),
        ("ask", COMPLETED, "gone", COMPLETED): ("ask", COMPLETED),
        ("ask", COMPLETED, REOPENED, "gone"): ("ask", COMPLETED),
        ("ask", COMPLETED, REOPENED, "gone", "tell"): ("ask", COMPLETED, REOPENED, "tell"),
        ("ask", COMPLETED, REOPENED, "gone", COMPLETED, "tell"): ("ask", COMPLETED, "tell"),
        ("gone",): (),
    }
    assert {path: known_part(journey, path) for path in kept} == kept


async def test_a_model_that_can_not_be_reached_is_reported_with_what_was_being_decided():
    class Unreachable:
        async def ask(self, ask: Ask, /) -> Reply:
            raise p.ModelUnavailableError("connection refused")

    talk = talk_to(finder((ROOT, "ask", "")), Unreachable(), tools=Obliging())
    turn = await talk.say("Hi")
    assert turn.trace.failure is not None
    assert turn.trace.failure.message == "connection refused, while deciding 'match' (ask 1/match/1)"
