"""The line that says what is being asked of models while a scenario is waited for."""

import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from understudy.engine.domain.ask import Reply, Usage
from understudy.evals.playing.metering import Meter
from understudy.evals.plugin.progress import ERASE, RESTORE, SAVE, Progress

MODEL = """
from dataclasses import replace
import understudy.engine as p

class Model:
    async def ask(self, ask):
        reply = await p.make_llm("offline").ask(ask)
        return replace(reply, source="live", model="mine", usage=replace(reply.usage, cost=0.25))
"""


@dataclass
class Screen:
    """One line of a terminal, with a cursor, that does what it is told."""

    fullwidth: int = 80
    line: str = ""
    column: int = 0
    saved: int = 0
    seen: list[str] = field(default_factory=list)

    @property
    def width_of_current_line(self) -> int:
        return self.column

    def write(self, text: str) -> None:
        for part in re.findall("\x1b7|\x1b8|\x1b\\[K|[^\x1b]", text):
            if part == SAVE:
                self.saved = self.column
            elif part == RESTORE:
                self.column = self.saved
            elif part == ERASE:
                self.line = self.line[: self.column]
            else:
                self.line = f"{self.line[: self.column]}{part}{self.line[self.column + 1 :]}"
                self.column += 1

    def flush(self) -> None:
        self.seen.append(self.line)

    def close(self) -> None:
        pass


def answer() -> Reply:
    return Reply(text="{}", usage=Usage(prompt_tokens=1200, answer_tokens=34, cost=0.5), source="live", model="small")


def test_what_is_asked_stands_behind_what_pytest_wrote_and_is_taken_away_again() -> None:
    screen, meter = Screen(), Meter()
    screen.write("scenarios/booking.yaml ..")
    with Progress(screen, screen, meter).shown():
        meter.began()
        meter.began()
        meter.ended(answer())
        assert screen.line == "scenarios/booking.yaml .. 1 asked, 1 answered, 1,234 tokens, $0.5000"
        assert screen.column == len("scenarios/booking.yaml ..")
    assert screen.line == "scenarios/booking.yaml .."
    screen.write(".")
    assert screen.line == "scenarios/booking.yaml ..."


def test_it_never_reaches_the_end_of_the_line_where_a_terminal_would_break_it() -> None:
    screen, meter = Screen(fullwidth=40), Meter()
    screen.write("0123456789")
    with Progress(screen, screen, meter).shown():
        meter.began()
        assert len(screen.line) == 39


def test_where_there_is_no_room_nothing_is_said() -> None:
    screen, meter = Screen(fullwidth=40), Meter()
    screen.write("a path that takes nearly the whole line")
    with Progress(screen, screen, meter).shown():
        meter.began()
    assert screen.seen == []


def test_what_is_answered_when_nobody_waits_any_more_is_counted_and_not_shown() -> None:
    screen, meter = Screen(), Meter()
    progress = Progress(screen, screen, meter)
    with progress.shown():
        pass
    meter.began()
    meter.ended(answer())
    assert (meter.reading.done, screen.seen) == (1, [])
    with progress.shown():
        meter.began()
        assert "1 asked, 1 answered" in screen.line


@pytest.fixture
def live(pytester: pytest.Pytester, clinic) -> Path:
    clinic()
    file = pytester.path / "scenarios" / "clinic" / "agent.py"
    file.write_text(MODEL + file.read_text().replace('name="Clinic",', 'name="Clinic", model=Model(),'))
    return pytester.path


def test_captured_output_holds_none_of_it(pytester: pytest.Pytester, live: Path) -> None:
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(passed=2)
    assert "answered," not in str(result.stdout) + str(result.stderr)
    assert "\x1b" not in str(result.stdout)


@pytest.mark.parametrize(("environment", "shown"), [({}, True), ({"CI": "true"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_shows_it_unless_it_is_that_of_a_machine(
    live: Path, environment: dict[str, str], shown: bool
) -> None:
    said = at_a_terminal(live, {"TERM": "xterm", **environment})
    assert "2 passed" in said
    assert ("answered, " in said) is shown


def at_a_terminal(root: Path, environment: dict[str, str]) -> str:
    """What a terminal is sent in a run of scenarios with a live model."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", "--scenarios", "--scenarios-llm", "live", "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "TERM", "COLUMNS")}
    with subprocess.Popen(command, cwd=root, stdout=theirs, env={**kept, "COLUMNS": "120", **environment}):
        os.close(theirs)
        said = b""
        while piece := _read(ours):
            said += piece
    os.close(ours)
    return said.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # what a terminal says on Linux when the other side is gone
        return b""
