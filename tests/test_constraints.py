"""What must be true is refused by the database when it is false, and an editor is told so in a sentence before."""

from itertools import product
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from entities.dates import PartialDate, reversed_order
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
    Tagging,
    Webmention,
)
from entities.models.kinds import PREDICATES

EDGE = ("subject", "object")
#: a statement that needs no more, of each predicate that needs something
WHOLE = {
    "partner": {"subject": "deal", "object": "penn"},
    "approval": {"subject": "drug", "object": "fda", "start": "2017-08-30"},
    "milestone": {"subject": "deal", "start": "2012", "text": "It begins."},
    "fact": {"subject": "penn", "text": "So it is."},
    "value": {"subject": "deal", "text": "For a centre"},
    "country": {"subject": "deal", "country": "CH"},
}


@pytest.fixture
def rows(db):
    """A row of each model, that others can collide with."""
    penn = entity("penn", kind="institution", type="university")
    fda = entity("fda", kind="regulatory_body", type="national-authority")
    deal = entity("deal", kind="collaboration", type="licensing", status="active")
    drug = entity("drug", kind="therapy", type="car-t")
    for row in (penn, fda, deal, drug):
        row.save()
    tag = Tag.objects.create(slug="car-t", name="CAR-T")
    article = Article.objects.create(slug="article", title="Article", url="https://example.org/")
    Tagging.objects.create(content_object=penn, tag=tag)
    Name.objects.create(entity=penn, text="Penn", type="acronym")
    Identifier.objects.create(entity=penn, scheme="ror", value="00b30xv10")
    Identifier.objects.create(entity=penn, scheme="reference", value="Considerations")
    Statement.objects.create(subject=penn, number=1, predicate="fact", text="So it is.")
    Source.objects.create(key="source", title="Source", url="https://example.org/", kind="paper")
    Mention.objects.create(article=article, entity=penn, text="Penn", position=7)
    Mention.objects.create(article=article, entity=deal, text="the deal")
    Revision.objects.create(entity=penn, number=1, record={}, digest="0", created=timezone.now())
    OldSlug.objects.create(entity=penn, slug="upenn")
    webmention(SimpleNamespace(penn=penn), source="https://blog.example/1").save()
    return SimpleNamespace(penn=penn, fda=fda, deal=deal, drug=drug, tag=tag, article=article)


def entity(slug="new", **values):
    return Entity(**{"slug": slug, "name": slug, "kind": "collaboration", "type": "licensing", **values})


def statement(rows, whole, **values):
    """The statement `whole` of WHOLE, but for `values`."""
    columns = {"predicate": whole, "number": 9, **WHOLE[whole]}
    return Statement(**columns | {key: getattr(rows, columns[key]) for key in EDGE if key in columns} | values)


def mention(rows, **values):
    return Mention(**{"article": rows.article, "entity": rows.penn, "text": "Penn", "position": 8, **values})


def source(**values):
    return Source(**{"key": "new", "title": "T", "url": "https://example.org/", "kind": "paper", **values})


def article(**values):
    return Article(**{"slug": "new", "title": "T", "body": "Text.", **values})


def revision(rows, **values):
    return Revision(**{"entity": rows.penn, "number": 2, "record": {"name": "P"}, "digest": "0",
                       "created": timezone.now(), **values})  # fmt: skip


def webmention(rows, **values):
    return Webmention(**{"source": "https://blog.example/2", "target": "https://collabs.example/e/CGT0000012",
                         "entity": rows.penn, "received": timezone.now(), **values})  # fmt: skip


def loop(rows):
    rows.deal.state, rows.deal.merged_into = "merged", rows.deal
    return rows.deal


