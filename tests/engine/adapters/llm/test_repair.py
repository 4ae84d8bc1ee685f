"""What is one JSON object under its wrapping is found; what is cut off or ambiguous is left as it came."""

import json

import pytest

from understudy.engine.adapters.llm.repair import LONGEST, repaired


@pytest.mark.parametrize(
    "written",
    [
        '{"ok": true}',
        '```json\n{"ok": true}\n```',
        '```\n{"ok": true}```',
        '```json{"ok": true}```',
        'Sure, here it is:\n```json\n{"ok": true}\n```\nAnything else?',
        'Here you are:\n\n{"ok": true}\n\nAnything else?',
        'In {curly braces}, as you like: {"ok": true}',
        '<think>Is it {"ok": false}? No.</think>\n{"ok": true}',
        'First {"ok": true}, and so again: {"ok": true}',
        '  {"ok": true}\n',
    ],
)
def test_json_is_found_in_its_wrapping(written: str) -> None:
    assert repaired(written) == '{"ok": true}'


def test_a_comma_too_many_is_taken_out_and_one_in_a_text_is_not() -> None:
    assert repaired('{"a": [1, 2,], }') == '{"a": [1, 2] }'
    assert json.loads(repaired('{"a": "one,] two,}", }')) == {"a": "one,] two,}"}


def test_a_line_break_in_a_text_is_escaped() -> None:
    assert json.loads(repaired('{"message": "Hello\nthere"}')) == {"message": "Hello\nthere"}


def test_what_is_written_as_python_writes_it_is_read() -> None:
    assert json.loads(repaired("{'ok': True, 'why': None, 'said': \"it's {fine}\"}")) == {
        "ok": True,
        "why": None,
        "said": "it's {fine}",
    }


@pytest.mark.parametrize(
    "written",
    [
        "I'd rather not.",
        "",
        '{"ok": tr',
        '{"a": {"b": 1}, "c": "half a te',
        '```json\n{"a": {"b": 1}, "c": [1,',
        '{"one": 1} or rather {"two": 2}',
        "[1, 2]",
        "} {",
        "{'a': {1, 2}}",
        "{" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_half_an_answer_none_and_two_stay_as_they_are(written: str) -> None:
    assert repaired(written) == written


def test_an_answer_of_absurd_size_is_not_mended() -> None:
    written = '```{"a": "' + "x" * LONGEST + '"}```'
    assert repaired(written) == written
