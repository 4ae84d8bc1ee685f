"""The page of the documentation that shows prompts as they are sent."""

import importlib.util
from pathlib import Path
from types import ModuleType


def prompts() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "prompts.py"
    spec = importlib.util.spec_from_file_location("prompts_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_page_is_the_same_whenever_it_is_written() -> None:
    pages = [module.page(await module.converse()) for module in (prompts(), prompts())]
    assert pages[0] == pages[1]


async def test_the_page_shows_the_decisions_of_five_turns_and_every_section_once() -> None:
    module = prompts()
    turns = await module.converse()
    page = module.page(turns)
    decisions = {ask.decision for asks in turns for ask in asks}
    assert {"properties", "match", "journey", "tools", "disambiguate", "draft", "analysis"} <= decisions
    assert [line for line in page.splitlines() if line.startswith("## Turn")] == [f"## Turn {n}" for n in range(1, 6)]
    for asks in turns:
        for ask in asks:
            assert f"### {ask.id} ({len(ask.prompt):,} characters)" in page
    assert page.count("Judge which of the guidelines below apply right now.") == 1
