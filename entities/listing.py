"""A list as its address says it: parameters → rows, facets, chips, pages. One object for the page and for its JSON."""

from collections import defaultdict
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django_countries import countries

from .facets import FACETS, Facets
from .filters import ANY_OF, LABELS, PARAMETERS, EntityFilter
from .models import Entity, Statement
from .models.kinds import PARTICIPATION
from .pictures.years import Scale

SIZES = (20, 50, 100, 200)
SORTS = {
    "relevance": "by relevance",
    "name": "by name",
    "-start": "latest first",
    "start": "earliest first",
    "changed": "lately changed",
    "partners": "most partners",
}
CONTROLS = ("sort", "size", "page")

#: what some filters are called on the list of a kind
WORDS = {
    "": {"partner": "Partner or member"},
    "collaboration": {"country": "Country of a partner"},
    "consortium": {"partner": "Member or supporter", "country": "Country of seat or member"},
    "institution": {"partner": "Member"},
    "regulatory_body": {"partner": "Member"},
    "therapy": {"partner": "Developer or approving body"},
    "guideline": {"partner": "Issuer"},
}


class Chip(NamedTuple):
    """An active filter value and the address of the list without it."""

    label: str
    value: str
    url: str


class WayOut(NamedTuple):
    """A filter to drop, and how many rows that would give."""

    label: str
    count: int
    url: str


class Problem(NamedTuple):
    """A parameter that could not be used, why, and the address of the list without it."""

    name: str
    label: str
    sentence: str
    url: str


