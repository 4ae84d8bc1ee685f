"""How a reply comes about: candidates, draft, selection, wording and sending. The stage `compose_message` has the order."""
