"""What every store keeps: the same law for memory and for files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import understudy.engine as p
from understudy.engine.domain.journey import LEFT
from understudy.engine.domain.session import (
    AgentState,
    CustomEvent,
    Fact,
    MessageEvent,
    StatusEvent,
    Summary,
    ToolEvent,
)
from understudy.engine.domain.tool import ToolCall
from understudy.engine.ports import CustomerStore, SessionStore, StoredValue, VariableStore

FULL = p.Session(
    id="a session: with/odd characters ⟦1⟧",
    agent_id="shop",
    customer=p.Customer(id="ada", name="Ada", tags=("vip",), preferences={"tone": "brief"}),
    mode=p.SessionMode.MANUAL,
    states=(AgentState(trace_id="s/1", applied=("greet",), paths={"visit": ("why", LEFT)}, labels=("web",)),),
    turns=1,
    labels=("web", "urgent"),
    metadata={"channel": ["chat"]},
    facts=(Fact(name="order", value="12", offset=1),),
    summary=Summary(text="wants order 12", offset=1),
    masked=(("⟦card 1⟧", "4111"),),
    consumption={"app": 3},
).with_events(
    MessageEvent(source="customer", text="Hi\n“there”", trace_id="s/1", flagged=("hate",)),
    ToolEvent(calls=(ToolCall(id="1/t/1", tool="t", arguments={"a": 1}, result=p.ToolResult({"b": [None, 1.5]})),)),
    StatusEvent(status="ready", stage="completed"),
    CustomEvent(data={"page": "cart"}),
)


@pytest.fixture(params=["memory", "files"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def sessions(kind: str, tmp_path: Path) -> SessionStore:
    return p.MemorySessions() if kind == "memory" else p.LocalSessions(tmp_path / "sessions")


@pytest.fixture
def customers(kind: str, tmp_path: Path) -> CustomerStore:
    return p.MemoryCustomers() if kind == "memory" else p.LocalCustomers(tmp_path / "customers")


@pytest.fixture
def variables(kind: str, tmp_path: Path) -> VariableStore:
    return p.MemoryVariables() if kind == "memory" else p.LocalVariables(tmp_path / "variables")


async def test_a_session_comes_back_as_it_was_kept(sessions: SessionStore):
    await sessions.save(FULL)
    assert await sessions.load(FULL.id) == FULL
    assert await sessions.load("another") is None


async def test_what_is_kept_again_takes_the_place_of_what_was_kept(sessions: SessionStore):
    for name in ("one", "two", "one"):
        await sessions.save(p.Session(id=name, agent_id="shop", title=f"{name}!"))
    assert [session.id for session in await sessions.list()] == ["one", "two"]


async def test_sessions_are_listed_in_the_order_in_which_they_came_as_far_as_they_fit(sessions: SessionStore):
    for number in range(12):
        customer = p.Customer(id="ada" if number % 2 else "bob")
        labels = ("even",) if number % 2 == 0 else ("odd", "new")
        await sessions.save(p.Session(id=f"s{number}", agent_id=f"a{number % 3}", customer=customer, labels=labels))
    assert [session.id for session in await sessions.list()] == [f"s{number}" for number in range(12)]
    assert [session.id for session in await sessions.list(agent_id="a0", customer_id="ada")] == ["s3", "s9"]
    assert [session.id for session in await sessions.list(labels=["new", "odd"], agent_id="a1")] == ["s1", "s7"]


async def test_a_session_that_was_deleted_is_gone_and_deleting_it_again_is_no_error(sessions: SessionStore):
    await sessions.save(FULL)
    await sessions.delete(FULL.id)
    await sessions.delete(FULL.id)
    assert await sessions.load(FULL.id) is None
    assert await sessions.list() == ()


async def test_customers_are_kept_and_listed(customers: CustomerStore):
    ada, bob = p.Customer(id="ada", name="Ada", metadata={"a": 1}), p.Customer(id="bob", name="Bob")
    for customer in (ada, bob):
        await customers.save(customer)
    assert await customers.list() == (ada, bob)
    assert await customers.load("ada") == ada
    assert await customers.load("eve") is None


async def test_values_are_kept_by_variable_and_scope_with_their_time(variables: VariableStore):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    await variables.save("shop/tier", "customer:ada", stored=StoredValue(value={"level": "gold"}, at=at))
    await variables.save("shop/tier", "global", stored=StoredValue(value=None, at=at))
    assert await variables.load("shop/tier", "customer:ada") == StoredValue(value={"level": "gold"}, at=at)
    assert await variables.load("shop/tier", "global") == StoredValue(value=None, at=at)
    assert await variables.load("shop/tier", "agent") is None
    assert await variables.load("bank/tier", "global") is None
