"""What an article says for and against the readings of its names.

The rules, in their order:

1. A name with words after it that make another body, place or thing (the Novartis Foundation, Penn Station), or with
   one before it that does (the Royal London Hospital, William Penn), is not that name; a place or a day of the
   sentence (in Japan Takeda) and the body's own country (the German Ministry) do not. Nor is what its capitals stand
   for else: a status named after diseases, a scan, the sign by which shares are traded.
2. A capitalised word of the language within a proper name (the American Cancer Society) is a part of it.
3. An acronym that the text explains, “Long Form (LF)”, “LF (long form)” or “LF: long form”, means what it is explained
   as, everywhere.
4. A name that several entities share is that of the one of which alone the text has another name; else that of the
   one whose display name it is, where the rest had it formerly; else it is ambiguous, and not linked.
5. A name that is also an English word or a term of the field, or very short, needs a hint: another name of the
   entity in the article; words of its full name in the sentence (CHOP in Philadelphia); a sure name of its sort beside
   it (Penn and CHOP, EMA's CAT); “the” before a word that cannot follow it (the WHO). Written as a proper name within a
   sentence, or as the subject that begins one (Spark said), a word such as Spark needs only a sure name in that
   sentence; a name that a dictionary has (Penn, Juno) needs one there, or a word of the field. A word that begins a
   sentence as a word does (Beam by beam), or the number of a road (the M4), is none whatever the article says.
6. Where all is in capitals, or a heading capitalises every word, capitals are no hint.
7. Where authors are called by their initials, an acronym needs another name of its body in the article.
8. All else is linked.
"""

import re
from functools import lru_cache, partial
from itertools import pairwise

from . import countries, english
from .definitions import explained, may_be_explained
from .folding import fold_words
from .names import american
from .neighbours import (
    HYPHENS,
    follows,
    is_slogan_or_word,
    is_subject,
    is_thing,
    opens,
    part_of_another,
    previous,
    qualifies,
    speaks_of_field,
)
from .statements import is_author, statements
from .terms import MOST, ORDINARY, TOO_SHORT, is_acronym, is_known_name, is_ordinary_phrase, weakness, words_of

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
#: a full stop before a capital, an empty line or the next entry of a list; one set first, for which `re` seeks fast
SENTENCE_END = re.compile(
    r"[.!?\r\n](?:(?<=[.!?])[\"'”’)\]]*\s+(?=\W*[A-Z0-9])|(?:(?<=\n)|(?<=\r)\n)[ \t]*(?:\r?\n|(?=[-*•#>|])))"
)
#: how many doubtful names an article may have weighed, at a tenth of a millisecond each; prose has some hundred
MOST_WEIGHED = 10_000
INFLECTION = re.compile(r"(?<=....)(?:e[nr]?|n)?s?$")
#: the rest of the cell of a table in which there is nothing else
IN_CELL = re.compile(r"[ \t]*\|")
CASED = re.compile(r"[^\W\d_]+")
OPENED = r"\s*[(\[]\s*"
#: words after a name that may make it a part of another
JOINING = frozenset(("of", "and")) | english.STATUS
TICKER = re.compile(r" \((?:[A-Za-z]{2,10}: ?)?([A-Z]{2,5})[,;)]")
BESIDE = re.compile(r"\s*(?:,|;|/|&|\+|-|–|,? (?:and|or|with|as well as)(?: the| its)?|'s|’s)?\s*")


def judge(names, candidates):
    """Decide each candidate of one article: `readings` best first and one a key, `linked`, `why`."""
    article = Article(names, candidates)
    for number, candidate in enumerate(candidates):
        article.look(number, candidate)
    undecided = [(number, candidate) for number, candidate in enumerate(candidates) if not candidate.why]
    rest = article.round(undecided)
    if len(rest) < len(undecided):  # what the first round links is evidence for a second
        article.round(rest)


