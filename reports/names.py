"""What verdicts, reasons and places are called on the pages, and where links lead."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import assert_never
from urllib.parse import quote

from ..engine.domain.ask import AnswerSource
from ..engine.domain.guideline import Guideline
from ..engine.domain.trace import OutcomeKind
from ..evals.diff.tiers import Tier
from ..evals.outcome import AnsweredBy, Outcome
from ..evals.verdict import InconclusiveReason, Verdict
from .pieces import Mark
from .wording import count, listed

MARKS: Mapping[Verdict, Mark] = {
    "passed": Mark(symbol="✓", word="passed", tone="good"),
    "failed": Mark(symbol="✗", word="failed", tone="bad"),
    "inconclusive": Mark(symbol="?", word="inconclusive", tone="unsure"),
}

UNSTEADY = Mark(symbol="~", word="flaky", tone="unsure")

TIER_MARKS: Mapping[Tier, Mark] = {
    "regression": Mark(symbol="✗", word="regression", tone="bad"),
    "fixed": Mark(symbol="✓", word="fixed", tone="good"),
    "behaviour_changed": Mark(symbol="≠", word="behaviour changed", tone="unsure"),
    "unstable": Mark(symbol="~", word="unstable", tone="unsure"),
    "cost_or_latency": Mark(symbol="$", word="cost or latency"),
    "wording_only": Mark(symbol="≈", word="wording only"),
    "inconclusive": Mark(symbol="?", word="inconclusive", tone="unsure"),
    "new": Mark(symbol="+", word="new"),
    "gone": Mark(symbol="-", word="gone", tone="unsure"),
    "unchanged": Mark(symbol="=", word="unchanged"),
}

DROPPED: Mapping[OutcomeKind, str] = {
    "kept": "kept",
    "entailed": "entailed by another",
    "unmet_dependency": "what it depends on does not hold",
    "unmet_any_dependency": "nothing of what it depends on holds",
    "lower_priority": "something with priority over it holds",
    "outranked": "its priority number is smaller",
    "inactive_journey": "its journey is not active",
    "disambiguated": "a clarifying question is asked instead",
}

SOURCES: Mapping[AnswerSource, str] = {
    "live": "live",
    "recorded": "replayed",
    "offline": "offline model",
    "scripted": "scripted",
}

REASONS: Mapping[InconclusiveReason, str] = {
    "recording_missing": "no recording answers what was asked",
    "model_unavailable": "the model could not be reached",
    "model_unnamed": "nobody named a model",
    "stand_in_missing": "a tool has no stand-in",
    "judge_failed": "the judge gave no answer",
    "customer_failed": "the simulated customer gave no answer",
    "agent_load": "the agent could not be loaded",
    "budget": "the budget was spent",
    "recordings_unused": "recordings were left unread",
    "time_limit": "the time limit passed while waiting for a model",
}

REMEDIES: Mapping[InconclusiveReason, str] = {
    "recording_missing": "Play it with --scenarios-llm=record where the model can be reached; commit what it records.",
    "model_unavailable": "Check key, network and the provider's status, then play it again.",
    "model_unnamed": "Name one: model: in the scenario file, or --scenarios-model on the command line.",
    "stand_in_missing": "Say under tools: in the scenario what the tool gives back, or run to let it run.",
    "customer_failed": "Play it again; if it stays, word the goal under simulate: more plainly.",
    "judge_failed": "Play it again; if it stays, word the criteria under judge: more plainly.",
    "agent_load": "Mend the agent's module, or the agent: key that names it.",
    "budget": "Raise --scenarios-budget, or record first and replay.",
    "recordings_unused": "Remove them with `understudy recordings prune`, or allow them with --scenarios-unused warn.",
    "time_limit": "Play it again; if it stays, raise timeout: in the scenario.",
}


def answered_by(source: AnsweredBy) -> str:
    """Where the answers of a trial came from, in words."""
    match source:
        case "offline":
            return "offline model"
        case "scripted":
            return "scripted answers"
        case "live":
            return "live"
        case "replayed":
            return "replayed"
        case "mixed":
            return "mixed: live and replayed"
        case "nobody":
            return "nobody was asked"
        case _:
            assert_never(source)


def source_word(source: AnsweredBy) -> str:
    """Where answers came from, in a word beside a figure."""
    return "nobody asked" if source == "nobody" else source


def all_answered_by(outcomes: Iterable[Outcome]) -> str:
    """Where the answers of a run came from, in words."""
    sources = Counter(answered_by(outcome.answered_by) for outcome in outcomes)
    if len(sources) == 1:
        return next(iter(sources))
    return listed([f"{source} ({count(times, 'trial')})" for source, times in sources.items()]) or "nobody was asked"


def offline_notice(outcomes: tuple[Outcome, ...]) -> str:
    """What it means that the offline model answered; empty where it did not."""
    offline = sum(outcome.answered_by == "offline" for outcome in outcomes)
    if not offline:
        return ""
    part = "" if offline == len(outcomes) else f" in {offline} of {count(len(outcomes), 'trial')}"
    return (
        f"Answered by the offline model{part}: it works answers out by rule. No language model was asked, so this "
        "shows that the definitions hang together, not how a real model would behave."
    )


def stale_notice(outcomes: tuple[Outcome, ...]) -> str:
    """What it means that answers were served to prompts that have changed since; empty where none were."""
    stale = [decision for outcome in outcomes for decision in outcome.stale]
    if not stale:
        return ""
    whose = ", ".join(stale) if len(outcomes) == 1 else f"in {count(sum(bool(o.stale) for o in outcomes), 'trial')}"
    return (
        f"Stale ({whose}): answers were recorded with other templates than those of today. The facts are the same, "
        "yet the model might answer the new words otherwise; record anew to know."
    )


def guideline_words(guideline: Guideline | None) -> str:
    """A guideline's condition and action; empty where it is not known."""
    if guideline is None:
        return ""
    return " → ".join(filter(None, [guideline.condition or "always", guideline.action]))


def scenario_anchor(outcome: Outcome) -> str:
    """The stable fragment of a trial's page: s/suite/scenario, with the trial where it is not the first."""
    return "/".join(["s", _quoted(outcome.suite), _quoted(outcome.scenario), *_trial(outcome)])


def turn_anchor(outcome: Outcome, number: int) -> str:
    """The stable fragment of a turn."""
    return f"{scenario_anchor(outcome)}/t{number}"


def change_anchor(suite: str, scenario: str) -> str:
    """The stable fragment of what changed in a scenario."""
    return f"d/{_quoted(suite)}/{_quoted(scenario)}"


def tier_anchor(tier: Tier) -> str:
    """The fragment of a tier's section."""
    return f"d-{tier.replace('_', '-')}"


def agent_anchor(agent: str) -> str:
    """The stable fragment of an agent's behaviour."""
    return f"a/{_quoted(agent)}"


def coverage_anchor(agent: str) -> str:
    """The stable fragment of an agent's coverage."""
    return f"c/{_quoted(agent)}"


def scenario_name(outcome: Outcome) -> str:
    """What the scenario is called, with the trial where it is not the first."""
    name = outcome.name or outcome.scenario
    return f"{name} (trial {outcome.trial})" if outcome.trial > 1 else name


def _trial(outcome: Outcome) -> list[str]:
    return [f"trial{outcome.trial}"] if outcome.trial > 1 else []


def _quoted(name: str) -> str:
    return quote(name, safe="", errors="surrogatepass")
