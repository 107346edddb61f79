"""A name of an entity, and what can be told of it alone: whether it is an acronym, an ordinary word, too short."""

from functools import lru_cache
from typing import NamedTuple

from . import english
from .folding import fold_words

#: why a name that is a word of the language may be that word
ORDINARY = "also an English word"
TOO_SHORT = "too short to be sure"
TERM = "also a term of the field"
#: of how many names it is remembered what can be told of them: more than a long article has
MOST = 100_000
#: the kinds whose names are words of the language, in lower case within a sentence
COMMON_KINDS = ("disease",)
#: the kinds whose names of several words are such words where only the first has a capital
SENTENCE_KINDS = ("therapy", "collaboration", "guideline")


class Term(NamedTuple):
    """A name: `key` the uid of its entity, `kind` the kind, `type` "name" for the display name, else one of NAME_TYPES.

    `note` is what a reader should know of the name (“former name until 2020”), `language` and `country` are ISO codes.
    """

    text: str
    key: str
    kind: str
    type: str
    note: str = ""
    language: str = ""
    country: str = ""


@lru_cache(maxsize=MOST)
def words_of(term):
    """The folded words of the name."""
    return tuple(fold_words(term.text))


def is_acronym(term):
    return term.type == "acronym" or (" " not in term.text and looks_like_acronym(term.text))


@lru_cache(maxsize=MOST)
def looks_like_acronym(text):
    """Whether at least half of the letters and figures of a word are capitals or figures, as in GvHD or CTX001."""
    if text.isalpha() and (text[1:].islower() or text.islower()):
        return False
    letters = [c for c in text if c.isalnum()]
    capitals = sum(c.isupper() or c.isdigit() for c in letters)
    return any(c.isupper() for c in letters) and capitals >= 2 and 2 * capitals >= len(letters)


def is_common(term):
    """Whether the name is a word of the language (a disease, a generic drug), in lower case within a sentence."""
    if term.kind in COMMON_KINDS or term.type == "generic":
        return not is_acronym(term)
    if term.kind in SENTENCE_KINDS and " " in term.text and term.text[1:].islower():
        return True
    return term.text.islower()


def may_begin_lower(term):
    """Whether the name may begin with a small letter: as written, as a word of the language, or as a display
    name of one word that no dictionary has (novartis), or of words as in a sentence (joint assessments in the EU).
    """
    if is_common(term) or not term.text[:1].isupper():
        return True
    if term.kind in SENTENCE_KINDS and " " in term.text:
        first, second, *_ = term.text.split(" ")
        return second.islower() and second not in english.JOINING and english.is_ordinary(first.lower())
    if " " in term.text or is_acronym(term) or term.type == "alias":
        return False
    return len(term.text) > 4 and not any(map(english.is_ordinary, words_of(term)))


@lru_cache(maxsize=MOST)
def weakness(term):
    """Why the letters of `term` alone do not say that it is meant; empty where they do."""
    words = words_of(term)
    if len(words) != 1:
        return ""
    if is_acronym(term) and (len(words[0]) <= 2 or (len(words[0]) == 3 and any(c.isdigit() for c in words[0]))):
        return TOO_SHORT
    if is_acronym(term) and words[0] in english.TERMS:
        return TERM
    if is_acronym(term) and term.text.isupper() and english.is_known_name(words[0]):
        return "also a name"
    if english.is_ordinary(words[0]) and not (is_common(term) and term.kind in COMMON_KINDS):
        return ORDINARY
    return ""


@lru_cache(maxsize=MOST)
def is_known_name(term):
    """Whether one word names a body that a dictionary has as the name of others too: Penn, Juno, Galapagos."""
    words = words_of(term)
    if len(words) != 1 or term.kind in COMMON_KINDS or is_acronym(term):
        return False
    return english.is_known_name(words[0])


@lru_cache(maxsize=MOST)
def is_ordinary_phrase(term):
    """Whether every word of the name is an ordinary word, as in Cell Therapies or National Cancer Institute."""
    words = words_of(term)
    return len(words) > 1 and all(len(word) == 1 or english.is_ordinary(word) for word in words)
