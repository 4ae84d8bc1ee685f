"""Where only the template changed, a recording of the same facts may be served, and is marked as what it is."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.engine.domain.ask import Ask, Section, Settings
from understudy.engine.domain.facts import MatchFacts, Situation
from understudy.evals.recordings.errors import RecordingMissingError
from understudy.evals.recordings.recorder import Recorder

from .worlds import CountingModel, a_trial, an_ask

BEFORE = replace(an_ask(), template="before")
AFTER = replace(
    BEFORE, template="after", sections=(Section(name="role", text="Judge with care."), *BEFORE.sections[1:])
)

OTHER_FACTS = MatchFacts(situation=Situation(agent_name="B", agent_description="", customer_name="C"), candidates=())


def record(folder: Path, *asks: Ask) -> None:
    recordings = a_trial(folder)
    for ask in asks:
        asyncio.run(Recorder(CountingModel(), recordings).ask(ask))
    recordings.save(played_to_end=True)


def test_an_answer_to_the_same_facts_is_served_where_that_is_allowed(tmp_path: Path) -> None:
    record(tmp_path, BEFORE)
    recordings = a_trial(tmp_path, "replay", stale=True)
    reply = asyncio.run(Recorder(CountingModel(), recordings).ask(AFTER))
    assert (reply.text, reply.source) == ('{"n": 1}', "recorded")
    assert [str(stale) for stale in recordings.stale] == ["turn 1: match"]
    assert recordings.unused() == ()


def test_in_auto_it_is_served_and_nobody_is_paid(tmp_path: Path) -> None:
    record(tmp_path, BEFORE)
    model, recordings = CountingModel(), a_trial(tmp_path, "auto", stale=True)
    asyncio.run(Recorder(model, recordings).ask(AFTER))
    assert model.asked == []


def test_without_leave_it_is_a_miss_that_says_so(tmp_path: Path) -> None:
    record(tmp_path, BEFORE)
    recordings = a_trial(tmp_path, "replay")
    with pytest.raises(RecordingMissingError):
        asyncio.run(Recorder(CountingModel(), recordings).ask(AFTER))
    (miss,) = recordings.misses
    assert miss.template_changed
    assert "the template of this decision has changed and the facts are the same" in miss.explanation
    assert "--scenarios-stale allow" in miss.explanation


@pytest.mark.parametrize(
    "changed",
    [
        replace(AFTER, facts=OTHER_FACTS),
        replace(AFTER, schema={"type": "array"}),
        replace(AFTER, decision="draft"),
        replace(AFTER, attempt=2),
        replace(AFTER, settings=Settings(temperature=0.5)),
        replace(AFTER, template="before"),
    ],
    ids=["other facts", "another schema", "another decision", "another attempt", "a setting", "the same template"],
)
def test_anything_else_that_differs_is_a_miss_all_the_same(tmp_path: Path, changed: Ask) -> None:
    record(tmp_path, BEFORE)
    recordings = a_trial(tmp_path, "replay", stale=True)
    with pytest.raises(RecordingMissingError):
        asyncio.run(Recorder(CountingModel(), recordings).ask(changed))
    assert recordings.stale == []


def test_asks_of_equal_facts_keep_their_order(tmp_path: Path) -> None:
    record(tmp_path, BEFORE, BEFORE)
    recordings = a_trial(tmp_path, "replay", stale=True)
    recorder = Recorder(CountingModel(), recordings)
    assert [asyncio.run(recorder.ask(AFTER)).text for _ in range(2)] == ['{"n": 1}', '{"n": 1}']
    with pytest.raises(RecordingMissingError, match=r"the 3\. time"):
        asyncio.run(recorder.ask(AFTER))
