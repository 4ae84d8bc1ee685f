"""What decisions of those who are not the agent are made from: of its judge, and of whoever plays its customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .situation import Situation
from .values import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFacts:
    """Does what the agent said meet this criterion?"""

    situation: Situation
    """Of which the agent and the conversation are filled in, with what tools gave."""
    criterion: str
    reply: tuple[str, ...] = ()
    """The agent's messages that are judged; empty where all that it said in the conversation is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """What does a customer with this goal say next?"""

    situation: Situation
    """What a customer sees of it: the agent's name and what was said."""
    goal: str
    persona: str = ""
    """Who the customer is and how they talk."""
    knows: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """What the customer can tell when it is asked for, by name."""
    until: str = ""
    """What must have happened before the goal is reached; empty where the goal says it."""
