"""A comparison as one HTML page that needs nothing else."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from .comparing import RunDiff, ScenarioDiff
from .text import TITLES, edit_lines, named, scenario_lines
from .tiers import TIERS

ARROW = "→"


def diff_html(diff: RunDiff, *, missing: Sequence[ScenarioDiff] = ()) -> str:
    """The page; `missing` are scenarios whose baseline was asked for and is not there."""
    environment = Environment(
        loader=PackageLoader(__package__ or __name__, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    sections = [
        (TITLES[tier], [(each.node, "\n".join(scenario_lines(each, arrow=ARROW))) for each in diff.of(tier)])
        for tier in TIERS
        if tier != "unchanged" and diff.of(tier)
    ]
    edits = [
        "\n".join(edit_lines(edit, arrow=ARROW)) for _, definitions in diff.definitions for edit in definitions.edits
    ]
    return environment.get_template("page.html.j2").render(
        base=named(diff.base),
        head=named(diff.head),
        played=len(diff.scenarios),
        unchanged=len(diff.of("unchanged")),
        sections=sections,
        edits=edits,
        missing=[each.node for each in missing],
    )
