"""The key of a recording: everything that changes the answer, and nothing else."""

import os
import subprocess
import sys
from dataclasses import fields, replace

import pytest

from understudy.engine.adapters.llm.transport import Transport
from understudy.engine.domain.ask import Ask, Section, Settings
from understudy.evals.recordings.key import IN_KEY, NOT_IN_KEY, AskRequest, ToolRequest, key_of

ASKED = AskRequest(
    decision="match",
    sections=(Section(name="role", text="You judge."), Section(name="newest", text="Hello")),
    schema='{"type":"object"}',
    settings=Settings(model="openai/small", temperature=0.0),
)
CALLED = ToolRequest(tool="get_slots", arguments={"day": "Monday"}, caller={"customer": "jean"})


def test_every_field_that_crosses_the_port_is_classified() -> None:
    kinds = {"ask": Ask, "section": Section, "settings": Settings, "transport": Transport}
    present = {f"{name}.{part.name}" for name, kind in kinds.items() for part in fields(kind)}
    present.add("ask.stable_sections")  # worked out from the sections, and it decides which message they are in
    assert present == IN_KEY | NOT_IN_KEY.keys(), "say in key.py whether the new field changes an answer"
    assert not IN_KEY & NOT_IN_KEY.keys()
    assert all(NOT_IN_KEY.values())


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASKED, decision="draft"),
        replace(ASKED, sections=(ASKED.sections[0], Section(name="newest", text="Hello!"))),
        replace(ASKED, sections=ASKED.sections[:1]),
        replace(ASKED, sections=ASKED.sections[::-1]),
        replace(ASKED, schema='{"type":"array"}'),
        replace(ASKED, attempt=2),
        replace(ASKED, stable_sections=1),
        replace(ASKED, trial=2),
        replace(ASKED, settings=replace(ASKED.settings, model="openai/large")),
        replace(ASKED, settings=replace(ASKED.settings, temperature=1.0)),
        replace(ASKED, settings=replace(ASKED.settings, temperature=None)),
        replace(ASKED, settings=replace(ASKED.settings, top_p=0.5)),
        replace(ASKED, settings=replace(ASKED.settings, seed=0)),
        replace(ASKED, settings=replace(ASKED.settings, max_tokens=9)),
    ],
)
def test_what_changes_the_answer_changes_the_key(changed: AskRequest) -> None:
    assert key_of(changed) != key_of(ASKED)


def test_the_name_of_a_section_does_not_change_the_key() -> None:
    renamed = tuple(replace(section, name=f"{section.name}-2") for section in ASKED.sections)
    assert key_of(replace(ASKED, sections=renamed)) == key_of(ASKED)


def test_text_moved_over_the_border_of_two_sections_changes_the_key() -> None:
    moved = (Section(name="role", text="You judge.Hello"), Section(name="newest", text=""))
    assert key_of(replace(ASKED, sections=moved)) != key_of(ASKED)


def test_a_setting_that_comes_anew_and_is_not_used_leaves_old_keys_alone() -> None:
    assert ASKED.sampling == {"temperature": 0.0}


@pytest.mark.parametrize("request_", [ASKED, CALLED])
def test_the_same_request_again_has_another_key(request_: AskRequest | ToolRequest) -> None:
    assert key_of(request_, 2) != key_of(request_, 1)


@pytest.mark.parametrize(
    "changed",
    [
        replace(CALLED, tool="get_times"),
        replace(CALLED, arguments={"day": "Tuesday"}),
        replace(CALLED, caller={"customer": "ann"}),
        replace(CALLED, trial=2),
    ],
)
def test_what_changes_a_tools_result_changes_the_key(changed: ToolRequest) -> None:
    assert key_of(changed) != key_of(CALLED)


def test_the_order_of_arguments_does_not_change_the_key() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert key_of(replace(CALLED, arguments=one)) == key_of(replace(CALLED, arguments=other))


def test_a_lone_surrogate_has_a_key() -> None:
    assert len(key_of(replace(CALLED, arguments={"a": "\ud800"}))) == 64


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_process_makes_the_same_key(seed: str) -> None:
    code = (
        "from understudy.evals.recordings.key import *; from understudy.engine.domain.ask import *;"
        "print(key_of(AskRequest(decision='match', sections=(Section(name='a', text='ä'),), schema='{}',"
        "settings=Settings(model='m', temperature=0.5, seed=1))), end='')"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "e97daaffa1cd91c18b9b5f5612096c6e81b6116e698f606fb28782bdbc55b529"
