"""Where a text speaks of an entity: the longest names, and which of them to link unasked.

The longest fitting name wins at each place, from the left; names never overlap, and stand between the ends of words.
The possessive ('s) stays outside the mention; a plural s, being the end of a word, inside. The rules of single steps
are in the modules that take them: `folding` (letters and places), `names` (spellings), `surface` (capitals and what
parts words), `neighbours` (words beside a name), `definitions` (acronyms explained), `evidence` (what an article says).
"""

import re
from itertools import chain, count
from math import inf

from .evidence import judge
from .folding import Folded
from .mention import Mention
from .names import MANY, Names
from .surface import fits, is_address, is_joined
from .terms import Term

__all__ = ["Finder", "Mention", "Term", "TooMany"]


#: beside a name they may make it a part of a web address or of a path
AFTER_ADDRESS = frozenset("./@_\\=:-")
BEFORE_ADDRESS = frozenset("./@_#\\=:&?~-")
#: four letters that the FDA puts after the name of a biological: voretigene neparvovec-rzyl
SUFFIX = re.compile(r"-[a-z]{4}\b")
#: what ends a name and is no letter: E6(R3), Amgen Inc.
CLOSING = frozenset(").")


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
            found.append(self._mentions(Folded(text)))
            number += len(found[-1])
            if number > most:
                raise TooMany
        judge(self.names, list(chain.from_iterable(found)))
        return found

    def _mentions(self, folded):
        names, words, ends, plain = self.names, folded.words, folded.ends, folded.plain
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
            begin = ends[i] + i - len(word)
            for length in lengths:
                last = i + length - 1
                if last >= len(ends):
                    continue
                readings = whole.get(plain[begin : ends[last] + last])
                if readings and (mention := self._mention(folded, i, last, begin, readings)):
                    found.append(mention)
                    done = last + 1
                    break
            else:
                shown = word != folded.cased[i] or word in names.small
                if shown and word in whole and (mention := self._mention(folded, i, i, begin, whole[word])):
                    found.append(mention)
                    done = i + 1
        return found

    def _mention(self, folded, first, last, begin, readings):
        """The mention from word `first`, which has its `begin` in the plain text, to word `last`; None where none of
        `readings` fits what stands there.
        """
        text, (start, _) = folded.text, folded.origin(begin)
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
        return Mention(folded, first, last, start, end, readings)
