"""Whether the words beside a name make it a part of another name, of a number, a title or a longer word."""

import re
from itertools import takewhile

from . import countries, english
from .terms import is_acronym, is_common, is_known_name, is_ordinary_phrase, words_of

SPACES = frozenset(" \xa0\u202f\n\r\t")
HYPHENS = frozenset("-\u2010\u2011\u2012\u2013")
#: they join the parts of the number of a document: D24-1394/TGA/07
JOINED = HYPHENS | {"/"}
OUTSIDE = re.compile(r"[^\w/-]")
SPACE = r"[ \xa0\u202f]|[ \t]*\r?\n[ \t]*"
HYPHEN = "[-\u2010-\u2013]"
OPENED = r"\s*\("
INITIAL = re.compile(r"(?<![\w.])((?:[A-Z]\.[ \xa0]?)+)$")
APOSTROPHES = frozenset("'’´`")
CLITICS = frozenset(("", "s", "S", "ll", "d", "ve", "re"))
#: what follows shows that a number, a journal or an author is meant: (EC) No 1394/2007, Orphanet J Rare Dis, Kite B,
NUMBER = re.compile(r"\)?\s?(?:No\.?|no\.?|Nr\.?|number)\s?\d")
CITED = re.compile(r"\.?,? (?:(?:19|20)\d\d;|J [A-Z]|J\. |\d+\(\d+\):)")
INITIALS = re.compile(r" (?!AG|AB|AS|BV|EU|KK|NV|SA|SE|UK|US)[A-Z]{1,2}(?=[,.;])")
N = frozenset("Nn")
STATE = re.compile(r", ([A-Z]\w+)(?: ([A-Z]\w+))?")
#: capitals, and what may join them
RUN_ON = re.compile(r"(?: (?:and|&|for|in|of|on|the)(?= [A-Z])| [A-Z][\w-]+){1,9}")
#: the National Health and Medical Research Council
ENUMERATED = re.compile(r"\b(?:National|Royal|General|Federal) [A-Z][a-z]+ and $")
RELATIVE = re.compile(", (?:which|who|whose) ")
SLOGAN = re.compile(r"(?: [a-z]+){1,4}[\"'”’]")
OPENING = re.compile(r"(?:\A|[.!?:;•|>#*–—-]|\n[ \t]*\n|\n[ \t]*(?:[-*•#>|]|\d+[.)])?)[\s\"'“‘(\[*_]*$")
#: where an article is broken into lines, they are shorter
LINE = 120
#: the country whose bodies need not name it
UNNAMED = "US"


