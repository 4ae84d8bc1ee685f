"""Examples that an author adds to a decision: checked like answers, shown after ours, and part of the definition."""

import json
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.codec import fingerprint
from understudy.engine.decisions.catalogue import ALL
from understudy.engine.decisions.own_examples import DECISIONS, read_examples
from understudy.engine.decisions.prompt import examples, made_with, template_digest
from understudy.engine.decisions.supposing import SUPPOSED
from understudy.evals.diff.definitions import compare_definitions

from ..worlds import matching, scripted_model

REFUND = {
    "situation": 'Guidelines: "refund" (actionable: wants a refund). Newest: "Can I have it in blue?"',
    "answer": {"checks": [{"id": "refund", "evidence": "Another colour is no refund.", "applies": False}]},
}


def sections(ask: Any) -> dict[str, str]:
    return {section.name: section.text for section in ask.sections}


async def played(**options: Any) -> Any:
    """The first ask about guidelines that an agent with these options makes."""
    model = scripted_model(match=matching())
    async with p.Server(model=model, examples=options.pop("of_server", None)) as server:
        agent = await server.create_agent("Shop", **options)
        await agent.create_guideline("wants a refund", "explain it", id="refund")
        await server.conversation(agent).say("Hi")
    return next(ask for ask in model.asked if ask.decision == "match")


async def test_an_authors_examples_stand_after_ours_and_those_of_the_server_before_the_agents() -> None:
    answer = {"checks": [{"id": "late", "evidence": "It is late.", "applies": True}]}
    servers = {"match": [{"situation": "A parcel is late.", "answer": answer}]}
    plain = sections(await played())
    ask = await played(examples={"match": [REFUND]}, of_server=servers)
    shown = sections(ask)
    assert shown["examples"].startswith(plain["examples"])
    added = shown["examples"].removeprefix(plain["examples"]).strip().splitlines()
    assert added == [
        "Situation: A parcel is late.",
        f"Answer: {json.dumps(answer)}",
        f"Situation: {REFUND['situation']}",
        f"Answer: {json.dumps(REFUND['answer'])}",
    ]
    assert {name: text for name, text in shown.items() if name != "examples"} == {
        name: text for name, text in plain.items() if name != "examples"
    }


async def test_prompts_of_other_decisions_and_of_agents_without_own_examples_stay_as_they_were() -> None:
    plain, same = await played(), await played(examples={"tools": [{"situation": "Nothing.", "answer": {"tools": []}}]})
    assert plain.sections == same.sections
    assert plain.template == same.template == template_digest("match")


async def test_an_answer_is_shown_with_its_keys_in_the_order_in_which_a_model_answers() -> None:
    turned = {"applies": False, "evidence": "No.", "id": "refund"}
    ask = await played(examples={"match": [{"answer": {"checks": [turned]}, "situation": "A question."}]})
    assert '{"checks": [{"id": "refund", "evidence": "No.", "applies": false}]}' in sections(ask)["examples"]


async def test_own_examples_change_what_a_prompt_is_made_with_and_not_its_facts() -> None:
    plain, own = await played(), await played(examples={"match": [REFUND]})
    assert own.template != plain.template
    assert own.template == made_with("match", own.facts)
    assert fingerprint(own.facts) == fingerprint(plain.facts)


async def test_own_examples_are_part_of_the_definition_and_a_diff_names_them() -> None:
    async with p.Server() as server:
        before = (await server.create_agent("Shop")).freeze()
    async with p.Server() as server:
        after = (await server.create_agent("Shop", examples={"match": [REFUND]})).freeze()
    assert fingerprint(before) != fingerprint(after)
    (edit,) = compare_definitions(before, after).edits
    assert [change.name for change in edit.fields] == ["examples"]
    examples_now = edit.fields[0].after
    assert examples_now[0]["decision"] == "match"
    assert examples_now[0]["situation"] == REFUND["situation"]


