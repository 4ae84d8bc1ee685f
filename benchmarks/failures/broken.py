"""An agent whose relationships lead round in a circle, and whose priority is not a number."""

import understudy.engine as p


async def build(server: p.Server) -> p.Agent:
    """Never gets so far."""
    agent = await server.create_agent("Ada", "Looks after a bookshop.")
    first = await agent.create_guideline("the customer greets you", "greet them", id="greet")
    second = await agent.create_guideline("the customer thanks you", "thank them", id="thank")
    await first.prioritize_over(second)
    await second.prioritize_over(first)
    return agent
