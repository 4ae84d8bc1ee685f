"""Expecting that a value stays secret: never said, in no prompt, and nowhere in what is stored."""

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

import understudy.engine as p
from understudy.engine.codec import dump_text
from understudy.evals.loader.problems import ScenarioError
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.outcome import Outcome
from understudy.evals.playing.runner import play

CARD = "4111 1111 1111 1111"


@p.tool
async def find_card(context: p.ToolContext) -> p.ToolResult:
    """Find the customer's card."""
    return p.ToolResult({"card": "4111-1111-1111-1111", "nickname": "Blue Heron 77"})


async def bank(*, sensitive: tuple[str, ...] = ()) -> p.BuiltAgent:
    async with p.Server() as server:
        agent = await server.create_agent(name="Bank", description="Looks after cards.", sensitive=list(sensitive))
        await agent.create_guideline(
            condition="the customer asks about the card", action="tell the card", tools=[find_card], id="card"
        )
        return server.build(agent)


def played(
    folder: Path,
    secret: str,
    *,
    says: str = f"My card is {CARD}",
    sensitive: tuple[str, ...] = (),
    redact: str = "never",
) -> Outcome:
    path = folder / "bank.yaml"
    path.write_text(
        dedent(f"""\
        agent: agent.py
        redact: {redact}
        scenarios:
          - name: x
            script: [{{customer: "Hello"}}, {{customer: "{says}", expect: {{secret: {secret}}}}}]
        """)
    )
    (scenario,) = load_file(path)

    async def go() -> Outcome:
        return await play(scenario, await bank(sensitive=sensitive), llm=p.make_llm("offline"))

    return asyncio.run(go())


def explained(outcome: Outcome) -> str:
    """Why it failed; never with the value in it."""
    (failed,) = [check for check in outcome.checks if check.verdict == "failed"]
    told = dump_text(failed)
    assert "4111" not in told
    return failed.explanation


def test_what_a_tool_told_and_the_agent_repeats_is_found_however_it_is_spaced(tmp_path: Path) -> None:
    outcome = played(tmp_path, "{said: [blue-heron77, unsaid]}", says="I ask about the card")
    assert explained(outcome) == "the agent said it in turn 2, message 1"


def test_a_prompt_that_holds_it_is_named_with_its_section(tmp_path: Path) -> None:
    lines = explained(played(tmp_path, f"{{prompts: '{CARD}'}}")).splitlines()
    assert lines[0] == "a prompt held it in turn 2: ask 1/match/1, section 'conversation'"


def test_what_would_be_stored_is_told_with_the_way_there_and_a_remedy(tmp_path: Path) -> None:
    lines = explained(played(tmp_path, f"{{stored: '{CARD}'}}")).splitlines()
    assert any(line.startswith("it would be stored at session.events[") for line in lines)
    assert lines[-1].startswith("declare it (sensitive= of the agent, redact: of the scenario file)")


def test_no_more_than_five_places_are_named_one_by_one(tmp_path: Path) -> None:
    lines = explained(played(tmp_path, f"{{stored: '{CARD}'}}")).splitlines()
    assert lines[5].startswith("and in ")
    assert len(lines) == 7


@pytest.mark.parametrize("says", [f"My card is {CARD}", "I ask about the card"])
def test_what_the_agent_declares_sensitive_stays_secret_everywhere(tmp_path: Path, says: str) -> None:
    outcome = played(tmp_path, f"{{everywhere: '{CARD}'}}", says=says, sensitive=("card",))
    assert outcome.verdict == "passed", outcome.checks


def test_what_is_redacted_is_not_stored_though_prompts_hold_it(tmp_path: Path) -> None:
    secret = f"{{stored: '{CARD}', prompts: '{CARD}'}}"
    outcome = played(tmp_path, secret, redact=r"'\d{4}.\d{4}.\d{4}.\d{4}'")
    assert [(check.expectation, check.verdict) for check in outcome.checks] == [
        ("secret.stored: value 1", "passed"),
        ("secret.prompts: value 1", "failed"),
    ]


def test_hashes_and_measures_are_not_taken_for_a_value(tmp_path: Path) -> None:
    outcome = played(tmp_path, "{everywhere: [beef, 1234, 5000, cafe]}")
    assert outcome.verdict == "passed", outcome.checks


def test_a_value_that_is_found_in_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="a secret value needs at least 4 letters or digits"):
        played(tmp_path, "{said: 4-1-1}")
