"""A model that is recorded, or replayed: a wrapper around any other, for one trial of one scenario."""

import json
from collections.abc import Mapping
from dataclasses import replace

from ...engine.codec import comparable
from ...engine.domain.ask import AnswerSource, Ask, Reply
from ...engine.domain.values import canonical_json, digest
from ...engine.ports import LLM
from .entry import Entry, RecordedAsk, SectionRef
from .errors import RecordingMissingError
from .key import AskRequest
from .trial import TrialRecordings


class Recorder:
    """An LLM that serves what is recorded and records what is not, as the mode of its trial says."""

    def __init__(self, inner: LLM, recordings: TrialRecordings) -> None:
        self._inner = inner
        self._recordings = recordings

    async def ask(self, ask: Ask, /) -> Reply:
        """Answer one ask. Raises RecordingMissingError where nothing is recorded and nothing may be called."""
        recordings = self._recordings
        if recordings.doomed:
            raise RecordingMissingError(explanation="not asked: this trial already misses a recording or a stand-in")
        if recordings.trial.mode == "live":
            return await self._call(ask)
        # Nothing is awaited up to here: placeholders and ordinals are given in the order of the asks, in every run.
        request = self._request(ask)
        key, ordinal = recordings.number(request)
        texts = {section.digest: section.text for section in request.sections}
        if served := self._served(key, texts):
            return served
        if recordings.trial.mode == "replay":
            raise RecordingMissingError(explanation=recordings.missed(request, ordinal).explanation)
        async with recordings.paying(key):
            # Somebody else may have paid while we waited.
            return self._served(key, texts) or await self._recorded(ask, request, key=key, ordinal=ordinal, texts=texts)

    def _served(self, key: str, texts: Mapping[str, str]) -> Reply | None:
        if self._recordings.trial.mode == "refresh":
            return None
        recorded = self._recordings.find_ask(key, texts)
        if recorded is None:
            return None
        self._recordings.replayed += 1
        return self._handed_on(recorded, source="recorded")

    async def _recorded(
        self, ask: Ask, request: AskRequest, *, key: str, ordinal: int, texts: Mapping[str, str]
    ) -> Reply:
        reply = await self._call(ask)
        redaction = self._recordings.redaction
        body = RecordedAsk(
            attempt=ask.attempt,
            model=request.settings.model or "",
            served=reply.model,
            sections=tuple(SectionRef(name=part.name, digest=part.digest) for part in request.sections),
            schema=digest(request.schema),
            facts=digest(canonical_json(redaction.value(comparable(ask.facts), born=key))),
            template=ask.template,
            settings=request.sampling,
            reply=redaction.answer(reply.text, born=key),
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            seconds=reply.seconds,
        )
        # A secret that the model made up is unknown in a replay; so that both go the same way, it is unknown now.
        redaction.forget(born=key)
        number = self._recordings.trial.number
        entry = Entry(key=key, name=ask.decision, turn=0, trial=number, ordinal=ordinal, body=body)
        self._recordings.keep(entry, texts)
        return self._handed_on(body, source=reply.source)

    async def _call(self, ask: Ask) -> Reply:
        reply = await self._inner.ask(ask)
        self._recordings.live += 1
        return reply

    def _request(self, ask: Ask) -> AskRequest:
        redaction = self._recordings.redaction
        return AskRequest(
            decision=ask.decision,
            sections=tuple(replace(section, text=redaction.text(section.text)) for section in ask.sections),
            # As written: models fill in fields in the order in which the schema has them.
            schema=redaction.text(json.dumps(ask.schema, ensure_ascii=False, separators=(",", ":"))),
            settings=ask.settings.over(self._recordings.trial.settings),
            attempt=ask.attempt,
            trial=self._recordings.trial.number,
        )

    def _handed_on(self, body: RecordedAsk, *, source: AnswerSource) -> Reply:
        return Reply(
            text=self._recordings.redaction.restore_answer(body.reply),
            model=body.served,
            usage=body.usage,
            finish_reason=body.finish_reason,
            source=source,
            seconds=body.seconds,
        )
