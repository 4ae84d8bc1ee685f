"""The internals guide, on tools: what of a result is seen, which are asked about and how, and what is missing."""

import ast
from collections.abc import Callable
from typing import Annotated, Any, cast

import understudy.engine as p
from understudy.engine.domain.ask import Ask

from ..engine.worlds import calling, choosing, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "002"


def fields_of(snippet: Snippet, name: str) -> list[str]:
    """The fields that a class of the snippet states."""
    (described,) = (
        node for node in ast.parse(snippet.text).body if isinstance(node, ast.ClassDef) and node.name == name
    )
    return [ast.unparse(part.target) for part in described.body if isinstance(part, ast.AnnAssign)]


def asks_for(model: p.ScriptedModel, decision: str) -> list[Ask]:
    return [ask for ask in model.asked if ask.decision == decision]


def properties(schema: Any, name: str) -> list[str]:
    """The properties of a definition in an ask's JSON Schema, in the order in which they are to be written."""
    return list(schema["$defs"][name]["properties"])


async def play(
    *tools: Any, model: p.ScriptedModel, prepare: Callable[[p.Agent], Any] | None = None, **server_options: Any
) -> p.TurnResult:
    """One turn with an agent whose one guideline brings these tools."""
    async with p.Server(model=model, **server_options) as server:
        agent = await server.create_agent("Ada", "Sells shoes")
        await agent.create_guideline("asks", "answer", id="asks", tools=list(tools), criticality=p.Criticality.HIGH)
        if prepare is not None:
            await prepare(agent)
        return await server.conversation(agent, customer=p.Customer(id="bo", name="Bo")).say("Seven?")


@p.tool
async def look(context: p.ToolContext) -> str:
    """Looks around."""
    return "looked"


@p.tool
async def find(context: p.ToolContext, size: str) -> str:
    """Finds a size."""
    return f"{size} found"


@p.tool(consequential=True)
async def buy(context: p.ToolContext, size: Annotated[str, p.ToolParameterOptions(source="customer")]) -> str:
    """Buys a pair."""
    return f"{size} bought"


