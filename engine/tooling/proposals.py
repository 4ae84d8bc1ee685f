"""From what a model proposes to calls that may be made: values converted, gaps found, repetitions dropped. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..decisions.consequential import CarefulArgument, CarefulCall, CarefulVerdict
from ..decisions.tools import ArgumentAnswer, CallAnswer, ToolVerdict
from ..domain.facts import ToolOffer
from ..domain.tool import Insight, Parameter, Tool, ToolCall
from ..domain.values import JSON, canonical_json
from .arguments import InvalidArgument, convert


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was decided about one tool."""

    tool: Tool
    should_run: bool = True
    calls: tuple[CallAnswer | CarefulCall, ...] = (CallAnswer(arguments=[]),)
    fixed: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    evidence: str = ""
    ask: str | None = None


def proposal(offer: ToolOffer, verdict: ToolVerdict | CarefulVerdict, *, ask: str) -> Proposal:
    """A verdict on a tool as a proposal."""
    return Proposal(
        tool=offer.tool,
        should_run=verdict.should_run,
        calls=tuple(verdict.calls),
        fixed=offer.fixed,
        evidence=verdict.evidence,
        ask=ask,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A call that may be made."""

    tool: Tool
    arguments: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A call that is not made, and why."""

    tool: str
    arguments: Mapping[str, JSON]
    reason: str
    ask: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Proposals, sorted out."""

    approved: tuple[Approved, ...] = ()
    refused: tuple[Refused, ...] = ()
    insights: tuple[Insight, ...] = ()


def screen(proposals: Sequence[Proposal], *, made: Iterable[ToolCall]) -> Screened:
    """Sort proposals into calls to make, calls refused, and what is missing or invalid."""
    known = {_identity(call.tool, call.arguments) for call in made}
    approved: list[Approved] = []
    refused: list[Refused] = []
    insights: list[Insight] = []
    for proposal in proposals:
        if not proposal.should_run:
            refused.append(_refusal(proposal, {}, reason=proposal.evidence or "the model saw no need for it"))
            continue
        for call in proposal.calls:
            arguments, found = _read(proposal, call)
            identity = _identity(proposal.tool.id, arguments)
            if found:
                insights += [insight for insight in found if insight not in insights]
                refused.append(_refusal(proposal, arguments, reason=_lacks(found)))
            elif identity in known:
                reason = "it was already called with these arguments in this turn"
                refused.append(_refusal(proposal, arguments, reason=reason))
            else:
                known.add(identity)
                approved.append(Approved(tool=proposal.tool, arguments=arguments))
    return Screened(approved=tuple(approved), refused=tuple(refused), insights=tuple(insights))


def _identity(tool: str, arguments: Mapping[str, JSON]) -> str:
    return f"{tool} {canonical_json(dict(arguments))}"


def _refusal(proposal: Proposal, arguments: Mapping[str, JSON], *, reason: str) -> Refused:
    return Refused(tool=proposal.tool.id, arguments=arguments, reason=reason, ask=proposal.ask)


def _lacks(found: Sequence[Insight]) -> str:
    return "; ".join(f"{item.parameter.name} is {item.kind}" for item in found)


def _read(proposal: Proposal, call: CallAnswer | CarefulCall) -> tuple[dict[str, JSON], list[Insight]]:
    """The call's arguments as values, and what keeps it from being made."""
    given = {argument.name: argument for argument in call.arguments}
    arguments = dict(proposal.fixed)
    found: list[Insight] = []
    for parameter in proposal.tool.parameters:
        if parameter.name in proposal.fixed:
            continue
        argument = given.get(parameter.name)
        value = argument.value if argument is not None and argument.state != "missing" else None
        if argument is None or value is None:
            found += _missing(proposal.tool, parameter)
        elif (reason := _unfit_origin(parameter, argument)) is not None:
            found += _missing(proposal.tool, parameter, problem=reason)
        elif (problem := _invalid(parameter, argument, into=arguments)) is not None:
            found.append(
                Insight(kind="invalid", tool=proposal.tool.id, parameter=parameter, value=value, problem=problem)
            )
    return arguments, found


def _missing(tool: Tool, parameter: Parameter, *, problem: str = "") -> list[Insight]:
    """The insight that a value is missing, where the tool can't do without."""
    if not parameter.required:
        return []
    return [Insight(kind="missing", tool=tool.id, parameter=parameter, problem=problem)]


def _unfit_origin(parameter: Parameter, argument: ArgumentAnswer | CarefulArgument) -> str | None:
    """Why a value may not be used that was looked at closely: it comes from nobody, or from where it may not come."""
    if isinstance(argument, ArgumentAnswer) or argument.state == "invalid":
        return None
    match parameter.source, argument.origin:
        case _, "nobody":
            return "it was assumed, and nobody said so"
        case "customer", "context":
            return "only the customer may say it"
        case "context", "customer":
            return "it may only come from what is on record"
        case _:
            return None


def _invalid(parameter: Parameter, argument: ArgumentAnswer | CarefulArgument, *, into: dict[str, JSON]) -> str | None:
    """Put the argument's value in its place, or say what is wrong with it."""
    if argument.state == "invalid":
        return argument.evidence
    try:
        into[parameter.name] = convert(parameter, argument.value)
    except InvalidArgument as error:
        return str(error)
    return None


def worth_telling(insights: Iterable[Insight]) -> tuple[Insight, ...]:
    """The insights to speak of: not the hidden ones, and of the rest those of the lowest precedence."""
    visible = [insight for insight in insights if not insight.parameter.hidden]
    ranks = [_rank(insight.parameter) for insight in visible]
    return tuple(item for item, rank in zip(visible, ranks, strict=True) if rank == min(ranks))


def _rank(parameter: Parameter) -> int:
    return parameter.precedence if parameter.precedence is not None else 1_000_000
