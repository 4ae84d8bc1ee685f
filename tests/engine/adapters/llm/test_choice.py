"""A model by its name."""

import pytest

from understudy.engine.adapters.llm.blocked import BlockedModel
from understudy.engine.adapters.llm.choice import make_llm
from understudy.engine.adapters.llm.litellm import LiteLLMModel
from understudy.engine.adapters.llm.offline import OfflineModel
from understudy.engine.errors import UnknownNameError


def test_offline_is_the_model_that_works_answers_out() -> None:
    assert isinstance(make_llm("offline"), OfflineModel)


def test_blocked_is_the_model_that_refuses() -> None:
    assert isinstance(make_llm("blocked"), BlockedModel)


def test_any_other_name_is_litellms() -> None:
    model = make_llm("openai/gpt-4o-mini", temperature=0)
    assert isinstance(model, LiteLLMModel)
    assert model.model == "openai/gpt-4o-mini"


@pytest.mark.parametrize("name", ["offlin", "Offline", "ofline", "bloked"])
def test_a_misspelt_built_in_model_is_not_sent_to_litellm(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"no model is called '{name}'; did you mean"):
        make_llm(name)


def test_no_name_is_no_model() -> None:
    with pytest.raises(UnknownNameError, match="no model is called ''"):
        make_llm("")
