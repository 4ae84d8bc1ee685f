# A test knows which event, fact or option it looks at.
# pyright: reportArgumentType=false
"""Variables whose values a tool gives: when it is asked, for whom the value holds, and what goes before it."""

from datetime import UTC, datetime, timedelta

import pytest

import understudy.engine as p

from ..worlds import scripted_model


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Bank:
    """Gives a new balance each time, and counts how often it was asked for whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        bank = self

        @p.tool
        async def check_balance(context: p.ToolContext) -> p.ToolResult:
            bank.asked.append(context.customer_id)
            return p.ToolResult({"balance": len(bank.asked)})

        self.tool = check_balance


async def test_a_value_is_kept_until_it_is_too_old():
    clock, bank = Clock(), Bank()
    async with p.Server(model=scripted_model(), clock=clock) as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("balance", tool=bank.tool, freshness_rules={"max_age_seconds": 300})
        talk = server.conversation(agent, customer="ada")
        first = await talk.say("Hi")
        clock.pass_seconds(299)
        second = await talk.say("Hi again")
        clock.pass_seconds(2)
        third = await talk.say("Still here")
    assert bank.asked == ["ada", "ada"], "no call at 299 s, one at 301 s"
    values = [turn.trace.variables["balance"] for turn in (first, second, third)]
    assert values == [{"balance": 1}, {"balance": 1}, {"balance": 2}]
    assert [len(turn.trace.context.refreshed) for turn in (first, second, third)] == [1, 0, 1]
    assert first.trace.context.refreshed[0].scope == "customer:ada"


async def test_a_value_is_kept_until_the_next_tick_of_a_cron_expression():
    clock, bank = Clock(), Bank()
    async with p.Server(model=scripted_model(), clock=clock) as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("balance", tool=bank.tool, freshness_rules="0 * * * *")
        talk = server.conversation(agent)
        clock.pass_seconds(30 * 60)
        await talk.say("half past nine")
        clock.pass_seconds(29 * 60)
        await talk.say("a minute to ten")
        assert len(bank.asked) == 1
        clock.pass_seconds(2 * 60)
        await talk.say("just after ten")
    assert len(bank.asked) == 2


async def test_without_a_rule_the_tool_is_asked_in_each_turn():
    bank = Bank()
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("balance", tool=bank.tool)
        talk = server.conversation(agent, now="2026-03-02T09:00:00+00:00")
        await talk.say("Hi")
        turn = await talk.say("Hi again")
    assert turn.trace.variables == {"balance": {"balance": 2}}


async def test_each_customer_has_a_value_of_its_own():
    bank = Bank()
    rules = {"max_age_seconds": 300}
    async with p.Server(model=scripted_model(), clock=Clock()) as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("balance", tool=bank.tool, freshness_rules=rules)
        for customer in ("ada", "bob", "ada"):
            await server.conversation(agent, customer=customer).say("Hi")
    assert bank.asked == ["ada", "bob"]


@pytest.mark.parametrize(("shared_by", "asked"), [("agent", 2), ("global", 1)])
async def test_a_value_may_be_shared_by_all_customers_of_an_agent_or_of_the_server(shared_by: str, asked: int):
    bank = Bank()
    async with p.Server(model=scripted_model(), clock=Clock()) as server:
        agents = [await server.create_agent("One"), await server.create_agent("Two")]
        for agent in agents:
            await agent.create_variable(
                "rate", tool=bank.tool, freshness_rules={"max_age_seconds": 300}, shared_by=shared_by
            )
            for customer in ("ada", "bob"):
                await server.conversation(agent, customer=customer).say("Hi")
    assert len(bank.asked) == asked


async def test_what_a_tool_gave_for_a_customer_does_not_hide_the_value_set_for_its_group():
    bank = Bank()
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        ada = await server.create_customer("Ada", id="ada")
        balance = await agent.create_variable("balance", tool=bank.tool)
        talk = server.conversation(agent, customer=ada)
        first = await talk.say("Hi")
        await ada.add_tag("vip")
        await talk.update(customer=ada.value)
        await balance.set_value_for_tag("vip", "unlimited")
        second = await talk.say("Hi again")
    assert first.trace.variables == {"balance": {"balance": 1}}
    assert second.trace.variables == {"balance": "unlimited"}, "what was set by hand for the group holds"
    assert bank.asked == ["ada"], "and the tool is not asked for nothing"


async def test_defaults_hold_only_until_the_tool_gave_something():
    fails = [True]

    @p.tool
    async def check(context: p.ToolContext) -> p.ToolResult:
        return p.ToolResult(error="no connection") if fails[0] else p.ToolResult("from the tool")

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        status = await agent.create_variable("status", tool=check)
        await status.set_global_value("unknown")
        talk = server.conversation(agent)
        first = await talk.say("Hi")
        fails[0] = False
        second = await talk.say("Hi again")
        fails[0] = True
        third = await talk.say("Once more")
    assert first.trace.variables == {"status": "unknown"}
    assert "variable 'status' was not refreshed by 'check': no connection" in first.trace.notes
    assert second.trace.variables == {"status": "from the tool"}
    assert third.trace.variables == {"status": "from the tool"}, "the value before stays in force"
    assert third.trace.context.refreshed[0].error == "no connection"


async def test_freshness_goes_by_the_engines_clock_of_each_turn_and_not_by_when_the_program_began():
    clock, bank = Clock(), Bank()
    async with p.Server(model=scripted_model(), clock=clock) as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("balance", tool=bank.tool, freshness_rules={"max_age_seconds": 60})
        clock.pass_seconds(24 * 3600)
        talk = server.conversation(agent)
        await talk.say("A day later")
        await talk.say("At once")
    assert len(bank.asked) == 1


async def test_a_value_set_while_a_conversation_is_under_way_holds_from_its_next_turn():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        tier = await agent.create_variable("tier")
        talk = server.conversation(agent, customer="ada")
        before = await talk.say("Hi")
        await tier.set_value_for_customer("ada", "gold")
        after = await talk.say("Hi again")
        assert await tier.get_value_for_customer("ada") == "gold"
        assert await tier.get_global_value() is None
    assert (before.trace.variables, after.trace.variables) == ({}, {"tier": "gold"})


async def test_the_value_in_force_can_be_asked_for_inside_a_turn_only():
    seen: list[object] = []
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Bank")
        tier = await agent.create_variable("tier")
        await tier.set_value_for_tag("vip", "gold")

        async def look(context: p.RetrieverContext):
            seen.append(await tier.get_value())

        await agent.attach_retriever(look)
        ada = await server.create_customer("Ada", tags=["vip"])
        await server.conversation(agent, customer=ada).say("Hi")
        with pytest.raises(p.NotOpenError, match="'tier' in force is known only while a turn is played"):
            await tier.get_value()
    assert seen == ["gold"]


async def test_variables_are_found_by_id_and_by_name():
    async with p.Server() as server:
        agent = await server.create_agent("Bank")
        await agent.create_variable("Loyalty tier", id="tier")
        found = await agent.find_variable(name="Loyalty tier")
        assert found is not None
        assert found.id == (await agent.get_variable(id="tier")).id == "tier"
        assert await agent.find_variable(id="no") is None
        with pytest.raises(p.UnknownNameError, match="no variable is called 'teir'; did you mean 'tier'"):
            await agent.get_variable(id="teir")
        assert [item.name for item in await agent.list_variables()] == ["Loyalty tier"]


@p.tool
async def with_parameter(context: p.ToolContext, account: str) -> p.ToolResult:
    return p.ToolResult(account)


@p.tool
async def plain(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult(1)


WRONG = [
    ({"tool": plain, "freshness_rules": "every five minutes"}, p.FreshnessError, "is no cron expression"),
    ({"tool": plain, "freshness_rules": {"max_age": 3}}, p.UnknownNameError, "did you mean 'max_age_seconds'"),
    ({"tool": plain, "freshness_rules": {"max_age_seconds": 0}}, p.FreshnessError, "a number of seconds above 0"),
    ({"tool": plain, "freshness_rules": {}}, p.FreshnessError, "takes one of"),
    ({"freshness_rules": {"max_age_seconds": 3}}, p.FreshnessError, "no tool= is given"),
    ({"tool": with_parameter}, ValueError, "its tool 'with_parameter' needs account"),
    ({"tool": plain, "shared_by": "customers"}, p.UnknownNameError, "did you mean 'customer'"),
    ({"toool": plain}, p.UnknownNameError, "did you mean 'tool'"),
    ({"tool_name": "palin"}, p.UnknownNameError, "'default:palin'|'palin'"),
]


@pytest.mark.parametrize(("options", "error", "words"), WRONG, ids=[words for _, _, words in WRONG])
async def test_what_can_not_be_is_refused_when_the_variable_is_declared(options, error, words: str):
    async with p.Server() as server:
        agent = await server.create_agent("Bank")
        with pytest.raises(error, match=words):
            await agent.create_variable("balance", **options)
