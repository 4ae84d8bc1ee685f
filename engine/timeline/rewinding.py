"""Sessions gone back in, gone on with as a copy, or taken over by another agent. Pure."""

from dataclasses import replace

from ..domain.session import AgentState, Event, Session


def turn_of(trace_id: str) -> int:
    """The number of the turn that an event belongs to; 0 for one of no turn."""
    return int(trace_id.rpartition("/")[2]) if trace_id else 0


def last_turn(session: Session) -> int:
    """The number of the last turn that an event belongs to; 0 where there was none."""
    return max((turn_of(event.trace_id) for event in session.events), default=0)


def rewound(session: Session, *, to_turn: int) -> Session:
    """The session as it stood after a turn (0 is before the first); later events are withdrawn and no offset changes.

    Raises ValueError for a turn that there was not, or that was taken back before.
    """
    known = sorted({0, *(turn_of(event.trace_id) for event in session.events)})
    if to_turn not in known:
        there = ", ".join(map(str, known))
        raise ValueError(f"session {session.id!r} has no turn {to_turn} to go back to; there are {there}")
    later = (index for index, event in enumerate(session.events) if turn_of(event.trace_id) > to_turn)
    end = next(later, len(session.events))
    return _cut(session, end=end, to_turn=to_turn)


def rewound_before(session: Session, *, offset: int) -> Session:
    """The session as it stood before an event, which has to be one of no turn or the first of its turn.

    Raises ValueError for any other, and for an offset that no event has.
    """
    offsets = [event.offset for event in session.events]
    if offset not in offsets:
        raise ValueError(f"session {session.id!r} has no event {offset}; it has {len(offsets)}, taken back ones aside")
    end = offsets.index(offset)
    before, name = session.events[:end], session.events[end].trace_id
    first = next((event.offset for event in before if name and event.trace_id == name), None)
    if first is not None:
        raise ValueError(
            f"event {offset} is not the first of turn {turn_of(name)}, which is taken back as a whole: give {first}"
        )
    return _cut(session, end=end, to_turn=max((turn_of(event.trace_id) for event in before), default=0))


def _cut(session: Session, *, end: int, to_turn: int) -> Session:
    last = session.events[end - 1].offset if end else -1
    states = tuple(state for state in session.states if turn_of(state.trace_id) <= to_turn)
    then = states[-1] if states else session.opening
    summary = session.summary
    return replace(
        session,
        events=session.events[:end],
        withdrawn=_in_order((*session.withdrawn, *session.events[end:])),
        states=states,
        labels=then.labels,
        mode=then.mode,
        facts=tuple(fact for fact in session.facts if fact.offset <= last),
        summary=summary if summary is not None and summary.offset <= last else None,
    )


def _in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.offset))


def handed_over(session: Session, *, agent_id: str) -> Session:
    """The session as another agent takes it over: the timeline is its too, what the engine remembered is not."""
    return replace(
        session,
        agent_id=agent_id,
        states=tuple(_forgetting(state) for state in session.states),
        opening=_forgetting(session.opening),
    )


def _forgetting(state: AgentState) -> AgentState:
    """A state without what it says of one agent's guidelines and journeys: another's may have the same ids."""
    return replace(state, applied=(), paths={}, ran=())


def forked(session: Session, *, at_turn: int, session_id: str) -> Session:
    """A session of its own that begins as this one stood after a turn. Raises ValueError as rewound() does."""
    then = rewound(session, to_turn=at_turn)
    # Offsets go on from the last event that is left: what the original took back is no part of the copy.
    events = tuple(replace(event, offset=offset) for offset, event in enumerate(then.events))
    offsets = {old.offset: new.offset for old, new in zip(then.events, events, strict=True)}
    return replace(
        then,
        id=session_id,
        turns=at_turn,
        events=events,
        withdrawn=(),
        facts=tuple(replace(fact, offset=offsets.get(fact.offset, fact.offset)) for fact in then.facts),
        summary=replace(then.summary, offset=offsets.get(then.summary.offset, then.summary.offset))
        if then.summary
        else None,
    )
