"""A text as folded words, each of which knows where it stands in the text.

Words are compared as `entities.text.fold` compares them, with four differences that a running text asks for: Greek
letters are spelled out (G47Δ is G47delta), signs such as ™ and superscript figures part words instead of joining them,
each letter of a script without spaces is a word of its own, and every word keeps its exact place. Most of a text is
ASCII and folds in one `str.translate`; the rest is looked at piece by piece, and only a piece that changes its length
is remembered. Offsets are code points.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from entities.text import KANA_MARKS, PLAIN

ASCII = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
#: what may not fold letter by letter: two separators or more, and whatever is not ASCII
IRREGULAR = re.compile(r"[^A-Za-z0-9]{2,}|[^\x00-\x7f]")
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


@lru_cache(maxsize=8192)
def fold_short(piece):
    """A piece of up to four characters as one folded piece, or None where letters in it need places of their own."""
    folded = "".join(fold_cluster(cluster) for cluster in CLUSTER.findall(piece))
    if not folded.strip(" "):
        return folded[:1]
    return folded if len(piece) == 1 and " " not in folded else None


class Folded:
    """The words of `text` without marks: `cased`, and in lower case `words`; `place` tells where any run of them is."""

    __slots__ = ("_at", "_ends", "_pieces", "cased", "text", "words")

    def __init__(self, text):
        self.text = text
        self._at, self._pieces = [], []  # the folded offset of each piece that changed its length, and what it was
        plain = self._fold()
        self.cased, self.words = plain.split(" "), plain.lower().split(" ")
        self._ends = list(accumulate(map(len, self.words)))

    def _fold(self):
        text, out, last, length = self.text, [], 0, 0
        append, ascii_ = out.append, ASCII
        for match in IRREGULAR.finditer(text):
            start, end = match.span()
            if start > last:
                append(text[last:start].translate(ascii_))
                length += start - last
            last = end
            folded = fold_short(match[0]) if end - start <= 4 else None
            if folded is None:
                for cluster in CLUSTER.finditer(match[0]):
                    piece = fold_cluster(cluster[0])
                    if piece[:1] == " " and out and out[-1][-1:] == " ":
                        piece = piece[1:]
                    length = self._note(piece, length, start + cluster.start(), start + cluster.end())
                    if piece:
                        append(piece)
            elif len(folded) == end - start == 1:
                append(folded)
                length += 1
            else:
                self._at.append(length)
                length += len(folded)
                self._pieces.append((length, start, end))
                append(folded)
        append(text[last:].translate(ascii_))
        return "".join(out)

    def _note(self, piece, length, start, end):
        """Remember what became of text[start:end]; gives the folded length with the piece."""
        self._at.append(length)
        self._pieces.append((length + len(piece), start, end))
        return length + len(piece)

    def place(self, first, last):
        """(start, end) in the text of the words from `first` to `last`, both included, marks of the last included."""
        ends, words, at = self._ends, self.words, self._at
        start = ends[first] - len(words[first]) + first
        end = ends[last] + last
        if not at:
            return start, end
        number = bisect_right(at, start)
        place = self._origin(start, number)[0]
        if (number == len(at) or at[number] > end) and (not number or self._pieces[number - 1][0] <= start):
            return place, place + end - start  # no piece of it changed its length
        text, end = self.text, self._origin(end - 1, bisect_right(at, end - 1, number))[1]
        while end < len(text) and text[end] > "\x7f" and unicodedata.combining(text[end]):
            end += 1
        return place, end

    def _origin(self, offset, number):
        """Where the folded letter at `offset`, before which `number` pieces begin, came from: (start, end)."""
        if not number:
            return offset, offset + 1
        folded_end, start, end = self._pieces[number - 1]
        if offset < folded_end:
            return start, end
        return end + offset - folded_end, end + offset - folded_end + 1


def fold_words(text):
    """The words of a name, as the finder compares them."""
    if text.isascii():
        return text.translate(ASCII).lower().split()
    return [word for word in Folded(text).words if word]
