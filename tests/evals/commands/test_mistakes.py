"""What commands say where they can't do what they were asked to: what is wrong and what to do, without a traceback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from understudy.evals.commands import CUT_OFF, main
from understudy.evals.results.store import open_results

from ..runs import outcome, run, trace

AGENT = """
async def build(server):
    agent = await server.create_agent(name="Clinic", description="Books visits.")
    await agent.create_guideline(condition="the customer greets you", action="greet the customer", id="greet")
    return agent
"""
SCENARIOS = """
agent: agent.py:build
scenarios:
  - {name: greets, script: [{customer: Hello}]}
  - {name: asks, script: [{customer: When do you open?}]}
"""
NO_RESULTS = "there are no results in .understudy/results.duckdb; play scenarios first (pytest --scenarios)"
NO_DATABASE = "bad.duckdb: it can't be opened as a database of results"
NOBODY = 65534


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "UNDERSTUDY_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def project(empty: Path) -> Path:
    """A folder with an agent, two scenarios, a run, and files that are not what they are called."""
    suite = empty / "scenarios" / "clinic"
    suite.mkdir(parents=True)
    (suite / "agent.py").write_text(AGENT)
    (suite / "booking.yaml").write_text(SCENARIOS)
    (empty / "bad.duckdb").write_text("no database")
    (empty / "bad.yaml").write_text("{")
    (empty / "cases.yaml").write_text("- {input: Hello}\n")
    with open_results(empty / ".understudy" / "results.duckdb") as results:
        results.add(run(outcome(trace("greet"))))
    return empty


def refused(arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that could not do what it was asked to."""
    try:
        code = main(arguments.split())
    except SystemExit as end:  # argparse's own way
        code = end.code
    told = capsys.readouterr()
    assert code == 2, told
    assert "Traceback" not in told.err
    return told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("runs show", NO_RESULTS),
        ("runs label latest x", NO_RESULTS),
        ("runs prune --keep 1", NO_RESULTS),
        ("runs export out", NO_RESULTS),
        ("runs merge gone.duckdb", "gone.duckdb: no results are there; merge takes"),
        ("diff main", NO_RESULTS),
        ("diff latest", NO_RESULTS),
        ("aa", NO_RESULTS),
        ("coverage", NO_RESULTS),
        ("approve", NO_RESULTS),
        ("report", "no results in .understudy/results.duckdb; play scenarios first"),
        ("diff baseline", "no behaviour is approved yet; play scenarios and approve them"),
        ("recordings explain", "there is no folder scenarios here; name files, folders or scenarios"),
        ("recordings preview", "there is no folder scenarios here"),
        ("recordings prune", "there is no folder scenarios here"),
        ("recordings show greets", "no file, folder or scenario is called 'greets'"),
        ("recordings list gone", "no file, folder or scenario is called 'gone'"),
        ("recordings scan gone", "no file, folder or scenario is called 'gone'"),
        ("recordings verify gone", "no file, folder or scenario is called 'gone'"),
        ("prompt greets", "no file, folder or scenario is called 'greets'"),
        ("chat agent.py:build", "there is no file"),
        ("chat .", "agent '.': this is no Python file; name a builder"),
        ("evaluate cases.yaml --agent agent.py:build", "there is no file"),
        ("evaluate cases.yaml", "the following arguments are required: --agent"),
        ("nonsense", "invalid choice: 'nonsense'"),
        ("", "the following arguments are required: COMMAND"),
    ],
)
def test_in_a_fresh_folder_a_command_says_what_is_missing_and_leaves_nothing_behind(
    empty: Path, capsys: pytest.CaptureFixture[str], arguments: str, says: str
) -> None:
    assert says in refused(arguments, capsys)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("runs list", "there are no runs in .understudy/results.duckdb yet; play scenarios: pytest --scenarios"),
        ("recordings list", "nothing is recorded yet"),
        ("recordings scan", "no secret was found in 0 files"),
        ("recordings verify", "nothing is wrong with 0 files"),
    ],
)
def test_in_a_fresh_folder_a_list_is_empty_and_no_mistake(
    empty: Path, capsys: pytest.CaptureFixture[str], arguments: str, says: str
) -> None:
    assert main(arguments.split()) == 0
    assert says in capsys.readouterr().out
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("runs show nope", "'nope': no run goes by that id, label or revision; the newest are 20260302-090000-aaaa"),
        ("runs show 20260302-090000-aaab", "did you mean '20260302-090000-aaaa'?"),
        ("runs show previous", "'previous': runs that are there: 1"),
        ("runs export out nope", "'nope': no run goes by"),
        ("runs export bad.duckdb", "bad.duckdb: File exists; name another file or folder"),
        ("runs merge bad.duckdb", "bad.duckdb: "),
        ("runs merge .", ".: no results are there; merge takes a database"),
        ("runs list --db bad.duckdb", NO_DATABASE),
        ("runs list --db .", ".: this is a folder; name the file in which results are kept"),
        ("diff nope", "'nope': no run goes by"),
        ("diff latest --db bad.duckdb", NO_DATABASE),
        ("diff latest --db .", ".: this is a folder"),
        ("diff bad.duckdb", "bad.duckdb: this is no journal of a run"),
        ("diff latest latest --output .", ".: Is a directory; name another file or folder"),
        ("diff latest --format nope", "invalid choice: 'nope'"),
        ("aa nope", "'nope': no run goes by"),
        ("aa --db .", ".: this is a folder"),
        ("aa --rate 7", "'7' is no rate; write a share between 0 and 1, such as 0.05"),
        ("coverage nope", "'nope': no run goes by"),
        ("coverage --db bad.duckdb", NO_DATABASE),
        ("coverage --fail-under lots", "invalid float value: 'lots'"),
        ("approve nope", "'nope': no run goes by"),
        ("approve latest nope", "no scenario of that run is called 'nope'"),
        ("report --db bad.duckdb", NO_DATABASE),
        ("schema --output .", ".: Is a directory; name another file or folder"),
        ("schema --output bad.duckdb/x", "bad.duckdb: File exists; name another file or folder"),
        ("new bad.duckdb", "bad.duckdb is a file; name a folder"),
        ("prompt nope", "no file, folder or scenario is called 'nope'"),
        ("prompt scenarios/clinic/booking.yaml::greet", "no scenario is called 'greet'; did you mean 'greets'?"),
        ("prompt scenarios", "say which"),
        ("prompt bad.yaml", "bad.yaml:"),
        ("recordings show nope", "no file, folder or scenario is called 'nope'"),
        ("recordings scan --pattern (", "'(' is no regular expression"),
        ("chat scenarios/clinic/agent.py:bild", "did you mean 'build'?"),
        ("chat bad.duckdb", "agent 'bad.duckdb': this is no Python file"),
        ("chat scenarios/clinic/agent.py:build --run nope", "--run: no tool is called 'nope'"),
        ("chat scenarios/clinic/agent.py:build --now soon", "--now 'soon' is not a time with a time zone"),
        ("evaluate gone.yaml --agent scenarios/clinic/agent.py:build", "there is no file gone.yaml"),
        ("evaluate scenarios --agent scenarios/clinic/agent.py:build", "there is no file scenarios"),
        ("evaluate bad.yaml --agent scenarios/clinic/agent.py:build", "bad.yaml:"),
        ("evaluate cases.yaml --agent scenarios/clinic/agent.py:build --metric x", "no metric is called 'x'"),
    ],
)
def test_what_is_named_wrongly_is_named_with_what_is_there(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: str, says: str
) -> None:
    assert says in refused(arguments, capsys)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("[tool.understudy]\nmodel = {temperature = 0}\n", "[tool.understudy] model: a table needs a name"),
        ("[tool.understudy\n", "pyproject.toml: Expected ']'"),
        ("[tool]\nunderstudy = 3\n", "[tool.understudy] must be a table"),
    ],
)
@pytest.mark.parametrize("arguments", ["prompt greets", "recordings preview", "chat scenarios/clinic/agent.py:build"])
def test_a_setting_that_makes_no_sense_is_told_without_a_traceback(
    project: Path, capsys: pytest.CaptureFixture[str], written: str, says: str, arguments: str
) -> None:
    (project / "pyproject.toml").write_text(written)
    assert says in refused(arguments, capsys)


@pytest.mark.parametrize("arguments", ["runs list", "diff latest latest", "coverage"])
def test_what_may_not_be_read_is_told_by_name(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    project.chmod(0o755)  # so that nobody gets as far as the file
    (project / ".understudy" / "results.duckdb").chmod(0)
    with as_nobody():
        told = refused(arguments, capsys)
    assert ".understudy/results.duckdb: " in told
    assert "ermission denied" in told


@contextmanager
def as_nobody() -> Iterator[None]:
    """Have no more rights than anybody, where a test is run by root, whom no file refuses."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("arguments", ["schema", "runs list", "recordings list"])
def test_whoever_reads_the_output_may_stop_at_any_time(project: Path, arguments: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-c", "import sys; from understudy.evals.commands import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, *arguments.split()], cwd=project, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (CUT_OFF, "")
