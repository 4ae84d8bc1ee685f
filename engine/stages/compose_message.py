"""What the agent says: a draft, a canned response in its place where one fits, and the message on the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..asking import ask_id, with_asks
from ..canned import RenderError, disqualified, render, standard_fields
from ..decisions.decision import decide
from ..decisions.draft import DRAFT
from ..decisions.selection import SELECTION, SelectionAnswer
from ..domain.facts import DraftFacts, ResponseCandidate, SelectionFacts
from ..domain.knowledge import CannedResponse
from ..domain.modes import CompositionMode, most_restrictive
from ..domain.session import MessageEvent
from ..domain.trace import Composition, ResponseConsidered, Said
from ..domain.turn import Turn
from ..domain.values import JSON
from ..emission import emit, emit_status
from ..proposals import worth_telling
from ..services import Services
from ..situation import instructions, situation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """The text to say and the canned response it is a rendering of."""

    text: str
    canned: str | None = None


async def compose_message(turn: Turn, services: Services) -> Turn:
    """Say what this turn calls for, in the wording that its composition mode allows."""
    if not situation(turn).conversation and not instructions(turn):
        return turn
    mode = composition_mode(turn)
    turn, candidates = _candidates(_with(turn, Composition(mode=mode)))
    if mode is CompositionMode.STRICT and not candidates:
        return await _say_no_match(turn, services)
    turn, draft = await _draft(turn, services, mode=mode)
    if draft is None:
        return turn
    if not candidates:
        return await _say(turn, services, choice=_Choice(text=draft))
    return await _select(turn, services, draft=draft, candidates=candidates)


def composition_mode(turn: Turn) -> CompositionMode:
    """The most restrictive mode among the agent's, the active guidelines' and the current states'."""
    modes = [guideline.composition_mode for guideline in turn.active_guidelines]
    for journey, state in turn.current_states:
        modes += [journey.composition_mode, state.composition_mode]
    return most_restrictive(turn.agent.composition_mode, *(mode for mode in modes if mode is not None))


def _composition(turn: Turn) -> Composition:
    return turn.trace.composition or Composition(mode=composition_mode(turn))


def _with(turn: Turn, composition: Composition) -> Turn:
    return replace(turn, trace=replace(turn.trace, composition=composition))


def _candidates(turn: Turn) -> tuple[Turn, tuple[ResponseCandidate, ...]]:
    """The canned responses that may be said now, rendered; for the others the trace says why not."""
    fields = _fields(turn)
    offered: list[ResponseCandidate] = []
    considered: list[ResponseConsidered] = []
    for response in turn.agent.canned_responses:
        fate = _why_not(turn, response, fields=fields)
        if fate is None:
            try:
                text = render(response.template, fields)
                offered.append(ResponseCandidate(id=response.id, text=text, signals=response.signals))
            except RenderError as error:
                fate = str(error)
        considered.append(ResponseConsidered(id=response.id, fate=fate or "offered"))
    return _with(turn, replace(_composition(turn), considered=tuple(considered))), tuple(offered)


def _why_not(turn: Turn, response: CannedResponse, *, fields: dict[str, JSON]) -> str | None:
    """Why a response can't be said in this turn, None where it can."""
    current = {name for journey, state in turn.current_states for name in state.names_in(journey.id)}
    if response.state is not None and response.state not in current:
        return f"the conversation is not in state {response.state!r}"
    if response.state is None and response.journey is not None and response.journey not in turn.journeys:
        return f"journey {response.journey!r} is not active"
    return disqualified(response, fields.keys())


def _fields(turn: Turn) -> dict[str, JSON]:
    standard = standard_fields(
        customer_name=turn.session.customer.name,
        agent_name=turn.agent.name,
        variables=turn.variables,
        terms=turn.agent.terms,
        insights=worth_telling(turn.insights),
    )
    return {**turn.fields, "std": standard}


async def _draft(turn: Turn, services: Services, *, mode: CompositionMode) -> tuple[Turn, str | None]:
    turn = await emit_status(turn, services, status="processing", stage="articulating")
    facts = DraftFacts(
        situation=situation(turn), instructions=instructions(turn), insights=worth_telling(turn.insights), mode=mode
    )
    decided = await decide(DRAFT, facts, llm=services.llm, ask_id=ask_id(turn, DRAFT.name), settings=services.settings)
    turn = with_asks(turn, [decided.record])
    draft = decided.answer.message
    return _with(turn, replace(_composition(turn), draft=draft)), draft


async def _select(turn: Turn, services: Services, *, draft: str, candidates: Sequence[ResponseCandidate]) -> Turn:
    facts = SelectionFacts(
        situation=situation(turn), draft=draft, instructions=instructions(turn), candidates=tuple(candidates)
    )
    name = ask_id(turn, SELECTION.name)
    decided = await decide(SELECTION, facts, llm=services.llm, ask_id=name, settings=services.settings)
    turn = with_asks(turn, [decided.record])
    texts = {candidate.id: candidate.text for candidate in candidates}
    choice = choose(composition_mode(turn), decided.answer, draft=draft, texts=texts)
    turn = _with(turn, replace(_composition(turn), quality=decided.answer.quality))
    if choice is None:
        return await _say_no_match(turn, services)
    turn = _with(turn, replace(_composition(turn), chosen=choice.canned))
    return await _say(turn, services, choice=choice)


async def _say_no_match(turn: Turn, services: Services) -> Turn:
    turn = _with(turn, replace(_composition(turn), no_match=True))
    return await _say(turn, services, choice=_Choice(text=turn.agent.no_match_response))


def choose(mode: CompositionMode, answer: SelectionAnswer, *, draft: str, texts: dict[str, str]) -> _Choice | None:
    """What is said, given how well the best response fits; None stands for the no-match response."""
    fits = answer.response is not None and (
        answer.quality == "high" or (answer.quality == "partial" and mode is CompositionMode.STRICT)
    )
    if fits and answer.response is not None:
        return _Choice(text=texts[answer.response], canned=answer.response)
    return None if mode is CompositionMode.STRICT else _Choice(text=draft)


async def _say(turn: Turn, services: Services, *, choice: _Choice) -> Turn:
    """Put the message on the timeline and into the trace."""
    message = MessageEvent(
        source="ai_agent",
        text=choice.text,
        participant=turn.agent.name,
        canned=choice.canned,
        draft=_composition(turn).draft,
    )
    turn = await emit_status(turn, services, status="typing")
    turn = await emit(turn, services, message)
    said = (*turn.trace.said, Said(text=choice.text, canned=choice.canned))
    return replace(turn, trace=replace(turn.trace, said=said))