class Article:
    """The candidates of one article: the keys whose full names are `present`, those that are `certain` by whatever name
    or `called` as only a name is, what its acronyms `mean`.
    """

    def __init__(self, names, candidates):
        self.names, self.candidates = names, candidates
        self.present = set()
        self.has_guidelines = False
        self.weighed = 0
        self.statements = {}  # by the identity of the folded text
        self.certain, self.called = set(), set()
        self.mean = {}  # acronym → the key it is explained as, or None where that is no entity of ours

    def look(self, number, c):
        """The first reading: what needs no evidence, and what is evidence."""
        if len(c.readings) > 1:
            c.readings = best_readings(c.readings, c.surface)
        term = c.readings[0]
        acronym = is_acronym(term)
        if acronym and may_be_explained(c):
            self.note_definition(number, c)
        single, cased = c.first == c.last, c.folded.cased
        before, after = cased[c.first - 1], cased[c.last + 1]
        if single and before.lower() == "the" and self.is_place(c, term):
            c.why = "a place"
            return
        if single or c.why or before[:1].isupper() or after[:1].isupper() or after in JOINING or before == "and":
            c.why = c.why or part_of_another(c, term, partial(self.beside, number), self.names.tails)
            if c.why or (is_ordinary_phrase(term) and c.in_heading()):
                return
        if len(c.readings) > 1 or (single and (weakness(term) or is_alias_of_many(term))):
            return
        if acronym and (is_dotted(c) or (single and self.is_author(c))):
            return
        c.sure = True
        self.certain.add(term.key)
        if term.kind == "guideline":
            self.has_guidelines = True
        if not acronym:
            self.present.add(term.key)
            c.linked, c.why = True, term.note or WHY[term.type]

    def note_definition(self, number, c):
        """Remember what the text explains the acronym as, here or elsewhere."""
        meaning = explained(c.folded.text, c.start, c.end, c.surface)
        if meaning is None:
            return
        if before := self.beside(number, -1, OPENED):
            keys = {term.key for term in before.readings} & {term.key for term in c.readings}
            if len(keys) == 1:
                self.mean[singular(c)] = keys.pop()
                return
        if meaning and (key := self.named(meaning, c.readings)):
            self.mean[singular(c)] = key
        elif meaning:
            c.why = "the text explains it otherwise"
            self.mean.setdefault(singular(c), None)

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

    def round(self, candidates):
        """Decide each of [(number, candidate)]; gives those that are not linked."""
        for number, candidate in candidates:
            self.decide(number, candidate)
        return [(number, candidate) for number, candidate in candidates if not candidate.linked]

    def decide(self, number, c):
        """The second reading, all evidence being known."""
        if is_acronym(c.readings[0]) and is_shouted(c) and not self.beside(number, -1, OPENED):
            c.why = "in a line of capitals"
            return
        if self.mean and singular(c) in self.mean and is_acronym(c.readings[0]):
            key = self.mean[singular(c)]
            c.readings = tuple(sorted(c.readings, key=lambda term: term.key != key))
            c.linked = key is not None
            c.why = WHY["acronym"] if c.linked else "the text explains it otherwise"
            return
        if len(c.readings) > 1:
            supported = [term for term in c.readings if term.key in self.present]
            if len(supported) != 1 or sum(term.key in self.certain for term in c.readings) > 1:
                if c.readings[0].type == "name" and all(t.type in ("former", "alias") for t in c.readings[1:]):
                    supported = [c.readings[0]]
                else:
                    c.why = "ambiguous"
                    return
            chosen = supported[0]
            c.readings = (chosen, *(term for term in c.readings if term is not chosen))
        term = c.readings[0]
        if weakness(term) == ORDINARY and not is_acronym(term) and (is_slogan_or_word(c) or is_thing(c)):
            c.why = ORDINARY
            return
        if weakness(term) == TOO_SHORT and term.kind == "guideline" and self.is_number(number, c):
            c.why = TOO_SHORT
            return
        if not c.sure and term.key not in self.present and (why := self.doubt(number, c, term)):
            c.why = why
            return
        c.linked = c.sure = True
        self.certain.add(term.key)
        if not is_acronym(term):
            self.present.add(term.key)
        c.why = term.note or WHY[term.type]

    def doubt(self, number, c, term):
        """Why a name that needs a hint is not linked; empty where there is one."""
        if is_acronym(term) and self.is_author(c):
            return "perhaps an author"
        if is_acronym(term) and is_dotted(c):
            return "" if term.key in self.certain or previous(c).lower() == "the" else "perhaps an author"
        why = weakness(term)
        self.weighed += 1
        if self.weighed > MOST_WEIGHED:
            return "one doubtful name too many"
        text, start, end = c.folded.text, c.start, c.end
        for step in (-1, 1):
            other = self.beside(number, step, BESIDE)
            if other and other.sure and same_sort(other.readings[0], term):
                return ""
        if why == TOO_SHORT and term.kind == "guideline" and self.has_guidelines:
            return ""
        left, right = sentence(text, start, end)
        around = f"{text[left:start]} {text[end:right]}"
        sure = self.sure(number, left, right)
        if not why:
            if not is_alias_of_many(term):
                return "in a heading" if is_ordinary_phrase(term) else ""
            return "" if sure or speaks_of_field(fold_words(around)) else "perhaps a person or a place"
        if self.is_described(term, around) or is_listed(c):
            return ""
        if c.in_heading():
            return why
        if is_acronym(term):
            if is_called(c, term):
                self.called.add(term.key)
            elif not (term.key in self.called and may_be_called(c)):
                return f"acronym, {why}"
            return ""
        if self.is_institute(c, term):
            return ""
        if not c.surface[0].isupper() or (opens(text, start) and not (is_subject(c) or IN_CELL.match(text, end))):
            return why
        alone = not previous(c)[:1].isupper() and not (follows(c) and c.word(1)[:1].isupper())
        return "" if alone and (sure or (is_subject(c) and speaks_of_field(fold_words(around)))) else why

    def is_author(self, c):
        key = id(c.folded)
        if key not in self.statements:
            self.statements[key] = statements(c.folded.text)
        return is_author(c, self.statements[key])

    def sure(self, number, left, right):
        """The sure ones of the nearest candidates that stand between `left` and `right` in the same segment."""
        near = self.candidates[max(0, number - 8) : number] + self.candidates[number + 1 : number + 9]
        folded = self.candidates[number].folded
        return [other for other in near if other.sure and other.folded is folded and left <= other.start < right]

    def is_number(self, number, c):
        """Whether the short code of a guideline is rather the number of a road or a screw: on the M4."""
        noun = qualifies(c) and c.word(1).islower() and not c.word(1).endswith("s")
        if not noun and previous(c).lower() not in ("a", "an", "the"):
            return False
        self.weighed += 1
        if self.weighed > MOST_WEIGHED:
            return True
        text = c.folded.text
        left, right = sentence(text, c.start, c.end)
        words = fold_words(f"{text[left : c.start]} {text[c.end : right]}")
        return english.GUIDANCE.isdisjoint(words) and not any(
            other.readings[0].kind == "guideline" for other in self.sure(number, left, right)
        )

    def is_place(self, c, term):
        """Whether “the” before a name that others have too, and no noun after it, shows that it is theirs."""
        noun = c.folded.text[c.end : c.end + 1] in HYPHENS or (follows(c) and c.word(1) not in english.SMALL)
        if noun or not is_known_name(term) or term.kind != "institution":
            return False
        return all(english.INSTITUTIONS.isdisjoint(words_of(other)) for other in self.names.keys[term.key])

    def is_institute(self, c, term):
        """Whether “the” before a word with a capital, and no noun after it, shows that an institute is meant: the
        Broad, but not the Duke of Wellington.
        """
        if c.word(-1) != "the" or not c.surface.istitle() or c.word(1) == "of":
            return False
        if follows(c) and c.word(1) not in english.SMALL:
            return False
        return any(not english.INSTITUTIONS.isdisjoint(words_of(other)) for other in self.names.keys[term.key])

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


