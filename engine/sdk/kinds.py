"""What each parameter of what authors declare takes."""

from collections.abc import Mapping
from typing import cast

from ..domain.modes import CompositionMode, OutputMode
from . import checking
from .checking import (
    CODE,
    FLAG,
    IDS,
    MAPPING,
    NAME,
    STRATEGY,
    TAGS,
    TARGETS,
    TEXT,
    TEXTS,
    TOOL,
    TOOLS,
    WHOLE,
    Kind,
    choice_of,
    having,
    is_guideline,
    is_journey,
    is_list_of,
    is_mapping_of,
    is_state,
    is_text,
    is_tool,
    is_written,
)
from .response_fields import is_field

GUIDELINE: Mapping[str, Kind] = {
    "condition": TEXT,
    "action": TEXT,
    "description": TEXT,
    "title": TEXT,
    "id": TEXT,
    "tools": TOOLS,
    "tool_configuration": MAPPING,
    "canned_responses": IDS,
    "criticality": Kind(words="low, medium or high", example="p.Criticality.HIGH", fits=is_text),
    "composition_mode": choice_of(CompositionMode),
    "tags": TAGS,
    "labels": TEXTS,
    "priority": WHOLE,
    "enabled": FLAG,
    "track": FLAG,
    "continuous": FLAG,
    "customer_dependent": FLAG,
    "metadata": MAPPING,
    "matcher": CODE,
    "matching_strategy": STRATEGY,
    "on_selected": CODE,
    "on_message": CODE,
    "canned_response_field_provider": CODE,
    "dependencies": TARGETS,
}
"""What a guideline's parameters take."""

TRIGGERS = Kind(
    words="a list of conditions and guidelines",
    item="a condition in words, or a guideline",
    example='["the customer wants to return something"]',
    fits=lambda value: isinstance(value, str) or is_guideline(value),
)
JOURNEY: Mapping[str, Kind] = {
    "title": NAME,
    "description": TEXT,
    "id": TEXT,
    "triggers": TRIGGERS,
    "conditions": TRIGGERS,
    "composition_mode": choice_of(CompositionMode),
    "on_selected": CODE,
    "on_message": CODE,
    "dependencies": TARGETS,
    "tags": TAGS,
    "labels": TEXTS,
    "priority": WHOLE,
    "metadata": MAPPING,
}
"""What a journey's parameters take."""

AGENT: Mapping[str, Kind] = {
    "name": NAME,
    "description": TEXT,
    "id": TEXT,
    "composition_mode": choice_of(CompositionMode),
    "output_mode": choice_of(OutputMode),
    "perceived_performance_policy": having("a PerceivedPerformancePolicy", "get_preamble_delay"),
    "preamble_config": having("a PreambleConfiguration", "examples"),
    "planner": having("a Planner", "create_plan"),
    "max_engine_iterations": WHOLE,
    "tags": TAGS,
    "metadata": MAPPING,
    "model": Kind(
        words="a model's name, a mapping with its settings, or an object that answers asks",
        example='"openai/gpt-4o"',
        fits=lambda value: isinstance(value, str | Mapping) or callable(getattr(value, "ask", None)),
    ),
    "llm_config": MAPPING,
    "models": MAPPING,
    "no_match_response": TEXT,
    "tools": Kind(
        words="a list of tools and of tools with levels, or a mapping of names to levels",
        item="a tool, or a mapping with its name and level",
        example="[my_tool]",
        fits=lambda value: is_tool(value) or isinstance(value, Mapping),
        also=lambda value: is_mapping_of(is_text)(value) and "name" not in cast("Mapping[str, object]", value),
    ),
    "permission_ceiling": TEXT,
    "guidelines": Kind(
        words="a list of guidelines, or a mapping of names to guidelines",
        item="a sentence, a mapping, a guideline or a function decorated with @p.guideline",
        example='["Be brief"]',
        fits=is_written,
        also=is_mapping_of(lambda value: isinstance(value, str | Mapping)),
    ),
    "context_config": MAPPING,
    "evaluation_config": MAPPING,
    "sensitive": Kind(
        words="a list of shapes and regular expressions",
        item="the name of a shape, or a regular expression",
        example='["card"]',
        fits=is_text,
        also=lambda value: is_text(value) or is_mapping_of(is_text)(value),
    ),
    "remembered_sessions": WHOLE,
    "examples": MAPPING,
}
"""What an agent's parameters take."""

