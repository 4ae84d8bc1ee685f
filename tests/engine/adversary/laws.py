"""What holds of every turn, whatever a model answers."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import understudy.engine as p
from understudy.engine import codec
from understudy.engine.domain.agent import AgentDefinition
from understudy.engine.domain.guideline import Guideline
from understudy.engine.domain.relationship import Endpoint
from understudy.engine.domain.session import StatusEvent
from understudy.engine.domain.tool import ToolCall
from understudy.engine.domain.trace import GuidelineCheck, ResolutionOutcome, Trace
from understudy.engine.domain.values import canonical_json
from understudy.engine.tooling.arguments import convert

from .play import Moment, World, turns
from .wording import check_wording

NOT_ESSENTIAL = {"analysis", "follow_up", "preamble"}
"""Decisions without which a turn goes on."""


def check_timeline(moments: Iterable[Moment]) -> None:
    """Offsets are without gaps, a turn has one trace id, and nothing happens while an operator has the session."""
    for moment in moments:
        events = moment.after.events
        assert [event.offset for event in events] == list(range(len(events)))
        assert events[: len(moment.before.events)] == moment.before.events
        if moment.turn is None:
            assert not moment.asks
            continue
        assert moment.turn.events == events[len(moment.before.events) :]
        assert {event.trace_id for event in moment.turn.events} <= {moment.turn.trace.trace_id}
        assert moment.after.turns == moment.before.turns + 1 == moment.turn.trace.turn
        if moment.before.mode is p.SessionMode.MANUAL:
            assert moment.turn.trace.statuses == ()
            assert not moment.asks


def check_statuses(moment: Moment, trace: Trace) -> None:
    """A turn is acknowledged first and completed last, once; an error that the customer sees comes before that."""
    assert trace.statuses[0] == "acknowledged"
    assert trace.statuses[-1] == "ready:completed"
    assert trace.statuses.count("ready:completed") == trace.statuses.count("acknowledged") == 1
    assert ("error" in trace.statuses) <= (trace.failure is not None)
    seen = [event for event in moment.after.events[len(moment.before.events) :] if isinstance(event, StatusEvent)]
    assert tuple(f"{event.status}:{event.stage}" if event.stage else event.status for event in seen) == trace.statuses
    assert len(trace.said) <= (2 if trace.composition and trace.composition.follow_up else 1)


def check_failure(moment: Moment, trace: Trace) -> None:
    """Nothing in the engine breaks, and where a model lets it down the trace says over which decision."""
    silent = [ask for ask, text in moment.asks if text is None and not ask.ahead]
    if trace.failure is None:
        assert {ask.decision for ask in silent} <= NOT_ESSENTIAL
        return
    assert trace.failure.kind in ("undecided", "model_unavailable"), trace.failure.message
    assert trace.statuses[-2] == "error"
    assert moment.after.states == moment.before.states
    assert trace.state == moment.before.state
    if trace.failure.kind == "model_unavailable":
        assert any(repr(ask.decision) in trace.failure.message for ask in silent)
    else:
        # Others were perhaps answered beside it, and stand after it.
        named = [ask for ask in trace.asks if f"decision {ask.decision!r} (ask {ask.id})" in trace.failure.message]
        assert named
        assert named[-1].objections


def check_asks(world: World, moment: Moment, trace: Trace) -> None:
    """Every ask is in the trace, once, with its texts beside; a guideline is looked at again for a reason only."""
    named = [(ask.id, ask.attempt) for ask in trace.asks]
    assert len(set(named)) == len(named)
    made = {(ask.id, ask.attempt) for ask, text in moment.asks if text is not None}
    assert set(named) <= made
    if trace.failure is None:
        assert set(named) == made or any(text is None for _, text in moment.asks)
    if world.malice == 0:
        assert not any(ask.objections for ask in trace.asks), "the adversary can't answer well"
    digests = {mark.digest for ask in trace.asks for mark in ask.sections} | {ask.answer for ask in trace.asks}
    assert digests <= moment.texts.keys()


def check_matching(world: World, moment: Moment, trace: Trace) -> None:
    """Only what is enabled and may become active is checked, and what is checked again has a tool to thank for it."""
    agent = world.agent
    seen: dict[str, GuidelineCheck] = {}
    for check in trace.checks:
        if check.method == "transient":
            assert check.matched
            continue
        guideline = agent.guideline(check.guideline)
        assert guideline is not None
        assert guideline.enabled
        assert (check.ask is not None) == (check.method == "model")
        if check.ask is not None and "/disambiguate/" in check.ask:
            assert seen[check.guideline].matched
            assert not check.matched
            continue
        assert check.method == guideline.matching
        if guideline.journey is not None:
            started = {move.journey for move in trace.moves}
            triggers = set(_journey(agent, guideline.journey).triggers)
            triggered = any(each.matched and each.guideline in triggers for each in trace.checks)
            assert guideline.journey in started or triggered
        if check.guideline in seen:
            assert seen[check.guideline].round < check.round
            assert _is_reevaluated(agent, trace, check=check)
        seen[check.guideline] = check


def _journey(agent: AgentDefinition, name: str):
    journey = agent.journey(name)
    assert journey is not None
    return journey


def _is_reevaluated(agent: AgentDefinition, trace: Trace, *, check: GuidelineCheck) -> bool:
    offered = {each.tool for each in trace.offered if each.round == check.round - 1}
    return any(
        Endpoint(kind="guideline", id=check.guideline) in _members(agent, relation.source)
        and relation.target.id in offered & set(trace.tools_called)
        for relation in agent.relations("reevaluation")
    )


def check_firing(world: World, trace: Trace) -> None:
    """What fires is known, enabled, matched (or entailed), and of an active journey if of any."""
    for number in range(1, trace.rounds + 1):
        agent = _with_transient(world.agent, trace, number=number)
        outcomes = [outcome for outcome in trace.resolutions if outcome.round == number]
        assert len({(outcome.kind, outcome.id) for outcome in outcomes}) == len(outcomes)
        kept = _kept(outcomes)
        matched = {check.guideline: check.matched for check in trace.checks if check.round <= number}
        for outcome in outcomes:
            if outcome.kind == "guideline":
                guideline = agent.guideline(outcome.id)
                assert guideline is not None
                assert guideline.enabled
                assert outcome.outcome != "kept" or matched[outcome.id]
                if outcome.stays and guideline.journey is not None:
                    assert Endpoint(kind="journey", id=guideline.journey) in kept
        _check_relationships(agent, kept, considered={outcome.id for outcome in outcomes})
    if trace.failure is None:
        final = [item for item in trace.resolutions if item.kind == "guideline" and item.round == trace.rounds]
        assert list(trace.fired) == [item.id for item in final if item.stays]
        assert set(trace.dropped) == {item.id for item in final if not item.stays}


def _with_transient(agent: AgentDefinition, trace: Trace, *, number: int) -> AgentDefinition:
    """The agent with the guidelines that came up for this turn: what tools brought, and questions to the customer."""
    heads = {each.guideline: agent.guideline(each.head) for each in trace.clarifications}
    transient: list[Guideline] = []
    for check in trace.checks:
        if check.method == "transient" and check.round <= number:
            head = heads.get(check.guideline)
            tags, journey = (head.tags, head.journey) if head else ((), None)
            transient.append(Guideline(id=check.guideline, action="say so", tags=tags, journey=journey))
    return replace(agent, guidelines=(*agent.guidelines, *transient)) if transient else agent


def _kept(outcomes: Iterable[ResolutionOutcome]) -> set[Endpoint]:
    return {Endpoint(kind=outcome.kind, id=outcome.id) for outcome in outcomes if outcome.stays}


def _members(agent: AgentDefinition, end: Endpoint) -> set[Endpoint]:
    if end.kind not in ("tag_all", "tag_any"):
        return {end}
    carriers = [(Endpoint(kind="guideline", id=each.id), each.tags) for each in agent.guidelines if each.enabled]
    carriers += [(Endpoint(kind="journey", id=each.id), each.tags) for each in agent.journeys]
    return {member for member, tags in carriers if end.id in tags}


def _check_relationships(agent: AgentDefinition, kept: set[Endpoint], *, considered: set[str]) -> None:
    for relation in agent.relations("priority"):
        for source in _members(agent, relation.source) & kept:
            assert not (_members(agent, relation.target) - {source}) & kept
    groups: dict[object, list[Endpoint]] = {}
    for number, relation in enumerate(agent.relations("dependency")):
        groups[(relation.source, number)] = [relation.target]
    for relation in agent.relations("dependency_any"):
        groups.setdefault((relation.source, relation.group), []).append(relation.target)
    for (source, _), targets in groups.items():  # pyright: ignore[reportGeneralTypeIssues]
        if _members(agent, source) & kept:
            assert any(_holds(agent, target, kept=kept, considered=considered) for target in targets)


def _holds(agent: AgentDefinition, target: Endpoint, *, kept: set[Endpoint], considered: set[str]) -> bool:
    members = _members(agent, target)
    if target.kind == "tag_all":
        return bool(members) and members <= kept
    if target.kind == "journey":
        own = {each.id for each in agent.guidelines if each.journey == target.id and each.id in considered}
        return target in kept and (not own or any(Endpoint(kind="guideline", id=name) in kept for name in own))
    return bool(members & kept)


def check_tools(world: World, moment: Moment, trace: Trace) -> None:
    """A tool runs because of what is active, with arguments of its parameters' types, and never twice alike."""
    for offered in trace.offered:
        agent = _with_transient(world.agent, trace, number=offered.round)
        kept = _kept(outcome for outcome in trace.resolutions if outcome.round == offered.round)
        assert offered.because
        for reason in offered.because:
            kind, _, name = reason.partition(":")
            if kind == "guideline":
                guideline = agent.guideline(name)
                assert guideline is not None
                assert offered.tool in guideline.tools
                brought = any(each.method == "transient" and each.round == offered.round for each in trace.checks)
                assert Endpoint(kind="guideline", id=name) in kept or brought
            else:
                journey, _, state = name.partition("/")
                assert offered.tool in _journey(agent, journey).state(state).tools
                assert Endpoint(kind="journey", id=journey) in kept or trace.calls
    ordered = [(call.tool, canonical_json(dict(call.arguments))) for call in trace.calls]
    assert len(set(ordered)) == len(ordered)
    given = [result for call in trace.calls for result in (call.retried, call.result) if result is not None]
    if trace.failure is None:
        assert sorted(map(repr, given)) == sorted(map(repr, moment.results))
    assert len({call.id for call in trace.calls}) == len(trace.calls)
    for call in trace.calls:
        assert any(each.tool == call.tool and each.because == call.because for each in trace.offered)
        _check_arguments(world.agent, call)


