"""The names of the base as the finder looks them up: folded, in every spelling in which a text may have them.

The index is a dictionary of folded names, and another of the first two words of each longer name. A change of a name is
a change of an entry; nothing is compiled.
"""

import re
from functools import lru_cache
from sys import intern

from .folding import fold_name
from .terms import COMMON_KINDS, is_acronym, may_begin_lower

#: British and American spelling of the words of the field: whichever a name has, a text may have the other
SPELLINGS = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("paed", "ped"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("tumour", "tumor"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("programme", "program"),
    ("isation", "ization"),
    ("labour", "labor"),
    ("defence", "defense"),
    ("volume ", "vol  "),
)
#: how a country stands before the name of its body
COUNTRIES = (("United States", "US", "U.S."), ("United Kingdom", "UK", "U.K."))
COUNTRY = re.compile(r"(United States|US|U\.S\.|United Kingdom|UK|U\.K\.) ")
#: how many lengths of names two words may lead to before a third is asked
MANY = 3
#: a code of letters and figures, which are written with a hyphen, a space or neither
CODE = re.compile(r"([A-Za-z]{1,5})[- ]?(\d{2,5}[A-Za-z]?)")
PLURAL = re.compile(r"(?:diseas|malignanc|disorder|cancer|tumour|syndrome)(?:ies|es|s)$")
#: CLIC-01 CAR-T trial: the code is name enough
STUDY = re.compile(r"([A-Z]{3,}\w*-?\d\w*) .*(?:trial|study|registry)")
DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,}")
DASH = re.compile("[\u2010-\u2015\u2212]")
#: marks that many leave out, St. Jude and AveXis, Inc., and where some put one
MARKED = re.compile(r"(?<=\bSt)\. |(?<=\bDr)\. |, (?=Inc|Ltd|LLC|S\.A)")
UNMARKED = re.compile(r"(?<=\bSt) |(?<=\bDr) ")
#: a hyphen at which a line may end, and then be taken for a division: graft-versus-⏎host
DIVISIBLE = re.compile(r"(?<=\w)-(?=[a-z])")
#: German: des Paul-Ehrlich-Instituts, der Medizinischen Hochschule, das Schweizerische Heilmittelinstitut
GENITIVE = re.compile(r"(?:institut|zentrum|amt|klinikum|ministerium)(?=$| fur )")
GENITIVE_NAME = re.compile(r"[A-Z]\w{3,}[^\Wsxz]")  # Bayers Werk
DECLINED = re.compile(r"^(\w{3,}sche)[rs]?(?= )")
CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})")  # BioMedica
CLOSE = re.compile(r"(?<=\w)\(")
AMPERSAND = re.compile(" ?& ?")


@lru_cache(maxsize=16384)  # after an edit the index is built anew, and only what changed is spelled again
def spellings(term):
    """Every folded form by which a text may mean `term`; its own comes first."""
    text = term.text
    own = fold_name(text)
    if not own:
        return ()
    found = [own]
    if not text.isascii() and DASH.search(text):
        found += [fold_name(DASH.sub("-", text)), fold_name(DASH.sub(" - ", text))]
    if "  " in own and (plain := MARKED.sub(" ", text)) != text:
        found.append(fold_name(plain))
    elif "St " in text or "Dr " in text:
        found.append(fold_name(UNMARKED.sub(". ", text)))
    if "-" in text:
        found += [fold_name(text[: m.start()] + text[m.end() :]) for m in DIVISIBLE.finditer(text)]
    if "(" in text and (plain := CLOSE.sub(" (", text)) != text:
        found.append(fold_name(plain))
    if CAMEL.search(text):
        found.append(fold_name(CAMEL.sub(" ", text)))
    if text.startswith("The ") and own.count(" ") > 1:
        found.append(own[4:])
    if "&" in text:
        found.append(fold_name(AMPERSAND.sub(" and ", text)))
    if " and " in text:
        found.append(own.replace(" and ", "   "))
    if "." in text and (plain := DOTTED.sub(lambda match: match[0].replace(".", ""), text)) != text:
        found.append(fold_name(plain))
    if country := COUNTRY.match(text):
        rest = text[country.end() :]
        found += [fold_name(f"{form} {rest}") for forms in COUNTRIES if country[1] in forms for form in forms]
    elif 2 <= len(text) <= 4 and text.isascii() and text.isalpha() and text.isupper():
        found.append(" ".join(own))  # F.D.A.
    if len(text) <= 12 and (code := CODE.fullmatch(text)):
        letters, figures = code.groups()
        found += [f"{letters}{figures}".lower(), f"{letters} {figures}".lower()]
    for british, other in SPELLINGS:
        if british in own:
            found += [name.replace(british, other) for name in found]
        elif other in own:
            found += [name.replace(other, british) for name in found]
    if GENITIVE.search(own):
        found += [GENITIVE.sub(r"\g<0>s", name) for name in found]
    if "sche" in own and DECLINED.match(own):
        found += [DECLINED.sub(rf"\1{ending}", name) for name in found for ending in ("", "n")]
    if term.type == "name" and term.kind == "institution" and GENITIVE_NAME.fullmatch(text):
        found += [f"{name}s" for name in found]
    found += plurals(term, found)
    return tuple(dict.fromkeys(found))


