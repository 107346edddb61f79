"""Who is meant: candidates for a name, scored from 0 to 100, and whether one of them is surely right.

A candidate has the score of its most similar name. Properties that a client gives count for three tenths of it, as far
as both sides have a value. A match needs the same name or an identifier, and no rival for which one of them speaks too.
"""

import re
from contextlib import suppress
from typing import NamedTuple

from entities.identifiers import SCHEMES, normalise, validate
from entities.models import Entity
from entities.models.kinds import NAME_TYPES
from entities.text import fold, read_uid
from entities.versions import Kept

from .names import Likeness, NameIndex
from .properties import NAMING, Facts, agreement, checks

#: schemes by which at most one entity goes
UNIQUE = tuple(scheme for scheme in SCHEMES if scheme != "reference")
#: how many candidates of each query are read from the database; below what likeness there is none
POOL, LEAST = 20, 50
#: how many names are looked for where properties give them in place of the query
MOST_NAMES = 3
#: what the properties count for beside the name
WEIGHT = 0.3
#: the score that a match has at least, and how far below it every rival is
SURE, APART = 90, 10
#: a name without what stands in brackets after it, as in Yescarta (axi-cel)
WITHOUT_BRACKETS = 0.95
BRACKETED = re.compile(r"(.+?)\s*\(([^()]+)\)\s*")
NOTHING = Likeness(0, "")


class Hit(NamedTuple):
    """How alike the name of an entity is, and whether it is the same, or an identifier leads to it."""

    likeness: Likeness
    same_name: bool
    by_identifier: bool


class Candidate(NamedTuple):
    """A Hit with its entity, and how well each property that the client gave agrees, 0 to 100 or None."""

    entity: Entity
    likeness: Likeness
    same_name: bool
    by_identifier: bool
    agreements: dict

    @property
    def decides(self):
        return self.same_name or self.by_identifier

    @property
    def score(self):
        name = 100 if self.decides else self.likeness.score
        known = [value for value in self.agreements.values() if value is not None]
        return (1 - WEIGHT) * name + WEIGHT * sum(known) / len(known) if known else name

    @property
    def place(self):
        """What it is sorted by: the score; of equals the one so named today, then by name."""
        today = self.likeness.name == fold(self.entity.name)
        return (-self.score, not self.decides, not today, self.entity.sort_name, self.entity.pk)


def reconcile(queries):
    """{id: result} of {id: Query}, as the specification has them; the number of database queries is the same for any.

    A result lists candidates by falling score, each with its features.
    """
    index = names_now()
    found = {key: find(index, query) for key, query in queries.items()}
    rows = Entity.objects.published().filter(pk__in={pk for hits in found.values() for pk in hits})
    entities = {row.pk: row for row in rows}
    facts = Facts(entities.values(), {name for query in queries.values() for name in query.properties})
    return {key: {"result": answer(query, found[key], entities, facts)} for key, query in queries.items()}


def find(index, query):
    """{pk: Hit} of at most POOL entities, or as many as the query wants; first those for whom something decides."""
    texts = [query.text] if query.text else names_given(query)[:MOST_NAMES]
    same = {pk for text in texts for pk in called(index, text, query.types)}
    by_identifier = {pk for text in texts for pk in identified(index, text, query.types)}
    by_property = {
        pk
        for name in UNIQUE
        for one in query.properties.get(name, ())
        for pk in index.named(fold(normalise(name, one.id or one.text)), query.types)
    }
    found = dict.fromkeys(by_identifier | by_property, NOTHING)
    for form, part in [pair for text in texts for pair in forms(text)]:
        for pk, (score, name) in index.alike(fold(form), query.types).items():
            found[pk] = max(Likeness(score * part, name), found.get(pk, NOTHING))
    decided = same | by_identifier | by_property
    best = sorted(found, key=lambda pk: (pk not in decided, -found[pk].score, pk))
    return {pk: Hit(found[pk], pk in same, pk in by_identifier) for pk in best[: max(POOL, query.limit)]}


def names_given(query):
    """The names that the properties of a query give."""
    return [one.text for name in NAMING for one in query.properties.get(name, ())]


def called(index, text, types):
    """The keys of those that go by `text`, or by both parts of it, as in “Food and Drug Administration (FDA)”."""
    keys = set(index.named(fold(text), types))
    if match := BRACKETED.fullmatch(text):
        keys |= set(index.named(fold(match[1]), types)) & set(index.named(fold(match[2]), types))
    return keys


