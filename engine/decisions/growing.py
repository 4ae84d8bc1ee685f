"""Reading one text out of a JSON object that is still being written."""

import json

_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class GrowingText:
    """Takes an answer piece by piece and gives what is new of the text of one of its fields.

    Pieces may be cut anywhere, within an escape too. What is no text at the top of the object is passed over; whether
    the whole is valid is judged by whoever has the whole.
    """

    def __init__(self, field: str) -> None:
        self._field = field
        self._depth = 0
        self._is_key = False
        self._key = ""
        self._string: str | None = None
        """What was read of the string that is open, None outside of strings."""
        self._escape = ""
        self._half = ""
        """The escape of the first half of a pair, whose second half is awaited."""

    def feed(self, piece: str) -> str:
        """What the piece adds to the text."""
        return "".join(self._read(letter) for letter in piece)

    def _read(self, letter: str) -> str:
        if self._string is None:
            self._outside(letter)
            return ""
        if self._escape:
            return self._escaped(letter)
        if letter == "\\":
            self._escape = letter
            return ""
        if letter == '"':
            return self._close()
        return self._take(letter)

    def _outside(self, letter: str) -> None:
        match letter:
            case '"':
                self._string = ""
            case "{" | "[":
                self._depth += 1
                self._is_key = letter == "{" and self._depth == 1
            case "}" | "]":
                self._depth -= 1
            case "," if self._depth == 1:
                self._is_key = True
            case ":" if self._depth == 1:
                self._is_key = False
            case _:
                pass

    def _close(self) -> str:
        if self._depth == 1 and self._is_key:
            self._key = self._string or ""
        self._string, self._half = None, ""
        return ""

    def _escaped(self, letter: str) -> str:
        self._escape += letter
        if self._escape[1] != "u":
            found, self._escape = _SIMPLE.get(letter, ""), ""
            return self._take(found)
        if len(self._escape) < 6:
            return ""
        code, self._escape = self._half + self._escape, ""
        self._half = ""
        try:
            found = json.loads(f'"{code}"')
        except ValueError:  # no digits: the whole will not be valid either
            return ""
        if len(found) == 1 and "\ud800" <= found <= "\udbff":
            self._half = code
            return ""
        return self._take(found)

    def _take(self, text: str) -> str:
        self._string = (self._string or "") + text
        wanted = self._depth == 1 and not self._is_key and self._key == self._field
        return text if wanted else ""