class Listing:
    """A list at `path` as `data`, a QueryDict, asks for it; a subclass says which filters, orders and facets it has."""

    parameters, labels, facet_names = (), {}, ()

    def __init__(self, data, path, scope, filterset):
        self.data, self.path, self.scope, self.filter = data, path, scope, filterset

    # The address

    @cached_property
    def values(self):
        """{parameter: [values]} as understood; a parameter with a problem keeps the values that were given."""
        form, values = self.filter.form, {}
        form.is_valid()
        for name in self.parameters:
            value = form.cleaned_data.get(name) if name not in form.errors else self.data.getlist(name)
            if value:
                values[name] = value if isinstance(value, list) else [str(value)]
        return values

    @cached_property
    def controls(self):
        """{parameter: value} of sorting and paging, without what is usual."""
        usual = {"sort": self.usual_sort, "size": str(SIZES[0]), "page": "1"}
        given = {name: self.data.get(name, "").strip() for name in CONTROLS}
        given["page"] = given["page"].lstrip("0") or given["page"]
        return {name: value for name, value in given.items() if value and value != usual[name]}

    @cached_property
    def unknown(self):
        """The parameters that no list has."""
        return [name for name in self.data if name not in self.parameters and name not in CONTROLS]

    def url(self, values=None, controls=None, unknown=False):
        """The canonical address of this list with other values or controls."""
        query, values = QueryDict(mutable=True), self.values if values is None else values
        for name in self.parameters:
            if name in values:
                query.setlist(name, values[name])
        for name, value in (self.controls if controls is None else controls).items():
            if (name, value) != ("sort", self.usual_sort_of(values)):
                query[name] = value
        if unknown:
            for name in self.unknown:
                query.setlist(name, self.data.getlist(name))
        return f"{self.path}?{query.urlencode()}" if query else self.path

    @property
    def canonical(self):
        return self.url()

    def url_without(self, name, value=None):
        """The first page of the list without a parameter, or without one value of it."""
        kept = {key: [item for item in items if (key, item) != (name, value)] for key, items in self.values.items()}
        if value is None:
            kept.pop(name, None)
        return self.url({key: items for key, items in kept.items() if items}, self.controls_of_first_page)

    @property
    def controls_of_first_page(self):
        return {name: value for name, value in self.controls.items() if name != "page"}

    @property
    def url_clear(self):
        return self.url({}, self.controls_of_first_page)

    @property
    def usual_sort(self):
        return self.usual_sort_of(self.values)

    # What is wrong with it

    @cached_property
    def problems(self):
        """What in the address could not be understood; with any of these there are no rows."""
        found = [
            Problem(name, self.labels[name], str(sentence), self.url_without(name))
            for name, sentences in self.filter.form.errors.items()
            for sentence in sentences
        ]
        if self.sort not in self.sorts:
            found.append(self.control_problem("sort", f"“{self.sort[:40]}” is not an order: {', '.join(self.sorts)}."))
        if self.controls.get("size", str(SIZES[0])) not in map(str, SIZES):
            sizes = ", ".join(map(str, SIZES))
            found.append(
                self.control_problem("size", f"“{self.controls['size'][:40]}” is not a size of page: {sizes}.")
            )
        page = self.controls.get("page", "1")
        if not (page.isascii() and page.isdecimal() and int(page[:9]) > 0 and len(page) < 9):
            found.append(self.control_problem("page", f"“{page[:40]}” is not the number of a page."))
        return found

    def control_problem(self, name, sentence):
        controls = {key: value for key, value in self.controls.items() if key != name}
        return Problem(name, name.capitalize(), sentence, self.url(controls=controls))

    # What is found

    @cached_property
    def rows(self):
        """The queryset of everything found, sorted."""
        return self.scope.none() if self.problems else self.sorted(self.filter.qs)

    @property
    def text(self):
        return self.values.get("q", [""])[0]

    @property
    def sort(self):
        return self.controls.get("sort", self.usual_sort)

    @cached_property
    def page(self):
        """The page of rows; one beyond the end gives the last."""
        paginator = Paginator(self.rows, int(self.controls.get("size", SIZES[0])) if not self.problems else SIZES[0])
        page = paginator.get_page(self.controls.get("page", 1) if not self.problems else 1)
        page.object_list = self.complete(list(page.object_list))
        return page

    def complete(self, rows):
        """The rows of a page with what their template needs besides."""
        return rows

    @property
    def total(self):
        return self.page.paginator.count

    @cached_property
    def scope_total(self):
        """How many there are without any filter."""
        return self.scope.count()

    @property
    def given(self):
        """{parameter: text} of what was typed, for the fields of the form."""
        return {name: self.values[name][0] for name in self.values}

    @cached_property
    def chips(self):
        """The active filters, each removable."""
        chips = []
        for name, values in self.values.items():
            if name in self.filter.form.errors:
                continue
            for value in values:
                chips.append(Chip(self.labels[name], self.value_label(name, value), self.url_without(name, value)))
        return chips

    @cached_property
    def ways_out(self):
        """Where nothing was found: each single filter whose removal gives rows, the most fruitful first."""
        if self.problems or self.total:
            return []
        ways = [WayOut(self.labels[name], n, self.url_without(name)) for name, n in self.counts_without().items() if n]
        return sorted(ways, key=lambda way: -way.count)

    def counts_without(self):
        """{parameter: rows without it} of the active filters."""
        return {name: self.filter_without(name).count() for name in self.values}

    def filter_without(self, name):
        """The queryset of the list without one parameter."""
        queryset = self.scope
        for other, value in self.filter.form.cleaned_data.items():
            if other != name:
                queryset = self.filter.filters[other].filter(queryset, value)
        return queryset

    @property
    def page_links(self):
        """[(number, address)] around the current page; None stands for a gap."""
        numbers = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
        return [(number, self.page_url(number)) if isinstance(number, int) else (None, "") for number in numbers]

    def page_url(self, number):
        controls = self.controls_of_first_page
        return self.url(controls=controls if number == 1 else {**controls, "page": number})

    @property
    def next_url(self):
        return self.page_url(self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def sort_links(self):
        """[(label, address, current)]"""
        controls = {name: value for name, value in self.controls_of_first_page.items() if name != "sort"}
        return [
            (label, self.url(controls={"sort": key, **controls}), key == self.sort) for key, label in self.sorts.items()
        ]

    @property
    def size_links(self):
        """[(rows on a page, address, current)]"""
        controls = {name: value for name, value in self.controls_of_first_page.items() if name != "size"}
        usual, current = SIZES[0], self.page.paginator.per_page
        return [
            (
                size,
                self.url(controls=controls if size == usual else {**controls, "size": size}),
                size == current,
            )
            for size in SIZES
            if size <= max(self.total, usual) or size == current
        ]

    @property
    def hidden(self):
        """The controls that the filter form must keep."""
        return {name: value for name, value in self.controls.items() if name in ("sort", "size")}

    def as_data(self):
        """The list as plain data, for JSON."""
        return {
            "total": self.total,
            "page": self.page.number,
            "pages": self.page.paginator.num_pages,
            "size": self.page.paginator.per_page,
            "sort": self.sort,
            "filters": self.values,
            "rows": [self.row_as_data(row) for row in self.page.object_list],
            "facets": {
                facet.name: [
                    {
                        "value": value.value,
                        "label": value.label,
                        "count": value.count,
                        "selected": value.selected,
                    }
                    for value in facet.values
                ]
                for facet in self.facets
            },
        }


class EntityListing(Listing):
    """The entities that an address asks for; `kind` and `tag` are fixed by the page, or empty."""

    parameters, labels, facet_names = PARAMETERS, LABELS, FACETS

    def __init__(self, data, path, kind="", tag=None):
        scope = Entity.objects.published()
        if kind:
            scope = scope.of_kind(kind)
        if tag:
            scope = scope.tagged(tag.slug)
        super().__init__(data, path, scope, EntityFilter(data, scope, kind=kind))
        self.kind, self.tag = kind, tag
        self.labels = LABELS | WORDS.get(kind, {})

    def usual_sort_of(self, values):
        """The order in which a list with these filters stands where none is asked for."""
        if "q" in values:
            return "relevance"
        return "-start" if self.kind == "collaboration" else "name"

    @property
    def sorts(self):
        """{key: label} of the orders that make sense here."""
        return {key: label for key, label in SORTS.items() if key != "relevance" or "q" in self.values}

    def sorted(self, rows):
        """`rows` in the order asked for; names decide between equals, and what has no date comes last."""
        rows = rows.annotate(partners=participants(), citations=citations())
        if self.sort == "relevance":
            return rows.ranked(self.text).order_by("rank", "sort_name", "pk")
        if self.sort in ("start", "-start"):
            return rows.alias(dated=Case(When(start="", then=1), default=0)).order_by(
                "dated", self.sort, "sort_name", "pk"
            )
        order = {"name": [], "changed": ["-modified"], "partners": ["-partners"]}[self.sort]
        return rows.order_by(*order, "sort_name", "pk")

    def complete(self, rows):
        for row in with_company(rows):
            row.bar = self.scale.bar(row.start, row.end, row.is_going_on)
        return rows

    @cached_property
    def all_facets(self):
        """The Facets of everything that obeys the other filters; what could not be understood is left aside."""
        base = self.scope
        for name, value in self.filter.form.cleaned_data.items():
            if name not in FACETS:
                base = self.filter.filters[name].filter(base, value)
        selected = {name: values for name, values in self.values.items() if name not in self.filter.form.errors}
        facets = Facets(base, selected)
        for name in selected.keys() & facets.labels.keys():
            facets.labels[name] |= {value: self.filter.label(name, value) for value in selected[name]}
        return facets

    @cached_property
    def scale(self):
        """The scale of years of this list."""
        return Scale(timezone.localdate().year)

    @property
    def columns(self):
        """The years in which what was found began, within all that obeys the other filters; each leads to its list."""
        counts = {year: len(pks & self.all_facets.found) for year, pks in self.all_facets.began.items()}
        totals = {year: len(pks) for year, pks in self.all_facets.began.items()}
        return self.scale.columns(counts, totals, self.url_of_year)

    def url_of_year(self, year):
        """The first page of the list of what began in that year; a day or month of it that was asked for stays."""
        given = {name: self.values.get(name, [""])[0] for name in ("from", "to")}
        within = {name: [date if date.startswith(str(year)) else str(year)] for name, date in given.items()}
        return self.url(self.values | within, self.controls_of_first_page)

    @cached_property
    def facets(self):
        """The facets to show; on a page of one kind not the kind."""
        found = [facet for facet in self.all_facets.all() if not (facet.name == "kind" and self.kind)]
        return [facet._replace(label=self.labels[facet.name]) for facet in found]

    def value_label(self, name, value):
        if name in ANY_OF:
            return self.filter.label(name, value)
        return self.filter.form.cleaned_data[name].words if name in ("from", "to") else value

    def counts_without(self):
        """Facets know their own; the other filters are counted in one query."""
        counts = {name: self.all_facets.without(name) for name in self.values if name in FACETS}
        others = [name for name in self.values if name not in FACETS]
        if others:
            without = {name: self.filter_without(name).values("pk") for name in others}
            counts |= self.scope.aggregate(
                **{name: Count("pk", filter=Q(pk__in=rows)) for name, rows in without.items()}
            )
        return counts

    def row_as_data(self, entity):
        return row_as_data(entity)


def participants():
    """How many organisations take part in an entity."""
    edges = Statement.objects.visible().filter(subject=OuterRef("pk"), predicate__in=PARTICIPATION).order_by()
    return count_of(edges.values("subject").annotate(n=Count("object", distinct=True)).values("n"))


def citations():
    """How many sources an entity's statements rest on."""
    rows = Statement.objects.visible().filter(subject=OuterRef("pk")).order_by()
    return count_of(rows.values("subject").annotate(n=Count("sources", distinct=True)).values("n"))


def count_of(subquery):
    return Coalesce(Subquery(subquery), 0)


def with_company(entities):
    """Give each entity of a page its `company` (edges to those who take part) and its `countries`, in one query."""
    company, places = defaultdict(list), defaultdict(dict)
    edges = (
        Statement.objects.visible()
        .filter(Q(predicate__in=PARTICIPATION) | Q(predicate="country"), subject__in=entities)
        .select_related("object")
        .order_by("rank", "number")
    )
    for edge in edges:
        if edge.object_id:
            company[edge.subject_id].append(edge)
        if edge.predicate in ("partner", "member", "country"):
            places[edge.subject_id][(edge.country or edge.object.country).code] = None
    for entity in entities:
        entity.company = list({edge.object_id: edge for edge in company[entity.pk]}.values())
        codes = {entity.country.code: None} if entity.country else {}
        if entity.kind in ("collaboration", "consortium"):
            codes |= places[entity.pk]
        entity.country_codes = [code for code in codes if code]
        entity.countries = [countries.name(code) for code in entity.country_codes]
    return entities


def row_as_data(entity):
    """A row of a list as plain data."""
    return {
        "uid": entity.uid,
        "kind": entity.kind,
        "slug": entity.slug,
        "name": entity.name,
        "type": entity.type,
        "status": entity.status,
        "start": str(entity.start),
        "end": str(entity.end),
        "countries": entity.country_codes,
        "partners": [
            {"slug": edge.object.slug, "name": edge.object.name, "role": edge.role or edge.predicate}
            for edge in entity.company
        ],
        "sources": entity.citations,
        "url": entity.get_absolute_url(),
        "permalink": entity.permalink,
        "json": entity.json_url,
    }
