"""Journeys and conversations of a folder of real customer service, as an agent and as exchanges."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.journey import ROOT, Journey, State, Transition
from understudy.engine.domain.tool import Parameter, Tool

FIXED = "RequestType"
"""The argument that tool states fix: whether something is only looked up or booked."""
START = "hello"
"""The state in which the human agents greet."""
TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


def read_agent(folder: Path) -> AgentDefinition:
    """One agent that knows all the journeys."""
    journeys = json.loads((folder / "star_journeys.json").read_text("utf-8"))["journeys"]
    made = [_journey(journey) for journey in journeys]
    tools = {tool.id: tool for journey in journeys for tool in _tools(journey)}
    return AgentDefinition(
        id="star",
        name="Assistant",
        description="Helps customers with their bank balance, doctor's appointments, hotel rooms and rides.",
        guidelines=tuple(guideline for _, triggers in made for guideline in triggers),
        journeys=tuple(journey for journey, _ in made),
        tools=tuple(tools.values()),
    )


def _journey(raw: Mapping[str, Any]) -> tuple[Journey, tuple[Guideline, ...]]:
    triggers = tuple(
        Guideline(id=f"{raw['id']}-trigger-{number}", condition=text) for number, text in enumerate(raw["triggers"], 1)
    )
    states = [State(id=ROOT, kind="initial")]
    for state in raw["states"]:
        tools = (tool_id(state["tool"], state.get("arguments") or {}),) if state["kind"] == "tool" else ()
        states.append(State(id=state["id"], kind=state["kind"], action=state.get("action") or "", tools=tools))
    ways = [Transition(source=ROOT, target=raw["start"])]
    ways += [Transition(source=w["from"], target=w["to"], condition=w["condition"] or "") for w in raw["transitions"]]
    journey = Journey(
        id=raw["id"],
        title=raw["title"],
        description=raw["description"],
        triggers=tuple(trigger.id for trigger in triggers),
        states=tuple(states),
        transitions=tuple(ways),
    )
    return journey, triggers


def tool_id(name: str, fixed: Mapping[str, Any]) -> str:
    """A tool as a state uses it: its name with the arguments that the state fixes."""
    return "-".join([name, *(str(value).lower() for value in fixed.values())])


def _tools(raw: Mapping[str, Any]) -> Iterator[Tool]:
    for state in raw["states"]:
        if state["kind"] == "tool":
            fixed = state.get("arguments") or {}
            yield Tool(
                id=tool_id(state["tool"], fixed),
                description=state.get("action") or "",
                parameters=tuple(_parameter(item) for item in raw["tool"]["parameters"] if item["name"] not in fixed),
            )


def _parameter(raw: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=raw["name"],
        type="enum" if raw.get("enum") else TYPES.get(raw["type"], "string"),  # pyright: ignore[reportArgumentType]
        required=bool(raw.get("required")),
        choices=tuple(str(choice) for choice in raw.get("enum") or ()),
        description=raw.get("description", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A line of the customer, and what the human agent did before the customer's next line."""

    customer: tuple[str, ...]
    replies: tuple[Mapping[str, Any], ...]
    calls: tuple[tuple[str, Mapping[str, Any], Any], ...]


def exchanges(raw: Mapping[str, Any]) -> list[Exchange]:
    """A conversation cut at the customer's lines."""
    found: list[Exchange] = []
    said: list[str] = []
    replies: list[Mapping[str, Any]] = []
    calls: list[tuple[str, Mapping[str, Any], Any]] = []

    def close() -> None:
        if said or replies or calls:
            found.append(Exchange(customer=tuple(said), replies=tuple(replies), calls=tuple(calls)))
        for kept in (said, replies, calls):
            kept.clear()

    for event in raw["events"]:
        match event["role"]:
            case "customer":
                if replies or calls:
                    close()
                said.append(event["text"])
            case "agent":
                replies.append(event)
            case "tool_call":
                plain = {name: item["value"] for name, item in event["arguments"].items()}
                calls.append((event["tool"], plain, None))
            case "tool_result" if calls:
                tool, arguments, _ = calls[-1]
                calls[-1] = (tool, arguments, event["result"])
            case _:
                pass
    close()
    return found
