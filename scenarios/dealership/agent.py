"""Otis of Larkfield Motors: shows cars, arranges test drives and takes old cars in part exchange."""

import datetime
import enum

import understudy.engine as p

PRICES = {"Swift": 18900, "Juniper": 27400, "Volta": 33800}
COLOURS = {"Swift": ["red", "white"], "Juniper": ["grey", "green"], "Volta": ["blue", "white"]}


class Model(enum.Enum):
    """The cars on the yard."""

    SWIFT = "Swift"
    JUNIPER = "Juniper"
    VOLTA = "Volta"


@p.tool
async def list_price(context: p.ToolContext, model: Model) -> p.ToolResult:
    """Tell the list price of a model."""
    price = PRICES[model.value]
    return p.ToolResult({"model": model.value, "price": f"{price} dollars"}, canned_response_fields={"price": price})


@p.tool
async def cars_in_stock(context: p.ToolContext, model: Model) -> p.ToolResult:
    """List the colours in which a model stands on the yard."""
    return p.ToolResult({"model": model.value, "colours": COLOURS[model.value]})


@p.tool(consequential=True)
async def book_drive(context: p.ToolContext, model: Model, day: datetime.date) -> p.ToolResult:
    """Book a test drive of a model on a day to come."""
    if day <= context.now.date():
        return p.ToolResult(error=f"{day.isoformat()} is not a day to come")
    return p.ToolResult(
        {"booked": model.value, "day": day.isoformat()},
        canned_response_fields={"drive_model": model.value, "drive_day": f"{day:%d %B}"},
    )


