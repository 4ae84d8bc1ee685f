"""Reading the examples that an author adds to a decision: each must be an answer that the decision could accept."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from ..domain.example import Example
from ..domain.values import JSON
from ..errors import ExampleError, closest
from .catalogue import ALL
from .decision import Decision
from .supposing import SUPPOSED, suppose

DECISIONS: Mapping[str, Decision[Any, Any]] = {each.name: each for each in ALL if each.name in SUPPOSED}
"""The decisions of agents, by name."""

KEYS = ("situation", "answer")


def read_examples(given: Mapping[str, Any], *, place: str = "") -> tuple[Example, ...]:
    """Examples by decision, as an author writes them. Raises ExampleError, with every mistake at once."""
    problems: list[str] = []
    found: list[Example] = []
    for name, items in given.items():
        decision = DECISIONS.get(name)
        if decision is None:
            near = closest(str(name), DECISIONS)
            problems.append(
                f"no decision of an agent is called {name!r}" + (f"; did you mean {near!r}?" if near else "")
            )
        elif not isinstance(items, Sequence) or isinstance(items, str):
            problems.append(
                f"{name}: it takes a list of mappings with situation and answer, not {type(items).__name__}"
            )
        else:
            read = [
                _read(decision, item, place=f"{name}[{at}]") for at, item in enumerate(cast("Sequence[Any]", items))
            ]
            problems += [problem for _, wrong in read for problem in wrong]
            found += [example for example, _ in read if example is not None]
    if problems:
        raise ExampleError(problems=problems, place=place)
    return tuple(found)


def _read(decision: Decision[Any, Any], item: Any, *, place: str) -> tuple[Example | None, list[str]]:
    """An example, or what is wrong with it."""
    problems = [f"{place}: {problem}" for problem in _shape(item)]
    if problems:
        return None, problems
    try:
        answer = decision.answer.model_validate_json(json.dumps(item["answer"]))
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}" for each in error.errors())
        return None, [f"{place}: the answer is none of {decision.name!r}: {problem}" for problem in wrong]
    except (TypeError, ValueError) as error:
        return None, [f"{place}: the answer holds what JSON can't: {error}"]
    objections = decision.objections(suppose(decision.name, answer, situation=item["situation"]), answer)
    if objections:
        return None, [f"{place}: the answer would be refused: {objection}" for objection in objections]
    return Example(decision=decision.name, situation=item["situation"].strip(), answer=_as_json(answer)), []


def _shape(item: Any) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f"it takes a mapping with situation and answer, not {type(item).__name__}"
        return
    keys = cast("Mapping[str, JSON]", item)
    yield from (f"there is no key {key!r}; it takes situation and answer" for key in keys if key not in KEYS)
    situation = keys.get("situation")
    if not isinstance(situation, str) or not situation.strip():
        yield "tell the situation in words: what was asked about, and what was said"
    if "answer" not in keys:
        yield "give the answer that is right in this situation"


def _as_json(answer: Any) -> JSON:
    return json.loads(answer.model_dump_json())