def american(word):
    """A folded word in American spelling."""
    for british, other in SPELLINGS:
        word = word.replace(british, other)
    return word


def plurals(term, names):
    """The plural of an acronym or a disease; the singular of a group of diseases; an eponym without its s."""
    if is_acronym(term):
        if term.text[-1:] == "s" and term.text[:-1].isupper():
            return [name[:-1] for name in names]
        return [f"{name}s" for name in names if " " not in name and name.isalpha()]
    if term.kind not in COMMON_KINDS:
        return []
    others = [f"{name[:-1]}ies" if name.endswith("y") else f"{name}s" for name in names if not name.endswith("s")]
    others += [name.replace("errors of", "error of") for name in names if "errors of" in name]
    others += [name.replace(" s ", " ") for name in names if "'s " in term.text or "’s " in term.text]
    for name in names:
        if PLURAL.search(name):
            others.append(f"{name[:-3]}y" if name.endswith("ies") else name[:-1])
    return others


def parts(term):
    """The name, and what stands alone too: the code of a study, and of “Number: Title” of a guideline the number and a
    title of five words.
    """
    number, colon, title = term.text.partition(": ")
    yield term
    if code := STUDY.fullmatch(term.text):
        yield term._replace(text=code[1])
    if colon and term.kind == "guideline":
        if any(map(str.isdigit, number)):
            yield term._replace(text=number)
        if title.count(" ") > 3:
            yield term._replace(text=title)


class Names:
    """All terms by their folded spellings.

    `whole` has the terms of a name, `keys` those of an entity. `longer` maps the first two words of longer names to the
    numbers of words that such names have, the greatest first; where these are many (University of), the first three do
    so too. `tails` has the keys of names of two words by the second, an acronym (Thai FDA), `lower` the first words of
    names that may begin with a small letter, `small` those among them that are the whole name.
    """

    def __init__(self, terms):
        self.whole, self.keys = {}, {}
        self.longer, self.tails, self.lower, self.small = {}, {}, set(), set()
        self._lengths = {}  # one tuple for all that are equal
        for term in terms:
            self.keys.setdefault(term.key, []).append(term)
            for part in parts(term):
                self._add_spellings(part)
        for name in self.whole:
            first, *rest = name.split(" ", 3)
            if len(rest) > 1 and len(self.longer[first, rest[0]]) > MANY:
                self._lead((first, *rest[:2]), name)

    def _add_spellings(self, term):
        lower, alone = may_begin_lower(term), (term,)
        for name in spellings(term):
            self._add(name, alone)
            if lower:
                first, more, _ = name.partition(" ")
                self.lower.add(first)
                if not more:
                    self.small.add(name)

    def _add(self, name, readings):
        """Add `readings`, a tuple of one term, to those of `name`."""
        if name in self.whole:
            self.whole[name] += readings
            return
        self.whole[name] = readings
        first, *rest = name.split(" ", 2)
        if rest:
            self._lead((first, rest[0]), name)
        (term,) = readings
        if len(rest) == 1 and term.text[-2:].isupper():
            self.tails.setdefault(rest[0], set()).add(term.key)

    def _lead(self, words, name):
        """Let `words` lead to the number of words of `name`."""
        words = tuple(map(intern, words))  # shared, the same few words are at hand when a text is read
        length, known = name.count(" ") + 1, self.longer.get(words, ())
        if length not in known:
            lengths = tuple(sorted((*known, length), reverse=True))
            self.longer[words] = self._lengths.setdefault(lengths, lengths)
