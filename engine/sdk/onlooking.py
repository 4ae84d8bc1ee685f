"""Looking on: what an onlooker makes of a conversation between an agent and its customer, without taking a turn in it.

A judge says whether a criterion is met, and whoever plays the customer says what the customer says next. Each is one
decision, put in a prompt of its own in which sensitive values have placeholders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..asking.situation import lines, said_in
from ..decisions.customer import CUSTOMER, CustomerAnswer
from ..decisions.decision import Decided, decide
from ..decisions.judge import JUDGE, JudgeAnswer
from ..domain.agent import AgentDefinition
from ..domain.onlooking_facts import CustomerFacts, JudgeFacts
from ..domain.sensitive import Masking
from ..domain.session import Session
from ..domain.situation import Situation
from ..domain.values import JSON
from ..masking import learn, texts_in
from ..ports import LLM

SEEN_BY_CUSTOMERS = ("customer", "agent", "operator")
"""Whose words a customer sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a simulated customer wants, and what there is to know of it."""

    goal: str
    persona: str = ""
    knows: Mapping[str, JSON] = field(default_factory=dict[str, JSON])
    until: str = ""


async def judge_reply(
    session: Session, agent: AgentDefinition, *, criterion: str, reply: tuple[str, ...], llm: LLM, ask_id: str
) -> Decided[JudgeAnswer]:
    """Whether what the agent said meets a criterion: in `reply`, else in the whole conversation.

    Raises UndecidedError where no answer is acceptable, ModelError where there is none.
    """
    seen = Situation(
        agent_name=agent.name,
        agent_description=agent.description,
        customer_name=session.customer.name,
        conversation=lines(session.events, ""),
        masking=_masking(session, agent, also=(criterion, *reply)),
    )
    facts = JudgeFacts(situation=seen, criterion=criterion, reply=reply)
    return await decide(JUDGE, facts, llm=llm, ask_id=ask_id)


async def next_of_customer(
    session: Session, agent: AgentDefinition, *, wish: Wish, llm: LLM, ask_id: str
) -> Decided[CustomerAnswer]:
    """What a customer with this wish says next, or how it ended.

    Raises UndecidedError where no answer is acceptable, ModelError where there is none.
    """
    told = (wish.goal, wish.persona, wish.until, *texts_in(dict(wish.knows)))
    seen = Situation(
        agent_name=agent.name,
        agent_description="",
        customer_name=session.customer.name,
        conversation=tuple(line for line in lines(session.events, "") if line.speaker in SEEN_BY_CUSTOMERS),
        masking=_masking(session, agent, also=told),
    )
    facts = CustomerFacts(situation=seen, goal=wish.goal, persona=wish.persona, knows=wish.knows, until=wish.until)
    return await decide(CUSTOMER, facts, llm=llm, ask_id=ask_id)


def _masking(session: Session, agent: AgentDefinition, *, also: Iterable[str]) -> Masking | None:
    if not agent.sensitive:
        return None
    known = Masking(patterns=agent.sensitive, known=session.masked)
    return learn(known, (*said_in(session.events), session.customer.name, *also))
