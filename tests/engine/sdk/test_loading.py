"""Agents from files: builders, whole scripts, and what goes wrong with them."""

import asyncio
from pathlib import Path

import pytest

import understudy.engine as p

BUILDER = """
import understudy.engine as p

async def build(server):
    agent = await server.create_agent("Otto")
    await agent.create_guideline("the customer greets you", "offer a drink", id="greet")
    return agent
"""

SCRIPT = """
import asyncio
import understudy.engine as p

async def main():
    async with p.Server() as server:
        agent = await server.create_agent(name="Otto Carmen", description="You work at a car dealership.")
        await agent.create_guideline(condition="the customer greets you", action="offer a drink")
        await server.serve()

{start}
"""


def write(folder: Path, text: str, name: str = "agent.py") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_builder_is_called_with_a_server(tmp_path):
    built = p.load_agent("agent.py:build", write(tmp_path, BUILDER))
    assert built.definition.id == "otto"
    assert [item.id for item in built.definition.guidelines] == ["greet"]


@pytest.mark.parametrize("start", ["asyncio.run(main())", "if __name__ == '__main__':\n    asyncio.run(main())"])
def test_a_script_hands_over_the_agent_that_it_serves(tmp_path, start):
    built = p.load_agent("agent.py", write(tmp_path, SCRIPT.format(start=start)))
    assert built.definition.id == "otto-carmen"
    assert len(built.definition.guidelines) == 1


def test_an_agent_can_be_loaded_while_an_event_loop_runs(tmp_path):
    folder = write(tmp_path, SCRIPT.format(start="asyncio.run(main())"))

    async def inside() -> p.BuiltAgent:
        return p.load_agent("agent.py", folder)

    assert asyncio.run(inside()).definition.id == "otto-carmen"


def test_of_several_agents_in_one_script_the_reference_names_one(tmp_path):
    text = SCRIPT.replace("await server.serve()", "await server.create_agent('Second')").format(
        start="asyncio.run(main())"
    )
    folder = write(tmp_path, text)
    assert p.load_agent("agent.py:second", folder).definition.id == "second"
    with pytest.raises(
        p.AgentLoadError, match=r"declares 2 agents; say which, as agent\.py:otto-carmen or agent\.py:second"
    ):
        p.load_agent("agent.py", folder)


def test_two_suites_may_each_have_an_agent_file(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, BUILDER.replace("Otto", name))
    ids = [p.load_agent("agent.py:build", tmp_path / name).definition.id for name in ("one", "two")]
    assert ids == ["one", "two"]


def test_a_missing_file_is_named_with_the_nearest(tmp_path):
    write(tmp_path, BUILDER)
    with pytest.raises(p.AgentLoadError, match=r"there is no file .*agnet\.py; did you mean 'agent\.py'"):
        p.load_agent("agnet.py:build", tmp_path)


def test_a_missing_builder_is_named_with_the_nearest(tmp_path):
    with pytest.raises(p.AgentLoadError, match="defines no function 'biuld': did you mean 'build'"):
        p.load_agent("agent.py:biuld", write(tmp_path, BUILDER))


def test_code_that_raises_is_told_with_its_own_lines(tmp_path):
    text = BUILDER.replace("    return agent", "    raise RuntimeError('no database')")
    with pytest.raises(p.AgentLoadError, match=r"(?s)RuntimeError: no database.*agent\.py"):
        p.load_agent("agent.py:build", write(tmp_path, text))


def test_a_file_that_can_not_be_parsed_is_told_with_its_line(tmp_path):
    with pytest.raises(p.AgentLoadError, match=r"agent\.py:3: "):
        p.load_agent("agent.py:build", write(tmp_path, "import asyncio\n\nasync def build(server)\n"))


def test_a_builder_that_forgets_to_return_its_agent_is_told_so(tmp_path):
    text = BUILDER.replace("    return agent", "")
    with pytest.raises(p.AgentLoadError, match="must return the agent it built, not None"):
        p.load_agent("agent.py:build", write(tmp_path, text))


def test_an_invalid_definition_keeps_its_own_error(tmp_path):
    text = BUILDER.replace(
        "    return agent",
        "    await agent.create_journey('Visit')\n    await agent.create_guideline()\n    return agent",
    )
    text = text.replace("create_guideline()", "create_guideline('x', 'y', tools=['nowhere'])")
    with pytest.raises(p.UnknownNameError, match="no tool is called 'nowhere'"):
        p.load_agent("agent.py:build", write(tmp_path, text))


def test_a_script_that_declares_no_agent_is_told_so(tmp_path):
    with pytest.raises(p.AgentLoadError, match="without declaring an agent"):
        p.load_agent("agent.py", write(tmp_path, "x = 1\n"))


def test_a_file_whose_builder_was_not_named_is_told_with_the_builder(tmp_path):
    (tmp_path / "agent.py").write_text(BUILDER)
    with pytest.raises(p.AgentLoadError, match=r"name its builder: agent\.py:build"):
        p.load_agent("agent.py", tmp_path)


def test_a_builder_may_be_made_by_another_function(tmp_path):
    made = BUILDER.replace("async def build(", "async def _build(") + "\nbuild = _build\n"
    (tmp_path / "agent.py").write_text(made)
    assert p.load_agent("agent.py:build", tmp_path).definition.name


def test_a_module_that_is_not_there_is_told_without_the_import_system(tmp_path):
    with pytest.raises(p.AgentLoadError, match="No module named 'nowhere_to_be_found'") as caught:
        p.load_agent("nowhere_to_be_found:build", tmp_path)
    assert "frozen" not in str(caught.value)
