"""How a wait feels to the customer: when a sign of life is due, and what stands between messages. Delays in seconds.

A policy may answer from the turn as far as it got. It changes when something is shown, and whether there is a preamble
or a split: never what is decided. The ready-made policies therefore ask neither a clock nor chance.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from ..domain.session import MessageEvent
from .engine_context import EngineContext
from .given import Given


class PerceivedPerformancePolicy(Protocol):
    """What an agent does about the time that it takes."""

    async def get_processing_indicator_delay(self, context: EngineContext, /) -> float:
        """How long after the customer's message the status "processing" is shown."""
        ...

    async def get_extended_processing_indicator_delay(self, context: EngineContext, /) -> float | None:
        """How long thinking may take before that is shown once more; None for never."""
        ...

    async def get_preamble_delay(self, context: EngineContext, /) -> float:
        """How long after the customer's message the preamble is begun."""
        ...

    async def get_follow_up_delay(self, context: EngineContext, /) -> float:
        """How long after a message the next one of the same turn is sent."""
        ...

    async def is_preamble_required(self, context: EngineContext, /) -> bool:
        """Whether the customer gets a sign of life while the agent thinks."""
        ...

    async def is_message_splitting_required(self, context: EngineContext, message: str, /) -> bool:
        """Whether a message is sent paragraph by paragraph."""
        ...


@runtime_checkable
class TellsOfTools(Protocol):
    """A policy that also says whether it is shown that the agent is looking which tools to use."""

    async def is_tool_stage_required(self, context: EngineContext, /) -> bool:
        """Whether the status processing with the stage "considering tools" is shown, before each round of that."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NullPerceivedPerformancePolicy:
    """Everything at once and in one piece, without a preamble."""

    processing_delay: float = 0.0
    extended_processing_delay: float | None = None
    preamble_delay: float = 0.0
    follow_up_delay: float = 0.0
    split: bool = False
    tool_stage: bool = False

    async def get_processing_indicator_delay(self, context: EngineContext, /) -> float:
        """As given."""
        return self.processing_delay

    async def get_extended_processing_indicator_delay(self, context: EngineContext, /) -> float | None:
        """As given."""
        return self.extended_processing_delay

    async def get_preamble_delay(self, context: EngineContext, /) -> float:
        """As given."""
        return self.preamble_delay

    async def get_follow_up_delay(self, context: EngineContext, /) -> float:
        """As given."""
        return self.follow_up_delay

    async def is_preamble_required(self, context: EngineContext, /) -> bool:
        """Never."""
        return False

    async def is_message_splitting_required(self, context: EngineContext, message: str, /) -> bool:
        """As given."""
        return self.split

    async def is_tool_stage_required(self, context: EngineContext, /) -> bool:
        """As given."""
        return self.tool_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOptimizedPerceivedPerformancePolicy(NullPerceivedPerformancePolicy):
    """Nothing is held back, and every turn begins with a preamble: on the telephone silence is the worst answer."""

    async def is_preamble_required(self, context: EngineContext, /) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicPerceivedPerformancePolicy(NullPerceivedPerformancePolicy):
    """The pace of a person who types: preambles in the first exchanges, paragraphs one by one."""

    processing_delay: float = 1.5
    extended_processing_delay: float | None = 4.25
    preamble_delay: float = 1.75
    follow_up_delay: float = 1.0
    split: bool = True
    preamble_turns: int = 3
    """How many turns, from the first, may have a preamble."""

    async def is_preamble_required(self, context: EngineContext, /) -> bool:
        """In the first exchanges, unless the last thing that the agent said was a preamble already."""
        messages = [event for event in context.session.events if isinstance(event, MessageEvent)]
        said = [message for message in messages if message.source == "ai_agent"]
        return context.turn.trace.turn <= self.preamble_turns and not (said and said[-1].role == "preamble")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreambleConfiguration:
    """What preambles sound like: examples in place of the usual ones, and instructions that may depend on the turn."""

    examples: Sequence[str] = ()
    get_instructions: "PreambleInstructions | None" = None


PreambleInstructions: TypeAlias = Callable[[EngineContext], Given[Sequence[str]]]
"""An author's own code that says what a preamble has to keep to in this turn."""


class NoMatchResponseProvider(Protocol):
    """Gives what is said when no canned response fits, as a template in which fields may stand."""

    def get_template(self, context: EngineContext, draft: str | None = None, /) -> Given[str]:
        """The template, for what the agent would have said where it wrote a draft."""
        ...


@dataclass(kw_only=True)
class BasicNoMatchResponseProvider:
    """Always the same template, which may be set anew at any time."""

    template: str

    async def get_template(self, context: EngineContext, draft: str | None = None, /) -> str:
        """As set."""
        return self.template


NoMatchProvider: TypeAlias = Callable[[EngineContext, str | None], Given[str]] | NoMatchResponseProvider
"""An author's own code that words what is said when no canned response fits, given the draft where there is one.

A function gives the text as it is to be said, a provider a template.
"""


class TimeStandsStill:
    """The sleeper of tests and rehearsals: nothing is waited for."""

    async def pause(self, seconds: float, /) -> None:
        """Go on at once."""

    async def passed(self, seconds: float, /) -> None:
        """Never return: so much time does not pass."""
        await asyncio.Event().wait()


class RealTime:
    """The sleeper of live conversations."""

    async def pause(self, seconds: float, /) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def passed(self, seconds: float, /) -> None:
        """Wait."""
        await self.pause(seconds)
