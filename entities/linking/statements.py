"""Where an article calls its authors by their initials: in statements of interests and of contributions.

“AMC has received fees from Novartis. Conceptualization: AMC, KCL.”
"""

import re
from bisect import bisect, bisect_left

#: every heading of such a statement has one of these, which are sought first
SIGNS = ("nterest", "isclosure", "ontribut", "onceptuali", "INTEREST", "DISCLOSURE", "CONTRIBUT")
HEADING = re.compile(
    r"\b(?:(?P<interests>conflicts? of interests?|(?:competing|conflicting) (?:\w+ )?interests?|financial disclosures?"
    r"|(?:declarations?|disclosures?|statements?) of (?:\w+ )?interests?|author disclosures?)"
    r"|authors?['’]?s? contributions?|contributorship|credit (?:authorship|statement)"
    r"|conceptuali[sz]ation(?=:| ?[–—-]))\b(?P<alone>(?: statement)?[ .:*_]*\r?\n[ \t]*\r?\n)?",
    re.IGNORECASE,
)
PARAGRAPH = re.compile(r"\r?\n[ \t]*\r?\n|\Z")
#: even there a body follows them: at UCL
OF_BODIES = frozenset("at from in of the".split())
INITIALS = re.compile(r"[A-Z]{2,4}")
#: the beginning of a sentence, and other initials
SUBJECT = re.compile(r"(?:\A|[.;\n]\s{0,9})(?:[A-Z]{2,4}(?:, (?:and )?| and | & ))*\Z")
#: other initials and a verb, or what is theirs
PREDICATE = re.compile(r"(?:(?:,| and| &|, and) [A-Z]{2,4}\b){0,9}(?: (?!and\b|or\b)[a-z]+|['’]s\b|:)")
#: what only a person does, wherever it is said
PERSONAL = re.compile(
    r" (?:(?:is|was) an? (?:\w+ )?(?:employee|consultant|inventor)\b|has been paid\b|wrote the\b"
    r"|(?:has )?(?:received|reports) (?:\w+ ){0,3}(?:fees|honoraria)\b)"
)


def statements(text):
    """[(start, end, is_interests)] of the paragraphs that are such statements, in order."""
    near = {HEADING.search(text, max(0, at - 50), at + 40) for sign in SIGNS for at in places(text, sign)}
    headings = sorted((match.start(), match.end(), match["interests"] is not None) for match in near if match)
    ends = [match.start() for match in PARAGRAPH.finditer(text)] if headings else []
    return [(start, ends[bisect_left(ends, end)], interests) for start, end, interests in headings]


def places(text, sign):
    """Where `sign` stands in the text."""
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def is_author(c, spans):
    """Whether the acronym `c` is rather the initials of an author; `spans` are the statements of its text."""
    text, start, end = c.folded.text, c.start, c.end
    if not INITIALS.fullmatch(text, start, end):
        return False
    number = bisect(spans, (start,)) - 1
    within = number >= 0 and start < spans[number][1]
    if within and not spans[number][2]:
        return c.word(-1).lower() not in OF_BODIES
    acts = PERSONAL.match(text, end) or (within and PREDICATE.match(text, end))
    return bool(acts) and SUBJECT.search(text, max(0, start - 40), start) is not None
