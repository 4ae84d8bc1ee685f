"""What retrievers found, where texts lie and what moderators think, recorded or replayed."""

import base64
import struct
import time
from collections.abc import Sequence

from ...engine import Fault, guarded
from ...engine.codec import dump
from ...engine.domain.knowledge import RetrieverResult
from ...engine.domain.session import Session
from ...engine.domain.tool import ToolResult
from ...engine.domain.values import JSON, digest
from ...engine.ports import Embedder, Moderation, Moderator, Retrieval, RetrieverRunner, Vector
from .entry import Entry, RecordedCall, RecordedJudgement, RecordedVector, result_from_json
from .errors import RecordingMissingError
from .key import Request, TextRequest, ToolRequest
from .trial import TrialRecordings

DOOMED = "not looked up: this trial already misses a recording or a stand-in"
NOTHING = "nothing"
"""The mark of a retriever that found nothing."""


class RetrieverBrokeError(Exception):
    """What a retriever raised when it was recorded; raised again under the name of what it was."""


class RecordingRetrievers:
    """Retrievers of a trial: what is recorded is served, what is not is run, as the mode of the trial says."""

    def __init__(self, inner: RetrieverRunner, recordings: TrialRecordings) -> None:
        self._inner = inner
        self._recordings = recordings

    async def run(self, retrieval: Retrieval, /) -> RetrieverResult | None:
        """What a retriever found. Raises what it raises, and RecordingMissingError in a replay."""
        recordings = self._recordings
        if recordings.doomed:
            raise RecordingMissingError(explanation=DOOMED)
        if recordings.trial.mode == "live":
            return await self._inner.run(retrieval)
        request = self._request(retrieval)
        key, ordinal = recordings.number(request)
        recorded = recordings.find(key, RecordedCall, request=request)
        if recorded is not None and recordings.trial.mode != "refresh":
            return _found(result_from_json(recordings.redaction.restore_value(dump(recorded.result))))
        if recordings.trial.mode == "replay":
            raise RecordingMissingError(explanation=recordings.missed(request, ordinal).explanation)
        return await self._run(retrieval, request, key=key, ordinal=ordinal)

    async def _run(
        self, retrieval: Retrieval, request: ToolRequest, *, key: str, ordinal: int
    ) -> RetrieverResult | None:
        started = time.perf_counter()
        outcome = await guarded(lambda: self._inner.run(retrieval), what=f"retriever {retrieval.retriever.id!r}")
        stored = self._recordings.redaction.value(dump(_stored(outcome)), born=key)
        body = RecordedCall(
            arguments=request.arguments,
            caller=request.caller,
            result=result_from_json(stored),
            seconds=time.perf_counter() - started,
            kind="retriever",
        )
        self._recordings.keep(
            Entry(key=key, name=request.tool, turn=0, trial=request.trial, ordinal=ordinal, body=body)
        )
        return _found(_stored(outcome))

    def _request(self, retrieval: Retrieval) -> ToolRequest:
        context, redaction = retrieval.context, self._recordings.redaction
        said: JSON = [[message.source, message.text] for message in context.interaction.messages]
        caller: JSON = {
            "agent": context.agent.id,
            "customer": dump(context.customer),
            "variables": dict(context.variables),
        }
        return ToolRequest(
            tool=retrieval.retriever.id,
            arguments=redaction.value({"conversation": said}),
            caller=redaction.value(caller),
            trial=self._recordings.trial.number,
            kind="retriever",
        )