@lru_cache(maxsize=MOST)
def best_readings(readings, surface):
    """One term a key, the best first: as written, then the display name before others, a former name last."""
    best = {}
    for term in sorted(readings, key=lambda term: (RANK[term.type], term.text != surface, term.key, term.text)):
        best.setdefault(term.key, term)
    return tuple(best.values())


def is_listed(c):
    """Whether the sign by which the shares of a company are traded follows: Vertex (VRTX)."""
    match = TICKER.match(c.folded.text, c.end)
    if not match:
        return False
    letters = iter(c.surface.upper())
    return match[1][0] == c.surface[0].upper() and all(letter in letters for letter in match[1])


def singular(c):
    """An acronym as it stands in the text, without the s of a plural."""
    surface = c.surface
    return surface[:-1] if surface[-1:] == "s" and surface[:-1].isupper() else surface


def is_called(c, term):
    """Whether an acronym stands as only a name can: the WHO, by WHO, England's NICE."""
    before, word = previous(c).lower(), c.surface.lower()
    if before == "the" and word in english.CLOSED:
        return True
    if word in english.NOMINATIVE:
        closes = c.folded.text[c.end : c.end + 1] in ",.;:)"
        noun = qualifies(c) and c.word(1).islower() and not c.word(1).endswith("s")
        if before in english.ADVERBIAL or closes or noun:
            return True
    words = [word for word in c.folded.words[max(0, c.first - 5) : c.first] if word]
    return bool(term.country) and countries.ends_with(words, term.country)


