"""Places that people name on their way: "from the airport to 5th and Main"."""

import re

_NAME = r"[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+){0,3}"
_CORNER = rf"(?:[0-9]{{1,3}}(?:st|nd|rd|th)|{_NAME})\s+(?:and|&)\s+{_NAME}"
_STREET = r"[0-9]{1,3}(?:st|nd|rd|th)(?:\s+(?:[Ss]treet|[Aa]venue|[Aa]ve|[Ss]t))?"
_COMMON = (
    r"(?:\w+ )?(?:airport|hospital|station|university|college|school|campus|harbou?r|port|mall|market|museum|library|"
    r"stadium|beach|office|city cent(?:er|re)|town hall|downtown|hotel|theat(?:er|re)|park|home|work)\b"
)
_PLACE = rf"(?P<place>{_CORNER}|{_STREET}|{_NAME}|{_COMMON})"
_TO = re.compile(rf"\b(?:to|towards|for)\s+(?:the\s+|my\s+)?{_PLACE}")
_FROM = re.compile(rf"\bfrom\s+(?:the\s+|my\s+)?{_PLACE}")
_NEAR = re.compile(rf"\b(?:to|in|at|from|near)\s+(?:my \w+ |the )?{_PLACE}")


def whither(text: str) -> str | None:
    """Where somebody says they want to go, None where they do not say."""
    found = re.search(_TO, text)
    return found["place"] if found else None


def whence(text: str) -> str | None:
    """Where somebody says they start, None where they do not say."""
    found = re.search(_FROM, text)
    return found["place"] if found else None


def whereabouts(text: str) -> str | None:
    """Any place that somebody names, None where they name none."""
    found = re.search(_NEAR, text)
    return found["place"] if found else None
