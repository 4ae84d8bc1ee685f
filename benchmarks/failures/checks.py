"""A check in code."""

from understudy.evals import Outcome


def polite(outcome: Outcome) -> str:
    """Whether the agent says please."""
    reply = outcome.turns[-1].trace.reply
    return "" if "please" in reply else f"no please in {reply!r}"


def careless(outcome: Outcome) -> bool:
    """Looks for a turn that is not there."""
    return outcome.turns[7].trace.reply != ""