RESPONSE: Mapping[str, Kind] = {
    "template": NAME,
    "signals": TEXTS,
    "tags": TAGS,
    "metadata": MAPPING,
    "fields": Kind(
        words="a list of fields",
        item="a field with its name, description and examples",
        example='[{"name": "reason", "description": "why it is late", "examples": ["the snow"]}]',
        fits=is_field,
    ),
    "field_dependencies": TEXTS,
    "id": TEXT,
}
"""What a canned response's parameters take."""

TERM: Mapping[str, Kind] = {"name": NAME, "description": TEXT, "synonyms": TEXTS, "tags": TAGS, "id": TEXT}
"""What a term's parameters take."""

CAPABILITY: Mapping[str, Kind] = {
    "title": NAME,
    "description": TEXT,
    "signals": TEXTS,
    "tags": TAGS,
    "id": TEXT,
}
"""What a capability's parameters take."""

CUSTOMER: Mapping[str, Kind] = {
    "name": NAME,
    "id": TEXT,
    "tags": TAGS,
    "metadata": MAPPING,
    "preferences": MAPPING,
}
"""What a customer's parameters take."""

CUSTOMER_UPDATE: Mapping[str, Kind] = {
    "name": NAME,
    "preferences": MAPPING,
    "metadata": MAPPING,
    "unset_metadata": TEXTS,
    "tags": TAGS,
    "remove_tags": TAGS,
}
"""What changing a customer takes."""

VARIABLE: Mapping[str, Kind] = {
    "name": NAME,
    "description": TEXT,
    "id": TEXT,
    "tool": TOOL,
    "service_name": NAME,
    "tool_name": NAME,
    "freshness_rules": Kind(
        words="a cron expression or a mapping",
        example='{"max_age_seconds": 3600}',
        fits=lambda value: isinstance(value, str | Mapping),
    ),
    "shared_by": TEXT,
    "tags": TAGS,
}
"""What a variable's parameters take."""

WAY: Mapping[str, Kind] = {
    "chat_state": TEXT,
    "tool_state": Kind(
        words="a tool or a list of tools",
        example="my_tool",
        fits=lambda value: is_tool(value) or is_list_of(is_tool)(value),
    ),
    "state": Kind(words="a state, a transition or p.END_JOURNEY", example="a_state", fits=is_state),
    "journey": Kind(words="a journey", example="a_journey", fits=is_journey),
    "condition": TEXT,
    "tool_instruction": TEXT,
    "description": TEXT,
    "canned_responses": IDS,
    "composition_mode": choice_of(CompositionMode),
    "labels": TEXTS,
    "metadata": MAPPING,
    "id": TEXT,
    "on_selected": CODE,
    "on_message": CODE,
    "canned_response_field_provider": CODE,
}
"""What a transition's parameters take."""

RETRIEVER: Mapping[str, Kind] = {"retriever": CODE, "id": TEXT}
"""What attaching a retriever takes."""

TAG: Mapping[str, Kind] = {"name": NAME}
"""What a tag's parameters take."""

TAG_STRATEGY: Mapping[str, Kind] = {"strategy": STRATEGY, "tag": checking.TAG}
"""What setting a tag's matching strategy takes."""

BETWEEN: Mapping[str, Kind] = {
    "source": Kind(words="a state or a transition", example="a_state", fits=is_state),
    "target": WAY["state"],
    "condition": TEXT,
    "on_selected": CODE,
    "on_message": CODE,
    "canned_response_field_provider": CODE,
}
"""What a transition between two states takes."""

ATTACHED: Mapping[str, Kind] = {"journey": Kind(words="a journey", example="a_journey", fits=is_journey)}
"""What attaching a journey takes."""

GUIDELINES: Mapping[str, Kind] = {"guidelines": AGENT["guidelines"]}
"""What several guidelines may be written as."""

OFFER: Mapping[str, Kind] = {"tool": TOOL, "condition": NAME}
"""What attaching a tool takes."""
