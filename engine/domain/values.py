"""Small shared pieces: JSON, readable ids, canonical text, fingerprints and the place a definition came from."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

JSON: TypeAlias = Any
"""Any value that JSON can hold: None, bool, int, float, str, lists and string-keyed mappings of these."""

SLUG_LENGTH = 60
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The call that made a definition: a file and a line (1-based)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def slug(text: str) -> str:
    """Turn a title or a sentence into a readable id: lower-case words joined by hyphens, cut at a whole word."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    # An apostrophe belongs to its word: "customer's" is "customers", not "customer-s".
    words = re.findall(r"[a-z0-9]+", folded.lower().replace("'", ""))
    kept: list[str] = []
    for word in words:
        if kept and len("-".join([*kept, word])) > SLUG_LENGTH:
            break
        kept.append(word)
    return "-".join(kept) or "unnamed"


def unique(name: str, taken: Iterable[str]) -> str:
    """Give back the name, or the name with -2, -3 … when it is taken."""
    used = set(taken)
    if name not in used:
        return name
    number = 2
    while f"{name}-{number}" in used:
        number += 1
    return f"{name}-{number}"


def fold_name(name: str) -> str:
    """Fold a name for look-up: case, spaces, hyphens and underscores make no difference."""
    return re.sub(r"[\s_-]+", "-", name.strip().lower())


def canonical_json(value: JSON) -> str:
    """Write a JSON value in its one canonical form: sorted keys, no spaces, text as it is.

    Half a surrogate pair, which some front ends send and no file can hold, is written as its escape.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()  # far quicker than searching, and nearly every text passes
    except UnicodeEncodeError:
        return HALF_A_PAIR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def digest(text: str) -> str:
    """Hash a text: the first 16 hexadecimal digits of its SHA-256, enough to tell the texts of one project apart."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
