"""The fields of the model on the database: partial dates and their lookups against brute force; lines and prose."""

from datetime import timedelta
from itertools import product

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, CharField, Max, Min, Q, Value, When
from django.db.models.functions import Cast

from entities.dates import PartialDate, reversed_order
from entities.models import Entity, Source, Statement
from entities.models.fields import LineField, PartialDateField, PartialDateFormField, ProseField
from entities.models.kinds import KINDS, NOT_GOING_ON

DAYS = [
    *("2011-01-01", "2011-12-01", "2011-12-31", "2012-01-01", "2012-01-31", "2012-02-01", "2012-02-28", "2012-02-29"),
    *("2012-03-01", "2012-08-06", "2012-11-30", "2012-12-01", "2012-12-30", "2012-12-31", "2013-01-01", "2020-02-29"),
    *("0001-01-01", "9999-12-31"),
]
DATES = sorted({PartialDate(day[:length]) for day in DAYS for length in (4, 7, 10)})
# what a lookup must find, in the words of the docstring of PartialDateField
MEANINGS = {
    "during": lambda date, period: date.first_day >= period.first_day and date.last_day <= period.last_day,
    "before": lambda date, period: date.last_day < period.first_day,
    "after": lambda date, period: date.first_day > period.last_day,
    "since": lambda date, period: date.first_day >= period.first_day,
    "until": lambda date, period: date.last_day <= period.last_day,
}


def source(key="one", **values):
    return Source(**{"key": key, "title": "T", "url": "https://example.org/", "kind": "paper", **values})


@pytest.fixture
def sources(db):
    """A source of each of DATES, and one without a date."""
    Source.objects.bulk_create(source(f"d{date}", published=date) for date in ["", *DATES])


def found(**condition):
    return sorted(filter(None, Source.objects.filter(**condition).values_list("published", flat=True)))


@pytest.mark.parametrize("lookup", MEANINGS)
def test_a_lookup_finds_the_dates_of_which_it_is_true_whatever_is_not_known(sources, lookup):
    for period in DATES:
        expected = [date for date in DATES if MEANINGS[lookup](date, period)]
        assert found(**{f"published__{lookup}": period}) == expected, period


@pytest.mark.parametrize("lookup", MEANINGS)
def test_a_date_that_is_not_known_is_never_found(sources, lookup):
    for period in DATES:
        assert not Source.objects.filter(published="", **{f"published__{lookup}": period}).exists()


@pytest.mark.parametrize("lookup", MEANINGS)
def test_to_exclude_leaves_all_that_is_not_found(sources, lookup):
    for period in DATES[::3]:
        condition = {f"published__{lookup}": period}
        left = set(Source.objects.exclude(**condition).values_list("published", flat=True))
        assert left == {"", *DATES} - set(found(**condition))


@pytest.mark.parametrize("lookup", MEANINGS)
def test_a_lookup_works_on_an_expression_that_has_values_of_its_own(sources, lookup):
    """The values of the expression and of the lookup stand in the order of the SQL."""
    when = Case(When(key="d2012", then=Value("1999")), default="published", output_field=PartialDateField())
    for period in map(PartialDate, ["1999", "2012-02", "2012-12-31"]):
        dates = [PartialDate("1999") if date == "2012" else date for date in DATES]
        rows = Source.objects.annotate(when=when).filter(**{f"when__{lookup}": period})
        assert sorted(rows.values_list("when", flat=True)) == sorted(
            date for date in dates if MEANINGS[lookup](date, period)
        )


@pytest.mark.parametrize("lookup", MEANINGS)
def test_a_lookup_reaches_over_an_edge(world, lookup):
    """A statement without an object, or with one whose start is not known, is not found."""
    known = [row for row in Statement.objects.select_related("object") if row.object and row.object.start]
    ever = set()
    for period in map(PartialDate, ["1740", "1996"]):
        expected = {row.pk for row in known if MEANINGS[lookup](row.object.start, period)}
        rows = Statement.objects.filter(**{f"object__start__{lookup}": period})
        assert {row.pk for row in rows} == expected
        ever |= expected
    assert 0 < len(ever) < Statement.objects.count()


