"""Lines of the log on what a turn went by beside the conversation: values, what was found, left out, changed."""

import logging
from collections.abc import Iterator

from ..domain.knowledge import Retrieved
from ..domain.trace_context import ContextTrace, VariableRefresh
from ..domain.values import canonical_json
from .log_line import LogLine, since


def context_lines(old: ContextTrace, new: ContextTrace) -> Iterator[LogLine]:
    """The lines for what came to this part of the trace."""
    for flagged in since(old.flagged, new.flagged):
        text = f"Flagged message {flagged.offset} for {', '.join(flagged.tags)}"
        yield LogLine(level=logging.INFO, scope="moderation", text=text)
    for refreshed in since(old.refreshed, new.refreshed):
        yield LogLine(level=logging.DEBUG, scope="variables", text=_refreshed(refreshed))
    if new.compressed is not None and new.compressed != old.compressed:
        left = new.compressed
        text = f"Left out events {left.first} to {left.last}, {left.tokens_before} -> {left.tokens_after} tokens"
        yield LogLine(level=logging.DEBUG, scope="compression", text=text)
    for retrieved in since(old.retrieved, new.retrieved):
        yield LogLine(level=logging.DEBUG, scope="retrievers", text=_retrieved(retrieved))
    for changed in since(old.session_changes, new.session_changes):
        text = f"Changed by {changed.by}: {canonical_json(dict(changed.changes))}"
        yield LogLine(level=logging.INFO, scope="session", text=text)


def _refreshed(refreshed: VariableRefresh) -> str:
    if refreshed.error:
        return f"Not refreshed {refreshed.variable!r} by {refreshed.tool}: {refreshed.error}"
    value = canonical_json(refreshed.value)
    return f"Refreshed {refreshed.variable!r} ({refreshed.scope}) by {refreshed.tool}: {value}"


def _retrieved(retrieved: Retrieved) -> str:
    because = f" ({retrieved.because})" if retrieved.because else ""
    if retrieved.error:
        return f"Failed retriever {retrieved.retriever!r}{because}: {retrieved.error}"
    if retrieved.result is None:
        return f"Found nothing {retrieved.retriever!r}{because}"
    return f"Found {retrieved.retriever!r}{because} gave {canonical_json(retrieved.result.data)}"
