"""Facts for each decision: as full as they get, and as empty as they may be."""

from dataclasses import replace

from understudy.engine.domain.facts import (
    AmbiguityFacts,
    AmbiguityView,
    AnalysisFacts,
    ConsequentialFacts,
    CustomerFacts,
    DraftFacts,
    Facts,
    FieldFacts,
    FollowUpFacts,
    GuidelineCandidate,
    Instruction,
    JourneyFacts,
    JourneyView,
    JudgeFacts,
    KnownVariable,
    Line,
    MatchFacts,
    PossibleMeaning,
    PreambleFacts,
    PropertyCandidate,
    PropertyFacts,
    RecomposeFacts,
    ResponseCandidate,
    SelectionFacts,
    Situation,
    StateView,
    Step,
    SummaryFacts,
    ToolFacts,
    ToolOffer,
)
from understudy.engine.domain.knowledge import Capability, Retrieved, RetrieverResult, Term
from understudy.engine.domain.modes import CompositionMode, Criticality
from understudy.engine.domain.session import Fact
from understudy.engine.domain.tool import Insight, Parameter, Tool, ToolCall, ToolResult

EMPTY = Situation(agent_name="Ada", agent_description="", customer_name="")

ORDER_NUMBER = Parameter(
    name="order_number",
    type="string",
    description="two letters and four digits",
    examples=("AB1234",),
    display_name="order number",
    significance="orders are found by it",
    source="customer",
)
COLOURS = Parameter(name="colours", type="array", item="enum", choices=("red", "blue"), required=False)
ADDRESS = Parameter(name="address", type="object", required=False, schema={"type": "object"})
FIND_ORDER = Tool(id="find_order", description="Looks up an order.", parameters=(ORDER_NUMBER, COLOURS, ADDRESS))

FOUND = ToolCall(
    id="call-seven",
    tool="find_order",
    arguments={"order_number": "AB1234", "colours": ["red"]},
    result=ToolResult({"status": "packed"}, metadata={"trace": "for-front-ends"}),
    because=("guideline:offered-because",),
)

FULL = Situation(
    agent_name="Ada",
    agent_description="Sells shoes.\nIs never in a hurry.",
    customer_name="Jo",
    terms=(Term(id="t1", name="RMA", description="a number for returns", synonyms=("return id", "return code")),),
    variables=(
        KnownVariable(name="tier", description="loyalty", value="gold"),
        KnownVariable(name="basket", description="", value={"b": 1, "a": [2]}),
        KnownVariable(name="birthday", description="when known", value=None),
    ),
    conversation=(
        Line(speaker="customer", text="Where is my order AB1234?"),
        Line(speaker="tool", text=FOUND.summary, call=FOUND),
        Line(speaker="agent", text="It is packed."),
        Line(speaker="operator", text="I am taking over."),
        Line(speaker="system", text="The customer prefers mail."),
        Line(speaker="customer", text="And when will it arrive?"),
    ),
    calls=(
        replace(FOUND, id="call-eight"),
        ToolCall(id="call-nine", tool="ping", arguments={}, result=ToolResult(error="no answer")),
    ),
    now="Friday, 31 January 2030, 14:30",
)

KNOWING = replace(
    FULL,
    retrieved=(
        Retrieved(
            retriever="opening_hours", result=RetrieverResult({"monday": "9-17"}, metadata={"x": "for-front-ends"})
        ),
        Retrieved(retriever="nothing-found"),
    ),
    preferences={"language": "Norwegian"},
    capabilities=(
        Capability(id="c1", title="Gift wrapping", description="Wraps shoes as a gift", signals=("a gift",)),
    ),
    earlier=("Returned a pair of boots.",),
    summary="Jo asked about sizes.",
    facts=(Fact(name="shoe size", value="41", offset=3),),
    important=("Jo walks with a stick.",),
)
"""The same with all that is known beside the conversation."""

INSTRUCTIONS = (
    Instruction(
        id="say-status",
        condition="the customer asks for an order",
        action="tell its status",
        description="packed means it leaves tomorrow",
        criticality=Criticality.HIGH,
    ),
    Instruction(id="returns/ask-reason", action="ask why they return it", journey="Returns"),
)

RETURNS = JourneyView(
    id="returns",
    title="Returns",
    description="taking shoes back",
    current="ask-reason",
    path=("root", "ask-reason"),
    states=(
        StateView(id="ask-reason", kind="chat", action="ask why", description="one question only"),
        StateView(id="book", kind="tool", action="book the return", tools=("book_return", "print_label")),
    ),
    steps=(
        Step(target="ask-size", conditions=("they want another size",)),
        Step(target="book", conditions=("they named a reason", "they want money"), via=("which", "ask-size")),
    ),
    visited=("root",),
    entered_now=True,
    may_stay=False,
    over=True,
)


