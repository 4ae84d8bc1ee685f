"""Every decision has its template and its examples, in shape and within bounds."""

import json
from collections.abc import Iterator
from importlib.resources import files
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pytest
from jinja2 import nodes

from understudy.engine.decisions.catalogue import ALL
from understudy.engine.decisions.decision import Answer, Decision
from understudy.engine.decisions.prompt import MACROS, environment, examples, render, section_names
from understudy.engine.domain.facts import (
    AnalysisFacts,
    DraftFacts,
    GuidelineCandidate,
    Instruction,
    JourneyFacts,
    JourneyView,
    Line,
    MatchFacts,
    Situation,
    StateView,
    Step,
    ToolFacts,
    ToolOffer,
)
from understudy.engine.domain.knowledge import Term
from understudy.engine.domain.tool import Parameter, Tool, ToolCall, ToolResult

from .facts_at_hand import full_facts

HERE = files("understudy.engine.decisions")

FIXED_CHARACTERS = {
    "analysis": 1500,
    "consequential": 3200,
    "customer": 1900,
    "disambiguate": 2500,
    "draft": 2500,
    "follow_up": 1900,
    "generate_field": 1500,
    "journey": 3000,
    "judge": 2000,
    "match": 2500,
    "preamble": 1500,
    "properties": 3000,
    "recompose": 1500,
    "selection": 1500,
    "summarise": 2100,
    "tools": 3000,
}
"""What instructions and examples of a decision may take: they are paid for with every ask."""

EVIDENCE = {"evidence", "reason", "plans"}

every_decision = pytest.mark.parametrize("decision", ALL, ids=lambda decision: decision.name)


def test_the_catalogue_is_in_order_and_holds_every_template() -> None:
    names = [decision.name for decision in ALL]
    templates = sorted(item.name.removesuffix(".j2") for item in HERE.iterdir() if item.name.endswith(".j2"))
    assert names == sorted(names)
    assert names == [name for name in templates if name not in MACROS]
    assert names == sorted(full_facts())


@every_decision
def test_a_template_holds_nothing_outside_its_sections(decision: Decision[Any, Any]) -> None:
    tree = environment().parse(HERE.joinpath(f"{decision.name}.j2").read_text("utf-8"))
    outside = [node for node in tree.body if not isinstance(node, nodes.Block)]
    texts = [part for node in outside for part in node.find_all(nodes.TemplateData)]
    assert all(isinstance(node, nodes.Output) for node in outside)
    assert "".join(text.data for text in texts).strip() == ""


@every_decision
def test_sections_stand_in_order_of_how_rarely_they_change(decision: Decision[Any, Any]) -> None:
    order = (
        *("instructions", "examples", "agent", "style", "glossary", "variables"),
        *("candidates", "journeys", "tools", "responses", "guidelines"),
        *("conversation", "now", "turn", "insights", "draft", "reply", "objections", "answer"),
    )
    written = section_names(decision.name)
    assert list(written) == [name for name in order if name in written]


@every_decision
def test_two_examples_show_a_situation_and_an_acceptable_form_of_answer(decision: Decision[Any, Any]) -> None:
    items = examples(decision.name)
    assert len(items) == 2
    for item in items:
        assert list(item) == ["situation", "answer"]
        answer = decision.answer.model_validate_json(json.dumps(item["answer"]))
        # Compared as text: in an example, too, the evidence stands before the verdict.
        assert json.dumps(item["answer"]) == json.dumps(answer.model_dump())


@every_decision
def test_every_example_reaches_the_prompt_as_it_is_written(decision: Decision[Any, Any]) -> None:
    shown = {part.name: part.text for part in render(decision.name, full_facts()[decision.name])}["examples"]
    answers = [line.removeprefix("Answer: ") for line in shown.splitlines() if line.startswith("Answer: ")]
    assert answers == [json.dumps(item["answer"], ensure_ascii=False) for item in examples(decision.name)]


@every_decision
def test_evidence_is_asked_for_before_the_verdict(decision: Decision[Any, Any]) -> None:
    for model in _models(decision.answer):
        fields = list(model.model_fields)
        verdicts = [name for name in fields if _decides(model.model_fields[name].annotation)]
        for verdict in verdicts:
            assert EVIDENCE & set(fields[: fields.index(verdict)]), f"{model.__name__}.{verdict} has no evidence before"


