"""A miss explains itself."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.engine.domain.ask import Ask, Section, Settings
from understudy.evals.recordings.errors import RecordingMissingError
from understudy.evals.recordings.explain import Miss
from understudy.evals.recordings.recorder import Recorder

from .worlds import MODEL, NODE, CountingModel, a_trial, an_ask


def recorded(folder: Path, *asks: Ask, turn: int = 1, number: int = 1) -> None:
    recordings = a_trial(folder, number=number)
    recordings.turn = turn
    for ask in asks:
        asyncio.run(Recorder(CountingModel(), recordings).ask(ask))
    recordings.save(played_to_end=True)


def missed(folder: Path, ask: Ask, *, turn: int = 1, settings: Settings | None = None, node: str = NODE) -> Miss:
    recordings = a_trial(folder, "replay", settings=settings or Settings(model=MODEL))
    recordings.trial = replace(recordings.trial, node=node)
    recordings.turn = turn
    with pytest.raises(RecordingMissingError):
        asyncio.run(Recorder(CountingModel(), recordings).ask(ask))
    return recordings.misses[0]


def test_a_changed_section_is_shown_as_a_diff_of_that_section_only(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask("one\ntwo\nthree"))
    miss = missed(tmp_path, an_ask("one\n2\nthree"))
    assert miss.sections == ("newest",)
    assert miss.explanation == (
        "no recording of the decision 'match' in scenarios/clinic/booking.yaml::books, turn 1, trial 1\n"
        "nearest recording: turn 1, trial 1, recorded 2026-01-02T03:04:05+00:00\n"
        "  the section 'newest' differs:\n"
        "    --- recorded\n"
        "    +++ asked\n"
        "    @@ -1,3 +1,3 @@\n"
        "     one\n"
        "    -two\n"
        "    +2\n"
        "     three\n"
        "record it: pytest --scenarios scenarios/clinic/booking.yaml::books "
        "--scenarios-llm auto --scenarios-model openai/small"
    )


def test_a_section_that_came_or_went_is_shown_whole(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask("old"))
    ask = an_ask()
    miss = missed(tmp_path, replace(ask, sections=(ask.sections[0], Section(name="terms", text="new"))))
    assert miss.sections == ("terms", "newest")
    assert "    -old" in miss.explanation
    assert "    +new" in miss.explanation


def test_a_changed_setting_and_a_changed_model_are_named_with_both_values(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask())
    miss = missed(tmp_path, an_ask(), settings=Settings(model="openai/large", temperature=0.5))
    assert (miss.settings, miss.other_model, miss.sections) == (("temperature",), True, ())
    assert "the model differs: asked of 'openai/large', recorded from 'openai/small'" in miss.explanation
    assert "the setting 'temperature' differs: now 0.5, recorded with None" in miss.explanation


def test_a_changed_schema_is_named(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask())
    miss = missed(tmp_path, replace(an_ask(), schema={"type": "array"}))
    assert "the answer's schema differs" in miss.explanation


def test_an_ask_that_came_once_more_than_recorded_is_said_to(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask())
    recordings = a_trial(tmp_path, "replay")
    recorder = Recorder(CountingModel(), recordings)
    asyncio.run(recorder.ask(an_ask()))
    with pytest.raises(RecordingMissingError, match=r"the 2\. time"):
        asyncio.run(recorder.ask(an_ask()))
    assert (
        "what is asked is the same; its place (trial, attempt, ordinal) is another" in recordings.misses[0].explanation
    )


def test_the_nearest_is_of_the_same_decision_and_turn_before_it_is_of_the_same_words(tmp_path: Path) -> None:
    recorded(tmp_path, an_ask("Hello"), an_ask("Hello!", decision="draft"), turn=1)
    recorded(tmp_path, an_ask("Hello again"), turn=2)
    assert "nearest recording: turn 2, trial 1" in missed(tmp_path, an_ask("Hello!"), turn=2).explanation


def test_of_several_in_a_turn_the_nearest_has_most_sections_in_common(tmp_path: Path) -> None:
    other = replace(an_ask("x"), sections=(Section(name="role", text="else"), Section(name="newest", text="x")))
    recorded(tmp_path, other, an_ask("Hello"))
    assert missed(tmp_path, an_ask("Bye")).sections == ("newest",)


def test_where_nothing_is_recorded_that_is_said(tmp_path: Path) -> None:
    assert "nothing at all is recorded for this scenario" in missed(tmp_path, an_ask()).explanation
    recorded(tmp_path, an_ask())
    miss = missed(tmp_path, an_ask(decision="draft"))
    assert "nothing is recorded of this decision" in miss.explanation
    assert miss.nearest == ""


def test_the_command_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    miss = missed(tmp_path, an_ask(), node="scenarios/my suite/a.yaml::b")
    assert miss.command.startswith("pytest --scenarios 'scenarios/my suite/a.yaml::b' --scenarios-llm auto")
