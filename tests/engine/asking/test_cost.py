"""What a turn of the usual workload costs in model calls and prompt characters, held with some slack."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import understudy.engine as p

from ..worlds import scripted_model

ROOT = Path(__file__).parents[3]


def workload() -> ModuleType:
    """The workload on which speed and cost are judged, which is no part of the package."""
    path = ROOT / "benchmarks" / "workload.py"
    spec = importlib.util.spec_from_file_location("workload_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def costs(guidelines: int, turns: int, **options: Any) -> tuple[list[int], list[int]]:
    """Calls and prompt characters of each turn of one conversation."""
    source = workload()
    model = source.InstantModel()
    calls: list[int] = []
    characters: list[int] = []
    async with p.Server(model=model, **options) as server:
        talk = server.conversation(await source.build(server, guidelines=guidelines))
        for number in range(1, turns + 1):
            model.turn, model.calls, model.characters = number, 0, 0
            turn = await talk.say(source.said(number))
            assert turn.trace.failure is None
            calls.append(model.calls)
            characters.append(model.characters)
    return calls, characters


async def test_a_turn_of_twenty_guidelines_takes_at_most_six_calls_and_forty_thousand_characters() -> None:
    calls, characters = await costs(20, 60)
    assert max(calls) <= 6
    assert characters[9] <= 34_000, "the promise is 40,000"
    assert sum(characters) <= 3_200_000, "the promise is 3,500,000"


@pytest.mark.parametrize(("guidelines", "most"), [(10, 5), (50, 9), (200, 26)])
async def test_calls_grow_with_a_tenth_of_the_guidelines(guidelines: int, most: int) -> None:
    calls, _ = await costs(guidelines, 10)
    assert max(calls) <= most


async def test_before_the_first_turn_nothing_is_asked_when_properties_are_stated() -> None:
    source = workload()
    async with p.Server(model=(model := source.InstantModel()), infer_properties=True) as server:
        agent = await server.create_agent("Clerk")
        stated = {"continuous": False, "customer_dependent": False, "agent_intention": False}
        for number in range(20):
            await agent.create_guideline(f"when {number}", "do it", id=f"rule-{number}", metadata=stated)
        model.turn = 1
        await server.conversation(agent).say("Hi")
    assert model.calls == 4, "two asks match, one drafts, one looks back"


async def test_inferring_properties_of_twenty_guidelines_takes_at_most_six_calls_and_then_none() -> None:
    async with p.Server(model=scripted_model(), infer_properties=True) as server:
        agent = await workload().build(server, guidelines=20)
        model = scripted_model(properties=unremarkable)
        ready = await p.infer_properties(server.build(agent), llm=model)
        await p.infer_properties(ready, llm=model)
    assert 1 <= len(model.asked) <= 6


def unremarkable(ask: Any) -> dict[str, Any]:
    nothing = {"continuous": False, "customer_dependent": False, "agent_intention": False}
    texts = dict.fromkeys(("customer_part", "agent_part", "rewritten_condition"))
    return {
        "checks": [
            {"id": it.id, "evidence": "", **nothing, **texts, "internal_action": "look it up" if it.tools else None}
            for it in ask.facts.candidates
        ]
    }