#: (constraint or unique column, a row that breaks it alone, what an editor reads)
BROKEN = [
    ("entity.uid", lambda rows: entity(uid=rows.penn.uid), "Entry with this Uid already exists."),
    ("entity.slug", lambda rows: entity("penn"), "Another entry has this slug."),
    ("entity_type_of_kind", lambda rows: entity(type="university"), "“university” is not a type of collaboration"),
    ("entity_type_of_kind", lambda rows: entity(type="Licensing"), "“Licensing” is not a type of collaboration"),
    ("entity_type_of_kind", lambda rows: entity(kind="person"), "“person” is not a kind"),
    ("entity_status_of_kind", lambda rows: entity(status="approved"), "“approved” is not a status of a collaboration"),
    (
        "entity_status_of_kind",
        lambda rows: entity(kind="disease", type="oncology", status="active"),
        "“active” is not a status of a disease; known ones: none.",
    ),
    ("entity_merged_iff_merged_into", lambda rows: entity(state="merged"), "Say into which entry this one was merged."),
    (
        "entity_merged_iff_merged_into",
        lambda rows: entity(state="published", merged_into=rows.deal),
        "Only an entry in the state “merged” points at another one.",
    ),
    ("entity_not_merged_into_itself", loop, "An entry cannot be merged into itself."),
    ("entity_state_known", lambda rows: entity(state="secret"), "“secret” is not a state"),
    ("entity_withdrawn_with_reason", lambda rows: entity(state="withdrawn"), "Say why the entry is withdrawn"),
    ("entity_start_before_end", lambda rows: entity(start="2012-08-06", end="2012-08-05"), "The end (2012-08-05) lies"),
    ("entity_start_before_end", lambda rows: entity(start="2013", end="2012-08"), "The end (2012-08) lies before"),
    (
        "statement_number_once",
        lambda rows: statement(rows, "fact", number=1),
        "Another statement of this entry has this number.",
    ),
    ("statement_edge_iff_object", lambda rows: statement(rows, "partner", object=None), "needs an object"),
    (
        "statement_edge_iff_object",
        lambda rows: statement(rows, "fact", object=rows.fda),
        "A statement “fact” has no object.",
    ),
    ("statement_edge_iff_object", lambda rows: statement(rows, "fact", predicate="rumour"), "“rumour” is not a pred"),
    (
        "statement_no_loop",
        lambda rows: statement(rows, "partner", object=rows.deal),
        "A statement cannot join an entry to itself.",
    ),
    ("statement_approval_has_start", lambda rows: statement(rows, "approval", start=""), "needs a start date."),
    ("statement_milestone_has_start", lambda rows: statement(rows, "milestone", start=""), "needs a start date."),
    ("statement_milestone_has_text", lambda rows: statement(rows, "milestone", text=""), "needs a text."),
    ("statement_fact_has_text", lambda rows: statement(rows, "fact", text=""), "A statement “fact” needs a text."),
    ("statement_value_has_text", lambda rows: statement(rows, "value", text=""), "A statement “value” needs a text."),
    ("statement_country_has_country", lambda rows: statement(rows, "country", country=""), "needs a country."),
    ("statement_amount_with_currency", lambda rows: statement(rows, "value", amount=5), "an amount with its"),
    ("statement_amount_with_currency", lambda rows: statement(rows, "value", currency="USD"), "an amount with its"),
    (
        "statement_start_before_end",
        lambda rows: statement(rows, "partner", start="2012-08-06", end="2012-08-05"),
        "The end (2012-08-05) lies before the start (2012-08-06).",
    ),
    (
        "statement_start_before_end",
        lambda rows: statement(rows, "partner", start="2012-08-06", end="2011"),
        "The end (2011) lies before the start (2012-08-06).",
    ),
    ("name_once", lambda rows: Name(entity=rows.penn, text="Penn"), "The entry has this name already."),
    ("name_type_known", lambda rows: Name(entity=rows.penn, text="P", type="pet"), "'pet' is not a valid"),
    (
        "identifier_once",
        lambda rows: Identifier(entity=rows.fda, scheme="ror", value="00b30xv10"),
        "Another entry has this identifier: perhaps they are one and the same.",
    ),
    ("tagging_once", lambda rows: Tagging(content_object=rows.penn, tag=rows.tag), "has this subject already."),
    ("tag.slug", lambda rows: Tag(slug="car-t", name="Other"), "Subject with this Slug already exists."),
    ("tag.name", lambda rows: Tag(slug="other", name="CAR-T"), "Subject with this Name already exists."),
    ("source.key", lambda rows: source(key="source"), "Source with this Key already exists."),
    ("source_kind_known", lambda rows: source(kind="rumour"), "Value 'rumour' is not a valid choice."),
    ("article.slug", lambda rows: article(slug="article"), "Article with this Slug already exists."),
    ("article_has_url_or_body", lambda rows: article(body=""), "Give the text of the article or its address."),
    ("article_state_known", lambda rows: article(state="secret"), "Value 'secret' is not a valid choice."),
    ("mention_once", lambda rows: mention(rows, position=7), "The article mentions the entry here already."),
    (
        "mention_once_without_position",
        lambda rows: mention(rows, entity=rows.deal, position=None),
        "The article mentions the entry already, at a place that is not known.",
    ),
    ("revision_number_once", lambda rows: revision(rows, number=1), "Revision with this Entity and Number already"),
    (
        "webmention_once",
        lambda rows: webmention(rows, source="https://blog.example/1"),
        "This page has told us of this link already.",
    ),
    ("webmention_state_known", lambda rows: webmention(rows, state="secret"), "Value 'secret' is not a valid choice."),
    ("webmention_approval_known", lambda rows: webmention(rows, approval="no"), "Value 'no' is not a valid choice."),
    ("oldslug.slug", lambda rows: OldSlug(entity=rows.fda, slug="upenn"), "Old slug with this Slug already exists."),
]  # fmt: skip
#: rows that only look as if they broke one
WHOLE_ROWS = [
    lambda rows: entity(start="2012-08-06", end="2012"),
    lambda rows: entity(start="2012", end="2012-08-06"),
    lambda rows: entity(start="2012-08-06", end="2012-08-06"),
    lambda rows: entity(end="1999"),
    lambda rows: entity(state="withdrawn", reason="Why."),
    lambda rows: entity(state="merged", merged_into=rows.deal),
    lambda rows: entity(kind="therapy", type="other", status="approved"),
    lambda rows: entity(kind="disease", type="oncology"),
    lambda rows: statement(rows, "value", amount=0, currency="USD"),
    lambda rows: statement(rows, "fact", subject=rows.fda, number=1),
    *(lambda rows, predicate=predicate: statement(rows, predicate) for predicate in WHOLE),
    lambda rows: Name(entity=rows.fda, text="Penn"),
    lambda rows: Name(entity=rows.penn, text="PENN"),
    lambda rows: Identifier(entity=rows.fda, scheme="ror", value="02f9zrr09"),
    lambda rows: Identifier(entity=rows.fda, scheme="reference", value="Considerations"),
    lambda rows: Tagging(content_object=rows.fda, tag=rows.tag),
    lambda rows: source(),
    lambda rows: article(),
    lambda rows: article(body="", url="https://example.org/"),
    lambda rows: mention(rows),
    lambda rows: mention(rows, position=None),
    lambda rows: mention(rows, entity=rows.deal, position=0),
    lambda rows: revision(rows),
    lambda rows: OldSlug(entity=rows.penn, slug="u-penn"),
    lambda rows: webmention(rows, state="gone", approval="refused"),
    lambda rows: webmention(rows, source="https://blog.example/1", target="https://collabs.example/e/CGT00000ZV"),
]


