"""What belongs into a field that has to be worded: a value of that name, else the part of the draft about it."""

from collections.abc import Iterator

from ....domain.facts import FieldFacts
from ....domain.values import JSON
from .heard import hear
from .overlap import overlap
from .results import fields, readable
from .text import sentences

LONGEST = 300
"""Characters; a longer value is no part of a sentence."""


def answer_generate_field(facts: FieldFacts) -> dict[str, JSON]:
    """The best value, null where nothing is known of what the field is called after."""
    heard = hear(facts.situation)
    wanted = heard.topic(facts.field.replace("_", " "))
    for source, name, text in _known(facts):
        if overlap(wanted, heard.topic(name)).share >= 0.99 and 0 < len(text) <= LONGEST:
            return {"evidence": f"{source} gave it", "value": " ".join(text.split())}
    for sentence in sentences(facts.draft):
        if overlap(wanted, heard.topic(sentence)).share >= 0.99 and len(sentence) <= LONGEST:
            return {"evidence": "the draft says so", "value": sentence.rstrip(".!")}
    return {"evidence": "nothing is said of it", "value": None}


def _known(facts: FieldFacts) -> Iterator[tuple[str, str, str]]:
    """Values with their names, and who knows them: newest results first, then variables."""
    for call in reversed(facts.situation.calls):
        if not call.failed:
            for name, value in fields(call.result.data):
                yield f"the tool {call.tool}", name.replace("_", " "), readable(value)
    for variable in facts.situation.variables:
        yield "a variable", variable.name.replace("_", " "), readable(variable.value)
