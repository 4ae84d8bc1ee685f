"""The report is one file that holds everything, shows hostile text as text, and is written whole or not at all."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.tool import ToolCall, ToolResult
from understudy.engine.domain.trace import Said, Trace
from understudy.evals.outcome import Outcome
from understudy.evals.results.past import Latency, Past, PastVerdict, RunFigures, ScenarioPast
from understudy.evals.results.run import RunRecord, RunSummary
from understudy.evals.sections import ReportSection
from understudy.evals.verdict import CheckResult
from understudy.reports.render import script_json, write_report

from .worlds import agent, ask, customer, journey, matched, outcome, played, run, talk, timing

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(2)</script>",
    "</style></title><svg onload=alert(3)>",
    "{{7*7}} {% for x in y %} {# c #}",
    "half \ud83d of a face, NUL \x00, bell \x07",
    "\u202eright to left\u202c مرحبا \u2028\u2029",
    "javascript:alert(4)",
    "x" * 100_000,
)


class Page(HTMLParser):
    """What a browser would make of a page: its text, its ids and links, and whatever could run or fetch."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts = 0
        self.data: dict[str, str] = {}
        self.suspicious: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.suspicious += [name for name in given if name.startswith("on") or name == "src" or name == "srcdoc"]
        self.suspicious += [tag] if tag in ("iframe", "img", "object", "embed", "base", "form") else []
        if tag in ("script", "style"):
            self._in = given.get("id") or tag
            self.scripts += tag == "script" and given.get("type") is None

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self.data[self._in] = self.data.get(self._in, "") + data
        else:
            self.text.append(data)


def hostile_outcome(text: str) -> Outcome:
    call = ToolCall(id="c", tool=text, arguments={text: text}, result=ToolResult({"x": text}), because=(text,))
    check, kept = matched(text)
    asks = (replace(ask(text), model=text, objections=(text,)),)
    trace = Trace(
        trace_id="t1",
        turn=1,
        checks=(replace(check, rationale=text),),
        resolutions=(kept,),
        calls=(call,),
        notes=(text,),
        said=(Said(text=text),),
        terms=(text,),
        variables={text: text},
        asks=asks,
        timing=timing(asks),
    )
    expected = CheckResult(expectation=text, verdict="failed", turn=1, explanation=text, place=text)
    return replace(
        outcome("failed", scenario=text[:40], turns=(trace,)),
        suite=text[:40],
        name=text,
        tags=(text,),
        agent=text,
        explanation=text,
        checks=(expected,),
        session=talk(replace(customer(text), participant=text), agent(text)),
    )


def hostile_run() -> RunRecord:
    before = RunSummary(
        id="r0", started="2026-01-01T00:00:00Z", label=HOSTILE[0] + HOSTILE[2] + "\ud800\u2028", passed=1
    )
    outcomes = tuple(hostile_outcome(text) for text in HOSTILE)
    former = tuple(replace(each, verdict="passed", checks=(), turns=played(silent(each))) for each in outcomes)
    base = replace(run(*former), id=HOSTILE[0], label=HOSTILE[3], revision=HOSTILE[1])
    latency = Latency(what="turn", name="", measured=1, p50=0.5, p90=0.5, p95=0.5, p99=0.5, longest=0.5)
    verdicts = (PastVerdict(run="r0", verdict="failed"),)
    past = Past(
        runs=(RunFigures(run="r0", answered_by="live", compared=1, changed=1, latencies=(latency,)),),
        scenarios=tuple(ScenarioPast(suite=each.suite, scenario=each.scenario, verdicts=verdicts) for each in outcomes),
    )
    rows = tuple((text, 1) for text in HOSTILE)
    section = ReportSection(title=HOSTILE[0], text="\n\n".join(HOSTILE), columns=HOSTILE[:2], rows=rows)
    return replace(
        run(*outcomes),
        label=HOSTILE[1],
        branch=HOSTILE[2],
        history=(before,),
        base=base,
        past=past,
        sections=(section,),
    )


def silent(each: Outcome) -> Trace:
    """The turn as it was when nothing matched and nothing was said."""
    return replace(each.turns[0].trace, checks=(), resolutions=(), said=(), calls=())


