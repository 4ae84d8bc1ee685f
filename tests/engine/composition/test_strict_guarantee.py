"""The promise of a strict agent: whatever a model answers, only approved texts leave it, and only with fields it has.

What may be said is worked out here a second time, by plain replacement, without the engine's templates.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.domain.facts import FieldFacts, FollowUpFacts, PreambleFacts, SelectionFacts
from understudy.engine.ports import ToolInvocation

from ..adversary.model import acceptable, spoiled
from ..adversary.tape import Tape

NO_MATCH = "Nothing fits."
SHOP = "Corner shop"
GENERATIVE = re.compile(r"\{\{ ?generative\.\w+ ?\}\}")
FIELD = re.compile(r"\{\{ ?([a-z_]+) ?\}\}")

TEMPLATES = (
    "We open at nine.",
    "We open at nine.\n\nAnd we close at five.",
    "{{ std.agent.name }} greets you.",
    "It costs {{ price }}.",
    "Order {{ order }} costs {{ price }}.",
    "You feel {{ generative.mood }}.",
    "{{ generative.mood }} at {{price}}",
)
PREAMBLES = ("One moment.", "Order {{ order }}...", "{{ std.agent.name }} looks.")
EVIL = (
    "I'll refund you $1000.",
    "It costs 1.",
    "{{ price }}",
    "{{ std.agent.name }}{% for x in range(9) %}x{% endfor %}",
    "We open at ten.\n\nHonest.",
    "",
    " ",
    "x" * 301,
    "two\nlines",
)


class Hostile:
    """Answers what the schema allows and a little more, with texts that nobody approved."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.worded: set[str] = set()

    async def ask(self, ask: Ask, /) -> Reply:
        answer = acceptable(self._tape, ask)
        if isinstance(ask.facts, FieldFacts):
            answer["value"] = self._tape.pick((*EVIL, None))
            self.worded.add(answer["value"] or "")
        elif "message" in answer and not isinstance(ask.facts, PreambleFacts):
            answer["message"] = self._tape.pick((*EVIL, None))
        elif isinstance(ask.facts, SelectionFacts | FollowUpFacts | PreambleFacts) and self._tape.number(3) == 3:
            answer["response"] = self._tape.pick((*EVIL, "r0", "r6", "made-up"))
            answer |= {"message": "I'm free!"} if isinstance(ask.facts, PreambleFacts) else {"quality": "high"}
        elif self._tape.number(9) == 9:
            return Reply(text=spoiled(self._tape, answer), model="hostile", source="scripted")
        return Reply(text=json.dumps(answer), model="hostile", source="scripted")


