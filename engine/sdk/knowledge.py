"""Terms, capabilities and canned responses as an author holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from ..composition.canned import fields_of
from ..domain.knowledge import CannedResponse, Capability, Term
from ..domain.values import JSON
from ..errors import UnknownNameError
from .draft import AgentDraft
from .names import caller
from .relations import Tag, tag_ids


def add_response(draft: AgentDraft, response: CannedResponse) -> str:
    """Add a canned response and give its id: the author's, or its first words. Raises TemplateError."""
    response_id = draft.id_for(draft.responses, response.id or None, response.template)
    if response_id in draft.responses:
        made_at = draft.responses[response_id].source
        raise ValueError(f"a canned response {response_id!r} was declared at {made_at}; give this one another id=")
    named = replace(response, id=response_id)
    fields_of(named.template, response=response_id, place=str(named.source or ""))
    draft.responses[response_id] = named
    return response_id


class ResponseOptions(TypedDict, total=False):
    """What may be said of a canned response beside its template."""

    signals: Sequence[str]
    tags: Sequence[Tag | str]
    metadata: Mapping[str, JSON] | None
    field_dependencies: Sequence[str]
    id: str | None


def make_response(draft: AgentDraft, template: str, **options: Unpack[ResponseOptions]) -> str:
    """Add a canned response and give its id. Raises TemplateError, and UnknownNameError for an unknown option."""
    known = ResponseOptions.__annotations__
    for option in options:
        if option not in known:
            place = str(caller() or "")
            raise UnknownNameError(kind="option of a canned response", name=option, known=known, place=place)
    response = CannedResponse(
        id=options.get("id") or "",
        template=template,
        signals=tuple(options.get("signals", ())),
        tags=tag_ids(options.get("tags", ())),
        field_dependencies=tuple(options.get("field_dependencies", ())),
        metadata=dict(options.get("metadata") or {}),
        source=caller(),
    )
    return add_response(draft, response)


def add_term(draft: AgentDraft, *, name: str, description: str, synonyms: Sequence[str], id: str | None) -> Term:
    """Add a term to an agent's glossary."""
    term_id = draft.id_for(draft.terms, id, name)
    made = Term(id=term_id, name=name, description=description, synonyms=tuple(synonyms))
    draft.terms[term_id] = made
    return made


class ExperimentalFeatures:
    """What may still change: capabilities."""

    def __init__(self, draft: AgentDraft) -> None:
        self._draft = draft

    async def create_capability(
        self, title: str, description: str, *, signals: Sequence[str] = (), id: str | None = None
    ) -> Capability:
        """Add something that the agent can do for customers; `signals` are requests that call for it.

        Prompts show those nearest to what is being said, so that the agent may offer them.
        """
        capability_id = self._draft.id_for(self._draft.capabilities, id, title)
        if capability_id in self._draft.capabilities:
            raise ValueError(f"{caller()}: a capability {capability_id!r} is there already; give this one another id=")
        made = Capability(id=capability_id, title=title, description=description, signals=tuple(signals))
        self._draft.capabilities[capability_id] = made
        return made
