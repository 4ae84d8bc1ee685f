"""Results of real tools, recorded or replayed, and what is consequential."""

import asyncio
import json
from pathlib import Path

import pytest

from understudy.engine.domain.session import Customer
from understudy.engine.domain.tool import ToolResult
from understudy.engine.ports import ToolInvocation
from understudy.evals.recordings.errors import RecordingMissingError
from understudy.evals.recordings.recorder import Recorder
from understudy.evals.recordings.tools import GuardedTools, RecordingTools
from understudy.evals.recordings.trial import Mode, TrialRecordings

from .worlds import CountingModel, CountingTools, a_call, a_file, a_trial, an_ask

SECRET = "sk-" + "a1B2" * 6
RECORDING: tuple[Mode, ...] = ("auto", "record", "refresh")
ALL: tuple[Mode, ...] = (*RECORDING, "live", "replay")


def play(
    recordings: TrialRecordings, tools: CountingTools, *calls: ToolInvocation, run: tuple[str, ...] = ()
) -> list[ToolResult]:
    async def call_all() -> list[ToolResult]:
        recording = RecordingTools(tools, recordings, run=run)
        return [await recording.run(call) for call in calls]

    results = asyncio.run(call_all())
    recordings.save(played_to_end=True)
    return results


@pytest.mark.parametrize("mode", RECORDING)
def test_a_result_that_was_recorded_is_replayed_whole_and_runs_nothing(tmp_path: Path, mode: Mode) -> None:
    result = ToolResult(
        {"slots": ["9:00"]},
        metadata={"ms": 3},
        control={"lifespan": "response", "session": {"labels": ["urgent"], "metadata": {"queue": "north"}}},
        canned_responses=("At {{time}}",),
        canned_response_fields={"time": "9:00"},
    )
    [live] = play(a_trial(tmp_path, mode), CountingTools(results=[result]), a_call())
    tools = CountingTools()
    [replayed] = play(a_trial(tmp_path, "replay"), tools, a_call())
    assert live == replayed == result
    assert tools.ran == []


def test_a_failed_result_is_recorded_too(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingTools(results=[ToolResult(error="calendar is down")]), a_call())
    [replayed] = play(a_trial(tmp_path, "replay"), CountingTools(), a_call())
    assert replayed.error == "calendar is down"
    assert replayed.failed


def test_equal_calls_have_their_results_in_their_order(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingTools(), a_call(), a_call())
    replayed = play(a_trial(tmp_path, "replay"), CountingTools(), a_call(), a_call())
    assert [result.data for result in replayed] == [1, 2]


def test_a_call_for_another_customer_is_another_call(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingTools(), a_call())
    recordings = a_trial(tmp_path, "replay")
    [result] = play(recordings, CountingTools(), a_call(customer=Customer(id="jean", name="Jean")))
    assert result.failed
    assert "the caller differs" in recordings.misses[0].explanation


def test_a_result_that_is_not_recorded_is_a_miss_in_replay(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingTools(), a_call(arguments={"day": "Monday"}))
    recordings, tools = a_trial(tmp_path, "replay"), CountingTools()
    [result] = play(recordings, tools, a_call(arguments={"day": "Tuesday"}))
    assert tools.ran == []
    assert result.error == recordings.misses[0].explanation
    assert 'the tool \'get_slots\' called with {"day": "Tuesday"}' in recordings.misses[0].explanation
    assert '-  "day": "Monday"' in recordings.misses[0].explanation.replace('- "', '-  "')


@pytest.mark.parametrize("mode", ALL)
def test_a_tool_that_the_scenario_lets_run_runs_in_every_mode(tmp_path: Path, mode: Mode) -> None:
    play(a_trial(tmp_path), CountingTools(), a_call())
    tools = CountingTools()
    play(a_trial(tmp_path, mode), tools, a_call(), run=("get_slots",))
    assert len(tools.ran) == 1


def test_a_tool_that_gives_another_result_than_recorded_is_reported(tmp_path: Path) -> None:
    play(a_trial(tmp_path), CountingTools(results=[ToolResult("9:00")]), a_call())
    recordings = a_trial(tmp_path, "replay")
    play(recordings, CountingTools(results=[ToolResult("10:00")]), a_call(), run=("get_slots",))
    [changed] = recordings.results_changed
    assert (changed.tool, changed.turn) == ("get_slots", 1)
    assert json.loads(changed.recorded)["data"] == "9:00"
    assert json.loads(changed.now)["data"] == "10:00"
    same = a_trial(tmp_path, "replay")
    play(same, CountingTools(results=[ToolResult("9:00")]), a_call(), run=("get_slots",))
    assert same.results_changed == []


