"""What kept somebody outside of the conversation from answering: the judge, a simulated customer, an embedder."""

from dataclasses import dataclass

from ...engine import AskRecord, BudgetError, EngineError, StillUndecidedError, UndecidedError
from ..recordings.errors import RecordingMissingError
from ..verdict import InconclusiveReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Why there is no answer, and what was asked in vain."""

    explanation: str
    reason: InconclusiveReason
    records: tuple[AskRecord, ...] = ()


def unanswered(error: EngineError, *, who: str, undecided: InconclusiveReason) -> Unanswered:
    """What an error of asking comes to; `undecided` is the reason where answers stayed unacceptable."""
    match error:
        case RecordingMissingError(explanation=explanation):
            return Unanswered(explanation=explanation, reason="recording_missing")
        case BudgetError():
            return Unanswered(explanation=f"{who} was not asked: {error}", reason="budget")
        case UndecidedError():
            records = (error.record,) if isinstance(error, StillUndecidedError) else ()
            objections = "; ".join(error.objections)
            text = f"{who} gave no answer that could be accepted: {objections}"
            return Unanswered(explanation=text, reason=undecided, records=records)
        case _:
            return Unanswered(explanation=f"{who} could not be asked: {error}", reason="model_unavailable")
