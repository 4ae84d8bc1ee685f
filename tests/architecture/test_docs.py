"""The documentation's tables of contents are complete."""

import re

import pytest

from .source import ROOT

PAGES = {"docs/decisions/README.md": "docs/decisions/0*.md", "docs/features.md": "docs/features/*.md"}


@pytest.mark.parametrize(("contents", "pages"), PAGES.items())
def test_every_page_is_in_its_table_of_contents(contents: str, pages: str) -> None:
    listed = set(re.findall(r"\]\(([^)]+)\)", (ROOT / contents).read_text("utf-8")))
    folder = (ROOT / contents).parent
    there = {str(page.relative_to(folder)) for page in ROOT.glob(pages)}
    assert there
    assert there - listed == set()
    assert listed - there == set()
