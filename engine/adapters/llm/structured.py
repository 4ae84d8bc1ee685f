"""Getting JSON out of models: a provider's structured output where there is one, words and small repairs where not."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from ...domain.ask import Ask
from ...domain.values import JSON

_FENCED = re.compile(r"\A\s*```[\w-]*\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def response_format(ask: Ask, model: str, *, litellm: Any) -> dict[str, JSON] | None:
    """What to ask a provider for: an answer that fits the schema, any JSON object, or nothing where it can't."""
    if litellm.supports_response_schema(model=model):
        name = re.sub(r"[^A-Za-z0-9_-]", "_", ask.decision)[:64]
        schema = {"name": name, "schema": dict(ask.schema), "strict": is_strict(ask.schema)}
        return {"type": "json_schema", "json_schema": schema}
    supported: Sequence[str] = litellm.get_supported_openai_params(model=model) or ()
    return {"type": "json_object"} if "response_format" in supported else None


def is_strict(schema: JSON) -> bool:
    """Whether a schema is as providers' strict modes want it: every object closed and all of its fields required."""
    if isinstance(schema, Mapping):
        schema = cast("Mapping[str, JSON]", schema)
        if schema.get("type") == "object":
            closed = schema.get("additionalProperties") is False
            if not closed or set(schema.get("required", ())) != set(schema.get("properties", {})):
                return False
        return all(is_strict(part) for part in schema.values())
    if isinstance(schema, list):
        return all(is_strict(part) for part in cast("list[JSON]", schema))
    return True


def instructed(ask: Ask) -> str:
    """The prompt with the schema in words, for a model that can't be held to one."""
    schema = json.dumps(ask.schema, ensure_ascii=False)
    return f"{ask.prompt}\n\nAnswer with one JSON object and nothing else. It must satisfy this JSON Schema:\n{schema}"


def repaired(text: str) -> str:
    """The JSON in an answer: out of its code fence, out of the prose around it, without commas too many.

    Text in which no JSON can be found comes back as it is.
    """
    fenced = _FENCED.match(text)
    bare = fenced[1] if fenced else text
    around = bare[bare.find("{") : bare.rfind("}") + 1]
    for candidate in (bare, around, _TRAILING_COMMA.sub(r"\1", around)):
        if _is_json_object(candidate):
            return candidate.strip()
    return text


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
