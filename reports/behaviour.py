"""Guidelines, journeys and tools over all turns of an agent: how often each came into play."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..engine.domain.agent import AgentDefinition
from ..engine.domain.trace import Trace
from ..evals.outcome import Outcome
from ..evals.results.past import PartUse
from ..evals.statistics import percentile
from .coverage import coverage_of, coverage_table, edited_parts, missed
from .names import DROPPED, agent_anchor, coverage_anchor, guideline_words
from .over_runs import over_runs
from .page import AgentPage
from .pieces import Amount, Table
from .tables import counted, share, timed, words
from .walks import journey_page, journeys_seen, undefined_journey_page
from .wording import count

GUIDELINE_COLUMNS = (
    "Guideline", "When and what", "Why dropped", "Considered", "Fired", "Fired of considered", "Dropped", "Followed",
    "Not followed",
)  # fmt: skip
TOOL_COLUMNS = (
    "Tool", "Calls", "Succeeded", "Failed", "Not called", "Missing or invalid", "Median time", "95th percentile",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of agents from other runs."""

    former: Mapping[str, AgentDefinition] = field(default_factory=dict[str, AgentDefinition])
    """Agents by id as they were in the run that this one is compared with."""
    since: str = ""
    """What that run is called."""
    parts: tuple[PartUse, ...] = ()
    runs: int = 1
    """Over how many runs these were counted."""


def agent_pages(
    outcomes: tuple[Outcome, ...], agents: Mapping[str, AgentDefinition], *, known: Known | None = None
) -> tuple[AgentPage, ...]:
    """A page for each agent, or for each version of one, in the order in which they were first played."""
    others = known or Known()
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.definition, "" if outcome.definition in agents else outcome.agent), []).append(
            outcome
        )
    return tuple(
        _page(group, agents.get(key[0]), known=others)
        for key, group in groups.items()
        if any(each.turns for each in group)
    )


def _page(outcomes: list[Outcome], agent: AgentDefinition | None, *, known: Known) -> AgentPage:
    traces = [turn.trace for outcome in outcomes for turn in outcome.turns]
    proven = [turn.trace for outcome in outcomes if outcome.verdict == "passed" for turn in outcome.turns]
    seen = dict.fromkeys(journeys_seen(traces))
    defined = agent.journeys if agent else ()
    ids = {journey.id for journey in defined}
    covered = coverage_of(outcomes, agent)
    name = agent.name if agent else outcomes[0].agent or "the agent"
    definition = outcomes[0].definition or name
    return AgentPage(
        anchor=agent_anchor(definition),
        coverage_anchor=coverage_anchor(definition),
        name=name,
        sentence=f"Played in {count(len(outcomes), 'trial')} with {count(len(traces), 'turn')}.",
        guidelines=_guidelines(traces, agent),
        journeys=(
            *(journey_page(journey, traces, proven=proven) for journey in defined),
            *(undefined_journey_page(journey, traces) for journey in seen if journey not in ids),
        ),
        tools=_tools(traces, agent),
        coverage=coverage_table(covered),
        missed=tuple(missed(covered)),
        defined=agent is not None,
        over_runs=over_runs(agent.id, known.parts, runs=known.runs) if agent else (),
        edited=edited_parts(covered, known.former, since=known.since),
    )


def _all_ids(defined: Iterable[str], seen: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*defined, *seen)))


def _guidelines(traces: Sequence[Trace], agent: AgentDefinition | None) -> Table:
    considered = Counter(each for trace in traces for each in trace.considered)
    fired = Counter(each for trace in traces for each in trace.fired)
    reasons = _why_dropped(traces)
    dropped = Counter(each for trace in traces for each in trace.dropped)
    followed = Counter(each for trace in traces for each in trace.followed)
    not_followed = Counter(each for trace in traces for each in trace.not_followed)
    ids = _all_ids((each.id for each in agent.guidelines) if agent else (), (*considered, *fired, *dropped))
    rows = tuple(
        (
            words(each),
            words(guideline_words(agent.guideline(each)) if agent else ""),
            words(reasons.get(each, "")),
            counted(considered[each]),
            counted(fired[each]),
            share(min(fired[each], considered[each]), considered[each]),
            counted(dropped[each]),
            counted(followed[each]),
            counted(not_followed[each]),
        )
        for each in ids
    )
    return Table(columns=GUIDELINE_COLUMNS, rows=rows, texts=3, caption="Turns in which each guideline was …")


def _why_dropped(traces: Sequence[Trace]) -> dict[str, str]:
    """The reasons for which each guideline was dropped, with how often."""
    reasons: dict[str, Counter[str]] = {}
    for trace in traces:
        for guideline, kind in trace.dropped.items():
            reasons.setdefault(guideline, Counter())[DROPPED[kind]] += 1
    return {
        each: "; ".join(f"{reason} ({times})" for reason, times in found.items()) for each, found in reasons.items()
    }


def _tools(traces: Sequence[Trace], agent: AgentDefinition | None) -> Table:
    calls = [call for trace in traces for call in trace.calls]
    rejected = Counter(call.tool for trace in traces for call in trace.rejected)
    insights = Counter(insight.tool for trace in traces for insight in trace.insights)
    ids = _all_ids((tool.id for tool in agent.tools) if agent else (), (*(c.tool for c in calls), *rejected, *insights))
    times = _tool_times(traces)
    rows: list[tuple[Amount, ...]] = []
    for tool in ids:
        made = [call for call in calls if call.tool == tool]
        failed = sum(call.failed for call in made)
        rows.append(
            (
                words(tool),
                counted(len(made)),
                share(len(made) - failed, len(made)),
                counted(failed),
                counted(rejected[tool]),
                counted(insights[tool]),
                timed(percentile(times.get(tool, []), 0.5)),
                timed(percentile(times.get(tool, []), 0.95)),
            )
        )
    return Table(columns=TOOL_COLUMNS, rows=tuple(rows))


def _tool_times(traces: Iterable[Trace]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for trace in traces:
        tools = {call.id: call.tool for call in trace.calls}
        for call, took in trace.timing.tools:
            if call in tools:
                found.setdefault(tools[call], []).append(took)
    return found