@row("I06", 175, 183)
async def test_of_the_five_fields_of_a_result_the_model_sees_data_alone(snippet: Snippet) -> None:
    @p.tool
    async def check(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(
            "in stock",
            metadata={"shelf": "for-the-front-end"},
            control={"lifespan": "response", "message": "for-the-report"},
            canned_responses=["Size {{size}} is here."],
            canned_response_fields={"size": "seven"},
        )

    async def be_strict(agent: p.Agent) -> None:
        await agent.create_guideline("always there", "say it", composition_mode=p.CompositionMode.STRICT, id="strict")

    def select(ask: Ask) -> dict[str, Any]:
        return choosing(ask.facts.candidates[0].id, "high")  # pyright: ignore[reportAttributeAccessIssue]

    model = scripted_model(match=matching("asks", "strict"), selection=select)
    turn = await play(check, model=model, prepare=be_strict)
    result = turn.trace.calls[0].result
    assert [name for name in fields_of(snippet, "ToolResult") if not getattr(result, name)] == []
    assert turn.reply == "Size seven is here."
    assert 'check {} gave "in stock"' in asks_for(model, "draft")[0].prompt
    prompts = "\n".join(ask.prompt for ask in model.asked)
    assert "for-the-front-end" not in prompts
    assert "for-the-report" not in prompts


@row("I18", 639, 668)
async def test_tools_are_gathered_with_all_their_reasons_and_decided_in_batches(snippet: Snippet) -> None:
    assert "GROUP TOOLS by guideline matches" in snippet.text

    async def bring_it_again(agent: p.Agent) -> None:
        await agent.create_guideline("is in a hurry", "be quick", id="hurry", tools=[find])
        await agent.create_guideline("is on the phone", "be clear", id="phone", tools=[look])

    answers = calling(find={"size": "seven"}, buy={"size": None})
    model = scripted_model(match=matching("asks", "hurry"), tools=answers)
    turn = await play(find, buy, model=model, prepare=bring_it_again)
    offered = {offer.tool: offer.because for offer in turn.trace.offered if offer.round == 1}
    assert offered == {"find": ("guideline:asks", "guideline:hurry"), "buy": ("guideline:asks",)}
    asked = [ask.id for ask in model.asked if ask.id.startswith("1/") and ask.decision != "match"]
    assert asked == ["1/tools/1", "1/consequential/1"]
    assert turn.tool_calls == ("find",)
    assert [(item.kind, item.tool) for item in turn.trace.insights] == [("missing", "buy")]


@row("I19", 674, 705)
async def test_a_tool_is_called_without_an_ask_after_a_plain_one_or_after_a_close_look(snippet: Snippet) -> None:
    assert snippet.text.count("tool.consequential") == 2
    given: dict[str, str | None] = {"size": "seven"}
    for tool, decisions in ((look, []), (find, ["tools"]), (buy, ["consequential"])):
        name = tool.tool.id
        model = scripted_model(match=matching("asks"), tools=calling(**{name: {} if tool is look else given}))
        turn = await play(tool, model=model)
        first = [ask.decision for ask in model.asked if ask.id.startswith("1/")]
        assert first == ["match", *decisions]
        assert turn.tool_calls == (name,)


@row("I20", 711, 738)
async def test_evidence_is_written_before_the_verdict_and_before_each_value(snippet: Snippet) -> None:
    theirs = fields_of(snippet, "SingleToolBatchToolCallEvaluation")
    assert theirs.index("applicability_rationale") < theirs.index("is_applicable")
    model = scripted_model(match=matching("asks"), tools=calling(find={"size": "seven"}, buy={"size": "seven"}))
    await play(find, buy, model=model)
    plain, careful = asks_for(model, "tools")[0].schema, asks_for(model, "consequential")[0].schema
    assert properties(plain, "ToolVerdict") == ["tool", "evidence", "should_run", "calls"]
    assert properties(careful, "CarefulVerdict") == properties(plain, "ToolVerdict")
    assert properties(plain, "ArgumentAnswer") == ["name", "evidence", "state", "value"]
    assert properties(careful, "CarefulArgument") == ["name", "evidence", "origin", "state", "value"]


@row("I21", 746, 774)
async def test_a_call_is_kept_with_its_arguments_and_result_and_a_tool_that_raises_is_a_failed_one(
    snippet: Snippet,
) -> None:
    assert "call_tool" in snippet.text

    @p.tool
    async def weigh(context: p.ToolContext, size: int) -> p.ToolResult:
        if size > 50:
            raise ValueError("no shoe is so large")
        return p.ToolResult({"grams": size * 20}, metadata={"scale": "north"})

    calls: list[p.ToolCall] = []
    for size in ("7", "70"):
        model = scripted_model(match=matching("asks"), tools=calling(weigh={"size": size}))
        calls += (await play(weigh, model=model)).trace.calls
    weighed, failed = calls
    assert (weighed.id, weighed.tool, weighed.arguments) == ("1/weigh/1", "weigh", {"size": 7})
    assert (weighed.result.data, weighed.result.metadata) == ({"grams": 140}, {"scale": "north"})
    assert failed.failed
    assert "no shoe is so large" in cast(str, failed.result.error)


@row("I22", 780, 800)
async def test_what_is_missing_or_invalid_reaches_reply_and_trace_with_all_that_is_said_of_it(
    snippet: Snippet,
) -> None:
    told = fields_of(snippet, "MissingToolData")
    assert told == ["parameter", "significance", "description", "examples", "precedence"]

    def first(reason: str, *examples: str, precedence: int = 1) -> Any:
        said = {"significance": reason, "description": f"about {reason}", "examples": examples}
        return p.ToolParameterOptions(**said, precedence=precedence)

    @p.tool
    async def order(
        context: p.ToolContext,
        size: Annotated[str, first("so that it fits", "seven")],
        pairs: Annotated[int, first("so that all get one", "2")],
        colour: Annotated[str, first("so that you like it", "red", precedence=2)],
    ) -> str:
        raise AssertionError("it can not be called like this")

    given = {"size": None, "pairs": "some", "colour": None}
    model = scripted_model(match=matching("asks"), tools=calling(order=given))
    turn = await play(order, model=model)
    assert turn.tool_calls == ()
    found = {item.parameter.name: item for item in turn.trace.insights}
    assert [(name, found[name].kind) for name in found] == [
        ("size", "missing"),
        ("pairs", "invalid"),
        ("colour", "missing"),
    ]
    assert found["pairs"].value == "some"
    size = found["size"].parameter
    assert (size.significance, size.examples, size.precedence) == ("so that it fits", ("seven",), 1)
    prompt = asks_for(model, "draft")[0].prompt
    wanted = ["- label: size", "so that it fits", "about so that it fits", "seven", "- label: pairs", '"some"']
    assert [text for text in wanted if text not in prompt] == []
    assert "colour" not in prompt
