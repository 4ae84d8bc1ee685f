"""What scenarios of one process share: models, recordings of agents, inference, and the disk cache."""

from pathlib import Path

from ...engine import BuiltAgent, ByDecision, Inference
from ...engine.domain.values import canonical_json
from ...engine.ports import LLM
from ..recordings.cache import Cache
from ..recordings.committed import AGENT_FILE, Committed, recordings_file
from ..recordings.kept import Kept
from ..recordings.trial import COMPUTED
from ..scenario import ModelChoice
from .means import Means
from .models import ModelNamed


class Equipment:
    """Each model made once, each agent's file read once."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._models: dict[str, LLM] = {}
        self._inferences: dict[str, Inference] = {}
        self.of_agents: dict[Path, Kept] = {}
        """Files of what belongs to agents, by their paths."""
        self.cache = Cache(means.cache) if means.cache else None

    def close(self) -> None:
        """Let go of files."""
        if self.cache:
            self.cache.close()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the cache could not be read or kept."""
        return self.cache.warnings if self.cache else ()

    def of_agent(self, folder: Path) -> Kept:
        """What belongs to the agents of a suite."""
        path = recordings_file(folder, AGENT_FILE)
        if path not in self.of_agents:
            self.of_agents[path] = Kept(Committed(path))
        return self.of_agents[path]

    def inference(self, named: ModelNamed, agent: BuiltAgent) -> Inference | None:
        """Who infers what an agent's author left open: nobody where that is unwanted or a rule would answer."""
        model = named.settings_by_decision.get("properties", named.settings).model or ""
        if model in COMPUTED or agent.infer_properties is False:
            return None
        return self._inferences.setdefault(model, Inference())

    def llm(self, named: ModelNamed) -> LLM:
        """The model that was named, with those of single decisions."""
        usual = self._model(named.choice, named)
        own = {decision: self._model(choice, named) for decision, choice in named.by_decision.items()}
        return ByDecision(usual, own) if own else usual

    def _model(self, choice: ModelChoice, named: ModelNamed) -> LLM:
        if choice.name in named.objects:
            return named.objects[choice.name]
        key = f"{choice.name} {canonical_json(dict(choice.settings))}"
        if key not in self._models:
            priced = {} if self._means.price is None or choice.name in COMPUTED else {"price": self._means.price}
            self._models[key] = self._means.make_llm(choice.name, **{**priced, **choice.settings})
        return self._models[key]
