"""A compliance hook sees what is said, also where replies are shown while they are written."""

from typing import Any

import understudy.engine as p

from ..worlds import saying, scripted_model

NEXT, BAIL = p.EngineHookResult.CALL_NEXT, p.EngineHookResult.BAIL


class Sink:
    """Notes how often messages of the agent were shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    async def emit(self, event: Any, /) -> None:
        if event.kind == "message" and event.source == "ai_agent":
            self.shown.append(event.text)


async def play(sink: Sink, **hooks: Any) -> p.TurnResult:
    model = scripted_model(draft=saying("We open at nine."))
    async with p.Server(model=model) as server:
        for point, hook in hooks.items():
            getattr(server.hooks, point).append(hook)
        agent = await server.create_agent("Shop", output_mode=p.OutputMode.STREAM)
        return await server.conversation(agent, sink=sink).say("When?")


async def test_a_hook_on_drafts_is_called_and_the_message_sent_whole():
    sink, drafts = Sink(), []

    async def check(context: p.EngineContext, draft: str, exception: Exception | None) -> p.EngineHookResult:
        drafts.append(draft)
        return NEXT

    turn = await play(sink, on_draft_generated=check)
    assert drafts == ["We open at nine."]
    assert sink.shown == ["We open at nine."]
    assert turn.trace.composition is not None
    assert not turn.trace.composition.streamed


async def test_a_hook_on_messages_can_hold_one_back_before_a_word_of_it_is_shown():
    sink = Sink()

    async def hold_back(context: p.EngineContext, text: str, exception: Exception | None) -> p.EngineHookResult:
        return BAIL if "nine" in text else NEXT

    turn = await play(sink, on_message_generated=hold_back)
    assert sink.shown == []
    assert turn.reply == ""
    assert turn.trace.statuses[-1] == "ready:completed"


async def test_a_hook_that_only_hears_of_messages_leaves_them_streamed():
    sink, heard = Sink(), []

    async def hear(context: p.EngineContext, text: str, exception: Exception | None) -> p.EngineHookResult:
        heard.append((text, context.reply))
        return NEXT

    turn = await play(sink, on_message_emitted=hear)
    assert turn.trace.composition is not None
    assert turn.trace.composition.streamed
    assert len(sink.shown) > 1
    assert heard == [("We open at nine.", "We open at nine.")]
