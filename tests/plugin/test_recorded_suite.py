"""A suite that was recorded against a provider replays in another process, with the provider gone."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from understudy.evals.outcome import recorded
from understudy.evals.results.run import RunRecord
from understudy.evals.results.store import open_results

from .. import provider
from ..loopback import loopback

AGENT = """
import understudy.engine as p

@p.tool
async def opening_hours(context: p.ToolContext) -> p.ToolResult:
    \"\"\"When the clinic is open.\"\"\"
    return p.ToolResult({"hours": "nine to five"})

async def build(server):
    agent = await server.create_agent("Ada", "Works at the desk of a clinic.")
    hours = "The customer asks about opening hours"
    await agent.create_guideline(hours, "Tell the hours", id="hours", tools=[opening_hours])
    await agent.create_guideline("The customer greets", "Greet back", id="greet")
    return agent
"""
SCENARIOS = """
agent: agent.py:build
scenarios:
  - name: asks twice
    script:
      - customer: Hello, greets the customer
      - customer: What are the opening hours on Monday?
"""


def play(folder: Path, run: str, *, mode: str, url: str) -> RunRecord:
    """Play the suite in a process of its own, and read back what it wrote down."""
    environment = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-testtesttesttesttest", "PATH": "/usr/bin:/bin"}
    database = folder / run / "results.duckdb"
    command = [
        *(sys.executable, "-m", "pytest", "--scenarios", "scenarios", "-q", "-p", "no:cacheprovider"),
        *("--scenarios-llm", mode, "--scenarios-model", "openai/gpt-4o-mini", "--scenarios-db", str(database)),
    ]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with open_results(database) as results:
        return results.run("latest")


def test_it_replays_with_the_same_traces_when_the_provider_is_gone(tmp_path: Path) -> None:
    suite = tmp_path / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    (suite / "hours.yaml").write_text(SCENARIOS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    with loopback(provider.respond) as server:
        first_run = play(tmp_path, "first", mode="auto", url=server.url)
        asked = len(server.keys)
    replayed = play(tmp_path, "second", mode="replay", url="http://127.0.0.1:9")
    assert asked > 0
    assert [outcome.answered_by for outcome in first_run.outcomes] == ["live"]
    assert [outcome.answered_by for outcome in replayed.outcomes] == ["replayed"]
    first, second = (run.outcomes[0] for run in (first_run, replayed))
    assert [turn.trace for turn in first.turns] == [turn.trace for turn in second.turns]
    assert recorded(first) == ()
    assert [datetime.fromisoformat(date).tzinfo for date in recorded(second)] == [UTC] * second.asks
    assert any("opening_hours" in turn.trace.tools_called for turn in first.turns)
