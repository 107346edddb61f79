"""A name as it stands in a text, what it may mean, and the words about it."""

import re

from .english import SMALL


class Mention:
    """A name in a text: text[start:end] is what stands there, in code points.

    `readings` are the terms that it may mean, the best first and one a key; more than one is an ambiguous name.
    `linked` tells whether it should be linked unasked, `why` in a few words why or why not (“acronym”, “former name
    until 2020”, “ambiguous”). While `evidence` weighs it, `sure` tells that it may speak for others.
    """

    __slots__ = ("end", "first", "folded", "last", "linked", "readings", "start", "sure", "why")

    def __init__(self, folded, first, last, start, end, readings):
        self.folded, self.first, self.last = folded, first, last
        self.start, self.end, self.readings = start, end, readings
        self.linked = self.sure = False
        self.why = ""

    @property
    def surface(self):
        """The name as it stands in the text."""
        return self.folded.text[self.start : self.end]

    def word(self, step):
        """The word `step` (up to 3) places after the name or before it, in its case; empty where there is none."""
        return self.folded.cased[self.last + step if step > 0 else self.first + step]

    def in_heading(self):
        """Whether capitals tell nothing: every word of the line beside the name begins with one, but the smallest."""
        text, start, end = self.folded.text, self.start, self.end
        left = text.rfind("\n", max(0, start - 150), start)
        right = text.find("\n", end, end + 150)
        if (left < 0 and start > 150) or (right < 0 and len(text) > end + 150):
            return False
        around = f"{text[left + 1 : start]} {text[end : right if right >= 0 else len(text)]}"
        if "|" in around:  # the row of a table
            return False
        words = [word for word in re.findall(r"[^\W\d_]{2,}", around) if word not in SMALL]
        return len(words) > 1 and all(word[0].isupper() for word in words)
