"""The forms of the desk: every rule is a sentence at its field, and what is saved is exactly what was entered."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from io import StringIO
from threading import Barrier

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entities.admin.articles import MOST_ROWS
from entities.admin.statements import GROUPS
from entities.models import (
    Article,
    Entity,
    Identifier,
    Mention,
    Name,
    OldSlug,
    Revision,
    Source,
    Statement,
    Tag,
)
from entities.models.kinds import KINDS
from entities.records import entity_record, entity_records, flat_records
from tests.reading import Page, words
from tests.world import edge, load, records

# The form as a browser fills and sends it


class Form:
    """The form of a page of the desk; `errors` are the sentences on the page, {id of the field: [sentences]}.

    Statements stand in groups: `add` and `row` press the buttons that add and open a row, and find their place.
    """

    def __init__(self, client, path):
        self.client, self.path = client, path
        page = client.get(path)
        assert page.status_code == 200
        self.read(page)

    def read(self, page):
        reader = FormReader(page.content.decode())
        self.data, self.errors, self.mistakes, self.ids = reader.data, reader.errors, reader.mistakes, reader.ids

    def fill(self, **values):
        """Type `values` into fields that are there."""
        for name, value in values.items():
            assert name in self.data, name
            self.data[name] = value if isinstance(value, list) else [str(value)]
        return self

    def press(self, **button):
        """Press a button that does not save; gives the page that comes back."""
        page = self.client.post(self.path, self.data | button)
        assert page.status_code == 200
        self.read(page)
        return page

    def add(self, group, **values):
        """Fill a new row of `group`; gives its prefix. One of statements goes where its predicate belongs."""
        if group == "statements":
            group = group_of(values["predicate"])
        row = f"{group}-{self.data[f'{group}-TOTAL_FORMS'][0]}"
        if group.startswith("st-"):
            self.press(_add=group)
            if f"{row}-predicate" not in self.data:
                values.pop("predicate", None)
        else:
            self.copy_empty(group, row)
        self.fill(**{f"{row}-{name}": value for name, value in values.items()})
        return row

    def copy_empty(self, group, row):
        """Make a new row of names or identifiers from the empty one, as script does."""
        empty, total = f"{group}-__prefix__-", f"{group}-TOTAL_FORMS"
        self.data |= {name.replace(empty, f"{row}-"): v for name, v in self.data.items() if name.startswith(empty)}
        self.data[total] = [str(int(self.data[total][0]) + 1)]

    def row(self, group="statements", **values):
        """The prefix of the first row of `group` that holds `values`; a statement is opened."""
        if group == "statements":
            row = self.place(**values)
            if f"{row}-opened" not in self.data:
                self.press(_open=row)
            return row
        for index in range(int(self.data[f"{group}-TOTAL_FORMS"][0])):
            row = f"{group}-{index}"
            if all(self.data[f"{row}-{name}"] == [str(value)] for name, value in values.items()):
                return row
        raise AssertionError(f"no row with {values}")

    def place(self, **values):
        """The prefix of the row of the first statement with `values`, without opening it."""
        subject = int(re.search(r"/(\d+)/change/", self.path)[1])
        statement = Statement.objects.filter(subject=subject, **values).in_order().first()
        group = group_of(statement.predicate)
        rows = range(int(self.data[f"{group}-TOTAL_FORMS"][0]))
        return next(row for i in rows if self.data.get(f"{(row := f'{group}-{i}')}-id") == [str(statement.pk)])

    def delete(self, row):
        self.data[f"{row}-DELETE"] = ["on"]

    def send(self):
        """What the server answers; a page that comes back is read anew."""
        response = self.client.post(self.path, self.data | {"_continue": "Save"})
        if response.status_code == 200:
            self.read(response)
        return response

    def save(self):
        response = self.send()
        assert response.status_code == 302, self.errors
        return response


def group_of(predicate):
    """The prefix of the group of statements in which `predicate` stands."""
    return next(f"st-{group.key}" for group in GROUPS if predicate in group.predicates)


class FormReader(HTMLParser):
    """Reads the fields of the page's own form, with the line ends that a browser sends, and all lists of errors.

    `mistakes` are the lines of the summary, [(anchor, sentence)]; one without an anchor is an error of the whole form.
    """

    def __init__(self, text):
        super().__init__()
        self.data, self.errors, self.mistakes, self.ids = {}, {}, [], set()
        self.inside, self.select, self.area, self.place = False, None, None, None
        self.summary = False
        self.feed(text)
        if whole := [sentence for anchor, sentence in self.mistakes if not anchor]:
            self.errors[""] = [*self.errors.get("", []), *whole]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name", "")
        self.ids.add(given.get("id"))
        if tag == "form":
            self.inside = given.get("id", "").endswith("_form")
        elif tag == "ul" and "errorlist" in given.get("class", ""):
            self.place = given.get("id", "").removeprefix("id_").removesuffix("_error")
        elif tag == "li" and self.place is not None:
            self.errors.setdefault(self.place, []).append("")
        elif given.get("id") == "mistakes":
            self.summary = True
        elif tag == "li" and self.summary:
            self.mistakes.append(("", ""))
        elif tag == "a" and self.summary:
            self.mistakes[-1] = (given["href"], "")
        elif not self.inside:
            return
        elif tag == "input" and given["type"] == "checkbox":
            if "checked" in given:
                self.data[name] = [given.get("value", "on")]
        elif tag == "input" and given["type"] != "submit":
            self.data[name] = [given.get("value", "")]
        elif tag == "textarea":
            self.area, self.data[name] = name, [""]
        elif tag == "select":
            self.select, self.data[name] = (name, "multiple" in given), []
        elif tag == "option" and self.select:
            name, multiple = self.select
            if "selected" in given:
                self.data[name] = [*(self.data[name] if multiple else []), given["value"]]
            elif not multiple and not self.data[name]:
                self.data[name] = [given["value"]]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            text = self.data[self.area][0].replace("\r\n", "\n").removeprefix("\n")
            self.data[self.area] = [text.replace("\n", "\r\n")]
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "ul":
            self.place, self.summary = None, False

    def handle_data(self, text):
        if self.area:
            self.data[self.area][0] += text
        elif self.place is not None and self.errors.get(self.place):
            self.errors[self.place][-1] += text
        elif self.summary and self.mistakes:
            anchor, sentence = self.mistakes[-1]
            self.mistakes[-1] = (anchor, sentence + text)


@pytest.fixture
def desk(admin_client, world):
    """Opens the form of an entity by its slug, or an empty one by its kind."""

    def open_form(slug="", kind=""):
        entity = Entity.objects.get(slug=slug) if slug else None
        model = type(entity)._meta.model_name if slug else kind.replace("_", "")
        return Form(admin_client, f"/admin/entities/{model}/{entity.pk if slug else 'add'}{'/change' * bool(slug)}/")

    return open_form


@pytest.fixture
def pk(world):
    """{slug: primary key} of entities, {key: primary key} of sources."""
    return {slug: entity.pk for slug, entity in world.items()} | dict(Source.objects.values_list("key", "pk"))


def everything():
    """All that is known, to show that nothing was saved."""
    flat = [flat_records(section) for section in ("tags", "sources", "articles")]
    parts = [list(model.objects.order_by("pk").values()) for model in (Statement, Name, Identifier, Mention, Revision)]
    rows = [{**row, "loaded": ""} for row in Entity.objects.order_by("pk").values()]
    return entity_records(), flat, rows, parts


def refuse(form, field, sentence):
    """The form comes back with the sentence at its field, and there alone; nothing was saved."""
    before = everything()
    assert form.send().status_code == 200, f"saved, without “{sentence}”"
    assert everything() == before
    assert form.errors.keys() == {field}
    assert len(form.errors[field]) == 1
    assert sentence in form.errors[field][0]


def refuse_rows(form, group, cases):
    """The same of many new rows at once: [(values, field, sentence)]."""
    before = everything()
    expected = {f"{form.add(group, **values)}-{field}": sentence for values, field, sentence in cases}
    assert form.send().status_code == 200
    assert everything() == before
    assert form.errors.keys() == expected.keys()
    for place, sentence in expected.items():
        assert len(form.errors[place]) == 1
        assert sentence in form.errors[place][0]


def with_keys(values, pk):
    """`values` as the form has them: entities and sources by their primary keys."""
    by_key = ("merged_into", "object", "entity", "article")
    values = {name: pk[value] if name in by_key and value in pk else value for name, value in values.items()}
    return values | {"sources": [str(pk[key]) for key in values["sources"]]} if "sources" in values else values


# Rules of an entity

BAD_ENTITIES = [
    # the entry, what is typed, the field of the sentence, the sentence
    ("alliance", {"type": ""}, "type", "This field is required."),
    ("alliance", {"type": "university"}, "type", "university is not one of the available choices"),
    ("alliance", {"status": "approved"}, "status", "approved is not one of the available choices"),
    ("penn", {"state": "gone"}, "state", "gone is not one of the available choices"),
    ("penn", {"state": "merged"}, "merged_into", "Say into which entry this one was merged."),
    ("penn", {"merged_into": "novartis"}, "merged_into", "Only an entry in the state “merged” points at another"),
    ("doubled", {"merged_into": ""}, "merged_into", "Say into which entry this one was merged."),
    ("oldco", {"state": "merged", "merged_into": "oldco"}, "merged_into", "An entry cannot be merged into itself."),
    ("oldco", {"state": "merged", "merged_into": "doubled"}, "merged_into", "“Doubled Secret” is itself merged"),
    ("penn", {"state": "merged", "merged_into": "novartis"}, "merged_into", "“Doubled Secret” is merged into this"),
    ("oldco", {"state": "merged", "merged_into": "999999"}, "merged_into", "is not one of the available choices"),
    ("penn", {"state": "withdrawn"}, "reason", "Say why the entry is withdrawn"),
    ("penn", {"state": "withdrawn", "reason": " \n "}, "reason", "Say why the entry is withdrawn"),
    ("penn", {"start": "2019-05-02", "end": "2019-05-01"}, "end", "The end (2019-05-01) lies before the start"),
    ("penn", {"start": "2019", "end": "2012-08-06"}, "end", "The end (2012-08-06) lies before the start (2019)."),
    (
        "penn",
        {"start": "6 Aug 2012", "end": "July 2012"},
        "end",
        "The end (2012-07) lies before the start (2012-08-06)",
    ),
    ("novartis", {"latitude": "47.5"}, "latitude", "Give both latitude and longitude, or neither."),
    ("penn", {"latitude": ""}, "latitude", "Give both latitude and longitude, or neither."),
    ("penn", {"latitude": "91"}, "latitude", "A latitude lies between −90 and 90 degrees."),
    ("penn", {"latitude": "-90.1"}, "latitude", "A latitude lies between −90 and 90 degrees."),
    ("penn", {"longitude": "180.5"}, "longitude", "A longitude lies between −180 and 180 degrees."),
    ("penn", {"latitude": "nan"}, "latitude", "Enter a number."),
    ("penn", {"longitude": "inf"}, "longitude", "Enter a number."),
    ("penn", {"slug": "novartis"}, "slug", "Another entry has this slug."),
    ("penn", {"slug": "kymriah"}, "slug", "Another entry has this slug."),
    ("novartis", {"slug": "doubled-before"}, "slug", "This was once the slug of “Doubled Secret”"),
    ("penn", {"slug": "Penn University"}, "slug", "lower-case letters, digits and single hyphens"),
    ("penn", {"slug": ""}, "slug", "This field is required."),
    ("penn", {"slug": "x" * 101}, "slug", "at most 100 characters"),
    ("penn", {"name": ""}, "name", "This field is required."),
    ("penn", {"name": "x" * 400}, "name", "at most 300 characters"),
    ("penn", {"name": "Pe\x07nn"}, "name", "control character"),
    ("penn", {"name": "Pe\0nn"}, "name", "Null characters are not allowed."),
    ("penn", {"summary": "A university\u2028in Philadelphia"}, "summary", "control character"),
    ("penn", {"summary": "x" * 5001}, "summary", "at most 5000 characters"),
    ("penn", {"city": "x" * 101}, "city", "at most 100 characters"),
    ("penn", {"country": "XX"}, "country", "XX is not one of the available choices"),
    ("penn", {"website": "javascript:alert(1)"}, "website", "a full address that begins with http:// or https://"),
    ("penn", {"website": "ftp://upenn.edu/"}, "website", "a full address that begins with http:// or https://"),
    ("penn", {"website": "https://upenn.edu/\x07"}, "website", "control character"),
    ("penn", {"start": "2012-13"}, "start", "“2012-13” is not a day of the calendar."),
    ("penn", {"end": "31 Feb 2012"}, "end", "is not a day of the calendar."),
    ("penn", {"end": "0000"}, "end", "is not a day of the calendar."),
    ("penn", {"end": "２０１２"}, "end", "is not a date"),
    ("penn", {"end": "soon"}, "end", "“soon” is not a date"),
    ("penn", {"reviewed": "yesterday"}, "reviewed", "Enter a valid date."),
    ("penn", {"tags": "CAR-T, gene writing"}, "tags", "There is no subject “gene writing”"),
    ("penn", {"tags": "x" * 200}, "tags", "There is no subject “xxx"),
    ("penn", {"comment": "x" * 501}, "comment", "at most 500 characters"),
    ("penn", {"comment": "Why\x07"}, "comment", "control character"),
]


@pytest.mark.parametrize("slug", sorted({case[0] for case in BAD_ENTITIES}))
def test_every_mistake_in_an_entry_is_named_at_its_field(desk, pk, slug):
    form = desk(slug)
    untouched = form.data
    for values, field, sentence in [case[1:] for case in BAD_ENTITIES if case[0] == slug]:
        form.data = dict(untouched)
        refuse(form.fill(**with_keys(values, pk)), field, sentence)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_of_any_kind_asks_for_what_it_needs(desk, kind):
    form = desk(kind=kind)
    before = everything()
    form.send()
    assert form.errors == {name: ["This field is required."] for name in ("name", "slug", "type")}
    assert everything() == before


def test_mistakes_in_the_entry_and_in_its_rows_are_named_together(desk, pk):
    form = desk(kind="collaboration").fill(name="", slug="penn", type="licensing")
    partner = form.add("statements", predicate="partner", object=pk["kymriah"])
    name = form.add("names", text="", type="former")
    identifier = form.add("identifiers", scheme="ror", value="02f9zrr08")
    form.send()
    assert form.errors.keys() == {"name", "slug", f"{partner}-object", f"{name}-text", f"{identifier}-value"}
    assert form.data[f"{partner}-object"] == [str(pk["kymriah"])]
    assert form.data[f"{identifier}-value"] == ["02f9zrr08"]


# Rules of a statement

BAD_STATEMENTS = [
    # the entry, what is typed into a new row, the field of the sentence, the sentence
    ("alliance", {"predicate": "partner"}, "object", "A statement “partner” needs an object: an institution or"),
    ("alliance", {"predicate": "partner", "object": "kymriah"}, "object", "The object of “partner” is an institution"),
    ("alliance", {"predicate": "successor", "object": "alliance"}, "object", "cannot join an entry to itself"),
    ("alliance", {"predicate": "milestone", "text": "Signed"}, "start", "“milestone” needs a start date."),
    ("alliance", {"predicate": "milestone", "start": "2012"}, "text", "“milestone” needs a text."),
    ("alliance", {"predicate": "fact", "text": "  \r\n ", "start": "2012"}, "text", "“fact” needs a text."),
    ("kymriah", {"predicate": "approval", "object": "fda"}, "start", "“approval” needs a start date."),
    ("network", {"predicate": "funder", "object": "fda", "role": "observer"}, "role", "is not a role of “funder”"),
    ("alliance", {"predicate": "value", "text": "Upfront", "amount": "5"}, "amount", "an amount with its currency"),
    ("alliance", {"predicate": "value", "text": "Upfront", "currency": "USD"}, "amount", "an amount with its currency"),
    ("alliance", {"predicate": "value", "amount": "5", "currency": "USD"}, "text", "“value” needs a text."),
    ("alliance", {"predicate": "value", "text": "Upfront", "amount": "5", "currency": "usd"}, "currency", "as in USD"),
    ("alliance", {"predicate": "value", "text": "Upfront", "amount": "5", "currency": "€"}, "currency", "as in USD"),
    ("alliance", {"predicate": "value", "text": "x", "amount": "-5", "currency": "USD"}, "amount", "equal to 0."),
    (
        "alliance",
        {"predicate": "value", "text": "x", "amount": "9" * 30, "currency": "USD"},
        "amount",
        "less than or equal",
    ),
    ("alliance", {"predicate": "value", "text": "x", "amount": "1.5", "currency": "USD"}, "amount", "a whole number"),
    ("alliance", {"predicate": "country", "sources": ["source-1"]}, "country", "“country” needs a country."),
    ("alliance", {"predicate": "country", "country": "XX"}, "country", "is not the two-letter code of a country"),
    ("alliance", {"predicate": "partner", "object": "penn", "start": "2014", "end": "2012"}, "end", "before the start"),
    (
        "alliance",
        {"predicate": "fact", "text": "x", "start": "2014-05", "end": "2014-04-30"},
        "end",
        "before the start",
    ),
    ("alliance", {"predicate": "milestone", "text": "x", "start": "31 Feb 2012"}, "start", "not a day of the calendar"),
    ("alliance", {"predicate": "milestone", "text": "x", "start": "2012-13"}, "start", "not a day of the calendar"),
    ("alliance", {"predicate": "fact", "text": "x\x07"}, "text", "control character"),
    ("alliance", {"predicate": "fact", "text": "x" * 5001}, "text", "at most 5000 characters"),
]


@pytest.mark.parametrize("slug", ["alliance", "kymriah", "network"])
def test_every_mistake_in_a_statement_is_named_at_its_field(desk, pk, slug):
    form = desk(slug)
    cases = [case[1:] for case in BAD_STATEMENTS if case[0] == slug]
    refuse_rows(form, "statements", [(with_keys(values, pk), field, sentence) for values, field, sentence in cases])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("predicate", "", "This field is required."),
        ("predicate", "approval", "approval is not one of the available choices"),
        ("role", "host", "host is not one of the available choices"),
        ("object", "999999", "is not one of the available choices"),
        ("object", "x", "is not one of the available choices"),
    ],
)
def test_a_row_takes_only_the_choices_of_its_group_and_kind(desk, pk, field, value, sentence):
    form = desk("alliance")
    row = form.add("st-partners", **({"predicate": "partner", "object": pk["penn"]} | {field: value}))
    refuse(form, f"{row}-{field}", sentence)


@pytest.mark.parametrize(("predicate", "text"), [("fact", ""), ("fact", " \r\n "), ("country", None)])
def test_an_empty_new_row_is_none(desk, predicate, text):
    form = desk("alliance")
    form.add("statements", predicate=predicate, **({} if text is None else {"text": text}))
    before = everything()
    form.save()
    assert everything() == before


@pytest.mark.parametrize(
    ("values", "sneaked"),
    [
        ({"predicate": "fact", "text": "So"}, {"object": "penn", "role": "lead"}),
        ({"predicate": "fact", "text": "So"}, {"amount": "5", "currency": "USD", "country": "JP"}),
        (
            {"predicate": "fact", "text": "So"},
            {"predicate": "milestone", "number": "99", "rank": "7"},
        ),
        ({"predicate": "therapy", "object": "kymriah"}, {"role": "lead", "country": "JP"}),
        ({"predicate": "country", "country": "Japan"}, {"text": "So", "start": "2012", "end": "2013"}),
    ],
)
def test_what_a_group_has_no_field_for_is_not_saved(desk, pk, world, values, sneaked):
    form = desk("alliance")
    row = form.add("statements", **with_keys(values, pk))
    form.data |= {f"{row}-{name}": [str(pk.get(value, value))] for name, value in sneaked.items()}
    form.save()
    expected = {"number": 9, **values} | ({"country": "JP"} if "country" in values else {})
    assert entity_record(world["alliance"])["statements"][-1] == expected


@pytest.mark.parametrize(
    ("place", "sentence"),
    [("-1", "greater than or equal to 1."), ("0", "greater than or equal to 1."), ("9" * 30, "less than or equal"),
     ("first", "Enter a whole number.")],
)  # fmt: skip
def test_a_place_that_is_none_is_refused_at_its_field(desk, pk, place, sentence):
    form = desk("alliance")
    row = form.place(role="licensee")
    refuse(form.fill(**{f"{row}-order": place}), f"{row}-order", sentence)


def test_a_statement_on_a_source_that_is_not_there_is_refused(desk):
    form = desk("alliance")
    row = form.add("statements", predicate="fact", text="So", sources=["999999"])
    refuse(form, f"{row}-sources", "999999 is not one of the available choices")


def test_a_statement_that_is_changed_is_judged_like_a_new_one(desk, pk):
    form = desk("alliance")
    row = form.row(predicate="partner", object=pk["oldco"])
    form.fill(**{f"{row}-object": pk["kymriah"]})
    refuse(form, f"{row}-object", "The object of “partner” is an institution")


# Rules of names and identifiers

BAD_NAMES = [
    ({"text": "", "type": "former"}, "text", "This field is required."),
    ({"text": "x" * 400}, "text", "at most 300 characters"),
    ({"text": "Pe\x07nn"}, "text", "control character"),
    ({"text": "Penn State", "type": "nickname"}, "type", "nickname is not one of the available choices"),
    ({"text": "Penn"}, "text", "This name stands twice."),
    ({"text": " Universität \t Pennsylvanien "}, "text", "This name stands twice."),
    ({"text": "U Penn", "language": "x" * 13}, "language", "at most 12 characters"),
    ({"text": "Uni Penn", "language": "German!"}, "language", "The code of a language is written as in de"),
]
BAD_IDENTIFIERS = [
    ({"scheme": "ror", "value": ""}, "value", "This field is required."),
    ({"scheme": "ror", "value": "02f9zrr08"}, "value", "The check digits of the ROR identifier"),
    ({"scheme": "isni", "value": "0000 0001 1515 9978"}, "value", "The check digits of the ISNI identifier"),
    ({"scheme": "orcid", "value": "0000-0002-1825-0098"}, "value", "The check digits of the ORCID identifier"),
    ({"scheme": "nct", "value": "NCT1"}, "value", "“NCT1” is not a ClinicalTrials.gov identifier"),
    ({"scheme": "wikidata", "value": "javascript:alert(1)"}, "value", "is not a Wikidata identifier"),
    ({"scheme": "doi", "value": "https://doi.org/11.1/x"}, "value", "is not a DOI identifier"),
    ({"scheme": "reference", "value": "E6\x07"}, "value", "is not a Reference identifier"),
    ({"scheme": "ror", "value": "https://ror.org/00B30XV10"}, "value", "This identifier stands twice."),
]


def test_every_mistake_in_a_name_is_named_at_its_field(desk):
    cases = [({"type": "alias"} | values, field, sentence) for values, field, sentence in BAD_NAMES]
    refuse_rows(desk("penn"), "names", cases)


def test_every_mistake_in_an_identifier_is_named_at_its_field(desk):
    refuse_rows(desk("penn"), "identifiers", BAD_IDENTIFIERS)


def test_an_identifier_of_another_entry_is_refused_in_its_row(desk):
    form = desk("penn")
    form.add("identifiers", scheme="ror", value="02f9zrr09")
    refuse(form, "", "Another entry has this identifier: perhaps they are one and the same.")


def test_a_reference_may_be_that_of_another_entry(desk):
    form = desk("penn")
    form.add("identifiers", scheme="reference", value="ICH Q5A(R2)")
    form.save()
    assert Identifier.objects.filter(value="ICH Q5A(R2)").count() == 2


@pytest.mark.parametrize(
    ("group", "values"),
    [("names", {"text": "UPenn", "type": "alias"}), ("identifiers", {"scheme": "reference", "value": "UPenn"})],
)
def test_two_new_rows_that_are_alike_are_refused(desk, group, values):
    form = desk("penn")
    form.add(group, **values)
    row = form.add(group, **values)
    refuse(form, f"{row}-{list(values)[0 if group == 'names' else 1]}", "stands twice.")


def test_a_row_marked_for_deletion_does_not_stand_in_the_way_of_its_twin(desk):
    form = desk("penn")
    form.add("names", text="UPenn", type="alias")
    form.delete(form.add("names", text="UPenn", type="acronym"))
    form.save()
    assert Name.objects.get(text="UPenn").type == "alias"


# Rules of sources, subjects and articles

SOURCE = {"title": "News", "url": "https://example.org/news", "kind": "news", "key": "news"}
BAD_SOURCES = [
    ({"url": "javascript:alert(1)"}, "url", "a full address that begins with http:// or https://"),
    ({"url": "example.org"}, "url", "a full address that begins with http:// or https://"),
    ({"url": ""}, "url", "This field is required."),
    ({"url": "https://example.org/" + "x" * 1000}, "url", "at most 1000 characters"),
    ({"archived_url": "data:text/html,x"}, "archived_url", "a full address that begins with http:// or https://"),
    ({"key": "source-1"}, "key", "Source with this Key already exists."),
    ({"key": "Big News"}, "key", "lower-case letters, digits and single hyphens"),
    ({"kind": ""}, "kind", "This field is required."),
    ({"kind": "blog"}, "kind", "blog is not one of the available choices"),
    ({"title": "x" * 501}, "title", "at most 500 characters"),
    ({"publisher": "P\x07"}, "publisher", "control character"),
    ({"published": "2012-13"}, "published", "is not a day of the calendar"),
    ({"accessed": "2012"}, "accessed", "Enter a valid date."),
    ({"link": "maybe"}, "link", "maybe is not one of the available choices"),
]
BAD_SUBJECTS = [
    ({"name": "CAR-T"}, "name", "There is a subject with this name already."),
    ({"name": " car-t "}, "name", "There is a subject with this name already."),
    ({"name": ""}, "name", "This field is required."),
    ({"name": "x" * 101}, "name", "at most 100 characters"),
    ({"name": "a\x07"}, "name", "control character"),
    ({"name": 'the "best"'}, "name", "without quotation marks"),
    ({"slug": "car-t"}, "slug", "Subject with this Slug already exists."),
    ({"slug": "thérapie"}, "slug", "lower-case letters, digits and single hyphens"),
    ({"slug": "gene_therapy"}, "slug", "lower-case letters, digits and single hyphens"),
    ({"description": "x" * 1001}, "description", "at most 1000 characters"),
]
ARTICLE = {"title": "Survey", "slug": "survey", "url": "https://example.org/survey"}
BAD_ARTICLES = [
    ({"url": ""}, "url", "Give the text of the article or its address."),
    ({"url": "javascript:alert(1)"}, "url", "a full address that begins with http:// or https://"),
    ({"url": "", "body": " \r\n "}, "url", "Give the text of the article or its address."),
    ({"slug": "old"}, "slug", "Article with this Slug already exists."),
    ({"slug": "A Survey"}, "slug", "lower-case letters, digits and single hyphens"),
    ({"published": "31 Feb 2012"}, "published", "is not a day of the calendar"),
    ({"state": "gone"}, "state", "gone is not one of the available choices"),
    ({"body": "x\x07"}, "body", "control character"),
]
BAD_OTHERS = [
    *[("source", SOURCE | values, field, sentence) for values, field, sentence in BAD_SOURCES],
    *[("tag", {"name": "new", "slug": "new"} | values, field, sentence) for values, field, sentence in BAD_SUBJECTS],
    *[("article", ARTICLE | values, field, sentence) for values, field, sentence in BAD_ARTICLES],
]


@pytest.mark.parametrize(("model", "values", "field", "sentence"), BAD_OTHERS)
def test_a_mistake_elsewhere_is_named_at_its_field(admin_client, world, model, values, field, sentence):
    Article.objects.create(slug="old", title="Old", body="Text.")
    form = Form(admin_client, f"/admin/entities/{model}/add/").fill(**values)
    refuse(form, field, sentence)


def test_an_article_is_saved_with_its_mentions_and_refuses_the_same_one_twice(admin_client, world, pk):
    form = Form(admin_client, "/admin/entities/article/add/").fill(**ARTICLE)
    form.add("mentions", entity=pk["penn"], text="Penn")
    row = form.add("mentions", entity=pk["penn"], text="UPenn")
    refuse(form, f"{row}-position", "This mention stands twice")
    form.fill(**{f"{row}-position": 40}).save()
    said = Mention.objects.filter(article__slug=ARTICLE["slug"]).values_list("text", "position")
    assert set(said) == {("Penn", None), ("UPenn", 40)}
    form = Form(admin_client, f"/admin/entities/article/{Article.objects.get(slug=ARTICLE['slug']).pk}/change/")
    row = form.add("mentions", entity=pk["penn"], text="The university", position=40)
    refuse(form, f"{row}-position", "This mention stands twice")


def crowded_article(entity, count):
    """An article and the address of its form; it mentions the entity `count` times."""
    article = Article.objects.create(slug="crowded", title="Crowded", body="Penn " * count)
    Mention.objects.bulk_create(
        Mention(article=article, entity=entity, text="Penn", position=5 * number) for number in range(count)
    )
    return article, f"/admin/entities/article/{article.pk}/change/"


def test_more_mentions_than_a_form_can_hold_have_a_list_of_their_own(admin_client, world):
    article, address = crowded_article(world["penn"], MOST_ROWS + 1)
    article.mentions.filter(position__lt=50).update(state="confirmed")
    assert len(admin_client.get(address).content) < 40_000
    form = Form(admin_client, address)
    assert not [name for name in form.data if name.startswith("mentions-")]
    form.fill(title="Still crowded").save()
    assert article.mentions.count() == MOST_ROWS + 1
    page = Page(admin_client.get(address))
    all_of_them, to_confirm = page.all(".//div[@class='readonly']/a")
    assert words(all_of_them) == f"{MOST_ROWS + 1} in a list of their own"
    assert words(to_confirm) == f"{MOST_ROWS - 9} to confirm or refuse"
    choice = {"action": "refuse", "select_across": "1", "_selected_action": [article.mentions.last().pk]}
    admin_client.post(to_confirm.get("href"), choice)
    states = article.mentions.values_list("state", flat=True)
    assert (list(states).count("confirmed"), list(states).count("refused")) == (10, MOST_ROWS - 9)
    assert len(Page(admin_client.get(address)).all(".//div[@class='readonly']/a")) == 1


def test_mentions_that_went_out_in_a_form_come_back_in_it_though_there_are_more_now(admin_client, world):
    article, address = crowded_article(world["penn"], MOST_ROWS)
    form = Form(admin_client, address)
    article.mentions.create(entity=world["fda"], text="FDA", position=3)
    row = next(name for name, value in form.data.items() if name.endswith("-position") and value == ["5"])
    form.fill(**{row.replace("position", "state"): "refused"}).save()
    assert article.mentions.get(position=5).state == "refused"
    assert article.mentions.count() == MOST_ROWS + 1


def test_every_check_constraint_of_entries_and_statements_has_a_rule_that_speaks_first(desk, pk):
    """Each is broken above; whoever adds one adds its sentence, and a case."""
    needs = [("milestone", "start"), ("milestone", "text"), ("approval", "start"), ("fact", "text"), ("value", "text")]
    known = {
        *"entity_type_of_kind entity_status_of_kind entity_state_known entity_merged_iff_merged_into".split(),
        *"entity_not_merged_into_itself entity_withdrawn_with_reason entity_start_before_end".split(),
        *"statement_edge_iff_object statement_no_loop statement_amount_with_currency".split(),
        *"statement_start_before_end statement_number_once statement_country_has_country".split(),
        *(f"statement_{predicate}_has_{field}" for predicate, field in needs),
    }
    assert {constraint.name for model in (Entity, Statement) for constraint in model._meta.constraints} == known


# Saving


def test_a_whole_collaboration_is_entered_in_one_form_and_one_save(desk, pk, admin_user, client):
    form = desk(kind="collaboration").fill(
        name="Basel  gene alliance", slug="basel", type="research-alliance", status="active", state="published",
        start="Aug 2012", website="https://basel.example/", summary="Three partners.\r\n\r\nOne aim.",
        tags="oncology, car-t", comment="From the press release",
    )  # fmt: skip
    sources = {key: str(pk[key]) for key in ("source-1", "source-2", "source-3", "source-4")}
    for slug, role, cited in [("penn", "lead", ["source-2", "source-1"]), ("novartis", "partner", []), ("fda", "", [])]:
        form.add("statements", predicate="partner", object=pk[slug], role=role, sources=[sources[key] for key in cited])
    form.add("statements", predicate="milestone", start="6 August 2012", text="Signed", sources=[sources["source-3"]])
    form.add("statements", predicate="milestone", start="2013", text="Begun", sources=[sources["source-4"]])
    form.add("names", text="BGA", type="acronym")
    form.add("identifiers", scheme="doi", value="https://doi.org/10.1000/basel")
    form.save()

    entity = Entity.objects.get(slug="basel")
    (revision,) = entity.revisions.all()
    assert (revision.number, revision.user, revision.comment) == (1, admin_user, "From the press release")
    assert revision.record == entity_record(entity)
    assert revision.record == {
        "slug": "basel",
        "uid": entity.uid,
        "kind": "collaboration",
        "name": "Basel gene alliance",
        "type": "research-alliance",
        "status": "active",
        "summary": "Three partners.\n\nOne aim.",
        "website": "https://basel.example/",
        "start": "2012-08",
        "tags": ["car-t", "oncology"],
        "names": [{"text": "BGA", "type": "acronym"}],
        "identifiers": [{"scheme": "doi", "value": "10.1000/basel"}],
        "statements": [
            {
                "number": 1,
                "predicate": "partner",
                "object": "penn",
                "role": "lead",
                "sources": ["source-1", "source-2"],
            },
            {"number": 2, "predicate": "partner", "object": "novartis", "role": "partner"},
            {"number": 3, "predicate": "partner", "object": "fda"},
            {"number": 4, "predicate": "milestone", "text": "Signed", "start": "2012-08-06", "sources": ["source-3"]},
            {"number": 5, "predicate": "milestone", "text": "Begun", "start": "2013", "sources": ["source-4"]},
        ],
    }
    assert client.get("/collaborations/basel/").status_code == 200
    assert "Basel gene alliance" in client.get("/collaborations/?q=bga").content.decode()


def rich(world):
    """Gives the alliance what forms stumble over: several lines, quotes, a float, days, names of every kind."""
    data = records()
    alliance = next(entity for entity in data["entities"] if entity["slug"] == "alliance")
    alliance |= {
        "summary": "One line.\n\n  An indented one & “quotes” <b>.",
        "latitude": 47.123457,
        "longitude": -0.5,
        "reviewed": "2024-02-29",
        "review_due": "2030-12-31",
        "names": [{"text": f"Name {kind}", "type": kind, "language": "pt-BR"} for kind in ("acronym", "former")],
    }
    alliance["statements"].append({"predicate": "fact", "text": "Line one\n\nLine three", "country": ""})
    load({"entities": [alliance]}, overwrite=True)


def test_saving_an_untouched_form_changes_no_row(desk, world):
    rich(world)
    before = everything()
    for slug in world:
        desk(slug).save()
    desk("alliance").fill(comment="Nothing to say").save()
    assert everything() == before


def test_a_changed_milestone_makes_one_revision_and_touches_nothing_else(desk, world, admin_user):
    before = Entity.objects.get(slug="alliance")
    others = list(Statement.objects.exclude(number=6, subject=before).order_by("pk").values())
    form = desk("alliance").fill(comment="The day was wrong")
    form.fill(**{f"{form.row(predicate='milestone')}-start": "7 Aug 2012"}).save()
    entity = Entity.objects.get(slug="alliance")
    new, old = entity.revisions.all()
    assert (new.number, new.user, new.comment) == (2, admin_user, "The day was wrong")
    assert {key for key in new.record if new.record[key] != old.record[key]} == {"statements"}
    changed = [
        line for line, was in zip(new.record["statements"], old.record["statements"], strict=True) if line != was
    ]
    assert [(line["number"], line["start"]) for line in changed] == [(6, "2012-08-07")]
    assert entity.version == 2
    assert entity.modified > before.modified
    assert list(Statement.objects.exclude(number=6, subject=before).order_by("pk").values()) == others


def numbers(slug):
    return sorted(Statement.objects.filter(subject__slug=slug).values_list("number", flat=True))


def test_the_number_of_a_deleted_statement_is_never_used_again(desk, world):
    assert numbers("alliance") == [1, 2, 3, 4, 5, 6, 7, 8]
    form = desk("alliance")
    form.delete(form.row(predicate="country"))
    form.save()
    form = desk("alliance")
    form.add("statements", predicate="country", country="Japan")
    form.save()
    assert numbers("alliance") == [1, 2, 3, 4, 5, 6, 7, 9]
    form = desk("alliance")
    form.delete(form.row(predicate="country"))
    form.add("statements", predicate="fact", text="Instead")
    form.save()
    assert numbers("alliance") == [1, 2, 3, 4, 5, 6, 7, 10]


def test_the_places_of_statements_are_their_order(desk, world):
    form = desk("licence-2020")
    rows = form.place(role="licensor"), form.place(role="licensee")
    form.fill(**{f"{rows[0]}-order": 2, f"{rows[1]}-order": 1}).save()
    said = entity_record(world["licence-2020"])["statements"]
    assert [line["number"] for line in said] == [2, 1]
    form = desk("licence-2020")
    form.add("statements", predicate="fact", text="Next")
    form.add("statements", predicate="fact", text="Last")
    form.save()
    said = entity_record(world["licence-2020"])["statements"]
    assert [line["number"] for line in said] == [2, 1, 3, 4]


def test_a_rank_as_high_as_the_column_holds_does_not_break_the_next_statement(desk, world):
    Statement.objects.filter(subject=world["licence-2020"], role="licensee").update(rank=2**31 - 1)
    form = desk("licence-2020")
    form.add("statements", predicate="fact", text="Next")
    form.save()
    assert numbers("licence-2020") == [1, 2, 3]


def test_sources_are_added_to_a_statement_and_taken_off(desk, pk, world):
    form = desk("alliance")
    row = form.row(predicate="therapy")
    assert form.data[f"{row}-sources"] == [str(pk["source-2"])]
    form.fill(**{f"{row}-sources": [str(pk["source-1"]), str(pk["source-3"])]}).save()
    assert entity_record(world["alliance"])["statements"][3]["sources"] == ["source-1", "source-3"]
    form = desk("alliance")
    form.fill(**{f"{form.row(predicate='therapy')}-sources": []}).save()
    assert "sources" not in entity_record(world["alliance"])["statements"][3]
    assert world["alliance"].revisions.count() == 3


def test_subjects_are_known_by_their_names_in_any_case_and_keep_their_words_together(desk, world):
    load({"tags": [{"slug": "rare-disease", "name": "Rare disease"}, {"slug": "cells", "name": "cells, living"}]})
    desk("penn").fill(tags="RARE disease").save()
    assert entity_record(world["penn"])["tags"] == ["rare-disease"]
    desk("penn").fill(tags='"cells, living", oncology, Oncology,').save()
    assert entity_record(world["penn"])["tags"] == ["cells", "oncology"]
    before = everything()
    desk("penn").save()
    assert everything() == before
    desk("penn").fill(tags="").save()
    assert "tags" not in entity_record(world["penn"])
    assert Tag.objects.count() == 5


def test_a_new_name_is_found_at_once(desk, world, client):
    form = desk("penn")
    form.add("names", text="Pennsylvanische Universität", type="translation", language="de")
    form.save()
    assert "University of Pennsylvania" in client.get("/institutions/?q=pennsylvanische+universitat").content.decode()


def test_names_exchange_their_words_and_take_over_those_of_a_deleted_row(desk, world):
    def names():
        return dict(Name.objects.filter(entity__slug="novartis").values_list("text", "type"))

    form = desk("novartis")
    former, alias = form.row("names", type="former"), form.row("names", type="alias")
    form.fill(**{f"{former}-text": "Novartis AG", f"{alias}-text": "Ciba-Geigy"}).save()
    assert names() == {"Novartis AG": "former", "Ciba-Geigy": "alias"}
    form = desk("novartis")
    former, alias = form.row("names", type="former"), form.row("names", type="alias")
    form.fill(**{f"{former}-text": "Ciba-Geigy"}).delete(alias)
    form.save()
    assert names() == {"Ciba-Geigy": "former"}


@pytest.mark.parametrize(
    "text", ["Ligne un\r\nligne deux", "one\rtwo", "  \r\nwide  \r\n\r\n end \r\n", "\t• one\r\n\t• two"]
)
def test_texts_of_a_browser_are_kept_with_plain_line_ends_and_files_stay_the_same(desk, world, tmp_path, text):
    form = desk("alliance").fill(summary=text)
    form.add("statements", predicate="fact", text=text)
    form.save()
    said = entity_record(world["alliance"])
    assert said["summary"] == said["statements"][-1]["text"] == text.replace("\r\n", "\n").replace("\r", "\n").strip()
    before = everything()
    desk("alliance").save()
    call_command("dump_records", tmp_path, stdout=StringIO())
    call_command("load_records", *tmp_path.glob("*.yaml"), stdout=StringIO())
    assert everything() == before
    call_command("dump_records", tmp_path, "--check", stdout=StringIO())


def test_an_article_is_kept_with_plain_line_ends(admin_client, world):
    form = Form(admin_client, "/admin/entities/article/add/")
    form.fill(title="Own", slug="own", body="# Own\r\n\r\nText.").save()
    assert Article.objects.get(slug="own").body == "# Own\n\nText."


# Addresses


def names_of(entity):
    return list(entity.names.order_by("pk").values_list("text", "type"))


def test_a_rename_keeps_the_old_name_and_links_go_on(desk, world):
    before = names_of(world["novartis"])
    desk("novartis").fill(name="Novartium", comment="New name.").save()
    assert names_of(world["novartis"]) == [*before, ("Novartis", "former")]
    assert entity_record(world["novartis"])["names"][-1] == {"text": "Novartis", "type": "former"}
    assert world["novartis"].revisions.first().record["names"][-1]["text"] == "Novartis"
    desk("novartis").fill(name="Novartix", old_name="alias").save()
    assert names_of(world["novartis"])[-1] == ("Novartium", "alias")
    desk("novartis").fill(name="Novartis").save()
    assert names_of(world["novartis"]) == [*before, ("Novartium", "alias"), ("Novartix", "former")]


def test_the_old_name_is_not_kept_where_it_was_a_slip(desk, world):
    desk("oldco").fill(name="Øldco Bern", old_name="").save()
    desk("oldco").fill(name="Oldco Bern").save()  # but for the accent the same
    desk("draftco").fill(name="Draftco").save()
    desk("oldco").fill(old_name="alias").save()  # of a name that is not changed
    assert names_of(world["oldco"]) == names_of(world["draftco"]) == []
    assert Entity.objects.get(slug="oldco").version == 3


def test_an_old_name_that_is_written_among_the_others_stands_there_once(desk, world):
    form = desk("oldco").fill(name="Newco")
    form.add("names", text="Øldco Zürich", type="translation")
    form.save()
    assert names_of(world["oldco"]) == [("Øldco Zürich", "translation")]


def test_the_old_slug_of_a_published_entry_leads_to_the_new_one(desk, world, client):
    desk("alliance").fill(slug="penn-novartis").save()
    response = client.get("/collaborations/alliance/?from=2012")
    assert (response.status_code, response.headers["Location"]) == (301, "/collaborations/penn-novartis/?from=2012")
    desk("penn-novartis").fill(slug="the-alliance").save()
    for old in ("alliance", "penn-novartis"):
        assert client.get(f"/collaborations/{old}/").headers["Location"] == "/collaborations/the-alliance/"
    assert entity_record(world["alliance"])["old_slugs"] == ["alliance", "penn-novartis"]


def test_a_rename_back_drops_the_old_slug(desk, world, client):
    desk("alliance").fill(slug="penn-novartis").save()
    desk("penn-novartis").fill(slug="alliance").save()
    assert client.get("/collaborations/alliance/").status_code == 200
    assert client.get("/collaborations/penn-novartis/").headers["Location"] == "/collaborations/alliance/"
    assert entity_record(world["alliance"])["old_slugs"] == ["penn-novartis"]


def test_a_draft_is_renamed_without_a_trace(desk, world):
    desk("draftco").fill(slug="draftco-ag").save()
    desk("draftco-ag").fill(slug="draftco-inc", state="published").save()
    assert not OldSlug.objects.filter(entity=world["draftco"]).exists()


@pytest.mark.parametrize(("slug", "status"), [("gone", 410), ("doubled", 200)])
def test_what_was_public_once_is_still_found_after_a_rename(desk, world, client, slug, status):
    """The page of a withdrawn entry says why; a merged one leads on."""
    desk(slug).fill(slug="renamed").save()
    assert client.get(f"/institutions/{slug}/", follow=True).status_code == status


def test_a_draft_that_was_public_before_keeps_its_old_slug(desk, world, client):
    desk("oldco").fill(state="draft").save()
    desk("oldco").fill(slug="newco").save()
    assert client.get("/institutions/oldco/").status_code == 404
    desk("newco").fill(state="published").save()
    assert client.get("/institutions/oldco/").headers["Location"] == "/institutions/newco/"


@pytest.mark.parametrize("slug", ["Not a slug", "a/b", "", "x" * 101])
def test_a_form_with_an_impossible_slug_still_leads_to_the_page(desk, world, slug):
    form = desk("penn").fill(slug=slug)
    response = form.send()
    assert response.status_code == 200
    assert form.errors.keys() == {"slug"}
    assert f'href="/e/{world["penn"].uid}"' in response.content.decode()


# Two editors


@pytest.fixture
def anna(world, django_user_model):
    """Opens forms as another editor."""
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("anna"))

    def open_form(slug):
        entity = Entity.objects.get(slug=slug)
        return Form(client, f"/admin/entities/{entity._meta.model_name}/{entity.pk}/change/")

    return open_form


def refuse_second(form, *words):
    """The form comes back with a sentence that holds `words` and saves nothing."""
    before = everything()
    typed = what_is_typed(form)
    assert form.send().status_code == 200
    assert everything() == before
    assert list(form.errors) == [""]
    assert all(word in form.errors[""][0] for word in ["This entry was changed while you were editing it.", *words])
    assert what_is_typed(form) == typed


def what_is_typed(form):
    """The fields without those that only the program reads."""
    return {name: value for name, value in form.data.items() if not re.search(r"token$|-id$", name)}


def test_the_second_of_two_editors_is_told_and_may_write_over_the_first(desk, anna, admin_user):
    ours, hers = desk("alliance"), anna("alliance")
    hers.fill(**{f"{hers.row(predicate='milestone')}-text": "Hers"}, summary="Hers", comment="I am first").save()
    ours.fill(summary="Ours\r\nof two lines", tags="oncology")
    new = ours.add("statements", predicate="fact", text="Also ours")
    refuse_second(ours, "anna saved version 2", "save again")
    assert ours.data[f"{new}-text"] == ["Also ours"]
    ours.save()
    entity = Entity.objects.get(slug="alliance")
    assert [(row.number, row.user.username if row.user else "") for row in entity.revisions.all()] == [
        (3, "admin"),
        (2, "anna"),
        (1, ""),
    ]
    record = entity_record(entity)
    assert (record["summary"], record["tags"]) == ("Ours\nof two lines", ["oncology"])
    assert [line["text"] for line in record["statements"] if line["predicate"] == "fact"] == ["Also ours"]
    assert entity.revisions.get(number=2).record["summary"] == "Hers"


@pytest.mark.parametrize("opened", [True, False])
def test_what_the_second_editor_did_not_see_is_not_undone_unasked(desk, anna, opened):
    """Statements that the first has added stay, and those that we did not open; the others are written over."""
    ours, hers = desk("alliance"), anna("alliance")
    if opened:
        ours.row(predicate="milestone")
    hers.add("statements", predicate="fact", text="Hers")
    hers.fill(**{f"{hers.row(predicate='milestone')}-text": "Hers too"}).save()
    ours.fill(website="https://basel.example/")
    refuse_second(ours, "anna saved version 2")
    ours.save()
    texts = [line.get("text") for line in entity_record(Entity.objects.get(slug="alliance"))["statements"]]
    assert "Hers" in texts
    assert ("The alliance is announced." if opened else "Hers too") in texts


def test_a_file_that_changed_the_entry_meanwhile_is_named(desk, world):
    ours = desk("penn")
    penn = next(entity for entity in records()["entities"] if entity["slug"] == "penn")
    load({"entities": [penn | {"city": "Philadelphia PA"}]})
    refuse_second(ours.fill(summary="Ours"), "A file saved version 2")


def test_a_third_editor_between_the_two_is_named_as_well(desk, anna):
    ours = desk("penn").fill(summary="Ours")
    anna("penn").fill(city="Philly").save()
    refuse_second(ours, "anna saved version 2")
    anna("penn").fill(city="Philadelphia").save()
    refuse_second(ours, "anna saved version 3")
    ours.save()
    assert Entity.objects.get(slug="penn").version == 4


@pytest.mark.parametrize("token", ["", "0" * 16, "not a token"])
def test_a_form_without_its_token_is_not_saved(desk, token):
    form = desk("penn").fill(summary="Ours", token=token)
    before = everything()
    assert form.send().status_code == 200
    assert everything() == before


@pytest.mark.parametrize("touched", [True, False])
def test_a_statement_that_the_first_editor_deleted_is_not_lost_to_the_second(desk, anna, touched):
    ours, hers = desk("alliance"), anna("alliance")
    row = ours.row(predicate="value")
    hers.delete(hers.place(predicate="value"))
    hers.save()
    ours.fill(**{f"{row}-text": "For two centres"} if touched else {"website": "https://basel.example/"})
    refuse_second(ours, "anna saved version 2")
    assert f"{row}-amount" in ours.data
    ours.save()
    said = entity_record(Entity.objects.get(slug="alliance"))["statements"]
    assert [(line["number"], line["text"]) for line in said if line["predicate"] == "value"] == [
        (9, "For two centres" if touched else "For a centre")
    ]
    assert numbers("alliance") == [1, 2, 3, 4, 5, 6, 8, 9]


def test_rows_keep_their_titles_after_the_first_editor_has_moved_them(desk, anna):
    ours, hers = desk("alliance"), anna("alliance")
    places = {ours.place(role=role): role.capitalize() for role in ("originator", "licensee", "partner")}
    hers.fill(**{f"{hers.place(role='originator')}-order": 3})
    hers.delete(hers.place(predicate="disease"))
    hers.save()
    page = ours.fill(website="https://example.org/").send().content.decode()
    titles = dict(re.findall(r'id="row-(st-partners-\d)".*?</b>, (\w+)', page, re.S))
    assert titles == {row: word.lower() for row, word in places.items()}


@pytest.mark.parametrize("predicate", ["value", "therapy"])
def test_a_row_that_nobody_opened_is_gone_when_the_first_editor_has_deleted_it(desk, anna, predicate):
    ours, hers = desk("alliance"), anna("alliance")
    hers.delete(hers.place(predicate=predicate))
    hers.save()
    assert ours.fill(summary="Ours").send().status_code == 200
    assert list(ours.errors) == [""]
    ours.save()
    entity = Entity.objects.get(slug="alliance")
    assert entity.summary == "Ours"
    assert predicate not in [line["predicate"] for line in entity_record(entity)["statements"]]
    assert len(numbers("alliance")) == 7


def test_a_name_that_both_editors_add_is_refused_the_second_time(desk, anna):
    ours, hers = desk("penn"), anna("penn")
    hers.add("names", text="U Penn", type="alias")
    hers.save()
    row = ours.add("names", text="U Penn", type="alias")
    ours.send()
    refuse(ours, f"{row}-text", "This name stands twice.")


def test_an_entry_that_is_deleted_while_someone_edits_it_is_not_made_anew(desk, admin_client, world):
    form = desk("secret-deal").fill(summary="Late")
    admin_client.post(f"/admin/entities/collaboration/{world['secret-deal'].pk}/delete/", {"post": "yes"})
    assert form.send().headers["Location"] == "/admin/"
    assert not Entity.objects.filter(slug="secret-deal").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_save_in_the_same_moment_one_is_told(desk, anna):
    forms = [desk("alliance").fill(summary="Ours"), anna("alliance").fill(summary="Hers")]
    start = Barrier(2)

    def save(form):
        start.wait()
        try:
            return form.send().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, forms))
    assert sorted(answers) == [200, 302]
    told = forms[answers.index(200)]
    assert "saved version 2" in told.errors[""][0]
    entity = Entity.objects.get(slug="alliance")
    assert entity.summary == ["Ours", "Hers"][answers.index(302)]
    assert entity.revisions.count() == 2


MERGERS = {"oldco": "novartis", "novartis": "fda"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", MERGERS)
def test_two_editors_who_merge_in_the_same_moment_make_no_way_of_two_steps(desk, anna, world, first):
    (second,) = MERGERS.keys() - {first}
    ours, hers = [
        editor(slug).fill(state="merged", merged_into=world[MERGERS[slug]].pk)
        for editor, slug in ((desk, first), (anna, second))
    ]

    def save():
        try:
            return hers.send().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert ours.send().status_code == 302
            answer = pool.submit(save)
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.5)
        assert answer.result(timeout=20) == 200
    assert "merged into" in hers.errors["merged_into"][0]
    assert not Entity.objects.filter(merged_into__state="merged").exists()


# Rights


def editor(django_user_model, *rights):
    user = django_user_model.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def test_an_editor_without_a_right_to_statements_changes_the_entry_and_none_of_them(world, django_user_model):
    views = ["view_statement", "view_name", "view_identifier", "view_entity", "view_source"]
    client = editor(django_user_model, "change_collaboration", *views)
    before = entity_record(world["alliance"])
    form = Form(client, f"/admin/entities/collaboration/{world['alliance'].pk}/change/")
    form.fill(summary="New").data["st-partners-0-opened"] = ["1"]
    form.data |= {"st-partners-0-text": ["Smuggled in"], "st-partners-0-DELETE": ["on"], "st-partners-1-order": ["1"]}
    form.save()
    assert entity_record(world["alliance"]) == before | {"summary": "New"}
    assert world["alliance"].revisions.first().user.username == "editor"


def test_an_editor_with_the_rights_of_the_group_enters_a_whole_entry(world, pk, django_user_model):
    parts = ("statement", "name", "identifier")
    rights = [f"{act}_{part}" for act in ("add", "change", "delete", "view") for part in (*parts, "therapy")]
    client = editor(django_user_model, *rights, "view_entity", "view_source")
    form = Form(client, "/admin/entities/therapy/add/").fill(name="Zynteglo", slug="zynteglo", type="other")
    form.add("statements", predicate="developer", object=pk["penn"], sources=[str(pk["source-1"])])
    form.add("names", text="beti-cel", type="generic")
    form.save()
    assert entity_record(Entity.objects.get(slug="zynteglo"))["statements"][0]["object"] == "penn"


# Two hundred statements


def grow(many):
    """The alliance with `many` statements of two sources each."""
    data = records()
    alliance = next(entity for entity in data["entities"] if entity["slug"] == "alliance")
    for number in range(len(alliance["statements"]), many):
        sources = [f"source-{1 + number % 3}", f"source-{1 + (number + 1) % 3}"]
        if number % 2:
            alliance["statements"].append(edge("partner", "penn", "partner", sources, start=str(1800 + number)))
        else:
            text = f"Milestone {number}\nwith a second line"
            line = {"predicate": "milestone", "start": f"{1800 + number}-01-02", "text": text, "sources": sources}
            alliance["statements"].append(line)
    load({"entities": [alliance]}, overwrite=True)


def count_queries(ask):
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    return len(queries), answer


def test_a_form_of_two_hundred_statements_asks_as_few_queries_as_one_of_eight(admin_client, world):
    path = f"/admin/entities/collaboration/{world['alliance'].pk}/change/"
    few = open_and_save(admin_client, path, "Once")
    grow(200)
    before = everything()
    form = Form(admin_client, path)
    assert len(form.data) > 600
    form.save()
    assert everything() == before
    opened, unchanged, changed = open_and_save(admin_client, path, "Twice")
    assert len(numbers("alliance")) == 200
    assert [opened, unchanged, changed] == few
    assert opened <= 30
    assert unchanged <= 60
    assert changed <= 80


def open_and_save(client, path, text):
    """How many queries it takes to open a form, to save it untouched, and to save it with one changed statement."""
    opened, form = count_queries(lambda: Form(client, path))
    unchanged, _ = count_queries(form.save)
    form = Form(client, path)
    form.fill(**{f"{form.row(predicate='value')}-text": text})
    changed, _ = count_queries(form.save)
    return [opened, unchanged, changed]
