"""What the agent says: a draft, a canned response in its place where one fits, and the message on the timeline."""

from collections.abc import Sequence
from dataclasses import replace

from ..asking.situation import instructions, situation
from ..author_calls.hook_calls import Bailed
from ..composition.candidates import Candidate, find_candidates
from ..composition.choosing import choose_response, reword
from ..composition.drafting import write_draft
from ..composition.following_up import choose_follow_up
from ..composition.no_match import say_no_match
from ..composition.record import composition, composition_mode, is_strict, recorded
from ..composition.rendering import render_all
from ..composition.retrieval import keep_near
from ..composition.seams import draft_generated
from ..composition.speaking import Message, say, wait_between
from ..composition.streaming import model_to_stream, stream_reply
from ..domain.facts import ResponseCandidate
from ..domain.modes import CompositionMode
from ..domain.turn import Turn
from ..services import Services
from ..timeline.by_code import release_held


async def compose_message(turn: Turn, services: Services) -> Turn:
    """Say what this turn calls for, in the wording that its composition mode allows."""
    try:
        turn = await _compose(turn, services)
    except Bailed as bailed:  # a message is out, and a hook wants no further one
        turn = bailed.turn
    return await release_held(turn, services)


async def _compose(turn: Turn, services: Services) -> Turn:
    if not situation(turn).conversation and not instructions(turn):
        return turn
    turn = recorded(turn)
    llm = model_to_stream(turn, services)
    if llm is not None:
        return await stream_reply(turn, services, llm=llm)
    candidates = find_candidates(turn)
    if is_strict(turn) and not candidates.found:
        return await say_no_match(candidates.turn, services)
    drafted = await write_draft(candidates.turn, services)
    if drafted.draft is None:
        return drafted.turn
    passed = await draft_generated(drafted.turn, services, draft=drafted.draft)
    if not passed.goes_on:
        return await _say_own_words(passed.turn, services, text=drafted.draft)
    return await _say_from(passed.turn, services, draft=drafted.draft, candidates=candidates.found)


async def _say_from(turn: Turn, services: Services, *, draft: str, candidates: Sequence[Candidate]) -> Turn:
    """Say what the draft says, as far as the mode allows in the words of the candidates."""
    near = await keep_near(turn, services, draft=draft, candidates=candidates)
    rendered = await render_all(near.turn, services, draft=draft, candidates=near.found)
    turn, texts = rendered.turn, rendered.texts
    if not texts:
        return await _say_own_words(turn, services, text=draft)
    if composition_mode(turn) is CompositionMode.COMPOSITED:
        turn = await reword(turn, services, draft=draft, texts=texts)
        return await say(turn, services, message=Message(text=composition(turn).reworded or draft))
    turn = await choose_response(turn, services, draft=draft, texts=texts)
    if composition(turn).chosen is None:
        return await _say_own_words(turn, services, text=draft)
    return await _say_chosen(turn, services, texts=texts, candidates=candidates)


async def _say_own_words(turn: Turn, services: Services, *, text: str) -> Turn:
    """Say the draft; a strict turn has no words of its own and says that nothing fits."""
    if is_strict(turn):
        return await say_no_match(turn, services)
    return await say(turn, services, message=Message(text=text))


async def _say_chosen(
    turn: Turn, services: Services, *, texts: Sequence[ResponseCandidate], candidates: Sequence[Candidate]
) -> Turn:
    """Say the response that was chosen, and after it a further one where that is called for."""
    before = turn
    messages = {
        text.id: Message(text=text.text, canned=text.id, metadata=candidate.metadata)
        for text in texts
        for candidate in candidates
        if candidate.id == text.id
    }
    turn = await say(turn, services, message=messages[composition(turn).chosen or ""])
    turn = await choose_follow_up(turn, services, before=before, texts=texts)
    follow_up = composition(turn).follow_up
    if follow_up is None:
        return turn
    turn = await wait_between(turn, services)
    return await say(turn, services, message=replace(messages[follow_up], role="follow_up"))
