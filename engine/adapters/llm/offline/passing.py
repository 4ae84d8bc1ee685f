"""What a journey may pass over on its way: states whose answers were given, and what is needless."""

import re
from dataclasses import replace

from ....domain.facts import StateView, Step
from ....domain.journey import current_run
from .asks import all_given, asked_by, volunteered
from .conditions import listen
from .evidence import Finding
from .lexicon import says
from .text import fold, is_question, tokens
from .walker import Walker

_UNLESS = re.compile(r"\bunless (.+)$")
_NEED = re.compile(r"\b(?:said|told|stated|mentioned)\b.*\bwhat\b.*\b(?:need|want|is about|would like)\w*\b")


def passed_over(walk: Walker, state_id: str, *, step: Step) -> Finding:
    """Whether a state on the way of a step need not be stood in."""
    state = walk.state(state_id)
    if state is not None and state.kind == "fork":
        return Finding(holds=True, why="")
    if state is not None and _asks_for_more(state.action) and takes_leave(walk.heard.text) and not walk.after_tool:
        return Finding(holds=True, why=f"the state {state_id!r} is needless: the customer takes leave")
    # What a result gives rise to ask was not answered before, and a round trip is not made without a word.
    round_trip = goes_round(walk, step)
    if state is None or state.kind != "chat" or walk.after_tool or (round_trip and not brings_news(walk, step)):
        return Finding(holds=False, why=f"what the state {state_id!r} is for has not happened yet")
    if _needless(walk, state.action):
        return Finding(holds=True, why=f"the state {state_id!r} is needless: {state.action}")
    if round_trip and state_id in current_run(walk.view.path):
        return Finding(holds=True, why=f"what {state_id!r} asked for still holds")
    answer = _given_for(walk, state, rank=_rank(walk, state, before=step.via[: step.via.index(state_id)]))
    if answer is not None:
        return Finding(holds=True, why=f"'{answer}' was given already")
    return Finding(holds=False, why=f"what the state {state_id!r} is for has not happened yet")


_ALL_DONE = re.compile(r"\bthat (?:is |was |will be |would be )?(?:all|it|everything)\b|\bnothing else\b")


def takes_leave(text: str) -> bool:
    """Whether the customer ends the conversation: by a goodbye, or by saying that this was all."""
    return not is_question(text) and (says("farewell", text) or _ALL_DONE.search(fold(text)) is not None)


def _asks_for_more(action: str) -> bool:
    return asked_by(action) is not None and {"anything", "else"} <= {*tokens(action)}


def _given_for(walk: Walker, state: StateView, *, rank: int) -> str | None:
    """What the customer gave unasked for a state; several that ask alike take a value each, in their order."""
    asked = asked_by(state.action)
    if asked is None:
        return None
    texts = walk.heard.newest[::-1] if walk.view.over else walk.heard.all
    answers = (volunteered(asked, text, heard=walk.heard) for text in texts)
    found = next((answer for answer in answers if answer is not None), None)
    enough = not asked.kinds or len(all_given(asked, texts)) > rank
    return found if enough else None


def _rank(walk: Walker, state: StateView, *, before: tuple[str, ...]) -> int:
    """How many states that come first ask for the same kind of value."""
    sought = asked_by(state.action)
    names = dict.fromkeys((*current_run(walk.view.path), walk.view.current, *before))
    earlier = (walk.state(name) for name in names if name != state.id)
    asked = (asked_by(other.action) for other in earlier if other is not None)
    return sum(sought is not None and other is not None and other.alike(sought) for other in asked)


def brings_news(walk: Walker, step: Step) -> bool:
    """Whether the newest message gives a new answer to one of the states that a step passes over."""
    if says("another", walk.heard.text) or step.target == walk.view.current:
        return False
    passed = (walk.state(name) for name in step.via)
    asked = (asked_by(state.action) for state in passed if state is not None and state.kind == "chat")
    return any(item and volunteered(item, walk.heard.text, heard=walk.heard, stories=False) for item in asked)


def _needless(walk: Walker, action: str) -> bool:
    """Whether an action is not due: it says "unless", and what it says then is so."""
    unless = _UNLESS.search(fold(action))
    if unless is None:
        return False
    said_need = _NEED.search(unless[1]) is not None and bool(walk.view.entered_now or walk.heard.earlier)
    return said_need or any(
        replace(listen(walk.situation), text=text).judge(unless[1]).holds for text in walk.heard.all
    )


def goes_round(walk: Walker, step: Step) -> bool:
    """Whether a step leads back to where the journey stands or stood before; retracing it onwards does not."""
    run = current_run(walk.view.path)
    first = {state: run.index(state) for state in run}
    here = first.get(walk.view.current, len(run))
    behind = any(first.get(state, here) < here for state in (*step.via, step.target))
    return behind or step.target == walk.view.current
