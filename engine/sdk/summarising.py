"""A summary of a conversation for whoever asks for one."""

from ..decisions.decision import decide
from ..decisions.summarise import SUMMARISE
from ..domain.agent import AgentDefinition
from ..domain.session import Session
from ..domain.trace import Trace
from ..domain.turn import Turn
from ..services import Services
from ..stages.compress import facts_of
from ..stages.load_context import masking_at_start


async def summary_of(session: Session, *, agent: AgentDefinition, services: Services) -> str:
    """A summary of all that was said since the last one. Raises UndecidedError, and ModelError where none answers."""
    turn = Turn(agent=agent, session=session, trace=Trace(trace_id="", turn=session.turns))
    turn = masking_at_start(turn)
    facts = facts_of(turn, session.since_summary)
    settings = services.settings_for(SUMMARISE.name)
    decided = await decide(SUMMARISE, facts, llm=services.llm, ask_id="0/summarise/1", settings=settings)
    return decided.answer.summary
