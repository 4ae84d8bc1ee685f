"""The workload on which speed and cost are judged: an agent of so many guidelines and a model that answers at once.

A tenth of the guidelines apply in each turn. There is one journey of five states, three tools that are called in three
of five turns, ten terms, and conversations of sixty turns.
"""

import json
from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply

TURNS = 60
TOOL_TURNS = (0, 1, 2)
"""Of five turns in a row, those in which a tool is called."""
STATES = ("ask-what", "ask-when", "ask-where", "ask-how-many", "confirm")
SUBJECTS = (
    "delivery", "refunds", "opening hours", "gift cards", "the loyalty programme", "sizes", "repairs", "a broken item",
    "student discounts", "a lost parcel",
)  # fmt: skip


class InstantModel:
    """Answers every ask at once by the number of the turn, and counts what it was asked."""

    def __init__(self) -> None:
        self.turn = 0
        self.calls = 0
        self.characters = 0

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer as the workload wants it."""
        self.calls += 1
        self.characters += sum(len(section.text) for section in ask.sections)
        return Reply(text=json.dumps(self._answer(ask)), model="instant", source="scripted")

    def _answer(self, ask: Ask) -> dict[str, Any]:
        facts: Any = ask.facts
        match ask.decision:
            case "match":
                return {"checks": [self._check(candidate.id) for candidate in facts.candidates]}
            case "journey":
                return {"steps": [self._step(view) for view in facts.journeys]}
            case "tools":
                return {"tools": [_call(offer.tool.id) for offer in facts.offers]}
            case "draft":
                plans = [{"id": item.id, "how": "It is said in the first sentence."} for item in facts.instructions]
                return {"plans": plans, "message": f"Here is what I can tell you about that, number {self.turn}."}
            case "analysis":
                return {"checks": [_followed(item.id) for item in facts.instructions]}
            case _:
                raise ValueError(ask.decision)

    def _check(self, name: str) -> dict[str, Any]:
        index = -1 if not name.startswith("rule-") else int(name.removeprefix("rule-"))
        applies = index % 10 == self.turn % 10 if index >= 0 else self.turn == 1
        return {"id": name, "evidence": "The newest message speaks of it.", "applies": applies}

    def _step(self, view: Any) -> dict[str, Any]:
        ahead = [step.target for step in view.steps if step.target != view.current]
        move = {"move": "advance", "target": ahead[0]} if ahead and not view.over else {"move": "stay", "target": None}
        return {"journey": view.id, "evidence": "The question was answered.", "current_completed": True, **move}


def _call(tool: str) -> dict[str, Any]:
    argument = {"name": "query", "evidence": "The customer said it.", "state": "given", "value": "the usual"}
    calls = [{"arguments": [argument]}]
    return {"tool": tool, "evidence": "The customer asks for it.", "should_run": True, "calls": calls}


def _followed(name: str) -> dict[str, Any]:
    return {"id": name, "evidence": "A part is missing.", "missing": "substance", "followed": False}


def said(number: int) -> str:
    """What the customer says in a turn: in the first one it is what starts the journey."""
    wish = " I want to order something," if number == 1 else ""
    return f"Question {number}:{wish} how do you handle this, and can you look it up for me?"


async def build(server: p.Server, *, guidelines: int) -> p.Agent:
    """The workload's agent."""
    agent = await server.create_agent(
        "Assistant", "You answer the customers of a department store, briefly and kindly."
    )
    for number in range(10):
        name = SUBJECTS[number].title()
        await agent.create_term(
            name, f"What our house rules say about {SUBJECTS[number]}.", synonyms=[f"rule {number}"]
        )
    tools = [_tool(name) for name in ("find_order", "check_stock", "look_up_rule")]
    for index in range(guidelines):
        subject = SUBJECTS[index % 10]
        offered = [tools[index % 3]] if index % 5 in TOOL_TURNS else []
        await agent.create_guideline(
            f"The customer asks about {subject}, case {index}",
            f"Explain how we handle {subject} in case {index}, and offer to look it up",
            id=f"rule-{index}",
            tools=offered,
            metadata={"continuous": False},
        )
    journey = await agent.create_journey("Order something", "Takes an order.", triggers=["The customer wants to order"])
    state: Any = journey.initial_state
    for name in STATES:
        state = (await state.transition_to(chat_state=f"{name.replace('-', ' ')} the order is about", id=name)).target
    return agent


def _tool(name: str) -> Any:
    async def run(context: p.ToolContext, query: str) -> p.ToolResult:
        return p.ToolResult({"answer": f"{name} found one match", "query": query})

    run.__name__ = name
    run.__doc__ = f"Does what its name says: {name.replace('_', ' ')}."
    return p.tool(run)
