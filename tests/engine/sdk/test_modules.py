"""Modules of a server: called when it is entered and when it is left, in an order that one can rely on."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest

import understudy.engine as p
from understudy.engine.domain.tool import Tool

from ..worlds import scripted_model


def module(name: str, log: list[str], *, functions: Sequence[str], breaks: str = "") -> ModuleType:
    """A module that writes down which of its functions was called."""

    def function(named: str):
        async def call(*given: Any) -> None:
            log.append(f"{name}.{named.partition('_')[0]}")
            if named == breaks:
                raise RuntimeError(f"{name} broke")

        return call

    made = ModuleType(name)
    for each in functions:
        setattr(made, each, function(each))
    return made


ALL = ("configure_module", "initialize_module", "shutdown_module")


async def test_all_are_configured_before_one_is_initialised_and_they_are_shut_down_backwards():
    log: list[str] = []
    one, two = module("one", log, functions=ALL), module("two", log, functions=ALL)
    async with p.Server(modules=[one, two]):
        log.append("inside")
    assert log == [
        "one.configure",
        "two.configure",
        "one.initialize",
        "two.initialize",
        "inside",
        "two.shutdown",
        "one.shutdown",
    ]


async def test_a_module_can_declare_an_agent_and_listen_to_its_turns():
    heard: list[str] = []

    async def on_ready(context: p.EngineContext, payload: object, exception: Exception | None):
        heard.append(context.agent.name)
        return p.EngineHookResult.CALL_NEXT

    def configure_module(server: p.Server) -> None:
        server.hooks.on_acknowledged.append(on_ready)

    async def initialize_module(server: p.Server) -> None:
        await server.create_agent("Otto")

    made = ModuleType("shop")
    made.configure_module, made.initialize_module = configure_module, initialize_module  # pyright: ignore[reportAttributeAccessIssue]
    async with p.Server(model=scripted_model(), modules=[made]) as server:
        turn = await server.conversation(await server.get_agent("otto")).say("Hi")
    assert turn.reply == "All right."
    assert heard == ["Otto"]


async def test_where_one_can_not_be_initialised_those_that_were_begun_with_are_shut_down():
    log: list[str] = []
    one = module("one", log, functions=ALL)
    two = module("two", log, functions=ALL, breaks="initialize_module")
    three = module("three", log, functions=ALL)
    with pytest.raises(RuntimeError, match="two broke"):
        await p.Server(modules=[one, two, three]).__aenter__()
    assert log[3:] == ["one.initialize", "two.initialize", "two.shutdown", "one.shutdown"]


class Kept:
    """A tool service that stays open until it is closed."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.closed = False
        self._breaks = breaks

    async def list_tools(self) -> tuple[Tool, ...]:
        return ()

    async def call(self, call: Any, /) -> p.ToolResult:
        return p.ToolResult(error="it has no tools")

    async def close(self) -> None:
        self.closed = True
        if self._breaks:
            raise RuntimeError("the line is dead")


@pytest.mark.parametrize("where", ["configure_module", "initialize_module"])
async def test_where_one_fails_the_tool_services_that_were_connected_by_then_are_let_go_of(where: str):
    service = Kept()

    def connect(server: p.Server) -> None:
        server._tools.services["shop"] = service

    async def fail(server: p.Server) -> None:
        raise RuntimeError("no database")

    one, two = ModuleType("one"), ModuleType("two")
    one.configure_module = connect  # pyright: ignore[reportAttributeAccessIssue]
    setattr(two, where, fail)
    with pytest.raises(RuntimeError, match="no database"):
        await p.Server(modules=[one, two]).__aenter__()
    assert service.closed


async def test_a_tool_service_that_can_not_be_let_go_of_keeps_no_other_from_it():
    services = {"one": Kept(breaks=True), "two": Kept(), "three": Kept(breaks=True)}

    async def declare() -> None:
        async with p.Server() as server:
            server._tools.services.update(services)

    with pytest.raises(RuntimeError, match="the line is dead"):
        await declare()
    assert all(service.closed for service in services.values())


async def test_one_that_fails_to_shut_down_keeps_no_other_from_it():
    log: list[str] = []
    one = module("one", log, functions=ALL)
    two = module("two", log, functions=ALL, breaks="shutdown_module")
    with pytest.raises(RuntimeError, match="two broke"):
        async with p.Server(modules=[one, two]):
            log.clear()
    assert log == ["two.shutdown", "one.shutdown"]


async def test_a_module_is_imported_by_its_name(tmp_path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "seats.py").write_text("async def initialize_module(server):\n    await server.create_agent('Usher')\n")
    monkeypatch.syspath_prepend(tmp_path)
    async with p.Server(modules=["seats"]) as server:
        names = [agent.name for agent in await server.list_agents()]
    assert names == ["Usher"]


async def test_a_module_that_is_not_there_or_has_nothing_to_call_is_named_with_the_remedy(
    tmp_path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "idle.py").write_text("def initialise(server): ...\n")
    (tmp_path / "torn.py").write_text("import no_such_thing\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(p.AuthoringError, match=r"test_modules.py:\d+: there is no module 'nowhere.to.be'"):
        await p.Server(modules=["nowhere.to.be"]).__aenter__()
    with pytest.raises(p.AuthoringError, match=r"'idle' has none of the functions configure_module\(server\)"):
        await p.Server(modules=["idle"]).__aenter__()
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        await p.Server(modules=["torn"]).__aenter__()
    with pytest.raises(TypeError, match=r"write modules=\['idle'\]"):
        p.Server(modules="idle")
