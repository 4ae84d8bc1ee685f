"""Stores that keep everything in a folder, one JSON file for each thing."""

import json
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ...codec import dump, load
from ...domain.session import Customer, Session
from ...domain.values import JSON, canonical_json, slug
from ...errors import StoreError
from ...ports import StoredValue
from .memory import is_wanted

T = TypeVar("T")


class _Folder:
    """Numbered JSON files: the number keeps the order in which things came."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, kind: type[T]) -> T | None:
        """What is kept under a name."""
        file = self._file(name)
        return _content(file, kind) if file is not None else None

    def write(self, name: str, value: object) -> None:
        """Keep something under a name; a reader sees the old file or the new one, never half of it."""
        self._path.mkdir(parents=True, exist_ok=True)
        file = self._file(name) or self._path / f"{self._next():06d}-{_stem(name)}.json"
        half = file.with_suffix(".half")
        half.write_text(canonical_json({"name": name, "content": dump(value)}), encoding="utf-8")
        os.replace(half, file)

    def remove(self, name: str) -> None:
        """Forget what is kept under a name."""
        file = self._file(name)
        if file is not None:
            file.unlink()

    def all(self, kind: type[T]) -> Iterator[T]:
        """Everything, in the order in which it came."""
        for file in self._files():
            yield _content(file, kind)

    def _files(self) -> list[Path]:
        return sorted(self._path.glob("*.json")) if self._path.is_dir() else []

    def _file(self, name: str) -> Path | None:
        found = sorted(self._path.glob(f"*-{_stem(name)}.json")) if self._path.is_dir() else []
        return found[0] if found else None

    def _next(self) -> int:
        files = self._files()
        return int(files[-1].name.partition("-")[0]) + 1 if files else 1


def _stem(name: str) -> str:
    """A file's name that people can read and that no two names share."""
    return f"{slug(name)[:40]}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _content(file: Path, kind: type[T]) -> T:
    try:
        stored: JSON = json.loads(file.read_text(encoding="utf-8"))
        return load(kind, stored["content"])
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        problem = str(error).splitlines()[0]
        raise StoreError(f"{file} can't be read as a stored {kind.__name__}: {problem}; mend or remove it") from error


class LocalSessions:
    """Sessions in a folder."""

    def __init__(self, path: Path) -> None:
        self._folder = _Folder(path)

    async def load(self, session_id: str, /) -> Session | None:
        """The session of that id. Raises StoreError."""
        return self._folder.read(session_id, Session)

    async def save(self, session: Session, /) -> None:
        """Keep a session."""
        self._folder.write(session.id, session)

    async def delete(self, session_id: str, /) -> None:
        """Forget a session."""
        self._folder.remove(session_id)

    async def list(
        self, *, agent_id: str | None = None, customer_id: str | None = None, labels: Sequence[str] = ()
    ) -> tuple[Session, ...]:
        """The sessions wanted, oldest first. Raises StoreError."""
        return tuple(
            session
            for session in self._folder.all(Session)
            if is_wanted(session, agent_id=agent_id, customer_id=customer_id, labels=labels)
        )


class LocalCustomers:
    """Customers in a folder."""

    def __init__(self, path: Path) -> None:
        self._folder = _Folder(path)

    async def load(self, customer_id: str, /) -> Customer | None:
        """The customer of that id. Raises StoreError."""
        return self._folder.read(customer_id, Customer)

    async def save(self, customer: Customer, /) -> None:
        """Keep a customer."""
        self._folder.write(customer.id, customer)

    async def list(self) -> tuple[Customer, ...]:
        """All customers, in the order in which they came. Raises StoreError."""
        return tuple(self._folder.all(Customer))


class LocalVariables:
    """Values of variables in a folder."""

    def __init__(self, path: Path) -> None:
        self._folder = _Folder(path)

    async def load(self, variable: str, scope: str, /) -> StoredValue | None:
        """The value under a scope. Raises StoreError."""
        return self._folder.read(_name(variable, scope), StoredValue)

    async def save(self, variable: str, scope: str, /, *, stored: StoredValue) -> None:
        """Set the value under a scope."""
        self._folder.write(_name(variable, scope), stored)


def _name(variable: str, scope: str) -> str:
    return canonical_json([variable, scope])
