"""What decisions about wording are decided from: drafts, canned responses, and what a reply fulfilled."""

from dataclasses import dataclass

from .modes import CompositionMode, Criticality
from .situation import Situation
from .tool import Insight


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Something the reply must get across: a guideline's action, or a journey state's."""

    id: str
    action: str
    condition: str = ""
    description: str = ""
    criticality: Criticality = Criticality.MEDIUM
    journey: str = ""
    """The journey's title, for a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What should the agent say?"""

    situation: Situation
    instructions: tuple[Instruction, ...]
    """Guidelines first, then journey states: in a conflict the earlier ones hold."""
    insights: tuple[Insight, ...] = ()
    mode: CompositionMode = CompositionMode.FLUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCandidate:
    """A canned response, rendered."""

    id: str
    text: str
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionFacts:
    """Which canned response says what the draft wants to say?"""

    situation: Situation
    draft: str
    instructions: tuple[Instruction, ...]
    candidates: tuple[ResponseCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomposeFacts:
    """How does the draft read in the style of these responses?"""

    situation: Situation
    draft: str
    instructions: tuple[Instruction, ...]
    candidates: tuple[ResponseCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """What belongs into this field of a canned response?"""

    situation: Situation
    draft: str
    template: str
    field: str
    description: str = ""
    """What its author says belongs there."""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFacts:
    """Does one more response say what the reply left out of the draft?"""

    situation: Situation
    draft: str
    said: str
    instructions: tuple[Instruction, ...]
    candidates: tuple[ResponseCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreambleFacts:
    """What short sign of life does the customer get while the agent thinks?"""

    situation: Situation
    examples: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    """What the author asks of it."""
    candidates: tuple[ResponseCandidate, ...] = ()
    """Where there are any, one of them is said as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFacts:
    """Which of these guidelines did the reply fulfil?"""

    situation: Situation
    reply: tuple[str, ...]
    instructions: tuple[Instruction, ...]
