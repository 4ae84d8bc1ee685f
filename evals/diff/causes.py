"""Why a decision differs: the model answered otherwise, or it was asked otherwise, and because of what. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import TypeAlias, cast

from ...engine.domain.trace import AskMade, Trace
from ...engine.domain.values import JSON
from ..outcome import Outcome
from .decisions import DECISIONS, Difference, Names
from .definitions import DefinitionDiff, Edit
from .simulated import ended_by

CONTEXT_LINES = 0
SHORTEST_TEXT = 8
"""Shorter texts are found in a prompt by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section of a prompt that reads otherwise."""

    name: str
    lines: tuple[str, ...]
    """Lines removed (-) and added (+); empty where the texts were not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAnswer:
    """The same was asked and another answer came: the model's doing."""

    ask: str
    decision: str
    model_before: str
    model_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAsk:
    """Something else was asked."""

    ask: str
    decision: str
    sections: tuple[SectionChange, ...]
    edits: tuple[Edit, ...] = ()
    """The edits of the definition that can be read in those sections; none where they changed for another reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDefinition:
    """No model was asked: the definition itself says otherwise."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCode:
    """Neither an ask nor the definition differs: code of the agent, a tool, the world, or Understudy does."""

    explanation: str


Cause: TypeAlias = OtherAnswer | OtherAsk | OtherDefinition | OtherCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A turn in two runs, with what is known beside it."""

    before: Trace
    after: Trace
    played_before: Outcome
    played_after: Outcome
    definitions: DefinitionDiff

    @property
    def texts_before(self) -> Mapping[str, str]:
        """What the prompts and answers read before."""
        return self.played_before.texts

    @property
    def texts_after(self) -> Mapping[str, str]:
        """What they read now."""
        return self.played_after.texts


def pairing(before: Outcome, after: Outcome, *, turn: int, definitions: DefinitionDiff) -> Pairing:
    """The turn at a position, in both outcomes; an empty one where they have no turn there."""
    return Pairing(
        before=_trace(before, turn),
        after=_trace(after, turn),
        played_before=before,
        played_after=after,
        definitions=definitions,
    )


def _trace(outcome: Outcome, turn: int) -> Trace:
    return outcome.turns[turn].trace if turn < len(outcome.turns) else Trace(trace_id="", turn=0)


def cause_of(difference: Difference, turn: Pairing) -> Cause:
    """Why a decision differs."""
    before, after = _asks_behind(difference, turn)
    if before and after:
        changed = tuple(_changed_sections(before, after, turn=turn))
        if changed:
            edits = tuple(_edits_in(before, after, sections=changed, turn=turn))
            return OtherAsk(ask=after.id, decision=after.decision, sections=changed, edits=edits)
        if before.answer != after.answer or before.model != after.model:
            return OtherAnswer(
                ask=after.id, decision=after.decision, model_before=before.model, model_after=after.model
            )
    if edits := tuple(_edits_about(difference, turn.definitions)):
        return OtherDefinition(edits=edits)
    return OtherCode(explanation=_unasked(difference, before=before, after=after))


def _asks_behind(difference: Difference, turn: Pairing) -> tuple[AskMade | None, AskMade | None]:
    if difference.stage == "simulation":
        return ended_by(turn.played_before, difference.before), ended_by(turn.played_after, difference.after)
    return (
        _ask_behind(turn.before, difference, names=Names.of(turn.definitions)),
        _ask_behind(turn.after, difference, names=Names()),
    )


def _ask_behind(trace: Trace, difference: Difference, *, names: Names) -> AskMade | None:
    name = _ask_named(trace, difference, names=names)
    wanted = DECISIONS.get(difference.stage, ())
    for ask in reversed(trace.asks):  # the last attempt is the one that counted
        in_round = difference.round == 0 or ask.id.startswith(f"{difference.round}/")
        decided = ask.ahead != "unused" and ask.decision in wanted and in_round
        if ask.id == name or (name is None and decided):
            return ask
    return None


def _ask_named(trace: Trace, difference: Difference, *, names: Names) -> str | None:
    if difference.stage == "match":
        asked = [(check.round, names.guideline(check.guideline), check.ask) for check in trace.checks]
    elif difference.stage == "journey":
        asked = [(move.round, names.journey(move.journey), move.ask) for move in trace.moves]
    else:
        return None
    about = [each for each in asked if each[1] == difference.subject and each[2]]
    same_round = [each for each in about if each[0] == difference.round]
    return next((ask for _, _, ask in (*same_round, *about)), None)


def _changed_sections(before: AskMade, after: AskMade, *, turn: Pairing) -> Iterator[SectionChange]:
    old = {section.name: section.digest for section in before.sections}
    new = {section.name: section.digest for section in after.sections}
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            was, now = _kept(old.get(name), turn.texts_before), _kept(new.get(name), turn.texts_after)
            lines = () if was is None or now is None else tuple(_changed_lines(was, now))
            yield SectionChange(name=name, lines=lines)


def _kept(digest: str | None, texts: Mapping[str, str]) -> str | None:
    """A section's text: empty where there was no such section, None where its text was not kept."""
    return "" if digest is None else texts.get(digest)


