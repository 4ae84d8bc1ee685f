"""What a script says when it ends: what it declared, where it neither served nor talked."""

import pytest

import understudy.engine as p


async def test_a_block_that_only_declared_says_what(capsys: pytest.CaptureFixture[str]) -> None:
    async with p.Server() as server:
        await server.create_agent("Otto Carmen")
        await server.create_agent("Emma", id="second")
    assert capsys.readouterr() == ("", "understudy: declared 'Otto Carmen' (otto-carmen), 'Emma' (second)\n")


async def test_a_block_that_declared_nothing_or_broke_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    async with p.Server():
        pass

    async def break_off() -> None:
        async with p.Server() as server:
            await server.create_agent("Otto")
            raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        await break_off()
    assert capsys.readouterr() == ("", "")


async def test_a_block_that_talked_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Otto")
        await server.conversation(agent).say("Hello")
    assert capsys.readouterr() == ("", "")


async def test_serving_says_in_one_line_that_there_is_no_server_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    async with p.Server() as server:
        await server.create_agent("Otto")
        await server.serve()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "serve() has nothing to serve with yet" in said.err


async def test_what_was_declared_can_be_talked_to_after_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Otto")
        await agent.create_guideline("the customer greets you", "offer a refreshing drink")
    turn = await server.conversation(agent).say("Hello")
    assert turn.fired == ("the-customer-greets-you",)
