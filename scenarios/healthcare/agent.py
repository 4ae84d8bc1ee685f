"""Wren of the Fernbrook practice: books visits, renews prescriptions, answers what a front desk answers."""

import datetime
import enum

import understudy.engine as p

SLOTS = ["Monday 9:00 AM", "Tuesday 2:00 PM", "Thursday 4:30 PM"]
PLANS = ("Bluewell", "Carepoint", "Northstar")
RESULTS = {"LAB-3302": {"report": "LAB-3302", "status": "ready", "where": "in the patient portal"}}


class Medicine(enum.Enum):
    """What the practice renews without a visit."""

    LISINOPRIL = "lisinopril"
    METFORMIN = "metformin"
    LEVOTHYROXINE = "levothyroxine"


@p.tool
async def free_slots(context: p.ToolContext) -> p.ToolResult:
    """List the visits that are still free this week."""
    return p.ToolResult({"free_slots": SLOTS}, canned_response_fields={"free_slots": ", ".join(SLOTS)})


@p.tool
async def reserve_slot(context: p.ToolContext, slot: str) -> p.ToolResult:
    """Reserve a free visit for the patient."""
    if slot not in SLOTS:
        return p.ToolResult(error=f"there is no free visit at {slot}")
    return p.ToolResult({"reserved": slot, "with": "Dr. Osei"}, canned_response_fields={"reserved_slot": slot})


@p.tool
async def request_renewal(context: p.ToolContext, medicine: Medicine, last_visit: datetime.date) -> p.ToolResult:
    """Ask the doctor to renew a prescription; the last visit must lie less than a year back."""
    today = context.now.date()
    if last_visit > today:
        return p.ToolResult(error=f"the last visit on {last_visit.isoformat()} lies in the future")
    if (today - last_visit).days > 365:
        return p.ToolResult({"renewal": "refused", "reason": "the last visit is more than a year ago"})
    return p.ToolResult({"renewal": "requested", "medicine": medicine.value})


@p.tool
async def check_plan(context: p.ToolContext, plan: str) -> p.ToolResult:
    """Check whether the practice accepts a health plan."""
    return p.ToolResult({"plan": plan, "accepted": plan.capitalize() in PLANS})


@p.tool
async def find_report(context: p.ToolContext, report_number: str) -> p.ToolResult:
    """Find out whether a laboratory report is ready."""
    found = RESULTS.get(report_number.upper())
    return p.ToolResult(found) if found else p.ToolResult(error=f"there is no report {report_number}")


async def nobody_spoke_yet(context: p.GuidelineMatchingContext, guideline: p.Guideline) -> p.GuidelineMatch:
    """Holds while nothing has happened in the conversation."""
    silent = all(event.kind == "status" for event in context.session.events)
    return p.GuidelineMatch(id=guideline.id, matched=silent, rationale="nothing has happened yet")


async def page_stands_still(context: p.GuidelineMatchingContext, guideline: p.Guideline) -> p.GuidelineMatch:
    """Holds when the last thing that happened is a report of the front end that the patient is stuck on a page."""
    happened = [event for event in context.session.events if event.kind in ("message", "custom")]
    stuck = bool(happened) and happened[-1].kind == "custom" and happened[-1].data.get("stuck") is True
    return p.GuidelineMatch(id=guideline.id, matched=stuck, rationale="the front end says that the page stands still")


async def build(server: p.Server) -> p.Agent:
    """The agent, complete."""
    agent = await server.create_agent(
        name="Wren",
        id="wren",
        description="Answers for the front desk of the Fernbrook practice, a small group of family doctors.",
    )
    await add_knowledge(agent)
    await add_guidelines(agent)
    emergency = await add_safeguards(agent)
    await emergency.prioritize_over(await add_booking_journey(agent), await add_renewal_journey(agent))
    return agent


