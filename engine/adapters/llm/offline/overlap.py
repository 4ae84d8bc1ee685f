"""Which words two texts share: by stem, by everyday synonyms, by the terms of the agent's glossary."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ....domain.knowledge import Term
from .lexicon import Phrase, lexicon, root
from .text import tokens
from .values import NUMBER_WORDS


@dataclass(frozen=True, slots=True)
class Word:
    """A word that carries a topic. Two words mean the same when they share a key."""

    text: str
    keys: frozenset[str]
    weight: float = 1.0

    def means(self, other: "Word") -> bool:
        """Whether both words may stand for one thing."""
        return not self.keys.isdisjoint(other.keys)


Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How much of some wanted words another text has."""

    matched: tuple[str, ...] = ()
    weight: float = 0.0
    total: float = 0.0

    @property
    def share(self) -> float:
        """The matched part of the weight, 0 where nothing is wanted."""
        return self.weight / self.total if self.total else 0.0


@lru_cache(maxsize=4096)
def topic(text: str, terms: tuple[Term, ...] = ()) -> Words:
    """The words of a text that carry its topic, each once, in order of mention."""
    words = tokens(text)
    stems = tuple(root(word) for word in words)
    marks = _marks(stems, terms)
    known = lexicon()
    found: dict[str, Word] = {}
    for at, (word, base) in enumerate(zip(words, stems, strict=True)):
        keys = marks.get(at, ())
        subject = base in known.subjects and not _is_spoken_of(base, before=words[max(at - 2, 0) : at])
        plain = word in known.stop or subject or base in known.reports
        if (plain and not _stands_for_phrase(at, keys, words=words)) or base in found:
            continue
        weight = 0.5 if base in known.weak else 1.0
        found[base] = Word(text=word, keys=frozenset((base, *(key for key, _ in keys))), weight=weight)
    return tuple(found.values())


_COUNTS = frozenset(("many", "more", "another", "extra", "additional", "other", "few", "several", *NUMBER_WORDS))


def _is_spoken_of(base: str, *, before: tuple[str, ...]) -> bool:
    """Whether a noun for people is what is spoken of, and not who speaks: "four guests", "the number of guests"."""
    if base not in lexicon().people or not before:
        return False
    counted = before[-1] in _COUNTS or before[-1].isdigit()
    return counted or before in (("number", "of"), ("names", "of"), ("name", "of")) or before[-1] == "per"


def _stands_for_phrase(at: int, keys: tuple[tuple[str, range], ...], *, words: tuple[str, ...]) -> bool:
    """Whether a phrase of nothing but plain words ("where is") begins here."""
    known = lexicon()
    return any(len(span) > 1 and span.start == at and all(words[i] in known.stop for i in span) for _, span in keys)


def _marks(stems: Phrase, terms: tuple[Term, ...]) -> dict[int, tuple[tuple[str, range], ...]]:
    """For each place of a text, the synonym groups and terms that a phrase there stands for."""
    marks: dict[int, tuple[tuple[str, range], ...]] = {}
    of_terms = _term_phrases(terms)
    groups = lexicon().groups
    for at, base in enumerate(stems):
        for phrase, key in (*groups.get(base, ()), *of_terms.get(base, ())):
            if stems[at : at + len(phrase)] == phrase:
                span = range(at, at + len(phrase))
                for place in span:
                    marks[place] = (*marks.get(place, ()), (key, span))
    return marks


@lru_cache(maxsize=256)
def _term_phrases(terms: tuple[Term, ...]) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    found: dict[str, tuple[tuple[Phrase, str], ...]] = {}
    for term in terms:
        for name in (term.name, *term.synonyms):
            phrase = tuple(root(word) for word in tokens(name))
            if phrase:
                found[phrase[0]] = (*found.get(phrase[0], ()), (phrase, f"#{term.id}"))
    return found


def overlap(wanted: Words, heard: Words) -> Overlap:
    """How much of the wanted words was heard."""
    matched = [word for word in wanted if any(word.means(other) for other in heard)]
    return Overlap(
        matched=tuple(word.text for word in matched),
        weight=sum(word.weight for word in matched),
        total=sum(word.weight for word in wanted),
    )


def similarity(one: Words, other: Words) -> float:
    """How alike two texts are, from 0 to 1: shared words against all words, and against those of the shorter text."""
    if not one or not other:
        return 0.0
    there, back = overlap(one, other), overlap(other, one)
    total = there.total + back.total
    dice = (there.weight + back.weight) / total if total else 0.0
    return (dice + max(there.share, back.share)) / 2


def quoted(words: Iterable[str]) -> str:
    """Words as evidence shows them: 'claim' and 'file'."""
    shown = [f"'{word}'" for word in words]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