def _changed_lines(before: str, after: str) -> Iterator[str]:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=CONTEXT_LINES, lineterm="")
    return (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _edits_in(before: AskMade, after: AskMade, *, sections: Iterable[SectionChange], turn: Pairing) -> Iterator[Edit]:
    """Edits of which the old words stand in what was asked before, or the new ones in what was asked now."""
    names = {section.name for section in sections}
    old = _text_of(before, names, texts=turn.texts_before)
    new = _text_of(after, names, texts=turn.texts_after)
    for edit in turn.definitions.edits:
        words = [(change.before, change.after) for change in edit.fields] or [(edit.id, edit.id)]
        gone = any(_stands_in(was, old) and not _stands_in(was, new) for was, _ in words)
        come = any(_stands_in(now, new) and not _stands_in(now, old) for _, now in words)
        renamed = bool(edit.former_id) and _stands_in(edit.former_id, old) and _stands_in(edit.id, new)
        if gone or come or renamed:
            yield edit


def _text_of(ask: AskMade, sections: set[str], *, texts: Mapping[str, str]) -> str:
    return "\n".join(texts.get(section.digest, "") for section in ask.sections if section.name in sections)


def _stands_in(value: JSON, text: str) -> bool:
    match value:
        case str():
            return len(value) >= SHORTEST_TEXT and " ".join(value.split()) in " ".join(text.split())
        case list():
            return any(_stands_in(item, text) for item in cast("list[JSON]", value))
        case dict():
            return any(_stands_in(item, text) for item in cast("dict[str, JSON]", value).values())
        case _:
            return False


def _edits_about(difference: Difference, definitions: DefinitionDiff) -> Iterator[Edit]:
    subject = difference.subject
    match difference.stage:
        case "match":
            yield from definitions.about("guideline", subject)
        case "journey":
            yield from definitions.about("journey", subject)
            yield from (
                edit for edit in definitions.edits if edit.kind in ("state", "transition") and subject in edit.id
            )
        case "resolution":
            kind = "journey" if subject.startswith("journey ") else "guideline"
            yield from definitions.about(kind, subject.removeprefix("journey "))
            quoted = repr(subject.removeprefix("journey "))
            yield from (edit for edit in definitions.edits if edit.kind == "relationship" and quoted in edit.id)
        case "tool" | "result" | "insight":
            tool = subject.partition(",")[0].partition(".")[0]
            yield from definitions.about("tool", tool)
            yield from (
                edit
                for edit in definitions.edits
                if any(_names(change.before, tool) != _names(change.after, tool) for change in edit.fields)
            )
        case "simulation":
            return
        case "response" | "wording" | "failure":
            yield from (edit for edit in definitions.edits if edit.kind in ("agent", "canned response"))


def _names(value: JSON, tool: str) -> bool:
    return tool in value if isinstance(value, list) else False


def _unasked(difference: Difference, *, before: AskMade | None, after: AskMade | None) -> str:
    if difference.stage == "result":
        return "the tool gave back something else for the same arguments"
    if difference.stage == "simulation" and not (before and after):
        return "the simulated customer's asks are not known of both runs; what was said to it differs, or its model"
    if before and after:
        return "ask, answer and definition are the same: code of the agent or of Understudy differs"
    if before or after:
        when = "before" if before else "now"
        return f"a model was asked about it only {when} ({(before or after or _NOBODY).id}); what led there differs"
    return "no model decides this: code of the agent, a tool or Understudy differs"


_NOBODY = AskMade(id="", decision="", attempt=0, sections=(), model="", answer="")
