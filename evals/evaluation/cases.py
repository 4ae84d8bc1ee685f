"""Cases as authors write them, in any of three forms, read into what is said and what is expected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import fold_name
from ...engine.errors import AuthoringError, closest
from ..scenario import Place

SAYS = ("input", "user_input")
EXPECTS = ("expected_guideline", "expected_guidelines", "expected_tool_calls", "expected_result")
KEYS = (*SAYS, *EXPECTS, "should_match", "type", "name", "rating")
PYTHON = "cases"
"""What stands for a file where cases were given as values."""


class CasesError(AuthoringError):
    """Cases can't be read as they are written; holds every problem."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A case as it was written, and where."""

    number: int
    given: Any
    place: Place | None = None
    """Where it stands in a file."""

    @property
    def where(self) -> str:
        """The case in messages."""
        return f"{self.place}: case {self.number}" if self.place else f"case {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is said, and what should come of it. None is what nothing is expected of."""

    number: int
    name: str
    place: Place
    says: tuple[str, ...]
    """The customer's messages, each with a turn of its own."""
    fires: tuple[str, ...] | None = None
    """Guidelines that should fire."""
    not_fires: tuple[str, ...] = ()
    is_complete: bool = False
    """Whether no guideline beside those that should fire is expected."""
    calls: tuple[str, ...] | None = None
    """Tools that should be called."""
    result: str | None = None
    """A label that a check explains, else the words of a criterion."""
    tags: tuple[str, ...] = ()
    rating: float | None = None
    """What the customer of a real conversation gave for it."""


def read_cases(cases: Iterable[Written], agent: AgentDefinition) -> tuple[Case, ...]:
    """The cases, with the guidelines and tools of the agent that they name. Raises CasesError, all mistakes at once."""
    problems: list[str] = []
    read = [_Reader(written, agent, problems).case() for written in cases]
    if not read:
        problems.append("there are no cases; give at least one, such as {'input': 'Hello', 'expected_guideline': ...}")
    if problems:
        raise CasesError(problems)
    return tuple(read)


class _Reader:
    """Reads one case and writes down what is wrong with it."""

    def __init__(self, written: Written, agent: AgentDefinition, problems: list[str]) -> None:
        self._written = written
        self._agent = agent
        self._problems = problems
        given = written.given
        self._keys: Mapping[str, Any] = cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {}
        if not isinstance(given, Mapping):
            self._problem(f"a case is a mapping such as {{'input': 'Hello'}}, not {given!r}")

    def case(self) -> Case:
        """The case, as far as it can be read."""
        if self._keys:
            self._check_keys()
        one, matches = self._names("expected_guideline"), self._keys.get("should_match", True)
        several = self._names("expected_guidelines")
        positive = one if matches else None
        number = self._written.number
        return Case(
            number=number,
            name=self._text("name") or f"case-{number}",
            place=self._written.place or Place(file=PYTHON, line=number),
            says=self._texts("input") or self._texts("user_input"),
            fires=None if positive is None and several is None else (*(positive or ()), *(several or ())),
            not_fires=() if matches else (one or ()),
            is_complete=several is not None,
            calls=self._names("expected_tool_calls"),
            result=self._text("expected_result"),
            tags=self._texts("type"),
            rating=self._rating(),
        )

    def _check_keys(self) -> None:
        for key in self._keys:
            if key not in KEYS:
                near = closest(str(key), KEYS)
                hint = f"; did you mean {near!r}?" if near else f"; a case has {', '.join(KEYS)}"
                self._problem(f"there is no key {key!r}{hint}")
        said = [key for key in SAYS if key in self._keys]
        if len(said) != 1:
            has = f"has both {' and '.join(said)}" if said else "says nothing"
            self._problem(f"it {has}; give it one of {' and '.join(map(repr, SAYS))}")
        if not any(key in self._keys for key in EXPECTS):
            self._problem(f"it expects nothing; give it one of {', '.join(EXPECTS)}")
        if "should_match" in self._keys and "expected_guideline" not in self._keys:
            self._problem("'should_match' says how 'expected_guideline' is meant, and there is none beside it")
        if not isinstance(self._keys.get("should_match", True), bool):
            self._problem(f"'should_match' is True or False, not {self._keys['should_match']!r}")

    def _texts(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        value = self._keys.get(key)
        listed = [value] if isinstance(value, str) else value
        if key not in self._keys:
            return ()
        if not _are_texts(listed) or (not listed and not may_be_empty):
            self._problem(f"{key!r} is a text or a list of texts, not {value!r}")
            return ()
        return tuple(listed)

    def _text(self, key: str) -> str | None:
        texts = self._texts(key)
        if len(texts) > 1:
            self._problem(f"{key!r} is one text, not {len(texts)}")
        return texts[0] if texts else None

    def _rating(self) -> float | None:
        rating = self._keys.get("rating")
        if rating is None:
            return None
        if isinstance(rating, bool) or not isinstance(rating, int | float):
            self._problem(f"'rating' is a number, not {rating!r}")
            return None
        return float(rating)

    def _names(self, key: str) -> tuple[str, ...] | None:
        """Ids of the guidelines or tools that are named; None where the key is not there."""
        if key not in self._keys:
            return None
        kind = "tool" if key == "expected_tool_calls" else "guideline"
        return tuple(self._id(name, kind) for name in self._texts(key, may_be_empty=key != "expected_guideline"))

    def _id(self, name: str, kind: str) -> str:
        agent = self._agent
        called = (
            [(tool.id, tool.id) for tool in agent.tools]
            if kind == "tool"
            else [(name, part.id) for part in agent.guidelines for name in (part.id, part.name)]
        )
        found = list(dict.fromkeys(id_ for known, id_ in called if fold_name(known) == fold_name(name)))
        exact = [id_ for id_ in found if id_ == name]
        if len(found) > 1 and not exact:
            self._problem(f"{name!r} may be each of the {kind}s {', '.join(map(repr, found))}; write the id")
        if not found:
            near = closest(name, [known for known, _ in called])
            hint = f"; did you mean {near!r}?" if near else ""
            self._problem(f"agent {agent.id!r} has no {kind} {name!r}{hint}")
        return (exact or found or [name])[0]

    def _problem(self, text: str) -> None:
        self._problems.append(f"{self._written.where}: {text}")


def _are_texts(value: Any) -> TypeGuard[list[str]]:
    if not isinstance(value, list | tuple):
        return False
    return all(isinstance(item, str) and item.strip() for item in cast("Sequence[Any]", value))