class RecordingEmbedder:
    """An embedder of which every text is recorded once for the agent, whichever scenario it comes from."""

    def __init__(self, inner: Embedder, recordings: TrialRecordings, *, model: str) -> None:
        self._inner = inner
        self._recordings = recordings
        self._model = model

    @property
    def near(self) -> float:
        """The embedder's own."""
        return self._inner.near

    async def embed(self, texts: Sequence[str], /) -> tuple[Vector, ...]:
        """A vector for each text. Raises RecordingMissingError in a replay, and what the embedder raises."""
        recordings = self._recordings
        if recordings.trial.mode == "live":
            return await self._inner.embed(texts)
        asked = {text: self._request(text) for text in dict.fromkeys(texts)}
        known = {text: vector for text, request in asked.items() if (vector := self._recorded(request)) is not None}
        missing = [text for text in asked if text not in known]
        if missing and recordings.trial.mode == "replay":
            raise _missed(recordings, asked[missing[0]])
        made = zip(missing, await self._inner.embed(missing), strict=True) if missing else ()
        for text, vector in made:
            known[text] = self._kept(asked[text], vector)
        return tuple(known[text] for text in texts)

    def _request(self, text: str) -> TextRequest:
        redacted = self._recordings.redaction.text(text)
        trial = self._recordings.trial_of(agents=True)
        return TextRequest(model=self._model, text=redacted, kind="embedding", trial=trial)

    def _recorded(self, request: TextRequest) -> Vector | None:
        if self._recordings.trial.mode == "refresh":
            return None
        recorded = self._recordings.find(request.key, RecordedVector, request=request)
        return None if recorded is None else unpacked(recorded.vector)

    def _kept(self, request: TextRequest, vector: Vector) -> Vector:
        stored = packed(vector)
        _keep(
            self._recordings, request, body=RecordedVector(model=self._model, text=digest(request.text), vector=stored)
        )
        # A replay knows the rounded numbers only, so the run that records goes by them too.
        return unpacked(stored)


class RecordingModerator:
    """A moderator whose judgement on a text is recorded."""

    def __init__(self, inner: Moderator, recordings: TrialRecordings, *, service: str) -> None:
        self._inner = inner
        self._recordings = recordings
        self._service = service

    async def check(self, text: str, session: Session, /) -> Moderation:
        """Judge a message. Raises RecordingMissingError in a replay, and what the moderator raises."""
        recordings = self._recordings
        if recordings.trial.mode == "live":
            return await self._inner.check(text, session)
        request = TextRequest(
            model=self._service,
            text=recordings.redaction.text(text),
            kind="moderation",
            trial=recordings.trial.number,
        )
        recorded = recordings.find(request.key, RecordedJudgement, request=request)
        if recorded is not None and recordings.trial.mode != "refresh":
            return Moderation(tags=tuple(recorded.judgement))
        if recordings.trial.mode == "replay":
            raise _missed(recordings, request)
        judgement = await self._inner.check(text, session)
        body = RecordedJudgement(service=self._service, text=digest(request.text), judgement=list(judgement.tags))
        _keep(recordings, request, body=body)
        return judgement


def packed(vector: Vector) -> str:
    """A vector as it is stored."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


def unpacked(stored: str) -> Vector:
    """A stored vector."""
    content = base64.b64decode(stored)
    return struct.unpack(f"<{len(content) // 4}f", content)


def _keep(recordings: TrialRecordings, request: TextRequest, *, body: RecordedVector | RecordedJudgement) -> None:
    recordings.keep(Entry(key=request.key, name=request.model, turn=0, trial=request.trial, ordinal=1, body=body))


def _missed(recordings: TrialRecordings, request: Request) -> RecordingMissingError:
    return RecordingMissingError(explanation=recordings.missed(request, 1).explanation)


def _stored(result: RetrieverResult | Fault | None) -> ToolResult:
    """What a retriever did, in the form in which results are stored."""
    if isinstance(result, Fault):
        return ToolResult(error=result.error, metadata={"exception": result.exception})
    if result is None:
        return ToolResult(metadata={NOTHING: True})
    return ToolResult(
        result.data,
        metadata={"metadata": dict(result.metadata)},
        canned_responses=result.canned_responses,
        canned_response_fields=result.canned_response_fields,
        guidelines=result.guidelines,
    )


def _found(stored: ToolResult) -> RetrieverResult | None:
    if stored.error is not None:
        name = str(stored.metadata.get("exception", RetrieverBrokeError.__name__))
        raise type(name, (RetrieverBrokeError,), {})(stored.error)
    if stored.metadata.get(NOTHING):
        return None
    return RetrieverResult(
        stored.data,
        metadata=stored.metadata["metadata"],
        canned_responses=stored.canned_responses,
        canned_response_fields=stored.canned_response_fields,
        guidelines=stored.guidelines,
    )
