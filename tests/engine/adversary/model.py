"""A model that answers whatever it likes: acceptable answers mixed with bad ones."""

import json
from collections.abc import Sequence
from typing import Any

from understudy.engine.decisions.journey import allowed_targets
from understudy.engine.domain.ask import Ask, Reply
from understudy.engine.domain.facts import (
    AmbiguityFacts,
    AmbiguityView,
    AnalysisFacts,
    ConsequentialFacts,
    CustomerFacts,
    DraftFacts,
    FieldFacts,
    FollowUpFacts,
    JourneyFacts,
    JourneyView,
    JudgeFacts,
    MatchFacts,
    PreambleFacts,
    PropertyCandidate,
    PropertyFacts,
    RecomposeFacts,
    SelectionFacts,
    ToolFacts,
    ToolOffer,
)
from understudy.engine.domain.tool import Parameter
from understudy.engine.errors import ModelUnavailableError

from .definitions import GUIDELINES, JOURNEYS, TOOLS
from .tape import Tape

GARBAGE = ("", "I'd rather not say.", "{", "[]", "null", "{}", '{"a": 1}', '"\\ud800"', "\ud800", "[" * 3000)
EVIDENCE = "as it pleases"
DRAFTS = ("All right.", "Hm?", "I can't.\n\nSorry.")
MISSING = ("nothing", "manner", "substance")
VALUES = {
    "string": ("Anna", "", "⏎ {{ price }}\n# System"),
    "integer": ("7", "-3", "1,000", "seven", "1e99", "9" * 60, "1.000"),
    "number": ("7.5", "1e400", "$ 12", "12,50", "many", "nan"),
    "boolean": ("yes", "False", "maybe"),
    "date": ("2026-02-28", "2026-02-30", "tomorrow", "0000-00-00"),
    "datetime": ("2026-02-28T10:00:00", "2026-02-28T10:00:00+99:00", "noon"),
    "enum": ("small", "very_large", "tiny"),
    "array": ('["small"]', "small, very large", "[1, 2", "1; 2", "[]", "[[1]]", "[null]"),
    "object": ('{"a": {"b": [1, null]}}', "{}", "a", "[1]", '{"a": NaN}', '{"a": 1, "a": 2}'),
}
UNKNOWN = (*GUIDELINES, *JOURNEYS, *TOOLS, "nobody", "root", "end", "<left>", "<completed>", "fork-1", "")


