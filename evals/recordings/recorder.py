"""A model that is recorded, or replayed: a wrapper around any other, for one trial of one scenario."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...engine.codec import comparable
from ...engine.domain.ask import AnswerSource, Ask, Reply
from ...engine.domain.values import JSON, canonical_json, digest
from ...engine.ports import LLM
from .entry import Entry, RecordedAsk, SectionRef
from .errors import RecordingMissingError
from .key import AskRequest
from .stale import Made
from .trial import Served, TrialRecordings

OF_THE_AGENT = "agent/"
"""How the ids of asks begin that are about the agent and not about a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An ask with what it is found by."""

    ask: Ask
    request: AskRequest
    key: str
    ordinal: int
    texts: dict[str, str]


class Recorder:
    """An LLM that serves what is recorded and records what is not, as the mode of its trial says."""

    def __init__(self, inner: LLM, recordings: TrialRecordings) -> None:
        self._inner = inner
        self._recordings = recordings
        self._schemas: dict[str, tuple[Mapping[str, JSON], str]] = {}

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises RecordingMissingError where nothing is recorded and nothing may be called."""
        recordings = self._recordings
        if not recordings.trial.records(ask.decision):
            return await self._inner.ask(ask)
        if recordings.doomed:
            raise RecordingMissingError(explanation="not asked: this trial already misses a recording or a stand-in")
        if recordings.trial.mode == "live":
            return await self._call(ask)
        # Nothing is awaited up to here: placeholders and ordinals are given in the order of the asks, in every run.
        request = self._request(ask)
        key, ordinal = recordings.number(request)
        texts = {section.digest: section.text for section in request.sections}
        wanted = _Wanted(ask=ask, request=request, key=key, ordinal=ordinal, texts=texts)
        if served := self._served(wanted) or self._stale(wanted):
            return served
        if recordings.trial.mode == "replay":
            if ask.ahead:  # nothing is missed unless the answer is needed, and then it is asked again
                recordings.take_back(request)
                raise RecordingMissingError(explanation="asked ahead of its time, and not recorded")
            missed = recordings.missed(request, ordinal, made=self._made(wanted))
            raise RecordingMissingError(explanation=missed.explanation)
        async with recordings.paying(key):
            # Somebody else may have paid while we waited.
            return self._served(wanted) or await self._recorded(wanted)

    def _served(self, wanted: _Wanted) -> Reply | None:
        if self._recordings.trial.mode == "refresh":
            return None
        recorded = self._recordings.find_ask(wanted.key, wanted.texts, request=wanted.request)
        if recorded is None:
            return None
        self._recordings.replayed += 1
        return self._replayed(recorded)

    def _stale(self, wanted: _Wanted) -> Reply | None:
        recordings = self._recordings
        if not recordings.trial.stale or recordings.trial.mode == "refresh":
            return None
        recorded = recordings.find_stale(wanted.request, self._made(wanted), ordinal=wanted.ordinal)
        if recorded is None:
            return None
        recordings.replayed += 1
        return self._replayed(recorded)

    async def _recorded(self, wanted: _Wanted) -> Reply:
        ask, request = wanted.ask, wanted.request
        made = self._made(wanted)
        reply = await self._call(ask)
        redaction = self._recordings.redaction
        body = RecordedAsk(
            attempt=ask.attempt,
            model=request.settings.model or "",
            served=reply.model,
            sections=tuple(SectionRef(name=part.name, digest=part.digest) for part in request.sections),
            schema=digest(request.schema),
            facts=made.facts,
            template=made.template,
            settings=request.sampling,
            reply=redaction.answer(reply.text, born=wanted.key),
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            seconds=reply.seconds,
        )
        # A secret that the model made up is unknown in a replay; so that both go the same way, it is unknown now.
        redaction.forget(born=wanted.key)
        entry = Entry(key=wanted.key, name=ask.decision, turn=0, trial=request.trial, ordinal=wanted.ordinal, body=body)
        self._recordings.keep(entry, wanted.texts)
        return self._handed_on(body, source=reply.source)

    async def _call(self, ask: Ask) -> Reply:
        reply = await self._inner.ask(ask)
        self._recordings.live += 1
        return reply

    def _made(self, wanted: _Wanted) -> Made:
        facts = self._recordings.redaction.value(comparable(wanted.ask.facts), born=wanted.key)
        return Made(facts=digest(canonical_json(facts)), template=wanted.ask.template)

    def _request(self, ask: Ask) -> AskRequest:
        recordings = self._recordings
        redaction = recordings.redaction
        return AskRequest(
            decision=ask.decision,
            sections=tuple(replace(section, text=redaction.text(section.text)) for section in ask.sections),
            schema=redaction.text(self._schema(ask)),
            settings=ask.settings.over(recordings.trial.settings_for(ask.decision)),
            attempt=ask.attempt,
            trial=recordings.trial_of(agents=ask.id.startswith(OF_THE_AGENT)),
            stable_sections=ask.stable_sections,
        )

    def _schema(self, ask: Ask) -> str:
        """The schema as written: models fill in fields in the order in which it has them."""
        known = self._schemas.get(ask.decision)
        if known is None or known[0] is not ask.schema:  # the same object ask after ask
            text = json.dumps(ask.schema, ensure_ascii=False, separators=(",", ":"))
            known = self._schemas[ask.decision] = (ask.schema, text)
        return known[1]

    def _replayed(self, served: Served) -> Reply:
        return replace(self._handed_on(served.body, source="recorded"), recorded_at=served.recorded_at)

    def _handed_on(self, body: RecordedAsk, *, source: AnswerSource) -> Reply:
        return Reply(
            text=self._recordings.redaction.restore_answer(body.reply),
            model=body.served,
            usage=body.usage,
            finish_reason=body.finish_reason,
            source=source,
            seconds=body.seconds,
        )