async def add_knowledge(agent: p.Agent) -> None:
    """The words of the practice, and what is known of a patient."""
    await agent.create_term(
        "copay", "What a patient pays at the desk for a visit: 25 dollars.", synonyms=["co-payment", "visit charge"]
    )
    await agent.create_term(
        "telehealth", "A visit by video call.", synonyms=["video visit", "online visit", "virtual visit"]
    )
    await agent.create_term("referral", "A letter with which a family doctor sends a patient to a specialist.")
    since = await agent.create_variable("patient_status", "Whether the practice knows the patient", id="patient-status")
    await since.set_global_value("known patient")
    await since.set_value_for_tag("new-patient", "new patient")


async def add_guidelines(agent: p.Agent) -> None:
    """What a front desk is asked."""
    await agent.create_guideline(
        matcher=nobody_spoke_yet,
        action="Say that you are Wren from the Fernbrook practice and ask how you can help",
        id="introduce",
    )
    await agent.create_guideline(
        matcher=page_stands_still,
        action="Say that you see them on the booking page and offer to book the visit right here",
        id="help-on-the-page",
        metadata={"owner": "web team", "reason": "a third of the patients give up on the booking page"},
    )
    await agent.create_guideline(
        condition="The patient greets you", action="Greet them back and ask how you can help", id="greet-back"
    )
    await agent.create_guideline(
        condition="The patient asks about opening hours",
        action="Say that the practice is open from 8 AM to 6 PM, Monday to Friday",
        id="opening-hours",
    )
    await agent.create_guideline(
        condition="The patient asks about the copay",
        action="Say that the copay is 25 dollars and is paid at the desk",
        id="copay",
    )
    await agent.create_guideline(
        condition="The patient asks about telehealth",
        action="Say that video calls are possible on Wednesday afternoons",
        id="telehealth",
    )
    await agent.create_guideline(
        condition="The patient asks whether you accept their health plan",
        action="Tell them whether their plan is accepted",
        tools=[check_plan],
        id="health-plan",
    )
    await agent.create_guideline(
        condition="The patient asks for their lab results",
        action="Tell them whether the report is ready and where to read it",
        tools=[find_report],
        id="lab-results",
    )
    newcomer = await agent.create_observation("The patient is a new patient", id="is-new")
    await agent.create_guideline(
        condition="The patient asks which documents to bring",
        action="Ask them to bring a photo ID and the new patient form",
        dependencies=[newcomer],
        id="new-patient-form",
        metadata={"owner": "front desk", "reason": "known patients have filled in the form before"},
    )
    survey = await agent.create_guideline(
        condition="The patient thanks you",
        action="Invite them to take the patient survey",
        criticality="low",
        id="invite-to-survey",
        metadata={"owner": "quality", "reason": "one in five patients should answer the survey"},
    )
    sorry = await agent.create_guideline(
        condition="The patient complains",
        action="Apologize and say that the practice manager will call them",
        labels=["complaint"],
        id="take-complaint",
    )
    await sorry.prioritize_over(survey)


async def add_safeguards(agent: p.Agent) -> p.Guideline:
    """What must not go wrong. Gives the guideline on emergencies, before which everything else gives way."""
    emergency = await agent.create_guideline(
        condition="The patient describes an emergency (chest pain, severe bleeding, trouble breathing)",
        action="Tell them to call 911 right now and not to wait for a visit",
        criticality=p.Criticality.HIGH,
        labels=["emergency"],
        id="call-911",
        metadata={"owner": "medical director", "reason": "a chat must never delay help"},
    )
    diagnosis = await agent.create_guideline(
        condition="The patient asks for a diagnosis",
        action="Say that only a doctor can make a diagnosis",
        criticality=p.Criticality.HIGH,
        id="no-diagnosis",
        metadata={"owner": "medical director", "reason": "the front desk is not licensed to diagnose"},
    )
    await emergency.prioritize_over(diagnosis)
    private = await agent.create_canned_response(
        "Thank you, but please do not send such numbers here. The practice will not ask for them in a chat.",
        signals=["please leave sensitive numbers out"],
        id="no-numbers-here",
    )
    await agent.create_guideline(
        condition="The patient provides sensitive information (social security number, card number)",
        action="Never repeat the number; ask the patient to leave such numbers out",
        criticality=p.Criticality.HIGH,
        composition_mode=p.CompositionMode.STRICT,
        canned_responses=[private],
        id="protect-identity",
        metadata={"owner": "privacy officer", "reason": "numbers that identify a patient stay out of chats"},
    )
    await agent.create_guideline(
        condition="The patient asks about something unrelated to the practice",
        action="Say that you can only help with visits and prescriptions at Fernbrook",
        id="only-the-practice",
    )
    return emergency


