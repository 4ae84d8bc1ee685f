"""Reading from scenario files what has to stay secret."""

from collections.abc import Iterator
from typing import get_args

from ..expectations.outside import KeptSecret, SecretPlace
from ..expectations.wording import bare
from .nodes import Node
from .values import Item, Reader

SHORTEST = 4
"""Letters and digits; what is shorter is found in anything."""


def _secret(*places: SecretPlace) -> Reader:
    def read(node: Node) -> Iterator[Item]:
        for number, text in enumerate(node.texts("a secret value"), start=1):
            if len(bare(text.text)) < SHORTEST:
                problem = f"a secret value needs at least {SHORTEST} letters or digits; shorter ones are in any text"
                node.findings.add(text.place, problem)
            # Words are shown and stored, so they count values and do not repeat them.
            yield Item(
                expectation=KeptSecret(value=text.text, places=places), words=f"value {number}", place=text.place
            )

    return read


SECRET: dict[str, Reader] = {
    "said": _secret("said"),
    "prompts": _secret("prompts"),
    "stored": _secret("stored"),
    "everywhere": _secret(*get_args(SecretPlace)),
}
