"""What it takes to replay: one ask, two hundred cases, a suite of a thousand asks, and a thousand files to collect."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import understudy.engine as p
from understudy.engine.decisions.catalogue import ALL
from understudy.engine.domain.ask import Ask, Reply, Settings
from understudy.evals.commands.selecting import select
from understudy.evals.playing.means import Means
from understudy.evals.playing.models import Namings
from understudy.evals.playing.rehearsal import Rehearsal
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.recorder import Recorder
from understudy.evals.recordings.trial import Mode, Trial, TrialRecordings
from understudy.evals.scenario import ModelChoice

from .tables import Figure, warm
from .workload import InstantModel, build, said

MODEL = "openai/gpt-4o-mini"
CASES = 200
MANY_CASES = 340
"""About three asks each: a suite of a thousand asks."""
REPLAY = ("--scenarios", "--scenarios-llm", "replay", "-q")
FILES = 1000
TURNS = 40
"""Of a conversation of the workload: about five asks each."""

AGENT = """
import understudy.engine as p

async def build(server: p.Server) -> p.Agent:
    agent = await server.create_agent("Clinic", "Books visits and answers questions.", model="openai/gpt-4o-mini")
    for number in range(5):
        await agent.create_guideline(
            f"The customer asks about topic {number}", f"Explain topic {number}", id=f"topic-{number}",
            metadata={"continuous": False},
        )
    return agent
"""
CASE = """
  - name: case {number}
    script: [{{customer: "Hello, what about topic {topic}, in case {number}?"}}]
"""


def figures() -> list[Figure]:
    """The figures of replaying."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_asks(Path(folder) / "asks"), *_cases(Path(folder) / "cases"), _collecting(Path(folder) / "files")]


def _asks(folder: Path) -> list[Figure]:
    asked = asyncio.run(_conversation(folder))
    seconds = min(asyncio.run(_replayed(folder, asked)) for _ in range(5))
    return [
        Figure(what="one replayed ask", value=1000 * seconds / len(asked), unit="ms", target=0.3),
        Figure(what=f"  of {len(asked)}, prompts on average", value=_size(asked), unit="characters"),
    ]


def _size(asked: list[Ask]) -> float:
    return statistics.mean(sum(len(section.text) for section in ask.sections) for ask in asked)


def _trial(folder: Path, mode: Mode) -> TrialRecordings:
    trial = Trial(node="bench.yaml::bench", mode=mode, settings=Settings(model=MODEL))
    return TrialRecordings(trial, committed=Committed(folder / "bench.jsonl", locks=folder / "locks"))


async def _conversation(folder: Path) -> list[Ask]:
    """Record a conversation of the workload; the asks that were made."""
    asked: list[Ask] = []
    instant = InstantModel()

    class Live:
        async def ask(self, ask: Ask, /) -> Reply:
            return replace(await instant.ask(ask), source="live")

    recordings = _trial(folder, "auto")
    recorder = Recorder(Live(), recordings)

    class Heard:
        async def ask(self, ask: Ask, /) -> Reply:
            asked.append(ask)
            return await recorder.ask(ask)

    async with p.Server(model=Heard()) as server:
        talk = server.conversation(await build(server, guidelines=20))
        for number in range(1, TURNS + 1):
            instant.turn = recordings.turn = number
            await talk.say(said(number))
    recordings.save(played_to_end=True)
    return asked


async def _replayed(folder: Path, asked: list[Ask]) -> float:
    """Seconds for serving these asks again and reading their answers, the file being open."""
    recorder = Recorder(InstantModel(), _trial(folder, "replay"))
    answers = {decision.name: decision.answer for decision in ALL}
    started = time.perf_counter()
    for ask in asked:
        reply = await recorder.ask(ask)
        answers[ask.decision].model_validate_json(reply.text)
    return time.perf_counter() - started


def _cases(folder: Path) -> list[Figure]:
    _write(folder / "some", cases=CASES)
    _record(folder / "some")
    one = "scenarios/clinic/part-0.yaml::case-0"
    _write(folder / "many", cases=MANY_CASES)
    asks = _record(folder / "many")
    many = _pytest(folder / "many", *REPLAY)
    return [
        Figure(
            what=f"{CASES} recorded one-turn cases, warm", value=_pytest(folder / "some", *REPLAY), unit="s", target=1.5
        ),
        Figure(
            what="one case, process start to exit", value=_pytest(folder / "some", one, *REPLAY), unit="s", target=0.8
        ),
        Figure(what=f"a suite of {asks:,} asks, warm", value=many, unit="s"),
        Figure(what="  for each ask", value=1000 * many / asks, unit="ms"),
    ]


def _write(folder: Path, *, cases: int) -> None:
    """A project with so many cases, twenty to a file."""
    suite = folder / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    for first in range(0, cases, 20):
        texts = [CASE.format(number=number, topic=number % 5) for number in range(first, min(first + 20, cases))]
        (suite / f"part-{first // 20}.yaml").write_text("agent: agent.py:build\nscenarios:" + "".join(texts))


def _record(folder: Path) -> int:
    """Record every case; how many asks that took."""
    offline, asks = p.make_llm("offline"), 0

    class Paid:
        async def ask(self, ask: Ask, /) -> Reply:
            nonlocal asks
            asks += 1
            return replace(await offline.ask(ask), source="live")

    namings = Namings(command_line=ModelChoice(name=MODEL))
    with Rehearsal(Means(namings=namings, mode="auto", make_llm=lambda name, **_: Paid())) as rehearsal:
        for chosen in select([str(folder / "scenarios")]):
            rehearsal.play(chosen.scenario, node=chosen.node)
    return asks


def _collecting(folder: Path) -> Figure:
    suite = folder / "scenarios" / "many"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    for number in range(FILES):
        case = CASE.format(number=number, topic=number % 5)
        (suite / f"case-{number}.yaml").write_text(f"agent: agent.py:build\nscenarios:{case}")
    seconds = _pytest(folder, "--scenarios", "--collect-only", "-qq")
    return Figure(what=f"collecting {FILES:,} scenario files, process included", value=seconds, unit="s", target=1.0)


def _pytest(folder: Path, *arguments: str) -> float:
    """Seconds that a run of pytest takes when everything is warm: the best of three after one."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    # Without plugins that are installed for working on this project alone: one of them takes half a second.
    environment = {**warm(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ours = ("-p", "understudy.evals.plugin", "-p", "understudy.reports.plugin")
    command = [sys.executable, "-m", "pytest", *ours, *arguments]
    taken: list[float] = []
    for _ in range(4):
        started = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        taken.append(time.perf_counter() - started)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
    return min(taken[1:])