async def add_booking_journey(agent: p.Agent) -> p.Journey:
    """A visit: the reason, a free slot, a yes, and then the reservation."""
    journey = await agent.create_journey(
        title="Book a visit",
        description="Find a free visit that suits the patient and reserve it.",
        triggers=["The patient wants to book a visit"],
        id="book-visit",
    )
    reason = await journey.initial_state.transition_to(
        chat_state="Ask what the reason for the visit is", id="ask-reason"
    )
    looking = await reason.transition_to(tool_state=free_slots, id="look-up-slots")
    offer = await looking.transition_to(
        chat_state="List the free slots and ask which one suits them",
        condition="There are free slots",
        id="offer-slots",
    )
    confirm = await offer.transition_to(
        chat_state="Ask the patient to confirm the chosen slot",
        condition="The patient picks a slot",
        id="confirm-slot",
    )
    call = await offer.transition_to(
        chat_state="Ask the patient to call the front desk at 555-0142 for a later date",
        condition="None of the slots works for the patient",
        id="call-desk",
    )
    await call.transition_to(state=p.END_JOURNEY)
    await looking.transition_to(state=call, condition="There are no free slots")
    reserving = await confirm.transition_to(
        tool_state=reserve_slot, condition="The patient confirms the slot", id="reserve"
    )
    await confirm.transition_to(state=offer, condition="The patient wants a different slot")
    booked = await reserving.transition_to(
        chat_state="Confirm that the visit is reserved and ask them to arrive ten minutes early",
        condition="The visit was reserved",
        id="visit-reserved",
    )
    await booked.create_canned_response(
        "Your visit on {{reserved_slot}} is reserved. Please arrive ten minutes early.",
        signals=["the visit is reserved", "you are booked"],
        id="reserved",
    )
    await reserving.transition_to(
        chat_state="Say that the slot could not be reserved and that the front desk will call them",
        condition="The slot could not be reserved",
        id="not-reserved",
    )
    return journey


async def add_renewal_journey(agent: p.Agent) -> p.Journey:
    """A prescription: which medicine and when the last visit was, then the request."""
    journey = await agent.create_journey(
        title="Renew a prescription",
        description="Collect what the doctor needs to renew a prescription.",
        triggers=["The patient wants to renew a prescription"],
        id="renew-prescription",
    )
    medicine = await journey.initial_state.transition_to(
        chat_state="Ask which medicine they take (lisinopril, metformin, levothyroxine)", id="ask-medicine"
    )
    visit = await medicine.transition_to(chat_state="Ask for the date of their last visit", id="ask-last-visit")
    requesting = await visit.transition_to(tool_state=request_renewal, id="request")
    await requesting.transition_to(
        chat_state="Say that the renewal is requested and that the pharmacy will have it tomorrow",
        condition="The renewal was requested",
        id="renewal-requested",
    )
    await requesting.transition_to(
        chat_state="Say that the doctor must see them first and offer to book a visit",
        condition="The renewal was refused",
        id="visit-needed",
    )
    wrong = await requesting.transition_to(
        chat_state="Say that the date can't be right and ask for the date of their last visit again",
        condition="The request failed",
        id="ask-date-again",
    )
    await wrong.transition_to(state=requesting, condition="The patient gave another date")
    return journey