@pytest.mark.parametrize("lookup", [*MEANINGS, "exact", "lt", "gte", "in"])
@pytest.mark.parametrize("period", ["2012-00", "soon", "2012-02-30", "Aug 2012", "2012%"])
def test_a_period_that_is_not_a_date_is_refused(db, lookup, period):
    with pytest.raises(ValidationError, match="is not"):
        list(Source.objects.filter(**{f"published__{lookup}": [period] if lookup == "in" else period}))


def test_dates_come_from_the_database_as_partial_dates_or_empty_texts(sources):
    for date in Source.objects.values_list("published", flat=True):
        assert type(date) is (PartialDate if date else str)
    ends = Source.objects.exclude(published="").aggregate(first=Min("published"), last=Max("published"))
    assert (ends["first"].words, ends["last"].words) == ("1", "31 December 9999")
    assert Source.objects.get(key="d").published == ""


def test_dates_are_ordered_by_their_first_days(sources):
    ordered = list(Source.objects.exclude(published="").order_by("published").values_list("published", flat=True))
    assert ordered == DATES
    days = [date.first_day for date in ordered]
    assert days == sorted(days)


@pytest.mark.parametrize("value", ["garbage", "2012-00", "2012-13", "2012-02-30", "Aug 2012", "2012-08-06T00:00", 12])
def test_a_bad_date_is_not_saved_by_any_door_of_the_orm(db, value):
    good = source("good")
    good.save()
    bad = source("bad", published=value)
    for save in (
        bad.save,
        lambda: Source.objects.bulk_create([bad]),
        lambda: Source.objects.update(published=value),
        lambda: Source.objects.filter(pk=good.pk).update(published=value),
        lambda: Source.objects.bulk_update([source("good", pk=good.pk, published=value)], ["published"]),
    ):
        with pytest.raises(ValidationError, match="is not a"), transaction.atomic():
            save()
    with pytest.raises(ValidationError) as refusal:
        bad.full_clean()
    assert list(refusal.value.message_dict) == ["published"]
    assert list(Source.objects.values_list("key", "published")) == [("good", "")]


def test_a_date_that_is_not_given_is_saved_as_an_empty_text(db):
    source("none", published=None).save()
    row = Source.objects.annotate(raw=Cast("published", CharField())).get()
    assert (row.published, row.raw) == ("", "")


def test_cleaning_makes_partial_dates_of_texts():
    row = source(published="2012-08")
    row.clean_fields()
    assert row.published.words == "August 2012"


class DateForm(forms.ModelForm):
    class Meta:
        model = Source
        fields = ["published"]


@pytest.mark.parametrize(
    ("typed", "date"),
    [("", ""), ("   ", ""), ("2012", "2012"), (" aug 2012 ", "2012-08"), ("6 September 2012", "2012-09-06")],
)
def test_a_form_reads_what_people_type(typed, date):
    form = DateForm({"published": typed})
    assert form.is_valid()
    assert form.cleaned_data["published"] == date
    assert type(form.cleaned_data["published"]) is (PartialDate if date else str)


@pytest.mark.parametrize("typed", ["soon", "0 Aug 2012", "31 Feb 2012", "\x00", "9" * 10_000, "2012-08-06-01"])
def test_a_form_refuses_what_is_not_a_date_with_a_sentence(typed):
    form = DateForm({"published": typed})
    assert len(form.errors["published"]) == 1
    assert "is not a" in form.errors["published"][0]


def test_a_browser_lets_one_type_the_longest_date():
    """A maxlength of ten, as of the column, would cut “6 September 2012” off."""
    assert "maxlength" not in str(DateForm()["published"])


@pytest.mark.parametrize(("typed", "changed"), [("Aug 2012", False), ("2012-08", False), ("2012", True), ("x", True)])
def test_a_date_typed_in_other_words_has_not_changed(typed, changed):
    form = DateForm({"published": typed}, instance=source(published=PartialDate("2012-08")))
    assert form.has_changed() == changed


def test_a_date_may_be_required_of_a_form():
    with pytest.raises(ValidationError, match="required"):
        PartialDateFormField().clean(" ")


