"""The filters of every list, shared by pages, JSON and exports: one FilterSet whose parameters are the address.

Repeated values of a parameter mean any of them. A value that means nothing is an error and never widens the list: ask
`is_valid()` before `qs`.
"""

import re
from collections import defaultdict

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django_countries import countries

from .models import Entity, Tag
from .models.fields import PartialDateFormField
from .models.kinds import CAPACITIES, KINDS, ORGANISATIONS
from .text import fold

#: the order of parameters in a canonical address
PARAMETERS = (
    "q", "kind", "type", "status", "tag", "tag_all", "country", "partner", "role", "therapy", "disease",
    "year", "from", "to", "sourced",
)  # fmt: skip
LABELS = {
    "q": "Name",
    "kind": "Kind",
    "type": "Type",
    "status": "Activity",
    "tag": "Subject",
    "tag_all": "All of these subjects",
    "country": "Country",
    "partner": "Partner",
    "role": "Role",
    "therapy": "Therapy",
    "disease": "Disease",
    "year": "Active in",
    "from": "Began from",
    "to": "Began to",
    "sourced": "Sources",
}
ANY_OF = (
    "kind",
    "type",
    "status",
    "tag",
    "tag_all",
    "country",
    "partner",
    "role",
    "therapy",
    "disease",
    "sourced",
)
BY_SLUG = ("partner", "therapy", "disease", "tag", "tag_all")
#: the predicates by which an entity is about a therapy or a disease
ABOUT = {"therapy": ("therapy",), "disease": ("disease", "indication")}
GROUP = {kind: "partner" if kind in ORGANISATIONS else kind for kind in KINDS}
SOURCED = {"yes": "Every statement has a source", "no": "A statement lacks a source"}
FIXED = {
    "kind": {key: kind.plural for key, kind in KINDS.items()},
    "country": dict(countries),
    "role": CAPACITIES,
    "sourced": SOURCED,
}
MOST_VALUES = 50
MOST_CHARACTERS = 300
MOST_NAMED = 4


class Values(forms.SelectMultiple):
    """Reads every value of a repeated parameter."""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [values] if isinstance(values, str) else values


class AnyOfField(forms.Field):
    """Distinct values, each of which `resolve` turns into what is looked for, or refuses with a sentence."""

    widget = Values

    def __init__(self, resolve, **kwargs):
        super().__init__(**kwargs)
        self.resolve = resolve

    def to_python(self, value):
        return list(dict.fromkeys(text.strip() for text in value or [] if text.strip()))

    def clean(self, value):
        texts, found, errors = self.to_python(value), [], []
        if len(texts) > MOST_VALUES:
            raise ValidationError(f"At most {MOST_VALUES} values can be asked for at once.")
        for text in texts:
            try:
                found.append(self.resolve(text))
            except ValueError as error:
                errors.append(str(error))
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(found))


class YearField(forms.CharField):
    """A year of four digits."""

    def to_python(self, value):
        text = super().to_python(value)
        if text and not re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
            raise ValidationError(f"“{text[:40]}” is not a year: write four digits, as in 2012.")
        return text


class SearchField(forms.CharField):
    def to_python(self, value):
        text = super().to_python(value)
        if text and not fold(text):
            raise ValidationError(f"“{text[:40]}” has no letter and no digit to search for.")
        return text


class SearchFilter(django_filters.Filter):
    field_class = SearchField


class YearFilter(django_filters.Filter):
    field_class = YearField


class PartialDateFilter(django_filters.Filter):
    field_class = PartialDateFormField


class AnyOfFilter(django_filters.Filter):
    field_class = AnyOfField


