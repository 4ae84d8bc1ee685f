"""Who judges a guideline: its own code, else the strategy of its first tag that has one, else a model."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..author_code.matching import Strategy
from ..domain.guideline import Guideline


def judged_by(guidelines: Iterable[Guideline], by_tag: Mapping[str, Strategy]) -> tuple[Guideline, ...]:
    """Guidelines, those marked that a strategy of one of their tags judges in place of a model.

    What has a matcher of its own, or holds always, leaves nothing to judge.
    """
    return tuple(
        replace(item, matching="strategy") if item.matching == "model" and _of_tags(item, by_tag) else item
        for item in guidelines
    )


def strategies_of(
    guidelines: Iterable[Guideline], *, own: Mapping[str, Strategy], by_tag: Mapping[str, Strategy]
) -> dict[str, Strategy]:
    """The strategies that judge guidelines, by guideline."""
    found = {item.id: own.get(item.id) or _of_tags(item, by_tag) for item in guidelines}
    return {name: strategy for name, strategy in found.items() if strategy is not None}


def _of_tags(guideline: Guideline, by_tag: Mapping[str, Strategy]) -> Strategy | None:
    return next((by_tag[tag] for tag in guideline.tags if tag in by_tag), None)
