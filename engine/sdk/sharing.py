"""Canned responses declared on a server: for every agent, or for those that name them or share a tag with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..domain.knowledge import PREAMBLE, CannedResponse
from .draft import AgentDraft


class SharedResponses:
    """What agents have of a server's canned responses.

    One that a guideline or a state names belongs to what names it: it may be said only while that holds. One that
    nothing names is everybody's. A tag that an agent carries makes it that agent's, named or not.
    """

    def __init__(self, library: AgentDraft, drafts: Mapping[str, AgentDraft]) -> None:
        self._library = library
        self._drafts = drafts

    def of(self, draft: AgentDraft) -> tuple[CannedResponse, ...]:
        """An agent's canned responses: its own, then the server's."""
        shared = {name: item for name, item in self._library.responses.items() if _is_unbound(item)}
        own = tuple(item for name, item in draft.responses.items() if shared.get(name) is not item)
        anywhere = frozenset(name for each in (self._library, *self._drafts.values()) for name in _named(each))
        here = frozenset(_named(draft))
        carried = set(draft.settings.tags)
        theirs: list[CannedResponse] = []
        for name, item in shared.items():
            tagged = bool(carried & set(item.tags))
            everybodys = name not in anywhere and set(item.tags) <= {PREAMBLE}
            if name in here or tagged or everybodys:
                theirs.append(replace(item, exclusive=name in here and not tagged))
        return (*own, *theirs)


def _is_unbound(response: CannedResponse) -> bool:
    """Whether it was declared on the server itself and not on one of its journeys."""
    return response.journey is None and response.state is None


def _named(draft: AgentDraft) -> Iterator[str]:
    users: Sequence[Sequence[str]] = [
        *(guideline.canned_responses for guideline in draft.guidelines.values()),
        *(state.canned_responses for journey in draft.journeys.values() for state in journey.states.values()),
    ]
    for names in users:
        yield from names