class EntityFilter(django_filters.FilterSet):
    """Filters of entities; `kind` is that of the list, or empty for all kinds."""

    q = SearchFilter(method="filter_q", max_length=200, label="Name")
    year = YearFilter(method="filter_year", label="Active in")

    class Meta:
        model = Entity
        fields = ()

    @classmethod
    def get_filters(cls):
        """The declared filters, and those that are alike or whose name is a word of Python."""
        filters = super().get_filters()
        for name, label in LABELS.items():
            if name in ANY_OF:
                filters[name] = AnyOfFilter(label=label, method=f"filter_{name}", resolve=None)
        for name in ("from", "to"):
            filters[name] = PartialDateFilter(field_name=name, method="filter_started", label=LABELS[name])
        return {name: filters[name] for name in PARAMETERS}

    def __init__(self, data=None, queryset=None, *, kind="", **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.kind = kind
        self.names = self.known_names()
        for name in ANY_OF:
            self.form.fields[name].resolve = getattr(self, f"resolve_{name}", None) or self.choice(name)

    # What values mean

    def given(self, name):
        """The values of a parameter that could name something: not too many, and none too long."""
        texts = AnyOfField(None).to_python(Values().value_from_datadict(self.data, {}, name))
        return [text for text in texts[:MOST_VALUES] if len(text) <= MOST_CHARACTERS]

    def known_names(self):
        """{(group, slug): name} of the entities and tags that the parameters name by slug; two queries."""
        wanted = {name: {text for text in self.given(name) if text.isprintable()} for name in BY_SLUG}
        entities, tags = set().union(*map(wanted.get, BY_SLUG[:3])), set().union(*map(wanted.get, BY_SLUG[3:]))
        found = {}
        if entities:
            rows = Entity.objects.published().filter(slug__in=entities).values_list("slug", "kind", "name")
            found = {(GROUP[kind], slug): name for slug, kind, name in rows}
        if tags:
            found |= {
                ("tag", slug): name for slug, name in Tag.objects.filter(slug__in=tags).values_list("slug", "name")
            }
        return found

    @cached_property
    def bearers(self):
        """{(group, folded name): {slug: name}} of the entities that go by the names that parameters give; one query."""
        found = defaultdict(dict)
        lines = {fold(text) for name in BY_SLUG[:3] for text in self.given(name) if (name, text) not in self.names}
        named = [Q(search_text__contains=f"\n{line}\n") for line in lines if line]
        if named:
            rows = Entity.objects.published().filter(Q(*named, _connector=Q.OR))
            for slug, kind, name, text in rows.values_list("slug", "kind", "name", "search_text"):
                for line in lines.intersection(text.split("\n")):
                    found[GROUP[kind], line][slug] = name
        return found

    def choice(self, name):
        """A reader of values of a fixed list."""
        known = dict(self.choices(name))

        def resolve(text):
            value = text.upper() if name == "country" else text
            if value not in known:
                raise ValueError(f"“{text[:60]}” is not a value of “{LABELS[name].lower()}” here.")
            return value

        return resolve

    def choices(self, name):
        """{value: label} of a filter with fixed values."""
        kinds = [KINDS[self.kind]] if self.kind else KINDS.values()
        if name == "type":
            return {key: label for kind in kinds for key, label in kind.types.items()}
        if name == "status":
            return {key: label for kind in kinds for key, label in kind.statuses.items()}
        return FIXED[name]

    def label(self, name, value):
        """The words for a value that was understood."""
        if name in BY_SLUG:
            return self.names["tag" if name == "tag_all" else name, value]
        return self.choices(name)[value]

    def resolve_partner(self, text):
        return self.entity(text, "partner")

    def resolve_therapy(self, text):
        return self.entity(text, "therapy")

    def resolve_disease(self, text):
        return self.entity(text, "disease")

    def entity(self, text, group):
        """The slug that `text` is, or the one entity of the group that goes by the name `text`."""
        if (group, text) in self.names:
            return text
        found = self.bearers.get((group, fold(text)), {})
        if not found:
            raise ValueError(f"There is no {LABELS[group].lower()} “{text[:60]}”.")
        if len(found) > 1:
            names = ", ".join(list(found.values())[:MOST_NAMED])
            raise ValueError(f"“{text[:60]}” may be {names}: give the slug, as in {next(iter(found))}.")
        self.names |= {(group, slug): name for slug, name in found.items()}
        return next(iter(found))

    def resolve_tag(self, text):
        if ("tag", text) not in self.names:
            raise ValueError(f"There is no subject “{text[:60]}”.")
        return text

    resolve_tag_all = resolve_tag

    # What each filter does; none is called without a value

    def filter_q(self, queryset, name, value):
        return queryset.search(value)

    def filter_kind(self, queryset, name, values):
        return queryset.of_kind(*values)

    def filter_type(self, queryset, name, values):
        return queryset.of_type(*values)

    def filter_status(self, queryset, name, values):
        return queryset.with_status(*values)

    def filter_tag(self, queryset, name, values):
        return queryset.tagged(*values)

    def filter_tag_all(self, queryset, name, values):
        return queryset.tagged_all(*values)

    def filter_country(self, queryset, name, values):
        return queryset.in_country(*values)

    def filter_partner(self, queryset, name, values):
        """A partner in a role is one condition: the same statement must say both."""
        return queryset.with_participant(values, self.form.cleaned_data.get("role", []))

    def filter_role(self, queryset, name, values):
        return queryset if self.form.cleaned_data.get("partner") else queryset.with_participant((), values)

    def filter_therapy(self, queryset, name, values):
        return queryset.about(ABOUT["therapy"], values)

    def filter_disease(self, queryset, name, values):
        return queryset.about(ABOUT["disease"], values)

    def filter_year(self, queryset, name, value):
        return queryset.active_in(int(value))

    def filter_started(self, queryset, name, value):
        return queryset.started(**{"since" if name == "from" else "until": value})

    def filter_sourced(self, queryset, name, values):
        if len(values) == 2:
            return queryset.with_statements()
        return queryset.sourced() if values == ["yes"] else queryset.unsourced()
