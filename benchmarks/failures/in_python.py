"""Scenarios in Python."""

from typing import Any

import pytest
from agent import build


@pytest.mark.scenario(agent=build)
async def test_the_order_is_found(rehearse: Any) -> None:
    """Asks for an order without its number."""
    turn = await rehearse.say("Where is my order?")
    assert "find_order" in turn.tool_calls


@pytest.mark.scenario(agent=build)
async def test_the_newsletter_is_mentioned(rehearse: Any) -> None:
    """Thanks and complains in one breath."""
    turn = await rehearse.say("Thank you, but I have to complain")
    assert "newsletter" in turn.fired