def declared():
    """{name: UniqueConstraint, CheckConstraint or unique field} of every table of ours."""
    found = {}
    for model in apps.get_app_config("entities").get_models():
        if not model._meta.proxy:
            found |= {constraint.name: constraint for constraint in model._meta.constraints}
            found |= {f"{model._meta.model_name}.{field.name}": field for field in model._meta.fields
                      if field.unique and not field.primary_key}  # fmt: skip
    return found


BROKEN_CHECKS = [row for row in BROKEN if isinstance(declared().get(row[0]), models.CheckConstraint)]


def named(rows):
    return pytest.mark.parametrize(
        ("name", "make", "words"), rows, ids=[f"{name}-{number}" for number, (name, _, _) in enumerate(rows)]
    )


def sentences(error):
    return [sentence for messages in error.message_dict.values() for sentence in messages]


def test_every_constraint_is_broken_here():
    assert {name for name, _, _ in BROKEN} == set(declared())


@named(BROKEN)
def test_the_database_refuses_a_row_that_breaks_a_constraint(rows, name, make, words):
    row = make(rows)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save()
    message, constraint = str(refusal.value), declared()[name]
    if isinstance(constraint, models.CheckConstraint):
        assert name in message
    else:
        fields = getattr(constraint, "fields", [name.rpartition(".")[2]])
        assert "unique" in message.lower()
        assert all(row._meta.get_field(field).column in message for field in fields)


@named(BROKEN)
def test_an_editor_is_told_in_a_sentence_what_breaks_a_constraint(rows, name, make, words):
    with pytest.raises(ValidationError) as refusal:
        make(rows).full_clean()
    assert [sentence for sentence in sentences(refusal.value) if words in sentence]
    for sentence in sentences(refusal.value):
        assert sentence.endswith("."), sentence
        assert "Constraint “" not in sentence


@named(BROKEN_CHECKS)
def test_the_rules_of_a_row_say_so_without_asking_the_database(rows, django_assert_num_queries, name, make, words):
    """The forms of the desk rely on it. They validate no constraints, only that what a row points at is there."""
    row = make(rows)
    links = sum(bool(getattr(row, f"{key}_id", None)) for key in (*EDGE, "merged_into", "entity"))
    with django_assert_num_queries(links), pytest.raises(ValidationError) as refusal:
        row.full_clean(validate_unique=False, validate_constraints=False)
    assert [sentence for sentence in sentences(refusal.value) if words in sentence]


@named([row for row in BROKEN if "." not in row[0]])
def test_the_constraint_itself_has_a_sentence_too(rows, name, make, words):
    with pytest.raises(ValidationError) as refusal:
        make(rows).validate_constraints()
    message = declared()[name].violation_error_message
    if message == models.UniqueConstraint.default_violation_error_message:
        message = words
    assert any(message in sentence for sentence in refusal.value.message_dict[NON_FIELD_ERRORS])


