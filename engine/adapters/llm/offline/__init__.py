"""The embedded model: answers every decision from its facts by rules, without a key, a network or chance.

It knows words, not meaning: stems and everyday synonyms, the agent's glossary, speech acts, quoted values, dates,
numbers and ids. Whoever shows its answers should say "offline model".
"""

from collections.abc import AsyncIterator
from typing import assert_never

from ....domain.ask import Ask, Reply
from ....domain.facts import (
    AmbiguityFacts,
    AnalysisFacts,
    ConsequentialFacts,
    CustomerFacts,
    DraftFacts,
    Facts,
    FieldFacts,
    FollowUpFacts,
    JourneyFacts,
    JudgeFacts,
    MatchFacts,
    PreambleFacts,
    PropertyFacts,
    RecomposeFacts,
    SelectionFacts,
    SummaryFacts,
    ToolFacts,
)
from ....domain.values import JSON, canonical_json
from ..pieces import pieces_of
from .analysis import answer_analysis
from .customer import answer_customer
from .disambiguate import answer_disambiguate
from .draft import answer_draft
from .follow_up import answer_follow_up
from .generate_field import answer_generate_field
from .journey import answer_journey
from .judge import answer_judge
from .match import answer_match
from .preamble import answer_preamble
from .properties import answer_properties
from .recompose import answer_recompose
from .selection import answer_selection
from .summarise import answer_summarise
from .tools import answer_consequential, answer_tools


class OfflineModel:
    """Answers each decision by rules. Equal facts get equal answers, in every process."""

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer from the ask's facts; its prompt and settings are not read, and nothing is raised."""
        return Reply(text=canonical_json(answer(ask.facts)), model="offline", source="offline")

    async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
        """The same answer, word by word."""
        reply = await self.ask(ask)
        for piece in pieces_of(reply.text):
            yield piece
        yield reply


def answer(facts: Facts) -> dict[str, JSON]:
    """The answer to a decision, as JSON of its answer type."""
    match facts:
        case MatchFacts():
            return answer_match(facts)
        case AmbiguityFacts():
            return answer_disambiguate(facts)
        case PropertyFacts():
            return answer_properties(facts)
        case JourneyFacts():
            return answer_journey(facts)
        case ToolFacts():
            return answer_tools(facts)
        case ConsequentialFacts():
            return answer_consequential(facts)
        case DraftFacts():
            return answer_draft(facts)
        case SelectionFacts():
            return answer_selection(facts)
        case RecomposeFacts():
            return answer_recompose(facts)
        case FieldFacts():
            return answer_generate_field(facts)
        case FollowUpFacts():
            return answer_follow_up(facts)
        case PreambleFacts():
            return answer_preamble(facts)
        case AnalysisFacts():
            return answer_analysis(facts)
        case SummaryFacts():
            return answer_summarise(facts)
        case JudgeFacts():
            return answer_judge(facts)
        case CustomerFacts():
            return answer_customer(facts)
        case _:
            assert_never(facts)


__all__ = ["OfflineModel", "answer"]
