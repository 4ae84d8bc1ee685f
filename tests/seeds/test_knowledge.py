# A test knows which event, fact or option it looks at.
# pyright: reportIndexIssue=false
"""The course: variables, retrievers, and what goes wrong with them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import understudy.engine as p

from ..engine.worlds import calling, matching, scripted_model
from .snippets import Snippet, row

DOCUMENT = "000"


def prompts(model: p.ScriptedModel, decision: str = "draft") -> list[str]:
    return [ask.prompt for ask in model.asked if ask.decision == decision]


def part(snippet: Snippet, *, begins: str, ends: str = "\0") -> Snippet:
    """The lines of a snippet from one on, up to another."""
    before, _, rest = snippet.text.partition(begins)
    text = begins + rest.partition(ends)[0]
    return Snippet(file=snippet.file, first=snippet.first + before.count("\n"), text=text)


@row("C38", 1140, 1166)
async def test_variables_that_have_no_value_are_in_no_prompt(snippet: Snippet) -> None:
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Alex")
        names = await snippet.run()
        await names["setup_context_variables"](server, agent)
        listed = [variable.name for variable in await agent.list_variables()]
        turn = await server.conversation(agent).say("Hello")
    assert listed == ["subscription_tier", "communication_style", "feature_adoption"]
    assert turn.trace.variables == {}
    assert not any(name in ask.prompt for ask in model.asked for name in listed)


@row("C39", 1170, 1191)
async def test_a_client_sets_a_value_for_a_customer_which_wins_over_its_groups(snippet: Snippet) -> None:
    names = await snippet.run(p=p)
    async with p.Server(model=scripted_model()) as server:
        alex = await server.create_agent("Alex")
        await alex.create_variable("subscription_tier")
        await names["set_customer_variables"](p.Client(server))
        john = await server.create_customer("John", id="cust-john-123", tags=["vip_customers"])
        jean = await server.create_customer("Jean", tags=["vip_customers"])
        told = [await server.conversation(alex, customer=one).say("Hello") for one in (john, jean, "stranger")]
    assert [dict(turn.trace.variables) for turn in told] == [
        {"subscription_tier": "premium"},
        {"subscription_tier": "enterprise"},
        {},
    ]


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@row("C41", 1220, 1247)
async def test_a_value_from_a_tool_is_asked_for_again_after_five_minutes(snippet: Snippet) -> None:
    asked: list[str] = []

    class Database:
        async def get_account_status(self, customer_id: str) -> dict[str, Any]:
            asked.append(customer_id)
            return {"status": "active", "look": len(asked)}

    clock = Clock()
    names = await snippet.run(p=p, database=Database())
    async with p.Server(model=scripted_model(), clock=clock) as server:
        agent = await server.create_agent("Alex")
        await names["create_dynamic_variable"](server, agent)
        talk = server.conversation(agent, customer="john")
        seen: list[dict[str, Any]] = []
        for seconds in (0, 299, 2):
            clock.moment += timedelta(seconds=seconds)
            seen.append(dict((await talk.say("Hello")).trace.variables))
    assert asked == ["john", "john"]
    assert [value["account_status"]["look"] for value in seen] == [1, 1, 2]


class Shelf:
    """An embedder and a database of documents, as far as a retriever needs them."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        self.searched: list[Any] = []

    async def embed(self, text: str) -> str:
        return f"vector of {text}"

    async def search(self, vector: str, top_k: int) -> list[str]:
        self.searched.append((vector, top_k))
        return self.found[:top_k]


@row("C42", 1255, 1279)
async def test_a_retriever_adds_the_documents_that_it_found_and_nothing_where_it_found_none(snippet: Snippet) -> None:
    shelf, model = Shelf(["returns take 30 days"]), scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Alex")
        await snippet.run(agent=agent, embedder=shelf, vector_db=shelf)
        talk = server.conversation(agent)
        found = await talk.say("How long do returns take?")
        shelf.found = []
        empty = await talk.say("And gifts?")
    assert shelf.searched[0] == ("vector of How long do returns take?", 3)
    assert found.trace.context.retrieved[0].result == p.RetrieverResult(["returns take 30 days"])
    assert "returns take 30 days" in prompts(model)[0]
    assert empty.trace.context.retrieved[0].result is None
    assert "Looked up" not in prompts(model)[1]


