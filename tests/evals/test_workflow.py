"""The workflow in docs/ is one that GitHub would take, and its commands are ones that there are."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from understudy.evals.commands import main
from understudy.evals.diff.markdown import MARKER
from understudy.evals.plugin.options import OPTIONS

WORKFLOW = Path(__file__).parents[2] / "docs" / "github-actions.yml"


def steps() -> dict[str, dict]:
    (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
    return {step["name"]: step for step in job["steps"] if "name" in step}


def test_the_workflow_fits_the_schema_of_workflows() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["Install", "Play", "Compare", "Comment"])
def test_every_script_is_one_that_a_shell_can_read(name: str) -> None:
    script = steps()[name]["run"]
    assert "${{" not in script, "what comes from outside goes through the environment, never into a script"
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_what_is_played_and_compared_uses_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    known = {f"--scenarios-{option.name}" for option in OPTIONS}
    used = {word for word in steps()["Play"]["run"].split() if word.startswith("--scenarios-")}
    assert used
    assert used <= known
    with pytest.raises(SystemExit):
        main(["diff", "--help"])
    told = capsys.readouterr().out
    line = next(line for line in steps()["Compare"]["run"].splitlines() if line.startswith("understudy diff"))
    assert all(word in told for word in line.split() if word.startswith("--"))


def test_the_comment_is_found_again_by_its_marker() -> None:
    assert MARKER in steps()["Comment"]["run"]


def test_no_secret_is_read() -> None:
    assert "secrets." not in WORKFLOW.read_text()
