from __future__ import annotations

from datetime import date
from typing import Annotated

from understudy.engine.sdk.tools import ToolContext, ToolParameterOptions, tool


@tool
async def book(
    about: ToolContext,
    date: date,
    guests: Annotated[int, ToolParameterOptions(description="How many come")] = 2,
) -> dict[str, int]:
    return {}


def test_a_module_whose_hints_are_all_text_has_tools_like_any_other() -> None:
    assert book.context_parameter == "about"
    assert [(parameter.name, parameter.type) for parameter in book.tool.parameters] == [
        ("date", "date"),
        ("guests", "integer"),
    ]
    assert book.tool.parameters[1].description == "How many come"
