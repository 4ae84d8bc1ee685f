"""Iris of Harborline Mutual: takes in claims on cars and homes, tells where claims stand, and ends policies."""

import datetime
import enum
from typing import Annotated

import understudy.engine as p

CLAIMS = {
    "HM-20417": {"claim": "HM-20417", "status": "under review", "next_step": "an adjuster calls within two days"},
    "HM-20388": {"claim": "HM-20388", "status": "paid", "amount": 1840},
}
POLICIES = {
    "standard": {"policy": "Home and Motor Standard", "excess": 400, "covers": ["fire", "theft", "collision"]},
    "gold": {"policy": "Home and Motor Gold", "excess": 150, "covers": ["fire", "theft", "collision", "flood"]},
}


class ClaimKind(enum.Enum):
    """What a claim can be about."""

    CAR = "car"
    HOME = "home"


@p.tool
async def register_claim(
    context: p.ToolContext,
    kind: Annotated[ClaimKind, p.ToolParameterOptions(display_name="kind of claim")],
    incident_date: datetime.date,
    description: str,
) -> p.ToolResult:
    """Register a claim for damage that has already happened."""
    if incident_date > context.now.date():
        return p.ToolResult({"status": "refused", "reason": f"{incident_date.isoformat()} lies in the future"})
    number = f"HM-{incident_date:%y%m%d}-{kind.value[0].upper()}"
    return p.ToolResult(
        {"claim_number": number, "kind": kind.value, "status": "registered"},
        canned_response_fields={"claim_number": number},
    )


@p.tool
async def look_up_claim(context: p.ToolContext, claim_number: str) -> p.ToolResult:
    """Look up where a claim stands."""
    found = CLAIMS.get(claim_number.upper())
    return p.ToolResult(found) if found else p.ToolResult(error=f"there is no claim {claim_number}")


@p.tool
async def show_policy(context: p.ToolContext) -> p.ToolResult:
    """Show what the customer's policy covers and its excess."""
    return p.ToolResult(POLICIES["gold" if "gold" in context.customer_tags else "standard"])


@p.tool(consequential=True)
async def end_policy(context: p.ToolContext, policy_number: str) -> p.ToolResult:
    """End a policy at the end of the month; this cannot be undone."""
    return p.ToolResult(
        {"policy_number": policy_number, "status": "ended"}, canned_response_fields={"ended_policy": policy_number}
    )


@p.tool
async def call_adjuster(context: p.ToolContext) -> p.ToolResult:
    """Hand the conversation over to a claims adjuster."""
    return p.ToolResult(control={"mode": "manual"})


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(
        name="Iris",
        id="iris",
        description=(
            "Answers customers of Harborline Mutual, an insurer of cars and homes: policies and what they cover, "
            "premiums, damage and accidents, claims and their dates."
        ),
        no_match_response="I'd rather not answer that in writing. A colleague will call you about it.",
    )
    await add_knowledge(agent)
    await add_guidelines(agent)
    await add_safeguards(agent)
    await add_claim_journey(agent)
    await add_ending_journey(agent)
    return agent


async def add_knowledge(agent: p.Agent) -> None:
    """The words of the trade, and what is known of a customer."""
    await agent.create_term(
        "excess",
        "The part of a loss that the customer bears; the insurer pays what goes beyond it.",
        synonyms=["deductible", "own share"],
    )
    await agent.create_term(
        "no-claims bonus",
        "The rebate that grows by 5 percent with every year without a claim.",
        synonyms=["claim-free rebate", "ncb"],
    )
    await agent.create_term(
        "total loss", "Damage that costs more to mend than the car or house is worth.", synonyms=["write-off"]
    )
    tier = await agent.create_variable("tier", "Which membership the customer has: standard or gold", id="tier")
    await tier.set_global_value("standard")
    await tier.set_value_for_tag("gold", "gold")


async def add_guidelines(agent: p.Agent) -> None:
    """What customers ask for, day in, day out."""
    await agent.create_guideline(
        condition="The customer greets you",
        action="Welcome them to Harborline Mutual and ask how you can help",
        id="welcome",
    )
    await agent.create_guideline(
        condition="The customer asks about the status of a claim",
        action="Tell them the status of their claim",
        tools=[look_up_claim],
        id="claim-status",
    )
    await agent.create_guideline(
        condition="The customer asks what their policy covers",
        action="Tell them what their policy covers and what their excess is",
        tools=[show_policy],
        id="policy-cover",
    )
    await agent.create_guideline(
        condition="The customer asks what the excess is",
        action="Explain that the excess is the part of a loss which customers pay themselves",
        id="explain-excess",
    )
    await agent.create_guideline(
        condition="The customer asks which documents are needed for a claim",
        action="Say that photos of the damage and an estimate for the repair are enough",
        id="claim-documents",
    )
    discount = await agent.create_guideline(
        condition="The customer asks about the price of a policy",
        action="Mention that insuring car and home together saves 12 percent",
        criticality="low",
        id="offer-bundle",
        metadata={"owner": "sales", "reason": "spring campaign for bundles"},
    )
    upset = await agent.create_guideline(
        condition="The customer is upset or complains",
        action="Apologize for the trouble and offer to have a colleague call them back today",
        id="calm-down",
        metadata={"owner": "service", "reason": "no selling to somebody who is cross"},
    )
    await upset.prioritize_over(discount)
    gold = await agent.create_observation("The customer has the gold tier", id="is-gold")
    await agent.create_guideline(
        condition="The customer asks for a replacement car",
        action="Say that a replacement car is free for members of the gold tier",
        dependencies=[gold],
        id="gold-car",
        metadata={"owner": "products", "reason": "standard members pay for a replacement car"},
    )


