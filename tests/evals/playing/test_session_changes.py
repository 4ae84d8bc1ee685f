"""What tools note about a session is there to be expected, also when their calls come from recordings."""

import asyncio
from pathlib import Path

import understudy.engine as p
from understudy.evals.loader.scenario_files import load_file
from understudy.evals.outcome import Outcome
from understudy.evals.playing.runner import play

from ..recordings.worlds import a_trial

SCENARIOS = """
agent: agent.py:build
scenarios:
  - name: a broken lamp is urgent
    session: {labels: [new], metadata: {channel: web}}
    script:
      - customer: My lamp is broken
        expect:
          tools: {called: [triage]}
    expect:
      session: {labels: [urgent], metadata: {queue: north, channel: web}}
"""

ran: list[str] = []


@p.tool
async def triage(context: p.ToolContext) -> str:
    """Sort a complaint."""
    ran.append(context.session_id)
    await context.set_metadata("queue", "north")
    await context.add_label("urgent")
    return "sorted"


async def clinic() -> p.BuiltAgent:
    async with p.Server() as server:
        agent = await server.create_agent(name="Shop", description="Sells lamps.")
        await agent.create_guideline(action="sort the complaint", tools=[triage], id="sort")
        return server.build(agent)


def played(folder: Path, agent: p.BuiltAgent, mode: str) -> Outcome:
    file = folder / "lamps.yaml"
    file.write_text(SCENARIOS)
    (scenario,) = load_file(file)
    llm = p.make_llm("offline")
    recordings = a_trial(folder, "replay" if mode == "replay" else "auto")
    outcome = asyncio.run(play(scenario, agent, llm=llm, recordings=recordings))
    recordings.save(played_to_end=True)
    return outcome


def test_a_note_of_a_tool_is_expected_live_and_from_its_recording(tmp_path: Path) -> None:
    agent = asyncio.run(clinic())
    ran.clear()
    live = played(tmp_path, agent, "auto")
    assert live.verdict == "passed", live.checks
    assert len(ran) == 1
    replayed = played(tmp_path, agent, "replay")
    assert replayed.verdict == "passed", replayed.checks
    assert len(ran) == 1, "the call came from its recording"
    assert replayed.turns == live.turns
    assert replayed.session == live.session
