"""Sections of plugins: words stand left, figures right, and a short row is filled up."""

from dataclasses import replace

from understudy.evals.sections import ReportSection
from understudy.reports.build import build_report
from understudy.reports.own import own_sections

from .worlds import outcome, run


def test_a_section_has_paragraphs_and_a_table_of_words_and_figures() -> None:
    section = ReportSection(
        title="Tone",
        text="First.\n\nSecond,\nstill.\n\n",
        columns=("Suite", "Mood", "Score", "Times"),
        rows=(("shop", "calm", 0.25, 1200), ("clinic", "cross")),
    )
    (found,) = own_sections([section])
    assert found.paragraphs == ("First.", "Second,\nstill.")
    assert found.table is not None
    assert found.table.texts == 2
    assert [[cell.text for cell in row] for row in found.table.rows] == [
        ["shop", "calm", "0.25", "1,200"],
        ["clinic", "cross", "–", "–"],
    ]


def test_a_report_without_sections_has_no_page_for_them() -> None:
    assert build_report(run(outcome())).sections == ()
    with_one = replace(run(outcome()), sections=(ReportSection(title="Tone", text="Calm."),))
    assert [section.title for section in build_report(with_one).sections] == ["Tone"]
