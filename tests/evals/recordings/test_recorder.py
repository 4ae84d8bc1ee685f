"""A model that is recorded, or replayed."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from understudy.engine.adapters.llm.litellm import LiteLLMModel
from understudy.engine.domain.ask import Reply, Settings, Usage
from understudy.engine.errors import ModelError, ModelUnavailableError
from understudy.evals.recordings.cache import Cache
from understudy.evals.recordings.entry import RecordedAsk
from understudy.evals.recordings.errors import RecordingMissingError, RecordingsUnwritableError
from understudy.evals.recordings.recorder import Recorder
from understudy.evals.recordings.redaction import left_behind
from understudy.evals.recordings.trial import Mode, TrialRecordings

from ...loopback import in_turn, loopback
from .worlds import MODEL, MOMENT, CountingModel, a_file, a_trial, an_ask

SECRET = "sk-" + "a1B2" * 6
OTHER = "sk-" + "c3D4" * 6
RECORDING: tuple[Mode, ...] = ("auto", "record", "refresh")


def play(recordings: TrialRecordings, model: CountingModel, *texts: str) -> list[Reply]:
    """Ask once for each text, and save."""

    async def ask_all() -> list[Reply]:
        recorder = Recorder(model, recordings)
        return [await recorder.ask(an_ask(text)) for text in texts]

    replies = asyncio.run(ask_all())
    recordings.save(played_to_end=True)
    return replies


@pytest.mark.parametrize("mode", RECORDING)
def test_what_was_recorded_is_replayed_whole_and_calls_nobody(tmp_path: Path, mode: Mode) -> None:
    [live] = play(a_trial(tmp_path, mode), CountingModel(), "Hello")
    replayed, model = a_trial(tmp_path, "replay"), CountingModel()
    [reply] = play(replayed, model, "Hello")
    assert reply == live
    assert reply == Reply(
        text='{"n": 1}',
        model="small-1",
        usage=Usage(prompt_tokens=10, cached_tokens=2, answer_tokens=3, cost=0.25),
        finish_reason="stop",
    )
    assert (live.source, reply.source) == ("live", "recorded")
    assert (live.seconds, reply.seconds) == (1.5, 1.5)
    assert model.asked == []
    assert (replayed.live, replayed.replayed) == (0, 1)


def test_an_entry_says_all_there_is_to_say_of_an_answer(tmp_path: Path) -> None:
    recordings = a_trial(tmp_path, settings=Settings(model=MODEL, temperature=0.0), number=2)
    recordings.turn = 3

    async def ask() -> None:
        await Recorder(CountingModel(), recordings).ask(an_ask(attempt=2, template="t" * 16, settings=Settings(seed=5)))

    asyncio.run(ask())
    recordings.save(played_to_end=True)
    [entry] = a_file(tmp_path).entries.values()
    assert (entry.name, entry.turn, entry.trial, entry.ordinal) == ("match", 3, 2, 1)
    assert entry.recorded_at == MOMENT
    body = entry.body
    assert isinstance(body, RecordedAsk)
    assert (body.attempt, body.model, body.served) == (2, MODEL, "small-1")
    assert body.settings == {"temperature": 0.0, "seed": 5}
    assert [part.name for part in body.sections] == ["role", "newest"]
    assert [a_file(tmp_path).texts[part.digest] for part in body.sections] == ["You judge.", "Hello"]
    assert body.template == "t" * 16
    assert len(body.facts) == len(body.schema) == 16


def test_a_miss_in_replay_calls_nobody_and_explains_itself(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(), "Hello")
    recordings, model = a_trial(tmp_path, "replay"), CountingModel()
    with pytest.raises(RecordingMissingError, match="no recording of the decision 'match'") as caught:
        play(recordings, model, "Goodbye")
    assert isinstance(caught.value, ModelError)
    assert model.asked == []
    assert [miss.sections for miss in recordings.misses] == [("newest",)]
    assert caught.value.explanation == recordings.misses[0].explanation
    assert str(caught.value) == recordings.misses[0].explanation.partition("\n")[0]


def test_after_a_miss_nothing_more_is_asked_or_counted(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(), "Hello")
    recordings = a_trial(tmp_path, "replay")
    for text in ("Goodbye", "Hello"):
        with pytest.raises(RecordingMissingError):
            play(recordings, CountingModel(), text)
    assert len(recordings.misses) == 1
    assert recordings.replayed == 0


def test_the_same_ask_twice_has_two_answers_in_their_order(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(), "Hello", "Hello")
    replies = play(a_trial(tmp_path, "replay"), CountingModel(), "Hello", "Hello")
    assert [reply.text for reply in replies] == ['{"n": 1}', '{"n": 2}']


def test_each_trial_has_recordings_of_its_own(tmp_path: Path) -> None:
    model = CountingModel()
    play(a_trial(tmp_path), model, "Hello")
    play(a_trial(tmp_path, number=2), model, "Hello")
    [reply] = play(a_trial(tmp_path, "replay", number=2), model, "Hello")
    assert reply.text == '{"n": 2}'
    with pytest.raises(RecordingMissingError, match="trial 3"):
        play(a_trial(tmp_path, "replay", number=3), model, "Hello")


def test_another_model_or_setting_is_another_question(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(), "Hello")
    for settings in (Settings(model="openai/large"), Settings(model=MODEL, temperature=1.0)):
        with pytest.raises(RecordingMissingError):
            play(a_trial(tmp_path, "replay", settings=settings), CountingModel(), "Hello")


def test_auto_serves_what_it_has_and_records_what_it_has_not(tmp_path: Path) -> None:
    model = CountingModel()
    play(a_trial(tmp_path), model, "Hello")
    recordings = a_trial(tmp_path)
    replies = play(recordings, model, "Hello", "Goodbye")
    assert [reply.source for reply in replies] == ["recorded", "live"]
    assert (recordings.live, recordings.replayed) == (1, 1)
    assert len(a_file(tmp_path).entries) == 2


def test_refresh_asks_again_and_overwrites(tmp_path: Path) -> None:
    model = CountingModel()
    play(a_trial(tmp_path), model, "Hello", "Goodbye")
    play(a_trial(tmp_path, "refresh"), model, "Hello")
    replies = play(a_trial(tmp_path, "replay"), model, "Hello", "Goodbye")
    assert [reply.text for reply in replies] == ['{"n": 3}', '{"n": 2}']


def test_live_asks_and_keeps_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    play(a_trial(tmp_path), CountingModel(), "Hello")
    before = a_file(tmp_path).path.read_bytes()
    recordings, model = a_trial(tmp_path, "live", cache=cache), CountingModel()
    [reply] = play(recordings, model, "Hello")
    assert reply.source == "live"
    assert len(model.asked) == 1
    assert a_file(tmp_path).path.read_bytes() == before
    assert not (tmp_path / "cache").exists()


def test_replay_writes_nothing_and_does_not_look_in_the_cache(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    play(a_trial(tmp_path / "one", cache=cache), CountingModel(), "Hello")
    with pytest.raises(RecordingMissingError):
        play(a_trial(tmp_path / "other", "replay", cache=cache), CountingModel(), "Hello")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("mode", ["auto", "record"])
def test_a_hit_in_the_cache_is_free_and_copied_into_the_file(tmp_path: Path, mode: Mode) -> None:
    cache = Cache(tmp_path / "cache")
    play(a_trial(tmp_path / "one", cache=cache), CountingModel(), "Hello")
    model, other = CountingModel(), a_trial(tmp_path / "other", mode, cache=cache)
    other.turn = 4
    play(other, model, "Hello")
    assert model.asked == []
    assert [entry.turn for entry in a_file(tmp_path / "other").entries.values()] == [4]
    assert len(a_file(tmp_path / "other").texts) == 2
    [reply] = play(a_trial(tmp_path / "other", "replay"), model, "Hello")
    assert reply.text == '{"n": 1}'


def test_a_run_that_dies_before_it_saves_has_paid_for_nothing_in_vain(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    asyncio.run(_asked(a_trial(tmp_path, cache=cache), CountingModel()))
    model = CountingModel()
    play(a_trial(tmp_path, cache=cache), model, "Hello")
    assert model.asked == []


def test_two_workers_never_pay_twice_for_one_ask(tmp_path: Path) -> None:
    model = CountingModel()

    async def both() -> list[Reply]:
        caches = (Cache(tmp_path / "cache"), Cache(tmp_path / "cache"))
        trials = [a_trial(tmp_path / str(index), cache=cache) for index, cache in enumerate(caches)]
        return list(await asyncio.gather(*(_asked(recordings, model) for recordings in trials)))

    replies = asyncio.run(both())
    assert len(model.asked) == 1
    assert {reply.text for reply in replies} == {'{"n": 1}'}
    assert sorted(reply.source for reply in replies) == ["live", "recorded"]


def test_a_failed_call_records_nothing(tmp_path: Path) -> None:
    class Unreachable:
        async def ask(self, ask: object, /) -> Reply:
            raise ModelUnavailableError("gone")

    recordings = a_trial(tmp_path, cache=Cache(tmp_path / "cache"))
    with pytest.raises(ModelUnavailableError):
        asyncio.run(Recorder(Unreachable(), recordings).ask(an_ask()))
    recordings.save(played_to_end=False)
    assert recordings.live == 0
    assert not a_file(tmp_path).path.exists()


def test_what_nobody_read_is_listed_for_this_trial_and_this_model(tmp_path: Path) -> None:
    model = CountingModel()
    play(a_trial(tmp_path), model, "Hello", "Goodbye")
    play(a_trial(tmp_path, number=2), model, "Hello")
    play(a_trial(tmp_path, settings=Settings(model="openai/large")), model, "Hello")
    recordings = a_trial(tmp_path, "replay")
    play(recordings, model, "Hello")
    [unused] = recordings.unused()
    assert isinstance(unused.body, RecordedAsk)
    assert unused.body.reply == '{"n": 2}'


def test_record_removes_what_nobody_read_once_the_trial_was_played_to_its_end(tmp_path: Path) -> None:
    model = CountingModel()
    play(a_trial(tmp_path), model, "Hello", "Goodbye")
    play(a_trial(tmp_path, settings=Settings(model="openai/large")), model, "Hello")
    cut_short = a_trial(tmp_path, "record")
    asyncio.run(_asked(cut_short, model))
    cut_short.save(played_to_end=False)
    assert len(a_file(tmp_path).entries) == 3
    play(a_trial(tmp_path, "auto"), model, "Hello")
    assert len(a_file(tmp_path).entries) == 3
    play(a_trial(tmp_path, "record"), model, "Hello")
    left = [entry.body for entry in a_file(tmp_path).entries.values()]
    assert {body.reply for body in left if isinstance(body, RecordedAsk)} == {'{"n": 1}', '{"n": 3}'}


def test_what_could_not_be_written_is_still_held(tmp_path: Path) -> None:
    blocker = tmp_path / "recordings"
    blocker.write_text("in the way", "utf-8")
    recordings = a_trial(tmp_path)
    with pytest.raises(RecordingsUnwritableError):
        play(recordings, CountingModel(), "Hello")
    blocker.unlink()
    recordings.save(played_to_end=True)
    assert len(a_file(tmp_path).entries) == 1


def test_a_secret_reaches_the_model_and_no_file(tmp_path: Path) -> None:
    model = CountingModel(answers=[json.dumps({"reply": f"your key is {SECRET}, your order ACME-123456"})])
    cache = Cache(tmp_path / "cache")
    redact = (r"\bACME-\d{6}\b",)
    asked = f"my key is {SECRET}, my order ACME-123456"
    [live] = play(a_trial(tmp_path, cache=cache, redact=redact), model, asked)
    assert SECRET in model.asked[0].prompt
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
            assert b"ACME-123456" not in path.read_bytes(), path
    assert left_behind(a_file(tmp_path).path.read_text("utf-8"), redact) == ()
    [reply] = play(a_trial(tmp_path, "replay", redact=redact), model, asked)
    assert reply.text == live.text
    assert SECRET in reply.text


def test_a_key_that_was_changed_since_finds_its_recording_with_itself_put_back(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(answers=[json.dumps({"reply": SECRET})]), f"my key is {SECRET}")
    [reply] = play(a_trial(tmp_path, "replay"), CountingModel(), f"my key is {OTHER}")
    assert json.loads(reply.text) == {"reply": OTHER}


def test_two_secrets_in_one_conversation_are_two_questions(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingModel(), f"key {SECRET}", f"key {OTHER}")
    replies = play(a_trial(tmp_path, "replay"), CountingModel(), f"key {SECRET}", f"key {OTHER}")
    assert [reply.text for reply in replies] == ['{"n": 1}', '{"n": 2}']


def test_a_secret_that_the_model_made_up_looks_the_same_live_and_replayed(tmp_path: Path) -> None:
    [live] = play(a_trial(tmp_path), CountingModel(answers=[json.dumps({"reply": SECRET})]), "give me a key")
    [reply] = play(a_trial(tmp_path, "replay"), CountingModel(), "give me a key")
    assert reply.text == live.text
    assert SECRET not in live.text


def test_recorded_over_http_a_conversation_replays_in_another_process_without_the_server(tmp_path: Path) -> None:
    async def record(url: str) -> None:
        recordings = a_trial(tmp_path)
        model = LiteLLMModel(MODEL, api_base=url, api_key=SECRET)
        for text in ("Hello", "Goodbye"):
            await Recorder(model, recordings).ask(an_ask(text))
        recordings.save(played_to_end=True)

    with loopback(in_turn('{"say": "hi"}', '```json\n{"say": "bye"}\n```')) as server:
        asyncio.run(record(server.url))
        assert len(server.requests) == 2
    assert SECRET not in a_file(tmp_path).path.read_text("utf-8")
    code = REPLAY.format(url=server.url, folder=str(tmp_path), model=MODEL)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ['{"say": "hi"} recorded 107', '{"say": "bye"} recorded 107', "litellm False"]


REPLAY = """
import asyncio, sys
from pathlib import Path
from understudy.engine.adapters.llm.litellm import LiteLLMModel
from understudy.engine.domain.ask import Ask, Section, Settings
from understudy.engine.domain.facts import MatchFacts, Situation
from understudy.evals.recordings.committed import Committed
from understudy.evals.recordings.recorder import Recorder
from understudy.evals.recordings.trial import Trial, TrialRecordings

