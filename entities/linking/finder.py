"""Where a text speaks of an entity: the longest names, and which of them to link unasked.

The longest fitting name wins at each place, from the left; names never overlap, and stand between the ends of words.
The possessive ('s) stays outside the mention; a plural s, being the end of a word, inside. The rules of single steps
are in the modules that take them: `folding` (letters and places), `names` (spellings), `surface` (capitals and what
parts words), `neighbours` (words beside a name), `definitions` (acronyms explained), `evidence` (what an article says).
"""

import re
from itertools import count
from math import inf
from operator import attrgetter
from typing import NamedTuple

from .candidate import Candidate
from .evidence import judge
from .folding import Folded
from .names import MANY, Names
from .surface import fits, is_address, is_joined
from .terms import Term

__all__ = ["Finder", "Mention", "Term", "TooMany"]


#: what a candidate has for its mention
OUTCOME = attrgetter("start", "end", "readings", "linked", "why")
#: beside a name they may make it a part of a web address or of a path
AFTER_ADDRESS = frozenset("./@_\\=:-")
BEFORE_ADDRESS = frozenset("./@_#\\=:&?~-")
#: four letters that the FDA puts after the name of a biological: voretigene neparvovec-rzyl
SUFFIX = re.compile(r"-[a-z]{4}\b")
#: what ends a name and is no letter: E6(R3), Amgen Inc.
CLOSING = frozenset(").")


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


class TooMany(ValueError):
    """The texts have more names than they may."""


class Finder:
    """Finds the names of `terms`; built once (about 10 µs a name), then only read, so threads may share it."""

    def __init__(self, terms):
        self.names = Names(terms)

    def find(self, text):
        """The mentions of one text, in order."""
        return self.find_all([text])[0]

    def find_all(self, texts, most=inf):
        """The mentions of each of `texts`, segments of one article: evidence is shared, no name goes over an end.

        Raises TooMany where there are more than `most`, before they are judged, which takes far longer.
        """
        found, number = [], 0
        for text in texts:
            found.append(self._candidates(Folded(text)))
            number += len(found[-1])
            if number > most:
                raise TooMany
        judge(self.names, [candidate for candidates in found for candidate in candidates])
        return [list(map(Mention._make, map(OUTCOME, candidates))) for candidates in found]

    def _candidates(self, folded):
        names, words = self.names, folded.words
        whole, longer, lower = names.whole, names.longer, names.lower
        starts = [i for i, word, cased in zip(count(), words, folded.cased) if word != cased or word in lower]
        found, done = [], 0
        for i in starts:
            if i < done:
                continue
            word = words[i]
            lengths = longer.get((word, words[i + 1]))
            if lengths is None:
                if word not in whole:
                    continue
                lengths = ()
            elif len(lengths) > MANY:
                lengths = (*longer.get((word, words[i + 1], words[i + 2]), ()), lengths[-1])
            for length in lengths:
                name = " ".join(words[i : i + length])
                terms = whole.get(name)
                if terms and (candidate := self._candidate(folded, i, i + length - 1, terms)):
                    found.append(candidate)
                    done = i + length
                    break
            else:
                shown = word != folded.cased[i] or word in names.small
                if shown and word in whole and (candidate := self._candidate(folded, i, i, whole[word])):
                    found.append(candidate)
                    done = i + 1
        return found

    def _candidate(self, folded, first, last, readings):
        """The candidate from word `first` to word `last`, or None where none of `readings` fits the text."""
        text, start = folded.text, folded.start(first)
        readings = (readings,) if type(readings) is Term else readings
        own = readings[0].text
        end = start + len(own)
        if len(readings) > 1 or not text.startswith(own, start) or text[end : end + 1].isalnum():
            end = folded.end(last)
            surface = text[start:end]
            readings = tuple(
                [
                    term
                    for term in readings
                    if term.text == surface or (fits(term, surface) and (first == last or is_joined(term, surface)))
                ]
            )
            if not readings:
                return None
            closing = text[end : end + 1]
            if closing in CLOSING and (readings[0].text.endswith(closing) or surface[-2:-1] == closing == "."):
                end += 1
        if readings[0].type == "generic" and (suffix := SUFFIX.match(text, end)):
            end = suffix.end()
        if (text[end : end + 1] in AFTER_ADDRESS or text[start - 1 : start] in BEFORE_ADDRESS) and is_address(
            text, start, end
        ):
            return None
        return Candidate(folded, first, last, start, end, readings)
