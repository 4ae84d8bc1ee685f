"""The internals guide's journey: the fields that can be read."""

import ast

import understudy.engine as p

from .snippets import Snippet, row

DOCUMENT = "002"


@row("I05", 154, 163)
async def test_what_a_journey_is_said_to_have_can_be_read(snippet: Snippet) -> None:
    (said,) = ast.parse(snippet.text).body
    assert isinstance(said, ast.ClassDef)
    fields = {
        item.target.id for item in said.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }
    async with p.Server() as server:
        agent = await server.create_agent("Clinic")
        journey = await agent.create_journey("Visit", "helps to see a doctor", conditions=["wants a visit"])
    assert fields - {"root_id"} == {"id", "title", "description", "conditions"}
    assert (journey.id, journey.title, journey.description) == ("visit", "Visit", "helps to see a doctor")
    assert [guideline.condition for guideline in journey.conditions] == ["wants a visit"]
    assert journey.initial_state.id == "root"