def part_of_another(c, term, beside, tails):
    """Why the candidate `c` does not stand for itself as `term`; empty where it does.

    `beside(step, gap)` gives the candidate that stands before (−1) or after (1) with but `gap`, a pattern, between the
    two, `tails` the keys of names that end in an acronym (Thai FDA).
    """
    text, start, end = c.folded.text, c.start, c.end
    after, before = text[end : end + 1], text[start - 1 : start] if start else ""
    cased = c.folded.cased
    preceding, following, next_but_one = cased[c.first - 1], cased[c.last + 1], cased[c.last + 2]
    single = c.first == c.last
    if is_acronym(term):
        if after in HYPHENS and following[:1].isdigit():
            return "part of a code"
        if (after in JOINED or before in JOINED) and not any(map(str.isdigit, term.text)) and in_code(text, start, end):
            return "part of a code"
        if (following[:1] in N or next_but_one[:1] in N) and NUMBER.match(text, end):
            return "part of a number"
        if single and following in english.THINGS and term.kind == "institution" and end - start < 5:
            return "not that of a body"
        scan = following.lower() in english.SCANS or (following.isdigit() and len(following) == 1)
        if single and scan and follows(c) and english.is_ordinary(c.surface.lower()):
            return "not that of a body"
        if text[end - 1].isdigit() and (label := previous(c)) and label.lower() in english.LABELS:
            return "number of a table or figure"
    if single and c.surface.islower() and is_verb(c, term):
        return "a verb"
    if before == "(" and is_ticker(c, beside(-1, OPENED)):
        return "a ticker"
    if single and not is_acronym(term) and is_initial(text, start) and term.kind == "institution":
        return "a person"
    weak = single and (is_known_name(term) or english.is_ordinary(c.surface.lower()))
    if weak and after in HYPHENS and following[:1].isupper() and not beside(1, HYPHEN):
        return "part of a longer name"
    if after in APOSTROPHES and following not in CLITICS and text[end + 1].isalnum():
        return "part of a longer word"
    cited = following == "J" or next_but_one[:1].isdigit() or next_but_one == "J"
    if cited and not c.surface[0].islower() and CITED.match(text, end):
        return "a title"
    if single and after == " " and len(following) < 3 and following.isupper() and INITIALS.match(text, end):
        return "an author"
    if following.lower() in english.STATUS and is_common(term) and c.surface[0].isupper():
        return "part of a name"
    goes_on = after in SPACES and (following[:1].isupper() or following in ("of", "and"))
    if goes_on and follows(c) and (why := continued(c, term, beside)):
        return why
    capital = before in SPACES and (not preceding or preceding[0].isupper())
    if capital and previous(c)[:1].isupper() and (why := preceded(c, term, previous(c), beside, tails)):
        return why
    enumerated = preceding == "and" and ENUMERATED.search(text, max(0, start - 60), start)
    if enumerated and is_ordinary_phrase(term) and not is_common(term):
        return "part of a longer name"
    if after == "," and single and term.type == "alias" and not is_common(term) and is_state(STATE.match(text, end)):
        return "a place"
    return ""


def is_verb(c, term):
    """Whether a word such as burns is what somebody does: it burns, a fire burns out."""
    word = c.surface
    if not (c.folded.words[c.first - 1] in english.SUBJECTS or c.word(1) in english.PARTICLES):
        return False
    return word == term.text.lower() and word[-1] == "s" and english.is_ordinary(word[:-1])


def is_initial(text, start):
    """Whether the initials of a person, and not of a country, stand before text[start]: T. Janssen, the U.S. Roche."""
    match = INITIAL.search(text, max(0, start - 10), start)
    return match is not None and match[1].rstrip() not in ("U.S.", "U.K.", "E.U.")


def is_ticker(c, named):
    """Whether capitals in brackets after the body that is `named` are by what its shares are traded: Beam (BEAM, …)."""
    if named is None or named.readings[0].kind != "institution":
        return False
    return c.surface == c.surface.upper() == named.surface.upper() != named.surface


def in_code(text, start, end):
    """Whether text[start:end] is in the number of a document: one of the parts that hyphens and strokes join is one."""
    before = OUTSIDE.split(text[max(0, start - 40) : start])[-1]
    after = OUTSIDE.split(text[end : end + 40])[0]
    return any(len(part) > 1 and part.isdigit() for part in f"{before}/{after}".replace("-", "/").split("/"))


def previous(c):
    """The word that stands directly before, in its case, an initial or a title without its stop; else empty."""
    text, start = c.folded.text, c.start
    stretch = text[max(0, start - 20) : start]
    before = stretch.rstrip()
    if not is_space(stretch[len(before) :]) or ends_line(text, start - len(stretch) + len(before), start):
        return ""
    word = c.word(-1)
    if before[-1:] == "." and not word:
        word = c.word(-2)
        return word if len(word) == 1 or word == "St" or word.lower() in english.PERSONS else ""
    return word if before[-1:].isalnum() else ""


def follows(c):
    """Whether a word stands directly after."""
    text, end = c.folded.text, c.end
    stretch = text[end : end + 20]
    after = stretch.lstrip()
    gap = stretch[: len(stretch) - len(after)]
    return after[:1].isalnum() and is_space(gap) and not ends_line(text, end, end + len(gap))


