"""Partial dates: their form and their days against the `edtf` library, what people type, what they read."""

from datetime import date, timedelta

import pytest
from edtf import EDTFParseException, parse_edtf
from edtf.parser.parser_classes import Date as EdtfDate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from entities.dates import MONTHS, PartialDate, reversed_order, span_words

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
dates = st.builds(lambda day, length: PartialDate(day.isoformat()[:length]), st.dates(), st.sampled_from([4, 7, 10]))
maybe_dates = st.just("") | dates
# one that a test may well hit twice: few years, months and days
close_dates = st.builds(
    lambda day, length: PartialDate(day.isoformat()[:length]),
    st.dates(date(2011, 12, 30), date(2012, 3, 1)),
    st.sampled_from([4, 7, 10]),
)


@st.composite
def spoilt_dates(draw):
    """A date in which one to three characters were replaced, added or left out."""
    text = draw(dates)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        put = draw(st.sampled_from(["", *"0123456789-/.~?XuYTZ +\n\x00", "２", "٢", "−", "00", "-00"]))
        text = text[:place] + put + text[place + draw(st.integers(0, 1)) :]
    return text


def edtf_date(text):
    """What the library reads in `text` where that is a plain date, else None."""
    try:
        found = parse_edtf(text)
    except EDTFParseException:
        return None
    return found if type(found) is EdtfDate else None


def is_read(text):
    try:
        return bool(PartialDate(text))
    except ValueError:
        return False


@settings(UNHURRIED, max_examples=60)
@given(dates)
def test_the_first_and_the_last_day_are_those_of_the_edtf_library(text):
    theirs = parse_edtf(text)
    assert str(theirs) == text
    assert theirs.lower_strict()[:3] == PartialDate(text).first_day.timetuple()[:3]
    assert theirs.upper_strict()[:3] == PartialDate(text).last_day.timetuple()[:3]


@settings(UNHURRIED, max_examples=200)
@given(st.text(max_size=12) | st.text("0123456789-", min_size=4, max_size=10) | spoilt_dates())
def test_only_what_the_edtf_library_calls_a_date_is_one(text):
    if is_read(text):
        assert edtf_date(text) is not None
        assert str(edtf_date(text)) == text  # the library strips white space; a column must not hold it


@pytest.mark.parametrize("form", ["2012-{:02}", "2012-02-{:02}", "{:04}"])
def test_of_a_hundred_numbers_those_are_dates_that_the_edtf_library_takes(form):
    texts = [form.format(number) for number in range(100)]
    assert {text for text in texts if is_read(text)} == {text for text in texts if edtf_date(text)} - {"0000"}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "12", "20120806", "2012-8", "2012-08-6", "2012-00", "2012-08-00", "2012-13", "2011-02-29",
        "1900-02-29", "2012-04-31", "0000", "2012-", "-2012", "2012-08-06T00:00", "2012/2013", "2012~", "201X",
        "2012-21", "2012\n", " 2012", "２０１２", "2012−08",
    ],
)  # fmt: skip
def test_what_is_not_a_date_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"(?s)^“.*” is not a (date: write 2012|day of the calendar)"):
        PartialDate(text)


def test_a_long_text_is_not_repeated_in_full():
    with pytest.raises(ValueError, match="is not a date") as refusal:
        PartialDate("x" * 10_000)
    assert len(str(refusal.value)) < 120


@UNHURRIED
@given(dates, st.sampled_from(["{}", " {} ", "\t{}\n"]))
def test_a_date_in_its_own_form_is_read_as_it_is(text, form):
    assert PartialDate.read(form.format(text)) == text


@UNHURRIED
@given(dates)
def test_what_is_read_aloud_can_be_typed_in(text):
    assume(text.year >= 1000)
    assert PartialDate.read(text.words) == text


@UNHURRIED
@given(dates, st.integers(3, 9), st.sampled_from([str.lower, str.upper, str.title]))
def test_a_month_may_be_cut_to_three_letters_and_be_written_in_any_case(text, length, case):
    assume(text.month)
    day = f"{text.day}. " if text.day else ""
    assert PartialDate.read(f"{day}{case(MONTHS[text.month - 1][:length])} {text[:4]}") == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2012", "2012"),
        ("Aug 2012", "2012-08"),
        ("aug. 2012", "2012-08"),
        ("August, 2012", "2012-08"),
        ("6 August 2012", "2012-08-06"),
        ("06 Aug 2012", "2012-08-06"),
        ("6. Aug. 2012", "2012-08-06"),
        ("Sept 2012", "2012-09"),
        ("Sept. 2012", "2012-09"),
        ("  29   feb  2012 ", "2012-02-29"),
        ("6\N{NO-BREAK SPACE}August\N{NO-BREAK SPACE}2012", "2012-08-06"),
    ],
)
def test_a_date_is_read_as_people_type_it(typed, text):
    assert PartialDate.read(typed) == text
    assert type(PartialDate.read(typed)) is PartialDate


