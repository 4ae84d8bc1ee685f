"""Keeping a conversation from the desk as a scenario: what was said, and what was decided as expectations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from ...engine import TurnResult, UnderstudyError
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.tool import ToolCall
from ...engine.domain.trace import Trace
from ...engine.domain.values import JSON, slug
from ..loader.scenario_files import load_file
from ..outcome import Outcome
from ..playing.means import Means
from ..playing.models import Namings
from ..playing.rehearsal import Rehearsal
from ..scenario import AgentFirst, CustomerSays, FrontEndEvent, OperatorSays, SetMode
from .remembering import Models
from .talk import Desk, Taken, Talk

SCENARIOS = "scenarios"
SCHEMA = "scenario.schema.json"
PLAIN = (str, int, float, bool)
"""Values of arguments that a scenario file holds as they are; what is in a map would read as tests."""


class NotSavedError(UnderstudyError):
    """A conversation could not be kept under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A scenario that was written, and what came of playing it at once."""

    path: Path
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()


def save(talk: Talk, name: str, *, root: Path, namings: Namings, models: Models) -> Saved:
    """Write the conversation to a file beside its agent and play it, recording it where its model is recorded.

    `namings` are the project's, as a later run finds them. Raises NotSavedError.
    """
    if not talk.results:
        raise NotSavedError("nothing was said yet; say something first")
    path = _file_for(talk, name, root=root)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = scenario_text(talk, name, agent=_agent_beside(talk.desk, root)[1])
    path.write_text(_schema_line(path, root) + text, encoding="utf-8")
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    (scenario,) = load_file(shown if Path.cwd() == root else path)
    models.serve(from_memory=True)
    try:
        with Rehearsal(Means(namings=namings, mode="record", make_llm=models.make)) as rehearsal:
            played = rehearsal.play(scenario, node=f"{shown.as_posix()}::{scenario.id}")
    finally:
        models.serve(from_memory=False)
    return Saved(path=shown, outcomes=played.outcomes, notes=played.notes)


def scenario_text(talk: Talk, name: str, *, agent: str) -> str:
    """A scenario file with one scenario: the steps that were taken, and under each what was decided."""
    desk, setting = talk.desk, talk.desk.scenario
    scenario: dict[str, JSON] = {"name": name, "id": slug(name)}
    if not setting.customer.is_guest:
        scenario["customer"] = {"name": setting.customer.name}
    if setting.moderation != "none":
        scenario["session"] = {"moderation": setting.moderation}
    scenario["now"] = setting.now
    if stand_ins := _stand_ins(talk.results, desk.agent.definition):
        scenario["tools"] = stand_ins
    scenario["script"] = [_step(each, desk.agent.definition) for each in talk.taken]
    document: dict[str, JSON] = {"agent": agent}
    if desk.named.by in ("command line", "environment"):
        document["model"] = desk.named.choice.name
    document["scenarios"] = [scenario]
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _agent_beside(desk: Desk, root: Path) -> tuple[Path, str]:
    """The folder of the suite, and the agent as a file in it names it."""
    file, colon, name = desk.reference.partition(":")
    if file.endswith(".py"):
        path = root / file
        return path.parent, f"{path.name}{colon}{name}"
    return root / SCENARIOS / slug(desk.agent.definition.id), desk.reference


def _schema_line(path: Path, root: Path) -> str:
    """What tells editors of the schema, where one lies beside the file or above it."""
    for above in range(len(path.parent.relative_to(root).parts) + 1 if path.is_relative_to(root) else 0):
        way = Path(*[".."] * above, SCHEMA)
        if (path.parent / way).is_file():
            return f"# yaml-language-server: $schema={way.as_posix()}\n"
    return ""


def _file_for(talk: Talk, name: str, *, root: Path) -> Path:
    folder, _ = _agent_beside(talk.desk, root)
    if not any(letter.isalnum() for letter in name):
        raise NotSavedError(f"no file name can be made of {name!r}; use letters or digits: /save a short name")
    path = folder / f"{slug(name)}.yaml"
    if path.exists():
        raise NotSavedError(f"{path} is there already; choose another name")
    for other in sorted(folder.glob("*.y*ml")):
        if slug(name) in _ids(other):
            raise NotSavedError(f"{other} has a scenario {slug(name)!r} already; choose another name")
    return path


def _ids(file: Path) -> Sequence[str]:
    try:
        return [slug(scenario.id) for scenario in load_file(file)]
    except UnderstudyError:  # whoever plays that file is told what is wrong with it
        return ()


def _stand_ins(results: Sequence[TurnResult], agent: AgentDefinition) -> dict[str, JSON]:
    """What tools with consequences gave back, so that they are not called again to play the scenario."""
    consequential = {tool.id for tool in agent.tools if tool.consequential}
    found: dict[str, list[JSON]] = {}
    for result in results:
        for call in result.trace.calls:
            if call.tool in consequential:
                given: JSON = {"raises": call.result.error} if call.result.error else {"returns": call.result.data}
                found.setdefault(call.tool, []).append(given)
    return {tool: given[0] if len(given) == 1 else given for tool, given in found.items()}


def _step(taken: Taken, agent: AgentDefinition) -> dict[str, JSON]:
    match taken.step:
        case CustomerSays(texts=texts):
            step: dict[str, JSON] = {"customer": texts[0] if len(texts) == 1 else list(texts)}
        case AgentFirst():
            step = {"agent_first": True}
        case OperatorSays(text=text, name=name):
            step = {"operator": text, **({"name": name} if name else {})}
        case SetMode(mode=mode):
            step = {"mode": mode.value}
        case FrontEndEvent(data=data):
            step = {"event": {"kind": "custom", "data": data}}
    if taken.result and (expected := decided(taken.result.trace, agent)):
        step["expect"] = expected
    return step


def decided(trace: Trace, agent: AgentDefinition) -> dict[str, JSON]:
    """What was decided in a turn, as a scenario file expects it. Nothing where the agent took no turn."""
    if not trace.statuses and not trace.said:
        return {}
    groups = (("guidelines", _guidelines), ("journeys", _journeys), ("tools", _tools), ("reply", _reply))
    return {name: found for name, read in groups if (found := dict(read(trace, agent)))}


def _guidelines(trace: Trace, agent: AgentDefinition) -> Iterator[tuple[str, JSON]]:
    fired = [name for name in trace.fired if agent.guideline(name)]
    if fired:
        yield "fired", [*fired]
    elif not trace.fired:
        yield "only", []
    dropped: dict[str, JSON] = {name: kind for name, kind in trace.dropped.items() if agent.guideline(name)}
    if dropped:
        yield "dropped", dropped


def _journeys(trace: Trace, agent: AgentDefinition) -> Iterator[tuple[str, JSON]]:
    standing = {name: state for name, state in trace.active_journeys.items() if agent.journey(name)}
    at: Mapping[str, JSON] = {name: state for name, state in standing.items() if _has(agent, name, state=state)}
    if at:
        yield "at", at
    if active := [name for name in standing if name not in at]:
        yield "active", active
    for move in ("completed", "left"):
        if names := list(dict.fromkeys(each.journey for each in trace.moves if each.move == move)):
            yield move, names


def _has(agent: AgentDefinition, journey: str, *, state: str | None) -> bool:
    known = agent.journey(journey)
    return known is not None and any(each.id == state for each in known.states)


def _tools(trace: Trace, agent: AgentDefinition) -> Iterator[tuple[str, JSON]]:
    if calls := [_call(call) for call in trace.calls if agent.tool(call.tool)]:
        yield "called", calls


def _call(call: ToolCall) -> JSON:
    plain: dict[str, JSON] = {name: value for name, value in call.arguments.items() if isinstance(value, PLAIN)}
    return {call.tool: plain} if plain else call.tool


def _reply(trace: Trace, agent: AgentDefinition) -> Iterator[tuple[str, JSON]]:
    known = {response.id for response in agent.canned_responses}
    if canned := [said.canned for said in trace.said if said.canned in known]:
        yield "canned", canned[0]
    elif not trace.said:
        yield "silent", True
