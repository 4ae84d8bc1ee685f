"""A run of pytest without --scenarios: no paid model, and no time lost for those who do not use the engine."""

import pytest


def test_the_engine_is_not_imported_for_those_who_do_not_use_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_light():
            assert not [name for name in sys.modules if name.startswith("understudy.engine")]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("model", [None, "openai/gpt-4o"])
def test_a_model_that_was_not_named_or_costs_something_is_blocked(pytester: pytest.Pytester, model: str | None) -> None:
    pytester.makepyfile(
        f"""
        import asyncio

        async def turn():
            import understudy.engine as p  # as late as can be

            async with p.Server(model={model!r}) as server:
                agent = await server.create_agent(name="Echo", description="")
                await agent.create_guideline(condition="the customer greets you", action="greet")
                return await server.conversation(agent).say("Hello")

        def test_blocked():
            failure = asyncio.run(turn()).trace.failure
            assert failure.kind == "model_unavailable"
            assert "none may be called here" in failure.message
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_offline_model_passes_where_it_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import understudy.engine as p

        async def turn():
            async with p.Server(model="offline") as server:
                agent = await server.create_agent(name="Echo", description="")
                return await server.conversation(agent).say("Hello")

        def test_offline():
            assert asyncio.run(turn()).trace.failure is None
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
