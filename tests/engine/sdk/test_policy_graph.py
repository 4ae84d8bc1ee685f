"""An agent as a graph of guidelines, journeys, tags and tools, with warnings about what is probably not meant."""

from collections.abc import Awaitable, Callable

import understudy.engine as p


@p.tool
async def find_order(context: p.ToolContext) -> p.ToolResult:
    return p.ToolResult("found")


async def graph_of(build: Callable[[p.Server, p.Agent], Awaitable[None]]) -> p.PolicyGraph:
    async with p.Server() as server:
        agent = await server.create_agent("Shop")
        await build(server, agent)
        return await agent.get_policy_graph()


def warnings(graph: p.PolicyGraph) -> list[tuple[str, tuple[str, ...], str]]:
    return [(warning.kind, warning.about, warning.text) for warning in graph.warnings]


async def test_nodes_and_edges_are_all_that_was_declared() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        sales = await server.create_tag("sales")
        upset = await agent.create_observation("is upset", id="upset", tags=[sales])
        calm = await agent.create_guideline("is upset", "calm them", id="calm", tools=[find_order], matcher=None)
        joke = await agent.create_guideline("is bored", "joke", id="joke", enabled=False)
        journey = await agent.create_journey("Return", triggers=[upset], tags=[sales], id="return")
        inside = await journey.create_guideline("hesitates", "encourage", id="inside")
        await upset.entail(calm)
        await calm.prioritize_over(joke, journey)
        await inside.depend_on_any(p.AnyOf(sales), calm)
        await calm.reevaluate_after(find_order)

    graph = await graph_of(build)
    assert [(node.kind, node.id, node.enabled) for node in graph.nodes] == [
        ("observation", "upset", True),
        ("guideline", "calm", True),
        ("guideline", "joke", False),
        ("guideline", "inside", True),
        ("journey", "return", True),
        ("tag", "sales", True),
        ("tool", "find_order", True),
    ]
    assert [(edge.kind, edge.source, edge.target, edge.any_member) for edge in graph.edges] == [
        ("dependency", "guideline:inside", "journey:return", False),
        ("entailment", "guideline:upset", "guideline:calm", False),
        ("priority", "guideline:calm", "guideline:joke", False),
        ("priority", "guideline:calm", "journey:return", False),
        ("dependency_any", "guideline:inside", "tag:sales", True),
        ("dependency_any", "guideline:inside", "guideline:calm", False),
        ("reevaluation", "guideline:calm", "tool:find_order", False),
        ("carries", "guideline:upset", "tag:sales", False),
        ("brings", "guideline:calm", "tool:find_order", False),
        ("belongs", "guideline:inside", "journey:return", False),
        ("triggers", "guideline:upset", "journey:return", False),
        ("carries", "journey:return", "tag:sales", False),
    ]
    assert {edge.group for edge in graph.edges if edge.kind == "dependency_any"} == {"any-1"}


async def test_the_diagram_names_every_node_and_survives_quotation_marks() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        asks = await agent.create_observation('says "hello" <b>', id="asks")
        await (await agent.create_guideline("x", "answer", id="answer")).depend_on(asks)

    lines = (await graph_of(build)).mermaid.splitlines()
    assert lines == [
        "flowchart LR",
        '    n0(["asks: says #quot;hello#quot; #lt;b#gt;"])',
        '    n1["answer: x -#gt; answer"]',
        "    n1 -->|dependency| n0",
    ]


async def test_an_agent_in_order_has_no_warnings() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        refunds = await agent.create_observation("discussing refunds", id="refunds")
        await agent.create_guideline("lacks an order", "ask for it", priority=10, dependencies=[refunds])
        await agent.create_guideline("greets", "greet")

    assert (await graph_of(build)).warnings == ()


async def test_a_dependency_that_can_never_be_met_is_told() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        empty = await server.create_tag("empty")
        off = await agent.create_observation("off", id="off", enabled=False)
        beaten = await agent.create_guideline("beaten", "x", id="beaten")
        boss = await agent.create_observation("boss", id="boss")
        idle = await agent.create_journey("Idle", triggers=[off], id="idle")
        for target, name in ((off, "a"), (p.AllOf(empty), "b"), (idle, "c"), (beaten, "d"), (boss, "e")):
            made = await agent.create_guideline(f"when {name}", "do", id=name, dependencies=[target])
            if name == "d":
                await made.prioritize_over(beaten)
            if name == "e":
                await boss.exclude(made)
        some = await agent.create_guideline("when f", "do", id="f")
        await some.depend_on_any(off, boss)

    assert warnings(await graph_of(build)) == [
        (
            "unmeetable_dependency",
            ("a",),
            "a can never hold, because it depends on off: off: it is disabled",
        ),
        (
            "unmeetable_dependency",
            ("b",),
            "b can never hold, because it depends on tag empty: tag empty: nothing that is enabled carries the tag",
        ),
        (
            "unmeetable_dependency",
            ("c",),
            "c can never hold, because it depends on journey idle: journey idle has no trigger that is enabled",
        ),
        (
            "unmeetable_dependency",
            ("d",),
            "d can never hold, because it depends on beaten: it drops beaten itself (d over beaten)",
        ),
        (
            "unmeetable_dependency",
            ("e",),
            "e can never hold, because it depends on boss: boss drops it (boss over e)",
        ),
    ]


