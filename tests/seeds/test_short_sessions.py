"""The analysis article: agents and sessions in an expression each, and long conversations."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.tool import ToolResult

from ..engine.worlds import calling, scripted_model
from .snippets import Snippet, row

DOCUMENT = "003"


def imported(snippet: Snippet) -> Snippet:
    """The snippet with both of its import lines changed."""
    text = snippet.text.replace("import parlant\n", "import understudy.engine as parlant\n")
    return replace(snippet, text=text.replace("from parlant import", "from understudy.engine import"))


@row("A05", 208, 220)
async def test_each_agent_may_name_a_model_of_its_own(snippet: Snippet) -> None:
    filled = replace(snippet, text=snippet.text.replace("    ...,\n", "    name='Desk',\n"))
    names = await filled.run(parlant=p)
    simple, complex_ = (names[name] for name in ("simple_agent", "complex_agent"))
    home = simple.draft.home
    assert home is not None
    assert home.build(simple).model == "gpt-3.5-turbo"
    assert complex_.draft.home.build(complex_).model == "gpt-4"


@row("A16", 418, 429)
async def test_what_was_marked_as_important_outlives_a_conversation_long_past_its_budget(snippet: Snippet) -> None:
    def summarise(ask: Any) -> dict[str, Any]:
        wanted = {"customer_name": "Ada", "order_id": "AB-12"}
        told = " ".join(line.text for line in ask.facts.situation.conversation)
        found = [name for name in ask.facts.wanted if wanted.get(name, "\0") in told]
        facts = [{"name": name, "evidence": "said", "value": wanted[name]} for name in found]
        return {"facts": facts, "summary": "The customer talked at length."}

    model = scripted_model(summarise=summarise)
    agent = p.Agent("Desk", model=model, context_config={"max_tokens": 120})
    session = agent.create_session()
    await snippet.run(session=session)
    await session.send_message("I am Ada and it is about order AB-12")
    for number in range(20):
        turn = await session.send_message(f"There is also this other thing to be said, number {number}")
    assert turn.trace.failure is None
    assert session.session.important == ("customer_name", "order_id", "issue_type", "priority")
    prompt = [ask for ask in model.asked if ask.decision == "draft"][-1].prompt
    assert "I am Ada" not in prompt
    assert "- customer_name: Ada" in prompt
    assert "- order_id: AB-12" in prompt


@row("A17", 433, 438)
@pytest.mark.parametrize(("turns", "is_summarised"), [(10, False), (11, True)])
async def test_after_ten_turns_a_summary_joins_the_conversation(
    snippet: Snippet, turns: int, is_summarised: bool
) -> None:
    model = scripted_model(summarise={"facts": [], "summary": "Ada wants a refund."})
    session = p.Agent("Desk", model=model).create_session()
    for number in range(turns):
        await session.send_message(f"message {number}")
    await snippet.run(parlant=p, session=session)
    await session.send_message("Well?")
    assert session.turn_count == turns + 1
    line = "system: Previous conversation summary: Ada wants a refund."
    assert (line in [ask for ask in model.asked if ask.decision == "draft"][-1].prompt) is is_summarised


@row("A23", 559, 610)
async def test_the_quick_start_hands_over_an_agent_that_tells_the_weather(snippet: Snippet, tmp_path: Path) -> None:
    imported(snippet).script(tmp_path, name="weather.py")
    built = p.load_agent("weather.py", tmp_path)
    assert (built.definition.id, built.definition.name) == ("weather-assistant", "weather_assistant")
    assert [guideline.action for guideline in built.definition.guidelines if guideline.action] == [
        "Always be helpful and polite to users",
        "Only provide weather information, do not discuss other topics",
    ]
    assert "your-api-key" not in repr(built)
    model = scripted_model(tools=calling(get_weather={"city": "Beijing"}))
    talk = p.open_conversation(built, llm=model, customer="user123")
    response = await talk.send_message("What's the weather in Beijing today?")
    assert response.text == "All right."
    assert response.tool_calls == ("get_weather",)
    assert {"be_helpful", "weather_only"} <= set(response.active_guidelines)
    assert response.trace.calls[0].result == ToolResult({"city": "Beijing", "temp": 22, "condition": "sunny"})


@row("A23", 559, 610)
def test_the_quick_start_calls_no_model_while_tests_run(
    snippet: Snippet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(snippet).script(tmp_path, name="weather.py")
    p.load_agent("weather.py", tmp_path)
    printed = capsys.readouterr().out
    assert "Tools called: ()" in printed


@row("A24", 614, 655)
async def test_an_agent_with_everything_configured(snippet: Snippet) -> None:
    @p.tool
    async def query_order(order: str) -> str:
        return order

    @p.tool
    async def update_order(order: str) -> str:
        return order

    @p.tool
    async def refund_order(order: str) -> str:
        return order

    names = await snippet.run(parlant=p, tools=[query_order, update_order, refund_order])
    agent = names["advanced_agent"]
    definition = agent.freeze()
    rules = {rule.id: rule for rule in definition.guidelines}
    assert rules["verify_identity"].criticality is p.Criticality.HIGH
    assert rules["verify_identity"].action == "verify identity"
    assert rules["be_empathetic"].condition == "when customer expresses frustration"
    assert {tool.id: tool.permission for tool in definition.tools} == {
        "query_order": "read",
        "update_order": "write",
        "refund_order": "admin",
    }
    assert (definition.context.max_tokens, definition.context.strategy) == (4000, "summarize")
    assert definition.context.important == ("customer_name", "order_id")
    assert definition.metadata["evaluation_config"]["metrics"] == ["accuracy", "efficiency", "compliance"]
