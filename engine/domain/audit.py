"""What an audit keeps of a turn: who did what when, and with what outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .values import JSON

AuditedKind = Literal["turn", "guideline", "tool_call", "refusal", "handoff", "moderation", "leak", "bail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that was done or refused in a turn. Values declared sensitive are replaced by placeholders."""

    at: str
    """When the turn was over, by the engine's clock, in ISO 8601."""
    session: str
    turn: int
    trace_id: str
    agent: str
    customer: str
    kind: AuditedKind
    subject: str
    """What it is about: a guideline, a tool, a mode, a message's offset; for a turn its trace id."""
    outcome: str
    """In a word: replied, silent, bailed or failed; fired; done or failed; refused or withheld; manual or auto; …"""
    detail: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    """What else is to be known, by kind: arguments, permission and causes of a call, the reason of a refusal."""