@pytest.mark.parametrize(
    "typed",
    [
        "0 August 2012", "00 August 2012", "31 April 2012", "29 Feb 2011", "32 August 2012", "6 2012", "Ju 2012",
        "Foo 2012", "Augustus 2012", "6 August 12", "6/8/2012", "08.2012", "August", "2012 August", "Aug 0000", "",
        "soon", "2012-00",
    ],
)  # fmt: skip
def test_what_could_mean_two_things_or_nothing_is_not_read(typed):
    with pytest.raises(ValueError, match="is not"):
        PartialDate.read(typed)


@settings(UNHURRIED, max_examples=300)
@given(st.text(max_size=30) | spoilt_dates())
def test_reading_gives_a_date_or_a_value_error_and_nothing_else(text):
    try:
        found = PartialDate.read(text)
    except ValueError:
        return
    assert PartialDate(found) == found


@pytest.mark.parametrize(
    ("text", "words", "day_words", "prefixes"),
    [
        ("2012", "2012", "", []),
        ("2012-08", "August 2012", "August", ["2012"]),
        ("2012-08-06", "6 August 2012", "6 August", ["2012", "2012-08"]),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known(text, words, day_words, prefixes):
    partial = PartialDate(text)
    assert (partial.words, partial.day_words, partial.prefixes) == (words, day_words, prefixes)


@UNHURRIED
@given(dates)
def test_the_parts_of_a_date_make_it_again(text):
    parts = [part for part in (text.year, text.month, text.day) if part is not None]
    assert f"{parts[0]:04}" + "".join(f"-{part:02}" for part in parts[1:]) == text
    assert text.first_day <= text.last_day
    assert PartialDate(text.prefixes[0] if text.prefixes else text) == text[:4]


@UNHURRIED
@given(dates)
def test_the_days_of_a_date_are_those_whose_text_begins_with_it(text):
    assert text.first_day.isoformat().startswith(text)
    assert text.last_day.isoformat().startswith(text)
    if text.first_day > date.min:
        assert not (text.first_day - timedelta(1)).isoformat().startswith(text)
    if text.last_day < date.max:
        assert not (text.last_day + timedelta(1)).isoformat().startswith(text)


@UNHURRIED
@given(st.lists(dates | close_dates))
def test_sorted_as_text_dates_stand_in_the_order_of_their_first_days(texts):
    days = [text.first_day for text in sorted(texts)]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("start", "end", "going_on", "words"),
    [
        ("", "", False, ""),
        ("", "", True, ""),
        ("2012", "2019", False, "2012–2019"),
        ("2012-08", "2019-09", False, "August 2012 to September 2019"),
        ("2012", "2019-09-30", False, "2012 to 30 September 2019"),
        ("2012-08-06", "2012", False, "6 August 2012 to 2012"),
        ("2015", "", True, "since 2015"),
        ("2015-05", "", True, "since May 2015"),
        ("2015", "", False, "2015"),
        ("", "2019", False, "until 2019"),
        ("", "2019", True, "until 2019"),
        ("2013", "2013", False, "2013"),
        ("2013-01-02", "2013-01-02", True, "2 January 2013"),
    ],
)
def test_a_span_is_said_as_people_say_it(start, end, going_on, words):
    start, end = (PartialDate(text) if text else "" for text in (start, end))
    assert span_words(start, end, going_on) == words


@settings(UNHURRIED, max_examples=500)
@given(dates | close_dates, dates | close_dates)
def test_an_order_is_reversed_where_the_last_day_of_the_end_lies_before_the_first_of_the_start(start, end):
    assert reversed_order(start, end) == (end.last_day < start.first_day)


@UNHURRIED
@given(maybe_dates)
def test_an_order_with_an_unknown_side_is_not_reversed(text):
    for nothing in ("", None):
        assert not reversed_order(nothing, text)
        assert not reversed_order(text, nothing)