def is_space(gap):
    """Whether one space, or one end of line with what indents the next, is all that `gap` is."""
    return gap in (" ", "\xa0", "\u202f") or (gap.count("\n") == 1 and not gap.strip())


def ends_line(text, end, start):
    """Whether a line ends on purpose at `end` and the next begins at `start`: its first word would have had room, were
    the line as long as the next one, or is a label.
    """
    if "\n" not in text[end:start]:
        return False
    this = end - text.rfind("\n", max(0, end - LINE), end)
    following = text[start : start + LINE].partition("\n")[0]
    word = following.split(" ", 1)[0]
    return word.endswith(":") or this + len(word) + 1 < min(len(following), LINE)


def continued(c, term, beside):
    """Whether the words after the name, the capitalised ones above all, make another body of it."""
    run, other = run_after(c), beside(1, SPACE)
    phrase = is_ordinary_phrase(term) and not is_common(term)
    if is_common(term) and c.surface[0].isupper() and names_body(c) and not c.in_heading():
        return "part of a name"
    if not run:
        return longer_phrase(c, term) if phrase else ""
    first = run[0]
    if first in english.ANOTHER and not (first in english.PARTS and is_full(term)):
        return "" if first == words_of(term)[-1] else "part of a longer name"
    if c.in_heading():
        return ""
    if english.BODIES & set(run_after(other) if other else run[1:]):
        return "part of a longer name"
    if not other and first in english.ITS_OWN and term.kind != "regulatory_body":
        return "part of a longer name"
    if is_common(term):
        return "part of a name" if c.first == c.last and c.surface[0].isupper() else ""
    person = is_known_name(term) and c.first == c.last and english.is_known_name(first)
    if other and not (person and is_known_name(other.readings[0])):
        return ""
    if phrase and first not in english.OFFICES and english.is_ordinary(first) and not c.surface.isupper():
        return "part of a longer name"
    if (
        is_known_name(term)
        and not speaks_of_field(run[:1])
        and not (term.type == "name" and english.is_ordinary(first))
    ):
        return "perhaps a person or a place"
    return ""


def run_after(c):
    """The capitalised words directly after the name, folded, four at most."""
    following = c.folded.cased[c.last + 1 : c.last + 5]
    return [word.lower() for word in takewhile(lambda word: word[:1].isupper(), following)]


def names_body(c):
    """Whether a disease is the first word of a body or a journal: the Rare Disease and Orphan Drugs Journal."""
    match = RUN_ON.match(c.folded.text, c.end, c.end + 80)
    return bool(match) and not english.BODIES.isdisjoint(match[0].lower().split())


def is_slogan_or_word(c):
    """Whether a word that begins a sentence is a word: before a noun (Broad claims), “of” or “by”, or in a motto."""
    text, word = c.folded.text, c.word(1)
    if not follows(c) or not word.islower() or not opens(text, c.start):
        return False
    if speaks_of_field([word]):
        return False
    if word in ("by", "of") or (text[c.start - 1 : c.start] in "\"'“‘" and SLOGAN.match(text, c.end)):
        return True
    if word.endswith("s") and english.is_ordinary(word[:-1]):
        return c.word(2) in english.PLURAL_VERBS
    return word not in english.JOINING and not word.endswith("ly") and not is_subject(c)


def is_thing(c):
    """Whether “a” stands before a word and no noun after it: a bluebird is seen."""
    return previous(c).lower() in ("a", "an") and not qualifies(c)


def qualifies(c):
    """Whether a noun may follow, of which the name tells what kind it is: a Spark chemist."""
    return follows(c) and not (c.word(1) in english.SMALL or is_subject(c))


def is_subject(c):
    """Whether a verb or a possessive s follows: a noun that begins a sentence without an article is then a name."""
    word = c.word(1)
    return word == "s" or word in english.FINITE or word.endswith("ed") or bool(RELATIVE.match(c.folded.text, c.end))


