"""Text as the rules see it: folded, cut into words, words cut down to their stems."""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_CONTRACTIONS = (
    (re.compile(r"\bcan'?t\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\b(do|does|did|has|have|had|is|are|was|were|would|could|should)n'?t\b"), r"\1 not"),
    (re.compile(r"'(?:s|re|ve|ll|d|m)\b"), ""),
    (re.compile(r"\bim\b"), "i"),
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_VOWELS = re.compile(r"[aeiouy]")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """The text without case, accents and contractions."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()
    for pattern, plain in _CONTRACTIONS:
        folded = pattern.sub(plain, folded)
    return folded


_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=4096)
def spoken(name: str) -> str:
    """A name from code as people say it: `order_number`, `order-number` and `OrderNumber` are "order number"."""
    return " ".join(_INNER_CAPITAL.sub(" ", name).replace("_", " ").replace("-", " ").split()).lower()


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, folded; underscores and hyphens separate words."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=8192)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, as they are written."""
    return tuple(part.strip() for part in _SENTENCE_END.split(text) if part.strip())


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """What the forms of an English word have in common: `cancelled`, `cancels` and `cancellation` become `cancel`."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word[:-1] if word in ("ids", "ssns") else word
    return _ending(_derived(_inflected(word)))


def _inflected(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _unplural(word)
    return _without(word, ("ing", "ed"))


def _unplural(word: str) -> str:
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return _without(word[:-1], ("ing",))


def _without(word: str, suffixes: tuple[str, ...]) -> str:
    for suffix in suffixes:
        rest = word[: -len(suffix)]
        if word.endswith(suffix) and len(rest) >= 3 and _VOWELS.search(rest):
            return f"{rest}e" if _LOST_E.fullmatch(rest) else rest
    return word


# "caring" comes of "care"; had it come of "car", its last letter would stand there twice.
_LOST_E = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]")


_SUFFIXES = (("ability", 4, "abl"), ("ation", 4, ""), ("ment", 3, ""), ("ness", 3, ""), ("ance", 4, ""), ("ly", 4, ""))


def _derived(word: str) -> str:
    for suffix, least, plain in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)] + plain
    return word[:-3] if word.endswith("ion") and len(word) >= 7 else word


def _ending(word: str) -> str:
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def is_question(text: str) -> bool:
    """Whether something is asked: a question mark, or a sentence that begins as questions do."""
    return "?" in text or any(_asks(sentence) for sentence in sentences(text))


_QUESTION_START = re.compile(
    r"(?:what|when|where|who|whom|whose|which|why|how|can|could|would|will|do|does|did|is|are|am|should|may)"
)


def _asks(sentence: str) -> bool:
    words = tokens(sentence)
    return len(words) > 2 and _QUESTION_START.fullmatch(words[0]) is not None


def has_run(words: tuple[str, ...], run: tuple[str, ...]) -> bool:
    """Whether some words stand in a text side by side, in order."""
    return bool(run) and any(words[at : at + len(run)] == run for at in range(len(words) - len(run) + 1))
