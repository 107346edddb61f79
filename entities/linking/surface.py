"""Whether letters and what parts them, as a text has them, may be a name: its capitals, hyphens, stops, line breaks."""

import re
import unicodedata

from . import english
from .folding import fold_words
from .terms import is_acronym, is_common, may_begin_lower

WORD = re.compile(r"[^\W_]+")
BETWEEN = re.compile(r"[\W_]+")
INVISIBLE = re.compile("[\xad\u200b-\u200d\u2060\ufeff]")
NEWLINE = re.compile("\r\n?|[\n\u2028\x85]")
DASH = re.compile("[-\u2010-\u2015\u2212]")
PAUSE = re.compile(r"\s[-\u2010-\u2015\u2212]+\s")  # a dash with space about it, or a long one, parts a sentence
DIVIDED = re.compile("(?<=[^\\W\\d_])[-\xad\u2010][ \t]*\r?\n[ \t]*(?=[a-z])")
APOSTROPHE = re.compile("['´`\u2018\u2019\u02bc\u2032\uff07]")
SPACES = ' \n\t\r\xa0(<"'
TOKEN_REST = re.compile(r"[^\s)>\"]*")
DOCUMENT = re.compile(r"/\d{3,}")  # EMA/CAT/80183/2014
ADDRESS = re.compile(r"://|www\.|@|\\|_|\w\.[a-z]{2,}(?:[/:?#]|\W*$)")


def bare(text):
    """The letters and figures of `text` in their case, without marks."""
    if text.isalnum() and text.isascii():
        return text
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text)))


def capitals(text):
    """How many words of `text` begin with a capital or a figure."""
    return sum(not word[0].islower() for word in WORD.findall(text))


def visible(text):
    """`text` without soft hyphens, joiners, combining marks and the division of words at an end of line."""
    text = DIVIDED.sub("", text)
    return "".join(c for c in INVISIBLE.sub("", text) if c < "\x80" or not unicodedata.combining(c))


def fits(term, surface):
    """Whether `surface`, folded like the name, may be it by its capitals.

    An acronym has its own capitals or all, a long one may be written as a word (Eurordis). A proper name begins with
    its capital and has all others too, unless one of its words is in no dictionary; a single such word may stand in
    lower case. A word of the language, such as a disease, is free.
    """
    if surface == term.text:
        return True
    acronym = is_acronym(term)
    if acronym and surface.islower():
        return False
    if is_common(term):
        return True
    shown, own = bare(surface), bare(term.text)
    if acronym:
        one, many = own.removesuffix("s"), f"{own.removesuffix('s')}s"
        if shown in (own, own.upper(), one, many, f"{one.upper()}s"):
            return True
        long = len(own) > 4 and own.isalpha() and not english.is_ordinary(own.lower())
        return long and shown == own.capitalize() and not english.is_known_name(own.lower())
    if not shown[:1].isupper() and own[:1].isupper():
        return may_begin_lower(term)
    if term.kind == "guideline" and term.text.count(" ") > 4:  # a title, which a list of references writes small
        return True
    return capitals(surface) >= capitals(term.text) or any(
        len(word) > 4 and not english.is_ordinary(word) for word in fold_words(surface)
    )


def is_joined(term, surface):
    """Whether what parts the words of `surface` may part those of the name.

    Space, one line break, a hyphen or an apostrophe always may; another mark only where the name has it, and a full
    stop after an initial or an abbreviation. A paragraph ends a name, and so does a dash that is a pause.
    """
    if surface == term.text or surface.replace(" ", "").isalnum():
        return True
    shown, own = visible(surface), visible(term.text)
    gaps, own_gaps = BETWEEN.findall(shown), BETWEEN.findall(own)
    if not own_gaps and is_acronym(term) and own.isalpha():
        return all(gap == "." for gap in gaps)
    if len(gaps) != len(own_gaps):
        free = "".join(own_gaps) + ("&+" if " and " in own else "")
        own_gaps = [free] * len(gaps)
    before = WORD.findall(shown)
    return all(map(may_part, gaps, own_gaps, before))


def may_part(gap, own, word):
    """Whether `gap`, which stands after `word`, may stand where the name has `own`."""
    if len(NEWLINE.findall(gap)) > 1 or any(c in gap for c in "\u2029\f\v"):
        return False
    if (PAUSE.search(gap) or "\u2014" in gap) and not DASH.search(own):
        return False
    marks = DASH.sub("", "".join(gap.split()))
    if len(gap) == 1:
        marks = APOSTROPHE.sub("", marks)
    return set(marks) <= set(own) or (marks == "." and (len(word) == 1 or word.lower() in english.ABBREVIATIONS))


def is_address(text, start, end):
    """Whether text[start:end] is a part of a web or mail address, a path or an identifier of a program."""
    if text[end + 1 : end + 2].isspace() and text[start - 1 : start].isspace():
        return False
    stretch = text[max(0, start - 200) : start]
    before = stretch[max(stretch.rfind(space) for space in SPACES) + 1 :]
    match = TOKEN_REST.match(text, end, end + 200)
    token = (before + text[start : match.end()]).rstrip(".,;:!?’'")
    if token.strip("_*").count("_") == 0:
        token = token.strip("_*")
    if token[:1] in ("/", "~") or (text[start - 1 : start] == ":" == text[end : end + 1]):
        return True
    return bool(ADDRESS.search(token)) or bool(DOCUMENT.search(token))
