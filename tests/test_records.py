"""An entity becomes a record and the record becomes rows again, with nothing lost and nothing done twice."""

import copy
import io
import itertools
import threading
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.identifiers import SCHEMES
from entities.models import Article, Entity, Identifier, Mention, Name, OldSlug, Revision, Source, Statement, Tag
from entities.models.kinds import KINDS, NAME_TYPES, PREDICATES, SOURCE_KINDS, STATES
from entities.records import ENTITY, Batch, LoadError, digest, entity_record, entity_records, ordered, writing
from entities.records.files import fixture_texts
from entities.records.schema import ARTICLE, MENTION, NAME, SOURCE, STATEMENT, TAG
from entities.text import CONTROL, make_uid
from tests.world import load, records

pytestmark = pytest.mark.django_db


def every_row():
    """Every row of every table of ours, with all its columns: {table: rows}."""
    models = apps.get_app_config("entities").get_models(include_auto_created=True)
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
        for model in models
        if not model._meta.proxy
    }


@contextmanager
def undone():
    """What happens within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def load_texts(texts, **options):
    """Load {file name: YAML text} as one batch."""
    batch = Batch()
    for name, text in texts.items():
        batch.add_file(name, io.BytesIO(text.encode()))
    return batch.load(**options)


def institution(slug, **more):
    """The record of a company that is called like its slug."""
    return {"slug": slug, "kind": "institution", "name": slug, "type": "company", **more}


def fact(text, **more):
    return {"predicate": "fact", "text": text, **more}


def record_of(slug):
    return entity_record(Entity.objects.get(slug=slug))


def numbers_of(slug):
    """{text of a statement: its number}"""
    return {statement["text"]: statement["number"] for statement in record_of(slug)["statements"]}


# There and back


def as_loaded(raw):
    """What the world of the tests says of an entity, with the numbers it must have got and without empty values."""
    record = {key: value for key, value in raw.items() if value not in ("", [], None)}
    for number, statement in enumerate(record.get("statements", []), 1):
        record["statements"][number - 1] = {
            key: value for key, value in {"number": number, **statement}.items() if value not in ("", [])
        }
    if "tags" in record:
        record["tags"].sort()
    if "names" in record:
        record["names"].sort(key=lambda name: list(NAME_TYPES).index(name["type"]))
    return record


def test_what_is_read_back_is_what_was_loaded(world):
    said = {raw["slug"]: as_loaded(raw) for raw in records()["entities"]}
    read = {record["slug"]: record for record in entity_records().values()}
    uids = {slug: record.pop("uid") for slug, record in read.items()}
    assert read == said
    assert uids == {slug: entity.uid for slug, entity in world.items()}


def test_the_keys_of_a_record_stand_in_the_order_of_the_files(world):
    for record in entity_records().values():
        assert list(record) == [key for key in ENTITY if key in record]
        assert list(ordered(ENTITY, dict(sorted(record.items())))) == list(record)


def test_a_record_read_alone_is_the_one_read_among_all(world):
    everything = entity_records()
    assert len(everything) == len(records()["entities"])
    for entity in Entity.objects.all():
        assert entity_record(entity) == everything[entity.pk]


def test_the_digest_depends_on_what_is_said_and_not_on_the_order_of_keys(world):
    record = entity_record(world["alliance"])
    assert digest(dict(reversed(record.items()))) == digest(record)
    for changed in ({"name": "Another"}, {"statements": record["statements"][::-1]}, {"featured": False}):
        assert digest(record | changed) != digest(record)


def test_loading_twice_changes_no_row(world):
    before = every_row()
    report = load(records())
    assert report.count("unchanged") == report.total
    assert every_row() == before


def test_loading_what_was_dumped_changes_no_row(world):
    before = every_row()
    report = load_texts(fixture_texts())
    assert report.count("unchanged") == report.total
    assert every_row() == before


def test_the_order_of_files_and_of_records_does_not_matter(world):
    texts = fixture_texts()
    shuffled = records()
    for items in shuffled.values():
        items.reverse()
    for number, entity in enumerate(shuffled["entities"]):
        entity["uid"] = make_uid(number)
    with undone():
        wipe()
        load(shuffled)
        first = fixture_texts()
    with undone():
        wipe()
        load({section: shuffled[section][::-1] for section in reversed(shuffled)})
        assert fixture_texts() == first
    with undone():
        wipe()
        load_texts(dict(reversed(texts.items())))
        assert fixture_texts() == texts


def wipe():
    """Empty every table of ours; foreign keys are checked when a transaction ends."""
    for model in apps.get_app_config("entities").get_models(include_auto_created=True):
        if not model._meta.proxy:
            model._base_manager.all()._raw_delete(connection.alias)


def test_any_order_of_the_files_gives_the_same_base():
    sections = records()
    for number, entity in enumerate(sections["entities"]):
        entity["uid"] = make_uid(number)
    texts = set()
    for names in itertools.permutations(sections):
        with undone():
            load(copy.deepcopy({name: sections[name] for name in names}))
            texts.add("".join(fixture_texts().values()))
    assert len(texts) == 1


# A change


def test_a_changed_text_makes_one_version_and_the_old_one_is_kept(world):
    before, rows = every_row(), list(world["alliance"].statements.values_list("pk", "number"))
    changed = record_of("alliance")
    changed["statements"][5]["text"] = "The alliance is made known."
    report = load(records() | {"entities": [*records()["entities"][:3], changed, *records()["entities"][4:]]})

    assert (report.count("changed"), report.count("unchanged")) == (1, report.total - 1)
    first, second = world["alliance"].revisions.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert first.record["statements"][5]["text"] == "The alliance is announced."
    assert second.record["statements"][5]["text"] == "The alliance is made known."
    assert ordered(ENTITY, second.record) == record_of("alliance")
    assert second.digest == digest(second.record)
    assert list(world["alliance"].statements.values_list("pk", "number")) == rows

    after = every_row()
    assert differing(before, after) == {
        "entities_entity": {world["alliance"].pk},
        "entities_statement": {world["alliance"].statements.get(number=6).pk},
        "entities_revision": {second.pk},
        "entities_tagging": set(Entity.objects.get(slug="alliance").taggings.values_list("pk", flat=True))
        | {row[0] for row in before["entities_tagging"] if row[1] == world["alliance"].pk},
    }


def differing(before, after):
    """{table: primary keys of the rows that are new, gone or changed}"""
    changed = {table: set(before[table]) ^ set(after[table]) for table in before if table != "entities_revision"}
    changed["entities_revision"] = {row[0:1] for row in after["entities_revision"][len(before["entities_revision"]) :]}
    return {table: {row[0] for row in rows} for table, rows in changed.items() if rows}


def test_a_changed_record_says_who_changed_it_and_why(world, django_user_model):
    editor = django_user_model.objects.create(username="ada")
    load({"entities": [institution("oldco", summary="New.", country="GB")]}, user=editor, comment="It was wrong.")
    revision = world["oldco"].revisions.first()
    assert (revision.user, revision.comment) == (editor, "It was wrong.")


def test_a_file_of_a_very_long_name_fits_into_the_history():
    batch = Batch()
    batch.add("entities", institution("a"), file="folder/" * 100 + "a.yaml")
    batch.load()
    assert Revision.objects.get().comment.startswith("Loaded from folder/folder/")


def test_what_a_record_no_longer_says_is_gone(world):
    load({"entities": [institution("penn", type="university", name="University of Pennsylvania")]})
    assert record_of("penn") == {
        "slug": "penn",
        "uid": world["penn"].uid,
        "kind": "institution",
        "name": "University of Pennsylvania",
        "type": "university",
        "last_number": 1,
    }


def test_what_is_loaded_is_found_by_its_new_name_and_identifier(world):
    load({"entities": [institution("oldco", name="Newco", identifiers=[{"scheme": "wikidata", "value": "q42"}])]})
    found = {word: [entity.slug for entity in Entity.objects.search(word)] for word in ("newco", "Q42", "oldco")}
    assert found == {"newco": ["oldco"], "Q42": ["oldco"], "oldco": []}


# The numbers of statements


def test_a_deleted_statement_never_frees_its_number():
    load({"entities": [institution("a", statements=[fact("one"), fact("two"), fact("three")])]})
    load({"entities": [institution("a", statements=[fact("one")])]})
    load({"entities": [institution("a", statements=[fact("one"), fact("four")])]})
    assert numbers_of("a") == {"one": 1, "four": 4}


def test_a_number_is_not_freed_by_way_of_the_files_either():
    load({"entities": [institution("a", statements=[fact("one"), fact("two")])]})
    load({"entities": [institution("a")]})
    texts = fixture_texts()
    wipe()
    load_texts(texts)
    load({"entities": [institution("a", statements=[fact("three")])]})
    assert numbers_of("a") == {"three": 3}


def test_statements_without_numbers_get_the_same_ones_again():
    said = [fact("one"), fact("two"), fact("one"), fact("one", start="2012")]
    load({"entities": [institution("a", statements=copy.deepcopy(said))]})
    before = every_row()
    load({"entities": [institution("a", statements=copy.deepcopy(said))]})
    assert every_row() == before
    assert [statement["number"] for statement in record_of("a")["statements"]] == [1, 2, 3, 4]


def test_the_order_of_statements_is_their_rank_and_their_number_stays():
    load({"entities": [institution("a", statements=[fact("one"), fact("two"), fact("three")])]})
    rows = dict(Statement.objects.values_list("text", "pk"))
    load({"entities": [institution("a", statements=[fact("three"), fact("new"), fact("one"), fact("two")])]})
    assert list(Statement.objects.in_order().values_list("text", "number", "rank")) == [
        ("three", 3, 0),
        ("new", 4, 1),
        ("one", 1, 2),
        ("two", 2, 3),
    ]
    assert rows.items() <= dict(Statement.objects.values_list("text", "pk")).items()


def test_a_number_in_the_file_says_which_statement_is_meant():
    load({"entities": [institution("a", statements=[fact("one"), fact("two")])]})
    rows = dict(Statement.objects.values_list("number", "pk"))
    load({"entities": [institution("a", statements=[fact("one", number=2), fact("two", number=1), fact("three")])]})
    assert numbers_of("a") == {"one": 2, "two": 1, "three": 3}
    assert rows.items() <= dict(Statement.objects.values_list("number", "pk")).items()


def test_other_sources_do_not_make_another_statement(world):
    said = next(entity for entity in records()["entities"] if entity["slug"] == "penn")
    said["statements"][0]["sources"] = ["source-3", "source-2", "source-3"]
    pk = world["penn"].statements.get().pk
    load({"entities": [said]})
    statement = world["penn"].statements.get()
    assert (statement.pk, statement.number) == (pk, 1)
    assert sorted(statement.sources.values_list("key", flat=True)) == ["source-2", "source-3"]


# Slugs and public ids


def test_a_new_slug_under_the_same_uid_is_a_rename_and_the_old_address_leads_on(world, client):
    said = next(entity for entity in records()["entities"] if entity["slug"] == "penn")
    load({"entities": [said | {"slug": "upenn", "uid": world["penn"].uid.lower()}]})
    assert Entity.objects.get(pk=world["penn"].pk).slug == "upenn"
    response = client.get("/institutions/penn/", {"page": "2"})
    assert (response.status_code, response.headers["Location"]) == (301, "/institutions/upenn/?page=2")
    assert record_of("alliance")["statements"][0]["object"] == "upenn"


def test_a_second_rename_keeps_both_old_addresses_also_in_the_files(world, client):
    uid = world["oldco"].uid
    for slug in ("newco", "newestco"):
        load({"entities": [institution(slug, uid=uid)]})
    texts = fixture_texts()
    wipe()
    load_texts(texts)
    for old in ("oldco", "newco"):
        assert client.get(f"/institutions/{old}/").headers["Location"] == "/institutions/newestco/"


def test_a_slug_may_be_taken_back(world, client):
    uid = world["oldco"].uid
    for slug in ("newco", "oldco"):
        load({"entities": [institution(slug, uid=uid)]})
    assert list(OldSlug.objects.filter(entity=world["oldco"]).values_list("slug", flat=True)) == ["newco"]
    assert client.get("/institutions/newco/").headers["Location"] == "/institutions/oldco/"


def test_a_draft_leaves_no_old_slug_because_nobody_knew_its_address(world):
    load({"entities": [institution("newco", uid=world["draftco"].uid, state="draft")]})
    assert not OldSlug.objects.filter(entity=world["draftco"]).exists()


@pytest.mark.parametrize("chunk", [1, 500])
def test_two_entities_exchange_their_slugs_and_identifiers(monkeypatch, chunk):
    monkeypatch.setattr(writing, "CHUNK", chunk)
    one = {"uid": make_uid(1), "identifiers": [{"scheme": "ror", "value": "02f9zrr09"}]}
    two = {"uid": make_uid(2), "identifiers": [{"scheme": "ror", "value": "00b30xv10"}]}
    load({"entities": [institution("a", **one), institution("b", **two)]})
    one["identifiers"], two["identifiers"] = two["identifiers"], one["identifiers"]
    exchanged = {"entities": [institution("b", **one), institution("a", **two)]}
    load(copy.deepcopy(exchanged))
    assert dict(Entity.objects.values_list("slug", "uid")) == {"a": make_uid(2), "b": make_uid(1)}
    assert dict(Identifier.objects.values_list("entity__slug", "value")) == {"a": "02f9zrr09", "b": "00b30xv10"}
    before = every_row()
    load(exchanged)
    assert every_row() == before


@pytest.mark.parametrize("chunk", [1, 500])
def test_a_new_entity_takes_a_slug_that_is_given_up_in_the_same_batch(monkeypatch, chunk):
    monkeypatch.setattr(writing, "CHUNK", chunk)
    load({"entities": [institution("a", uid=make_uid(1))]})
    said = {"entities": [institution("a", uid=make_uid(2)), institution("b", uid=make_uid(1))]}
    load(copy.deepcopy(said))
    assert dict(Entity.objects.values_list("slug", "uid")) == {"a": make_uid(2), "b": make_uid(1)}
    before = every_row()
    load(said)
    assert every_row() == before


def test_two_subjects_exchange_their_names():
    load({"tags": [{"slug": "a", "name": "First"}, {"slug": "b", "name": "Second"}]})
    load({"tags": [{"slug": "a", "name": "Second"}, {"slug": "b", "name": "First"}]})
    assert dict(Tag.objects.values_list("slug", "name")) == {"a": "Second", "b": "First"}


def test_two_subjects_that_an_editor_has_called_alike_do_not_keep_a_file_out(world):
    Tag.objects.create(slug="car-t-cells", name="car-t")
    load(records())
    load({"tags": [{"slug": "car-t", "name": "CAR-T", "description": "New."}]})
    assert Tag.objects.get(slug="car-t").description == "New."


def test_a_new_subject_cannot_take_the_name_of_one_that_stands_after_it(world):
    with pytest.raises(LoadError, match="a, name: The name “CAR-T” belongs to “car-t” already"):
        load({"tags": [{"slug": "a", "name": "CAR-T"}, *records()["tags"]]})


# Kinds and states


def test_an_entity_changes_its_kind_where_nothing_said_speaks_against_it(world):
    load({"entities": [institution("oldco", kind="consortium", type="network", uid=world["oldco"].uid)]})
    assert Entity.objects.get(slug="oldco")._meta.model_name == "consortium"
    assert record_of("alliance")["statements"][2]["object"] == "oldco"


def test_an_entity_does_not_change_to_a_kind_that_others_statements_do_not_allow(world):
    before = every_row()
    with pytest.raises(LoadError) as error:
        load({"entities": [institution("oldco", kind="disease", type="oncology")]})
    assert str(error.value).endswith(
        "world.yaml: oldco, kind: The object of “partner” is an institution or a consortium or a regulatory body, "
        "not a disease. (said by “alliance”)"
    )
    assert every_row() == before


def test_an_entity_and_what_is_said_of_it_change_together(world):
    alliance = next(entity for entity in records()["entities"] if entity["slug"] == "alliance")
    del alliance["statements"][2]
    load({"entities": [alliance, institution("oldco", kind="disease", type="oncology")]})
    assert Entity.objects.get(slug="oldco").kind == "disease"


@pytest.mark.parametrize("slugs", [["a", "b"], ["b", "a"]])
def test_an_entity_is_merged_into_one_that_comes_before_or_after_it(slugs):
    merged = {"a": institution("a", state="merged", merged_into="b"), "b": institution("b")}
    load({"entities": [merged[slug] for slug in slugs]})
    entity = Entity.objects.get(slug="a")
    assert (entity.state, entity.merged_into.slug) == ("merged", "b")
    assert record_of("a")["merged_into"] == "b"


def test_a_merge_is_undone_by_a_record_that_is_published_again(world):
    load({"entities": [institution("doubled")]})
    entity = Entity.objects.get(slug="doubled")
    assert (entity.state, entity.merged_into) == ("published", None)
    assert record_of("doubled")["old_slugs"] == ["doubled-before"]


def test_what_is_withdrawn_says_why_and_can_come_back(world, client):
    assert client.get("/institutions/gone/").status_code == 410
    load({"entities": [institution("gone")]})
    assert client.get("/institutions/gone/").status_code == 200
    assert "reason" not in record_of("gone")


def test_a_draft_becomes_public_when_its_record_says_so(world, client):
    assert client.get("/institutions/draftco/").status_code == 404
    load({"entities": [institution("draftco", state="published")]})
    assert client.get("/institutions/draftco/").status_code == 200


def test_a_place_on_the_equator_or_the_zero_meridian_is_one_also_with_a_minus():
    said = {"entities": [institution("a", latitude="-0", longitude="-0.0000001")]}
    load(copy.deepcopy(said))
    entity = Entity.objects.get()
    assert (str(entity.latitude), str(entity.longitude)) == ("0.0", "0.0")
    assert entity.loaded == digest(entity_record(entity))


def test_a_name_that_grows_when_it_is_folded_fits():
    load({"entities": [institution("a", name="½" * 300)]})
    assert Entity.objects.get().name == "½" * 300


@pytest.mark.parametrize(
    ("schema", "model", "keys"),
    [
        (ENTITY, Entity, "slug name summary reason city website"),
        (STATEMENT, Statement, "text"),
        (NAME, Name, "text"),
        (SOURCE, Source, "key title publisher url archived_url"),
        (TAG, Tag, "slug name description"),
        (ARTICLE, Article, "slug title authors publisher url"),
        (MENTION, Mention, "text"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_record_holds_as_long_a_text_as_an_editor_may_save_and_no_longer(schema, model, keys):
    for key in keys.split():
        start = "https://example.org/" if key in ("url", "archived_url", "website") else ""
        longest = start.ljust(model._meta.get_field(key).max_length, "x")
        assert schema[key].read(longest) == longest
        with pytest.raises(ValueError, match="characters"):
            schema[key].read(longest + "x")


# Two at a time


@pytest.mark.django_db(transaction=True)
def test_what_an_editor_saves_while_a_file_is_loaded_is_not_lost():
    load({"entities": [institution("a")]})
    reports = []

    def load_a_change():
        try:
            reports.append(load({"entities": [institution("a", summary="From the file.")]}))
        finally:
            connection.close()

    with transaction.atomic():
        entity = Entity.objects.get()
        entity.summary = "From the editor."
        entity.save()
        loader = threading.Thread(target=load_a_change)
        loader.start()
        loader.join(timeout=0.5)
        assert not reports, "the loader must wait for the editor"
    loader.join(timeout=20)
    assert reports[0].kept == [("entities", "a")]
    assert Entity.objects.get().summary == "From the editor."


# Any world


AWKWARD = [
    *"null ~ Null yes NO true 1 1e3 0x1F 0o7 1_000 .5 .inf 2012 2012-08 2012-08-06 12:30:45".split(),
    *"= << - ? : | > % @ ` ! & * ' … ß Zürich 日本語 עברית {a} [a]".split(),
    *('"', "# no comment", "a: b", "- a", "a #b", "\\n", "--- a", "... a", "key: |", "%TAG", "a  b", "x" * 150),
    *("a\u00a0b", "a\u200bb", "e\u0301", "\U0001f9ec", "\ue000", "\U000e0001"),
]
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"]).filter(lambda letter: not CONTROL.search(letter))
LINES = (st.sampled_from(AWKWARD) | st.text(CHARACTERS, min_size=1, max_size=40)).filter(str.strip)
PROSE = st.lists(LINES | st.sampled_from(["", " ", "  indented", "trailing ", "\ttab\t"]), max_size=4).map("\n".join)
YEARS = st.integers(1700, 2100).map(str)
DATES = YEARS | st.dates().map(str) | st.dates().map(lambda day: str(day)[:7])
SLUGS = ["a", "null", "no", "1e3", "2012", "2012-08-06", "b-1", "on", "y" * 100]
KEYS = ["a", "true", "0", "z" * 80]


def by_slug():
    return {record["slug"]: record for record in entity_records().values()}


def some(**strategies):
    """A dictionary with any of the keys."""
    return st.fixed_dictionaries({}, optional=strategies)


def once(items, *keys):
    """`items` without those that say the same as one before in `keys`."""
    return list({tuple(item.get(key) for key in keys): item for item in items}.values())


SOURCES = some(
    publisher=LINES,
    published=DATES,
    consulted=st.booleans(),
    accessed=st.dates().map(str),
    archived_url=st.just("https://web.example/*/http://a"),
    link=st.sampled_from(["alive", "dead"]),
    link_checked=st.dates().map(str),
)
DETAILS = some(
    summary=PROSE,
    country=st.sampled_from(["NO", "US", "CH"]),
    city=LINES.map(lambda line: line[:100]),
    website=st.sampled_from(["http://a.example", "https://b.example/?q=1#x", "https://例え.jp/"]),
    featured=st.booleans(),
    reviewed=st.dates().map(str),
    review_due=st.dates().map(str),
    last_number=st.integers(0, 30),
)
NAMES = st.lists(
    st.builds(dict, text=LINES, type=st.sampled_from(list(NAME_TYPES))) | st.just({"text": "de", "type": "alias"}),
    max_size=3,
).map(lambda names: once(names, "text"))
REFERENCES = st.lists(LINES.filter(lambda line: line == line.strip() and len(line) <= 100), max_size=2, unique=True)


@st.composite
def statements(draw, kind, kinds, slug):
    """Statements that a subject of `kind` may have in a world of `kinds` = {slug: kind}."""
    result = []
    for name in draw(
        st.lists(st.sampled_from([key for key in PREDICATES if kind in PREDICATES[key].subjects]), max_size=3)
    ):
        rule = PREDICATES[name]
        statement = {"predicate": name, **draw(some(text=PROSE))}
        objects = [other for other in kinds if kinds[other] in rule.objects and other != slug]
        if rule.is_edge and not objects:
            continue
        if rule.is_edge:
            statement["object"] = draw(st.sampled_from(objects))
        if rule.roles:
            statement |= draw(some(role=st.sampled_from(rule.roles)))
        if name == "value":
            statement |= draw(st.just({}) | st.builds(dict, amount=st.integers(0, 10**18 - 1), currency=st.just("USD")))
        if name == "country":
            statement["country"] = draw(st.sampled_from(["NO", "JP"]))
        if "text" in rule.needs:
            statement["text"] = draw(LINES)
        if "start" in rule.needs or draw(st.booleans()):
            statement["start"], statement["end"] = sorted([draw(YEARS), draw(YEARS)])
        statement["sources"] = draw(st.lists(st.sampled_from(KEYS), max_size=3))
        result.append(statement)
    return result


@st.composite
def worlds(draw):
    """A small world that is right, of any kinds and states, with awkward texts."""
    slugs = draw(st.lists(st.sampled_from(SLUGS), min_size=1, max_size=5, unique=True))
    kinds = {slug: draw(st.sampled_from(list(KINDS))) for slug in slugs}
    states = {slug: draw(st.sampled_from(list(STATES))) for slug in slugs[1:]} | {slugs[0]: "published"}
    tags = [{"slug": slug, "name": name} for slug, name in [("a", "~"), ("no", draw(LINES)[:90] + " 2"), ("2012", "Ö")]]
    entities = []
    for slug in slugs:
        kind = KINDS[kinds[slug]]
        entity = {
            "slug": slug,
            "kind": kinds[slug],
            "name": draw(LINES),
            "type": draw(st.sampled_from(list(kind.types))),
        }
        entity |= draw(DETAILS) | {"state": states[slug]}
        if kind.statuses:
            entity |= draw(some(status=st.sampled_from(list(kind.statuses))))
        if states[slug] == "withdrawn":
            entity["reason"] = draw(LINES)
        if states[slug] == "merged":
            entity["merged_into"] = draw(st.sampled_from([other for other in slugs if states[other] != "merged"]))
        if draw(st.booleans()):
            entity["latitude"], entity["longitude"] = draw(st.floats(-90, 90)), draw(st.floats(-180, 180))
            entity["start"], entity["end"] = draw(DATES), ""
            entity["old_slugs"] = [f"old-{len(entities)}"]
        entity["tags"] = draw(st.lists(st.sampled_from(["a", "no", "2012"]), max_size=3))
        entity["names"] = draw(NAMES)
        entity["identifiers"] = [{"scheme": "reference", "value": value} for value in draw(REFERENCES)]
        entity["statements"] = draw(statements(kinds[slug], kinds, slug))
        entities.append(entity)
    sources = [
        {
            "key": key,
            "title": draw(LINES),
            "url": "https://a.example/",
            "kind": draw(st.sampled_from(list(SOURCE_KINDS))),
        }
        | draw(SOURCES)
        for key in KEYS
    ]
    mentions = [{"entity": slug, "text": draw(LINES), **draw(some(position=st.integers(0, 99)))} for slug in slugs]
    articles = [
        {
            "slug": "2012",
            "title": draw(LINES),
            "body": draw(PROSE) + "x",
            "mentions": mentions,
            **draw(some(published=DATES)),
        }
    ]
    return {"tags": tags, "sources": sources, "entities": entities, "articles": articles}


@settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)  # the database is empty again after each
@given(worlds())
def test_any_world_is_dumped_and_loaded_into_an_empty_base_and_dumped_the_same(sections):
    with undone():
        load(copy.deepcopy(sections))
        texts, data = fixture_texts(), by_slug()
        rows = every_row()
        assert load_texts(texts).count("unchanged") == sum(map(len, sections.values()))
        assert every_row() == rows
    with undone():
        load_texts(texts)
        assert fixture_texts() == texts
        assert by_slug() == data


def test_every_scheme_of_identifiers_survives_the_files():
    load(
        {
            "entities": [
                institution(f"a-{number}", identifiers=[{"scheme": key, "value": scheme.example}])
                for number, (key, scheme) in enumerate(SCHEMES.items())
            ]
        }
    )
    texts = fixture_texts()
    wipe()
    load_texts(texts)
    assert dict(Identifier.objects.values_list("scheme", "value")) == {
        key: scheme.example for key, scheme in SCHEMES.items()
    }
