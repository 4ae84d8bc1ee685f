"""Juno of Larkfield, a shop for kitchens: finds orders, takes things back, swaps them, sells a little."""

import enum

import understudy.engine as p

ORDERS = {
    "LK-40311": {"order_number": "LK-40311", "product": "Brim kettle", "status": "delivered"},
    "LK-40298": {"order_number": "LK-40298", "product": "Tarn apron", "status": "delivered"},
    "LK-40355": {"order_number": "LK-40355", "product": "Ember toaster", "status": "on its way"},
}
IN_STOCK = ("small", "large")


class ApronSize(enum.Enum):
    """The sizes in which aprons are made."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@p.tool
async def find_order(context: p.ToolContext, order_number: str) -> p.ToolResult:
    """Find an order by its number."""
    found = ORDERS.get(order_number.upper())
    if found is None:
        return p.ToolResult(error=f"there is no order {order_number}")
    return p.ToolResult(found, canned_response_fields={"order_number": found["order_number"]})


@p.tool
async def book_pickup(context: p.ToolContext, address: str, pickup_day: str) -> p.ToolResult:
    """Book the courier who picks up a parcel."""
    return p.ToolResult(
        {"booked": True, "pickup_day": pickup_day},
        canned_response_fields={"pickup_day": pickup_day, "pickup_address": address},
    )


@p.tool
async def check_size(context: p.ToolContext, size: ApronSize) -> p.ToolResult:
    """Check whether a size is in stock."""
    return p.ToolResult({"size": size.value, "in_stock": size.value in IN_STOCK})


@p.tool(consequential=True)
async def swap_apron(context: p.ToolContext, size: ApronSize) -> p.ToolResult:
    """Send another size; the order is changed for good."""
    return p.ToolResult({"swapped_for": size.value})


async def no_order_is_found(context: p.GuidelineMatchingContext, guideline: p.Guideline) -> p.GuidelineMatch:
    """Holds until an order was found, in this turn or in an earlier one."""
    earlier = (call for event in context.session.events if event.kind == "tool" for call in event.calls)
    found = any(call.tool == "find_order" and not call.failed for call in (*earlier, *context.staged_tool_calls))
    why = "an order was found" if found else "no order was found so far"
    return p.GuidelineMatch(id=guideline.id, matched=not found, rationale=why)


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(
        name="Juno",
        id="juno",
        description="Looks after the customers of Larkfield, a shop that sells kettles, toasters, pans and aprons.",
    )
    selling = await server.create_tag("selling")
    loyal = await server.create_tag("loyal")
    proof = await server.create_tag("proof")
    tier = await agent.create_variable("tier", "Which kind of customer it is: ordinary or VIP", id="tier")
    await tier.set_global_value("ordinary")
    await tier.set_value_for_tag("vip", "VIP")
    await add_orders_first(agent)
    replacement = await add_questions(agent)
    await add_customers(agent, loyal=loyal)
    await add_limits(agent)
    await add_prices(agent, proof=proof)
    await add_selling(agent, selling=selling)
    pickup = await add_pickup_journey(agent)
    await add_return_journey(agent, pickup=pickup)
    exchange = await add_exchange_journey(agent)
    await exchange.prioritize_over(replacement)
    return agent


async def add_orders_first(agent: p.Agent) -> None:
    """Whatever is broken or late: first the order is found, and until then nothing is promised."""
    unknown = await agent.create_observation(matcher=no_order_is_found, id="order-unknown")
    await unknown.reevaluate_after(find_order)
    await agent.create_guideline(
        condition="The customer reports a problem (broken, not working, damaged, late)",
        action="Ask for the order number",
        tools=[find_order],
        dependencies=[unknown],
        priority=10,
        id="find-order-first",
        metadata={"owner": "service", "reason": "promises were made about orders that were not ours"},
    )


async def add_questions(agent: p.Agent) -> p.Guideline:
    """What customers ask for; of what is broken only once its order is found. Gives the guideline on replacements."""
    await agent.create_guideline(
        condition="The customer greets you", action="Welcome them to Larkfield and ask how you can help", id="welcome"
    )
    replacement = await agent.create_guideline(
        condition="The customer asks for a replacement",
        action="Say that a colleague decides about a replacement within one day",
        id="replacement",
    )
    await agent.create_guideline(
        condition="The customer asks to change the delivery address",
        action="Say that the address of an order can be changed in the account until it is packed",
        id="change-address",
    )
    await agent.create_guideline(
        condition="The customer asks about the warranty",
        action="Say that the warranty covers two years from the day of delivery",
        id="warranty",
    )
    compensation = await agent.create_guideline(
        condition="The customer asks for a voucher",
        action="Say that a voucher of five dollars is on its way by email",
        id="voucher",
    )
    missed = await agent.create_guideline(
        condition="The customer says that the courier missed the pickup",
        action="Apologize for the courier",
        id="courier-failed",
    )
    await missed.entail(compensation)
    return replacement


async def add_customers(agent: p.Agent, *, loyal: p.Tag) -> None:
    """What depends on who the customer is."""
    vip = await agent.create_observation("The customer has the VIP tier", tags=[loyal], id="is-vip")
    await agent.create_observation("The customer says that they work for Larkfield", tags=[loyal], id="is-staff")
    big = await agent.create_observation("The customer mentions several pans", id="buys-pans")
    ordinary = await agent.create_guideline(
        condition="The customer asks to talk to a manager",
        action="Say that a manager answers by email within two days",
        id="manager-by-email",
    )
    personal = await agent.create_guideline(
        condition="The customer asks to talk to a manager",
        action="Say that their personal adviser calls them within the hour",
        dependencies=[vip],
        id="manager-for-vips",
        metadata={"owner": "loyalty", "reason": "VIPs have an adviser of their own"},
    )
    await personal.prioritize_over(ordinary)
    free = await agent.create_guideline(
        condition="The customer asks about the shipping cost", action="Say that shipping is free", id="free-shipping"
    )
    await free.depend_on_any(vip, big)
    lesson = await agent.create_guideline(
        condition="The customer asks about the private cooking class",
        action="Say that the cooking class begins on Friday at noon",
        id="cooking-class",
    )
    await lesson.depend_on(p.AnyOf(loyal))


async def add_limits(agent: p.Agent) -> None:
    """Three limits, and a question that may be about any of them."""
    limits = [
        await agent.create_guideline(
            condition="The customer asks about the limit for returns",
            action="Say that things can be returned for 30 days",
            id="return-limit",
        ),
        await agent.create_guideline(
            condition="The customer asks about the limit of pieces per order",
            action="Say that an order may hold twelve pieces of a kind",
            id="piece-limit",
        ),
        await agent.create_guideline(
            condition="The customer asks about the limit of gift cards",
            action="Say that a gift card can be loaded with up to 200 dollars",
            id="card-limit",
        ),
    ]
    unclear = await agent.create_observation("The customer asks about a limit", id="some-limit")
    await unclear.disambiguate(limits)


async def add_prices(agent: p.Agent, *, proof: p.Tag) -> None:
    """A price is matched only when both the other shop and its price are known."""
    await agent.create_observation("The customer mentions a competitor", tags=[proof], id="names-competitor")
    await agent.create_observation("The customer mentions a screenshot", tags=[proof], id="has-screenshot")
    match = await agent.create_guideline(
        condition="The customer asks to match a price", action="Say that the price is matched", id="match-price"
    )
    await match.depend_on(p.AllOf(proof))


async def add_selling(agent: p.Agent, *, selling: p.Tag) -> None:
    """A little selling, which gives way to whoever is cross."""
    await agent.create_guideline(
        condition="The customer speaks of a kettle",
        action="Mention that the matching teapot is 10 dollars off",
        criticality="low",
        tags=[selling],
        id="offer-teapot",
    )
    await agent.create_guideline(
        condition="The customer speaks of a toaster",
        action="Mention that the crumb brush is free this week",
        criticality="low",
        tags=[selling],
        id="offer-brush",
    )
    cross = await agent.create_guideline(
        condition="The customer is upset",
        action="Apologize for the trouble and offer a call back today",
        id="calm-down",
        metadata={"owner": "service", "reason": "nobody who is cross is sold anything"},
    )
    await cross.exclude(selling)


async def add_pickup_journey(agent: p.Agent) -> p.Journey:
    """Where and when the courier comes, and the booking; other journeys go through this one."""
    journey = await agent.create_journey(
        title="Arrange a pickup",
        description="Settle where and when the courier picks up a parcel.",
        triggers=["The customer wants to book a courier"],
        id="pickup",
    )
    address = await journey.initial_state.transition_to(
        chat_state="Ask for the street address where the parcel is picked up", id="ask-address"
    )
    day = await address.transition_to(chat_state="Ask on which day the courier may come", id="ask-day")
    booking = await day.transition_to(tool_state=book_pickup, id="book")
    await booking.transition_to(state=p.END_JOURNEY)
    return journey


async def add_return_journey(agent: p.Agent, *, pickup: p.Journey) -> None:
    """A return: the order, the reason, and then all that belongs to a pickup."""
    journey = await agent.create_journey(
        title="Return an order",
        description="Take back something that the customer does not want to keep.",
        triggers=["The customer wants to return an order"],
        id="return-order",
    )
    number = await journey.initial_state.transition_to(chat_state="Ask for the order number", id="ask-order")
    finding = await number.transition_to(tool_state=find_order, id="find")
    reason = await finding.transition_to(
        chat_state="Ask for the reason of the return", condition="The order was found", id="ask-reason"
    )
    again = await finding.transition_to(
        chat_state="Ask them to check the order number and send it again",
        condition="The order was not found",
        id="ask-again",
    )
    await again.transition_to(state=finding, condition="The customer gives another order number")
    booked = await reason.transition_to(journey=pickup)
    done = await booked.transition_to(
        chat_state="Confirm that the courier is booked and say that the money is back five days after the pickup",
        id="return-booked",
    )
    await done.create_canned_response(
        "The courier comes to {{pickup_address}} on {{pickup_day}}. Your money is back five days later.",
        signals=["the courier is booked", "the return is booked"],
        id="pickup-booked",
    )


async def add_exchange_journey(agent: p.Agent) -> p.Journey:
    """Another size: only what is in stock, and only after a yes."""
    journey = await agent.create_journey(
        title="Exchange an apron",
        description="Swap an apron for one of another size.",
        triggers=["The customer wants to exchange an apron"],
        id="exchange-apron",
    )
    size = await journey.initial_state.transition_to(
        chat_state="Ask which size they want instead: small, medium or large", id="ask-size"
    )
    checking = await size.transition_to(tool_state=check_size, id="check")
    sure = await checking.transition_to(
        chat_state="Ask them to confirm that the apron is to be swapped",
        condition="The size is in stock",
        id="ask-sure",
    )
    await checking.transition_to(
        chat_state="Say that this size is sold out and that the order can be returned instead",
        condition="The size is not in stock",
        id="sold-out",
    )
    swapping = await sure.transition_to(tool_state=swap_apron, condition="The customer confirms", id="swap")
    await sure.transition_to(
        chat_state="Say that the order stays as it is", condition="The customer declines", id="keep"
    )
    await swapping.transition_to(chat_state="Confirm that the other apron is on its way", id="swapped")
    return journey