def forms(text):
    """[(form, what it counts for)]: the text, and what stands before brackets at its end."""
    match = BRACKETED.fullmatch(text)
    return [(text, 1), (match[1], WITHOUT_BRACKETS)] if match else [(text, 1)]


def identified(index, text, types):
    """The keys of those of which `text` is the id here, or an identifier of a registry, alone or as an address."""
    uid = read_uid(text.rstrip("/").rpartition("/")[2])
    if uid in index.uids:
        yield from filter(lambda key: index.fits(key, types), [index.uids[uid]])
    for scheme in UNIQUE:
        value = normalise(scheme, text)
        with suppress(ValueError):
            validate(scheme, value)
            yield from index.named(fold(value), types)


def answer(query, found, entities, facts):
    """The result of one query: its candidates as the specification has them."""
    wanted = {name: checks(name, given) for name, given in query.properties.items()}
    candidates = sorted(
        (
            candidate(entities[pk], hit, wanted, facts)
            for pk, hit in found.items()
            if pk in entities  # the index may be older than a withdrawal
        ),
        key=lambda each: each.place,
    )
    candidates = [each for each in candidates if each.decides or each.score >= LEAST]
    return [
        as_data(each, match=rank == 0 and is_sure(each, candidates), facts=facts)
        for rank, each in enumerate(candidates[: query.limit])
    ]


def candidate(entity, hit, wanted, facts):
    agreements = {name: agreement(wanted[name], facts.values(entity, name)) for name in wanted}
    by_identifier = hit.by_identifier or any(agreements.get(name) == 100 for name in UNIQUE)
    return Candidate(entity, hit.likeness, hit.same_name, by_identifier, agreements)


def is_sure(best, candidates):
    """Whether the first of the candidates is surely meant: no rival is near, or has the name or identifier it lacks."""
    rivals = [each for each in candidates if each.decides and each.entity != best.entity]
    return (
        best.decides
        and best.score >= SURE
        and all(each.score <= best.score - APART for each in rivals)
        and all(best.same_name >= each.same_name and best.by_identifier >= each.by_identifier for each in rivals)
    )


def as_data(candidate, match, facts):
    features = {
        "name": round(candidate.likeness.score, 1),
        "same_name": candidate.same_name,
        "identifier": candidate.by_identifier,
    }
    features |= {
        f"property:{name}": round(value, 1) for name, value in candidate.agreements.items() if value is not None
    }
    return {
        "id": candidate.entity.uid,
        "name": candidate.entity.name,
        "description": described(candidate, facts),
        "type": types_of(candidate.entity),
        "score": round(candidate.score, 1),
        "match": match,
        "features": [{"id": name, "value": value} for name, value in features.items()],
    }


def described(candidate, facts):
    """What it is and where, and by which other name it was found."""
    entity, line = candidate.entity, candidate.likeness.name
    other = [
        f"{NAME_TYPES[kind].lower()}: {text}"
        for kind in NAME_TYPES
        for text in facts.names.get((entity.pk, kind), ())
        if fold(text) == line != fold(entity.name)
    ]
    return "; ".join([description(entity), *other[:1]])


def description(entity):
    return ", ".join(filter(None, [entity.type_label, entity.place or entity.when]))


def types_of(entity):
    """The types of an entity as the specification has them: its kind, and its type within the kind."""
    return [
        {"id": entity.kind, "name": entity.kind_label},
        {"id": f"{entity.kind}/{entity.type}", "name": entity.type_label},
    ]


# The index of names, kept in memory for as long as no entry is changed


def build_names():
    rows = Entity.objects.published().order_by().values_list("pk", "uid", "kind", "type", "search_text")
    merged = Entity.objects.filter(merged_into__state="published").order_by("pk")
    return NameIndex(
        ((pk, uid, frozenset((kind, f"{kind}/{type}")), lines(text)) for pk, uid, kind, type, text in rows.iterator()),
        ((pk, uid, lines(text)) for pk, uid, text in merged.values_list("merged_into", "uid", "search_text")),
    )


def lines(text):
    """The folded names and identifiers in a search text."""
    return text.strip("\n").split("\n")


#: gives the NameIndex of what is published now
names_now = Kept(build_names)
