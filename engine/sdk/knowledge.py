"""Terms, capabilities and canned responses as an author holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from ..composition.canned import fields_of
from ..domain.knowledge import CannedResponse, Capability, Term
from ..domain.values import JSON, Source
from . import kinds
from .checking import checked, refuse_unknown, shown
from .draft import AgentDraft
from .names import caller, here
from .relations import Tag, tag_ids
from .response_fields import FieldLike, check_taken, fields_from


def add_response(draft: AgentDraft, response: CannedResponse) -> str:
    """Add a canned response and give its id: the author's, or its first words. Raises TemplateError."""
    response_id = draft.id_for(draft.responses, response.id or None, response.template)
    if response_id in draft.responses:
        made_at = draft.responses[response_id].source
        raise ValueError(f"a canned response {response_id!r} was declared at {made_at}; give this one another id=")
    named = replace(response, id=response_id)
    place = str(named.source or "")
    fields_of(named.template, response=response_id, place=place)
    check_taken(named.fields, template=named.template, dependencies=named.field_dependencies, place=place)
    draft.responses[response_id] = named
    return response_id


class ResponseOptions(TypedDict, total=False):
    """What may be said of a canned response beside its template."""

    signals: Sequence[str] | None
    tags: Sequence[Tag | str] | None
    metadata: Mapping[str, JSON] | None
    fields: Sequence[FieldLike] | None
    field_dependencies: Sequence[str] | None
    id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """To what a canned response belongs."""

    journey: str | None = None
    state: str | None = None
    """As `journey/state`."""


def make_response(
    draft: AgentDraft,
    template: str,
    *,
    source: Source | None = None,
    where: Where | None = None,
    **options: Unpack[ResponseOptions],
) -> str:
    """Add a canned response and give its id.

    Raises TemplateError, WrongKindError, and UnknownNameError for an unknown option or a field that is not taken.
    """
    refuse_unknown(options, ResponseOptions.__annotations__, of="a canned response")
    what = f"canned response {shown(options.get('id') or template)}"
    said = checked(what, {"template": template, **options}, kinds.RESPONSE, required=("template",))
    where = where or Where()
    response = CannedResponse(
        id=said.get("id", ""),
        template=template,
        signals=said.get("signals", ()),
        tags=tag_ids(said.get("tags", ())),
        journey=where.journey,
        state=where.state,
        fields=fields_from(said.get("fields", ())),
        field_dependencies=said.get("field_dependencies", ()),
        metadata=dict(said.get("metadata", {})),
        source=source or caller(),
    )
    return add_response(draft, response)


def add_term(
    draft: AgentDraft,
    *,
    name: str,
    description: str,
    synonyms: Sequence[str] | None = (),
    tags: Sequence[Tag | str] | None = (),
    id: str | None = None,
) -> Term:
    """Add a term to a glossary. Raises WrongKindError."""
    given = {"name": name, "description": description, "synonyms": synonyms, "tags": tags, "id": id}
    said = checked(f"term {shown(name)}", given, kinds.TERM, required=("name", "description"))
    term_id = draft.id_for(draft.terms, id, name)
    made = Term(
        id=term_id,
        name=name,
        description=description,
        synonyms=said.get("synonyms", ()),
        tags=tag_ids(said.get("tags", ())),
    )
    draft.terms[term_id] = made
    return made


class ExperimentalFeatures:
    """What may still change: capabilities."""

    def __init__(self, draft: AgentDraft) -> None:
        self._draft = draft

    async def create_capability(
        self,
        title: str,
        description: str,
        *,
        signals: Sequence[str] | None = (),
        tags: Sequence[Tag | str] | None = (),
        id: str | None = None,
    ) -> Capability:
        """Add something that the agent can do for customers; `signals` are requests that call for it.

        Prompts show those nearest to what is being said, so that the agent may offer them. One that is declared on a
        server with `tags` is known to the agents that carry one of them.
        """
        given = {"title": title, "description": description, "signals": signals, "tags": tags, "id": id}
        said = checked(f"capability {shown(title)}", given, kinds.CAPABILITY, required=("title", "description"))
        capability_id = self._draft.id_for(self._draft.capabilities, id, title)
        if capability_id in self._draft.capabilities:
            raise ValueError(here(f"a capability {capability_id!r} is there already; give this one another id="))
        made = Capability(
            id=capability_id,
            title=title,
            description=description,
            signals=said.get("signals", ()),
            tags=tag_ids(said.get("tags", ())),
        )
        self._draft.capabilities[capability_id] = made
        return made
