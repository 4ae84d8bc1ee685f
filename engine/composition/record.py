"""The mode that governs the wording of a turn, and the record of how its reply comes about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..domain.modes import CompositionMode, most_restrictive
from ..domain.trace import Composition
from ..domain.turn import Turn


def composition_mode(turn: Turn) -> CompositionMode:
    """The most restrictive mode among the agent's, the active guidelines' and the current states'."""
    modes = [guideline.composition_mode for guideline in turn.active_guidelines]
    for journey, state in turn.current_states:
        modes += [journey.composition_mode, state.composition_mode]
    return most_restrictive(turn.agent.composition_mode, *(mode for mode in modes if mode is not None))


def is_strict(turn: Turn) -> bool:
    """Whether nothing but canned responses and the no-match response may be said."""
    return composition_mode(turn) is CompositionMode.STRICT


def composition(turn: Turn) -> Composition:
    """How the reply came about so far."""
    return turn.trace.composition or Composition(mode=composition_mode(turn))


def recorded(turn: Turn, **changes: Any) -> Turn:
    """The turn with more known of how its reply came about; the fields are those of Composition."""
    return replace(turn, trace=replace(turn.trace, composition=replace(composition(turn), **changes)))


def with_fates(turn: Turn, fates: Mapping[str, str]) -> Turn:
    """The turn in whose record these canned responses, by id, have met these fates."""
    considered = composition(turn).considered
    return recorded(turn, considered=tuple(replace(one, fate=fates.get(one.id, one.fate)) for one in considered))
