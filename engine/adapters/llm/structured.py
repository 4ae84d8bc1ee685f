"""What a provider is sent for an ask: the messages, and what holds the answer to its schema where it can."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from ...domain.ask import Ask
from ...domain.values import JSON


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


def messages(ask: Ask, *, in_words: bool) -> list[dict[str, JSON]]:
    """The prompt as messages: what seldom changes is the system's, so that a provider's cache of prompts hits.

    `in_words` adds the schema, for a model that can't be held to one.
    """
    split = ask.stable_sections
    stable = [section.text for section in ask.sections[:split]]
    changing = [section.text for section in ask.sections[split:]]
    if in_words:
        # It is the same for every ask of a decision, so it belongs to what seldom changes, where there is such.
        (stable or changing).append(schema_in_words(ask))
    system: list[dict[str, JSON]] = [{"role": "system", "content": "\n\n".join(stable)}] if stable else []
    return [*system, {"role": "user", "content": "\n\n".join(changing)}]


def schema_in_words(ask: Ask) -> str:
    """The schema as an instruction."""
    schema = json.dumps(ask.schema, ensure_ascii=False)
    return f"Answer with one JSON object and nothing else. It must satisfy this JSON Schema:\n{schema}"
