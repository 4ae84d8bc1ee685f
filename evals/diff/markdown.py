"""A comparison as Markdown for a comment on a pull request: the verdict first, at most one screen, details folded."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from .comparing import RunDiff, ScenarioDiff
from .text import cause_words, edit_lines, named, rates, scenario_lines, tier_title
from .tiers import TIERS, Tier
from .wording import difference_words

MARKER = "<!-- understudy-diff -->"
"""Stands in every comment, so that the next one can take its place."""

SHOWN = 5
"""How many scenarios of a section stand open; the others are folded."""
OPEN: tuple[Tier, ...] = ("regression", "fixed", "behaviour_changed", "unstable")
"""Sections that are shown; the others are folded whole."""
LARGEST = 60_000
"""Characters; a comment of GitHub holds 65,536."""
WIDTH = 320
ARROW = "→"


def diff_markdown(diff: RunDiff, *, missing: Sequence[ScenarioDiff] = ()) -> str:
    """The comparison as one text; `missing` are scenarios whose baseline was asked for and is not there."""
    lines = [verdict_line(diff), "", f"{_inline(named(diff.base))} {ARROW} {_inline(named(diff.head))}"]
    if missing:
        nodes = ", ".join(_code(each.node) for each in missing)
        lines += ["", f"No baseline is approved for {nodes}: run `understudy approve`."]
    for tier in TIERS:
        if tier != "unchanged" and (scenarios := diff.of(tier)):
            lines += ["", *(_section(tier, scenarios) if tier in OPEN else _folded_section(tier, scenarios))]
    lines += _edited(diff)
    return _cut("\n".join(lines)) + f"\n\n{MARKER}\n"


def verdict_line(diff: RunDiff) -> str:
    """The verdict on the whole in one line."""
    played = len(diff.scenarios) - len(diff.of("gone"))
    counts = [f"{len(diff.of(tier))} {_noun(tier)}" for tier in TIERS if tier != "unchanged" and diff.of(tier)]
    mark = "❌" if diff.of("regression") else "⚠️" if counts else "✅"
    return f"{mark} **Understudy: {', '.join(counts) or 'nothing changed'}** in {played} scenario{'s' * (played != 1)}"


def _noun(tier: Tier) -> str:
    return {
        "regression": "regressed",
        "wording_only": "worded otherwise",
        "cost_or_latency": "cheaper, dearer or slower",
    }.get(tier, tier.replace("_", " "))


def _section(tier: Tier, scenarios: Sequence[ScenarioDiff]) -> Iterator[str]:
    yield f"### {tier_title(tier)} ({len(scenarios)})"
    yield ""
    for scenario in scenarios[:SHOWN]:
        yield f"- {_code(scenario.node)}{_first(scenario)}"
    if rest := scenarios[SHOWN:]:
        yield f"- and {len(rest)} more"
    yield from _folded("Details", [line for scenario in scenarios for line in scenario_lines(scenario, arrow=ARROW)])


def _folded_section(tier: Tier, scenarios: Sequence[ScenarioDiff]) -> Iterator[str]:
    lines = [line for scenario in scenarios for line in scenario_lines(scenario, arrow=ARROW)]
    yield from _folded(f"{tier_title(tier)} ({len(scenarios)})", lines)


def _first(scenario: ScenarioDiff) -> str:
    """The first decision that differs and why, in one line."""
    said = [rates(scenario)]
    if scenario.divergence:
        difference = scenario.divergence.difference
        said.append(f"turn {difference.turn}: {difference_words(difference, arrow=ARROW)}")
        said.append(cause_words(scenario.divergence.cause))
        said += [f"turn {each.turn}: {difference_words(each)}" for each in scenario.fared_otherwise]
    elif scenario.unmet:
        said.append(scenario.unmet[0])
    words = "; ".join(filter(None, said))
    return f": {_inline(words)}" if words else ""


def _edited(diff: RunDiff) -> Iterator[str]:
    lines = [
        line
        for _, definitions in diff.definitions
        for edit in definitions.edits
        for line in edit_lines(edit, arrow=ARROW)
    ]
    if lines:
        count = sum(len(definitions.edits) for _, definitions in diff.definitions)
        yield ""
        yield from _folded(f"Edited definitions ({count})", lines)


def _folded(summary: str, lines: Sequence[str]) -> Iterator[str]:
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (
        "",
        f"<details><summary>{escape(summary)}</summary>",
        "",
        f"{fence}text",
        *lines,
        fence,
        "",
        "</details>",
    )


def _inline(text: str) -> str:
    """A text between words: nothing in it is markup, and nobody is notified."""
    line = " ".join(text.split())
    line = line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", line).replace("@", "@\u200b")


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _cut(text: str) -> str:
    """The text as far as a comment holds it, cut between sections."""
    if len(text) <= LARGEST:
        return text
    kept = text[:LARGEST].rpartition("\n<details>")[0]
    return f"{kept.rstrip()}\n\nThe rest is too long for a comment; `understudy diff` shows it."
