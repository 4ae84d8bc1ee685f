"""Adas whom nobody can rely on: one of uncertain mind, and one whose tool fails every other time."""

from itertools import count

import understudy.engine as p

CALLS = count(1)


@p.tool
async def find_parcel(context: p.ToolContext) -> p.ToolResult:
    """Look up where the parcel is, which works the first time, and then every other time."""
    return p.ToolResult("in Lyon") if next(CALLS) % 2 else p.ToolResult(error="the carrier does not answer")


async def undecided(server: p.Server) -> p.Agent:
    """Ada on a model that never says which guidelines match."""
    model = p.scripted({"match": "I would rather not say."}, fallback=p.make_llm("offline"))
    agent = await server.create_agent("Ada", "Looks after a bookshop.", model=model)
    await agent.create_guideline("the customer greets you", "greet them", id="greet")
    return agent


async def alternating(server: p.Server) -> p.Agent:
    """Ada, who finds the parcel in every other conversation."""
    model = p.scripted({}, fallback=p.make_llm("offline"))
    agent = await server.create_agent("Ada", "Looks after the customers of a bookshop.", model=model)
    await agent.create_guideline(
        "the customer asks where their parcel is", "say where it is", id="parcel", tools=[find_parcel]
    )
    return agent
