"""What holds of every embedder."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from understudy.engine.adapters.embedding.cached import CachedEmbedder
from understudy.engine.adapters.embedding.hashing import HashingEmbedder
from understudy.engine.adapters.embedding.litellm import LiteLLMEmbedder
from understudy.engine.errors import ModelUnavailableError
from understudy.engine.ports import Embedder, Vector

TEXTS = (
    "Where is my parcel?",
    "The parcel has not arrived",
    "I want to cancel my flight",
    "",
    "Où est mon colis ?",
    "{{ std.customer.name }}",
    "\ud83d half a pair",
)


class _Provider(BaseHTTPRequestHandler):
    """An embedding service: counts letters, so that a vector of it is known beforehand."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "refuse" in asked["input"]:
            self._send(400, {"error": {"message": "no such words", "type": "invalid", "code": "400"}})
            return
        vectors = [[float(text.count(letter)) for letter in "aeiounrst"] for text in asked["input"]]
        items = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        self._send(200, {"object": "list", "data": items[::-1], "model": asked["model"], "usage": usage})

    def _send(self, code: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["hashing", "cached", "litellm"])
def embedder(request: pytest.FixtureRequest, provider: str, monkeypatch: pytest.MonkeyPatch) -> Embedder:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-the-test-alone")
    monkeypatch.setenv("OPENAI_BASE_URL", provider)
    made: dict[str, Embedder] = {
        "hashing": HashingEmbedder(),
        "cached": CachedEmbedder(HashingEmbedder(), most=2),
        "litellm": LiteLLMEmbedder("openai/letters", retries=0),
    }
    return made[request.param]


def cosine(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_there_is_a_vector_for_each_text_in_order(embedder: Embedder) -> None:
    vectors = await embedder.embed(TEXTS)
    assert len(vectors) == len(TEXTS)
    assert len({len(vector) for vector in vectors}) == 1
    assert [(await embedder.embed([text]))[0] for text in TEXTS] == list(vectors)


async def test_vectors_are_of_length_one_or_nothing(embedder: Embedder) -> None:
    for vector in await embedder.embed(TEXTS):
        assert round(cosine(vector, vector), 9) in (0, 1)


async def test_equal_texts_lie_in_one_place(embedder: Embedder) -> None:
    one, other = await embedder.embed([TEXTS[0], TEXTS[0]])
    assert one == other
    assert cosine(one, other) >= embedder.near


async def test_no_texts_need_no_vectors(embedder: Embedder) -> None:
    assert await embedder.embed([]) == ()


async def test_the_hashing_embedder_finds_texts_on_one_topic_near_and_others_not() -> None:
    embedder = HashingEmbedder()
    parcel, late, flight, *_ = await embedder.embed(TEXTS)
    assert cosine(parcel, late) >= embedder.near > cosine(parcel, flight)


async def test_the_cache_asks_for_what_it_does_not_remember_and_forgets_the_oldest() -> None:
    asked: list[str] = []

    class Noting(HashingEmbedder):
        async def embed(self, texts: Any, /) -> tuple[Vector, ...]:
            asked.extend(texts)
            return await super().embed(texts)

    cached = CachedEmbedder(Noting(), most=2)
    for texts in (["a", "b", "a"], ["a"], ["c"], ["a", "b"]):
        await cached.embed(texts)
    assert asked == ["a", "b", "c", "b"]


async def test_a_provider_that_refuses_is_named_without_its_key(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-the-test-alone")
    monkeypatch.setenv("OPENAI_BASE_URL", provider)
    with pytest.raises(ModelUnavailableError, match="'openai/letters' gave no answer") as raised:
        await LiteLLMEmbedder("openai/letters", retries=0).embed(["refuse"])
    assert "sk-for-the-test-alone" not in str(raised.value)
