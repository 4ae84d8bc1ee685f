"""The first thing a customer sees of a turn: that the agent is at it, in a few words where the policy wants them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from ..asking.asks import ask_id, with_asks
from ..asking.situation import situation
from ..author_calls.handlers import call_code
from ..author_code.engine_context import EngineContext
from ..composition.candidates import Candidate, find_preambles
from ..composition.pacing import ask_policy, first_of, pause
from ..composition.rendering import render_plain
from ..composition.seams import generating_preamble, preamble_emitted, preamble_generated
from ..composition.speaking import Message, put
from ..decisions.decision import StillUndecidedError, decide
from ..decisions.preamble import PREAMBLE, PreambleAnswer
from ..domain.facts import PreambleFacts, ResponseCandidate
from ..domain.modes import CompositionMode
from ..domain.session import MessageEvent
from ..domain.turn import Turn
from ..errors import ModelError
from ..guard import Fault, guarded
from ..services import Services
from ..timeline.emission import emit_status
from .understand import understand

GREETINGS = ("Hi there!", "Hello!", "Hey!", "Good to see you!")
EXAMPLES = ("One moment.", "Let me check.", "Got it.", "I see.", "Sure, let me have a look.", "Understood.")
"""What preambles sound like unless the author says otherwise: the agent's first message, and later ones."""

SECONDS = 30.0
"""How long an author's code may take to say what a preamble has to keep to."""


async def understand_meanwhile(turn: Turn, services: Services) -> AsyncIterator[tuple[str, Turn]]:
    """Understand the situation in the first round, and show signs of life while that goes on.

    The signs are out, and handed on, before the understanding is: should it fail, what the customer saw is known.
    """
    work = asyncio.ensure_future(understand(turn, services))
    try:
        signs = await say_preamble(turn, services, work=work)
        yield "say_preamble", signs
        signs = await _still_at_it(signs, services, work=work)
        yield "understand", joined(turn, await work, signs=signs)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def say_preamble(turn: Turn, services: Services, *, work: "asyncio.Task[Turn]") -> Turn:
    """Say a preamble where one is wanted, and show that the agent is thinking; no delay outlasts the work."""
    wanted = await ask_policy(
        turn, services, question=lambda policy, context: policy.is_preamble_required(context), otherwise=False
    )
    turn = wanted.turn
    if wanted.value and situation(turn).newest:
        told = await ask_policy(
            turn, services, question=lambda policy, context: policy.get_preamble_delay(context), otherwise=0.0
        )
        await pause(services, told.value, until=work)
        turn = await _say(told.turn, services)
    if turn.trace.preamble is None:
        told = await ask_policy(
            turn,
            services,
            question=lambda policy, context: policy.get_processing_indicator_delay(context),
            otherwise=0.0,
        )
        await pause(services, told.value, until=work)
        turn = told.turn
    return await emit_status(turn, services, status="processing", stage="interpreting")


async def _still_at_it(turn: Turn, services: Services, *, work: "asyncio.Task[Turn]") -> Turn:
    """Show once more that the agent is thinking, should that take long."""
    told = await ask_policy(
        turn,
        services,
        question=lambda policy, context: policy.get_extended_processing_indicator_delay(context),
        otherwise=None,
    )
    delay = told.value
    if delay is None or not await first_of(lambda: services.sleeper.passed(delay), task=work):
        return told.turn
    return await emit_status(told.turn, services, status="processing", stage="thinking")


async def _say(turn: Turn, services: Services) -> Turn:
    """Find a preamble and send it. That none can be had is a note in the trace."""
    passed = await generating_preamble(turn, services)
    if not passed.goes_on:
        return passed.turn
    candidates = find_preambles(passed.turn) if _is_strict(turn) else ()
    texts = render_plain(passed.turn, candidates)
    turn, message = await _chosen(passed.turn, services, texts=texts)
    if message is None:
        return turn
    passed = await preamble_generated(turn, services, text=message.text)
    if not passed.goes_on:
        return passed.turn
    turn = await put(passed.turn, services, message=_with_metadata(message, candidates))
    turn = replace(turn, trace=replace(turn.trace, preamble=message.text))
    return await preamble_emitted(turn, services)


def _is_strict(turn: Turn) -> bool:
    return turn.agent.composition_mode is CompositionMode.STRICT


def _with_metadata(message: Message, candidates: Sequence[Candidate]) -> Message:
    metadata = {candidate.id: candidate.metadata for candidate in candidates}
    return replace(message, metadata=metadata.get(message.canned or "", {}), role="preamble")


async def _chosen(
    turn: Turn, services: Services, *, texts: tuple[ResponseCandidate, ...]
) -> tuple[Turn, Message | None]:
    """The preamble to send: of a strict agent one of its own, of any other a few words."""
    if _is_strict(turn) and len(texts) < 2:
        return turn, Message(text=texts[0].text, canned=texts[0].id) if texts else None
    turn, facts = await _facts(turn, services, texts=texts)
    name, settings = ask_id(turn, PREAMBLE.name), services.settings_for(PREAMBLE.name)
    try:
        decided = await decide(PREAMBLE, facts, llm=services.llm, ask_id=name, settings=settings)
    except StillUndecidedError as error:
        return with_asks(turn, [error.record]).note(f"preamble: {error}"), None
    except ModelError as error:
        return turn.note(f"preamble: {error}"), None
    return with_asks(turn, [decided.record]), _message(decided.answer, texts)


def _message(answer: PreambleAnswer, texts: tuple[ResponseCandidate, ...]) -> Message | None:
    if answer.response is not None:
        return next(Message(text=text.text, canned=text.id) for text in texts if text.id == answer.response)
    return Message(text=answer.message.strip()) if answer.message is not None else None


async def _facts(turn: Turn, services: Services, *, texts: tuple[ResponseCandidate, ...]) -> tuple[Turn, PreambleFacts]:
    """What a preamble is decided from."""
    instructions, context = services.code.wording.preamble_instructions, EngineContext(turn=turn)
    guidance: tuple[str, ...] = ()
    if instructions is not None:
        what = "the preamble's get_instructions"
        given = await guarded(lambda: call_code(instructions, context), what=what, seconds=SECONDS)
        if isinstance(given, Fault):
            turn = turn.note(f"{what} broke: {given}")
        else:
            guidance = tuple(str(text) for text in given)
    events = turn.session.events
    first = not any(isinstance(event, MessageEvent) and event.source == "ai_agent" for event in events)
    usual = GREETINGS if first else EXAMPLES
    examples = () if texts else turn.agent.preamble_examples or usual
    return turn, PreambleFacts(situation=situation(turn), examples=examples, guidance=guidance, candidates=texts)


def joined(start: Turn, understood: Turn, *, signs: Turn) -> Turn:
    """What was understood and what was shown meanwhile, both from the same start, in one turn."""
    mine, theirs, before = signs.trace, understood.trace, start.trace
    timing = replace(theirs.timing, asks=(*mine.timing.asks, *theirs.timing.asks[len(before.timing.asks) :]))
    trace = replace(
        theirs,
        preamble=mine.preamble,
        said=mine.said,
        statuses=mine.statuses,
        hooks=mine.hooks,
        calls=mine.calls,
        notes=(*mine.notes, *theirs.notes[len(before.notes) :]),
        asks=(*mine.asks, *theirs.asks[len(before.asks) :]),
        timing=timing,
    )
    session = replace(understood.session, events=signs.session.events)
    return replace(
        understood,
        session=session,
        trace=trace,
        texts={**signs.texts, **understood.texts},
        calls=signs.calls,
        fields=signs.fields,
        extra_sections=signs.extra_sections,
    )
