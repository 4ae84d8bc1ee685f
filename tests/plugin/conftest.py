"""A clinic to rehearse: an agent with two tools, and a way to write scenarios about it."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

# Imported once, not anew by every run of pytest within pytest: that takes time, and duckdb does not survive it.
import duckdb  # noqa: F401
import pytest

import understudy.evals.plugin.stage  # noqa: F401

AGENT = '''
import understudy.engine as p

@p.tool
async def get_slots(context: p.ToolContext) -> p.ToolResult:
    """List the free slots."""
    return p.ToolResult(["Monday", "Tuesday"])

async def build(server: p.Server) -> p.Agent:
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    await agent.create_guideline(
        condition="the customer wants to see a doctor", action="offer the free slots", tools=[get_slots], id="offer"
    )
    return agent
'''

GREETS = """
agent: agent.py:build
scenarios:
  - name: greets
    tags: [smoke]
    script: [{customer: Hello there, expect: {guidelines: {fired: [greet]}}}]
  - name: offers
    script: [{customer: I want to see a doctor, expect: {tools: {called: [get_slots]}}}]
"""

Write = Callable[..., Path]


@pytest.fixture
def clinic(pytester: pytest.Pytester) -> Write:
    """A project with the clinic's agent; called, it writes a scenario file of the suite `clinic`."""
    suite = pytester.path / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    pytester.makeini("[pytest]\ntestpaths = tests\n")
    pytester.mkdir("tests").joinpath("test_other.py").write_text("def test_other(): pass\n")

    def write(text: str = GREETS, *, name: str = "booking") -> Path:
        path = suite / f"{name}.yaml"
        path.write_text(dedent(text))
        return path

    return write
