"""What holds of every index."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.adapters.index import ExactIndex
from understudy.engine.ports import Entry, Index, Near


@pytest.fixture(params=[ExactIndex, lambda: ExactIndex(small=0)], ids=["small", "large"])
def index(request: pytest.FixtureRequest) -> Index:
    return request.param()


def entry(name: str, *vectors: tuple[float, ...]) -> Entry:
    return Entry(id=name, vectors=vectors)


async def test_the_nearest_come_first_and_no_more_than_wanted(index: Index) -> None:
    entries = [entry("far", (0.0, 1.0)), entry("near", (1.0, 0.0)), entry("between", (0.6, 0.8))]
    found = await index.nearest((1.0, 0.0), entries, most=2)
    assert found == (Near(id="near", similarity=1.0), Near(id="between", similarity=0.6))


async def test_an_entry_is_as_near_as_the_nearest_of_its_texts(index: Index) -> None:
    entries = [entry("one", (0.6, 0.8)), entry("several", (0.0, 1.0), (0.8, 0.6))]
    assert [one.id for one in await index.nearest((1.0, 0.0), entries, most=9)] == ["several", "one"]


async def test_of_equally_near_entries_the_earlier_comes_first(index: Index) -> None:
    entries = [entry(name, (1.0, 0.0)) for name in "dbca"]
    assert [one.id for one in await index.nearest((1.0, 0.0), entries, most=3)] == ["d", "b", "c"]


async def test_where_there_is_nothing_nothing_is_found(index: Index) -> None:
    assert await index.nearest((1.0, 0.0), [], most=3) == ()
    assert await index.nearest((1.0, 0.0), [entry("empty")], most=3) == ()
    assert await index.nearest((1.0, 0.0), [entry("one", (1.0, 0.0))], most=0) == ()


numbers = st.integers(-9, 9)
vectors = st.tuples(numbers, numbers).map(lambda pair: tuple(float(part) for part in pair))
several = st.lists(st.lists(vectors, max_size=3), max_size=8)


@given(vectors, several, st.integers(0, 9), st.sampled_from((0, 10_000)))
def test_it_finds_what_comparing_one_by_one_finds(query, groups, most, small) -> None:
    entries = [Entry(id=str(at), vectors=tuple(group)) for at, group in enumerate(groups)]
    scores = [
        (max(sum(a * b for a, b in zip(query, vector, strict=True)) for vector in one.vectors), one.id)
        for one in entries
        if one.vectors
    ]
    expected = sorted(scores, key=lambda score: -score[0])[:most]
    found = asyncio.run(ExactIndex(small=small).nearest(query, entries, most=most))
    assert [(one.similarity, one.id) for one in found] == expected
