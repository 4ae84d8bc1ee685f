"""Retrievers, embedders and moderators: recorded once, and served from then on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from understudy.engine import AgentDefinition
from understudy.engine.author_code.retrieval import RetrieverContext
from understudy.engine.domain.knowledge import Retriever, RetrieverResult
from understudy.engine.domain.session import MessageEvent, Session
from understudy.engine.ports import Moderation, Retrieval, Vector
from understudy.evals.recordings.errors import RecordingMissingError
from understudy.evals.recordings.lookups import RecordingEmbedder, RecordingModerator, RecordingRetrievers
from understudy.evals.recordings.trial import Mode, TrialRecordings

from .worlds import a_trial

SECRET = "sk-abcdefghijklmnopqrstuvwx"


@dataclass
class Shelf:
    """A retriever that counts, and gives back or raises what it is told to."""

    gives: Any = field(default_factory=lambda: RetrieverResult(["a book"], metadata={"shelf": 3}))
    ran: int = 0

    async def run(self, retrieval: Retrieval, /) -> RetrieverResult | None:
        self.ran += 1
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@dataclass
class Letters:
    """An embedder that counts letters."""

    near: float = 0.5
    asked: list[str] = field(default_factory=list)

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        self.asked += texts
        return tuple((len(text) / 3, 0.1) for text in texts)


@dataclass
class Strict:
    """A moderator that flags everything."""

    checked: int = 0

    async def check(self, text: str, session: Session, /) -> Moderation:
        self.checked += 1
        return Moderation(tags=("harassment",))


async def _never() -> Any:
    raise AssertionError("nobody waits for it here")


def retrieval(said: str = "Hello") -> Retrieval:
    session = Session(id="s", agent_id="clinic").with_events(MessageEvent(source="customer", text=said))
    context = RetrieverContext(agent=AgentDefinition(id="clinic", name="Clinic"), session=session)
    return Retrieval(retriever=Retriever(id="books"), context=context, resolved=_never)


def retrieved(shelf: Shelf, recordings: TrialRecordings, said: str = "Hello") -> RetrieverResult | None:
    found = asyncio.run(RecordingRetrievers(shelf, recordings).run(retrieval(said)))
    recordings.save(played_to_end=True)
    return found


@pytest.mark.parametrize(
    "gives",
    [
        RetrieverResult({"books": ["a"]}, metadata={"n": 1}, canned_response_fields={"title": "A"}),
        RetrieverResult(None, canned_responses=["Take {{ title }}."], guidelines=[{"action": "recommend it"}]),
        None,
    ],
)
def test_what_a_retriever_found_is_found_again_without_it(tmp_path: Path, gives: RetrieverResult | None) -> None:
    recorded = retrieved(Shelf(gives), a_trial(tmp_path))
    unwanted = Shelf()
    assert retrieved(unwanted, a_trial(tmp_path, "replay")) == recorded == gives
    assert unwanted.ran == 0


def test_how_a_retriever_broke_is_told_again_in_the_same_words(tmp_path: Path) -> None:
    for mode in ("auto", "replay"):
        recordings = a_trial(tmp_path, mode)
        with pytest.raises(Exception, match="no such shelf") as caught:
            retrieved(Shelf(KeyError("no such shelf")), recordings)
        recordings.save(played_to_end=True)
        assert type(caught.value).__name__ == "KeyError"


def test_after_another_conversation_it_has_to_look_again(tmp_path: Path) -> None:
    retrieved(Shelf(), a_trial(tmp_path))
    recordings = a_trial(tmp_path, "replay")
    with pytest.raises(RecordingMissingError):
        retrieved(Shelf(), recordings, "Goodbye")
    assert "the retriever 'books' called with" in recordings.misses[0].explanation
    (added,) = [line for line in recordings.misses[0].explanation.split("\n") if line.startswith("    +  ")]
    assert "Goodbye" in added


def test_secrets_that_a_retriever_finds_are_not_stored(tmp_path: Path) -> None:
    retrieved(Shelf(RetrieverResult({"key": SECRET})), recordings := a_trial(tmp_path))
    assert SECRET.encode() not in recordings.committed.path.read_bytes()


@pytest.mark.parametrize("mode", ["refresh", "live"])
def test_where_nothing_is_served_a_retriever_runs(tmp_path: Path, mode: Mode) -> None:
    retrieved(Shelf(), a_trial(tmp_path))
    shelf = Shelf()
    retrieved(shelf, a_trial(tmp_path, mode))
    assert shelf.ran == 1


def embedded(embedder: Letters, recordings: TrialRecordings, *texts: str) -> tuple[Vector, ...]:
    found = asyncio.run(RecordingEmbedder(embedder, recordings, model="m").embed(texts))
    recordings.save(played_to_end=True)
    return found


def test_every_text_is_embedded_once_and_has_the_same_numbers_ever_after(tmp_path: Path) -> None:
    first = Letters()
    recorded = embedded(first, a_trial(tmp_path), "one", "three", "one")
    assert first.asked == ["one", "three"]
    again = Letters()
    assert embedded(again, a_trial(tmp_path, "replay", number=2), "three", "one") == (recorded[1], recorded[0])
    assert embedded(again, a_trial(tmp_path), "one", "four")[0] == recorded[0]
    assert again.asked == ["four"]


def test_a_text_that_was_never_embedded_is_a_miss_in_replay(tmp_path: Path) -> None:
    recordings = a_trial(tmp_path, "replay")
    with pytest.raises(RecordingMissingError):
        embedded(Letters(), recordings, "new")
    assert "no recording of the embedding by 'm' of 'new'" in recordings.misses[0].explanation


def test_an_embedder_s_idea_of_near_is_kept(tmp_path: Path) -> None:
    assert RecordingEmbedder(Letters(near=0.7), a_trial(tmp_path), model="m").near == 0.7


def test_a_judgement_is_asked_for_once(tmp_path: Path) -> None:
    moderator, session = Strict(), Session(id="s", agent_id="clinic")
    for mode in ("auto", "replay"):
        recordings = a_trial(tmp_path, mode)
        judged = asyncio.run(RecordingModerator(moderator, recordings, service="s").check("You fool", session))
        assert judged == Moderation(tags=("harassment",))
        recordings.save(played_to_end=True)
    assert moderator.checked == 1
    with pytest.raises(RecordingMissingError):
        asyncio.run(RecordingModerator(moderator, a_trial(tmp_path, "replay"), service="s").check("Another", session))
