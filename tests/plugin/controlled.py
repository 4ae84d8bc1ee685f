"""A small suite that is played in a process of its own, which waits for leave whenever something happens in it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CONTROL = '''
"""Tells whoever started this process what happens in it, and goes on when it is told to."""
import os, threading

LOCK = threading.Lock()

def tell(what):
    if "GO" in os.environ:
        with LOCK:
            os.write(int(os.environ["TOLD"]), f"{what}\\n".encode())
            os.read(int(os.environ["GO"]), 1)
'''
AGENT = """
from dataclasses import replace
from pathlib import Path
import control
import understudy.engine as p

class Model:
    async def ask(self, ask):
        control.tell("ask")
        with Path("paid.txt").open("a") as paid:
            paid.write(".")
        return replace(await p.make_llm("offline").ask(ask), source="live", model="mine")

async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.", model=Model())
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
CONFTEST = """
import control, pytest

@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if report.when == "setup":
        control.tell(f"told {report.nodeid.rpartition('::')[2]}")

@pytest.hookimpl(tryfirst=True)
def pytest_understudy_run_finished(run):
    control.tell("stored")
"""
SCENARIOS = "agent: agent.py:build\nscenarios:\n" + "".join(
    f"  - {{name: s{number}, script: [{{customer: 'Hello, I am number {number}'}}]}}\n" for number in range(1, 5)
)


@dataclass
class Project:
    """A suite of four scenarios on a model that is asked live, in a folder of its own."""

    root: Path

    def __post_init__(self) -> None:
        suite = self.root / "scenarios" / "clinic"
        suite.mkdir(parents=True)
        for path, text in (
            (self.root / "control.py", CONTROL),
            (self.root / "conftest.py", CONFTEST),
            (self.root / "pytest.ini", "[pytest]\n"),
            (suite / "agent.py", AGENT),
            (suite / "booking.yaml", SCENARIOS),
        ):
            path.write_text(text)

    @property
    def paid(self) -> int:
        """How many asks the model was paid for."""
        return len((self.root / "paid.txt").read_text())

    def run(self, *, jobs: int = 1, kill_at: int | None = None) -> list[str]:
        """Play to the end, or until so many things have happened and it is killed. What happened."""
        with self.begin(jobs=jobs) as running:
            for what in running.happens():
                running.happened.append(what)
                if len(running.happened) == kill_at:
                    running.send(signal.SIGKILL)
                    break
                running.go_on()
            output = running.process.communicate()[0]
        assert running.process.returncode == (0 if kill_at is None else -signal.SIGKILL), output.decode()
        return running.happened

    @contextmanager
    def begin(self, *, jobs: int = 1) -> Iterator["Running"]:
        """Begin to play."""
        told, tells = os.pipe()
        goes, go = os.pipe()
        environment = {name: value for name, value in os.environ.items() if name not in ("CI", "UNDERSTUDY_MODEL")}
        command = [sys.executable, "-m", "pytest", "--scenarios", "-q", "-p", "no:cacheprovider"]
        with subprocess.Popen(
            [*command, "--scenarios-jobs", str(jobs)],
            cwd=self.root,
            env={**environment, "TOLD": str(tells), "GO": str(goes)},
            pass_fds=(tells, goes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            os.close(tells)
            os.close(goes)
            try:
                yield Running(process=process, told=told, go=go)
            finally:
                process.kill()
                os.close(told)
                os.close(go)


@dataclass
class Running:
    """A process that plays."""

    process: subprocess.Popen[bytes]
    told: int
    go: int
    happened: list[str] = field(default_factory=list)

    def happens(self) -> Iterator[str]:
        """What happens, one thing after another; the process waits after each until it may go on."""
        with os.fdopen(os.dup(self.told)) as lines:
            yield from (line.rstrip("\n") for line in lines)

    def go_on(self) -> None:
        """Let it go on."""
        os.write(self.go, b".")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid, number)


def scenarios_told(happened: list[str]) -> set[str]:
    """The scenarios of which pytest told the verdict."""
    return {what.removeprefix("told ") for what in happened if what.startswith("told ")}
