"""A comparison as JSON, for other tools."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import assert_never

from ...engine.domain.values import JSON
from ..results.run import RunRecord
from .causes import Cause, OtherAnswer, OtherAsk, OtherCode, OtherDefinition
from .comparing import Divergence, RunDiff, ScenarioDiff
from .decisions import Difference, Ruling
from .definitions import Edit
from .spending import Spent
from .tiers import TIERS
from .wording import difference_words


def diff_data(diff: RunDiff, *, missing: Sequence[ScenarioDiff] = ()) -> JSON:
    """The whole comparison; `missing` are scenarios whose baseline was asked for and is not there."""
    return {
        "format": 1,
        "base": _run(diff.base),
        "head": _run(diff.head),
        "counts": {tier: len(diff.of(tier)) for tier in TIERS},
        "missing_baselines": [scenario.node for scenario in missing],
        "edits": [
            {"agent": agent, **_edit(edit)} for agent, definitions in diff.definitions for edit in definitions.edits
        ],
        "scenarios": [_scenario(scenario) for scenario in diff.scenarios],
    }


def _run(run: RunRecord) -> JSON:
    return {"id": run.id, "label": run.label, "revision": run.revision, "dirty": run.dirty, "started": run.started}


def _scenario(scenario: ScenarioDiff) -> JSON:
    return {
        "suite": scenario.suite,
        "scenario": scenario.scenario,
        "name": scenario.name,
        "tier": scenario.tier,
        "before": _side(scenario.before, scenario.passed_before, spent=scenario.spent_before),
        "after": _side(scenario.after, scenario.passed_after, spent=scenario.spent_after),
        "p": scenario.chance,
        "unmet": list(scenario.unmet),
        "replies_worded_otherwise": scenario.wording,
        "divergence": _divergence(scenario.divergence) if scenario.divergence else None,
        "fared_otherwise": [_difference(each) for each in scenario.fared_otherwise],
    }


def _side(verdict: str | None, passed: tuple[int, int], *, spent: Spent) -> JSON:
    return {"verdict": verdict, "passed": passed[0], "trials": passed[1], **asdict(spent)} if verdict else None


def _divergence(divergence: Divergence) -> JSON:
    return {
        "trial": divergence.trial,
        **_difference(divergence.difference),
        "downstream": divergence.downstream,
        "cause": _cause(divergence.cause),
    }


def _difference(difference: Difference) -> dict[str, JSON]:
    return {
        "turn": difference.turn,
        "round": difference.round,
        "stage": difference.stage,
        "subject": difference.subject,
        "words": difference_words(difference),
        "before": _ruling(difference.before),
        "after": _ruling(difference.after),
    }


def _ruling(ruling: Ruling | None) -> JSON:
    return {"value": ruling.value, "rationale": ruling.rationale, "ask": ruling.ask} if ruling else None


def _cause(cause: Cause) -> JSON:
    match cause:
        case OtherAnswer():
            return {"kind": "other_answer", **asdict(cause)}
        case OtherAsk():
            sections = [{"name": section.name, "lines": list(section.lines)} for section in cause.sections]
            edits = [_edit(edit) for edit in cause.edits]
            return {
                "kind": "other_ask",
                "ask": cause.ask,
                "decision": cause.decision,
                "sections": sections,
                "edits": edits,
            }
        case OtherDefinition():
            return {"kind": "other_definition", "edits": [_edit(edit) for edit in cause.edits]}
        case OtherCode():
            return {"kind": "other_code", "explanation": cause.explanation}
        case _:
            assert_never(cause)


def _edit(edit: Edit) -> dict[str, JSON]:
    return {
        "kind": edit.kind,
        "id": edit.id,
        "former_id": edit.former_id,
        "change": edit.change,
        "place": edit.place,
        "fields": [asdict(change) for change in edit.fields],
        "metadata": dict(edit.metadata),
    }