class Adversary:
    """Answers each ask with what is drawn for it and keeps a log of asks and answers.

    Of ten answers about `malice` are spoiled; a spoiled answer may happen to be acceptable all the same.
    """

    def __init__(self, tape: Tape, *, malice: int) -> None:
        self._tape = tape
        self._malice = malice
        self.log: list[tuple[Ask, str | None]] = []

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer, or be unreachable once in a while when malicious."""
        text = self._answer(ask)
        self.log.append((ask, text))
        return _reply(text)

    def _answer(self, ask: Ask) -> str | None:
        answer = acceptable(self._tape, ask)
        if self._tape.number(9) >= self._malice:
            return json.dumps(answer)
        if self._tape.number(40) == 40:
            return None
        return spoiled(self._tape, answer)


class Echo:
    """Gives the answers of a log once more, and insists on being asked the same."""

    def __init__(self, log: Sequence[tuple[Ask, str | None]]) -> None:
        self._log = iter(log)

    async def ask(self, ask: Ask, /) -> Reply:
        """The logged answer to this very ask."""
        asked, text = next(self._log)
        assert (asked.id, asked.attempt) == (ask.id, ask.attempt)
        assert asked.prompt == ask.prompt
        return _reply(text)


def _reply(text: str | None) -> Reply:
    if text is None:
        raise ModelUnavailableError("gone fishing")
    return Reply(text=text, model="adversary", source="scripted")


def acceptable(tape: Tape, ask: Ask) -> dict[str, Any]:
    """An answer against which nothing can be said."""
    match ask.facts:
        case MatchFacts(candidates=candidates):
            return {"checks": [_verdict(each.id, applies=tape.number(2) > 0) for each in candidates]}
        case AmbiguityFacts(ambiguities=ambiguities):
            return {"checks": [_ambiguity(view, ambiguous=tape.flip()) for view in ambiguities]}
        case JourneyFacts(journeys=views):
            return {"steps": [_step(tape, view) for view in views]}
        case ToolFacts(offers=offers):
            return {"tools": [_calls(tape, offer) for offer in offers]}
        case ConsequentialFacts(offers=offers):
            return {"tools": [_calls(tape, offer, origin=True) for offer in offers]}
        case AnalysisFacts(instructions=instructions):
            return {"checks": [_followed(item.id, missing=tape.pick(MISSING)) for item in instructions]}
        case PropertyFacts(candidates=candidates):
            return {"checks": [_properties(candidate) for candidate in candidates]}
        case _:
            return _wording(tape, ask)


def _wording(tape: Tape, ask: Ask) -> dict[str, Any]:
    match ask.facts:
        case DraftFacts(instructions=instructions):
            plans = [{"id": item.id, "how": EVIDENCE} for item in instructions]
            return {"plans": plans, "message": tape.pick((*DRAFTS, None))}
        case SelectionFacts(candidates=candidates) | FollowUpFacts(candidates=candidates):
            chosen = tape.pick([None, *(candidate.id for candidate in candidates)])
            quality = tape.pick(("none", "low") if chosen is None else ("high", "low", "partial"))
            return {"reason": EVIDENCE, "response": chosen, "quality": quality}
        case RecomposeFacts():
            return {"reason": EVIDENCE, "message": tape.pick(DRAFTS)}
        case FieldFacts():
            return {"evidence": EVIDENCE, "value": tape.pick(("calm", None))}
        case PreambleFacts(candidates=candidates):
            responses = [candidate.id for candidate in candidates]
            message = None if responses else "One moment."
            return {"reason": EVIDENCE, "response": tape.pick([None, *responses]), "message": message}
        case JudgeFacts():
            return {"quotes": [], "reason": EVIDENCE, "verdict": tape.pick(("met", "not_met", "cannot_tell"))}
        case CustomerFacts():
            return {"reason": EVIDENCE, "goal": "open", "message": f"Go on, {tape.number(9)}."}
        case facts:
            raise TypeError(f"nobody taught the adversary to answer {type(facts).__name__}")


def _verdict(name: str, **verdict: bool) -> dict[str, Any]:
    return {"id": name, "evidence": EVIDENCE, **verdict}


def _followed(name: str, *, missing: str) -> dict[str, Any]:
    return {"id": name, "evidence": EVIDENCE, "missing": missing, "followed": missing != "substance"}


def _ambiguity(view: AmbiguityView, *, ambiguous: bool) -> dict[str, Any]:
    meanings = [meaning.id for meaning in view.meanings] if ambiguous else []
    question = "Which of them?" if ambiguous else None
    verdict = {"asked": False, "resolved": False, "ambiguous": ambiguous, "meanings": meanings, "question": question}
    return {"id": view.id, "evidence": EVIDENCE, **verdict}


def _properties(candidate: PropertyCandidate) -> dict[str, Any]:
    flags = {"continuous": False, "customer_dependent": False, "agent_intention": False}
    texts = {"customer_part": None, "agent_part": None, "rewritten_condition": None}
    internal = "look it up" if candidate.tools else None
    return {"id": candidate.id, "evidence": EVIDENCE, **flags, **texts, "internal_action": internal}


def _step(tape: Tape, view: JourneyView) -> dict[str, Any]:
    moves: list[tuple[str, str | None]] = [("advance", target) for target in allowed_targets(view, "advance")]
    moves += [("backtrack", target) for target in allowed_targets(view, "backtrack")]
    moves += [("restart", target) for target in allowed_targets(view, "restart")]
    moves += [("leave", None), *([("stay", None)] if view.may_stay else [])]
    advances = [move for move in moves if move[0] == "advance"]
    move, target = tape.pick([*advances[:1] * 3, *moves])
    return {"journey": view.id, "evidence": EVIDENCE, "current_completed": True, "move": move, "target": target}


def _calls(tape: Tape, offer: ToolOffer, *, origin: bool = False) -> dict[str, Any]:
    runs = tape.pick((1, 1, 2, 0))
    calls = [{"arguments": _arguments(tape, offer, origin=origin)} for _ in range(runs)]
    return {"tool": offer.tool.id, "evidence": EVIDENCE, "should_run": bool(runs), "calls": calls}


def _arguments(tape: Tape, offer: ToolOffer, *, origin: bool) -> list[dict[str, Any]]:
    taken = [item for item in offer.tool.parameters if item.required or tape.flip()]
    origins = ("customer", "context", "nobody")
    return [{**_argument(tape, item), **({"origin": tape.pick(origins)} if origin else {})} for item in taken]


def _argument(tape: Tape, parameter: Parameter) -> dict[str, Any]:
    state = tape.pick((*["given"] * 10, "missing", "invalid"))
    # The first value of each type is a good one.
    value = tape.pick((*(VALUES[parameter.type][:1] * 12), *VALUES[parameter.type], None))
    return {"name": parameter.name, "evidence": EVIDENCE, "state": state, "value": value}


def spoiled(tape: Tape, answer: dict[str, Any]) -> str:
    """The answer with something about it changed, or no answer at all."""
    kind = tape.pick(("garbage", "cut", "drop", "double", "rename", "retype", "extra"))
    if kind == "garbage":
        return tape.pick(GARBAGE)
    if kind == "cut":
        text = json.dumps(answer)
        return text[: tape.number(len(text))]
    spot = tape.pick(_spots(answer))
    _spoil(tape, spot, kind=kind)
    return json.dumps(answer)


def _spots(value: Any) -> list[Any]:
    """Every list and mapping in a JSON value, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict | list) else []
    return [*own, *(spot for part in inner for spot in _spots(part))]


def _spoil(tape: Tape, spot: Any, *, kind: str) -> None:
    """Change something in a list or mapping."""
    keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
    if kind == "extra" or not keys:
        _enlarge(spot, tape.pick((None, 1, "more", {"id": "nobody"})))
        return
    key = tape.pick(keys)
    if kind == "drop":
        del spot[key]
    elif kind == "double":
        _enlarge(spot, spot[key])
    elif kind == "rename" and isinstance(spot[key], str | None):
        spot[key] = tape.pick(UNKNOWN)
    else:
        spot[key] = tape.pick((None, True, 3, "advance", [], {}, "high"))


def _enlarge(spot: Any, new: Any) -> None:
    if isinstance(spot, dict):
        spot["extra"] = new
    else:
        spot.append(new)
