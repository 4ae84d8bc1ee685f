"""Approved behaviour as text beside the scenarios: baseline/<id>.json, canonical, made to be reviewed.

A file holds what was decided and said; what was asked of models stands at its end, by hash. Times, texts of prompts and
places in files are left out, so that a file changes only where behaviour did. The agents as they were played are in
baseline/agents/, each under its fingerprint.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path, PurePath
from typing import cast

from pydantic import ValidationError

from ..engine.codec import load
from ..engine.domain.agent import AgentDefinition
from ..engine.domain.asked import SectionMark
from ..engine.domain.session import MessageEvent
from ..engine.domain.trace import Composition, Trace
from ..engine.domain.values import JSON, slug
from ..engine.errors import DefinitionError, UnderstudyError
from .outcome import Outcome, Simulation
from .results.run import RunRecord
from .verdict import CheckResult

FORMAT = 1
FOLDER = "baseline"
AGENTS = "agents"
NAME = "baseline"
"""By this name the approved behaviour in the working tree is referred to."""

WIDTH = 120

LEFT_OUT: Mapping[type, frozenset[str]] = {
    Outcome: frozenset({"session", "texts", "beside", "explanation", "line"}),
    CheckResult: frozenset({"explanation", "place", "reason"}),
    Simulation: frozenset({"why"}),
    Trace: frozenset({"trace_id", "statuses", "state", "context", "hooks"}),
    Composition: frozenset({"considered"}),
    SectionMark: frozenset({"size"}),
}
"""Members that say nothing of what an agent did, or say it again."""


class BaselineError(UnderstudyError):
    """A baseline can't be read."""

    def __init__(self, *, path: PurePath, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


def baseline_file(outcome: Outcome, root: Path) -> Path:
    """Where a scenario's baseline is kept: in the folder of its suite."""
    return root / Path(outcome.file).parent / FOLDER / f"{slug(outcome.scenario)}.json"


def write_baseline(trials: Sequence[Outcome], agents: Mapping[str, AgentDefinition], *, root: Path) -> Path:
    """Approve what the trials of one scenario did. Raises OSError."""
    path = baseline_file(trials[0], root)
    for mark in dict.fromkeys(trial.definition for trial in trials):
        if mark in agents:
            _write(path.parent / AGENTS / f"{mark}.json", _sparse(agents[mark]))
    _write(path, _stored(trials))
    return path


def forget_agents(folder: Path) -> None:
    """Remove the definitions that no baseline of a folder refers to any more."""
    used = {trial["definition"] for path in folder.glob("*.json") for trial in _parsed(path)["trials"]}
    for path in (folder / AGENTS).glob("*.json"):
        if path.stem not in used:
            path.unlink()


def _write(path: Path, stored: JSON) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_lines(stored)) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def _lines(value: JSON, *, before: str = "", after: str = "", depth: int = 0) -> Iterator[str]:
    """JSON as people read it: what fits stands on one line, and each ask does whatever its length."""
    indent = " " * depth
    line = f"{indent}{before}{json.dumps(value, ensure_ascii=False)}{after}"
    is_ask = isinstance(value, dict) and {"decision", "sections"} <= value.keys()
    if len(line) <= WIDTH or is_ask or not isinstance(value, (dict, list)) or not value:
        yield line
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield f"{indent}{before}{opening}"
    members = _members(cast("JSON", value))
    for place, (name, member) in enumerate(members, start=1):
        yield from _lines(member, before=name, after="," if place < len(members) else "", depth=depth + 1)
    yield f"{indent}{closing}{after}"


def _members(value: JSON) -> list[tuple[str, JSON]]:
    if isinstance(value, dict):
        items = cast("dict[str, JSON]", value)
        return [(f"{json.dumps(name, ensure_ascii=False)}: ", member) for name, member in items.items()]
    return [("", member) for member in cast("list[JSON]", value)]


def _stored(trials: Sequence[Outcome]) -> JSON:
    stored = [_trial(trial) for trial in trials]
    asked = [[turn["trace"].pop("asks", []) for turn in trial["turns"]] for trial in stored]
    return {"format": FORMAT, "trials": stored, "asked": asked}


