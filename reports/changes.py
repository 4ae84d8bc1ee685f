"""What changed since another run, as a page: tiers, first decisions that differ, causes, and both conversations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from ..evals.diff.comparing import RunDiff, ScenarioDiff, compare
from ..evals.diff.spending import spending_words
from ..evals.diff.text import (
    TITLES,
    cause_lines,
    downstream_words,
    edit_lines,
    named,
    rates,
    tier_title,
    where,
)
from ..evals.diff.tiers import TIERS, Tier
from ..evals.diff.wording import difference_words
from ..evals.outcome import AnsweredBy, Outcome, together
from ..evals.plugin.telling import turn_line
from ..evals.results.run import RunRecord
from .conversations import exchanges
from .diff_page import ChangedScenario, Changes, DiffPage, EditedPart, Side, SideBySide, TierSection
from .names import TIER_MARKS, change_anchor, scenario_anchor, source_word, tier_anchor
from .pieces import Fact, Ranked
from .scenario_page import Exchange
from .wording import count, moment, number

FOREMOST = 5
"""How many changed scenarios the overview names."""
TOLD: tuple[Tier, ...] = ("regression", "fixed", "behaviour_changed", "unstable", "wording_only", "inconclusive")
"""Tiers of which both conversations are shown, most important first."""
CONVERSATIONS = 100
"""Of how many scenarios, the most important first, both conversations are shown."""
ARROW = "→"
FIRST_RUN = "There is no run to compare with: this is the first that is stored, and no baseline was named."


def diff_page(run: RunRecord) -> tuple[DiffPage, Changes | None]:
    """The page, and what the overview says of it; nothing for the overview where there is no run to compare with."""
    if run.base is None:
        return DiffPage(sentence=FIRST_RUN), None
    found = compare(run.base, run)
    told = [each.node for tier in TOLD for each in found.of(tier)]
    trials = _Trials(base=_by_trial(run.base), head=_by_trial(run), told=frozenset(told[:CONVERSATIONS]))
    page = DiffPage(
        sentence=_sentence(found),
        before=named(run.base),
        after=named(run),
        notice=_notice(run.base, run),
        facts=tuple(_facts(run.base, run)),
        sections=tuple(_sections(found, trials)),
        edits=tuple(
            EditedPart(words=f"{agent}: {edit}", lines=tuple(edit_lines(edit, arrow=ARROW))[1:])
            for agent, definitions in found.definitions
            for edit in definitions.edits
        ),
    )
    return page, _changes(found)


Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trials:
    """The trials of both runs by suite, scenario and number."""

    base: Mapping[Key, Outcome]
    head: Mapping[Key, Outcome]
    told: frozenset[str]
    """The scenarios of which both conversations are shown."""

    def of(self, scenario: ScenarioDiff) -> tuple[Outcome | None, Outcome | None]:
        """The trial that differs, in both runs."""
        key = (scenario.suite, scenario.scenario, scenario.divergence.trial if scenario.divergence else 1)
        return self.base.get(key), self.head.get(key)


def _by_trial(run: RunRecord) -> dict[Key, Outcome]:
    return {(each.suite, each.scenario, each.trial): each for each in run.outcomes}


def _sentence(found: RunDiff) -> str:
    played, unchanged = len(found.scenarios), len(found.of("unchanged"))
    if played == unchanged:
        return f"Nothing changed: {count(played, 'scenario')} decided, said and took what they did."
    told = [f"{TITLES[tier]}: {number(len(found.of(tier)))}" for tier in _tiers(found)]
    return f"Of {count(played, 'scenario')} {number(unchanged)} did not change; {', '.join(told)}."


def _tiers(found: RunDiff) -> Iterator[Tier]:
    """The tiers that somebody should hear of, most important first."""
    return (tier for tier in TIERS if tier != "unchanged" and found.of(tier))


def _notice(base: RunRecord, head: RunRecord) -> str:
    before, after = _sources(base), _sources(head)
    if before == after or "nobody" in (before, after):
        return ""
    return (
        f"Answers came from different places: {source_word(before)} before, {source_word(after)} now. What differs "
        "may be the models' doing and not the definitions'."
    )


def _facts(base: RunRecord, head: RunRecord) -> Iterator[Fact]:
    for word, run in (("Before", base), ("Now", head)):
        about = [named(run), moment(run.started), source_word(_sources(run))]
        yield Fact(name=word, text=", ".join(filter(None, about)))


def _sources(run: RunRecord) -> AnsweredBy:
    return together(each.answered_by for each in run.outcomes)


def _sections(found: RunDiff, trials: _Trials) -> Iterator[TierSection]:
    for tier in _tiers(found):
        yield TierSection(
            anchor=tier_anchor(tier),
            title=tier_title(tier),
            mark=TIER_MARKS[tier],
            scenarios=tuple(_scenario(each, trials) for each in found.of(tier)),
        )


def _scenario(scenario: ScenarioDiff, trials: _Trials) -> ChangedScenario:
    before, after = trials.of(scenario)
    divergence = scenario.divergence
    first = divergence.difference.turn if divergence else 0
    turns = tuple(_turns(before, after, first=first)) if scenario.node in trials.told else ()
    return ChangedScenario(
        anchor=change_anchor(scenario.suite, scenario.scenario),
        name=f"{scenario.suite}: {scenario.name or scenario.scenario}",
        page=scenario_anchor(after) if after else "",
        turned=f"{scenario.before or 'not played'} {ARROW} {scenario.after or 'not played'}"
        if scenario.before != scenario.after
        else "",
        facts=tuple(fact for fact in _scenario_facts(scenario) if fact.text),
        difference=difference_words(divergence.difference, arrow=ARROW) if divergence else "",
        where=where(divergence) if divergence else "",
        cause=tuple(line.removeprefix("  ") for line in cause_lines(divergence.cause)) if divergence else (),
        downstream=downstream_words(divergence) if divergence else "",
        same=tuple(each for each in turns if each.number < first),
        turns=tuple(each for each in turns if each.number >= first),
    )


def _scenario_facts(scenario: ScenarioDiff) -> Iterator[Fact]:
    yield Fact(name="Expectations that turned", text="; ".join(scenario.unmet))
    yield Fact(name="Trials", text=rates(scenario))
    for each in scenario.fared_otherwise:
        yield Fact(name=f"After turn {each.turn}", text=difference_words(each, arrow=ARROW))
    if scenario.before and scenario.after:
        turns = (scenario.turns_before, scenario.turns_after)
        yield Fact(name="Turns", text=f"{turns[0]} {ARROW} {turns[1]}" if turns[0] != turns[1] else "")
        yield Fact(name="Took", text=spending_words(scenario.spent_before, scenario.spent_after, arrow=ARROW))


def _turns(before: Outcome | None, after: Outcome | None, *, first: int) -> Iterator[SideBySide]:
    old, new = (exchanges(each) if each else () for each in (before, after))
    for number_, (was, now) in enumerate(zip_longest(old, new), start=1):
        yield SideBySide(
            number=number_,
            before=_side(was, before),
            after=_side(now, after),
            first=number_ == first,
        )


def _side(exchange: Exchange | None, outcome: Outcome | None) -> Side | None:
    if exchange is None or outcome is None:
        return None
    number_ = exchange.turn.number if exchange.turn else 0
    turn = next((each for each in outcome.turns if each.number == number_), None)
    return Side(
        bubbles=(*exchange.before, *exchange.replies),
        decided=turn_line(turn).partition(": ")[2] if turn else "",
    )


def _changes(found: RunDiff) -> Changes:
    ordered = [each for tier in _tiers(found) for each in found.of(tier)]
    return Changes(
        sentence=_sentence(found),
        counts=tuple(
            Ranked(
                anchor=tier_anchor(tier),
                name=f"{TIER_MARKS[tier].symbol} {TITLES[tier]}",
                text=number(len(found.of(tier))),
            )
            for tier in _tiers(found)
        ),
        foremost=tuple(
            Ranked(
                anchor=change_anchor(each.suite, each.scenario),
                name=f"{each.suite}: {each.name or each.scenario}",
                text=difference_words(each.divergence.difference, arrow=ARROW)
                if each.divergence
                else TIER_MARKS[each.tier].word,
            )
            for each in ordered[:FOREMOST]
        ),
    )