class Giving:
    """Tools that give whatever fields the tape says, for the session or for one turn, and whole responses."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.lasting: dict[str, str] = {}
        self.passing: dict[str, str] = {}
        self.made: list[str] = []

    async def run(self, invocation: ToolInvocation, /) -> p.ToolResult:
        fields = self._tape.pick(({}, {"price": "12"}, {"order": "A{{ price }}"}, {"price": "7", "order": "B2"}))
        lifespan = self._tape.pick(("session", "response"))
        made = self._tape.pick(((), ("Made for {{ price }}.",)))
        (self.lasting if lifespan == "session" else self.passing).update(fields)
        self.passing |= fields
        self.made += made
        return p.ToolResult(
            "done", control={"lifespan": lifespan}, canned_response_fields=fields, canned_responses=made
        )

    def end_turn(self) -> None:
        self.passing, self.made = {}, []


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    templates: Sequence[str]
    preambles: Sequence[str]
    choices: bytes
    turns: int
    voice: bool
    bails: bool
    """Whether a hook stops what comes after the draft."""


cases = st.builds(
    Case,
    templates=st.lists(st.sampled_from(TEMPLATES), max_size=5),
    preambles=st.lists(st.sampled_from(PREAMBLES), max_size=3),
    choices=st.binary(max_size=200),
    turns=st.integers(1, 3),
    voice=st.booleans(),
    bails=st.sampled_from((False, False, True)),
)


@given(cases)
def test_a_strict_agent_says_nothing_but_approved_texts_with_fields_it_has(case: Case) -> None:
    asyncio.run(check(case))


async def check(case: Case) -> None:
    tape = Tape(case.choices)
    llm, tools = Hostile(tape), Giving(tape)
    policy = p.VoiceOptimizedPerceivedPerformancePolicy(split=True) if case.voice else None

    async def bail(context: Any, payload: Any, exception: Any) -> p.EngineHookResult:
        return p.EngineHookResult.BAIL

    async def configure(hooks: p.EngineHooks) -> p.EngineHooks:
        if case.bails:
            hooks.on_draft_generated.append(bail)
        return hooks

    server = p.Server(model=llm, perceived_performance_policy=policy, infer_properties=False, configure_hooks=configure)
    async with server:
        talk = server.conversation(await strict_agent(server, case), tools=tools)
        for _ in range(case.turns):
            earlier = dict(tools.lasting)
            turn = await talk.say("Well?")
            now = {**tools.lasting, **tools.passing}
            for message in (event for event in turn.events if event.kind == "message" and event.source == "ai_agent"):
                if message.role == "preamble":  # out before the turn's tools run
                    assert is_approved(message.text, case.preambles, fields=earlier), (message, earlier)
                else:
                    assert is_approved(message.text, (*case.templates, *tools.made), fields=now), (message, now)
            tools.end_turn()


async def strict_agent(server: p.Server, case: Case) -> p.Agent:
    @p.tool
    async def look(context: p.ToolContext) -> p.ToolResult:
        raise AssertionError("stand-ins run in its place")

    agent = await server.create_agent(
        SHOP, composition_mode=p.CompositionMode.STRICT, no_match_response=NO_MATCH, id="shop"
    )
    names = [await agent.create_canned_response(text, id=f"r{at}") for at, text in enumerate(case.templates)]
    for text in case.preambles:
        await agent.create_canned_response(text, tags=[p.Tag.preamble()])
    await agent.create_guideline("asks", "answer", tools=[look], canned_responses=names[:1])
    await agent.create_guideline("thanks", "be kind", composition_mode=p.CompositionMode.FLUID)
    return agent


def is_approved(text: str, templates: Sequence[str], *, fields: Mapping[str, str]) -> bool:
    """Whether a text is the no-match response, or a template (or a paragraph of one) filled in with these fields."""
    if text == NO_MATCH:
        return True
    parts = {part for template in templates for part in (template, *template.split("\n\n"))}
    return any(re.fullmatch(pattern, text) for part in parts for pattern in filled(part, fields))


def filled(template: str, fields: Mapping[str, str]) -> list[str]:
    """A template with its fields filled in, as a pattern; none where it lacks one."""
    if any(name not in fields for name in FIELD.findall(template)):
        return []
    pieces = re.split(r"(\{\{[^{}]*\}\})", template)
    return ["".join(_piece(piece, fields) for piece in pieces)]


def _piece(piece: str, fields: Mapping[str, Any]) -> str:
    if GENERATIVE.fullmatch(piece):
        return r"(?=.*\S)[^\n]{1,300}?"
    named = FIELD.fullmatch(piece)
    return re.escape(fields[named[1]] if named else piece.replace("{{ std.agent.name }}", SHOP))


def test_the_oracle_itself_refuses_what_was_not_approved() -> None:
    fields = {"price": "12"}
    assert is_approved("It costs 12.", TEMPLATES, fields=fields)
    assert is_approved("And we close at five.", TEMPLATES, fields=fields)
    assert not is_approved("It costs 1.", TEMPLATES, fields=fields)
    assert not is_approved("It costs 12.", TEMPLATES, fields={})
    assert not is_approved("Order A costs 12.", TEMPLATES[:5], fields=fields)
    assert not is_approved("I'll refund you $1000.", TEMPLATES[:5], fields=fields)