def _trial(outcome: Outcome) -> dict[str, JSON]:
    stored = {"definition": outcome.definition, **cast("dict[str, JSON]", _sparse(outcome)), "file": _file(outcome)}
    stored["turns"] = [
        {"customer": list(_said(outcome, turn.trace.trace_id)), **cast("dict[str, JSON]", _sparse(turn))}
        for turn in outcome.turns
    ]
    for turn in stored["turns"]:
        # What was looked at and does not hold is most of what there is, and nobody compares it.
        trace = turn["trace"]
        trace["checks"] = [check for check in trace.get("checks", []) if check["matched"]]
        trace["journeys"] = [at for at in trace.get("journeys", []) if at["active"] or at["path"]]
    return stored


def _file(outcome: Outcome) -> str:
    """The scenario's file, from its own folder: where the project lies is of no concern."""
    return Path(outcome.file).name


def _said(outcome: Outcome, trace: str) -> Iterator[str]:
    for event in outcome.session.events if outcome.session else ():
        if isinstance(event, MessageEvent) and event.source == "customer" and event.trace_id == trace:
            yield event.text


def _sparse(value: object) -> JSON:
    """The JSON of a value without what is as it is by default."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = LEFT_OUT.get(type(value), frozenset())
        parts = [part for part in fields(value) if part.compare and part.name not in left_out]
        members = {part.name: (getattr(value, part.name), part) for part in parts}
        return {name: _sparse(member) for name, (member, part) in members.items() if member != _default(part)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value)
        return {name: _sparse(items[name]) for name in sorted(items)}
    if isinstance(value, (list, tuple)):
        return [_sparse(item) for item in cast("Sequence[object]", value)]
    return value


def _default(part: object) -> object:
    factory = getattr(part, "default_factory", MISSING)
    return getattr(part, "default", MISSING) if factory is MISSING else factory()


def is_baseline(path: str) -> bool:
    """Whether a path, as git names it, is a baseline or an agent beside one."""
    parts = PurePath(path).parts
    return path.endswith(".json") and (parts[-2:-1] == (FOLDER,) or parts[-3:-1] == (FOLDER, AGENTS))


def baselines_below(root: Path, folders: Iterable[Path] = ()) -> dict[PurePath, str]:
    """The text of every baseline under scenarios/ and in these folders of suites, by path."""
    found = {path for path in (root / "scenarios").rglob("*.json") if is_baseline(path.as_posix())}
    found |= {path for folder in folders for path in (root / folder / FOLDER).rglob("*.json")}
    return {path.relative_to(root) if path.is_relative_to(root) else path: _text(path) for path in sorted(found)}


def read_baselines(texts: Mapping[PurePath, str], *, name: str = NAME) -> RunRecord:
    """The run that baselines stand for. Raises BaselineError."""
    outcomes: list[Outcome] = []
    agents: dict[str, AgentDefinition] = {}
    for path, text in texts.items():
        stored = _json(path, text)
        try:
            if path.parent.name == AGENTS:
                agents[path.stem] = load(AgentDefinition, stored)
            else:
                outcomes += _outcomes(path, stored)
        except (ValidationError, DefinitionError, KeyError, TypeError, IndexError) as error:
            problem = f"does not fit this version of Understudy ({str(error).partition(chr(10))[0]}); approve it anew"
            raise BaselineError(path=path, problem=problem) from error
    return RunRecord(id=name, started="", label=name, outcomes=tuple(outcomes), agents=agents)


def _outcomes(path: PurePath, stored: JSON) -> Iterator[Outcome]:
    if stored["format"] > FORMAT:
        problem = f"written in format {stored['format']} by a newer Understudy; this one reads format {FORMAT}"
        raise BaselineError(path=path, problem=problem)
    for trial, asked in zip(stored["trials"], stored["asked"], strict=True):
        turns = [
            {**{name: member for name, member in turn.items() if name != "customer"}, "trace": _trace(turn, asks)}
            for turn, asks in zip(trial["turns"], asked, strict=True)
        ]
        yield load(Outcome, {"line": 0, **trial, "turns": turns, "file": str(path.parent.parent / trial["file"])})


def _trace(turn: JSON, asks: JSON) -> JSON:
    marked = [{**ask, "sections": [{"size": 0, **section} for section in ask["sections"]]} for ask in asks]
    return {"trace_id": "", **turn["trace"], "asks": marked}


def _parsed(path: Path) -> JSON:
    return _json(path, _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(path=path, problem=f"can't be read ({error})") from error


def _json(path: PurePath, text: str) -> JSON:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(
            path=path, problem=f"line {error.lineno} is no JSON ({error.msg}); approve it anew"
        ) from error
