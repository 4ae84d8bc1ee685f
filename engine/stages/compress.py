"""Keeping the conversation within its budget: older turns give way to a summary, facts and the last turns stay."""

from dataclasses import replace

from ..asking.asks import ask_id, with_asks
from ..asking.compression import Split, merge_facts, split, tokens_of
from ..asking.situation import is_name, lines, situation
from ..decisions.decision import StillUndecidedError, decide
from ..decisions.summarise import SUMMARISE, SummaryAnswer
from ..domain.session import Event, Fact, Session, Summary
from ..domain.summary_facts import SummaryFacts
from ..domain.trace_context import Compression
from ..domain.turn import Turn
from ..errors import ModelError
from ..services import Services

NO_SUMMARY = "(the older part of this conversation is left out)"


async def compress(turn: Turn, services: Services) -> Turn:
    """Leave older turns out where the conversation passes its budget. The trace says what was left out."""
    limit = turn.agent.context.max_tokens
    if limit is None or tokens_of(turn.heard) <= limit:
        return turn
    parts = split(turn.session.since_summary, current=turn.trace_id, max_tokens=limit)
    if not lines(parts.older, turn.trace_id):
        return turn.note(
            f"the conversation passes its budget of {limit} tokens, and there is no older turn to leave out"
        )
    if turn.agent.context.strategy == "trim":
        return _shortened(turn, parts, answer=None, ask=None)
    try:
        name = ask_id(turn, SUMMARISE.name)
        settings = services.settings_for(SUMMARISE.name)
        decided = await decide(SUMMARISE, facts_of(turn, parts.older), llm=services.llm, ask_id=name, settings=settings)
    except StillUndecidedError as error:
        return with_asks(turn, [error.record]).note(f"the conversation stays as long as it is: {error}")
    except ModelError as error:
        return turn.note(f"the conversation stays as long as it is: {error}")
    return _shortened(with_asks(turn, [decided.record]), parts, answer=decided.answer, ask=decided.ask)


def facts_of(turn: Turn, events: tuple[Event, ...]) -> SummaryFacts:
    """What a summary of these events is made from."""
    names = (*turn.agent.context.important, *turn.session.important)
    return SummaryFacts(
        situation=replace(situation(turn), conversation=lines(events, ""), calls=(), retrieved=(), earlier=()),
        wanted=tuple(dict.fromkeys(name for name in names if is_name(name))),
    )


def _shortened(turn: Turn, parts: Split, *, answer: SummaryAnswer | None, ask: str | None) -> Turn:
    """The turn with the older part left out, and what is remembered of it saved with the session."""
    last = parts.older[-1].offset
    found = [Fact(name=fact.name, value=fact.value, offset=last) for fact in answer.facts] if answer else []
    summary = Summary(text=answer.summary if answer else NO_SUMMARY, offset=last)
    before = tokens_of(turn.heard)
    heard = lines(parts.kept, turn.trace_id)
    done = Compression(
        strategy=turn.agent.context.strategy,
        first=_first(turn.session, parts),
        last=last,
        tokens_before=before,
        tokens_after=tokens_of(heard),
        facts=tuple(fact.name for fact in found),
        ask=ask,
    )
    session = replace(turn.session, summary=summary, facts=merge_facts(turn.session.facts, found))
    context = replace(turn.trace.context, compressed=done)
    return replace(turn, heard=heard, session=session, trace=replace(turn.trace, context=context))


def _first(session: Session, parts: Split) -> int:
    """The first event that prompts no longer hold, counting what an earlier summary stood for."""
    return session.events[0].offset if session.summary else parts.older[0].offset
