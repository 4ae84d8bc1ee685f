"""Sections that plugins and conftest.py files add to a report."""

from collections.abc import Iterable

from ..evals.sections import CellValue, ReportSection
from .page import OwnSection
from .pieces import Amount, Table
from .tables import counted, words


def own_sections(sections: Iterable[ReportSection]) -> tuple[OwnSection, ...]:
    """Each section in the report's own terms: figures stand right and can be sorted, words stand left."""
    return tuple(
        OwnSection(
            title=each.title,
            paragraphs=tuple(part.strip() for part in each.text.split("\n\n") if part.strip()),
            table=_table(each) if each.columns else None,
        )
        for each in sections
    )


def _table(section: ReportSection) -> Table:
    width = len(section.columns)
    rows = [(*row, *[""] * (width - len(row)))[:width] for row in section.rows]
    with_words = [place for place in range(width) if any(isinstance(row[place], str) and row[place] for row in rows)]
    return Table(
        columns=section.columns,
        rows=tuple(tuple(_cell(value) for value in row) for row in rows),
        texts=max(with_words, default=0) + 1,
        caption="",
    )


def _cell(value: CellValue) -> Amount:
    match value:
        case str():
            return words(value)
        case int():
            return counted(value)
        case float():
            return Amount(text=f"{value:,.4g}", value=value)
