"""Secrets are taken out of what is stored and put back where they are known."""

import json

import pytest

from understudy.evals.recordings.errors import RedactionPatternError
from understudy.evals.recordings.redaction import Redaction, left_behind

KEY = "sk-" + "a1B2" * 6
OTHER = "sk-" + "c3D4" * 6
BORN = "0123456789abcdef"


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "sk-proj-" + "a1_B2-" * 4,
        "Bearer " + "abc.DEF-123_" * 2,
        "AKIA" + "ABCDEFGH12345678",
        "ghp_" + "a1B2c3" * 6,
        "github_pat_" + "a1B2c3" * 6,
        "xoxb-1234567890-abcdef",
        "AIza" + "a1B2c3" * 6,
        "eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_credentials_are_known_by_their_shape_and_come_back(secret: str) -> None:
    redaction = Redaction()
    assert redaction.text(f"use {secret}, please") == "use ⟦secret 1⟧, please"
    assert redaction.restore("use ⟦secret 1⟧, please") == f"use {secret}, please"
    assert left_behind(f"use {secret}, please") == (f"{secret[:4]}…",)


@pytest.mark.parametrize("text", ["the bearer of good news", "a risk-assessment-of-everything-here", "sk-8 board", ""])
def test_plain_text_is_left_alone(text: str) -> None:
    assert Redaction().text(text) == text
    assert left_behind(text) == ()


def test_two_secrets_never_share_a_placeholder_and_one_keeps_its_own() -> None:
    redaction = Redaction()
    assert redaction.text(f"{KEY} {OTHER} {KEY}") == "⟦secret 1⟧ ⟦secret 2⟧ ⟦secret 1⟧"
    assert redaction.text(OTHER) == "⟦secret 2⟧"


def test_a_suites_own_patterns_are_redacted_too() -> None:
    redaction = Redaction([r"\bACME-\d{6}\b"])
    assert redaction.text("order ACME-123456") == "order ⟦secret 1⟧"
    assert left_behind("order ACME-123456", [r"\bACME-\d{6}\b"]) == ("ACME…",)


def test_patterns_that_overlap_take_all_that_either_takes() -> None:
    assert Redaction([r"code \w+", r"\w+ red"]).text("my code blue red end") == "my ⟦secret 1⟧ end"


def test_a_pattern_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(RedactionPatternError, match=r"redact: '\(' is not a regular expression"):
        Redaction(["("])


def test_texts_keys_and_numbers_of_json_are_redacted_and_come_back_as_they_were() -> None:
    redaction = Redaction([r"\b4\d{15}\b"])
    value = {"card": 4111111111111111, KEY: ["ok", 4, True, None, {"t": f"x {KEY}"}]}
    redacted = redaction.value(value)
    assert redacted == {"card": "⟦secret 1⟧", "⟦secret 2⟧": ["ok", 4, True, None, {"t": "x ⟦secret 2⟧"}]}
    assert redaction.restore_value(redacted) == value


def test_an_answer_is_redacted_as_json_so_that_escapes_hide_nothing() -> None:
    redaction = Redaction(['"[^"]+"!'])
    answer = json.dumps({"reply": 'say "x"!'})
    stored = redaction.answer(answer)
    assert json.loads(stored) == {"reply": "say ⟦secret 1⟧"}
    assert json.loads(redaction.restore_answer(stored)) == {"reply": 'say "x"!'}


def test_an_answer_without_secrets_keeps_its_bytes() -> None:
    answer = '{ "a" : 1.50,\n"b":"\\u00e9" }'
    redaction = Redaction()
    assert redaction.answer(answer) == answer
    assert redaction.restore_answer(answer) == answer


def test_an_answer_that_is_no_json_is_redacted_as_text() -> None:
    redaction = Redaction()
    assert redaction.answer(f'{{"half": "{KEY}') == '{"half": "⟦secret 1⟧'
    assert redaction.restore_answer('{"half": "⟦secret 1⟧') == f'{{"half": "{KEY}'


def test_text_that_looks_like_a_placeholder_does_not_become_a_secret() -> None:
    redaction = Redaction()
    redaction.text(KEY)
    stored = redaction.text("the customer wrote ⟦secret 1⟧")
    assert stored == "the customer wrote ⟦secret 2⟧"
    assert redaction.restore(stored) == "the customer wrote ⟦secret 1⟧"


def test_a_secret_born_in_a_result_is_named_by_its_recording_and_passes_as_text_where_it_is_not_known() -> None:
    recording, replaying = Redaction(["secret \\w+"]), Redaction(["secret \\w+"])
    stored = recording.text(f"token {KEY}", born=BORN)
    assert stored == "token ⟦secret 01234567.1⟧"
    # What the next prompt says is the same, though one knows the secret and the other its placeholder only.
    assert recording.text(f"next: {KEY}") == "next: ⟦secret 01234567.1⟧"
    assert replaying.text(f"next: {replaying.restore('⟦secret 01234567.1⟧')}") == "next: ⟦secret 01234567.1⟧"


def test_a_secret_that_is_forgotten_is_not_put_back() -> None:
    redaction = Redaction()
    stored = redaction.answer(KEY, born=BORN)
    redaction.forget(born=BORN)
    assert redaction.restore_answer(stored) == "⟦secret 01234567.1⟧"