async def test_a_guideline_outranked_by_its_own_dependency_is_told() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        strong = await agent.create_guideline("asks", "answer", id="strong", priority=5)
        await agent.create_guideline("asks more", "answer more", id="weak", dependencies=[strong])

    assert warnings(await graph_of(build)) == [
        (
            "outranked_by_dependency",
            ("weak",),
            "weak (priority 0) is outranked by what it depends on: strong",
        )
    ]


async def test_a_guideline_that_outranks_what_it_depends_on_is_told() -> None:
    async with p.Server(model="offline") as server:
        agent = await server.create_agent("Waiter")
        pour = await agent.create_guideline("someone is thirsty", "pour", id="pour")
        seen = await agent.create_observation("someone is thirsty", id="seen")
        shout = await agent.create_guideline("it is loud", "shout", id="shout", priority=5)
        await shout.depend_on(pour)
        calm = await agent.create_guideline("it is wild", "calm down", id="calm", priority=5)
        await calm.depend_on(seen)
        journey = await agent.create_journey("Order", triggers=["orders"])
        await journey.create_guideline("doubts", "advise", id="advise", priority=5)
        lead = await agent.create_guideline("is lost", "lead", id="lead", priority=5)
        await lead.depend_on(journey)
        warnings = (await agent.get_policy_graph()).warnings
    assert [
        (warning.kind, warning.about, warning.text) for warning in warnings if warning.kind != "duplicate_condition"
    ] == [
        (
            "unmeetable_dependency",
            ("shout",),
            "shout can never hold, because it depends on pour: it outranks pour itself (priority 5 over 0)",
        )
    ]


async def test_priorities_that_shadow_each_other_are_told() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        drinks = await server.create_tag("drinks")
        water = await agent.create_guideline("thirsty", "water", id="water", tags=[drinks])
        tea = await agent.create_guideline("cold", "tea", id="tea")
        late = await agent.create_guideline("late", "hurry", id="late", priority=7)
        await tea.prioritize_over(drinks, late)
        await water.prioritize_over(tea)

    assert warnings(await graph_of(build)) == [
        (
            "mutual_priority",
            ("water", "tea"),
            "water and tea drop each other (water over tea; tea over tag drinks): when both match, neither holds",
        ),
        (
            "contrary_priority",
            ("tea", "late"),
            (
                "late has the greater number (7 to 0), yet tea drops it (tea over late): "
                "the relationship counts before the number"
            ),
        ),
    ]


async def test_what_an_ever_active_guideline_shadows_is_told() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        kind = await agent.create_guideline(action="be kind", id="kind", priority=3)
        joke = await agent.create_observation("bored", id="joke")
        await agent.create_guideline("asks", "answer", id="answer")
        await agent.create_guideline("urgent", "hurry", id="hurry", priority=3)
        await kind.prioritize_over(joke)

    assert warnings(await graph_of(build)) == [
        ("shadowed", ("kind", "joke"), "joke can never hold: kind always applies and drops it (kind over joke)"),
        ("shadowed", ("kind", "answer"), "kind always applies with priority 3, so these can never hold: answer"),
    ]


async def test_equal_conditions_and_ids_that_collided_are_told_with_their_place() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        await agent.create_guideline(condition="Customer asks about products")
        await agent.create_guideline(condition="customer asks about products.")
        journey = await agent.create_journey("Return", triggers=["returns"])
        await journey.create_guideline("Customer asks about products", "wait", id="inside")

    graph = await graph_of(build)
    first, second = "customer-asks-about-products", "customer-asks-about-products-2"
    assert warnings(graph) == [
        (
            "duplicate_condition",
            (first, second),
            (f"{first}, {second} have the same condition: 'Customer asks about products'"),
        ),
        (
            "id_collision",
            (second, first),
            (f"the words of guideline {second!r} give the id {first!r}, which was taken; give it an id= of its own"),
        ),
    ]
    assert all("test_policy_graph.py:" in str(warning) for warning in graph.warnings)


async def test_a_journey_without_triggers_is_told_unless_another_goes_through_it() -> None:
    async def build(server: p.Server, agent: p.Agent) -> None:
        address = await agent.create_journey("Address", triggers=[])
        await address.initial_state.transition_to(chat_state="Ask for the street")
        order = await agent.create_journey("Order", triggers=["wants to order"])
        await order.initial_state.transition_to(journey=address)
        await agent.create_journey("Idle")

    warnings = (await graph_of(build)).warnings
    assert [(item.kind, item.about) for item in warnings] == [("untriggered", ("idle",))]
    assert "test_policy_graph.py" in str(warnings[0])
