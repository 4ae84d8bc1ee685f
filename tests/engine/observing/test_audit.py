"""The record of what was done: it grows, it says who did what when with what outcome, and it is no second truth."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import understudy.engine as p
from understudy.engine.domain.sensitive import SensitivePattern
from understudy.engine.errors import ModelUnavailableError

from ..worlds import calling, matching, scripted_model

NOW = "2026-03-02T09:00:00+00:00"


class Kept:
    """Keeps records in memory."""

    def __init__(self) -> None:
        self.records: list[p.AuditRecord] = []

    async def append(self, records: Sequence[p.AuditRecord], /) -> None:
        self.records += records

    def of(self, kind: str) -> list[tuple[str, str, dict[str, Any]]]:
        return [(item.subject, item.outcome, dict(item.detail)) for item in self.records if item.kind == kind]


@p.tool
async def issue_refund(context: p.ToolContext, order: str) -> p.ToolResult:
    return p.ToolResult("refunded")


@p.tool
async def broken(context: p.ToolContext) -> p.ToolResult:
    raise RuntimeError("down")


@p.tool
async def call_operator(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("on their way", control={"mode": "manual"})


async def shop(server: p.Server, *tools: Any, **options: Any) -> p.Agent:
    agent = await server.create_agent("Shop", **options)
    await agent.create_guideline("asks", "do it", id="do", tools=list(tools))
    return agent


async def test_a_tool_call_is_kept_with_who_when_what_its_level_and_its_outcome():
    audit = Kept()
    model = scripted_model(match=matching("do"), tools=calling(issue_refund={"order": "A1"}))
    async with p.Server(model=model, audit=audit) as server:
        agent = await shop(server, issue_refund, tools=[{"name": issue_refund, "permission": "write"}])
        ada = await server.create_customer("Ada")
        await server.conversation(agent, customer=ada, now=NOW).say("Refund A1")
    (record,) = [item for item in audit.records if item.kind == "tool_call"]
    assert (record.at, record.session, record.turn, record.trace_id) == (NOW, "session", 1, "session/1")
    assert (record.agent, record.customer) == ("shop", "ada")
    assert (record.subject, record.outcome) == ("issue_refund", "done")
    assert record.detail["arguments"] == {"order": "A1"}
    assert record.detail["permission"] == "write"
    assert "guideline:do" in record.detail["because"]


async def test_turns_and_guidelines_are_kept_too():
    audit = Kept()
    async with p.Server(model=scripted_model(match=matching("do")), audit=audit) as server:
        await server.conversation(await shop(server)).say("Do it")
    assert audit.of("turn") == [("session/1", "replied", {"dropped": {}, "journeys": {}, "canned_responses": []})]
    assert audit.of("guideline") == [("do", "fired", {})]
    assert [record.kind for record in audit.records] == ["turn", "guideline"]


async def test_a_call_that_failed_and_a_hand_over_are_kept():
    audit = Kept()
    model = scripted_model(match=matching("do"), tools=calling(broken={}, call_operator={}))
    async with p.Server(model=model, audit=audit) as server:
        await server.conversation(await shop(server, broken, call_operator)).say("Help")
    assert [(subject, outcome) for subject, outcome, _ in audit.of("tool_call")] == [
        ("broken", "failed"),
        ("call_operator", "done"),
    ]
    assert audit.of("tool_call")[0][2]["error"] is not None
    assert audit.of("handoff") == [("call_operator", "manual", {"call": "1/call_operator/1"})]


async def test_what_an_agent_may_not_call_is_kept_as_a_refusal():
    audit = Kept()
    model = scripted_model(match=matching("do"), tools=calling(issue_refund={"order": "A1"}))
    async with p.Server(model=model, audit=audit) as server:
        agent = await shop(
            server,
            issue_refund,
            tools=[{"name": issue_refund, "permission": "admin"}],
            permission_ceiling="read",
        )
        await server.conversation(agent).say("Refund A1")
    refusals = audit.of("refusal")
    assert {(subject, outcome) for subject, outcome, _ in refusals} == {("issue_refund", "withheld")}
    assert refusals[0][2]["reason"]


async def test_a_turn_that_a_hook_ended_is_kept_with_the_hook():
    async def too_late(context: p.EngineContext, payload: Any, exception: Exception | None) -> p.EngineHookResult:
        return p.EngineHookResult.BAIL

    audit = Kept()
    async with p.Server(model=scripted_model(), audit=audit) as server:
        server.hooks.on_preparing.append(too_late)
        await server.conversation(await shop(server)).say("Hello")
    assert audit.of("turn")[0][1] == "bailed"
    assert audit.of("bail") == [("on_preparing", "bailed", {"hook": "too_late"})]


async def test_a_turn_that_broke_is_kept_with_its_failure():
    def unreachable(ask: Any) -> Any:
        raise ModelUnavailableError("nobody there")

    audit = Kept()
    async with p.Server(model=scripted_model(draft=unreachable), audit=audit) as server:
        await server.conversation(await shop(server)).say("Hello")
    ((_, outcome, detail),) = audit.of("turn")
    assert outcome == "failed"
    assert detail["failure"]["kind"] == "model_unavailable"


async def test_what_was_declared_sensitive_is_masked_in_the_record():
    audit = Kept()
    model = scripted_model(match=matching("do"), tools=calling(issue_refund={"order": "4711-0815"}))
    async with p.Server(model=model) as server:
        built = server.build(await shop(server, issue_refund))
        pattern = SensitivePattern(name="order", pattern=r"\d{4}-\d{4}")
        built = replace(built, definition=replace(built.definition, sensitive=(pattern,)))
        await p.open_conversation(built, llm=model, audit=audit).say("Refund 4711-0815")
    ((_, _, detail),) = audit.of("tool_call")
    assert detail["arguments"] == {"order": "⟦order 1⟧"}


async def test_a_file_grows_by_a_line_for_each_record(tmp_path: Path):
    path = tmp_path / "kept" / "audit.jsonl"
    for sink in (path, str(path), p.AuditFile(path, fsync=True)):
        async with p.Server(model=scripted_model(match=matching("do")), audit=sink) as server:
            await server.conversation(await shop(server), now=NOW).say("Do it")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["turn", "guideline"] * 3
    assert lines[0]["at"] == NOW
    assert lines[1]["subject"] == "do"


async def test_a_sink_that_can_not_keep_its_records_is_noted_and_breaks_nothing(tmp_path: Path):
    folder = tmp_path / "taken"
    folder.mkdir()
    async with p.Server(model=scripted_model(), audit=folder) as server:
        turn = await server.conversation(await shop(server)).say("Hello")
    (note,) = turn.trace.notes
    assert note.startswith("the audit sink AuditFile broke: IsADirectoryError")
    assert turn.reply == "All right."


async def test_rehearsing_a_built_agent_leaves_its_servers_audit_alone():
    audit = Kept()
    async with p.Server(audit=audit) as server:
        built = server.build(await shop(server))
    await p.open_conversation(built, llm=scripted_model()).say("Hello")
    assert audit.records == []
