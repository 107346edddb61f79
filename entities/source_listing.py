"""The list of sources as its address says it."""

import django_filters
from django.db.models import Count, Q
from django.db.models.functions import Lower

from .facets import Facet, Value
from .filters import AnyOfFilter, SearchFilter
from .listing import Listing
from .models import Source
from .models.kinds import SOURCE_KINDS

LABELS = {"q": "Title or publisher", "kind": "Kind of source", "consulted": "Read by an editor"}
CONSULTED = {"yes": "Read by an editor", "no": "Not read yet"}
CHOICES = {"kind": SOURCE_KINDS, "consulted": CONSULTED}


class SourceFilter(django_filters.FilterSet):
    """Filters of sources; repeated values of a parameter mean any of them."""

    q = SearchFilter(method="filter_q", max_length=200)
    kind = AnyOfFilter(method="filter_kind", resolve=lambda text: known("kind", text))
    consulted = AnyOfFilter(method="filter_consulted", resolve=lambda text: known("consulted", text))

    class Meta:
        model = Source
        fields = ()

    def filter_q(self, queryset, name, value):
        return queryset.search(value)

    def filter_kind(self, queryset, name, values):
        return queryset.of_kind(*values)

    def filter_consulted(self, queryset, name, values):
        return queryset.filter(consulted__in=[value == "yes" for value in values])


def known(name, text):
    if text not in CHOICES[name]:
        raise ValueError(f"“{text[:60]}” is not a value of “{LABELS[name].lower()}”: {', '.join(CHOICES[name])}.")
    return text


class SourceListing(Listing):
    """The sources on which a public statement rests."""

    parameters, labels, facet_names = tuple(LABELS), LABELS, ("kind", "consulted")
    sorts = {
        "publisher": "by publisher",
        "-published": "latest first",
        "title": "by title",
        "used": "most used",
    }

    def __init__(self, data, path):
        scope = Source.objects.cited()
        super().__init__(data, path, scope, SourceFilter(data, scope))

    def usual_sort_of(self, values):
        return "publisher"

    def sorted(self, rows):
        rows = rows.annotate(
            uses=Count(
                "statements",
                filter=Q(statements__subject__state="published")
                & (Q(statements__object=None) | Q(statements__object__state="published")),
                distinct=True,
            )
        )
        first = {
            "publisher": [Lower("publisher")],
            "-published": ["-published"],
            "title": [],
            "used": ["-uses"],
        }[self.sort]
        return rows.order_by(*first, Lower("title"), "key")

    def value_label(self, name, value):
        return CHOICES[name][value] if name in CHOICES else value

    @property
    def facets(self):
        return [self.facet(name) for name in self.facet_names]

    def facet(self, name):
        """Counts of the values of one facet, with all other filters on."""
        rows = self.scope.none() if self.problems else self.filter_without(name)
        column = rows.order_by().values_list(name).annotate(n=Count("pk"))
        counts = {("yes" if value else "no") if name == "consulted" else value: n for value, n in column}
        selected = self.values.get(name, [])
        values = [
            Value(value, label, counts.get(value, 0), value in selected)
            for value, label in CHOICES[name].items()
            if counts.get(value) or value in selected
        ]
        return Facet(name, LABELS[name], sorted(values, key=lambda value: -value.count))

    def row_as_data(self, source):
        return {
            "key": source.key,
            "title": source.title,
            "publisher": source.publisher,
            "published": str(source.published),
            "kind": source.kind,
            "address": source.url,
            "consulted": source.consulted,
            "statements": source.uses,
            "url": source.get_absolute_url(),
        }
