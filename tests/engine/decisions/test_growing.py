"""Reading a text out of an answer that is still being written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.decisions.growing import GrowingText

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(pieces: list[str]) -> str:
    growing = GrowingText("message")
    return "".join(growing.feed(piece) for piece in pieces)


@given(st.dictionaries(st.text(max_size=9), values, max_size=3), st.text(), st.booleans(), st.data())
def test_wherever_an_answer_is_cut_the_text_is_read_whole(others, message, escaped, data) -> None:
    answer = {**{name: value for name, value in others.items() if name != "message"}, "message": message}
    keys = data.draw(st.permutations(list(answer)))
    text = json.dumps({key: answer[key] for key in keys}, ensure_ascii=escaped)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert read(pieces) == message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ('{"message": null}', ""),
        ('{"plans": [{"message": "inner"}], "message": "outer"}', "outer"),
        ('{"plans": ["message", "x"], "how": "message"}', ""),
        ('```json\n{"message": "fenced"}\n```', "fenced"),
        ('{"message": "cut off in the mid', "cut off in the mid"),
        (r'{"message": "a\ud83d\ude00b"}', "a😀b"),
        (r'{"message": "\uZZZZ!"}', "!"),
        ("no JSON at all", ""),
    ],
)
def test_only_the_text_at_the_top_is_read(answer: str, text: str) -> None:
    assert read(list(answer)) == text
