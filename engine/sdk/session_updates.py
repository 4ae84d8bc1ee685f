"""Changing a session from outside of turns: what is wanted is read as a whole, and then made as one change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict, cast

from ..domain.modes import SessionMode
from ..domain.session import Customer, Session
from ..domain.session_changes import KEYS, SessionChanges, changes_in
from ..domain.values import JSON
from .checking import is_whole, refuse_unknown, shown
from .customers import CustomerHandle


class UpdateOptions(TypedDict, total=False):
    """What may be different about a session. What is not given, or None, stays."""

    title: str | None
    mode: SessionMode | str | None
    customer: Customer | CustomerHandle | str | None
    metadata: Mapping[str, JSON] | None
    unset_metadata: Sequence[str]
    labels: Sequence[str]
    remove_labels: Sequence[str]
    consumption_offsets: Mapping[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What is to be different about a session, once it is known that it can be."""

    changes: SessionChanges
    customer: Customer | CustomerHandle | str | None = None
    consumption: Mapping[str, int] = field(default_factory=dict[str, int])

    def made_to(self, session: Session, *, customer: Customer | None) -> Session:
        """The session with all of it, and with that customer where there is a new one."""
        return replace(
            self.changes.made_to(session),
            customer=customer or session.customer,
            consumption={**session.consumption, **self.consumption},
        )


def read_update(session_id: str, wanted: UpdateOptions) -> Update:
    """The update that is wanted. Raises UnknownNameError for an option that there is not, ValueError for all else."""
    refuse_unknown(wanted, UpdateOptions.__annotations__, of="a session's update")
    problems: list[str] = []
    changes = SessionChanges()
    try:
        changes = changes_in({key: value for key, value in wanted.items() if key in KEYS})
    except ValueError as error:
        problems.append(str(error))
    customer, offsets = wanted.get("customer"), wanted.get("consumption_offsets")
    problems += [*_of_customer(customer), *_of_offsets(offsets)]
    if problems:
        raise ValueError(f"the update of session {session_id!r} {'; '.join(problems)}; nothing was changed")
    return Update(changes=changes, customer=customer, consumption=dict(offsets or {}))


def _of_customer(given: object) -> Iterator[str]:
    if given is not None and not isinstance(given, Customer | CustomerHandle | str):
        yield f"has the customer {shown(given)}, where a customer or an id is wanted"


def _of_offsets(given: object) -> Iterator[str]:
    if given is not None and not isinstance(given, Mapping):
        yield f"has consumption_offsets {shown(given)}, where a mapping of readers to offsets is wanted"
        return
    for reader, offset in cast("Mapping[str, object]", given or {}).items():
        if not is_whole(offset):
            yield f"has the consumption offset {shown(offset)} of {reader!r}, where a whole number is wanted"
