"""What is to be different about a session: notes, labels, its title, who answers. Collected, then made all at once."""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from typing import cast

from .modes import SessionMode
from .session import Session
from .values import JSON, canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanges:
    """Changes to a session. What is not named stays as it is."""

    metadata: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    unset_metadata: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    title: str | None = None
    mode: SessionMode | None = None

    def then(self, later: "SessionChanges") -> "SessionChanges":
        """These changes and later ones as one."""
        metadata = {key: value for key, value in self.metadata.items() if key not in later.unset_metadata}
        labels = [label for label in self.labels if label not in later.remove_labels]
        unset = [key for key in self.unset_metadata if key not in later.metadata]
        gone = [label for label in self.remove_labels if label not in later.labels]
        return SessionChanges(
            metadata={**metadata, **later.metadata},
            unset_metadata=_once(*unset, *later.unset_metadata),
            labels=_once(*labels, *later.labels),
            remove_labels=_once(*gone, *later.remove_labels),
            title=self.title if later.title is None else later.title,
            mode=self.mode if later.mode is None else later.mode,
        )

    def made_to(self, session: Session) -> Session:
        """The session with these changes; labels that it keeps keep their place."""
        kept = {key: value for key, value in session.metadata.items() if key not in self.unset_metadata}
        labels = [label for label in session.labels if label not in self.remove_labels]
        return replace(
            session,
            metadata={**kept, **self.metadata},
            labels=_once(*labels, *self.labels),
            title=session.title if self.title is None else self.title,
            mode=session.mode if self.mode is None else self.mode,
        )

    def as_json(self) -> dict[str, JSON]:
        """What changes, by the names of the fields; empty where nothing does."""
        written: dict[str, JSON] = {
            "metadata": dict(self.metadata),
            "unset_metadata": list(self.unset_metadata),
            "labels": list(self.labels),
            "remove_labels": list(self.remove_labels),
        }
        single: dict[str, JSON] = {"title": self.title, "mode": self.mode.value if self.mode else None}
        return {
            **{key: value for key, value in written.items() if value},
            **{key: value for key, value in single.items() if value is not None},
        }


KEYS: tuple[str, ...] = tuple(part.name for part in fields(SessionChanges))


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def changes_in(written: object) -> SessionChanges:
    """The changes that JSON stands for. Raises ValueError that says all that is wrong with it."""
    if not isinstance(written, Mapping):
        raise ValueError(f"is {written!r:.60}, where a mapping with {', '.join(KEYS)} is wanted")
    given = cast("Mapping[str, JSON]", written)
    if problems := [*_unknown(given), *_unfit(given)]:
        raise ValueError("; ".join(problems))
    mode = given.get("mode")
    return SessionChanges(
        metadata=dict(cast("Mapping[str, JSON]", given.get("metadata") or {})),
        unset_metadata=_names(given, "unset_metadata"),
        labels=_names(given, "labels"),
        remove_labels=_names(given, "remove_labels"),
        title=cast("str | None", given.get("title")),
        mode=None if mode is None else SessionMode(mode),
    )


def _names(given: Mapping[str, JSON], key: str) -> tuple[str, ...]:
    return _once(*cast("list[str]", given.get(key) or ()))


def _unknown(given: Mapping[str, JSON]) -> Iterator[str]:
    from ..errors import closest  # the exception tree names domain types, so it is imported late

    for key in given:
        if key not in KEYS:
            near = closest(str(key), KEYS)
            hint = f"did you mean {near!r}?" if near else f"it takes {', '.join(KEYS)}"
            yield f"has no key {key!r}; {hint}"


def _unfit(given: Mapping[str, JSON]) -> Iterator[str]:
    """What stands under a key that takes something else."""
    mode, title = given.get("mode"), given.get("title")
    if mode is not None and mode not in list(SessionMode):
        yield f"has the mode {mode!r:.60}, not one of {', '.join(SessionMode)}"
    yield from _unfit_metadata(given.get("metadata"))
    for key in ("unset_metadata", "labels", "remove_labels"):
        yield from _unfit_names(key, given.get(key))
    if title is not None and not isinstance(title, str):
        yield f"has the title {title!r:.60}, where a text is wanted"


def _unfit_metadata(noted: object) -> Iterator[str]:
    if noted is None:
        return
    if not isinstance(noted, Mapping):
        yield f"has metadata {noted!r:.60}, where a mapping is wanted"
        return
    try:
        canonical_json(dict(cast("Mapping[str, JSON]", noted)))
    except (TypeError, ValueError) as error:
        yield f"has metadata that JSON can't hold: {error}"


def _unfit_names(key: str, names: object) -> Iterator[str]:
    if isinstance(names, str):
        yield f"has {key} {names!r:.60}, where a list of texts is wanted: write [{names!r}]"
        return
    parts = cast("list[object]", names) if isinstance(names, list | tuple) else [names]
    if names is not None and not all(isinstance(part, str) for part in parts):
        yield f"has {key} {names!r:.60}, where a list of texts is wanted"


class SessionNotes:
    """Takes the changes that one piece of an author's code wants, for as long as it runs."""

    def __init__(self) -> None:
        self.changes = SessionChanges()
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether the code still runs."""
        return self._is_open

    def add(self, changes: SessionChanges) -> None:
        """Take changes. Raises NotOpenError once the code is done, TypeError for values that JSON can't hold."""
        if not self._is_open:
            raise _not_open("the code that wants to change the session is done: change it before, and await that")
        try:
            metadata = cast("dict[str, JSON]", json.loads(canonical_json(dict(changes.metadata))))
        except (TypeError, ValueError) as error:
            raise TypeError(f"a session's metadata can't hold what JSON can't hold: {error}") from error
        self.changes = self.changes.then(replace(changes, metadata=metadata))

    def close(self) -> None:
        """Take no more changes."""
        self._is_open = False


_taking: ContextVar[SessionNotes | None] = ContextVar("understudy_session_notes", default=None)


@contextmanager
def noting(notes: SessionNotes) -> Generator[None]:
    """Let the code that is run inside change the session of its turn: what it wants is noted here."""
    token = _taking.set(notes)
    try:
        yield
    finally:
        _taking.reset(token)
        notes.close()


def note_changes(changes: SessionChanges) -> None:
    """Note changes to the session of the turn that is played. Raises NotOpenError where nobody takes them."""
    notes = _taking.get()
    if notes is None:
        raise _not_open("a session can be changed in tools, hooks, handlers and plans: do it there")
    notes.add(changes)


def _not_open(text: str) -> Exception:
    from ..errors import NotOpenError  # the exception tree names domain types, so it is imported late

    return NotOpenError(text)
