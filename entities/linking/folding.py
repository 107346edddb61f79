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
from array import array
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from entities.text import KANA_MARKS, PLAIN

ASCII = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
#: what may not fold letter by letter: all that is not ASCII, white space but single spaces, and what stands among it;
#: each pattern begins with one set of characters or with its letters, which `re` seeks far faster than alternatives
IRREGULAR = re.compile(r"[^\x20-\x7e](?:(?<=-[\r\n])[ \t\n]*|[^\x21-\x7e]*)")
SPACES = re.compile(r"  [^\x21-\x7e]*")
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


def runs(text):
    """(start, end) of each run of `text` that may not fold letter by letter, in order."""
    spans = [match.span() for match in IRREGULAR.finditer(text)]
    if "  " in text:
        spans = sorted(spans + [match.span() for match in SPACES.finditer(text)])
    last = 0
    for start, end in spans:
        if start < last:
            continue
        if start > last and (text[start - 1] == " " or (text[start - 1] == "-" and text[start] in "\r\n")):
            start -= 1
        yield start, end
        last = end


def is_division(text, start, end):
    """Whether text[start:end] divides a word at the end of a line."""
    within = text[start - 1 : start].isalpha() and text[end : end + 1].islower()
    return within and DIVISION.fullmatch(text, start, end) is not None


def fold_run(run):
    """The folded run, and its pieces as (begin, end, length): each letter that becomes more than one or none, or all
    where it has no letters."""
    letters, pieces, begin, space = [], [], 0, False
    for cluster in CLUSTER.findall(run):
        folded, end = fold_cluster(cluster), begin + len(cluster)
        if space and folded[:1] == " ":
            folded = folded[1:]
        if folded:
            space = folded[-1] == " "
        letters.append(folded)
        if not len(folded) == len(cluster) == 1:
            pieces.append((begin, end, len(folded)))
        begin = end
    folded = "".join(letters)
    if len(run) > 1 and not folded.strip(" "):
        return folded, [(0, len(run), len(folded))]
    return folded, pieces


#: short runs come again and again; those of a text in another script are as long as its sentences
fold_short_run = lru_cache(maxsize=8192)(fold_run)


def fold_pieces(text):
    """`text` with its marks and white space as single spaces, in its case, and the pieces that changed their length.

    A piece is known by where it begins in the folded text (`at`), where it ends there, and its start and end in `text`.
    """
    out, at, pieces, last, shift = [], [], [], 0, 0
    for start, end in runs(text):
        out.append(text[last:start].translate(ASCII))
        last, run = end, text[start:end]
        if "\n" in run and is_division(text, start, end):
            folded, changes = "", ((0, len(run), 0),)
        else:
            folded, changes = fold_short_run(run) if len(run) < 16 else fold_run(run)
        out.append(folded)
        for begin, stop, length in changes:
            at.append(start + begin + shift)
            shift += length - stop + begin
            pieces.append((start + stop + shift, start + begin, start + stop))
    out.append(text[last:].translate(ASCII))
    return "".join(out), at, pieces


#: stands after the last word, so that whoever looks a few words ahead or (by −1) before the first sees none
EMPTY = [""] * 4


class Folded:
    """The words of `text` without marks: `cased`, and in lower case `words`, with the `start` and `end` of each.

    `plain` is all of them in lower case, each mark a space; word number n ends there at ends[n] + n.
    """

    __slots__ = ("_at", "_pieces", "cased", "ends", "plain", "text", "words")

    def __init__(self, text):
        self.text = text
        cased, self._at, self._pieces = fold_pieces(text)
        self.plain = cased.lower()
        self.cased, self.words = cased.split(" "), self.plain.split(" ")
        self.ends = array("I", accumulate(map(len, self.words)))
        self.cased += EMPTY
        self.words += EMPTY

    def start(self, word):
        """Where word number `word` starts in the text."""
        return self.origin(self.ends[word] + word - len(self.words[word]))[0]

    def end(self, word):
        """Where it ends, its marks included."""
        offset = self.ends[word] + word
        if not self._at:
            return offset
        text, end = self.text, self.origin(offset - 1)[1]
        while end < len(text) and text[end] > "\x7f" and unicodedata.combining(text[end]):
            end += 1
        return end

    def origin(self, offset):
        """Where in the text the letter at `offset` of `plain` came from: (start, end)."""
        number = bisect_right(self._at, offset)
        if not number:
            return offset, offset + 1
        folded_end, start, end = self._pieces[number - 1]
        if offset < folded_end:
            return start, end
        return end + offset - folded_end, end + offset - folded_end + 1


def fold_words(text):
    """The words of a name or a sentence without what parts them."""
    return fold_name(text).split()


def fold_name(text):
    """A name as a text that has it word by word and mark by mark folds."""
    if text.isascii() and "  " not in text:
        return text.translate(ASCII).lower().strip(" ")
    return fold_pieces(text)[0].lower().strip(" ")
