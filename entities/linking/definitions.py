"""Whether a text explains an acronym where it stands: “Long Form (LF)”, “LF (long form)”, “long form, or LF”.

The search for the long form is that of A. Schwartz and M. Hearst, “A simple algorithm for identifying abbreviation
definitions in biomedical text”, Pacific Symposium on Biocomputing 2003.
"""

import re

OPENED = re.compile(r"(?:[(\[]|(?:,\s|\s)(?:or|called|known as|abbreviated(?: as| to)?)\s(?:the\s)?)[\"'“‘]?$")
AFTERWARDS = re.compile(r"s?(?: [a-z]+)?[\"'”’]?\s?[(\[](?:the\s)?([^()\[\]]{3,120})[)\]]")
BRACKETS = re.compile(r"[(\[]")
LEADING = frozenset(("or", "called", "as", "to", "the"))
CLAUSE = re.compile(r"[.;:!?()\[\]]\s|\n\s*\n")


def may_be_explained(c):
    """Whether a bracket or a word such as “or” stands near enough to the candidate to look for more."""
    text, before = c.folded.text, c.word(-1)
    return not before or before in LEADING or BRACKETS.search(text, c.end, c.end + 25) is not None


def explained(text, start, end, acronym):
    """The long form that the text gives for `acronym` at text[start:end]; "" if it only looks like it; else None."""
    opened = OPENED.search(text, max(0, start - 25), start)
    if opened:
        before = text[max(0, opened.start() - 15 * len(acronym) - 40) : opened.start()].rstrip(' \t\r\n,"”’')
        before = CLAUSE.split(before)[-1]
        words = before.split()[-min(len(acronym) + 5, 2 * len(acronym)) - 1 :]
        if words and words[-1].casefold() == acronym.casefold():
            return words[-1]
        return long_form(acronym, " ".join(words)) or ""
    if afterwards := AFTERWARDS.match(text, end):
        return long_form(acronym, afterwards[1].strip())
    return None


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
