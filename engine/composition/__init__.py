"""How a reply comes about: candidates, draft, selection, wording and sending. `compose_message` has the order."""
