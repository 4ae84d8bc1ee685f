"""Asks are added up by decision, with what each attempt took."""

from understudy.engine.domain.trace import Trace
from understudy.reports.spending import asks_page

from .worlds import ask, outcome, timing


def test_asks_are_added_up_by_decision_the_heaviest_first() -> None:
    light = (ask("match", tokens=(10, 1), cost=0.01),)
    heavy = (ask("draft", tokens=(500, 50), cost=0.2), ask("draft", attempt=2, tokens=(500, 50), cost=0.2))
    traces = (
        Trace(trace_id="t1", turn=1, asks=light, timing=timing(light, source="live", seconds=2.0)),
        Trace(trace_id="t2", turn=2, asks=heavy, timing=timing(heavy, seconds=0.5)),
    )
    page = asks_page((outcome(turns=traces),))
    draft, match = ([cell.text for cell in row] for row in page.table.rows)
    assert draft == ["draft", "recorded 2", "1", "1", "1", "200", "1,000", "0", "100", "$0.40", "500 ms", "500 ms"]
    assert match[:4] == ["match", "live 1", "1", "0"]
    assert [cell.text for cell in page.table.total][:4] == ["All decisions", "live 1, recorded 2", "2", "1"]
    assert page.sentence == "3 calls, answered by: live 1, recorded 2; 1,111 tokens, $0.41."


def test_asks_of_which_no_time_was_noted_are_not_given_a_source() -> None:
    page = asks_page((outcome(turns=(Trace(trace_id="t1", turn=1, asks=(ask("match"),)),)),))
    assert page.table.rows[0][1].text == "not noted 1"
    assert page.charts[0].title == "Prompt characters by decision"


def test_a_run_without_asks_says_so() -> None:
    page = asks_page((outcome(),))
    assert page.sentence == "No model was asked anything."
    assert (page.table.rows, page.charts) == ((), ())