@pytest.mark.parametrize("mode", ALL)
def test_a_consequential_tool_without_stand_in_recording_or_run_is_never_run(tmp_path: Path, mode: Mode) -> None:
    recordings, tools = a_trial(tmp_path, mode), CountingTools()
    [result] = play(recordings, tools, a_call("refund", consequential=True))
    assert tools.ran == []
    assert result.failed
    [missing] = recordings.stand_ins_missing
    assert missing.line == "tools: {refund: run}"
    assert "'refund' is consequential" in missing.explanation
    assert result.error == missing.explanation


def test_a_consequential_tool_that_may_run_runs_once_and_is_replayed_from_then_on(tmp_path: Path) -> None:
    tools, call = CountingTools(), a_call("refund", consequential=True)
    for mode in ("auto", "auto", "record", "replay"):
        [result] = play(a_trial(tmp_path, mode), tools, call, run=("refund",))
        assert result.data == 1
    assert len(tools.ran) == 1


def test_a_consequential_tool_is_served_from_its_recording_without_run(tmp_path: Path) -> None:
    tools, call = CountingTools(), a_call("refund", consequential=True)
    play(a_trial(tmp_path), tools, call, run=("refund",))
    for mode in ALL:
        recordings = a_trial(tmp_path, mode)
        [result] = play(recordings, tools, call)
        assert result.data == 1
        assert not recordings.doomed
    assert len(tools.ran) == 1


def test_a_consequential_tool_that_may_run_does_not_in_replay(tmp_path: Path) -> None:
    recordings, tools = a_trial(tmp_path, "replay"), CountingTools()
    play(recordings, tools, a_call("refund", consequential=True), run=("refund",))
    assert tools.ran == []
    assert len(recordings.misses) == 1


def test_nothing_is_asked_or_run_once_a_stand_in_is_missing(tmp_path: Path) -> None:
    recordings, tools, model = a_trial(tmp_path), CountingTools(), CountingModel()
    play(recordings, tools, a_call("refund", consequential=True), a_call())
    with pytest.raises(RecordingMissingError, match="already misses"):
        asyncio.run(Recorder(model, recordings).ask(an_ask()))
    assert tools.ran == []
    assert model.asked == []
    assert recordings.misses == []


def test_live_keeps_no_results(tmp_path: Path) -> None:
    tools = CountingTools()
    play(a_trial(tmp_path, "live"), tools, a_call())
    assert len(tools.ran) == 1
    assert not a_file(tmp_path).path.exists()


def test_a_secret_in_a_result_works_live_stays_out_of_the_file_and_does_not_break_what_follows(tmp_path: Path) -> None:
    async def log_in_and_ask(recordings: TrialRecordings, tools: CountingTools) -> list[object]:
        recording, recorder = RecordingTools(tools, recordings), Recorder(CountingModel(), recordings)
        token = (await recording.run(a_call("log_in"))).data
        orders = await recording.run(a_call("get_orders", {"token": token}))
        reply = await recorder.ask(an_ask(f"the token is {token}"))
        recordings.save(played_to_end=True)
        return [orders.data, reply.text]

    tools = CountingTools(results=[ToolResult(SECRET), ToolResult(["one"])])
    live = asyncio.run(log_in_and_ask(a_trial(tmp_path), tools))
    assert tools.ran[1].arguments == {"token": SECRET}
    assert SECRET not in a_file(tmp_path).path.read_text("utf-8")
    assert asyncio.run(log_in_and_ask(a_trial(tmp_path, "replay"), CountingTools())) == live


def test_on_a_computed_model_tools_run_and_consequential_ones_only_if_they_may() -> None:
    tools = CountingTools()
    guarded = GuardedTools(tools, run=("refund",))
    results = [
        asyncio.run(guarded.run(call))
        for call in (
            a_call(),
            a_call("refund", consequential=True),
            a_call("cancel", consequential=True),
        )
    ]
    assert [call.tool.id for call in tools.ran] == ["get_slots", "refund"]
    assert [result.failed for result in results] == [False, False, True]
    assert [missing.line for missing in guarded.stand_ins_missing] == ["tools: {cancel: run}"]
