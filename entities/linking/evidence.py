"""What an article says for and against the readings of its names.

The rules, in their order:

1. A name with a word after it that makes another body, place or thing (the Novartis Foundation, Penn Station), or with
   one before it that does (the Royal London Hospital, William Penn), is not that name.
2. A capitalised word of the language within a proper name (the American Cancer Society) is a part of it.
3. An acronym that the text explains, “Long Form (LF)” or “LF (long form)”, means what it is explained as, everywhere.
4. A name that several entities share is that of the one whose other name the text has; else that of the one whose
   display name it is, where the rest had it formerly; else it is ambiguous, and not linked.
5. A name that is also an English word, or very short, needs a hint: another name of the entity in the article; words of
   its full name in the sentence (CHOP in Philadelphia); a sure name of its sort beside it (Penn and CHOP, EMA's CAT);
   “the” before a word that cannot follow it (the WHO). Written as a proper name within a sentence, a word such as Spark
   needs only a sure name in that sentence.
6. Where all is in capitals, or a heading capitalises every word, capitals are no hint.
7. All else is linked.
"""

import re
from itertools import pairwise

from . import english
from .definitions import explained
from .folding import fold_words
from .names import american
from .terms import is_acronym, is_common, is_known_name, is_ordinary_phrase, weakness, words_of

