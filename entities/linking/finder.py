"""Where a text speaks of an entity: the longest names, and which of them to link unasked.

The longest fitting name wins at each place, from the left; names never overlap. A name stands between the ends of words.
The possessive ('s) stays outside the mention; a plural s, being the end of a word, inside. The rules of single steps are
in the modules that take them: `folding` (letters and places), `names` (spellings), `surface` (capitals and what parts
words), `evidence` (what the article says for and against a reading).
"""

from typing import NamedTuple

from .evidence import judge
from .folding import Folded
from .names import Names, Term
from .surface import fits, is_address, is_joined

__all__ = ["Finder", "Mention", "Term"]


class Mention(NamedTuple):
    """A name in a text: text[start:end] is what stands there, in code points.

    `terms` are its readings, the best first and one a key; more than one is an ambiguous name. `linked` tells whether
    it should be linked unasked, `why` in a few words why or why not (“acronym”, “former name until 2020”, “ambiguous”).
    """

    start: int
    end: int
    terms: tuple[Term, ...]
    linked: bool
    why: str


class Candidate:
    """A name as it stands in one segment, with what `evidence` finds about it."""

    __slots__ = ("end", "folded", "linked", "readings", "start", "sure", "surface", "why")

    def __init__(self, folded, start, end, surface, readings):
        self.folded, self.start, self.end, self.surface, self.readings = folded, start, end, surface, readings
        self.linked, self.sure, self.why = False, False, ""


class Finder:
    """Finds the names of `terms`; built once (about 10 µs a name), then only read, so threads may share it."""

    def __init__(self, terms):
        self.names = Names(terms)

    def find(self, text):
        """The mentions of one text, in order."""
        return self.find_all([text])[0]

    def find_all(self, texts):
        """The mentions of each of `texts`, the segments of one article: evidence is shared, no name goes over an end."""
        found = [self._candidates(Folded(text)) for text in texts]
        judge(self.names, [candidate for candidates in found for candidate in candidates])
        return [[Mention(c.start, c.end, c.readings, c.linked, c.why) for c in candidates] for candidates in found]

    def _candidates(self, folded):
        words, whole, longer = folded.words, self.names.whole, self.names.longer
        places = [i for i, word in enumerate(words) if word in whole]
        places += [i for i, pair in enumerate(zip(words, words[1:], strict=False)) if pair in longer]
        places.sort()
        found, free = [], 0
        for i in places:
            if i < free:
                continue
            lengths = longer.get((words[i], words[i + 1]), ()) if i + 1 < len(words) else ()
            for length in (*lengths, 1):
                name = " ".join(words[i : i + length]) if length > 1 else words[i]
                if (
                    name in whole
                    and i + length <= len(words)
                    and (candidate := self._candidate(folded, i, i + length - 1, name))
                ):
                    found.append(candidate)
                    free = i + length
                    break
        return found

    def _candidate(self, folded, first, last, name):
        start, end = folded.place(first, last)
        text = folded.text
        surface = text[start:end]
        readings = self.names.readings(name)
        if len(readings) > 1 or readings[0].text != surface:
            readings = tuple(t for t in readings if fits(t, surface) and (first == last or is_joined(t, surface)))
        if not readings or is_address(text, start, end):
            return None
        closing = text[end : end + 1]
        if closing and closing in ")." and (readings[0].text.endswith(closing) or surface[-2:-1] == closing == "."):
            end += 1
            surface += closing
        return Candidate(folded, start, end, surface, readings)
