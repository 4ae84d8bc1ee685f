# A test knows which event, fact or option it looks at.
# pyright: reportAttributeAccessIssue=false
"""Notes and labels that tools, hooks and handlers leave on the session; in the trace, and at fixed points of a turn."""

import asyncio

import pytest

import understudy.engine as p
from understudy.engine.adapters.tools.results import as_result
from understudy.engine.domain.session_changes import SessionChanges, SessionNotes, changes_in

from ..worlds import calling, matching, now_answering, scripted_model


async def shop(server: p.Server, *tools, **guideline) -> p.Agent:
    agent = await server.create_agent("Shop")
    await agent.create_guideline("the customer asks", "look it up", id="look", tools=tools, **guideline)
    return agent


@p.tool
async def triage(context: p.ToolContext) -> p.ToolResult:
    await context.set_metadata("queue", {"name": "north"})
    await context.set_metadata("draft", 1)
    await context.remove_metadata("draft")
    await context.add_label("urgent", "web")
    await context.remove_label("web", "new")
    await p.Session.current.update(title="Broken lamp")
    assert "queue" not in p.Session.current.metadata, "it takes effect once the tool is done"
    return p.ToolResult(data="ok")


async def test_a_tool_leaves_notes_labels_and_a_title_and_the_trace_says_so():
    model = scripted_model(match=matching("look"), tools=calling(triage={}))
    async with p.Server(model=model) as server:
        agent = await shop(server, triage)
        talk = server.conversation(agent, labels=["new", "web"], metadata={"channel": "chat"})
        turn = await talk.say("My lamp is broken")
        kept = await server.get_session(talk.id)
    assert kept.metadata == {"channel": "chat", "queue": {"name": "north"}}
    assert (kept.labels, kept.title) == (("urgent",), "Broken lamp")
    (changed,) = turn.trace.context.session_changes
    assert changed.by == "tool:triage"
    assert changed.changes == {
        "metadata": {"queue": {"name": "north"}},
        "unset_metadata": ["draft"],
        "labels": ["urgent"],
        "remove_labels": ["web", "new"],
        "title": "Broken lamp",
    }
    assert turn.trace.calls[0].result.control["session"] == changed.changes, "so that a recorded call does the same"
    assert turn.trace.state.labels == ("urgent",)


async def test_a_result_can_say_by_itself_what_is_to_be_different():
    @p.tool
    async def close(context: p.ToolContext) -> p.ToolResult:
        await context.add_label("seen")
        return p.ToolResult("ok", control={"session": {"labels": ["closed"], "mode": "manual"}})

    async with p.Server(model=scripted_model(match=matching("look"), tools=calling(close={}))) as server:
        talk = server.conversation(await shop(server, close))
        await talk.say("Close it")
    assert talk.session.labels == ("seen", "closed")
    assert talk.session.mode is p.SessionMode.MANUAL


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"label": ["x"]}, "control['session'] has no key 'label'; did you mean 'labels'?"),
        ({"colour": "red"}, "control['session'] has no key 'colour'; it takes metadata, unset_metadata, labels"),
        ({"labels": "urgent"}, "has labels 'urgent', where a list of texts is wanted: write ['urgent']"),
        ({"labels": [1]}, "has labels [1], where a list of texts is wanted"),
        ({"metadata": ["x"]}, "has metadata ['x'], where a mapping is wanted"),
        ({"mode": "off"}, "has the mode 'off', not one of auto, manual"),
        ({"title": 7}, "has the title 7, where a text is wanted"),
        ("urgent", "is 'urgent', where a mapping with metadata"),
        (
            {"tittle": "x", "mode": "off", "labels": 7, "title": 8},
            (
                "has no key 'tittle'; did you mean 'title'?; has the mode 'off', not one of auto, manual; "
                "has labels 7, where a list of texts is wanted; has the title 8, where a text is wanted"
            ),
        ),
    ],
)
def test_changes_that_can_not_be_made_make_the_result_unusable(wanted, problem):
    result = as_result(p.ToolResult("ok", control={"session": wanted}), most_bytes=1000)
    assert result.failed
    assert problem in str(result.error)


async def test_what_tools_that_ran_side_by_side_want_is_made_in_the_order_of_the_calls():
    first_done = asyncio.Event()

    @p.tool
    async def one(context: p.ToolContext) -> p.ToolResult:
        await first_done.wait()
        await context.set_metadata("by", "one")
        return p.ToolResult("ok")

    @p.tool
    async def two(context: p.ToolContext) -> p.ToolResult:
        await context.set_metadata("by", "two")
        first_done.set()
        return p.ToolResult("ok")

    async with p.Server(model=scripted_model(match=matching("look"), tools=calling(one={}, two={}))) as server:
        talk = server.conversation(await shop(server, one, two))
        turn = await talk.say("Go")
    assert [change.by for change in turn.trace.context.session_changes] == ["tool:one", "tool:two"]
    assert talk.session.metadata == {"by": "two"}


