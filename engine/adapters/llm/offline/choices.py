"""Which of a parameter's choices a customer names."""

from .lexicon import root
from .options import with_plain_times
from .overlap import overlap
from .text import tokens
from .values import is_correction
from .wanted import Wanted


def choice_of(wanted: Wanted, text: str) -> str | None:
    """The choice that a message names; of parameters with the same choices, the one in this parameter's turn."""
    return _named_in(wanted, text) if wanted.alone else _in_turn(wanted)


def _in_turn(wanted: Wanted) -> str | None:
    """Of the choices named so far, in the order in which they were, the one that is this parameter's.

    A message with several names them all anew; one that corrects itself puts its own in the place of the last.
    """
    named: list[str] = []
    for said in reversed(wanted.places.said):
        found = _in_order(wanted, said.text)
        if len(found) > 1:
            named = found
        elif found and named and is_correction(said.text):
            named[-1] = found[0]
        else:
            named += found
    return named[wanted.rank] if wanted.rank < len(named) else None


def _in_order(wanted: Wanted, text: str) -> list[str]:
    words = tokens(with_plain_times(text))
    runs = ((choice, tokens(with_plain_times(choice))) for choice in wanted.parameter.choices)
    places = [(at, choice) for choice, run in runs if (at := last_place(run, words)) is not None]
    return [choice for at, choice in sorted(places) if not _is_negated(words[:at])]


def _named_in(wanted: Wanted, text: str) -> str | None:
    heard = wanted.places.heard
    found: list[tuple[int, int, str]] = []
    words = tokens(with_plain_times(text))
    for choice in wanted.parameter.choices:
        run = tokens(with_plain_times(choice))
        at = last_place(run, words)
        if at is not None and not _is_negated(words[:at]):
            found.append((at + len(run), len(choice), choice))
    if found:
        return max(found)[2]
    said = heard.topic(text)
    shares = [
        (overlap(heard.topic(choice.replace("_", " ")), said).share, choice) for choice in wanted.parameter.choices
    ]
    best = max((share for share, _ in shares), default=0.0)
    likeliest = [choice for share, choice in shares if share == best]
    return likeliest[0] if best >= 0.6 and len(likeliest) == 1 else None


def _is_negated(before: tuple[str, ...]) -> bool:
    """Whether the words before a choice rule it out: "not", "not my", "rather than a"."""
    plain = [word for word in before[-2:] if word not in ("my", "the", "a", "an", "your")]
    return plain[-1:] in (["not"], ["no"], ["than"])


def last_place(run: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    """Where some words stand in a text for the last time, whatever their forms; None where they do not."""
    stems, wanted = [root(word) for word in words], [root(word) for word in run]
    spots = (at for at in range(len(stems) - len(wanted), -1, -1) if wanted and stems[at : at + len(wanted)] == wanted)
    return next(spots, None)
