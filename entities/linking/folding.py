"""A text as folded words, each of which knows where it stands in the text.

Words are compared as `entities.text.fold` compares them, with four differences that a running text asks for: Greek
letters are spelled out (G47Δ is G47delta), signs such as ™ and superscript figures part words instead of joining them,
each letter of a script without spaces is a word of its own, and every word keeps its exact place.

Each ASCII mark becomes one space, so that most of a text folds in one `str.translate` and keeps its length; words that
several marks part have empty words between them. A run of white space, with all that is not ASCII in it, is looked at
alone, and only a piece that changes its length is remembered. Offsets are code points.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from entities.text import KANA_MARKS, PLAIN

ASCII = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
#: what may not fold letter by letter: white space but single spaces, and all that is not ASCII
IRREGULAR = re.compile(r"[^\x20-\x7e][^\x21-\x7e]*| [^\x21-\x7e]+|-[\r\n][ \t\n]*")
#: a word divided at the end of a line, if letters go on
DIVISION = re.compile("[-\xad\u2010][ \t]*\r?\n[ \t]*")
#: letters of Korean and marks of Japanese that make one letter with what stands before them
CLUSTER = re.compile(f"[\u1100-\u115f][\u1160-\u11ff]+|.[{KANA_MARKS}]*", re.DOTALL)
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
SIGN = re.compile("[™℠®©\u2070-\u207f²³¹ªº]")
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi "
        "chi psi omega sigma".split(),
        strict=True,
    )
)


@lru_cache(maxsize=8192)
def fold_cluster(cluster):
    """One letter without its marks, in its case; a separator is a space, what nobody sees is nothing."""
    if SIGN.match(cluster):
        return " "
    plain = unicodedata.normalize("NFKD", cluster).casefold().translate(PLAIN)
    letters = "".join(c for c in plain if c in KANA_MARKS or not unicodedata.combining(c))
    folded = "".join(GREEK.get(c, c) if c.isalnum() or c in KANA_MARKS else " " for c in letters)
    folded = re.sub(" +", " ", unicodedata.normalize("NFC", folded))
    if cluster[:1].isupper() and len(folded.upper().lower()) == len(folded):
        folded = folded.upper()
    return f" {folded} " if UNSPACED.match(cluster) else folded


def fold_run(run):
    """Short runs come again and again; those of a text in another script are as long as its sentences."""
    return fold_short_run(run) if len(run) < 16 else fold_letters(run)


@lru_cache(maxsize=8192)
def fold_short_run(run):
    return fold_letters(run)


def fold_letters(run):
    """The folded pieces of a run as (begin, end, folded): one where it has no letters, else one a letter."""
    pieces, space = [], False
    for match in CLUSTER.finditer(run):
        folded = fold_cluster(match[0])
        if space and folded[:1] == " ":
            folded = folded[1:]
        space = folded[-1:] == " " if folded else space
        pieces.append((*match.span(), folded))
    letters = "".join(folded for _, _, folded in pieces)
    return pieces if letters.strip(" ") else [(0, len(run), letters)]


#: stands after the last word, so that whoever looks a few words ahead or (by −1) before the first sees none
EMPTY = [""] * 4


class Folded:
    """The words of `text` without marks: `cased`, and in lower case `words`, with the `start` and `end` of each."""

    __slots__ = ("_at", "_ends", "_pieces", "cased", "text", "words")

    def __init__(self, text):
        self.text = text
        self._at, self._pieces = [], []  # the folded offset of each piece that changed its length, and what it was
        plain = self._fold()
        self.cased, self.words = plain.split(" "), plain.lower().split(" ")
        self.cased += EMPTY
        self.words += EMPTY
        self._ends = list(accumulate(map(len, self.words)))

    def _fold(self):
        """The text with its marks and white space as single spaces, in its case."""
        text, out, last, shift = self.text, [], 0, 0
        for match in IRREGULAR.finditer(text):
            start = match.start()
            out.append(text[last:start].translate(ASCII))
            last = match.end()
            run = match[0]
            divided = (
                "\n" in run
                and DIVISION.fullmatch(run)
                and text[start - 1 : start].isalpha()
                and text[last : last + 1].islower()
            )
            for begin, end, folded in ((0, len(run), ""),) if divided else fold_run(run):
                out.append(folded)
                change = len(folded) - end + begin
                if change or end - begin > 1:
                    self._at.append(start + begin + shift)
                    shift += change
                    self._pieces.append((start + end + shift, start + begin, start + end))
        out.append(text[last:].translate(ASCII))
        return "".join(out)

    def start(self, word):
        """Where word number `word` starts in the text."""
        offset = self._ends[word] - len(self.words[word]) + word
        number = bisect_right(self._at, offset)
        if not number:
            return offset
        folded_end, start, end = self._pieces[number - 1]
        return start if offset < folded_end else end + offset - folded_end

    def end(self, word):
        """Where it ends, its marks included."""
        offset = self._ends[word] + word
        if not self._at:
            return offset
        text, end = self.text, self._origin(offset - 1)[1]
        while end < len(text) and text[end] > "\x7f" and unicodedata.combining(text[end]):
            end += 1
        return end

    def _origin(self, offset):
        """Where the folded letter at `offset` came from: (start, end)."""
        number = bisect_right(self._at, offset)
        if not number:
            return offset, offset + 1
        folded_end, start, end = self._pieces[number - 1]
        if offset < folded_end:
            return start, end
        return end + offset - folded_end, end + offset - folded_end + 1


def fold_words(text):
    """The words of a name without what parts them."""
    return fold_name(text).split()


def fold_name(text):
    """A name as a text that has it word by word and mark by mark folds."""
    if text.isascii() and "  " not in text:
        return text.translate(ASCII).lower().strip(" ")
    return " ".join(Folded(text).words).strip(" ")