async def test_every_mistake_in_examples_is_told_at_once_with_its_place() -> None:
    wrong: Any = {
        "mach": [],
        "match": [
            REFUND,
            {"situation": "", "answer": {"checks": [{"id": "a", "evidence": "x"}]}},
            {"situation": "x", "answer": {"checks": [{"id": "a", "evidence": "x"}]}},
            {"situation": "x", "answer": {"checks": [{"id": "a", "evidence": "x", "applies": True}] * 2}},
            {"situation": "x", "answr": {}},
            "a sentence",
        ],
        "tools": {"situation": "x"},
        "judge": [],
    }
    async with p.Server() as server:
        with pytest.raises(p.ExampleError) as raised:
            await server.create_agent("Shop", examples=wrong)
    lines = str(raised.value).splitlines()
    assert "test_own_examples.py:" in lines[0]
    assert "agent 'shop': examples= has 9 mistakes:" in lines[0]
    assert lines[1:] == [
        "  no decision of an agent is called 'mach'; did you mean 'match'?",
        "  match[1]: tell the situation in words: what was asked about, and what was said",
        "  match[2]: the answer is none of 'match': checks.0.applies: Field required",
        "  match[3]: the answer would be refused: guideline 'a' was checked twice",
        "  match[4]: there is no key 'answr'; it takes situation and answer",
        "  match[4]: give the answer that is right in this situation",
        "  match[5]: it takes a mapping with situation and answer, not str",
        "  tools: it takes a list of mappings with situation and answer, not dict",
        "  no decision of an agent is called 'judge'; did you mean 'journey'?",
    ]


def test_a_mistake_in_the_servers_examples_is_told_where_the_server_is_made() -> None:
    with pytest.raises(p.ExampleError, match=r"test_own_examples\.py:\d+: examples= has 1 mistake:"):
        p.Server(examples={"match": [{"situation": "x", "answer": {}}]})


REFUSED: list[tuple[str, Any, str]] = [
    (
        "properties",
        {
            "checks": [
                {
                    "id": "a",
                    "evidence": "x",
                    "continuous": False,
                    "customer_dependent": True,
                    "customer_part": None,
                    "agent_part": None,
                    "agent_intention": False,
                    "rewritten_condition": None,
                    "internal_action": None,
                }
            ]
        },
        "depends on the customer: say the customer's part",
    ),
    ("analysis", {"checks": [{"id": "a", "evidence": "x", "missing": "substance", "followed": True}]}, "can't be"),
    ("tools", {"tools": [{"tool": "t", "evidence": "x", "should_run": True, "calls": []}]}, "has no call"),
    ("consequential", {"tools": [{"tool": "t", "evidence": "x", "should_run": True, "calls": []}]}, "has no call"),
    (
        "journey",
        {"steps": [{"journey": "j", "evidence": "x", "current_completed": True, "move": "advance", "target": None}]},
        "can't advance to None",
    ),
    ("draft", {"plans": [], "message": " "}, "the message is empty"),
    ("selection", {"reason": "x", "response": None, "quality": "high"}, "needs a response"),
    ("follow_up", {"reason": "x", "response": None, "quality": "high"}, "needs a response"),
    ("generate_field", {"evidence": "x", "value": "a\nb"}, "has several lines"),
    ("preamble", {"reason": "x", "response": "r", "message": "Hm."}, "only the responses offered"),
    ("recompose", {"reason": "x", "message": ""}, "the message is empty"),
    (
        "summarise",
        {"facts": [{"name": "n", "evidence": "said so", "value": "AB12"}], "summary": "s"},
        "is not in the conv",
    ),
    (
        "disambiguate",
        {
            "checks": [
                {
                    "id": "a",
                    "evidence": "x",
                    "asked": False,
                    "resolved": False,
                    "ambiguous": True,
                    "meanings": ["one"],
                    "question": "Which?",
                }
            ]
        },
        "between fewer than two meanings",
    ),
]


@pytest.mark.parametrize(("decision", "answer", "why"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_an_example_that_its_decision_would_refuse_is_refused(decision: str, answer: Any, why: str) -> None:
    with pytest.raises(p.ExampleError, match="would be refused: .*" + why):
        read_examples({decision: [{"situation": "x", "answer": answer}]})


def test_our_own_examples_are_such_as_an_author_could_add() -> None:
    for name in DECISIONS:
        assert len(read_examples({name: list(examples(name))})) == 2, name


def test_every_decision_of_an_agent_can_be_given_examples_and_those_of_others_can_not() -> None:
    assert {each.name for each in ALL} - set(SUPPOSED) == {"customer", "judge"}
    assert set(SUPPOSED) == {name for name, _, _ in REFUSED} | {"match"}
