"""Where a tool's arguments may come from: what the customer said, what the session knows, what was offered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ....domain.facts import Situation
from ....domain.tool import Parameter
from ....domain.values import JSON, fold_name
from .heard import Heard, hear
from .lexicon import data_kinds
from .options import Option, options_of
from .overlap import Words, overlap
from .results import fields
from .text import spoken
from .values import given


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the customer with what the agent had said before it."""

    text: str
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Everything from which an argument may be taken."""

    situation: Situation
    heard: Heard
    said: tuple[Said, ...]
    """The customer's messages, newest first."""
    options: tuple[Option, ...]
    """What tools offered to choose from."""

    def answers(self, parameter: Parameter) -> Iterator[str]:
        """The messages that answered the agent's question about a parameter, newest first."""
        wanted = named(parameter, self.heard)
        for said in self.said:
            if said.prompt and overlap(wanted, self.heard.topic(said.prompt)).share >= 0.5:
                yield said.text

    def options_for(self, parameter: Parameter) -> tuple[Option, ...]:
        """The options that are values of a parameter: by the name of their list, or moments for a moment."""
        wanted, is_moment = named(parameter, self.heard), "moment" in data_kinds(spoken(parameter.name))
        return tuple(
            option
            for option in self.options
            if overlap(wanted, self.heard.topic(spoken(option.list_name))).matched
            or (is_moment and given("moment", option.text))
        )

    def known(self, parameter: Parameter) -> tuple[str, JSON] | None:
        """What the session knows under a parameter's name: a variable, else a field of a tool's result."""
        name = fold_name(parameter.name)
        for variable in self.situation.variables:
            if fold_name(variable.name) == name and variable.value not in (None, ""):
                return f"the variable {variable.name!r}", variable.value
        lines = tuple(line.call for line in self.situation.conversation if line.call)
        for call in reversed((*lines, *self.situation.calls)):
            for key, value in () if call.failed else fields(call.result.data):
                if fold_name(key) == name and value not in (None, "", [], {}) and not isinstance(value, Mapping):
                    return f"the result of {call.tool}", value
        return None


def named(parameter: Parameter, heard: Heard) -> Words:
    """The words by which people speak of a parameter."""
    return heard.topic(f"{spoken(parameter.name)} {parameter.display_name}")


def places(situation: Situation) -> Places:
    """Read a situation's places."""
    lines = tuple(line.call for line in situation.conversation if line.call)
    prompt = ""
    said: list[Said] = []
    for line in situation.conversation:
        if line.speaker in ("agent", "operator"):
            prompt = line.text
        elif line.speaker == "customer":
            said.append(Said(text=line.text, prompt=prompt))
    return Places(
        situation=situation,
        heard=hear(situation),
        said=tuple(reversed(said)),
        options=options_of((*lines, *situation.calls)),
    )
