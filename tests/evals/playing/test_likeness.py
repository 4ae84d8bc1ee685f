"""Likeness: a figure for how alike a reply is to what it should resemble, and nobody's fault where there is none."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.ask import Settings
from understudy.engine.errors import ModelUnavailableError
from understudy.engine.ports import Embedder, Vector
from understudy.evals.expectations.code import CodeAnswer
from understudy.evals.expectations.outside import ReplySimilar
from understudy.evals.outcome import Outcome
from understudy.evals.playing.likeness import likeness
from understudy.evals.playing.runner import play
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.trial import Mode, Trial, TrialRecordings
from understudy.evals.scenario import CustomerSays, Expected, Place, Scenario

PLACE = Place(file="scenarios/shop/hello.yaml", line=3)
SHIPS = "Your order ships on Monday."


class Compass:
    """An embedder of texts by the direction that they name; it counts, and breaks when told to."""

    model = "acme/compass"
    near = 0.5

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.embedded: list[str] = []

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """East for what speaks of Monday, else north."""
        if self.fault:
            raise self.fault
        self.embedded += texts
        return tuple((0.6, 0.8) if "Monday" in text else (1.0, 0.0) for text in texts)


def alike(
    texts: Sequence[str], said: Sequence[str], *, at_least: float = 0.8, by: Embedder | None = None
) -> CodeAnswer:
    expected = ReplySimilar(texts=tuple(texts), at_least=at_least)
    return asyncio.run(likeness(expected, said, embedder=by or p.HashingEmbedder()))


def test_the_same_text_is_wholly_alike_and_another_one_is_not() -> None:
    assert alike([SHIPS], [SHIPS], at_least=1).verdict == "passed"
    assert alike([SHIPS], ["We are closed today."]).verdict == "failed"


def test_the_figure_and_the_nearest_of_several_texts_are_told() -> None:
    answer = alike(["Good bye.", "Your order ships on Friday."], [SHIPS], at_least=0.95)
    assert answer.explanation == (
        "similarity 0.69 to 'Your order ships on Friday.', the nearest of 2 texts, expected at least 0.95; "
        "it said: 'Your order ships on Monday.'"
    )
    assert answer == alike(["Good bye.", "Your order ships on Friday."], [SHIPS], at_least=0.95)


def test_of_several_replies_one_is_enough() -> None:
    assert alike([SHIPS], ["Hello.", SHIPS]).verdict == "passed"


def test_where_nothing_was_said_nothing_is_alike() -> None:
    assert alike([SHIPS], ["", " "]).verdict == "failed"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(ModelUnavailableError("the provider is down"), "model_unavailable"), (KeyError("no such text"), "judge_failed")],
)
def test_an_embedder_that_breaks_leaves_it_untold(fault: Exception, reason: str) -> None:
    answer = alike([SHIPS], [SHIPS], by=Compass(fault))
    assert (answer.verdict, answer.reason) == ("inconclusive", reason)
    assert str(fault).strip("'") in answer.explanation


def shop(embedder: Embedder | None) -> p.BuiltAgent:
    async def build() -> p.BuiltAgent:
        async with p.Server(embedder=embedder) as server:
            agent = await server.create_agent(name="Shop", description="Sells shoes.")
            await agent.create_guideline(matcher=p.MATCH_ALWAYS, action="tell them that orders ship on Monday")
            return server.build(agent)

    return asyncio.run(build())


def played(text: str, embedder: Embedder | None = None, **options: Any) -> Outcome:
    similar = ReplySimilar(texts=(text,), at_least=0.9)
    expected = (Expected(expectation=similar, words=f"reply.similar: {text}", place=PLACE),)
    wanted = Scenario(
        id="ships", name="Ships", suite="shop", place=PLACE, agent="agent.py:build",
        script=(CustomerSays(texts=("When does it ship?",), expect=expected),), expect=expected,
    )  # fmt: skip
    return asyncio.run(play(wanted, shop(embedder), llm=p.make_llm("offline"), **options))


def test_on_the_offline_model_words_and_their_parts_are_compared() -> None:
    near, far = played("Orders ship on Monday."), played("We sell bread.")
    assert [check.verdict for check in near.checks] == ["passed", "passed"]
    assert [check.verdict for check in far.checks] == ["failed", "failed"]


def recorded(folder: Path, text: str, *, mode: Mode, embedder: Embedder) -> Outcome:
    kept = TrialRecordings(
        Trial(node="n", mode=mode, settings=Settings(model="offline")),
        committed=Committed(folder / "recordings" / "ships.jsonl"),
    )
    outcome = played(text, embedder, recordings=kept)
    kept.save(played_to_end=True)
    return outcome


def test_vectors_are_recorded_and_served_without_the_embedder(tmp_path: Path) -> None:
    compass = Compass()
    first = recorded(tmp_path, "On Monday.", mode="auto", embedder=compass)
    again = recorded(tmp_path, "On Monday.", mode="replay", embedder=Compass(AssertionError("asked")))
    assert "On Monday." in compass.embedded
    assert first.verdict == again.verdict == "passed"


def test_a_vector_that_is_not_recorded_leaves_the_rest_told(tmp_path: Path) -> None:
    recorded(tmp_path, "On Monday.", mode="auto", embedder=Compass())
    outcome = recorded(tmp_path, "On Tuesday.", mode="replay", embedder=Compass(AssertionError("asked")))
    assert (outcome.verdict, outcome.reason, outcome.explanation) == ("inconclusive", "recording_missing", "")
    assert len(outcome.turns) == 1
