"""What a provider says when it fails, as it is told."""

from understudy.engine.adapters.provider import words_of


def test_the_same_failure_is_told_in_the_same_words_in_every_run() -> None:
    told = {words_of(OSError(f"no connection (ssl:<ssl.SSLContext object at 0x7f{place}>)")) for place in ("a1", "b2")}
    assert told == {"no connection (ssl:<ssl.SSLContext>)"}
