# A test knows which event, fact or option it looks at.
# pyright: reportArgumentType=false
"""Customers: profile, groups, preferences, and what an agent may know of earlier conversations."""

from pathlib import Path

import pytest

import understudy.engine as p

from ..worlds import scripted_model


def summarising(summary: str, **facts: str):
    found = [{"name": name, "evidence": "as scripted", "value": value} for name, value in facts.items()]
    return {"facts": found, "summary": summary}


async def test_preferences_reach_prompts_and_metadata_does_not():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop")
        ada = await server.create_customer(
            "Ada", metadata={"internal": "risk-7"}, preferences={"language": "French", "tone": "brief"}
        )
        await server.conversation(agent, customer=ada).say("Hi")
    prompt = model.asked[-1].prompt
    assert '- prefers language: "French"' in prompt
    assert "risk-7" not in prompt


async def test_a_profile_is_changed_for_good():
    async with p.Server() as server:
        ada = await server.create_customer("Ada", metadata={"since": 2020})
        await ada.update(name="Ada Lovelace", preferences={"tone": "formal"})
        await ada.update(preferences={"tone": None, "language": "en"})
        await ada.metadata.set("plan", "gold")
        await ada.metadata.delete("since")
        again = await server.get_customer("ada")
    assert (again.name, dict(again.preferences), dict(again.metadata)) == (
        "Ada Lovelace",
        {"language": "en"},
        {"plan": "gold"},
    )
    assert "plan" in again.metadata
    assert await again.metadata.get_now("nothing", "default") == "default"


async def test_groups_are_tags_and_give_their_members_a_value():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        tier = await agent.create_variable("tier")
        vip = await server.create_tag("vip")
        await tier.set_value_for_tag(vip, "gold")
        ada = await server.create_customer("Ada", tags=[vip])
        await server.create_customer("Bob")
        turn = await server.conversation(agent, customer=ada).say("Hi")
        members = [customer.id for customer in await server.list_customers(tag=vip)]
        await ada.remove_tag(vip)
        after = await server.conversation(agent, customer=await server.get_customer("ada")).say("Hi")
    assert members == ["ada"]
    assert (turn.trace.variables, after.trace.variables) == ({"tier": "gold"}, {})


async def test_customers_are_listed_found_and_missed():
    async with p.Server() as server:
        for name in ("Ada", "Bob", "Ada"):
            await server.create_customer(name)
        assert [customer.id for customer in await server.list_customers()] == ["ada", "bob", "ada-2"]
        found = await server.find_customer(name="Bob")
        assert found is not None
        assert found.id == "bob"
        assert await server.find_customer(id="eve") is None
        with pytest.raises(p.UnknownNameError, match="no customer is called 'bbo'; did you mean 'bob'"):
            await server.get_customer("bbo")
        with pytest.raises(ValueError, match="a customer 'bob' is there already"):
            await server.create_customer("Robert", id="bob")


async def test_the_guest_is_nobody_in_particular_and_can_not_be_changed():
    async with p.Server() as server:
        guest = await server.get_customer("guest")
        assert guest.name == "Guest"
        with pytest.raises(ValueError, match="the guest stands for everybody"):
            await guest.update(name="Somebody")


async def test_a_customer_that_was_never_created_is_one_from_the_first_message_on():
    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        talk = server.conversation(agent, customer="cust-42")
        assert await server.list_customers() == []
        await talk.say("Hi")
        assert [customer.id for customer in await server.list_customers()] == ["cust-42"]
        await (await server.get_customer("cust-42")).update(name="Jean")
        again = server.conversation(agent, customer="cust-42")
        await again.say("Hi")
    assert again.session.customer.name == "Jean"


async def test_an_agent_that_may_know_is_told_what_earlier_sessions_were_about():
    model = scripted_model(summarise=summarising("Asked for a refund of order 12.", order="order 12"))
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", remembered_sessions=1, context_config={"max_tokens": 20})
        other = await server.create_agent("Sales")
        first = server.conversation(agent, customer="ada")
        for text in ("I want my money back for order 12 please", "It never came", "Hello?"):
            await first.say(text)
        turn = await server.conversation(agent, customer="ada").say("Hi")
        strangers = await server.conversation(agent, customer="bob").say("Hi")
        elsewhere = await server.conversation(other, customer="ada").say("Hi")
    assert turn.trace.context.earlier_sessions == ("session",)
    drafts = [ask.prompt for ask in model.asked if ask.decision == "draft"]
    assert "earlier conversation: Asked for a refund of order 12." in drafts[3]
    assert strangers.trace.context.earlier_sessions == elsewhere.trace.context.earlier_sessions == ()
    assert not any("earlier conversation" in prompt for prompt in drafts[4:])


async def test_nothing_is_remembered_of_the_guest_and_only_the_newest_sessions_are_told_of():
    model = scripted_model()
    async with p.Server(model=model) as server:
        agent = await server.create_agent("Shop", remembered_sessions=2)
        for customer in ("ada", None):
            for number in range(3):
                await server.conversation(agent, customer=customer, title=f"visit {number}").say("Hi")
        ada = await server.conversation(agent, customer="ada").say("Hi")
        guest = await server.conversation(agent).say("Hi")
    assert len(ada.trace.context.earlier_sessions) == 2
    assert guest.trace.context.earlier_sessions == ()
    prompts = [ask.prompt for ask in model.asked]
    assert "visit 1" in prompts[-2]
    assert "visit 0" not in prompts[-2]


async def test_customers_and_sessions_kept_in_files_are_there_for_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    stores = {"session_store": "local", "customer_store": "local", "variable_store": "local"}
    async with p.Server(model=scripted_model(), **stores) as server:
        agent = await server.create_agent("Shop")
        tier = await agent.create_variable("tier")
        ada = await server.create_customer("Ada", preferences={"tone": "brief"})
        await tier.set_value_for_customer(ada.value, "gold")
        talk = server.conversation(agent, customer=ada)
        await talk.say("Hi")
    async with p.Server(model=scripted_model(), **stores) as server:
        agent = await server.create_agent("Shop")
        await agent.create_variable("tier")
        (kept,) = await server.list_sessions(customer_id="ada")
        resumed = await server.resume(kept.id)
        turn = await resumed.say("Me again")
        ada = await server.get_customer("ada")
    assert kept == talk.session
    assert turn.trace.turn == 2
    assert turn.trace.variables == {"tier": "gold"}
    assert dict(ada.preferences) == {"tone": "brief"}


def spoiled(folder: Path) -> Path:
    """The one file in a folder, with something else in it."""
    (file,) = folder.glob("*.json")
    file.write_text('{"name": "one", "content": {"id": 3}}')
    return file


async def test_a_stored_session_that_can_not_be_read_names_the_file(tmp_path: Path):
    store = p.LocalSessions(tmp_path)
    await store.save(p.Session(id="one", agent_id="shop"))
    file = spoiled(tmp_path)
    with pytest.raises(p.StoreError, match=f"{file.name} can't be read as a stored Session"):
        await store.load("one")


async def test_a_store_that_is_not_known_is_an_error_with_the_nearest():
    with pytest.raises(p.UnknownNameError, match="no store is called 'locl'; did you mean 'local'"):
        p.Server(session_store="locl")