def full_facts(situation: Situation = FULL) -> dict[str, Facts]:
    """Facts with everything filled in, by the name of their decision."""
    return {
        "analysis": AnalysisFacts(situation=situation, reply=("It is packed.", "Why?"), instructions=INSTRUCTIONS),
        "consequential": ConsequentialFacts(
            situation=situation,
            offers=(
                ToolOffer(
                    tool=replace(FIND_ORDER, consequential=True),
                    reasons=("the customer asks for an order", "find the order"),
                    fixed={"address": {"city": "Oslo"}},
                    must_run=True,
                    overlaps=("seek_order",),
                ),
                ToolOffer(tool=Tool(id="seek_order"), reasons=(), overlaps=("find_order",)),
            ),
            others=(Tool(id="list_orders", description="Lists them all."),),
        ),
        "customer": CustomerFacts(
            situation=situation,
            goal="have shoes sent back",
            persona="is short of time",
            knows={"order number": "AB1234", "size": 41},
            until="the agent says when the parcel is fetched",
        ),
        "disambiguate": AmbiguityFacts(
            situation=situation,
            ambiguities=(
                AmbiguityView(
                    id="which-return",
                    condition="the customer wants to return something, unclear what",
                    meanings=(
                        PossibleMeaning(id="return-shoes", when="the customer returns shoes", then="ask why"),
                        PossibleMeaning(id="returns", when="Returns", then="taking shoes back"),
                    ),
                ),
            ),
        ),
        "draft": DraftFacts(
            situation=situation,
            instructions=INSTRUCTIONS,
            insights=(
                Insight(kind="missing", tool="find_order", parameter=ORDER_NUMBER),
                Insight(kind="invalid", tool="find_order", parameter=COLOURS, value="green", problem="not a choice"),
            ),
            mode=CompositionMode.STRICT,
        ),
        "follow_up": FollowUpFacts(
            situation=situation,
            draft="It is packed. It leaves tomorrow.",
            said="It is packed.",
            instructions=INSTRUCTIONS,
            candidates=(ResponseCandidate(id="leaves", text="It leaves tomorrow."),),
        ),
        "generate_field": FieldFacts(
            situation=situation, draft="It is packed.", template="Your order is {{generative.state}}.", field="state"
        ),
        "journey": JourneyFacts(situation=situation, journeys=(RETURNS,)),
        "judge": JudgeFacts(situation=situation, criterion="tells the status", reply=("It is packed.",)),
        "match": MatchFacts(
            situation=situation,
            candidates=(
                GuidelineCandidate(
                    id="abroad", kind="observation", condition="the customer lives abroad", tools_for="look up customs"
                ),
                GuidelineCandidate(
                    id="sorry",
                    kind="applied",
                    condition="the customer complains",
                    action="apologise",
                    description="once",
                    criticality=Criticality.HIGH,
                ),
            ),
        ),
        "preamble": PreambleFacts(
            situation=situation,
            examples=("One moment.",),
            guidance=("Never say sorry.",),
            candidates=(ResponseCandidate(id="moment", text="A moment, please."),),
        ),
        "properties": PropertyFacts(
            situation=situation,
            candidates=(
                PropertyCandidate(
                    id="sorry", condition="the customer complains", action="apologise", description="once"
                ),
                PropertyCandidate(id="where", condition="asks for an order", tools=("find_order: Looks up an order.",)),
            ),
        ),
        "recompose": RecomposeFacts(
            situation=situation,
            draft="It is packed.",
            instructions=INSTRUCTIONS,
            candidates=(ResponseCandidate(id="packed", text="Splendid! Your order is packed."),),
        ),
        "selection": SelectionFacts(
            situation=situation,
            draft="It is packed.",
            instructions=INSTRUCTIONS,
            candidates=(ResponseCandidate(id="packed", text="Your order is packed.", signals=("It's in the box",)),),
        ),
        "summarise": SummaryFacts(situation=situation, wanted=("order_id", "customer_name")),
        "tools": ToolFacts(
            situation=situation,
            offers=(
                ToolOffer(
                    tool=FIND_ORDER,
                    reasons=("the customer asks for an order", "find the order"),
                    fixed={"address": {"city": "Oslo"}},
                    must_run=True,
                ),
                ToolOffer(tool=Tool(id="ping"), reasons=(), at_hand=True),
            ),
            others=(Tool(id="pong"),),
        ),
    }


def bare_facts() -> dict[str, Facts]:
    """Facts with nothing in them, by the name of their decision."""
    return {
        "analysis": AnalysisFacts(situation=EMPTY, reply=(), instructions=()),
        "consequential": ConsequentialFacts(situation=EMPTY, offers=()),
        "customer": CustomerFacts(situation=EMPTY, goal=""),
        "disambiguate": AmbiguityFacts(situation=EMPTY, ambiguities=()),
        "draft": DraftFacts(situation=EMPTY, instructions=()),
        "follow_up": FollowUpFacts(situation=EMPTY, draft="Hello", said="Hi", instructions=(), candidates=()),
        "generate_field": FieldFacts(situation=EMPTY, draft="Hello", template="{{generative.x}}", field="x"),
        "journey": JourneyFacts(situation=EMPTY, journeys=()),
        "judge": JudgeFacts(situation=EMPTY, criterion=""),
        "match": MatchFacts(situation=EMPTY, candidates=()),
        "preamble": PreambleFacts(situation=EMPTY),
        "properties": PropertyFacts(situation=EMPTY, candidates=()),
        "recompose": RecomposeFacts(situation=EMPTY, draft="Hello", instructions=(), candidates=()),
        "selection": SelectionFacts(situation=EMPTY, draft="Hello", instructions=(), candidates=()),
        "summarise": SummaryFacts(situation=EMPTY),
        "tools": ToolFacts(situation=EMPTY, offers=()),
    }
