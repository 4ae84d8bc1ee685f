"""A journey's graph is laid out from top to bottom, nothing over anything else."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as some

from understudy.engine.domain.journey import ROOT, Journey
from understudy.reports.drawing import BOX_HEIGHT, BOX_WIDTH, Steps, draw

from .worlds import journey

NAMES = some.sampled_from("abcdefg")


def heights(graph: Journey) -> dict[str, float]:
    return {node.name: node.y for node in draw(graph, every=Steps(), proven=Steps()).nodes}


def test_each_state_stands_below_those_that_lead_to_it() -> None:
    y = heights(journey(("a", "b"), ("b", "c"), ("a", "c")))
    assert y[ROOT] < y["a"] < y["b"] < y["c"]


def test_a_way_back_does_not_pull_a_state_down() -> None:
    y = heights(journey(("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")))
    assert y["a"] < y["b"] < y["c"]


def test_what_was_visited_and_taken_is_told_in_words_by_line_and_by_shade() -> None:
    every = Steps(visits={ROOT: 1, "a": 4, "b": 2}, taken={(ROOT, "a"): 1, ("a", "b"): 2})
    proven = Steps(visits={ROOT: 1, "a": 3}, taken={(ROOT, "a"): 1})
    drawing = draw(journey(("a", "b"), ("b", "c")), every=every, proven=proven)
    assert [(node.note, node.way, node.heat) for node in drawing.nodes] == [
        ("initial, 1 turn", "passed", 1),
        ("chat, 4 turns", "passed", 4),
        ("chat, 2 turns*", "unproven", 2),
        ("chat, never", "never", 0),
    ]
    assert [edge.way for edge in drawing.edges] == ["passed", "unproven", "never"]


@given(some.lists(some.tuples(NAMES, NAMES), min_size=1, max_size=14))
def test_no_two_boxes_overlap_and_all_lie_within_the_drawing(ways: list[tuple[str, str]]) -> None:
    reached = {ways[0][0]}
    connected: list[tuple[str, str]] = []
    for source, target in ways:
        if source in reached:
            connected.append((source, target))
            reached.add(target)
    drawing = draw(journey(*connected), every=Steps(), proven=Steps())
    for one, other in combinations(drawing.nodes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    for node in drawing.nodes:
        assert BOX_WIDTH / 2 <= node.x <= drawing.width - BOX_WIDTH / 2
        assert BOX_HEIGHT / 2 <= node.y <= drawing.height - BOX_HEIGHT / 2
