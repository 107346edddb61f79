"""The names of the base as an unknown name is held against them: an index in memory, and how alike two names are."""

from collections import defaultdict
from heapq import nlargest
from math import log
from typing import NamedTuple

from rapidfuzz import fuzz, process

#: of a word in more names than this, no name is looked at for the sake of that word alone
COMMON = 1000
#: how many names are compared letter by letter with the one asked for
COMPARED = 60
#: how alike (0–100) a word of the base must be to stand for one that is not in it, and how many may
SIMILAR, MOST_SIMILAR = 75, 4
#: how many unknown words of a name, the longest, are looked at as misspelt
MISSPELT = 6
#: what is not the same name never counts as fully alike
MOST_ALIKE = 99


class Likeness(NamedTuple):
    """How alike the best name of an entity is, from 0 to 100, and that name, folded."""

    score: float
    name: str


class NameIndex:
    """Every folded name and identifier of the entities that may be found.

    `bearers` has the keys of the entities that go by a name, `types` the types of each entity, `uids` the key that each
    uid leads to. A merged entity leads by its uid, its names and its identifiers to the one it was merged into.
    """

    def __init__(self, rows, merged=()):
        """Of (key, uid, types, folded lines) of entities, and (key, uid, folded lines) of those merged into them."""
        self.bearers, self.words, self.joined = defaultdict(list), defaultdict(list), defaultdict(list)
        self.types, self.uids = {}, {}
        for key, uid, types, lines in rows:
            self.types[key], self.uids[uid] = types, key
            for name in lines:
                self.bearers[name].append(key)
        for key, uid, lines in merged:
            if key in self.types:  # and was not published between the two queries
                self.uids[uid] = key
                for name in lines:
                    if key not in self.bearers[name]:
                        self.bearers[name].append(key)
        for name in self.bearers:
            self.joined[name.replace(" ", "")].append(name)
            for word in set(name.split()):
                self.words[word].append(name)
        self.vocabulary = list(self.words)

    def named(self, name, types=frozenset()):
        """The keys of the entities of these types, or of any, that go by a folded name."""
        return [key for key in self.bearers.get(name, ()) if self.fits(key, types)]

    def fits(self, key, types):
        return not types or not types.isdisjoint(self.types[key])

    def alike(self, name, types=frozenset()):
        """{key: Likeness} of the entities of these types, or of any, with the names most like a folded name."""
        found = {}
        for other in self.near(name, types):
            score = self.likeness(name, other)
            for key in self.named(other, types):
                if key not in found or found[key].score < score:
                    found[key] = Likeness(score, other)
        return found

    def near(self, name, types):
        """The names worth comparing: written alike but for spaces, or with the rarest words in common."""
        weights = defaultdict(float)
        for word, closeness in sorted(self.known_words(name), key=lambda pair: (len(self.words[pair[0]]), pair)):
            if weights and len(self.words[word]) > COMMON:
                break
            weight = self.rarity(word) * closeness
            for other in self.words[word]:
                weights[other] += weight
        fitting = weights if not types else [other for other in weights if self.named(other, types)]
        best = nlargest(COMPARED, fitting, key=lambda other: (weights[other], -len(other), other))
        return dict.fromkeys([*self.joined.get(name.replace(" ", ""), ()), *best])

    def known_words(self, name):
        """[(word of the base, closeness up to 1)] of the words of a name and of those they may be misspellings of."""
        words = set(name.split())
        known = words & self.words.keys()
        unknown = sorted(words - known, key=lambda word: (-len(word), word))[:MISSPELT]
        return [(word, 1) for word in known] + [pair for word in unknown for pair in self.spelt_like(word)]

    def spelt_like(self, word):
        """[(word of the base, closeness)] of the few words most like one that is not there."""
        found = process.extract(word, self.vocabulary, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=MOST_SIMILAR)
        return [(other, score / 100) for other, score, _ in found]

    def likeness(self, one, other):
        """0 to 100, and 100 only for the same name: by letters, by letters of sorted words, by rare words in common."""
        if one == other:
            return 100
        return min(
            MOST_ALIKE,
            max(fuzz.ratio(one, other), 0.95 * fuzz.token_sort_ratio(one, other), 90 * self.in_common(one, other)),
        )

    def in_common(self, one, other):
        """The share, 0 to 1, of words that both have, each counted by its rarity (Dice’s coefficient)."""
        first, second = set(one.split()), set(other.split())
        whole = sum(map(self.rarity, first)) + sum(map(self.rarity, second))
        return 2 * sum(map(self.rarity, first & second)) / whole if whole else 0

    def rarity(self, word):
        return log(1 + len(self.bearers) / max(1, len(self.words.get(word, ()))))