def written(record: RunRecord, folder: Path) -> str:
    write_report(record, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(written(hostile_run(), tmp_path_factory.mktemp("report")))


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud83d" not in text])
def test_hostile_text_is_shown_as_text(hostile_page: Page, text: str) -> None:
    assert text in hostile_page.text


def test_half_characters_and_control_characters_are_shown_as_replaced(hostile_page: Page) -> None:
    assert "half � of a face, NUL �, bell �" in hostile_page.text


def test_nothing_that_was_said_becomes_an_element_that_runs_or_fetches(hostile_page: Page) -> None:
    assert hostile_page.suspicious == []
    assert hostile_page.scripts == 2
    assert all(link.startswith("#") for link in hostile_page.links)


def test_template_syntax_in_what_was_said_is_not_evaluated(hostile_page: Page) -> None:
    assert "49 " not in "".join(hostile_page.text)


def test_every_link_leads_somewhere_and_no_id_is_given_twice(hostile_page: Page) -> None:
    assert {link.removeprefix("#") for link in hostile_page.links} <= set(hostile_page.ids)
    assert len(hostile_page.ids) == len(set(hostile_page.ids))


def test_charts_are_data_beside_the_page(hostile_page: Page) -> None:
    figures = {name: json.loads(text) for name, text in hostile_page.data.items() if name.startswith("figure-")}
    trends = {"figure-pass-rate", "figure-changed", "figure-asks", "figure-turn-seconds"}
    assert set(figures) == {*trends, "figure-by-decision", "figure-latency-turn"}
    assert all(figure["data"] for figure in figures.values())


def test_data_in_a_script_element_can_not_leave_it() -> None:
    text = str(script_json({"x": "</script><!-- & \u2028\u2029\ud800"}))
    assert not re.search("[<>&\u2028\u2029\ud800]", text)
    assert json.loads(text) == {"x": "</script><!-- & \u2028\u2029\ud800"}


def test_the_page_allows_no_script_but_its_own_and_no_fetching(tmp_path: Path) -> None:
    html = written(run(outcome()), tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "script-src &#39;unsafe" not in policy[1]


def test_plotly_is_there_once_where_there_is_a_chart_and_else_not_at_all(tmp_path: Path) -> None:
    with_charts = written(run(hostile_outcome("x")), tmp_path)
    without = written(run(outcome()), tmp_path)
    assert with_charts.count("plotly.js v") == 1
    assert "plotly.js v" not in without
    assert len(without) < 100_000


def test_a_scenario_and_its_turns_have_their_stable_fragments(tmp_path: Path) -> None:
    trace = Trace(trace_id="t1", turn=1, said=(Said(text="Hello"),))
    page = Page(written(run(outcome(turns=(trace,)), outcome(trial=2)), tmp_path))
    assert {"s/shop/greets", "s/shop/greets/t1", "s/shop/greets/trial2"} <= set(page.ids)


def test_the_offline_model_is_named_on_the_overview_and_on_its_scenarios(tmp_path: Path) -> None:
    page = Page(written(run(replace(outcome(), answered_by="offline")), tmp_path))
    assert "".join(page.text).count("Answered by the offline model") == 3  # the overview, the scenario, the asks


def test_a_journey_is_drawn_from_its_definition(tmp_path: Path) -> None:
    definition = AgentDefinition(id="a", name="A", journeys=(journey(("ask", "pay")),))
    walked = replace(outcome(turns=(Trace(trace_id="t1", turn=1),)), definition="f")
    html = written(replace(run(walked), agents={"f": definition}), tmp_path)
    assert html.count('<g class="node') == 6  # beside its tables, and under coverage
    assert html.count('<path class="edge') == 4


def test_the_same_run_gives_the_same_file(tmp_path: Path) -> None:
    assert written(hostile_run(), tmp_path) == written(hostile_run(), tmp_path)


def test_a_report_that_can_not_be_made_leaves_the_old_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.mkdir()  # a folder can't be replaced by a file
    with pytest.raises(OSError, match=r"report\.html"):
        write_report(run(outcome()), path)
    assert list(tmp_path.iterdir()) == [path]


def test_the_folder_of_the_report_is_made(tmp_path: Path) -> None:
    write_report(run(outcome()), tmp_path / "a" / "b" / "report.html")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["report.html"]
