"""Everything the engine raises.

UnderstudyError
├── AuthoringError               the author wrote something that can't be
│   ├── DefinitionError          an agent's parts do not fit together; holds every problem
│   ├── ToolSignatureError       a function can't be a tool as it is written
│   ├── TemplateError            a canned response's template can't be read
│   ├── WrongKindError           something of one kind was given where another is wanted
│   ├── ExampleError             an example for a decision is none that a model could give
│   ├── UnknownNameError         a name stands for nothing, or for several things
│   ├── FreshnessError           a variable's rule of freshness can't be followed
│   ├── RelationshipCycleError   a relationship closes a circle
│   ├── MissingExtraError        a part of the product is used that is not installed
│   ├── ToolServiceError         a service does not tell which tools it has
│   └── AgentLoadError           an agent module or script can't be loaded
├── EngineError                  a turn could not be played to its end
│   ├── UndecidedError           a model's answers to a decision stayed unacceptable
│   └── ModelError               no answer could be had
│       ├── ModelBlockedError    no model was chosen, so none may be called
│       ├── ModelUnavailableError  the provider failed, refused or could not be reached
│       └── BudgetError          asking could cost more than may be spent
├── StoreError                   what was kept can't be read
└── NotOpenError                 something was used before it was opened or after it was closed
"""

import difflib
from collections.abc import Iterable

from .domain.journey import Problem


class UnderstudyError(Exception):
    """The root of all exceptions of the engine."""


class AuthoringError(UnderstudyError):
    """A mistake in what an author wrote."""


class DefinitionError(AuthoringError):
    """An agent's parts do not fit together."""

    def __init__(self, *, agent: str, problems: tuple[Problem, ...]) -> None:
        self.agent = agent
        self.problems = problems
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__("\n".join([f"agent {agent!r} has {count}:", *(f"  {problem}" for problem in problems)]))


class ToolSignatureError(AuthoringError):
    """A function can't be a tool as it is written."""


class TemplateError(AuthoringError):
    """A canned response's template can't be read."""


class UnknownNameError(AuthoringError):
    """A name stands for nothing, or for several things."""

    def __init__(
        self, *, kind: str, name: str, known: Iterable[str] = (), several: Iterable[str] = (), place: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        meant = " or ".join(repr(one) for one in several)
        nearest = closest(name, known)
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        text = f"the {kind} {name!r} could be {meant}; say which" if meant else f"no {kind} is called {name!r}{hint}"
        super().__init__(f"{f'{place}: ' if place else ''}{text}")


class WrongKindError(AuthoringError, TypeError):
    """Something of one kind was given where another is wanted: a number in place of a list, say. Tells all of them."""

    def __init__(self, *, what: str, problems: Iterable[str], place: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__(f"{f'{place}: ' if place else ''}{what}: {'; '.join(self.problems)}")


class ExampleError(AuthoringError):
    """An example for a decision is none that a model could give. Tells all that is wrong with all of them."""

    def __init__(self, *, problems: Iterable[str], place: str = "") -> None:
        self.problems = tuple(problems)
        count = "1 mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        lines = [f"{f'{place}: ' if place else ''}examples= has {count}:", *(f"  {text}" for text in self.problems)]
        super().__init__("\n".join(lines))


class FreshnessError(AuthoringError):
    """A variable's rule of freshness can't be followed."""


class RelationshipCycleError(AuthoringError):
    """A relationship closes a circle."""

    def __init__(self, *, relationship: str, cycle: tuple[str, ...], place: str = "") -> None:
        self.cycle = cycle
        circle = " -> ".join(cycle)
        super().__init__(
            f"{f'{place}: ' if place else ''}the relationship {relationship} closes a circle ({circle}); "
            "remove one of them"
        )


class MissingExtraError(AuthoringError):
    """A part of the product is used that is not installed."""

    def __init__(self, *, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs a package that is not installed: pip install 'understudy[{extra}]'")


class ToolServiceError(AuthoringError):
    """A service does not tell which tools it has, or tells it in a way that can't be read."""


class AgentLoadError(AuthoringError):
    """An agent module or script can't be loaded."""


class EngineError(UnderstudyError):
    """A turn could not be played to its end."""


class UndecidedError(EngineError):
    """A model's answers to a decision stayed unacceptable."""

    def __init__(self, *, decision: str, ask: str, objections: tuple[str, ...]) -> None:
        self.decision = decision
        self.ask = ask
        self.objections = objections
        reasons = "; ".join(objections)
        super().__init__(f"decision {decision!r} (ask {ask}) stayed undecided after its last attempt: {reasons}")


class ModelError(EngineError):
    """No answer could be had from a model."""


class ModelBlockedError(ModelError):
    """No model was chosen, so none may be called."""

    def __init__(self, *, decision: str) -> None:
        self.decision = decision
        super().__init__(
            f"the decision {decision!r} wanted a model, and none may be called here: "
            "name one (model='offline', model=p.scripted(...)), set UNDERSTUDY_MODEL, or use the fixture "
            "understudy_model"
        )


class ModelUnavailableError(ModelError):
    """The provider failed, refused or could not be reached."""

    def __init__(self, message: str, *, cut_off: int = 0) -> None:
        self.cut_off = cut_off
        """On how many answers that never came the provider may have worked; it may charge for each."""
        super().__init__(message)


class BudgetError(ModelError):
    """Asking could cost more than may be spent, so nothing was asked."""


class StoreError(UnderstudyError):
    """What was kept can't be read."""


class NotOpenError(UnderstudyError):
    """Something was used before it was opened or after it was closed."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one most resembles, None where none is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
