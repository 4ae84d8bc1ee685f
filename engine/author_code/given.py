"""What an author's own function gives back, whether it is a plain function or a coroutine function."""

from collections.abc import Awaitable
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Given: TypeAlias = Awaitable[T] | T
"""At once from a plain function; from a coroutine function it is awaited."""