@pytest.mark.parametrize("year", [1, 2011, 2012, 2013, 2014, 9999])
def test_active_in_finds_what_has_begun_by_then_and_is_not_over(db, year):
    """Of an ended one without an end the first year only, as `active_in` says."""
    starts = ["", "0001", "2011", "2012", "2012-01", "2012-12-31", "2013-01-01"]
    ends = ["", "2011-12-31", "2012", "2012-01-01", "2012-08", "2013", "9999"]
    statuses = ["", *KINDS["collaboration"].statuses]
    rows = [
        Entity(kind="collaboration", type="licensing", slug=f"{number}", start=start, end=end, status=status)
        for number, (start, end, status) in enumerate(product(starts, ends, statuses))
        if not reversed_order(start, end)
    ]
    Entity.objects.bulk_create(rows)
    assert {row.slug for row in Entity.objects.active_in(year)} == {row.slug for row in rows if active(row, year)}


def active(row, year):
    if not row.start or int(row.start[:4]) > year:
        return False
    if row.end:
        return int(row.end[:4]) >= year
    return row.status not in NOT_GOING_ON or int(row.start[:4]) == year


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("", "", {"c-2012", "c-2012-08", "c-2012-08-06", "c-2013", "c-"}),
        ("2012-08", "", {"c-2012-08", "c-2012-08-06", "c-2013"}),
        ("2012-01", "", {"c-2012", "c-2012-08", "c-2012-08-06", "c-2013"}),
        ("", "2012-12-31", {"c-2012", "c-2012-08", "c-2012-08-06"}),
        ("", "2012-08-30", {"c-2012-08-06"}),
        ("2012-08-01", "2012-08", {"c-2012-08", "c-2012-08-06"}),
    ],
)
def test_started_finds_what_surely_began_between_two_dates(db, since, until, expected):
    Entity.objects.bulk_create(
        Entity(kind="collaboration", type="licensing", slug=f"c-{start}", name="C", start=start)
        for start in ["", "2012", "2012-08", "2012-08-06", "2013"]
    )
    assert {row.slug for row in Entity.objects.started(since, until)} == expected


def test_lookups_combine_with_others(sources):
    rows = Source.objects.filter(Q(published__during="2012-02") | Q(published__before="0002"), key__gt="d1")
    assert sorted(rows.values_list("published", flat=True)) == ["2012-02", "2012-02-01", "2012-02-28", "2012-02-29"]


def test_a_line_is_folded_to_single_spaces(db):
    row = source(title="  Two \t words\n")
    row.full_clean()
    assert row.title == "Two words"
    source("raw", title=" a  b ").save()
    assert Source.objects.filter(title="a b").exists()


def test_prose_keeps_its_lines_with_plain_ends():
    assert ProseField().clean("one\r\ntwo\rthree\n\n four \n", None) == "one\ntwo\nthree\n\n four"


@pytest.mark.parametrize("field", [LineField(), ProseField()])
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\ufeff"])
def test_control_characters_are_refused(field, character):
    with pytest.raises(ValidationError, match="control character"):
        field.clean(f"a{character}b", None)


@pytest.mark.parametrize("field", [LineField(null=True), ProseField(null=True), PartialDateField()])
def test_a_migration_makes_the_same_field_again(field):
    _, path, args, kwargs = field.deconstruct()
    again = type(field)(*args, **kwargs)
    assert path == f"entities.models.fields.{type(field).__name__}"
    assert again.deconstruct()[1:] == field.deconstruct()[1:]
    assert (again.max_length, again.blank, again.default) == (field.max_length, field.blank, field.default)


@pytest.mark.parametrize("day", DAYS[2:-2])
def test_before_since_after_and_until_share_out_all_days(sources, day):
    """Of a day known in full, exactly one of before and since is true, and one of until and after."""
    period = PartialDate(day)
    following = PartialDate((period.last_day + timedelta(1)).isoformat())
    days = [date for date in DATES if date.day]
    for one, other in [({"before": period}, {"since": period}), ({"until": period}, {"since": following})]:
        parts = [
            [date for date in found(**{f"published__{name}": value}) if date.day]
            for name, value in [*one.items(), *other.items()]
        ]
        assert sorted(parts[0] + parts[1]) == days
