"""A comparison as Markdown, HTML and JSON."""

import json
from dataclasses import replace

from understudy.engine.domain.trace import GuidelineCheck
from understudy.evals.diff.as_json import diff_data
from understudy.evals.diff.comparing import RunDiff, compare
from understudy.evals.diff.html import diff_html
from understudy.evals.diff.markdown import LARGEST, MARKER, diff_markdown

from ..runs import BOOK, GREET, agent, outcome, run, trace


def regression(count: int = 1, *, rationale: str = "") -> RunDiff:
    names = [f"books-{number}" for number in range(count)]
    was, now = trace("book"), trace("greet")
    if rationale:
        was = now
        check = GuidelineCheck(round=1, guideline="refund", method="model", matched=True, rationale=rationale)
        now = replace(now, checks=(*now.checks, check))
    before = [outcome(was, scenario=name) for name in names]
    after = [outcome(now, scenario=name, verdict="failed") for name in names]
    return compare(run(*before, label="main"), run(*after, id_="20260303-090000-bbbb"))


def test_the_first_line_is_the_verdict_and_the_last_the_marker() -> None:
    lines = diff_markdown(regression()).splitlines()
    assert lines[0] == "❌ **Understudy: 1 regressed** in 1 scenario"
    assert lines[-1] == MARKER


def test_nothing_changed_takes_one_line_and_no_section() -> None:
    same = run(outcome(trace("greet")), label="main")
    text = diff_markdown(compare(same, same))
    assert text.startswith("✅ **Understudy: nothing changed** in 1 scenario\n")
    assert "###" not in text
    assert "<details>" not in text


def test_a_change_is_one_line_with_its_cause_and_details_are_folded() -> None:
    text = diff_markdown(regression())
    assert "### Regressions (1)" in text
    assert "- `clinic/books-0`: turn 1: guideline 'book' no longer matches" in text
    opened = text.partition("<details>")[0]
    assert "turn 1: guidelines.fired: book" not in opened
    assert "turn 1: guidelines.fired: book" in text


def test_however_much_changed_what_stands_open_is_one_screen() -> None:
    text = diff_markdown(regression(200))
    folded = text.split("<details>")
    assert len(folded[0].splitlines()) < 40
    assert "- and 195 more" in folded[0]
    assert len(diff_markdown(regression(3000))) < LARGEST + 500


def test_what_models_and_customers_say_is_no_markup_and_notifies_nobody() -> None:
    text = diff_markdown(regression(rationale="@octocat said </details> ``` <b>*now*</b>"))
    opened, _, folded = text.partition("<details>")
    assert "octocat" in opened
    assert "@octocat" not in opened
    assert "<b>" not in opened.replace("\\<b\\>", "")
    assert "````text" in folded


def test_edited_definitions_are_folded_and_missing_baselines_named() -> None:
    edited = agent(GREET, replace(BOOK, action="offer mornings"))
    diff = compare(run(outcome(trace("book"))), run(outcome(trace("book"), of=edited), of=edited))
    text = diff_markdown(diff, missing=diff.scenarios)
    assert "<details><summary>Edited definitions (1)</summary>" in text
    assert "No baseline is approved for `clinic/books`: run `understudy approve`." in text


def test_json_holds_the_tier_the_divergence_and_its_cause() -> None:
    data = json.loads(json.dumps(diff_data(regression())))
    (scenario,) = data["scenarios"]
    assert (scenario["tier"], data["counts"]["regression"]) == ("regression", 1)
    assert (scenario["divergence"]["stage"], scenario["divergence"]["subject"]) == ("match", "book")
    assert scenario["divergence"]["cause"]["kind"] == "other_code"
    assert (scenario["before"]["verdict"], scenario["after"]["passed"]) == ("passed", 0)


def test_the_page_shows_everything_as_text() -> None:
    page = diff_html(regression(rationale="<script>alert(1)</script>"))
    assert "<h2>Regressions (1)</h2>" in page
    assert "<script>" not in page
    assert "guideline &#39;refund&#39; matches, and did not before" in page
