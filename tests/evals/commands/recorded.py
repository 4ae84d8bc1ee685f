"""A small project with recordings, made without a network: an agent, a scenario file, and a provider that counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import understudy.engine as p
from understudy.engine.domain.ask import Ask, Reply, Usage
from understudy.evals.commands.selecting import select
from understudy.evals.playing.means import Means
from understudy.evals.playing.rehearsal import Rehearsal

AGENT = """
import understudy.engine as p

async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.", model="openai/small")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
SCENARIOS = """
agent: agent.py:build
redact: ['ACME-[0-9]{6}']
scenarios:
  - {name: greets, script: [{customer: Hello there}]}
  - {name: asks, script: [{customer: Hello}, {customer: When do you open}]}
"""


class Paid:
    """Answers as the offline model does, and counts."""

    def __init__(self) -> None:
        self.asks = 0

    async def ask(self, ask: Ask, /) -> Reply:
        self.asks += 1
        usage = Usage(prompt_tokens=100, answer_tokens=10, cost=0.01)
        return replace(await p.make_llm("offline").ask(ask), source="live", model="small-1", usage=usage)


def a_suite(root: Path) -> Path:
    """A suite called clinic, not recorded yet."""
    suite = root / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    (suite / "booking.yaml").write_text(SCENARIOS)
    return suite


def record(root: Path, **means: Any) -> int:
    """Record every scenario; how many asks that took."""
    paid = Paid()
    with Rehearsal(Means(mode="auto", make_llm=lambda name, **_: paid, **means)) as rehearsal:
        for selected in select([str(root / "scenarios")]):
            rehearsal.play(selected.scenario, node=selected.node)
    return paid.asks
