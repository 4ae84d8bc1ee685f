"""Reading code out of documents: fences, ranges that moved, names around a fragment."""

from pathlib import Path

import pytest

import understudy.engine as p

from .snippets import RangeMovedError, find_document, read_fenced, read_plain

PAGE = """Some words.

```python
import parlant.sdk as p

answer = await ask(41)
```

```
plain
```
# Unfenced code
doubled = base * 2
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "042_page.txt"
    path.write_text(PAGE, "utf-8")
    return path


async def test_a_fenced_fragment_runs_with_its_import_changed_and_its_await_as_it_is(page: Path) -> None:
    async def ask(number: int) -> int:
        return number + 1

    names = await read_fenced(page, 3, 7).run(ask=ask)
    assert names["answer"] == 42
    assert names["p"] is p


async def test_lines_without_fences_are_known_by_how_they_begin(page: Path) -> None:
    names = await read_plain(page, 12, 13, begins="# Unfenced").run(base=4)
    assert names["doubled"] == 8


async def test_what_goes_wrong_in_a_fragment_names_the_documents_line(page: Path) -> None:
    with pytest.raises(NameError) as caught:
        await read_fenced(page, 3, 7).run()
    assert (str(caught.traceback[-1].path), caught.traceback[-1].lineno + 1) == (str(page), 6)


@pytest.mark.parametrize(("first", "last"), [(2, 6), (3, 8), (3, 6), (3, 11)])
def test_a_range_that_is_not_one_block_is_refused(page: Path, first: int, last: int) -> None:
    with pytest.raises(RangeMovedError, match=rf"042_page\.txt:{first}-{last} is not one fenced block"):
        read_fenced(page, first, last)


def test_a_range_beyond_the_end_is_refused(page: Path) -> None:
    with pytest.raises(RangeMovedError, match="and no range 12-99"):
        read_plain(page, 12, 99, begins="# Unfenced")


def test_lines_that_begin_otherwise_are_refused(page: Path) -> None:
    with pytest.raises(RangeMovedError, match="begins with 'doubled = base"):
        read_plain(page, 13, 14, begins="# Unfenced")


def test_a_document_is_found_by_the_beginning_of_its_name(page: Path) -> None:
    assert find_document("042", page.parent) == page
    with pytest.raises(RangeMovedError, match="0 documents"):
        find_document("043", page.parent)


def test_without_the_documents_their_tests_are_skipped(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="not beside the project"):
        find_document("042", tmp_path / "nowhere")