def longer_phrase(c, term):
    """Whether a name of ordinary words goes on: the Center for Drug Evaluation and Research, an Institute of Milan."""
    joining, word = c.word(1), c.word(2)
    if joining == "of" and term.kind == "institution":
        word = c.word(3) if word == "the" else word
        own = countries.begins_with(c.folded.words[c.last + 2 : c.last + 8], term.country or UNNAMED)
        return "part of a longer name" if word[:1].isupper() and not own else ""
    if joining == "and" and " for " in term.text and word.istitle() and english.is_ordinary(word.lower()):
        return "part of a longer name"
    return ""


def preceded(c, term, shown, beside, tails):
    """Whether the capitalised word before the name, `shown`, makes another one of it."""
    other = beside(-1, SPACE)
    if other and not (is_known_name(term) and is_known_name(other.readings[0])):
        return ""
    word = shown.lower()
    place = word in countries.TIMES_AND_PLACES or word in countries.PEOPLES
    if is_adverbial(c, term) or (place and term.kind == "therapy"):
        return ""
    if word in english.CLOSED:
        return ""
    opening = opens(c.folded.text, c.start, shown)
    single = c.first == c.last
    if word in english.BEFORE and not opening and c.surface[0].isupper() and not is_common(term):
        return "part of a longer name"
    if word in english.PERSONS and single and not is_acronym(term):
        return "a person"
    if (opening and english.is_ordinary(word)) or word in english.MONTHS or c.in_heading():
        return ""
    if is_common(term):
        return "part of a name" if c.surface[0].isupper() and single else ""
    if is_acronym(term):
        rivals = tails.get(c.surface.lower(), set()) - {term.key}
        return "perhaps another country's" if rivals and not is_own_country(c, term) else ""
    if is_ordinary_phrase(term):
        return "" if is_own_country(c, term) or shown.isupper() else "part of a longer name"
    if not single or word in countries.PEOPLES or word == "european" or shown.isupper():
        return ""
    if word.endswith("er") and c.word(-2).lower() in english.FOREIGN:  # die Mainzer BioNTech
        return ""
    unknown = term.kind == "institution" and not english.is_ordinary(word)
    person = is_known_name(term) or english.is_known_name(word) or unknown
    return "perhaps a person or a place" if person else ""


def is_adverbial(c, term):
    """Whether the capitals before the name are a place or a day of the sentence: In Japan Takeda, on Monday Vertex."""
    word = c.word(-1).lower()
    before = (c.word(-step) for step in range(2, 5))
    joining = next((w.lower() for w in before if w.lower() in english.ADVERBIAL or not w[:1].isupper()), "")
    if joining not in english.ADVERBIAL or word in english.ADVERBIAL:
        return False
    public = is_ordinary_phrase(term) and not english.INSTITUTIONS.isdisjoint(words_of(term))
    if word in countries.TIMES_AND_PLACES or word in english.STATES:
        return not public or word.endswith("day")
    person = term.type == "alias" and is_known_name(term)
    return joining == "in" and english.is_known_name(word) and not person and not public


def is_own_country(c, term):
    """Whether the words before the name say whose country's body it is, and rightly."""
    words = c.folded.words[max(0, c.first - 5) : c.first]
    return words[-1] in ("federal", "the") or countries.ends_with(words, term.country or UNNAMED)


def opens(text, place, word=""):
    """Whether a sentence, a line of a list or a quotation begins at `place`, or with `word` just before it."""
    left = max(0, place - 60)
    before = text[left:place]
    if word:
        before = before[: before.rindex(word)] if word in before else before
    return bool(OPENING.search(before))


def is_full(term):
    """Whether the name says by itself whose it is: a display name, an acronym or several words."""
    return term.type in ("name", "acronym") or " " in term.text


def is_state(match):
    if not match:
        return False
    first = match[1].lower()
    return first in english.STATES or (first in ("new", "north", "south", "west", "rhode") and bool(match[2]))


def speaks_of_field(words):
    """Whether one of the folded `words` is of the field, or an office or part of a body."""
    return any(word.startswith(english.FIELD) or word.removesuffix("s") in english.OFFICES for word in words)
