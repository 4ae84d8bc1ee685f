"""The ways to write a guideline: in full, as a sentence, a name, a decorated function, a dictionary."""

import pytest

import understudy.engine as p

from ..worlds import matching, scripted_model


def parts(guideline: p.Guideline) -> tuple[str, str, str]:
    return guideline.id, guideline.condition, guideline.action


@p.guideline
def be_helpful():
    return "Always be helpful and polite to users"


@p.guideline(condition="the customer asks about the weather", criticality="high")
def weather_only():
    """Only provide weather information."""


@p.guideline
def log_issues():
    return "Write every issue down"


async def test_a_sentence_is_an_action_that_always_applies() -> None:
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        (never,) = await agent.create_guidelines(["Never provide specific investment recommendations"])
        turn = await server.conversation(agent).say("Hi")
    assert parts(never) == (
        "never-provide-specific-investment-recommendations",
        "",
        "Never provide specific investment recommendations",
    )
    assert turn.fired == (never.id,)


async def test_a_name_is_the_guideline_of_that_name_else_its_words_are_the_action() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        known = await agent.create_guideline("asks for data", "verify who they are", id="verify-identity")
        found = await agent.create_guidelines(["verify_identity", "be_polite", "log_issues"])
    assert found[0].id == known.id
    assert parts(found[1]) == ("be_polite", "", "be polite")
    assert parts(found[2]) == ("log_issues", "", "Write every issue down"), "decorated in this module"
    assert len(await agent.list_guidelines()) == 3


async def test_a_decorated_function_is_named_after_itself_and_is_called_once() -> None:
    calls: list[str] = []

    @p.guideline
    def be_brief():
        calls.append("called")
        return " Be brief "

    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        helpful, weather, brief = await agent.create_guidelines([be_helpful, weather_only, be_brief])
    assert parts(helpful) == ("be_helpful", "", "Always be helpful and polite to users")
    assert parts(weather) == (
        "weather_only",
        "the customer asks about the weather",
        "Only provide weather information.",
    )
    assert weather.criticality is p.Criticality.HIGH
    assert (brief.action, be_brief(), calls) == ("Be brief", "Be brief", ["called"])


async def test_a_dictionary_has_the_keys_of_create_guideline_and_a_name() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        first, second, third = await agent.create_guidelines(
            [
                {"name": "verify_identity", "priority": "high", "condition": "when accessing personal information"},
                {"name": "Be kind", "action": "be kind", "priority": 3, "labels": ["tone"]},
                {"condition": "leaves", "action": "say goodbye", "criticality": "LOW"},
            ]
        )
    assert parts(first) == ("verify_identity", "when accessing personal information", "verify identity")
    assert (first.criticality, first.priority) == (p.Criticality.HIGH, 0), "a word is a criticality"
    assert (second.id, second.name, second.priority, second.labels) == ("be-kind", "Be kind", 3, ("tone",))
    assert (third.id, third.criticality) == ("leaves", p.Criticality.LOW)


async def test_a_mapping_has_guidelines_by_name() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        made = await agent.create_guidelines(
            {"refund_policy": "Refunds only within 30 days", "escalation": {"condition": "is angry"}}
        )
    assert [parts(item) for item in made] == [
        ("refund_policy", "", "Refunds only within 30 days"),
        ("escalation", "is angry", "escalation"),
    ]


async def test_all_ways_give_the_same_guideline() -> None:
    async with p.Server() as server:
        made = []
        for number, written in enumerate(
            (
                "Be kind to everybody",
                {"action": "Be kind to everybody"},
                p.guideline(id="be-kind-to-everybody")(lambda: "Be kind to everybody"),
            )
        ):
            agent = await server.create_agent(f"Shop {number}")
            await agent.create_guidelines([written])
            made.append(agent.freeze().guidelines)
    assert made[0] == made[1] == made[2]


async def test_a_key_that_no_guideline_has_is_an_error_with_the_nearest() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(p.UnknownNameError, match="no key of a guideline is called 'conditon'; did you mean 'cond"):
            await agent.create_guidelines([{"name": "x", "conditon": "y"}])
        with pytest.raises(p.UnknownNameError, match="no criticality is called 'hihg'; did you mean 'high'"):
            await agent.create_guideline("y", "z", criticality="hihg")


async def test_two_words_for_importance_that_disagree_are_an_error() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(ValueError, match="'low' by its criticality and 'high' by its priority"):
            await agent.create_guidelines([{"action": "z", "criticality": "low", "priority": "high"}])


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda name: "x", r"wants 'name': make it a plain function without parameters"),
        (lambda: 3, "must return its text"),
        (lambda: None, "must return its text, or have it as its docstring"),
    ],
)
def test_a_function_that_can_not_be_a_guideline_is_refused(function, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        p.guideline(function)


def test_a_coroutine_function_is_refused() -> None:
    async def later():
        return "x"

    with pytest.raises(ValueError, match="'later' waits for something: make it a plain function"):
        p.guideline(later)


async def test_a_guideline_of_nothing_at_all_is_refused() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        with pytest.raises(ValueError, match=r"guidelines.py:\d+: a guideline needs a condition, an action"):
            await agent.create_guideline(id="nothing")
        with pytest.raises(ValueError, match="an observation has no action"):
            await agent.create_observation("asks", action="answer")  # pyright: ignore[reportCallIssue]


async def test_every_option_can_be_given_and_read_back() -> None:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        tag = await server.create_tag("sales")
        response = await agent.create_canned_response("Hello")
        made = await agent.create_guideline(
            "asks",
            "answer",
            description="kindly",
            title="Answering",
            criticality="HIGH",
            composition_mode=p.CompositionMode.STRICT,
            canned_responses=[response],
            tags=[tag],
            labels=["asked"],
            priority=4,
            track=False,
            enabled=False,
            continuous=True,
            customer_dependent=False,
            metadata={"owner": "support", "agent_intention": False},
        )
        (value,) = agent.freeze().guidelines
    assert (made.id, made.name, made.description) == ("answering", "Answering", "kindly")
    assert (made.criticality, made.composition_mode) == (p.Criticality.HIGH, p.CompositionMode.STRICT)
    assert (made.canned_responses, made.tags, made.labels) == ((response,), ("sales",), ("asked",))
    assert (made.priority, made.track, made.enabled) == (4, False, False)
    assert made.metadata == {"owner": "support", "agent_intention": False}
    known = value.properties
    assert (known.continuous, known.customer_dependent, known.agent_intention) == (True, False, False)


async def test_metadata_never_reaches_a_prompt() -> None:
    async with p.Server(model=(model := scripted_model())) as server:
        agent = await server.create_agent("Shop", metadata={"owner": "OWNER-OF-AGENT"})
        await agent.create_guideline("asks", "answer", metadata={"reason": "REASON-OF-RULE"})
        await server.conversation(agent).say("Hi")
    assert model.asked
    assert not any("OWNER-OF-AGENT" in ask.prompt or "REASON-OF-RULE" in ask.prompt for ask in model.asked)


async def test_an_attached_tool_is_its_own_agents_and_nobody_elses() -> None:
    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("looked")

    async with p.Server(model=scripted_model(match=matching("asks"))) as server:
        mine, other = [await server.create_agent(name) for name in ("Mine", "Other")]
        assert await mine.attach_tool(look, condition="asks") == "asks"
        turns = [await server.conversation(agent).say("Look") for agent in (mine, other)]
    assert [turn.tool_calls for turn in turns] == [("look",), ()]
    assert other.freeze().guidelines == ()