async def test_a_tool_that_raises_leaves_nothing():
    @p.tool
    async def broken(context: p.ToolContext) -> p.ToolResult:
        await context.add_label("half done")
        raise RuntimeError("no connection")

    async with p.Server(model=scripted_model(match=matching("look"), tools=calling(broken={}))) as server:
        talk = server.conversation(await shop(server, broken))
        turn = await talk.say("Go")
    assert turn.trace.calls[0].failed
    assert talk.session.labels == ()


async def test_hooks_and_handlers_leave_notes_in_their_order_and_later_code_finds_them():
    found = []

    async def hook(context, payload, exception):
        await p.Session.current.metadata.set("seen", 1)
        await p.Session.current.labels.add("hooked")
        return p.EngineHookResult.CALL_NEXT

    async def selected(context, match):
        found.append((dict(p.Session.current.metadata), list(p.Session.current.labels), context.session.labels))
        await p.Session.current.metadata.set("seen", 2)
        await p.Session.current.labels.remove("hooked")

    async def after(context, match):
        found.append(
            (dict(p.Session.current.metadata), "hooked" in p.Session.current.labels, len(context.session.labels))
        )
        await p.Session.current.update(mode="manual")

    async with p.Server(model=scripted_model(match=matching("look"))) as server:
        server.hooks.on_preparing.append(hook)
        talk = server.conversation(await shop(server, on_selected=selected, on_message=after))
        turn = await talk.say("Hi")
    assert found == [({"seen": 1}, ["hooked"], ("hooked",)), ({"seen": 2}, False, 0)]
    assert [change.by for change in turn.trace.context.session_changes] == [
        "hook:on_preparing",
        "the on_selected handler of guideline 'look'",
        "the on_message handler of guideline 'look'",
    ]
    assert (talk.session.metadata, talk.session.labels) == ({"seen": 2}, ())
    assert talk.session.mode is p.SessionMode.MANUAL


async def test_elsewhere_in_a_turn_the_session_can_be_read_and_not_changed():
    async def matcher(context, guideline):
        await p.Session.current.labels.add("matched")
        return p.GuidelineMatch(id=guideline.id, matched=True)

    async with p.Server(model=scripted_model()) as server:
        agent = await server.create_agent("Shop")
        await agent.create_guideline("anything", "be kind", id="kind", matcher=matcher)
        talk = server.conversation(agent)
        turn = await talk.say("Hi")
    assert any("can be changed in tools, hooks, handlers and plans" in note for note in turn.trace.notes)
    assert talk.session.labels == ()


async def test_code_that_goes_on_after_its_tool_is_done_changes_nothing():
    late = []

    @p.tool
    async def leave(context: p.ToolContext) -> p.ToolResult:
        late.append(context)
        return p.ToolResult("ok")

    async with p.Server(model=scripted_model(match=matching("look"), tools=calling(leave={}))) as server:
        talk = server.conversation(await shop(server, leave))
        await talk.say("Go")
    with pytest.raises(p.NotOpenError, match="the code that wants to change the session is done"):
        await late[0].add_label("too late")
    noted = p.ToolContext(notes=SessionNotes())
    with pytest.raises(TypeError, match="can't hold what JSON can't hold"):
        await noted.set_metadata("when", object())


async def test_outside_of_a_conversation_a_tool_can_be_called_and_notes_go_nowhere():
    context = p.ToolContext()
    await context.add_label("urgent")
    await context.set_metadata("a", 1)
    assert context.metadata == {}


async def test_what_a_tool_noted_before_its_turn_was_given_up_stays_noted():
    noted = asyncio.Event()

    async def lingering(context, payload, exception):
        noted.set()
        await asyncio.Event().wait()

    model = scripted_model(match=matching("look"), tools=calling(triage={}))
    async with p.Server(model=model) as server:
        server.hooks.on_preparation_iteration_end.append(lingering)
        talk = server.conversation(await shop(server, triage))
        first = asyncio.ensure_future(talk.say("My lamp is broken"))
        await noted.wait()
        server.hooks.on_preparation_iteration_end.clear()
        now_answering(model, tools=calling())
        await talk.say("Sorry, the other lamp")
        superseded = await first
    assert superseded.was_superseded
    assert [change.by for change in superseded.trace.context.session_changes] == ["tool:triage"]
    assert (talk.session.labels, talk.session.title) == (("urgent",), "Broken lamp")


def test_changes_made_one_after_the_other_are_as_good_as_all_at_once():
    session = p.Session(id="s", agent_id="a", labels=("new", "web"), metadata={"x": 1, "y": 2})
    first = SessionChanges(metadata={"x": 2, "z": 3}, unset_metadata=("y",), labels=("hot",), remove_labels=("new",))
    second = SessionChanges(
        metadata={"y": 5}, unset_metadata=("z",), labels=("new",), remove_labels=("hot",), title="T"
    )
    at_once, apart = first.then(second).made_to(session), second.made_to(first.made_to(session))
    assert (at_once.metadata, at_once.title) == (apart.metadata, apart.title) == ({"x": 2, "y": 5}, "T")
    assert set(at_once.labels) == set(apart.labels) == {"new", "web"}
    assert changes_in(first.then(second).as_json()) == first.then(second)