@row("C43", 1283, 1307)
async def test_a_deferred_retriever_adds_its_documents_only_where_its_guideline_matched(snippet: Snippet) -> None:
    fetched: list[str] = []

    async def fetch_candidate_documents(message: Any) -> list[str]:
        fetched.append(message.content)
        return ["turn it off and on"]

    model = scripted_model(match=matching("technical_support"))
    names = await snippet.run(p=p, fetch_candidate_documents=fetch_candidate_documents)
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Alex")
        await agent.create_guideline("needs technical support", "help", id="technical_support")
        await agent.attach_retriever(names["conditional_retriever"])
        talk = server.conversation(agent)
        matched = await talk.say("It does not start")
        model._answers["match"] = matching()
        other = await talk.say("Thanks")
    assert fetched == ["It does not start", "Thanks"], "it begins before guidelines are matched"
    assert matched.trace.context.retrieved[0].result == p.RetrieverResult(["turn it off and on"])
    assert other.trace.context.retrieved[0].result is None
    assert ["turn it off" in prompt for prompt in prompts(model)] == [True, False]


def retriever(name: str) -> Callable[[Any], Any]:
    async def look(context: Any) -> str:
        return name

    look.__name__ = name
    return look


@row("C57", 1931, 2001)
async def test_many_retrievers_are_all_shown_and_a_deferred_one_only_where_it_matters(snippet: Snippet) -> None:
    names = {f"retriever{number}": retriever(f"retriever{number}") for number in range(1, 5)}

    async def fetch_candidates() -> list[str]:
        return ["frequently asked"]

    pitfall = part(snippet, begins="# PITFALL 2", ends="# PITFALL 3")
    model = scripted_model(match=matching("faq_question"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks what many ask", "answer", id="faq_question")
        made = await pitfall.run(p=p, agent=agent, fetch_candidates=fetch_candidates, **names)
        await agent.attach_retriever(made["deferred_retriever"])
        talk = server.conversation(agent)
        turn = await talk.say("Do you ship abroad?")
        model._answers["match"] = matching()
        other = await talk.say("Bye")
    assert [item.retriever for item in turn.trace.context.retrieved] == [*names, "deferred-retriever"]
    assert turn.trace.context.retrieved[-1].result == p.RetrieverResult(["frequently asked"])
    assert other.trace.context.retrieved[-1].result is None


@row("C57", 1931, 2001)
async def test_of_two_tools_of_one_name_the_later_counts_and_its_failure_is_told(snippet: Snippet) -> None:
    class Api:
        calls = 0

        async def call(self, **limits: float) -> Any:
            Api.calls += 1
            raise TimeoutError

    pitfall = part(snippet, begins="# PITFALL 3", ends="# PITFALL 4")
    names = await pitfall.run(p=p, external_api=Api())
    model = scripted_model(match=matching("data"), tools=calling(get_data={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("asks for data", "get it", id="data", tools=[names["get_data"]])
        turn = await server.conversation(agent).say("Data, please")
    assert turn.trace.calls[0].result.error == "Service is temporarily slow"
    assert turn.trace.calls[0].retried is not None, "it may be tried once more"
    assert Api.calls == 2


@row("C58", 2005, 2054)
async def test_fetches_side_by_side_an_early_exit_and_a_deferred_retriever_of_plain_data(snippet: Snippet) -> None:
    began: list[str] = []
    everybody = asyncio.Event()

    def fetch(name: str) -> Callable[[], Any]:
        async def run() -> str:
            began.append(name)
            if len(began) == 3:
                everybody.set()
            await everybody.wait()
            return name

        return run

    class Cache:
        kept: dict[str, Any]

        def __init__(self) -> None:
            self.kept = {}

        async def get(self, key: str) -> Any:
            return self.kept.get(key)

        async def set(self, key: str, value: Any, ttl: int) -> None:
            self.kept[key] = value

    worked: list[int] = []

    async def expensive_operation() -> dict[str, int]:
        worked.append(1)
        return {"limit": 5000}

    async def expensive_retrieval() -> dict[str, str]:
        return {"plain": "data"}

    names = await part(snippet, begins="# Monitor", ends="# 4. Batch Operations").run(
        p=p,
        cache=Cache(),
        fetch_faq=fetch("faq"),
        fetch_user_history=fetch("history"),
        fetch_recommendations=fetch("recommendations"),
        expensive_operation=expensive_operation,
        expensive_retrieval=expensive_retrieval,
    )
    model = scripted_model(match=matching("limit"), tools=calling(expensive_lookup={}))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Bank")
        await agent.create_guideline("asks for the limit", "tell it", id="limit", tools=[names["expensive_lookup"]])
        await agent.attach_retriever(names["optimized_retriever"])
        await agent.attach_retriever(names["deferred_retriever"])
        talk = server.conversation(agent)
        first, second = await talk.say("What is my limit?"), await talk.say("Once more, my limit?")
    found = {item.retriever: item.result for item in first.trace.context.retrieved}
    assert found["optimized-retriever"] == p.RetrieverResult(["faq", "history", "recommendations"])
    assert found["deferred-retriever"] == p.RetrieverResult({"plain": "data"})
    assert [turn.trace.calls[0].result.data for turn in (first, second)] == [{"limit": 5000}, {"limit": 5000}]
    assert worked == [1], "the second call is answered from the cache"
