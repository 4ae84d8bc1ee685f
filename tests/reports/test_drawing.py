"""A journey's graph is laid out from top to bottom, nothing over anything else."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as some

from understudy.engine.domain.journey import ROOT, Journey
from understudy.reports.drawing import BOX_HEIGHT, BOX_WIDTH, draw

from .worlds import journey

NAMES = some.sampled_from("abcdefg")


def heights(graph: Journey) -> dict[str, float]:
    return {node.name: node.y for node in draw(graph, visits={}, taken={}).nodes}


def test_each_state_stands_below_those_that_lead_to_it() -> None:
    y = heights(journey(("a", "b"), ("b", "c"), ("a", "c")))
    assert y[ROOT] < y["a"] < y["b"] < y["c"]


def test_a_way_back_does_not_pull_a_state_down() -> None:
    y = heights(journey(("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")))
    assert y["a"] < y["b"] < y["c"]


def test_what_was_visited_and_taken_is_told_in_words_and_by_line() -> None:
    drawing = draw(journey(("a", "b")), visits={ROOT: 1, "a": 2}, taken={(ROOT, "a"): 1})
    assert [(node.note, node.visited) for node in drawing.nodes] == [
        ("initial, 1 turn", True),
        ("chat, 2 turns", True),
        ("chat, never", False),
    ]
    assert [edge.taken for edge in drawing.edges] == [True, False]


@given(some.lists(some.tuples(NAMES, NAMES), min_size=1, max_size=14))
def test_no_two_boxes_overlap_and_all_lie_within_the_drawing(ways: list[tuple[str, str]]) -> None:
    reached = {ways[0][0]}
    connected: list[tuple[str, str]] = []
    for source, target in ways:
        if source in reached:
            connected.append((source, target))
            reached.add(target)
    drawing = draw(journey(*connected), visits={}, taken={})
    for one, other in combinations(drawing.nodes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    for node in drawing.nodes:
        assert BOX_WIDTH / 2 <= node.x <= drawing.width - BOX_WIDTH / 2
        assert BOX_HEIGHT / 2 <= node.y <= drawing.height - BOX_HEIGHT / 2
