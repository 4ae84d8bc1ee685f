"""The text of a recordings file: one canonical JSON value a line, a section's text once, before its first use."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from ...engine.domain.values import JSON, canonical_json, digest
from .entry import Entry, RecordedAsk, UnreadableEntryError, entry_from_json, entry_to_json, is_newer

LONGEST_LINE = 16 * 2**20
"""Bytes; a longer line is nothing that we wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a recordings file holds, and what was wrong with it."""

    entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    """By key."""
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sections' texts by digest."""
    newer: tuple[str, ...] = ()
    """Lines of a newer format, kept as they are."""
    warnings: tuple[str, ...] = ()
    """One for each line that can't be used, naming file:line."""


def parse(content: bytes, *, name: str) -> Shelf:
    """Read a recordings file. A line that can't be used is a warning and leaves the others alone."""
    entries: dict[str, Entry] = {}
    texts: dict[str, str] = {}
    newer: list[str] = []
    warnings: list[str] = []
    # Only a line feed ends a line: JSON may hold every other character that Python takes for a line's end.
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            _take(line, entries=entries, texts=texts)
        except _NewerLineError as error:
            newer.append(error.line)
            warnings.append(f"{name}:{number}: {error}")
        except UnreadableEntryError as error:
            warnings.append(f"{name}:{number}: {error}")
    return Shelf(entries=entries, texts=texts, newer=tuple(newer), warnings=tuple(warnings))


def render(shelf: Shelf) -> bytes:
    """Write a recordings file: entries in their stable order, and no text that no entry uses.

    What lines of a newer format use can't be told: with these, every text is kept.
    """
    texts = (_text_line(hash_, text) for hash_, text in sorted(shelf.texts.items()) if shelf.newer)
    lines = dict.fromkeys((*_lines(shelf.entries.values(), shelf.texts), *texts, *sorted(shelf.newer)))
    return b"".join(_encoded(line) + b"\n" for line in lines)


class _NewerLineError(UnreadableEntryError):
    """A line of a newer format."""

    def __init__(self, reason: str, line: str) -> None:
        self.line = line
        super().__init__(reason)


def _take(line: bytes, *, entries: dict[str, Entry], texts: dict[str, str]) -> None:
    stored = _object(line)
    match stored.get("type"):
        case "entry":
            entry = _entry(stored, line)
            repeated = entry.key in entries
            entries[entry.key] = entry
            if repeated:
                raise UnreadableEntryError(f"key {entry.key[:12]} stands here a second time; this later line is used")
        case "text":
            text = stored.get("text")
            if not isinstance(text, str) or digest(text) != stored.get("digest"):
                raise UnreadableEntryError("this text does not fit its hash; it is left out")
            texts[digest(text)] = text
        case _ if is_newer(stored):
            raise _NewerLineError("this line is of a newer Understudy; it is kept and not used", _decoded(line))
        case other:
            raise UnreadableEntryError(f"type {other!r} is neither 'entry' nor 'text'; the line is left out")


def _object(line: bytes) -> dict[str, JSON]:
    if len(line) > LONGEST_LINE:
        raise UnreadableEntryError(f"this line has {len(line):,} bytes, more than any answer; it is left out")
    try:
        stored = json.loads(line)
    except (ValueError, RecursionError):
        reason = "this line is not JSON (cut short, or a conflict of a merge?); it is left out"
        raise UnreadableEntryError(reason) from None
    if not isinstance(stored, dict):
        raise UnreadableEntryError("this line is not a JSON object; it is left out")
    return cast("dict[str, JSON]", stored)


def _entry(stored: dict[str, JSON], line: bytes) -> Entry:
    try:
        return entry_from_json({name: value for name, value in stored.items() if name != "type"})
    except UnreadableEntryError as error:
        if is_newer(stored):
            raise _NewerLineError(str(error), _decoded(line)) from None
        raise


def _lines(entries: Iterable[Entry], texts: Mapping[str, str]) -> Iterator[str]:
    written: set[str] = set()
    for entry in sorted(entries, key=lambda entry: entry.place):
        sections = entry.body.sections if isinstance(entry.body, RecordedAsk) else ()
        for section in sections:
            if section.digest in texts and section.digest not in written:
                written.add(section.digest)
                yield _text_line(section.digest, texts[section.digest])
        yield canonical_json({"type": "entry", **entry_to_json(entry)})


def _text_line(hash_: str, text: str) -> str:
    return canonical_json({"type": "text", "digest": hash_, "text": text})


def _encoded(line: str) -> bytes:
    try:
        return line.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: only JSON's own escapes can hold it
        return json.dumps(json.loads(line), sort_keys=True, separators=(",", ":")).encode("ascii")


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
