"""Whether a text explains an acronym where it stands: “Long Form (LF)”, “LF (long form)”, “LF: long form”.

The search for the long form is that of A. Schwartz and M. Hearst, “A simple algorithm for identifying abbreviation
definitions in biomedical text”, Pacific Symposium on Biocomputing 2003.
"""

import re

from .english import JOINING

OPENED = re.compile(r"(?:[(\[]|(?:,\s|\s)(?:or|called|known as|abbreviated(?: as| to)?)\s(?:the\s)?)[\"'“‘]?$")
AFTERWARDS = re.compile(r"s?(?: [a-z]+)?[\"'”’]?\s?[(\[](?:the\s)?([^()\[\]]{3,120})[)\]]")
#: as a list of abbreviations has it: “LF, long form; OF, other form.”; “LF = long form”
LISTED = re.compile(
    r"(?:,|:| ?[=–—]| -) (?:(?:the|an?) )?((?!(?:the|an?|and|or) )[a-zà-ÿ][^;.:()\[\]\n]{3,80})(?=[;.)\n]|\Z)"
)
#: “(long form, LF)”
WITHIN = re.compile(r"[(\[]([^()\[\]]{3,120}),\s$")
#: what may stand before an entry of such a list
ENTRY = re.compile(r"(?:\A|[;:\n] ?)\Z")
BRACKET = re.compile(r"[()\[\]]")
MARKS = frozenset(",:= –—-")
LEADING = frozenset(("or", "called", "as", "to", "the"))
CLAUSE = re.compile(r"[.;:!?()\[\]]\s|\n\s*\n")


def may_be_explained(c):
    """Whether a bracket or a word such as “or” stands near enough to the candidate to look for more."""
    text, start, end = c.folded.text, c.start, c.end
    if c.word(-1) in LEADING or BRACKET.search(text, end, end + 25) or BRACKET.search(text, max(0, start - 2), start):
        return True
    listed = LISTED.match(text, end) if text[end : end + 1] in MARKS else None
    return listed is not None and listed[1][0].casefold() == text[start].casefold()


def explained(text, start, end, acronym):
    """The long form that the text gives for `acronym` at text[start:end]; "" if it only looks like it; else None."""
    if "(" in acronym:  # the version of a guideline: Q5A(R2)
        return None
    opened = OPENED.search(text, max(0, start - 25), start)
    if opened:
        before = text[max(0, opened.start() - 15 * len(acronym) - 40) : opened.start()].rstrip(' \t\r\n,"”’')
        before = CLAUSE.split(before)[-1]
        words = before.split()[-min(len(acronym) + 5, 2 * len(acronym)) - 1 :]
        if words and words[-1].casefold() == acronym.casefold():
            return words[-1]
        listed = LISTED.match(text, end)
        after = listed_form(acronym, listed[1], is_entry=False) if listed else None
        return long_form(acronym, " ".join(words)) or after or ""
    if afterwards := AFTERWARDS.match(text, end):
        phrase = afterwards[1].strip()
        return phrase if (found := long_form(acronym, phrase)) and phrase.startswith(found) else None
    if text[end : end + 1] in (")", "]") and (within := WITHIN.search(text, max(0, start - 125), start)):
        return listed_form(acronym, within[1], is_entry=False)
    if listed := LISTED.match(text, end):
        return listed_form(acronym, listed[1], is_entry=bool(ENTRY.search(text, max(0, start - 2), start)))
    return None


def listed_form(acronym, phrase, is_entry):
    """The whole `phrase` if `acronym` is its initials, or in an entry of a list has its letters in order; else None."""
    short = acronym.casefold()
    for form in (phrase, phrase.partition(",")[0]):
        words = re.findall(r"\w+", form.casefold())
        if short in ("".join(w[0] for w in words), "".join(w[0] for w in words if w not in JOINING)):
            return form
    words = phrase.split()
    letters = iter(phrase.casefold())
    fits = phrase[0].casefold() == short[0] and len(words) <= len(short) + 1 and all(c in letters for c in short)
    return phrase if is_entry and fits else None


def long_form(acronym, text):
    """The shortest end of `text` whose words hold the letters of `acronym` in order, the first at a word's start."""
    letters = [c for c in acronym.casefold() if c.isalnum()]
    place = len(text)
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    for number, letter in reversed(list(enumerate(letters))):
        place -= 1
        while place >= 0 and (folded[place] != letter or (number == 0 and place and folded[place - 1].isalnum())):
            place -= 1
        if place < 0:
            return None
    found = text[place:]
    return found if len(found) > len(acronym) and " " in found.strip() else None
