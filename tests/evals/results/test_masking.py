"""Secrets out of stored outcomes."""

from understudy.engine.codec import dump, load
from understudy.evals.outcome import Outcome
from understudy.evals.results.masking import masked

from ..runs import called, outcome, trace

KEY = "sk-abcdefghijklmnopqrstuvwx"


def test_what_looks_like_a_key_or_fits_a_pattern_is_not_stored() -> None:
    played = outcome(
        trace(reply=f"Your key is {KEY}, ACME-123456", calls=[called(card=123456, note=KEY)]), texts={"d": KEY}
    )
    stored = masked(dump(played), patterns=[r"ACME-\d{6}", r"\b123456\b"])
    assert KEY not in str(stored)
    assert "123456" not in str(stored)


def test_measures_and_hashes_read_back_whatever_the_patterns_match() -> None:
    played = outcome(trace(reply="Hi"))
    stored = masked(dump(played), patterns=[r"\d+", r"[0-9a-f]{16}"])
    read = load(Outcome, stored)
    assert (read.seconds, read.definition, read.turns[0].trace.timing) == (
        played.seconds,
        played.definition,
        played.turns[0].trace.timing,
    )