async def add_safeguards(agent: p.Agent) -> None:
    """What must not go wrong."""
    hidden = await agent.create_canned_response(
        "Thank you. Please leave such numbers out of this chat; I have what I need without them.",
        signals=["I will not repeat sensitive information", "your data is kept private"],
        id="keep-numbers-out",
    )
    await agent.create_guideline(
        condition="The customer provides sensitive information (social security number, card number)",
        action="Thank them, never repeat the number, and tell them that such numbers are not needed here",
        criticality=p.Criticality.HIGH,
        composition_mode=p.CompositionMode.STRICT,
        canned_responses=[hidden],
        id="protect-numbers",
        metadata={"owner": "compliance", "reason": "card and security numbers must never appear in a chat"},
    )
    await agent.create_guideline(
        condition="The customer asks for legal advice",
        action="Say that you are not able to give legal advice",
        criticality=p.Criticality.HIGH,
        composition_mode=p.CompositionMode.STRICT,
        id="no-legal-advice",
        metadata={"owner": "legal", "reason": "only a lawyer may advise on the law"},
    )
    await agent.create_guideline(
        condition="The customer asks you to change the date of an incident so that it is covered",
        action="Decline politely, and say that a claim must state what really happened",
        criticality=p.Criticality.HIGH,
        id="refuse-fraud",
        metadata={"owner": "compliance", "reason": "backdating is fraud"},
    )
    await agent.create_guideline(
        condition="The customer asks for a human",
        action="Say that a claims adjuster is joining the conversation now",
        tools=[call_adjuster],
        criticality=p.Criticality.HIGH,
        labels=["handed-over"],
        id="bring-in-adjuster",
    )
    await agent.create_guideline(
        condition="The customer asks about something unrelated to insurance",
        action="Say that you can only help with the policies and claims of Harborline Mutual",
        id="stay-on-topic",
    )


async def add_claim_journey(agent: p.Agent) -> None:
    """A claim: what, when and how, then registration; a date that is refused is asked for again."""
    journey = await agent.create_journey(
        title="Report a claim",
        description="Collect what is needed for a claim and register it.",
        triggers=["The customer wants to report a new claim"],
        id="report-claim",
    )
    kind = await journey.initial_state.transition_to(
        chat_state="Ask whether the claim is about their car or their home", id="ask-kind"
    )
    date = await kind.transition_to(chat_state="Ask on which date it happened", id="ask-date")
    story = await date.transition_to(chat_state="Ask what happened", id="ask-story")
    registering = await story.transition_to(tool_state=register_claim, id="register")
    done = await registering.transition_to(
        chat_state="Confirm that the claim is registered and say that an adjuster calls within two days",
        condition="The claim was registered",
        id="confirm-claim",
    )
    await done.create_canned_response(
        "Your claim is registered under {{claim_number}}. An adjuster calls you within two days.",
        signals=["the claim is registered", "your claim number is"],
        id="claim-registered",
    )
    again = await registering.transition_to(
        chat_state="Say that the claim can't be registered like this and ask for the correct date of the incident",
        condition="The claim was refused",
        id="correct-date",
    )
    await again.transition_to(state=registering, condition="The customer gave another date")
    await registering.transition_to(
        chat_state="Say that a colleague will register the claim by hand and call them tomorrow",
        condition="The registration failed",
        id="by-hand",
    )
    await journey.create_guideline(
        condition="The customer says that somebody is injured",
        action="Say that the injured must be looked after first, by calling 112 if they have not done so",
        criticality=p.Criticality.HIGH,
        id="injured-first",
    )


async def add_ending_journey(agent: p.Agent) -> None:
    """Ending a policy takes an explicit yes."""
    journey = await agent.create_journey(
        title="End a policy",
        description="End a policy at the customer's wish, after they have confirmed it.",
        triggers=["The customer wants to cancel their policy"],
        id="end-policy",
    )
    number = await journey.initial_state.transition_to(chat_state="Ask for the policy number", id="ask-number")
    sure = await number.transition_to(
        chat_state="Say that the cover stops at the end of the month and ask them to confirm that they want to end it",
        id="ask-sure",
    )
    ending = await sure.transition_to(tool_state=end_policy, condition="The customer confirms", id="end-it")
    kept = await sure.transition_to(
        chat_state="Say that the policy stays as it is", condition="The customer declines", id="keep-it"
    )
    await kept.transition_to(state=p.END_JOURNEY)
    await ending.transition_to(chat_state="Confirm that the policy ends at the end of the month", id="confirm-end")