ORGANISATIONS = ("institution", "consortium", "regulatory_body", "collaboration")
RANK = {"name": 0, "acronym": 1, "brand": 1, "generic": 1, "alias": 2, "translation": 2, "former": 3}
WHY = {
    "name": "name",
    "acronym": "acronym",
    "alias": "alias",
    "brand": "brand name",
    "generic": "generic name",
    "former": "former name",
    "translation": "name in another language",
}
SPACE = r"(?:[ \xa0\u202f]|[ \t]*\r?\n[ \t]*(?=\S))"
NEXT = re.compile(rf"{SPACE}([^\W\d_][\w’'-]*)")
PREVIOUS = re.compile(rf"(?<!\w)((?:[A-Z]|St|Drs?|Mrs?|Ms|Prof)\.|[^\W_][\w’'-]*){SPACE}$")
POSSESSIVE = re.compile("(?:['’]s|s['’])$")
AND_MORE = re.compile(rf"{SPACE}(?:and|&){SPACE}([A-Z][a-z]+)")
OF_PLACE = re.compile(rf"{SPACE}of{SPACE}(?:the{SPACE})?([^\W\d_]\w*)")
STATE = re.compile(rf",{SPACE}([A-Z]\w+)(?:{SPACE}([A-Z]\w+))?")
#: what follows shows that a number, a journal or an author is meant: (EC) No 1394/2007, Orphanet J Rare Dis, Kite B,
NUMBER = re.compile(r"\)?\s?(?:No\.?|no\.?|Nr\.?|number)\s?\d")
CITED = re.compile(r"\.?,? (?:(?:19|20)\d\d;|J [A-Z]|J\. |\d+\(\d+\):)")
INITIALS = re.compile(r" (?!AG|AB|AS|BV|EU|KK|NV|SA|SE|UK|US)[A-Z]{1,2}(?=[,.;])")
APOSTROPHES = "'’´`"
CLITICS = ("s", "S", "ll", "d", "ve", "re")
SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=\W*[A-Z0-9])|\r?\n[ \t]*\r?\n|\r?\n[ \t]*(?=[-*•#>|])")
OPENING = re.compile(r"(?:^|[.!?:;•|>#*–—-]|\n[ \t]*\n|\n[ \t]*(?:[-*•#>|]|\d+[.)])?)[\s\"'“‘(\[*_]*$")
BESIDE = re.compile(r"\s*(?:,|;|/|&|\+|-|–|,? (?:and|or|with|as well as)(?: the| its)?|'s|’s)?\s*")
OWN_COUNTRY = frozenset("us usa american america federal the s".split())


def judge(names, candidates):
    """Decide each candidate of one article: `readings` best first and one a key, `linked`, `why`."""
    article = Article(names, candidates)
    for number, candidate in enumerate(candidates):
        article.look(number, candidate)
    undecided = [(number, candidate) for number, candidate in enumerate(candidates) if not candidate.why]
    for _ in range(2):  # what the first round links is evidence for the second
        for number, candidate in undecided:
            article.decide(number, candidate)
        undecided = [(number, candidate) for number, candidate in undecided if not candidate.linked]


class Article:
    """The candidates of one article: the keys whose full names are `present`, what its acronyms `mean`."""

    def __init__(self, names, candidates):
        self.names, self.candidates = names, candidates
        self.present = set()
        self.has_guidelines = False
        self.mean = {}  # acronym → the key it is explained as, or None where that is no entity of ours

    def look(self, number, c):
        """The first reading: what needs no evidence, and what is evidence."""
        if len(c.readings) > 1:
            c.readings = best_readings(c.readings, c.surface)
        term = c.readings[0]
        acronym = is_acronym(term)
        if acronym:
            self.note_definition(number, c)
        cased, single = c.folded.cased, c.first == c.last
        before = cased[c.first - 1] if c.first else ""
        after = cased[c.last + 1] if c.last + 1 < len(cased) else ""
        if single or before[:1].isupper() or after[:1].isupper() or after in ("of", "and"):
            c.why = c.why or self.another(number, c, term)
            if not c.why and is_ordinary_phrase(term) and is_heading(c):
                return
        if c.why or len(c.readings) > 1 or (single and (weakness(term) or is_alias_of_many(term))):
            return
        c.sure = True
        self.has_guidelines |= term.kind == "guideline"
        if not acronym:
            self.present.add(term.key)
            c.linked, c.why = True, term.note or WHY[term.type]

    def note_definition(self, number, c):
        """Remember what the text explains the acronym as, here or elsewhere."""
        meaning = explained(c.folded.text, c.start, c.end, c.surface)
        if meaning is None:
            return
        if before := self.beside(number, -1, r"\s*[(\[]\s*"):
            keys = {term.key for term in before.readings} & {term.key for term in c.readings}
            if len(keys) == 1:
                self.mean[c.surface] = keys.pop()
                return
        if meaning and (key := self.named(meaning, c.readings)):
            self.mean[c.surface] = key
        elif meaning:
            c.why = "the text explains it otherwise"
            self.mean.setdefault(c.surface, None)

    def named(self, meaning, readings):
        """The key of the reading whose full name is, or nearly is, the text `meaning`; None where it is nobody's."""
        words = content(meaning)
        scores = []
        for term in readings:
            for other in self.names.keys[term.key]:
                own = content(other.text)
                if len(own) > 1 or (own == words and not is_acronym(other)):
                    scores.append((len(own & words) / len(own | words), term.key))
        score, key = max(scores, default=(0, None))
        return key if score > 0.6 else None

    def beside(self, number, step, between):
        """The candidate before (step −1) or after (+1) in the same segment if only `between` parts the two."""
        place = number + step
        if not 0 <= place < len(self.candidates):
            return None
        one, other = sorted((number, place))
        one, other = self.candidates[one], self.candidates[other]
        if one.folded is not other.folded:
            return None
        gap = one.folded.text[one.end : other.start]
        return self.candidates[place] if len(gap) < 20 and re.fullmatch(between, gap) else None

    def another(self, number, c, term):
        """Why the name is only a part of another one, or a word of it; empty where it stands for itself."""
        text, start, end = c.folded.text, c.start, c.end
        after, before = text[end : end + 1], text[start - 1 : start]
        acronym = is_acronym(term)
        if acronym:
            if after and after in "-\u2010\u2011\u2012\u2013" and text[end + 1 : end + 2].isdigit():
                return "part of a code"
            if NUMBER.match(text, end):
                return "part of a number"
            if cased_word(c, 1) in english.THINGS and term.kind in ORGANISATIONS and len(c.surface) < 5:
                return "not that of a body"
            if c.surface[-1].isdigit() and (label := PREVIOUS.search(text, max(0, start - 20), start)):
                if label[1].lower().rstrip(".") in english.LABELS:
                    return "number of a table or figure"
        if (
            after
            and after in APOSTROPHES
            and (rest := cased_word(c, 1))
            and rest not in CLITICS
            and text[end + 1] not in " \n"
        ):
            return "part of a longer word"
        if CITED.match(text, end):
            return "a title"
        if len(words_of(term)) == 1 and INITIALS.match(text, end):
            return "an author"
        if after in (" ", "\xa0", "\n", "\r", "\u202f") and (why := self.continued(number, c, term)):
            return why
        if before in (" ", "\xa0", "\n", "\u202f") and (why := self.preceded(number, c, term)):
            return why
        if after == "," and not acronym and len(words_of(term)) == 1 and not is_common(term):
            if term.type != "name" and (place := STATE.match(text, end)) and is_state(place):
                return "a place"
        return ""

    def continued(self, number, c, term):
        """Whether capitalised words after the name make another body of it."""
        text, end = c.folded.text, c.end
        run = []
        while len(run) < 3 and (word := NEXT.match(text, end)) and word[1][0].isupper():
            run.append(re.split("['’-]", word[1])[0].lower())
            end = word.end()
        if is_ordinary_phrase(term) and " for " in term.text and (more := AND_MORE.match(text, c.end)):
            if english.is_ordinary(more[1].lower()):
                return "part of a longer name"
        if not run:
            if is_ordinary_phrase(term) and term.kind == "institution":
                place = OF_PLACE.match(text, c.end)
                if place and place[1][0].isupper() and place[1].lower() not in ("united", "us", "america"):
                    return "part of a longer name"
            return ""
        first = run[0]
        if first in english.ANOTHER and not (first in english.PARTS and is_full(term)):
            return "" if first in words_of(term)[-1:] else "part of a longer name"
        if any(word in english.ANOTHER and word not in english.PARTS for word in run[1:]) and not is_heading(c):
            strong = {"foundation", "institute", "institutes", "hospital", "university", "press", "prize", "society"}
            if strong & set(run[1:]):
                return "part of a longer name"
        if (
            is_ordinary_phrase(term)
            and not is_common(term)
            and first not in english.OFFICES
            and not is_heading(c)
            and not c.surface.isupper()
        ):
            if english.is_ordinary(first) and not self.beside(number, 1, SPACE):
                return "part of a longer name"
        if is_known_name(term) and not is_heading(c) and not self.beside(number, 1, SPACE):
            if not (speaks_of_field(run[:1]) or (term.type == "name" and english.is_ordinary(first))):
                return "perhaps a person or a place"
        if is_common(term):
            return "" if c.surface[0].islower() or len(words_of(term)) > 1 or is_heading(c) else "part of a name"
        return ""

    def preceded(self, number, c, term):
        """Whether a capitalised word before the name makes another one of it."""
        text = c.folded.text
        match = PREVIOUS.search(text, max(0, c.start - 40), c.start)
        if (
            not match
            or not match[1][0].isupper()
            or POSSESSIVE.search(match[1])
            or (
                (other := self.beside(number, -1, SPACE))
                and not (is_known_name(term) and is_known_name(other.readings[0]))
            )
        ):
            return ""
        word = match[1].rstrip(".").lower()
        opening = OPENING.search(text, max(0, match.start() - 40), match.start())
        if word in english.BEFORE and not opening and c.surface[0].isupper() and not is_common(term):
            return "part of a longer name"
        if word in english.PERSONS and len(words_of(term)) == 1 and not is_acronym(term):
            return "a person"
        if (opening and english.is_ordinary(word)) or is_heading(c) or word in english.MONTHS:
            return ""
        if is_common(term):
            single = len(words_of(term)) == 1
            return "part of a name" if c.surface[0].isupper() and single else ""
        if is_acronym(term):
            rivals = self.names.tails.get(c.surface.lower(), set()) - {term.key}
            return "perhaps another country's" if rivals and word not in OWN_COUNTRY else ""
        if is_ordinary_phrase(term):
            return "" if word in OWN_COUNTRY or match[1].isupper() else "part of a longer name"
        if len(words_of(term)) == 1 and word not in english.NATIONS and not match[1].isupper():
            if (
                is_known_name(term)
                or english.is_known_name(word)
                or term.type == "alias"
                and not english.is_ordinary(word)
            ):
                return "perhaps a person or a place"
        return ""

    def decide(self, number, c):
        """The second reading, all evidence being known."""
        if self.mean and c.surface in self.mean and is_acronym(c.readings[0]):
            key = self.mean[c.surface]
            c.readings = tuple(sorted(c.readings, key=lambda term: term.key != key))
            c.linked = key is not None
            c.why = WHY["acronym"] if c.linked else "the text explains it otherwise"
            return
        if len(c.readings) > 1:
            supported = [term for term in c.readings if term.key in self.present]
            if len(supported) != 1:
                if c.readings[0].type == "name" and all(t.type in ("former", "alias") for t in c.readings[1:]):
                    supported = [c.readings[0]]
                else:
                    c.why = "ambiguous"
                    return
            chosen = supported[0]
            c.readings = (chosen, *(term for term in c.readings if term is not chosen))
        term = c.readings[0]
        if is_acronym(term) and is_shouted(c):
            word = c.surface.lower()
            if (english.is_ordinary(word) or word in english.FOREIGN) and not self.beside(number, -1, r"\s*[(\[]\s*"):
                c.why = "in a line of capitals"
                return
        if not c.sure and term.key not in self.present and (why := self.doubt(number, c, term)):
            c.why = why
            return
        c.linked = c.sure = True
        if not is_acronym(term):
            self.present.add(term.key)
        c.why = term.note or WHY[term.type]

    def doubt(self, number, c, term):
        """Why a name that needs a hint is not linked; empty where there is one."""
        why = weakness(term)
        text, start, end = c.folded.text, c.start, c.end
        for step in (-1, 1):
            other = self.beside(number, step, BESIDE)
            if other and other.sure and same_sort(other.readings[0], term):
                return ""
        if why == "too short to be sure" and term.kind == "guideline" and self.has_guidelines:
            return ""
        left, right = sentence(text, start, end)
        around = f"{text[left:start]} {text[end:right]}"
        near = any(o.sure for o in self.neighbours(number) if o.folded is c.folded and left <= o.start < right)
        if not why:
            if not is_alias_of_many(term):
                return "in a heading" if is_ordinary_phrase(term) else ""
            return "" if near or speaks_of_field(fold_words(around)) else "perhaps a person or a place"
        if self.is_described(term, around):
            return ""
        if is_heading(c):
            return why
        before = PREVIOUS.search(text, max(0, start - 20), start)
        if is_acronym(term):
            if before and before[1].lower() == "the" and c.surface.lower() in english.CLOSED:
                return ""
            return f"acronym, {why}"
        if not c.surface[0].isupper() or OPENING.search(text, max(left - 3, start - 40, 0), start):
            return why
        follows = NEXT.match(text, end)
        alone = not (before and before[1][0].isupper()) and not (follows and follows[1][0].isupper())
        return "" if alone and near else why

    def neighbours(self, number):
        return self.candidates[max(0, number - 8) : number] + self.candidates[number + 1 : number + 9]

    def is_described(self, term, around):
        """Whether words of a full name of the entity stand `around`: one that no dictionary has, or two in a row."""
        words = fold_words(around)
        shown, pairs = set(words), set(pairwise(words))
        for other in self.names.keys[term.key]:
            own = words_of(other)
            if len(own) < 2:
                continue
            if any(len(word) > 3 and word in shown and not english.is_ordinary(word) for word in own):
                return True
            if any(pair in pairs and not english.JOINING & set(pair) for pair in pairwise(own)):
                return True
        return False


def best_readings(readings, surface):
    """One term a key, the best first: as written, then the display name before others, a former name last."""
    if len(readings) == 1:
        return readings
    best = {}
    for term in sorted(readings, key=lambda term: (RANK[term.type], term.text != surface, term.key, term.text)):
        best.setdefault(term.key, term)
    return tuple(best.values())


def speaks_of_field(words):
    """Whether one of the folded `words` is of the field, or an office or part of a body."""
    return any(word.startswith(english.FIELD) or word.removesuffix("s") in english.OFFICES for word in words)


def is_alias_of_many(term):
    """Whether a word that a dictionary has as the name of others is but short for the name of a body."""
    return term.type == "alias" and is_known_name(term)


def cased_word(c, step):
    """The word after (step 1) or before (−1) a candidate, in its case; empty where a mark and a space part them."""
    number = c.last + 1 if step > 0 else c.first - 1
    return c.folded.cased[number] if 0 <= number < len(c.folded.cased) else ""


def is_full(term):
    """Whether the name says by itself whose it is: a display name, an acronym or several words."""
    return term.type in ("name", "acronym") or len(words_of(term)) > 1


def same_sort(one, other):
    return one.kind == other.kind or (one.kind in ORGANISATIONS and other.kind in ORGANISATIONS)


def content(text):
    """The words that tell what a name is of, in American spelling."""
    return {american(word) for word in fold_words(text)} - english.JOINING


def is_state(match):
    first, second = match[1].lower(), (match[2] or "").lower()
    return first in english.STATES or (first in ("new", "north", "south", "west", "rhode") and bool(second))


def sentence(text, start, end):
    """(left, right) of the sentence about text[start:end], within 400 characters either way."""
    left = max(0, start - 400)
    for match in SENTENCE_END.finditer(text, left, start):
        left = match.end()
    match = SENTENCE_END.search(text, end, end + 400)
    return left, match.start() if match else min(len(text), end + 400)


def is_shouted(c):
    """Whether the words beside it, three on either side, are all in capitals and two at least are no acronyms."""
    cased = c.folded.cased
    words = [w for w in (*cased[max(0, c.first - 3) : c.first], *cased[c.last + 1 : c.last + 4]) if w.isalpha()]
    return all(map(str.isupper, words)) and sum(map(is_word, words)) > 1


def is_word(capitals):
    """Whether a word in capitals is hardly an acronym."""
    word = capitals.lower()
    return len(word) > 5 or (len(word) > 1 and (word in english.FOREIGN or english.is_ordinary(word)))


def is_heading(c):
    """Whether capitals tell nothing: every word of the line beside the name begins with one, two at least, but those that headings
    write small."""
    text, start, end = c.folded.text, c.start, c.end
    left = text.rfind("\n", max(0, start - 150), start)
    right = text.find("\n", end, end + 150)
    if (left < 0 and start > 150) or (right < 0 and len(text) > end + 150):
        return False
    around = f"{text[left + 1 : start]} {text[end : right if right >= 0 else len(text)]}"
    words = [word for word in re.findall(r"[^\W\d_]{2,}", around) if word not in english.SMALL]
    return len(words) > 1 and all(word[0].isupper() for word in words)
