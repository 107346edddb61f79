"""Counts beside the values of each filter, and how many would be found without it.

Each count ignores the selection within its own facet and keeps all others, so it is what choosing that one value gives.
Three queries read what the entities of the base set are; the counting is done over sets of primary keys.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Exists, Q
from django_countries import countries

from .filters import ABOUT, FIXED, LABELS
from .models import Statement, Tagging
from .models.entity import own_statements
from .models.kinds import CAPACITIES, KINDS, ORGANISATIONS, PARTICIPATION

FOLD_AFTER = 8
MOST_LISTED = 12
#: the facets in the order of the page
FACETS = ("kind", "type", "status", "tag", "country", "partner", "role", "therapy", "disease", "sourced")


class Value(NamedTuple):
    """One value of a facet: how many entities it would give, and whether it is selected."""

    value: str
    label: str
    count: int
    selected: bool


class Facet(NamedTuple):
    name: str
    label: str
    values: list

    @property
    def listed(self):
        """The values that a page prints: of long facets the most frequent and the selected ones; JSON has all."""
        if len(self.values) <= MOST_LISTED or self.name not in ("partner", "therapy", "disease"):
            return self.values
        return [value for place, value in enumerate(self.values) if place < MOST_LISTED or value.selected]

    @property
    def kinds(self):
        """The kinds of entity among which its values are, for a field that completes."""
        return " ".join(ORGANISATIONS) if self.name == "partner" else self.name

    @property
    def is_cut(self):
        return len(self.listed) < len(self.values)

    @property
    def opened(self):
        """Whether a selected value stands among those that are folded away."""
        return any(value.selected for value in self.values[FOLD_AFTER:])


class Facets:
    """The facets of `base`, a queryset of entities that already obeys every filter that is not a facet.

    `selected` is {facet: [values]}. Cost: 3 queries and one pass over what they give.
    """

    def __init__(self, base, selected):
        self.selected = {name: selected.get(name, []) for name in FACETS}
        self.holders = {name: defaultdict(set) for name in FACETS}
        self.labels = {name: dict(FIXED.get(name, {})) for name in FACETS}
        self.everything = set()
        self.began = defaultdict(set)  # year → entities
        self.capacities = defaultdict(set)  # (organisation, capacity) → entities
        self.read_entities(base)
        self.read_tags(base)
        self.read_edges(base)
        self.matching = self.match()

    def read_entities(self, base):
        rows = base.annotate(said=Exists(own_statements()), unsourced=Exists(own_statements().unsourced()))
        for pk, kind, type_, status, country, start, said, unsourced in rows.order_by().values_list(
            "pk", "kind", "type", "status", "country", "start", "said", "unsourced"
        ):
            self.everything.add(pk)
            if start:
                self.began[start.year].add(pk)
            sourced = ("no" if unsourced else "yes") if said else ""
            for name, value in (
                ("kind", kind),
                ("type", type_),
                ("status", status),
                ("country", country),
                ("sourced", sourced),
            ):
                if value:
                    self.holders[name][value].add(pk)
            self.labels["type"][type_] = KINDS[kind].types[type_]
            self.labels["status"][status] = KINDS[kind].statuses.get(status, "")

    def read_tags(self, base):
        rows = Tagging.objects.filter(content_object__in=base.values("pk")).order_by()
        for pk, slug, name in rows.values_list("content_object", "tag__slug", "tag__name"):
            self.holders["tag"][slug].add(pk)
            self.labels["tag"][slug] = name

    def read_edges(self, base):
        about = {predicate: name for name, predicates in ABOUT.items() for predicate in predicates}
        rows = Statement.objects.visible().filter(
            Q(predicate__in=(*PARTICIPATION, *about)) | Q(predicate="country"), subject__in=base.values("pk")
        )
        columns = (
            "subject",
            "subject__kind",
            "predicate",
            "role",
            "object__slug",
            "object__name",
            "object__country",
            "country",
        )
        for pk, kind, predicate, role, slug, name, seat, country in rows.order_by().values_list(*columns):
            if predicate in about:
                self.holders[about[predicate]][slug].add(pk)
                self.labels[about[predicate]][slug] = name
                continue
            place = country if predicate == "country" else seat
            if place and predicate in ("partner", "member", "country") and kind in ("collaboration", "consortium"):
                self.holders["country"][place].add(pk)
            if predicate != "country":
                self.capacities[slug, role or predicate].add(pk)
                self.labels["partner"][slug] = name

    def match(self):
        """{facet: entities that its selection lets through}; partner and role are one condition, under “partner”."""
        matching = {
            name: set().union(*(self.holders[name][value] for value in values))
            for name, values in self.selected.items()
            if values and name not in ("partner", "role")
        }
        if self.selected["partner"] or self.selected["role"]:
            matching["partner"] = self.participants(self.selected["partner"], self.selected["role"])
        return matching

    def participants(self, partners, roles):
        """Entities that one edge joins to any of `partners` in any of `roles`; an empty list means every one."""
        return set().union(
            *(
                pks
                for (slug, capacity), pks in self.capacities.items()
                if (not partners or slug in partners) and (not roles or capacity in roles)
            )
        )

    def others(self, name):
        """The entities that every selection but that of facet `name` lets through."""
        name = "partner" if name == "role" else name
        kept = [pks for facet, pks in self.matching.items() if facet != name]
        return self.everything.intersection(*kept) if kept else self.everything

    @property
    def found(self):
        """The entities that every selection lets through."""
        return self.everything.intersection(*self.matching.values()) if self.matching else self.everything

    @property
    def total(self):
        return len(self.found)

    def without(self, name):
        """How many there would be without the selection of facet `name`."""
        others = self.others(name)
        pair = {key: self.selected[key] for key in ("partner", "role") if key != name}
        if name in ("partner", "role") and any(pair.values()):
            return len(others & self.participants(pair.get("partner", []), pair.get("role", [])))
        return len(others)

    def facet(self, name):
        """The facet, most frequent values first; those that would give nothing are left out unless selected."""
        others, selected = self.others(name), self.selected[name]
        holders = self.pair_holders(name) if name in ("partner", "role") else self.holders[name]
        counts = {value: len(pks & others) for value, pks in holders.items()}
        values = [
            Value(value, self.label(name, value), counts.get(value, 0), value in selected)
            for value in {*counts, *selected}
            if counts.get(value) or value in selected
        ]
        values.sort(key=lambda value: (-value.count, value.label.casefold(), value.value))
        return Facet(name, LABELS[name], values)

    def pair_holders(self, name):
        """{value: entities} of partners, given the selected roles, or of roles, given the selected partners."""
        other = set(self.selected["role" if name == "partner" else "partner"])
        holders = defaultdict(set)
        for (slug, capacity), pks in self.capacities.items():
            value, given = (slug, capacity) if name == "partner" else (capacity, slug)
            if not other or given in other:
                holders[value] |= pks
        return holders

    def label(self, name, value):
        if name == "country":
            return countries.name(value) or value
        if name == "role":
            return CAPACITIES.get(value, value)
        return self.labels[name].get(value, value)

    def all(self):
        """The facets that have a value, in order."""
        return [facet for facet in map(self.facet, FACETS) if facet.values]