@pytest.mark.parametrize("make", WHOLE_ROWS)
def test_a_row_that_breaks_nothing_is_clean_and_saved(rows, make):
    row = make(rows)
    row.full_clean()
    row.save()
    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_same_orders_of_dates_are_refused_by_rules_and_by_the_database(rows):
    dates = ["", *map(PartialDate, ["2011", "2011-12", "2011-12-31", "2012", "2012-01", "2012-01-01", "2012-01-02"])]
    for start, end in product(dates, dates):
        for row in (entity(start=start, end=end), statement(rows, "partner", start=start, end=end)):
            assert is_clean(row) == is_saved(row) == (not reversed_order(start, end)), (start, end)


def is_clean(row):
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError:
        return False
    return True


def is_saved(row):
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    row.delete()
    return True


def test_every_need_of_a_predicate_is_a_constraint():
    needs = {f"statement_{key}_has_{field}" for key, rule in PREDICATES.items() for field in rule.needs}
    assert needs == {name for name in declared() if "_has_" in name and name.startswith("statement")}


@pytest.mark.parametrize("columns", [{"subject": None}, {"object_id": 0}, {"subject_id": 0}])
def test_a_statement_of_nothing_is_refused_at_its_field(rows, columns):
    row = statement(rows, "partner", **columns)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert [field.removesuffix("_id") for field in columns] == list(refusal.value.message_dict)


def test_a_row_without_any_value_is_refused_field_by_field(db):
    for model in apps.get_app_config("entities").get_models():
        with pytest.raises(ValidationError) as refusal:
            model().full_clean()
        assert refusal.value.message_dict


@pytest.mark.parametrize("field", ["start", "end"])
def test_no_date_is_as_good_as_an_empty_one(rows, field):
    for row in (entity(**{field: None}), statement(rows, "partner", **{field: None})):
        row.full_clean()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"latitude": 10.0}, "Give both latitude and longitude, or neither."),
        ({"longitude": 10.0}, "Give both latitude and longitude, or neither."),
        ({"latitude": 90.1, "longitude": 0.0}, "A latitude lies between −90 and 90 degrees."),
        ({"latitude": float("nan"), "longitude": 0.0}, "A latitude lies between −90 and 90 degrees."),
        ({"latitude": 0.0, "longitude": -180.1}, "A longitude lies between −180 and 180 degrees."),
        ({"latitude": 0.0, "longitude": float("inf")}, "A longitude lies between −180 and 180 degrees."),
    ],
)
def test_a_place_that_is_not_on_earth_is_refused(db, values, sentence):
    with pytest.raises(ValidationError) as refusal:
        entity(**values).clean()
    assert sentences(refusal.value) == [sentence]


@pytest.mark.parametrize(
    ("predicate", "values", "sentence"),
    [
        ("partner", {"role": "host"}, "“host” is not a role of “partner”: it is one of lead, partner"),
        ("partner", {"role": "friend"}, "“friend” is not a known role of “partner”"),
        ("approval", {"role": "lead"}, "“lead” is not a role of “approval”: it has none."),
        (
            "partner",
            {"object": "drug"},
            "The object of “partner” is an institution or a consortium or a",
        ),
        ("partner", {"subject": "fda"}, "A regulatory body has no statement “partner”."),
        ("value", {"subject": "drug"}, "A therapy has no statement “value”."),
        ("country", {"subject": "penn"}, "An institution has no statement “country”."),
        ("fact", {"country": "CH"}, "Only a statement “country” has a country of its own."),
        ("fact", {"amount": 5, "currency": "USD"}, "Only a statement “value” has an amount."),
        ("value", {"amount": 5, "currency": "usd"}, "“usd” is not a currency"),
    ],
)
def test_what_the_database_cannot_know_of_a_statement_is_said_in_a_sentence(rows, predicate, values, sentence):
    values = {key: getattr(rows, value) if key in EDGE else value for key, value in values.items()}
    with pytest.raises(ValidationError) as refusal:
        statement(rows, predicate, **values).clean()
    assert [found for found in sentences(refusal.value) if sentence in found]


def test_a_statement_between_kinds_that_are_not_known_is_refused_in_words(rows):
    rows.deal.kind, rows.penn.kind = "dealing", "school"
    with pytest.raises(ValidationError) as refusal:
        statement(rows, "partner").clean()
    assert sentences(refusal.value) == [
        "“dealing” has no statement “partner”.",
        "The object of “partner” is an institution or a consortium or a regulatory body, not “school”.",
    ]


def test_an_identifier_is_brought_into_form_before_it_is_compared(rows):
    """Its address is the same identifier as the bare value."""
    with pytest.raises(ValidationError, match="Another entry has this identifier"):
        Identifier(entity=rows.fda, scheme="ror", value="https://ror.org/00B30XV10").full_clean()
    with pytest.raises(ValidationError, match="check digits of the ROR identifier"):
        Identifier(entity=rows.fda, scheme="ror", value="00b30xv11").full_clean()