@p.tool
async def value_car(context: p.ToolContext, year: int, mileage: int) -> p.ToolResult:
    """Estimate what an old car is worth in part exchange."""
    worth = max(500, 15000 - 900 * (context.now.year - year) - mileage // 20)
    return p.ToolResult({"estimate": f"{worth} dollars"}, canned_response_fields={"estimate": worth})


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(
        name="Otis",
        id="otis",
        description="Advises buyers at Larkfield Motors: new cars, prices, financing, loans, test drives and old cars.",
        no_match_response="Our finance desk answers that best. Shall I have them call you?",
    )
    await add_knowledge(agent)
    await add_guidelines(agent)
    await add_finance(agent)
    await add_drive_journey(agent)
    await add_exchange_journey(agent)
    return agent


async def add_knowledge(agent: p.Agent) -> None:
    """The words of the trade, and what is known of a visitor."""
    await agent.create_term(
        "part exchange", "Giving an old car in payment for a new one.", synonyms=["trade-in", "trade in"]
    )
    await agent.create_term("range", "How far an electric car drives on one charge: 290 miles for the Volta.")
    await agent.create_term("handover", "The day on which a buyer takes their new car home.", synonyms=["pick-up day"])
    club = await agent.create_variable("club", "Whether the visitor is in the owners' club", id="club")
    await club.set_global_value("not a member")
    await club.set_value_for_tag("owner", "club member")


async def add_guidelines(agent: p.Agent) -> None:
    """What visitors of a showroom ask."""
    await agent.create_guideline(
        condition="The customer greets you",
        action="Welcome them to Larkfield Motors and ask which car they have in mind",
        id="showroom-welcome",
    )
    await agent.create_guideline(
        condition="The customer asks about a price",
        action="Tell them the list price",
        tools=[list_price],
        id="tell-price",
    )
    await agent.create_guideline(
        condition="The customer asks which colours a car comes in",
        action="Tell them the colours that are in stock",
        tools=[cars_in_stock],
        id="tell-colours",
    )
    await agent.create_guideline(
        condition="The customer asks about the range of the electric car",
        action="Say that the Volta drives 290 miles on one charge",
        id="tell-range",
    )
    await agent.create_guideline(
        condition="The customer asks about the warranty",
        action="Say that every new car has a warranty of five years",
        id="tell-warranty",
    )
    haggling = await agent.create_guideline(
        condition="The customer asks for a discount",
        action="Say that list prices are fixed and that mats and winter tyres come free with every car",
        id="fixed-prices",
        metadata={"owner": "sales director", "reason": "every buyer pays the same"},
    )
    member = await agent.create_observation("The customer is a club member", id="is-club-member")
    loyal = await agent.create_guideline(
        condition="The customer asks for a discount",
        action="Say that as a club member they get 3 percent off",
        dependencies=[member],
        id="club-discount",
        metadata={"owner": "club office", "reason": "loyalty is worth 3 percent"},
    )
    await loyal.prioritize_over(haggling)
    await agent.create_guideline(
        condition="The customer asks for a human",
        action="Say that a sales adviser will take over in a moment",
        labels=["wants-adviser"],
        id="fetch-adviser",
    )
    await agent.create_guideline(
        condition="The customer asks about something unrelated to cars",
        action="Say that you only know about cars, and ask whether they would like to see one",
        id="only-cars",
    )


async def add_finance(agent: p.Agent) -> None:
    """Loans are regulated: only sentences that the finance desk has approved are said about them."""
    rate = await agent.create_canned_response(
        "Loans run from 24 to 60 months at 4.9 percent, subject to a credit check.",
        signals=["loans run from 24 to 60 months", "the interest rate is 4.9 percent"],
        id="loan-terms",
    )
    terms = await agent.create_guideline(
        condition="The customer asks about financing",
        action="Give the terms of a loan: 24 to 60 months at 4.9 percent",
        composition_mode=p.CompositionMode.STRICT,
        criticality=p.Criticality.HIGH,
        canned_responses=[rate],
        id="loan-terms",
        metadata={"owner": "finance desk", "reason": "wording of loan offers is regulated"},
    )
    promise = await agent.create_guideline(
        condition="The customer asks whether they will get the loan approved",
        action="Never predict whether a loan is granted",
        composition_mode=p.CompositionMode.STRICT,
        criticality=p.Criticality.HIGH,
        id="no-loan-promise",
        metadata={"owner": "finance desk", "reason": "only the bank grants loans"},
    )
    await promise.prioritize_over(terms)


async def add_drive_journey(agent: p.Agent) -> None:
    """A test drive: which car, a licence, a day, and the booking."""
    journey = await agent.create_journey(
        title="Arrange a test drive",
        description="Book a test drive for somebody who holds a driving licence.",
        triggers=["The customer wants to take a test drive"],
        id="test-drive",
    )
    model = await journey.initial_state.transition_to(
        chat_state="Ask which model they would like to drive (Swift, Juniper, Volta)", id="ask-model"
    )
    licence = await model.transition_to(chat_state="Do you hold a valid driving licence?", id="ask-licence")
    day = await licence.transition_to(
        chat_state="Ask on which date they would like to come", condition="The customer has a licence", id="ask-day"
    )
    without = await licence.transition_to(
        chat_state="Say that a test drive needs a licence, and invite them to come along as a passenger",
        condition="The customer has no licence",
        id="no-licence",
    )
    await without.transition_to(state=p.END_JOURNEY)
    booking = await day.transition_to(tool_state=book_drive, id="book")
    done = await booking.transition_to(
        chat_state="Confirm the test drive and ask them to bring their licence",
        condition="The drive was booked",
        id="confirm-drive",
    )
    await done.create_canned_response(
        "Your test drive of the {{drive_model}} is booked for {{drive_day}}. Please bring your licence.",
        signals=["the test drive is booked", "please bring your licence"],
        id="drive-booked",
    )
    other = await booking.transition_to(
        chat_state="Say that the drive could not be booked for that date and ask for another one",
        condition="The drive could not be booked",
        id="ask-other-day",
    )
    await other.transition_to(state=booking, condition="The customer gave another date")


async def add_exchange_journey(agent: p.Agent) -> None:
    """A part exchange: what the old car is, then an estimate, take it or leave it."""
    journey = await agent.create_journey(
        title="Part exchange",
        description="Estimate what the customer's old car is worth.",
        triggers=["The customer wants a part exchange"],
        id="part-exchange",
    )
    year = await journey.initial_state.transition_to(
        chat_state="Ask in which year the old car was built", id="ask-year"
    )
    mileage = await year.transition_to(chat_state="Ask for the mileage of the old car", id="ask-mileage")
    valuing = await mileage.transition_to(tool_state=value_car, id="value")
    told = await valuing.transition_to(
        chat_state="Tell them the estimate and ask whether they would like to bring the car in", id="tell-estimate"
    )
    await told.transition_to(
        chat_state="Say that the workshop inspects cars every weekday from 9 AM",
        condition="The customer agrees",
        id="invite-to-inspection",
    )
    no = await told.transition_to(
        chat_state="Say that the estimate holds for 30 days", condition="The customer declines", id="estimate-holds"
    )
    await no.transition_to(state=p.END_JOURNEY)
