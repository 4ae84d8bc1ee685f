"""A text in pieces, as a model gives it that is listened to while it answers."""

import re


def pieces_of(text: str) -> tuple[str, ...]:
    """Each word with the space before it; together they are the text."""
    return tuple(re.findall(r"\s*\S+|\s+", text))
