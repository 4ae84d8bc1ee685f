"""The log: silent until asked for, under one logger, and read from the trace."""

import logging
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.sensitive import SensitivePattern
from understudy.engine.errors import ModelUnavailableError
from understudy.engine.logs import TRACE, EngineLogger

from ..worlds import calling, following, matching, saying, scripted_model


@p.tool
async def find_order(context: p.ToolContext, order: str) -> p.ToolResult:
    return p.ToolResult("shipped")


def model() -> p.ScriptedModel:
    return scripted_model(
        match=matching("find", "sell"),
        tools=calling(find_order={"order": "A1"}),
        analysis=following("find"),
    )


async def shop(server: p.Server) -> p.Agent:
    agent = await server.create_agent("Shop", max_engine_iterations=1)
    find = await agent.create_guideline("asks for an order", "find it", id="find", tools=[find_order])
    sell = await agent.create_guideline("is there", "sell", id="sell")
    await agent.create_guideline("leaves", "say goodbye", id="leave")
    await find.prioritize_over(sell)
    return agent


async def test_at_debug_there_is_a_line_for_everything_decided(caplog: Any):
    caplog.set_level(logging.DEBUG, logger="understudy")
    async with p.Server(model=model()) as server:
        await server.conversation(await shop(server)).say("Where is A1?")
    lines = [line for line in caplog.messages if "[model]" not in line]
    first = "[session/1][process]"
    in_round = f"{first}[preparation_iteration_1]"
    assert lines == [
        f"{in_round}[guideline_matcher] Matched 'find' (model): as scripted",
        f"{in_round}[guideline_matcher] Matched 'sell' (model): as scripted",
        f"{in_round}[guideline_matcher] Not matched 'leave' (model): as scripted",
        f"{in_round}[relational_resolver] Kept guideline 'find'",
        f"{in_round}[relational_resolver] Dropped guideline 'sell' (lower_priority): find priority over sell",
        f'{first}[tool_caller] Called find_order {{"order":"A1"}} gave "shipped"',
        f"{first}[message_generation] Drafted 'All right.'",
        f"{first}[message_generation] Chose the draft, mode fluid",
        f"{first}[message_generation] Said 'All right.'",
        f"{first}[end] Turn 1 replied; guidelines: find; tools: find_order",
        f"{first}[response_analysis] Followed 'find'",
    ]


async def test_at_info_there_is_a_line_for_each_call_and_turn(caplog: Any):
    caplog.set_level(logging.INFO, logger="understudy")
    async with p.Server(model=model()) as server:
        await server.conversation(await shop(server)).say("Where is A1?")
    assert [record.scope for record in caplog.records] == ["process.tool_caller", "process.end"]
    assert {record.trace_id for record in caplog.records} == {"session/1"}
    assert {record.name for record in caplog.records} == {"understudy"}


async def test_only_at_the_finest_level_are_prompts_and_answers_shown(caplog: Any):
    caplog.set_level(TRACE, logger="understudy")
    async with p.Server(model=model()) as server:
        await server.conversation(await shop(server)).say("Where is A1?")
    finest = [record.getMessage() for record in caplog.records if record.levelno == TRACE]
    assert [line.partition("\n")[0].rpartition("] ")[2] for line in finest[:2]] == [
        "Prompt of 1/match/1:",
        "Answer to 1/match/1:",
    ]
    assert "customer: Where is A1?" in finest[0]
    assert '"applies"' in finest[1]


async def test_what_was_declared_sensitive_is_masked_in_the_log(caplog: Any):
    caplog.set_level(TRACE, logger="understudy")
    scripted = scripted_model(match=matching("find"), tools=calling(find_order={"order": "4711-0815"}))
    async with p.Server(model=scripted) as server:
        built = server.build(await shop(server))
        pattern = SensitivePattern(name="order", pattern=r"\d{4}-\d{4}")
        built = replace(built, definition=replace(built.definition, sensitive=(pattern,)))
        await p.open_conversation(built, llm=scripted).say("Where is 4711-0815?")
    assert any('Called find_order {"order":"⟦order 1⟧"}' in line for line in caplog.messages)
    assert not any("4711" in line for line in caplog.messages)


