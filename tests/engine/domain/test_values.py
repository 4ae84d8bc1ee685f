"""Ids, canonical text and look-up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.domain.values import canonical_json, digest, fold_name, slug, unique

TEXT = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The customer's order is late", "the-customers-order-is-late"),
        ("  Größe & Maß  ", "groe-ma"),
        ("!!!", "unnamed"),
        ("word " * 30, "-".join(["word"] * 12)),
    ],
)
def test_a_slug_is_lower_case_words_cut_at_a_whole_word(text, expected):
    assert slug(text) == expected


def test_a_name_that_is_taken_is_numbered():
    assert unique("a", ["b"]) == "a"
    assert unique("a", ["a", "a-2"]) == "a-3"


def test_names_are_looked_up_whatever_their_case_and_joints():
    assert fold_name("Refund_Policy ") == fold_name("refund policy") == fold_name("REFUND-POLICY")


@given(VALUES)
def test_canonical_text_reads_back_as_the_same_value_and_can_be_written_to_any_file(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert text.encode("utf-8")


def test_half_a_surrogate_pair_survives():
    assert json.loads(canonical_json("half \ud83d")) == "half \ud83d"
    assert digest("half \ud83d")
