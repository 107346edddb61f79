"""The fields of the model: partial dates (EDTF level 0 text in the column, a PartialDate in Python) and texts."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Lookup

from entities.dates import PartialDate
from entities.text import CONTROL

http_url = URLValidator(schemes=["http", "https"], message="Write a full address that begins with http:// or https://.")
plain_slug = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", "A slug is made of lower-case letters, digits and single hyphens."
)

language_code = RegexValidator(
    r"^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*\Z", "The code of a language is written as in de or pt-BR."
)


def no_control(text):
    """Refuse invisible characters that would break files and pages."""
    if CONTROL.search(text):
        raise ValidationError("The text holds a control character; type it anew.", code="control")


class LineField(models.CharField):
    """A text on one line: white space is folded, control characters are refused."""

    default_validators = [no_control]

    def to_python(self, value):
        return " ".join(str(value).split()) if value is not None else value


class ProseField(models.TextField):
    """A text of several lines, with plain line ends and no control characters."""

    default_validators = [no_control]

    def to_python(self, value):
        return str(value).replace("\r\n", "\n").replace("\r", "\n").strip() if value is not None else value


def parse(value, reader=PartialDate):
    """`value` as a PartialDate or an empty text; a date that cannot be read is a ValidationError."""
    if not value:
        return ""
    if isinstance(value, PartialDate):
        return value
    try:
        return reader(str(value))
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from None


class PartialDateFormField(forms.CharField):
    """Takes what a person types (“Aug 2012”) and gives a PartialDate, or an empty text."""

    def to_python(self, value):
        return parse(super().to_python(value), PartialDate.read)


class PartialDateField(models.CharField):
    """A partial date; empty where it is not known.

    Lookups, each true only where it is so whatever the unknown part is: `during` a period, `before` and `after` it,
    `since` its first day, `until` its last day.
    """

    description = "A year, a month or a day"

    def __init__(self, *args, **kwargs):
        kwargs |= {"max_length": 10, "blank": True, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return PartialDate.trusted(value) if value else ""

    def to_python(self, value):
        return parse(value)

    def get_prep_value(self, value):
        return str(parse(value))

    def formfield(self, **kwargs):
        # “6 August 2012” is longer than its column, and a browser would cut it off
        return super().formfield(**{"form_class": PartialDateFormField, "max_length": None, **kwargs})


class PartialDateLookup(Lookup):
    """A comparison of a column of partial dates with one PartialDate, as SQL with {0} for the column.

    Where only one `edge` of the period counts, its first or last day, the coarsest period with that edge stands for it.
    """

    edge = None

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        period = PartialDate(self.rhs)
        if self.edge:
            period = widest(period, self.edge)
        condition, values = self.condition(period)
        # A date that holds the whole period, as 2012 holds 2012-08, says nothing about what lies beyond it.
        marks = ", ".join(["%s"] * len(period.prefixes)) or "''"
        sql = f"({{0}} <> '' AND {condition} AND {{0}} NOT IN ({marks}))"
        values, params = iter([*values, *period.prefixes]), []
        for mark in re.findall(r"\{0\}|%s", sql):
            params += column_params if mark == "{0}" else [next(values)]
        return sql.format(column), params


def widest(period, edge):
    """The coarsest date with the same first or last day: “since 2012-01-01” is “since 2012”."""
    wider = map(PartialDate, period.prefixes)
    return next((date for date in wider if getattr(date, edge) == getattr(period, edge)), period)


@PartialDateField.register_lookup
class During(PartialDateLookup):
    lookup_name = "during"

    def condition(self, period):
        return "{0} LIKE %s", [f"{period}%"]


@PartialDateField.register_lookup
class Before(PartialDateLookup):
    lookup_name = "before"

    def condition(self, period):
        return "{0} < %s", [period]


@PartialDateField.register_lookup
class After(PartialDateLookup):
    lookup_name = "after"

    def condition(self, period):
        return "{0} > %s AND {0} NOT LIKE %s", [period, f"{period}%"]


@PartialDateField.register_lookup
class Since(PartialDateLookup):
    lookup_name, edge = "since", "first_day"

    def condition(self, period):
        return "{0} >= %s", [period]


@PartialDateField.register_lookup
class Until(PartialDateLookup):
    lookup_name, edge = "until", "last_day"

    def condition(self, period):
        return "({0} <= %s OR {0} LIKE %s)", [period, f"{period}%"]
