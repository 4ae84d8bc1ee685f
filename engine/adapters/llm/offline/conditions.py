"""Whether a condition holds in a conversation, by the words, speech acts and values in it."""

import re
from dataclasses import dataclass

from ....domain.facts import Situation
from .clauses import Clause, alternatives
from .evidence import Evidence, Finding
from .heard import Heard, hear
from .lexicon import data_kinds, lexicon, named_acts, root, says
from .overlap import quoted
from .special import judge_special
from .text import fold, is_question, tokens
from .values import given

_WISH = re.compile(r"^\s*(?:want|wish|like|need|care)\b")
_ASKING = re.compile(r"^\s*ask\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Judges conditions against what was said in one place: the newest messages, or one earlier message."""

    situation: Situation
    heard: Heard
    text: str
    other_topics: tuple[str, ...] = ()
    """What else this agent deals with, by which to tell what is off topic."""

    @property
    def evidence(self) -> Evidence:
        """What was said, as evidence."""
        return Evidence(situation=self.situation, heard=self.heard, text=self.text)

    def judge(self, condition: str) -> Finding:
        """Judge a condition: any of its alternatives, all clauses of one."""
        special = judge_special(condition, self.situation, text=self.text, other_topics=self.other_topics)
        if special is not None:
            return Finding(holds=special[0], why=special[1], strength=1.0 if special[0] else 0.0)
        found = [self._together([self._clause(clause) for clause in way]) for way in alternatives(condition)]
        if not found:
            return Finding(
                holds=bool(self.text.strip()), why="the condition asks for nothing in particular", strength=0.3
            )
        return max(found, key=lambda finding: (finding.holds, finding.strength))

    def _together(self, findings: list[Finding]) -> Finding:
        failed = next((finding for finding in findings if not finding.holds), None)
        if failed is not None:
            return failed
        whys = "; ".join(dict.fromkeys(finding.why for finding in findings))
        return Finding(holds=True, why=whys, strength=min(finding.strength for finding in findings))

    def _clause(self, clause: Clause) -> Finding:
        if not clause.unwanted:
            return self._with_examples(clause)
        wanted = self.heard.topic(clause.wanted)
        if clause.absence:
            present = self._positive(clause.wanted) if wanted else Finding(holds=True, why="", strength=0.5)
            return self._absent(clause, present)
        return self._failed_to_happen(clause)

    def _absent(self, clause: Clause, present: Finding) -> Finding:
        if not present.holds:
            return present
        lacking = clause.unwanted
        there = self._given_so_far(lacking)
        if there:
            return Finding(holds=False, why=f"the customer has given {quoted([there])}")
        why = f"nothing said so far gives {quoted([lacking])}"
        return Finding(
            holds=True, why=f"{present.why}, and {why}" if present.why else why, strength=max(present.strength, 0.5)
        )

    def _given_so_far(self, lacking: str) -> str | None:
        # Who asked before and does not ask now does not ask.
        for text in (self.text,) if _ASKING.search(fold(lacking)) else self.heard.all:
            values = [value for kind in data_kinds(lacking) for value in given(kind, text)]
            if values:
                return values[0]
            if (
                not data_kinds(lacking)
                and Listener(situation=self.situation, heard=self.heard, text=text)._positive(lacking).holds
            ):
                return lacking
        return None

    def _failed_to_happen(self, clause: Clause) -> Finding:
        """Something in the world that did not happen: only true when the customer says so, or a value does."""
        whole = f"{clause.wanted} {clause.unwanted}"
        if _WISH.search(fold(clause.unwanted)) and not self.heard.topic(whole):
            refused = any(says(act, self.text) for act in ("no", "quit", "farewell")) and not is_question(self.text)
            why = "the customer refuses" if refused else "the customer does not refuse"
            return Finding(holds=refused, why=why, strength=0.6 if refused else 0.0)
        found = self._positive(whole)
        if found.holds and re.search(r"\b(?:not|never|no|without|still|yet)\b", fold(self.text)):
            return found
        by_value = self.evidence.variables(whole)
        if by_value is not None:
            return Finding(holds=not by_value.holds, why=by_value.why, strength=by_value.strength)
        return Finding(holds=False, why=f"nobody says that {quoted([clause.unwanted])} did not happen")

    def _with_examples(self, clause: Clause) -> Finding:
        found = self._positive(clause.wanted)
        if found.holds or not clause.examples:
            return found
        head = self.heard.topic(clause.wanted)
        open_head = not head or head[-1].weight < 1 or bool(named_acts(clause.wanted)) or found.strength > 0
        examples = [self._positive(f"{_giving(clause.wanted)}{example}") for example in clause.examples]
        best = max(examples, key=lambda finding: (finding.holds, finding.strength))
        return best if best.holds and open_head else found

    def _positive(self, text: str) -> Finding:
        for judged in (self.evidence.handed_over(text), self.evidence.variables(text)):
            if judged is not None:
                return judged
        found = self.evidence.by_words(text)
        return found if found.holds else self.evidence.result(text) or found


def _giving(head: str) -> str:
    return "provides " if any(root(word) in lexicon().give_verbs for word in tokens(head)) else ""


def listen(situation: Situation, *, other_topics: tuple[str, ...] = ()) -> Listener:
    """A listener to the newest messages."""
    heard = hear(situation)
    return Listener(situation=situation, heard=heard, text=heard.text, other_topics=other_topics)
