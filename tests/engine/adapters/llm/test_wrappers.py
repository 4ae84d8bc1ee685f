"""Wrappers around any model: by decision, in order, counted, throttled, on a budget."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

import understudy.engine as p
from understudy.engine.adapters.llm.budget import Budgeted, OwnPurse
from understudy.engine.adapters.llm.choice import make_llm
from understudy.engine.adapters.llm.counting import Counting
from understudy.engine.adapters.llm.routing import ByDecision, Fallbacks
from understudy.engine.adapters.llm.streams import stream_of
from understudy.engine.adapters.llm.throttle import Gate, Throttled
from understudy.engine.domain.ask import Ask, Reply, Settings, Usage
from understudy.engine.errors import BudgetError, ModelUnavailableError
from understudy.engine.ports import LLM

from ....loopback import Answer, in_turn, loopback
from .test_litellm import ASK, KEY


@dataclass
class Provider:
    """Answers with its name, costs what it costs, and may fail."""

    name: str = "a"
    cost: float = 0.1
    most: float | None = 0.4
    fails: ModelUnavailableError | None = None
    cut_off: int = 0
    asked: list[Ask] = field(default_factory=list)

    async def ask(self, ask: Ask, /) -> Reply:
        self.asked.append(ask)
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        usage = Usage(prompt_tokens=10, answer_tokens=1, cost=self.cost)
        return Reply(text=self.name, model=self.name, usage=usage, cut_off=self.cut_off)

    def most_it_may_cost(self, ask: Ask) -> float | None:
        return self.most


def answer(llm: LLM, ask: Ask = ASK) -> str:
    return asyncio.run(llm.ask(ask)).text


def pieces(llm: LLM) -> list[str]:
    async def listen() -> list[str]:
        return [piece if isinstance(piece, str) else f"<{piece.model}>" async for piece in stream_of(llm, ASK)]

    return asyncio.run(listen())


def test_a_decision_with_a_model_of_its_own_is_answered_by_it() -> None:
    llm = ByDecision(Provider("usual"), {"draft": Provider("writer")})
    assert answer(llm) == "usual"
    assert answer(llm, replace(ASK, decision="draft")) == "writer"
    assert pieces(llm) == ["usual", "<usual>"]


def test_the_next_model_answers_as_itself_when_the_one_before_can_not_be_had() -> None:
    down, up = Provider("down", fails=ModelUnavailableError("down")), Provider("up")
    asked = replace(ASK, settings=Settings(model="openai/first", temperature=0.5))
    assert answer(Fallbacks([down, up]), asked) == "up"
    assert [provider.asked[0].settings.model for provider in (down, up)] == ["openai/first", None]
    assert up.asked[0].settings.temperature == 0.5
    assert pieces(Fallbacks([down, up])) == ["up", "<up>"]


def test_where_no_model_can_be_had_each_is_heard() -> None:
    with pytest.raises(ModelUnavailableError, match=r"(?s)first is down.*and then second is down"):
        answer(Fallbacks([Provider(fails=ModelUnavailableError(f"{name} is down")) for name in ("first", "second")]))


def test_a_stream_that_has_begun_is_not_taken_over() -> None:
    class BreaksOff(Provider):
        async def stream(self, ask: Ask, /) -> AsyncIterator[str | Reply]:
            yield "half"
            raise ModelUnavailableError("broke off")

    other = Provider("other")
    with pytest.raises(ModelUnavailableError, match="broke off"):
        pieces(Fallbacks([BreaksOff(), other]))
    assert other.asked == []


def test_fallbacks_are_a_setting_of_a_model() -> None:
    with loopback(in_turn(Answer(status=400, text="no such model"))) as down, loopback(in_turn("{}")) as up:
        other = {"name": "openai/second", "api_base": up.url, "api_key": KEY}
        llm = make_llm("openai/first", api_base=down.url, api_key=KEY, fallbacks=[other])
        assert answer(llm) == "{}"
    assert up.requests[0]["model"] == "second"
    with pytest.raises(ValueError, match="fallbacks: 7 names no model"):
        make_llm("openai/first", fallbacks=[7])


def test_asks_are_counted_by_decision_with_what_they_took() -> None:
    counting = Counting(Provider())
    answer(counting)
    answer(counting, replace(ASK, decision="draft"))
    pieces(counting)
    assert (counting.total, counting.asks) == (3, {"match": 2, "draft": 1})
    assert (counting.usage.prompt_tokens, counting.usage.answer_tokens) == (30, 3)
    assert counting.usage.cost == pytest.approx(0.3)


def test_no_more_begin_in_a_minute_than_are_allowed() -> None:
    now, waited = [100.0], []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    gate = Gate(requests_per_minute=2, clock=lambda: now[0], sleep=sleep)
    llm = Throttled(Provider(), gate)
    for _ in range(2):
        answer(llm)
    now[0] += 20
    assert waited == []
    answer(llm)
    assert waited == [40.0]
    assert pieces(llm) == ["a", "<a>"]


def test_no_more_are_under_way_than_are_allowed_in_any_event_loop() -> None:
    under_way, most = 0, []

    class Slow(Provider):
        async def ask(self, ask: Ask, /) -> Reply:
            nonlocal under_way
            under_way += 1
            most.append(under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return await super().ask(ask)

    llm = Throttled(Slow(), Gate(max_concurrent=2))

    async def five() -> None:
        await asyncio.gather(*(llm.ask(ASK) for _ in range(5)))

    asyncio.run(five())
    asyncio.run(five())
    assert (max(most), len(most)) == (2, 10)


def test_a_limit_that_lets_nothing_through_is_refused() -> None:
    with pytest.raises(ValueError, match="max_concurrent=0: at least 1 has to get through"):
        Gate(max_concurrent=0)
    with pytest.raises(ValueError, match="requests_per_minute=0: at least 1 has to get through"):
        Gate(requests_per_minute=0)


def test_a_call_that_could_pass_the_budget_is_not_made() -> None:
    provider, purse = Provider(), OwnPurse(0.5)
    llm = Budgeted(provider, purse)
    answer(llm)  # 0.4 was set aside, 0.1 was spent
    answer(llm)
    assert purse.left == pytest.approx(0.3)
    with pytest.raises(BudgetError, match=r"may cost up to \$0\.4, and of the budget of \$0\.5 there is \$0\.3 left"):
        answer(llm)
    assert len(provider.asked) == 2
    assert len(llm.refusals) == 1


def test_what_others_have_set_aside_is_waited_for() -> None:
    provider, purse = Provider(), OwnPurse(0.65)
    llm = Budgeted(provider, purse)

    async def three() -> None:
        await asyncio.gather(*(llm.ask(ASK) for _ in range(3)))

    asyncio.run(three())
    assert len(provider.asked) == 3
    assert purse.spent == pytest.approx(0.3)


def test_a_model_without_a_known_price_is_not_asked_on_a_budget() -> None:
    provider = Provider(most=None)
    with pytest.raises(BudgetError, match=r"price of the model that decides 'match' is not known.*price: \{prompt:"):
        answer(Budgeted(provider, OwnPurse(100)))
    with pytest.raises(BudgetError, match="is not known"):
        answer(Budgeted(Fallbacks([Provider(), provider]), OwnPurse(100)))
    assert provider.asked == []


def test_tries_that_were_cut_off_before_an_answer_count_by_estimate() -> None:
    purse = OwnPurse(2.0)
    llm = Budgeted(Provider(cut_off=2), purse)
    answer(llm)
    assert purse.spent == pytest.approx(0.1 + 2 * 0.4)
    assert "2 tries of deciding 'match'" in llm.estimates[0]
    assert "counts the most that it may be, $0.8" in llm.estimates[0]
    answer(Budgeted(Fallbacks([Provider(fails=ModelUnavailableError("gone", cut_off=1)), Provider()]), purse))
    assert purse.spent == pytest.approx(0.9 + 0.1 + 0.8)  # both may have been asked


@pytest.mark.parametrize(("cut_off", "spent"), [(1, 0.4), (2, 0.8), (0, 0.0)])
def test_an_answer_that_never_came_counts_where_it_may_have_cost_something(cut_off: int, spent: float) -> None:
    purse = OwnPurse(1.0)
    failed = ModelUnavailableError("gone", cut_off=cut_off)
    with pytest.raises(ModelUnavailableError):
        answer(Budgeted(Provider(fails=failed), purse))
    assert (purse.spent, purse.left) == (spent, pytest.approx(1.0 - spent))
    purse = OwnPurse(1.0)
    with pytest.raises(ModelUnavailableError):
        pieces(Budgeted(Provider(fails=failed), purse))
    assert purse.spent == spent


def test_wrappers_go_around_each_other_in_any_order() -> None:
    inner = ByDecision(Counting(Provider("x", most=0.1)), {"match": Provider("y")})
    assert pieces(Budgeted(inner, OwnPurse(1))) == ["y", "<y>"]
    assert answer(Counting(Throttled(Fallbacks([inner]), Gate()))) == "y"


def test_a_budget_error_is_a_models_error() -> None:
    assert issubclass(BudgetError, p.ModelError)