trial = Trial(node="n", mode="replay", settings=Settings(model="{model}"))
committed = Committed(Path("{folder}") / "recordings" / "books.jsonl")
recorder = Recorder(LiteLLMModel("{model}", api_base="{url}"), TrialRecordings(trial, committed=committed))
facts = MatchFacts(situation=Situation(agent_name="A", agent_description="", customer_name="C"), candidates=())
for text in ("Hello", "Goodbye"):
    sections = (Section(name="role", text="You judge."), Section(name="newest", text=text))
    ask = Ask(id="7/match/9", decision="match", sections=sections, schema={{"type": "object"}}, facts=facts)
    reply = asyncio.run(recorder.ask(ask))
    print(reply.text, reply.source, reply.usage.prompt_tokens + reply.usage.answer_tokens)
print("litellm", "litellm" in sys.modules)
"""


async def _asked(recordings: TrialRecordings, model: CountingModel) -> Reply:
    return await Recorder(model, recordings).ask(replace(an_ask(), id="2/match/1"))


def test_what_is_asked_ahead_and_not_recorded_is_missed_only_if_it_is_asked_again(tmp_path: Path) -> None:
    play(a_trial(tmp_path, "record"), CountingModel(), "Hello", "Is it needed?")
    replayed = a_trial(tmp_path, "replay")

    async def ask(text: str, **changes: bool) -> Reply:
        return await Recorder(CountingModel(), replayed).ask(an_ask(text, **changes))

    with pytest.raises(RecordingMissingError, match="asked ahead of its time"):
        asyncio.run(ask("Bye", ahead=True))
    assert not replayed.doomed
    assert asyncio.run(ask("Is it needed?", ahead=True)).source == "recorded"
    assert asyncio.run(ask("Hello")).source == "recorded"
    with pytest.raises(RecordingMissingError):
        asyncio.run(ask("Bye"))
    assert replayed.doomed
    assert len(replayed.misses) == 1