def _check_arguments(agent: AgentDefinition, call: ToolCall) -> None:
    tool = agent.tool(call.tool)
    assert tool is not None
    assert set(call.arguments) <= {parameter.name for parameter in tool.parameters}
    assert set(call.arguments) >= {parameter.name for parameter in tool.parameters if parameter.required}
    for parameter in tool.parameters:
        if parameter.name in call.arguments:
            assert convert(parameter, call.arguments[parameter.name]) == call.arguments[parameter.name]


def check_storing(moment: Moment, values: Collection[object]) -> None:
    """What is stored and loaded is what it was."""
    for value in values:
        assert codec.load(type(value), codec.dump(value)) == value
        assert codec.load_text(type(value), codec.dump_text(value)) == value


def check_conversation(world: World, moments: list[Moment]) -> None:
    """All laws of a conversation's turns, its journeys' aside."""
    check_timeline(moments)
    for moment, turn in turns(moments):
        check_statuses(moment, turn.trace)
        check_failure(moment, turn.trace)
        assert turn.trace.rounds <= world.agent.max_engine_iterations
        check_asks(world, moment, turn.trace)
        check_matching(world, moment, turn.trace)
        check_firing(world, turn.trace)
        check_tools(world, moment, turn.trace)
        check_wording(world, moment, turn.trace)
        check_storing(moment, (moment.after, turn.trace))
