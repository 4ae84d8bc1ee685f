"""The books of a run: finished scenarios go into its journal one by one, and at the end into the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import cast

from ...engine.codec import dump, fingerprint, load
from ...engine.domain.agent import AgentDefinition
from ...engine.domain.values import JSON, canonical_json
from ..outcome import Outcome
from ..playing.means import Played
from ..plugin.settings import Options
from .errors import ResultsError
from .journal import Journal, new_run_id
from .masking import masked
from .remembering import with_history, with_past
from .revision import code_state
from .run import RunRecord


class Carrier:
    """Turns what was played into text that travels from a worker to its controller; each agent travels once."""

    def __init__(self) -> None:
        self._sent: set[str] = set()

    def pack(self, played: Played, redact: Sequence[str]) -> str:
        """What is stored of a scenario: secrets masked, ready for the journal."""
        sensitive = played.agent.sensitive if played.agent else ()
        patterns = (*redact, *(kind.pattern for kind in sensitive))
        packed = {
            "outcomes": [masked(dump(outcome), patterns=patterns) for outcome in played.outcomes],
            "agent": self._agent(played.agent),
            "notes": list(played.notes),
        }
        return canonical_json(packed)

    def _agent(self, agent: AgentDefinition | None) -> JSON:
        if agent is None:
            return None
        mark = fingerprint(agent)
        if mark in self._sent:
            return None
        self._sent.add(mark)
        return {"fingerprint": mark, "definition": dump(agent)}


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What a run has come to. Its journal is begun when the first scenario ends, so that collecting leaves no trace."""

    options: Options
    root: Path
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    agents: dict[str, AgentDefinition] = field(default_factory=dict[str, AgentDefinition])
    notes: dict[str, None] = field(default_factory=dict[str, None])
    _journal: Journal | None = None

    def take(self, packed: str) -> tuple[Outcome, ...]:
        """Write down a scenario that a Carrier packed, and give back its outcomes."""
        unpacked = json.loads(packed)
        agent: tuple[str, JSON] | None = None
        if found := unpacked["agent"]:
            agent = (found["fingerprint"], found["definition"])
            self.agents[agent[0]] = load(AgentDefinition, agent[1])
        for stored in unpacked["outcomes"]:
            self.journal.add_stored(stored, agent=agent)
        self.notes.update(dict.fromkeys(cast("list[str]", unpacked["notes"])))
        outcomes = tuple(load(Outcome, stored) for stored in unpacked["outcomes"])
        self.outcomes += outcomes
        return outcomes

    @property
    def journal(self) -> Journal:
        """The journal of this run."""
        if self._journal is None:
            self._journal = Journal(self.options.home / "runs", run=self._run())
        return self._journal

    def close(self) -> RunRecord | None:
        """End the run: its journal and those left behind go into the database. None where nothing was played."""
        if self._journal is None:
            return None
        self._journal.close()
        run = replace(
            self._journal.run,
            outcomes=tuple(self.outcomes),
            agents=dict(self.agents),
            report_path=self.options.report,
        )
        try:
            return self._stored(run, self._journal)
        except ResultsError as error:
            self.notes[f"results stay in {self._journal.path}: {error}"] = None
            return run

    def _stored(self, run: RunRecord, journal: Journal) -> RunRecord:
        """Take the run into the database, and tell it what is there of earlier ones as far as somebody wants it."""
        from .store import open_results  # duckdb is imported at the end of a run, when everything is played

        with open_results(self.options.db) as results:
            results.add(run)
            journal.remove()
            self.notes.update(dict.fromkeys(results.load_journals(self.options.home / "runs")))
            if run.report_path is None:
                return with_history(run, results)
            return with_past(run, results, compared=not self.options.baseline)

    def _run(self) -> RunRecord:
        code = code_state(self.root)
        model = self.options.namings.command_line
        return RunRecord(
            id=new_run_id(),
            started=datetime.now(UTC).isoformat(timespec="milliseconds"),
            revision=code.revision,
            branch=code.branch,
            dirty=code.dirty,
            label=self.options.label,
            model=model.name if model else "",
            version=version("understudy"),
        )
