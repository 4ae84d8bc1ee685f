"""Pike of Brightloom: help with routers, from an error message to a ticket."""

import enum
import re

import understudy.engine as p

ARTICLES = (
    (("slow", "speed"), "Move the router away from the microwave and choose channel 1, 6 or 11"),
    (("range", "reach"), "Put the repeater halfway between the router and the far room"),
    (("firmware",), "New firmware is loaded every Sunday at three in the morning"),
)
ERRORS = {
    "E-14": {"error_code": "E-14", "cause": "the cable is loose", "remedy": "Plug the grey cable in again"},
    "E-31": {"error_code": "E-31", "cause": "the update broke off", "remedy": "Start the router again"},
}
QUEUES = {"low": "T-3", "normal": "T-2", "high": "T-1"}


class Priority(enum.Enum):
    """How urgent a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@p.tool
async def get_error_solution(error_code: str) -> dict[str, str]:
    """Get the cause of an error code and its remedy."""
    return ERRORS.get(error_code.upper(), {})


@p.tool(consequential=True)
async def create_ticket(device_name: str, description: str, priority: Priority) -> str:
    """Create a ticket for the technicians."""
    return f"{QUEUES[priority.value]}{len(device_name)}{len(description)}"


async def search_articles(context: p.RetrieverContext) -> p.RetrieverResult | None:
    """The articles of the knowledge base on what the customer has just said."""
    said = context.interaction.last_customer_message
    words = re.findall(r"[a-z]+", said.text.lower()) if said else []
    found = [text for topics, text in ARTICLES if any(topic in words for topic in topics)]
    return p.RetrieverResult(found) if found else None


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(
        name="Pike",
        id="pike",
        description="Helps the customers of Brightloom with their routers, repeaters and networks at home.",
    )
    await agent.create_term(
        "repeater", "A second box that carries the signal on.", synonyms=["range extender", "mesh box"]
    )
    await add_guidelines(agent)
    ticket = await add_ticket_journey(agent)
    await add_troubleshooting_journey(agent, ticket=ticket)
    return agent


async def add_guidelines(agent: p.Agent) -> None:
    """What customers ask for."""
    await agent.create_guideline(
        condition="The customer greets you", action="Welcome them to Brightloom and ask how you can help", id="welcome"
    )
    advice = await agent.create_guideline(
        condition="The customer asks about speed, range or firmware",
        action="Tell them what the knowledge base says",
        id="advice",
    )
    await advice.attach_retriever(search_articles)
    await agent.create_guideline(
        condition="The customer asks for the password of somebody else's network",
        action="Say that you do not help to enter other people's networks",
        criticality=p.Criticality.HIGH,
        id="own-networks-only",
        metadata={"owner": "legal", "reason": "entering other people's networks is a crime"},
    )


async def add_ticket_journey(agent: p.Agent) -> p.Journey:
    """A ticket, for which everything that is missing is asked for; other journeys go through this one."""
    journey = await agent.create_journey(
        title="Create a ticket",
        description="Hand a problem on to the technicians.",
        triggers=["The customer asks for a ticket"],
        id="ticket",
    )
    filing = await journey.initial_state.transition_to(tool_state=create_ticket, id="file")
    await filing.transition_to(
        chat_state="Confirm that the ticket was created and say that a technician answers within a day",
        condition="The ticket was created",
        id="filed",
    )
    await filing.transition_to(
        chat_state="Say that tickets can't be taken right now and that the hotline 555-0199 can help",
        condition="The ticket failed",
        id="hotline",
    )
    return journey


async def add_troubleshooting_journey(agent: p.Agent, *, ticket: p.Journey) -> None:
    """From an error message to a remedy, and where that does not help to a ticket."""
    journey = await agent.create_journey(
        title="Solve a problem",
        description="Find out what a device reports, look up the remedy and see whether it helps.",
        triggers=["The customer has a problem with a router (not working, error)"],
        id="solve-problem",
    )
    code = await journey.initial_state.transition_to(chat_state="Ask for the error code on the display", id="ask-code")
    looking = await code.transition_to(tool_state=get_error_solution, id="look-up")
    steps = await looking.transition_to(
        chat_state="Tell them the remedy and ask whether the problem is solved now",
        condition="A remedy was found",
        id="remedy",
    )
    await steps.transition_to(
        chat_state="Say that you are glad that it works again", condition="The problem is solved", id="solved"
    )
    await steps.transition_to(journey=ticket, condition="The problem is not solved")
    unknown = await looking.transition_to(
        chat_state="Say that this code is not known and ask whether they want a technician to look into it",
        condition="No remedy was found",
        id="code-unknown",
    )
    await unknown.transition_to(journey=ticket, condition="The customer wants a technician")
    await unknown.transition_to(
        chat_state="Say that they can come back at any time",
        condition="The customer does not want a technician",
        id="no-ticket",
    )
