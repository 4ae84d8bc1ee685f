"""Ada of the bookshop, whose scenarios all fail: what they expect is not what she was told to do."""

import asyncio

import understudy.engine as p

ORDERS = {"BK-1234": "shipped", "BK-1300": "in preparation"}


@p.tool
async def find_order(context: p.ToolContext, order_id: str) -> p.ToolResult:
    """Look up an order by its number."""
    state = ORDERS.get(order_id)
    return p.ToolResult({"order": order_id, "state": state}) if state else p.ToolResult(error="there is no such order")


@p.tool
async def opening_hours(context: p.ToolContext) -> p.ToolResult:
    """Look up when the warehouse is open, which takes it forever."""
    await asyncio.sleep(60)
    return p.ToolResult("at nine")


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent("Ada", "Looks after the customers of a bookshop.")
    await _guidelines(agent)
    await _journey(agent)
    await agent.create_variable("plan")
    return agent


async def _guidelines(agent: p.Agent) -> None:
    await agent.create_guideline("the customer greets you", "greet them", id="greet")
    await agent.create_guideline(
        "the customer asks where their order is", "say what state it is in", id="order-status", tools=[find_order]
    )
    await agent.create_guideline("the customer asks for a discount", "say no", id="discount", enabled=False)
    await agent.create_guideline(
        "the customer asks when the warehouse is open", "say when", id="warehouse", tools=[opening_hours]
    )
    newsletter = await agent.create_guideline("the customer thanks you", "mention the newsletter", id="newsletter")
    complaint = await agent.create_guideline("the customer complains", "apologize", id="complaint")
    await complaint.prioritize_over(newsletter)
    member = await agent.create_observation("the customer is a member of the club", id="member")
    points = await agent.create_guideline("the customer thanks you", "mention their points", id="points")
    await points.depend_on(member)


async def _journey(agent: p.Agent) -> None:
    journey = await agent.create_journey(
        "Return a book", triggers=["the customer wants to return something"], id="return-a-book"
    )
    which = await journey.initial_state.transition_to(chat_state="Ask which book it is", id="which")
    why = await which.transition_to(chat_state="Ask why they return it", id="why")
    await why.transition_to(chat_state="Say that a label is on its way", id="label")
    await journey.create_guideline("the customer asks what it costs", "say that returns are free", id="free-returns")


async def strict(server: p.Server) -> p.Agent:
    """Ada, who says nothing but what was written for her."""
    agent = await server.create_agent("Ada", "Looks after a bookshop.", composition_mode=p.CompositionMode.STRICT)
    await agent.create_guideline("the customer asks when you open", "say when", id="opening")
    await agent.create_canned_response("We open at nine.", id="nine")
    await agent.create_canned_response("We are closed on {{std.variables.closed}}.", id="closed")
    return agent
