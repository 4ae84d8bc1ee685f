"""Reading a customer's messages before the agent does: what was found stands on the message, and hides its text."""

from dataclasses import replace

from ..domain.session import MessageEvent, Session
from ..guard import Fault, guarded
from ..ports import Moderator

SECONDS = 30.0


async def moderated(
    message: MessageEvent, session: Session, *, moderator: Moderator | None
) -> tuple[MessageEvent, str | None]:
    """The message with what a moderator finds in it, and a note where the moderator broke: the message then passes."""
    if moderator is None:
        return message, None
    found = await guarded(lambda: moderator.check(message.text, session), what="the moderator", seconds=SECONDS)
    if isinstance(found, Fault):
        return message, f"the moderator broke, and the message passed unread: {found}"
    return replace(message, flagged=tuple(found.tags)), None
