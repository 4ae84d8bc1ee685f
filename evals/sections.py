"""A section of somebody's own in the report."""

from dataclasses import dataclass
from typing import TypeAlias

CellValue: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A heading with text, a table, or both. All of it is shown as text, never as HTML."""

    title: str
    text: str = ""
    """Paragraphs, with empty lines between them."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[CellValue, ...], ...] = ()
    """Words stand left; columns of figures stand right and can be sorted."""
