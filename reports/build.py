"""A run and the runs before it to a report: all of its pages."""

from ..evals.diff.text import named
from ..evals.results.run import RunRecord
from .behaviour import Known, agent_pages
from .changes import diff_page
from .conversations import scenario_pages
from .latency import latency_page
from .latest import figures_of, summary_of
from .overview import Told, overview
from .own import own_sections
from .page import Report
from .spending import asks_page
from .strips import strips
from .trends import run_name


def build_report(run: RunRecord) -> Report:
    """All pages of a run."""
    summary, figures = summary_of(run), figures_of(run)
    diff, changes = diff_page(run)
    histories = strips(run)
    return Report(
        title=f"Scenarios of {run_name(summary)}",
        made_by=f"Understudy {run.version}".strip(),
        overview=overview(run, Told(summary=summary, figures=figures, changes=changes, strips=histories)),
        scenarios=scenario_pages(run.outcomes, run.agents, strips=histories),
        agents=agent_pages(run.outcomes, run.agents, known=_known(run)),
        asks=asks_page(run.outcomes, started=run.started),
        latency=latency_page((*run.history, summary), (*run.past.runs, figures)),
        diff=diff,
        sections=own_sections(run.sections),
    )


def _known(run: RunRecord) -> Known:
    base = run.base
    return Known(
        former={agent.id: agent for agent in base.agents.values()} if base else {},
        since=named(base) if base else "",
        parts=run.past.parts,
        runs=len(run.past.runs) + 1,
    )
