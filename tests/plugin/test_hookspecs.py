"""What the manual of our hooks shows is what happens: each of its examples is written down and run."""

import re
from pathlib import Path

import pytest

MANUAL = Path(__file__).parents[2] / "docs" / "hookspecs.md"
EXAMPLE = re.compile(r"^```(?:python|yaml)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(hook: str) -> list[tuple[str, str]]:
    """The files that the manual shows under a hook."""
    sections = MANUAL.read_text(encoding="utf-8").split("\n## ")
    (section,) = [each for each in sections if each.partition("\n")[0].endswith(f"`{hook}`")]
    return EXAMPLE.findall(section)


def written(pytester: pytest.Pytester, hook: str) -> list[str]:
    found = examples(hook)
    for name, text in found:
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [name for name, _ in found]


def test_a_check_is_found_by_its_name(pytester: pytest.Pytester, clinic) -> None:
    assert written(pytester, "pytest_understudy_checks") == ["conftest.py", "scenarios/clinic/manners.yaml"]
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=1)
    check = (pytester.path / "conftest.py").read_text().replace('"Hello" in last', '"Good day" in last')
    (pytester.path / "conftest.py").write_text(check)
    result = pytester.runpytest_inprocess("--scenarios")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*is curt*"])


def test_a_section_stands_in_the_report_and_is_asked_for_only_then(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    written(pytester, "pytest_understudy_report_sections")
    pytester.runpytest_inprocess("--scenarios", "--scenarios-report", "report.html").assert_outcomes(passed=2)
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert "<h2>How much it says</h2>" in page
    assert re.search(r'<th scope="row">greets</th>\s*<td class="figure" data-value="\d+">', page)
    (pytester.path / "conftest.py").write_text("def pytest_understudy_report_sections(run): raise RuntimeError")
    pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=2)


def test_a_listener_hears_of_the_run_and_of_those_before_it(pytester: pytest.Pytester, clinic) -> None:
    clinic()
    written(pytester, "pytest_understudy_run_finished")
    for before in ("0 runs before", "1 runs before"):
        pytester.runpytest_inprocess("--scenarios").assert_outcomes(passed=2)
        told = (pytester.path / "verdicts.txt").read_text().splitlines()
        assert told == [before, "clinic/greets: passed", "clinic/offers: passed"]


def test_the_manual_has_an_example_of_every_hook() -> None:
    from understudy.evals.plugin import hookspecs

    hooks = [name for name in vars(hookspecs) if name.startswith("pytest_understudy_")]
    assert len(hooks) == 3
    assert all(examples(name) for name in hooks)