async def test_what_a_turn_went_by_beside_the_conversation_has_lines_too(caplog: Any):
    caplog.set_level(logging.DEBUG, logger="understudy")

    @p.tool
    async def tier(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult("gold")

    @p.tool
    async def balance(context: p.ToolContext) -> p.ToolResult:
        raise ConnectionError("no bank")

    @p.tool
    async def queue(context: p.ToolContext) -> p.ToolResult:
        await context.add_label("urgent")
        return p.ToolResult("queued")

    async def documents(context: p.RetrieverContext) -> p.RetrieverResult:
        return p.RetrieverResult(["page 4"])

    async def prices(context: p.RetrieverContext) -> p.RetrieverResult:
        raise ConnectionError("no shop")

    scripted = scripted_model(match=matching("queue"), draft=saying("It is queued."))
    async with p.Server(model=scripted) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("is in a hurry", "queue it", id="queue", tools=[queue])
        await agent.create_variable("tier", tool=tier)
        await agent.create_variable("balance", tool=balance)
        await agent.attach_retriever(documents)
        await agent.attach_retriever(prices)
        await agent.attach_retriever(lambda context: None, id="nothing")
        await server.conversation(agent, customer="ada").say("Quick")
    scopes = ("variables", "retrievers", "session")
    lines = [
        (record.levelname, record.getMessage().partition("] ")[2])
        for record in caplog.records
        if record.name == "understudy" and record.scope.rpartition(".")[2] in scopes
    ]
    assert lines == [
        ("DEBUG", "Refreshed 'tier' (customer:ada) by tier: \"gold\""),
        ("DEBUG", "Not refreshed 'balance' by balance: ConnectionError: no bank"),
        ("INFO", 'Changed by tool:queue: {"labels":["urgent"]}'),
        ("DEBUG", "Found 'documents' gave [\"page 4\"]"),
        ("DEBUG", "Failed retriever 'prices': ConnectionError: no shop"),
        ("DEBUG", "Found nothing 'nothing'"),
    ]


async def test_what_went_wrong_is_a_warning_and_a_turn_that_broke_an_error(caplog: Any):
    def unreachable(ask: Any) -> Any:
        raise ModelUnavailableError("nobody there")

    async def broken(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        raise RuntimeError("no such service")

    async with p.Server(model=scripted_model(draft=unreachable)) as server:
        server.hooks.on_preparing.append(broken)
        await server.conversation(await shop(server)).say("Hello")
    assert [(record.levelname, record.scope) for record in caplog.records] == [
        ("WARNING", "process.notes"),
        ("ERROR", "process.end"),
    ]


async def test_a_context_has_a_logger_with_levels_and_scopes(caplog: Any):
    caplog.set_level(TRACE, logger="understudy")

    async def say(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        log = context.logger
        for level in ("trace", "debug", "info", "warning", "error", "critical"):
            getattr(log, level)(f"a {level}")
        with log.scope("Outer"), log.scope("Inner"):
            log.info("inside")
        log.info("outside")
        return p.EngineHookResult.CALL_NEXT

    async with p.Server(model=scripted_model()) as server:
        server.hooks.on_acknowledging.append(say)
        await server.conversation(await server.create_agent("Shop")).say("Hello")
    mine = [(record.levelname, record.getMessage()) for record in caplog.records][:8]
    assert mine == [
        ("TRACE", "[session/1] a trace"),
        ("DEBUG", "[session/1] a debug"),
        ("INFO", "[session/1] a info"),
        ("WARNING", "[session/1] a warning"),
        ("ERROR", "[session/1] a error"),
        ("CRITICAL", "[session/1] a critical"),
        ("INFO", "[session/1][Outer][Inner] inside"),
        ("INFO", "[session/1] outside"),
    ]


def test_a_message_is_no_format_string(caplog: Any):
    caplog.set_level(logging.INFO, logger="understudy")
    EngineLogger().info("100 %s sure")
    assert caplog.messages == ["100 %s sure"]


TALK = """
import asyncio
import understudy.engine as p

async def main():
    async with p.Server(model=p.make_llm("offline")) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("the customer greets you", "greet back", id="greet")
        await server.conversation(agent).say("Hello, I greet you")

asyncio.run(main())
"""


def talk(script: str = TALK, **environment: str) -> str:
    known = {name: value for name, value in os.environ.items() if not name.startswith("UNDERSTUDY_")}
    done = subprocess.run(
        [sys.executable, "-c", script], env={**known, **environment}, capture_output=True, text=True, check=False
    )
    return done.stderr


def test_nothing_is_logged_unless_somebody_asks():
    assert talk() == ""


@pytest.mark.parametrize(("level", "shown"), [("INFO", ["[end]"]), ("debug", ["[end]", "[guideline_matcher]"])])
def test_the_environment_can_ask_for_the_log(level: str, shown: list[str]):
    lines = talk(UNDERSTUDY_LOG_LEVEL=level)
    assert [scope for scope in ("[end]", "[guideline_matcher]") if scope in lines] == shown
    assert "Prompt of" not in lines


def test_a_level_that_there_is_not_is_refused_with_the_nearest_one():
    assert "UNDERSTUDY_LOG_LEVEL: no log level is called 'debugg'; did you mean 'debug'?" in talk(
        UNDERSTUDY_LOG_LEVEL="debugg"
    )


def test_a_server_can_ask_for_the_log():
    lines = talk(TALK.replace('p.make_llm("offline")', 'p.make_llm("offline"), log_level="info"'))
    assert lines.splitlines() == [
        "INFO    [session/1][process][end] Turn 1 replied; guidelines: greet; tools: none",
    ]
