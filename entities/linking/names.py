"""The names of the base as the finder looks them up: folded, in every spelling in which a text may have them.

The index is a dictionary of folded names, and another of the first two words of each longer name. A change of a name is
a change of an entry; nothing is compiled.
"""

import re

from .folding import fold_words
from .terms import COMMON_KINDS, Term, is_acronym, may_be_lower

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
)
#: a code of letters and figures, which are written with a hyphen, a space or neither
CODE = re.compile(r"([A-Za-z]{1,5})[- ]?(\d{2,5}[A-Za-z]?)")
PLURAL = re.compile(r"(?:diseas|malignanc|disorder|cancer|tumour|syndrome)(?:ies|es|s)$")
DOTTED = re.compile(r"(?<![\w.])([A-Z])\.([A-Z])\.(?:([A-Z])\.)?(?:([A-Z])\.)?")


def spellings(term):
    """Every sequence of folded words, joined by single spaces, by which a text may mean `term`; its own comes first."""
    text = term.text
    words = fold_words(text)
    if not words:
        return []
    plain = " ".join(words)
    found = [plain]
    if "&" in text:
        found.append(" ".join(fold_words(text.replace("&", " and "))))
    if " and " in plain:
        found.append(plain.replace(" and ", " "))
    if "." in text and (undotted := DOTTED.sub(lambda m: "".join(filter(None, m.groups())) + " ", text)) != text:
        found.append(" ".join(fold_words(undotted)))
    if len(words) == 1 and 2 <= len(text) <= 5 and text.isupper() and text.isalpha():
        found.append(" ".join(plain))  # F.D.A.
    elif text[:3] in ("US ", "UK "):
        found.append(f"{plain[0]} {plain[1:]}")  # U.S. FDA
    if len(text) <= 12 and (code := CODE.fullmatch(text)):
        letters, figures = code.groups()
        found += [f"{letters}{figures}".lower(), f"{letters} {figures}".lower()]
    for british, american in SPELLINGS:
        if british in plain:
            found += [name.replace(british, american) for name in found]
        elif american in plain and british not in plain:
            found += [name.replace(american, british) for name in found]
    found += plurals(term, found)
    return dict.fromkeys(found)


def american(word):
    """A folded word in American spelling."""
    for british, other in SPELLINGS:
        word = word.replace(british, other)
    return word


def plurals(term, names):
    """The plural of an acronym or a disease; the singular of a group of diseases; an eponym without its s."""
    if is_acronym(term):
        return [f"{name}s" for name in names if " " not in name and name.isalpha()]
    if term.kind not in COMMON_KINDS:
        return []
    others = [f"{name}s" for name in names if not name.endswith(("s", "y"))]
    others += [name.replace(" s ", " ") for name in names if "'s " in term.text or "’s " in term.text]
    for name in names:
        if PLURAL.search(name):
            others.append(f"{name[:-3]}y" if name.endswith("ies") else name[:-1])
    return others


class Names:
    """All terms by their folded spellings.

    `readings(words)` of a text are in `whole`; `longer` maps the first two words of names of two words and more to the
    numbers of words that such names have, the greatest first. `keys` has the terms of each entity, `tails` the keys of
    names of two words by their second, as in Thai FDA; `free` are the single words that may stand in lower case.
    """

    def __init__(self, terms):
        self.whole = {}
        self.longer = {}
        self.keys = {}
        self.tails = {}
        self.free = set()
        lengths = {}  # one tuple for all that are equal
        for term in terms:
            self.keys.setdefault(term.key, []).append(term)
            for name in spellings(term):
                known = self.whole.get(name)
                if known is None:
                    self.whole[name] = term
                elif isinstance(known, Term):
                    if known != term:
                        self.whole[name] = [known, term]
                else:
                    known.append(term)
                if " " not in name and may_be_lower(term):
                    self.free.add(name)
                if (count := name.count(" ")) and known is None:
                    first, second, *_ = name.split(" ", 2)
                    seen = self.longer.get((first, second), ())
                    if count + 1 not in seen:
                        seen = tuple(sorted((*seen, count + 1), reverse=True))
                        self.longer[first, second] = lengths.setdefault(seen, seen)
                    if count == 1:
                        self.tails.setdefault(second, set()).add(term.key)

    def readings(self, name):
        """The terms of one folded name."""
        found = self.whole[name]
        return (found,) if isinstance(found, Term) else tuple(found)
