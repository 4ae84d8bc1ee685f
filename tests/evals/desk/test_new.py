"""`understudy new`: a project that plays as it is."""

from pathlib import Path

import duckdb  # noqa: F401  # not anew by every run of pytest within pytest
import pytest
import yaml

from understudy.evals.commands import main


@pytest.fixture
def empty(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, in which one is."""
    for name in ("CI", "UNDERSTUDY_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return pytester.path


def test_a_new_project_plays_green_at_once(
    empty: Path, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new"]) == 0
    said = capsys.readouterr().out
    assert "Made a project here:" in said
    assert "pytest --scenarios" in said
    assert "understudy chat scenarios/shop/agent.py:build" in said
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=3)
    assert (empty / ".understudy").is_dir(), "results are kept at the root of the project"


def test_a_single_file_of_it_can_be_played_and_results_stay_at_the_root(empty: Path, pytester: pytest.Pytester) -> None:
    main(["new"])
    pytester.runpytest_inprocess("--scenarios", "scenarios/shop/orders.yaml").assert_outcomes(passed=3)
    assert (empty / ".understudy").is_dir()


def test_a_new_project_can_have_a_folder_of_its_own(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "my shop"]) == 0
    assert "cd 'my shop'" in capsys.readouterr().out
    assert (empty / "my shop" / "scenarios" / "shop" / "agent.py").is_file()


def test_nothing_is_overwritten_and_nothing_is_half_made(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agent = empty / "scenarios" / "shop" / "agent.py"
    agent.parent.mkdir(parents=True)
    agent.write_text("mine")
    assert main(["new"]) == 2
    assert "scenarios/shop/agent.py is there already, and nothing is overwritten" in capsys.readouterr().err
    assert agent.read_text() == "mine"
    assert [path.name for path in sorted(empty.iterdir())] == ["scenarios"]


def test_a_file_is_no_folder(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "notes").write_text("")
    assert main(["new", "notes"]) == 2
    assert "notes is a file" in capsys.readouterr().err


def test_what_git_knows_already_is_added_to(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / ".gitignore").write_text("*.log\n__pycache__/")
    (empty / "pyproject.toml").write_text("[project]\nname = 'shop'\n")
    assert main(["new"]) == 0
    assert "(added to) what git is to leave alone" in capsys.readouterr().out
    assert (empty / ".gitignore").read_text().splitlines() == [
        "*.log",
        "__pycache__/",
        ".understudy/",
        ".pytest_cache/",
        ".venv/",
    ]
    assert not (empty / "pytest.ini").exists(), "pyproject.toml says where the project begins"


def test_the_workflow_plays_scenarios_without_secrets(empty: Path) -> None:
    main(["new"])
    text = (empty / ".github" / "workflows" / "scenarios.yml").read_text()
    (job,) = yaml.safe_load(text)["jobs"].values()
    assert any("pytest --scenarios" in step.get("run", "") for step in job["steps"])
    assert "secrets" not in text