def is_dotted(c):
    """Whether an acronym has full stops, as the initials of a person have: A.L.S."""
    return c.first != c.last and "." in c.surface and c.surface.replace(".", "").isalpha()


def may_be_called(c):
    """Whether an acronym that is called as a name elsewhere may be it here too, and is no adjective or pronoun."""
    return not qualifies(c) and c.surface.lower() not in english.CLOSED


def is_alias_of_many(term):
    """Whether a word that a dictionary has as the name of others is but short for the name of a body."""
    return term.type == "alias" and is_known_name(term)


def same_sort(one, other):
    return one.kind == other.kind or (one.kind in ORGANISATIONS and other.kind in ORGANISATIONS)


def content(text):
    """The stems of the words that tell what a name is of, in American spelling, without an ending of German."""
    return {INFLECTION.sub("", american(word), 1) for word in fold_words(text) if word not in english.JOINING}


def sentence(text, start, end):
    """(left, right) of the sentence about text[start:end], within 400 characters either way."""
    left = max(0, start - 400)
    for match in SENTENCE_END.finditer(text, left, start):
        left = match.end()
    match = SENTENCE_END.search(text, end, end + 400)
    return left, match.start() if match else min(len(text), end + 400)


def is_shouted(c):
    """Whether it is a word, the words beside it, three on either side in its line, are all in capitals, and two at
    least are no acronyms.
    """
    word = c.surface.lower()
    if not (english.is_ordinary(word) or word in english.FOREIGN):
        return False
    text = c.folded.text
    if any(other.isupper() and other.lower() in english.CLOSED for other in (c.word(-1), c.word(1))):
        return True
    before = text[max(0, c.start - 60) : c.start].rpartition("\n")[2]
    after = text[c.end : c.end + 60].partition("\n")[0]
    words = CASED.findall(before)[-3:] + CASED.findall(after)[:3]
    return all(map(str.isupper, words)) and sum(map(is_word, words)) > 1


def is_word(capitals):
    """Whether a word in capitals is hardly an acronym."""
    word = capitals.lower()
    return len(word) > 5 or (len(word) > 1 and (word in english.FOREIGN or english.is_ordinary(word)))
