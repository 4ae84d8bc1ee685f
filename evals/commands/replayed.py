"""The parts of `understudy recordings` that replay scenarios: explain, preview, prune."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..outcome import Outcome
from ..playing.replaying import Replayed, Replays, replay
from ..plugin.pruning import is_whole_suite
from ..plugin.settings import namings_at
from ..recordings.committed import AGENT_FILE, Committed
from ..recordings.entry import Entry, RecordedAsk
from ..recordings.inventory import entries_of, recordings_files
from ..recordings.preview import Estimate, Preview, preview_lines
from ..recordings.trial import TrialRecordings
from ..scenario import AgentFirst, CustomerSays, Scenario, Simulate
from .selecting import Selected


def explained(chosen: Sequence[Selected], *, model: str | None) -> Iterator[str]:
    """Why each scenario does not replay."""
    for replayed in _replay(chosen, model).scenarios:
        for outcome in replayed.outcomes:
            number = f", trial {outcome.trial}" if len(replayed.outcomes) > 1 else ""
            yield f"{replayed.node}{number}: {_how(replayed, outcome)}"


def previewed(chosen: Sequence[Selected], *, model: str | None) -> Iterator[str]:
    """What recording would take."""
    previews: list[Preview] = []
    history: list[tuple[int, Estimate]] = []
    for replayed in _replay(chosen, model).scenarios:
        if not replayed.trials:
            yield f"{replayed.node}: {_how(replayed, replayed.outcomes[0])}"
        previews += [_preview(replayed, recordings) for recordings in replayed.trials]
        history += _history(replayed)
    if previews:
        yield from preview_lines(previews, history)


def pruned(chosen: Sequence[Selected], *, model: str | None, dry_run: bool) -> Iterator[str]:
    """Remove what no scenario reads, and tell of it."""
    said = "would be removed" if dry_run else "removed"
    replays = _replay(chosen, model)
    removed = 0
    for replayed in replays.scenarios:
        if not replayed.is_whole:
            yield f"{replayed.node}: left as it is, for it does not replay to its end"
            continue
        for path, left in _unread(replayed):
            removed += len(left)
            yield f"{path}: {len(left)} {said} ({_named(left)})"
            if not dry_run:
                Committed(path).write([], without={entry.key for entry in left})
    for path, count in _leftovers(replays, chosen, dry_run=dry_run):
        removed += count
        yield f"{path}: {count} {said}"
    yield f"{removed} recordings {said}" if removed else "there is nothing to remove"


def _replay(chosen: Sequence[Selected], model: str | None) -> Replays:
    scenarios = [(selected.node, selected.scenario) for selected in chosen]
    return replay(scenarios, namings=namings_at(Path.cwd(), model=model))


def _how(replayed: Replayed, outcome: Outcome) -> str:
    if outcome.verdict == "inconclusive":
        return outcome.explanation
    if not replayed.trials:
        return f"the model {outcome.model!r} works its answers out; nothing is recorded"
    return "replays from its recordings"


def _preview(replayed: Replayed, recordings: TrialRecordings) -> Preview:
    other_model = any(miss.other_model for miss in recordings.misses)
    return Preview(
        node=replayed.node,
        trial=recordings.trial.number,
        turns=_turns(replayed.scenario),
        replayed=recordings.replayed,
        misses=(*recordings.misses, *recordings.untold),
        superseded=recordings.unused_of_any_model() if other_model else recordings.unused(),
        of_agent=tuple(entry for miss in recordings.misses if (entry := recordings.of_agent(miss.nearest))),
    )


def _history(replayed: Replayed) -> Iterator[tuple[int, Estimate]]:
    """What the turns of a scenario took that replays to its end."""
    if not replayed.is_whole or not replayed.trials:
        return
    for outcome in replayed.outcomes:
        yield len(outcome.turns), Estimate(asks=outcome.asks, usage=outcome.usage)


def _turns(scenario: Scenario) -> int:
    said = sum(isinstance(step, CustomerSays | AgentFirst) for step in scenario.script)
    return said + sum(step.turns for step in scenario.script if isinstance(step, Simulate))


def _unread(replayed: Replayed) -> Iterator[tuple[Path, tuple[Entry, ...]]]:
    """What a scenario that replays to its end did not read, and trials that it has no more."""
    if not replayed.trials:
        return
    own = replayed.trials[0]
    beyond = own.committed.entries.values()
    models = {own.trial.settings.model, *(settings.model for settings in own.trial.by_decision.values())}
    late = [entry for entry in beyond if entry.trial > len(replayed.trials) and _of_models(entry, models)]
    left = [*(entry for recordings in replayed.trials for entry in recordings.unused()), *late]
    if left:
        yield own.committed.path, tuple(left)


def _of_models(entry: Entry, models: set[str | None]) -> bool:
    return not isinstance(entry.body, RecordedAsk) or entry.body.model in models


def _leftovers(replays: Replays, chosen: Sequence[Selected], *, dry_run: bool) -> Iterator[tuple[Path, int]]:
    """What belongs to agents and was not read, and files of scenarios that there are no more: of whole suites only."""
    for folder in sorted({selected.folder for selected in chosen}):
        mine = [replayed for replayed in replays.scenarios if Path(replayed.scenario.place.file).parent == folder]
        played = {replayed.scenario.id for replayed in mine if replayed.is_whole}
        if not is_whole_suite(folder, played=played):
            continue
        known = {recordings.committed.path for replayed in mine for recordings in replayed.trials}
        for path in recordings_files(folder):
            if path.stem != AGENT_FILE and path not in known and known and path.parent == folder / "recordings":
                yield path, len(entries_of(path))
                if not dry_run:
                    path.unlink()
        kept = replays.agents.get(folder / "recordings" / f"{AGENT_FILE}.jsonl")
        if kept and (left := kept.unused(lambda entry: True)):
            yield kept.committed.path, len(left)
            if not dry_run:
                kept.save(without=frozenset(entry.key for entry in left))


def _named(left: Sequence[Entry]) -> str:
    return ", ".join(dict.fromkeys(f"{entry.name} in turn {entry.turn}" for entry in left))