@every_decision
def test_the_instructions_name_every_field_of_the_answer(decision: Decision[Any, Any]) -> None:
    instructions = render(decision.name, full_facts()[decision.name])[0].text
    for model in _models(decision.answer):
        for name in model.model_fields:
            assert f'"{name}"' in instructions, f"{model.__name__}.{name}"


@every_decision
def test_instructions_and_examples_are_short(decision: Decision[Any, Any]) -> None:
    sections = render(decision.name, full_facts()[decision.name])
    fixed = sum(len(part.text) for part in sections if part.name in ("instructions", "examples"))
    assert fixed <= FIXED_CHARACTERS[decision.name]


def test_a_turn_of_a_middling_agent_stays_within_forty_thousand_characters() -> None:
    situation = Situation(
        agent_name="Customer care",
        agent_description="Helps customers of a furniture shop with orders, returns and deliveries; is friendly.",
        customer_name="Jo Smith",
        terms=tuple(
            Term(id=f"t{n}", name=f"Term {n}", description="What the word means in this shop, told in one sentence.")
            for n in range(10)
        ),
        conversation=tuple(line for turn in range(10) for line in _exchange(turn)),
        calls=(_call(10),),
    )
    guidelines = tuple(
        GuidelineCandidate(
            id=f"guideline-number-{n}",
            kind="actionable",
            condition="the customer asks about the delivery of an order that is late",
            action="apologise for the delay and offer to look up where the parcel is",
        )
        for n in range(20)
    )
    instructions = tuple(Instruction(id=g.id, condition=g.condition, action=g.action) for g in guidelines[:2])
    asks = (
        ("match", MatchFacts(situation=situation, candidates=guidelines[:10])),
        ("match", MatchFacts(situation=situation, candidates=guidelines[10:])),
        ("journey", JourneyFacts(situation=situation, journeys=(_journey(),))),
        ("tools", ToolFacts(situation=situation, offers=tuple(_offer(n) for n in range(3)))),
        ("draft", DraftFacts(situation=situation, instructions=instructions)),
        ("analysis", AnalysisFacts(situation=situation, reply=("It arrives on Friday.",), instructions=instructions)),
    )
    sizes = [sum(len(part.text) + 2 for part in render(name, facts)) for name, facts in asks]
    assert sum(sizes) <= 40_000


def _exchange(turn: int) -> tuple[Line, ...]:
    return (
        Line(speaker="customer", text="I ordered a table two weeks ago and I still have not heard when it arrives."),
        Line(speaker="tool", text=_call(turn).summary, call=_call(turn)),
        Line(speaker="agent", text="I am sorry to hear that. Your table has left our stores and arrives on Friday."),
    )[:: 1 if turn % 5 < 3 else 2]


def _call(turn: int) -> ToolCall:
    arguments = {"order_number": f"AB{turn:04}"}
    return ToolCall(id=str(turn), tool="find_order", arguments=arguments, result=ToolResult({"status": "sent"}))


def _journey() -> JourneyView:
    return JourneyView(
        id="returns",
        title="Returning an article",
        description="Taking back what a customer does not want to keep",
        current="state-1",
        path=("root", "state-1"),
        states=tuple(StateView(id=f"state-{n}", kind="chat", action="ask which article it is") for n in range(5)),
        steps=tuple(Step(target=f"state-{n}", conditions=("the customer named the article",)) for n in (2, 3)),
        visited=("root",),
    )


def _offer(number: int) -> ToolOffer:
    order = Parameter(name="order_number", type="string", description="as it stands on the invoice")
    tool = Tool(id=f"find_order_{number}", description="Looks up an order and tells where it is.", parameters=(order,))
    return ToolOffer(tool=tool, reasons=("when the customer asks about an order: look it up",))


def _models(model: type[Answer]) -> Iterator[type[Answer]]:
    yield model
    for field in model.model_fields.values():
        for inner in get_args(field.annotation):
            if isinstance(inner, type) and issubclass(inner, Answer):
                yield from _models(inner)


def _decides(annotation: Any) -> bool:
    """Whether a field is a verdict: a yes or no, a choice, or a text that may be withheld."""
    return annotation is bool or get_origin(annotation) is Literal or NoneType in get_args(annotation)
