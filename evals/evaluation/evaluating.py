"""Evaluating an agent: its cases are played one after another, each in a conversation of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypedDict, Unpack, cast

from ...engine import Agent, AgentLoadError, BuiltAgent, Fault, ScriptedModel, Server, guarded, load_agent
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import JSON
from ...engine.errors import UnknownNameError
from ...engine.ports import LLM
from ..playing.checks import Answer, CheckFunction
from ..playing.models import JUDGE, ModelNamed, choose_model, models_in_code
from ..plugin.settings import namings_at
from ..recordings.trial import SCRIPTED
from ..scenario import ModelChoice
from .cases import Written, read_cases
from .figures import USUAL, figures, metric_names
from .result import Evaluation
from .stage import Stage

AgentLike: TypeAlias = Agent | BuiltAgent | str | Callable[[Server], Awaitable[Agent]]
"""An agent, a builder of one, or a reference such as agent.py:build."""
Judge: TypeAlias = Callable[..., Answer | Awaitable[Answer]]
"""Given a criterion and the outcome: True where it is met, False or a text that says why not."""


class EvaluationOptions(TypedDict, total=False):
    """How an agent is evaluated."""

    model: str | LLM | None
    checks: Mapping[str, CheckFunction]
    judge: Judge | str | None
    metrics: Iterable[str] | None
    run: Collection[str]
    recordings: Path | str | None


def evaluate(
    agent: AgentLike, cases: Iterable[Mapping[str, Any] | Written], **options: Unpack[EvaluationOptions]
) -> Evaluation:
    """Play cases against an agent, judge each, and count.

    A case is a mapping with `input` or `user_input` (a message, or a list of them with a turn each) and with what
    should come of it: `expected_guideline` (with `should_match`: False for one that should not fire),
    `expected_guidelines` (these and no others), `expected_tool_calls`, `expected_result` (a label that `checks`
    explain, else a criterion that is judged); further `type` (a tag), `name`, `rating`. Guidelines and tools are
    found by id or name.

    A model judges: that of the cases, one that `judge` names, or a function given there.

    `model` is a name or an object, else the one that the agent's code, the project or UNDERSTUDY_MODEL names, else
    offline. `metrics` are the figures wanted, else those of the agent's `evaluation_config`. Tools that have
    consequences run where `run` names them. With `recordings`, a folder, what a model answers is kept and served.
    Raises CasesError with every mistake in the cases, UnknownNameError, AgentLoadError; RuntimeError where an event
    loop runs, in which evaluate_async() is awaited.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(evaluate_async(agent, cases, **options))
    raise RuntimeError("evaluate() can't run inside an event loop; write: await evaluate_async(agent, cases)")


async def evaluate_async(
    agent: AgentLike, cases: Iterable[Mapping[str, Any] | Written], **options: Unpack[EvaluationOptions]
) -> Evaluation:
    """The same as evaluate(), inside an event loop."""
    for name in options:
        if name not in EvaluationOptions.__annotations__:
            known = EvaluationOptions.__annotations__
            raise UnknownNameError(kind="option of evaluate()", name=name, known=known)
    built = await _built(agent)
    metrics = _metrics(options.get("metrics"), built.definition)
    read = read_cases(_written(cases), built.definition)
    folder, judge = options.get("recordings"), options.get("judge")
    stage = Stage(
        agent=built,
        named=_named(built, options.get("model"), judge=judge if isinstance(judge, str) else None),
        checks=options.get("checks") or {},
        judge=None if isinstance(judge, str) else judge,
        run=_tools(options.get("run", ()), built.definition),
        recordings=Path(folder) if folder is not None else None,
        with_experience="user_experience" in metrics,
    )
    played = tuple([await stage.play(case) for case in read])
    return Evaluation(cases=played, figures=figures(played, metrics), notes=tuple(stage.notes))


def _written(cases: Iterable[Mapping[str, Any] | Written]) -> tuple[Written, ...]:
    numbered = enumerate(cases, start=1)
    return tuple(each if isinstance(each, Written) else Written(number=number, given=each) for number, each in numbered)


def _metrics(wanted: Iterable[str] | None, agent: AgentDefinition) -> tuple[str, ...]:
    if wanted is None:
        config = agent.metadata.get("evaluation_config")
        named = cast("Mapping[str, JSON]", config).get("metrics") if isinstance(config, Mapping) else None
        wanted = cast("Iterable[str]", named) if isinstance(named, list | tuple) else USUAL
    return metric_names([wanted] if isinstance(wanted, str) else wanted)


def _tools(run: Collection[str], agent: AgentDefinition) -> tuple[str, ...]:
    known = [tool.id for tool in agent.tools]
    named = (run,) if isinstance(run, str) else tuple(run)
    for tool in named:
        if tool not in known:
            raise UnknownNameError(kind="tool", name=tool, known=known, place="run=")
    return named


def _named(agent: BuiltAgent, model: str | LLM | None, *, judge: str | None) -> ModelNamed:
    judging = ModelChoice(name=judge) if judge else None
    if model is None or isinstance(model, str):
        namings = replace(namings_at(Path.cwd(), model=model), judge=judging)
        return choose_model(None, models_in_code(agent), run=namings)
    own = getattr(model, "model", None)
    usual = own if isinstance(own, str) else type(model).__name__
    name = SCRIPTED if isinstance(model, ScriptedModel) else usual
    own_of = {JUDGE: judging} if judging else {}
    return ModelNamed(choice=ModelChoice(name=name), by="command line", by_decision=own_of, objects={name: model})


async def _built(agent: AgentLike) -> BuiltAgent:
    match agent:
        case BuiltAgent():
            return agent
        case str():
            return load_agent(agent, Path.cwd())
        case Agent():
            if agent.draft.home is None:
                raise AgentLoadError(f"agent {agent.id!r} belongs to no server; declare it with Agent(...)")
            return agent.draft.home.build(agent)
        case _:
            name = getattr(agent, "__qualname__", repr(agent))
            built = await guarded(partial(_build, agent), what=f"the builder {name}")
            if isinstance(built, Fault):
                raise AgentLoadError(f"the builder {name} failed: {built}")
            return built


async def _build(builder: Callable[[Server], Awaitable[Agent]]) -> BuiltAgent:
    async with Server() as server:
        return server.build(await builder(server))
