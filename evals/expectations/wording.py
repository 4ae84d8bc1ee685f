"""Words of a text, folded: case, accents, spacing and punctuation make no difference, whole words do."""

import re
import unicodedata

TOKEN = re.compile(r"\d+(?:[.,:]\d+)+|\w+|[^\w\s]")
"""A number with its points (2:30, 1,000.50), a word, or a sign."""
ACCENTS = re.compile("[\u0300-\u036f]")
APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
UNSPACED = re.compile("([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
"""Scripts that put no spaces between words; each of their characters counts as a word."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text; signs such as € and % count as words, punctuation does not."""
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFC", APOSTROPHES.sub("", plain)).casefold()
    return tuple(token for token in TOKEN.findall(UNSPACED.sub(r" \1 ", folded)) if _counts(token))


def mentions(text: str, phrase: str) -> bool:
    """Whether the phrase's words stand in the text, one after another."""
    wanted = words_of(phrase)
    found = words_of(text)
    if not wanted:
        return phrase in text
    return any(found[start : start + len(wanted)] == wanted for start in range(len(found) - len(wanted) + 1))


def bare(text: str) -> str:
    """The letters and digits of a text in one: by these a number is the same with spaces, with hyphens, or without."""
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return "".join(character for character in plain if character.isalnum())


def _counts(token: str) -> bool:
    return token == "%" or len(token) > 1 or not unicodedata.category(token).startswith(("P", "M", "C"))
