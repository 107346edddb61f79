"""“Changed since you wrote”: records compared, `?since=` of a permalink, and the feeds of articles."""

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from entities.models import Article, Entity, Mention, Revision
from entities.records import entity_records
from entities.records.changes import MOST_CHANGES, read_moment
from entities.records.comparing import KEPT, compare
from tests.reading import Page
from tests.standing import on_stage, standing
from tests.world import HIDDEN, build, load, records, save_as_editor

stage = standing(build)
world = on_stage()
ATOM = "{http://www.w3.org/2005/Atom}"
DAY = timedelta(days=1)
MOMENT = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


def record(slug):
    return next(copy.deepcopy(item) for item in records()["entities"] if item["slug"] == slug)


# Two records


def said(old, new):
    return [str(difference) for difference in compare(old, new)]


def test_records_that_say_the_same_do_not_differ(world):
    for item in entity_records().values():
        assert compare(item, copy.deepcopy(item)) == []


def test_a_difference_names_the_field_or_counts_what_is_other_in_a_list():
    old = {"name": "A", "summary": "x", "city": "Basel", "tags": ["a", "b"], "names": [{"text": "A1", "type": "alias"}]}
    new = {
        "name": "B",
        "summary": "x",
        "start": "2012",
        "tags": ["b", "c", "d"],
        "names": [{"text": "A1", "type": "former"}],
    }
    assert said(old, new) == ["city", "name", "start", "names: 1 changed", "tags: 2 added, 1 removed"]


def test_statements_are_known_by_their_numbers_and_not_by_their_place():
    one, two, three = ({"number": n, "predicate": "fact", "text": str(n)} for n in (1, 2, 3))
    (difference,) = compare({"statements": [one, two]}, {"statements": [three, two | {"text": "2b"}]})
    assert difference == ("statements", (3,), (2,), (1,))
    assert str(difference) == "statements: 1 added, 1 changed, 1 removed"
    assert compare({"statements": [one, two]}, {"statements": [two, one]}) == []


def test_the_first_and_the_last_of_a_list_count():
    assert said({}, {"identifiers": [{"scheme": "ror", "value": "1"}]}) == ["identifiers: 1 added"]
    assert said({"tags": ["a"]}, {}) == ["tags: 1 removed"]


@pytest.mark.parametrize("key", sorted(KEPT))
def test_how_an_entry_is_kept_is_no_difference(key):
    assert compare({"name": "A"}, {"name": "A", key: "x"}) == []


fields = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from("ab"),
        "city": st.sampled_from("ab"),
        "tags": st.lists(st.sampled_from("abc"), unique=True, min_size=1),
        "statements": st.dictionaries(st.integers(1, 4), st.sampled_from("ab"), min_size=1).map(
            lambda texts: [{"number": number, "text": text} for number, text in texts.items()]
        ),
    },
)


@given(fields, fields)
def test_what_was_added_one_way_was_removed_the_other(old, new):
    there = [(d.part, set(d.added), set(d.changed), set(d.removed)) for d in compare(old, new)]
    back = [(d.part, set(d.removed), set(d.changed), set(d.added)) for d in compare(new, old)]
    assert there == back


# Since


def save(entity, moment=MOMENT, **values):
    return save_as_editor(entity, moment, **values)


def since(client, entity, text):
    return client.get(f"{entity.permalink}.json", {"since": text}).json()["since"]


def test_a_version_says_what_has_changed_since(client, world):
    penn = world["penn"]
    save(penn, MOMENT, name="Penn", city="Phila")
    penn.names.all().delete()
    penn.statements.create(number=2, predicate="fact", text="More.")
    save(penn, MOMENT + DAY)
    first = Revision.objects.get(entity=penn, number=1)
    assert since(client, penn, "1") == {
        "version": 1,
        "date": first.created.isoformat(timespec="seconds"),
        "changed": True,
        "what": ["city", "name", "names: 2 removed", "statements: 1 added"],
        "changes": [
            {
                "version": 3,
                "date": "2030-05-02T12:00:00+00:00",
                "what": ["names: 2 removed", "statements: 1 added"],
                "lists": {
                    "names": {"added": [], "changed": [], "removed": ["Penn", "Universität Pennsylvanien"]},
                    "statements": {"added": [2], "changed": [], "removed": []},
                },
            },
            {"version": 2, "date": "2030-05-01T12:00:00+00:00", "what": ["city", "name"]},
        ],
    }
    assert [change["version"] for change in since(client, penn, "2")["changes"]] == [3]


def test_the_version_of_today_has_not_changed(client, world):
    found = since(client, world["penn"], "1")
    assert (found["changed"], found["what"], found["changes"]) == (False, [], [])


def test_what_was_changed_and_changed_back_has_changed_on_the_way_alone(client, world):
    save(world["penn"], MOMENT, city="Basel")
    save(world["penn"], MOMENT + DAY, city="Philadelphia")
    found = since(client, world["penn"], "1")
    assert not found["changed"]
    assert [change["what"] for change in found["changes"]] == [["city"], ["city"]]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("2030-05-01", True),
        ("2030-05", True),
        ("2030-05-02", False),
        ("2030-06", False),
        ("2030-05-01T11:59:59Z", True),
        ("2030-05-01T12:00:00Z", False),
        ("2030-05-01T13:59:00+02:00", True),
        ("2030-05-01T14:00:00+02:00", False),
        ("2030-05-01T12:00:00", False),
        ("2999-01-01", False),
    ],
)
def test_a_day_counts_from_its_beginning_and_a_moment_from_itself(client, world, text, changed):
    save(world["penn"], MOMENT, name="Penn")
    found = since(client, world["penn"], text)
    assert (found["changed"], bool(found["changes"])) == (changed, changed)
    assert found["version"] == (1 if changed else 2)


def test_a_plus_that_arrives_as_a_space_is_read(client, world):
    save(world["penn"], MOMENT, name="Penn")
    answer = client.get(f"{world['penn'].permalink}.json?since=2030-05-01T13:59:00+02:00")
    assert answer.json()["since"]["changed"]


def test_before_its_first_version_an_entry_is_new(client, world):
    found = since(client, world["penn"], "2001-01-01")
    assert (found["version"], found["date"], found["changed"], found["what"]) == (None, None, True, ["first published"])
    assert [change["what"] for change in found["changes"]] == [["first published"]]


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "2", "99999999999999999999", "-1", "1.5", "v1", "yesterday", "²", "١", " ", "\x00", "1 OR 1=1"),
        *("2030-13-01", "2030-02-30", "2030-05-01T25:00:00Z", "2030-05-01T", "T", "0000-01-01", "x" * 5000),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2030-05-01 12:00"),
    ],
)
def test_what_is_no_version_and_no_date_is_refused_in_a_sentence(client, world, text):
    answer = client.get(f"{world['penn'].permalink}.json", {"since": text})
    assert answer.status_code == 400
    (problem,) = answer.json()["problems"]
    assert problem["parameter"] == "since"
    assert problem["problem"].endswith(".")
    assert len(problem["problem"]) < 200
    assert answer["Access-Control-Allow-Origin"] == "*"


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d\d-\d\dT[\d:+Z.-]{0,14}", fullmatch=True))
def test_any_text_is_a_moment_or_a_sentence(text):
    try:
        assert read_moment(text).tzinfo
    except ValueError as error:
        assert str(error).endswith(".")


def test_accept_asks_the_same_at_the_permalink_itself(client, world):
    answer = client.get(world["penn"].permalink, {"since": "1"}, headers={"accept": "application/json"})
    assert answer.json()["since"]["version"] == 1
    assert "cite-as" in answer["Link"]


def test_other_forms_and_the_page_know_no_since(client, world):
    assert client.get(f"{world['penn'].permalink}.txt", {"since": "junk"}).status_code == 200
    assert client.get(world["penn"].permalink, {"since": "junk"}).status_code == 302


def test_nothing_else_of_the_json_is_other(client, world):
    data = client.get(f"{world['penn'].permalink}.json", {"since": "1"}).json()
    del data["since"]
    assert data == client.get("/institutions/penn.json").json()


def test_an_entry_that_was_merged_is_asked_by_the_date_of_its_version(client, world):
    doubled = world["doubled"]
    Revision.objects.filter(entity=doubled, number=1).update(created=MOMENT)
    save(world["penn"], MOMENT + DAY, name="Penn")
    answer = client.get(f"{doubled.permalink}.json?since=1&a=b")
    assert answer["Location"] == f"{world['penn'].permalink}.json?since=2030-05-01T12%3A00%3A00%2B00%3A00&a=b"
    assert client.get(answer["Location"]).json()["since"]["changed"]
    assert client.get(f"{doubled.permalink}.json?since=77", follow=True).status_code == 400


def test_of_very_many_versions_the_latest_are_named(client, world):
    penn = world["penn"]
    for number in range(MOST_CHANGES + 5):
        save(penn, MOMENT + number * DAY, city=f"City {number}")
    found = since(client, penn, "1")["changes"]
    assert len(found) == MOST_CHANGES
    assert found[0]["version"] == penn.version


def test_since_costs_as_many_queries_for_many_versions_as_for_few(client, world):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            since(client, world["alliance"], "1")
        return len(queries)

    save(world["alliance"], MOMENT, name="A")
    few = cost()
    for number in range(30):
        save(world["alliance"], MOMENT + number * DAY, name=f"A {number}")
    assert cost() == few == 16


# What was never public


def test_a_statement_about_a_draft_is_no_change(client, world):
    statements = [*record("alliance")["statements"], {"predicate": "partner", "object": "draftco"}]
    load({"entities": [record("alliance") | {"statements": statements}]})
    assert Entity.objects.get(slug="alliance").version == 2
    assert since(client, world["alliance"], "1")["changes"] == []
    assert not since(client, world["alliance"], "1")["changed"]
    save(world["draftco"], state="published")
    assert since(client, world["alliance"], "1")["what"] == ["statements: 1 added"]


def test_what_an_entry_was_as_a_draft_is_not_told(client, world):
    draft = save(world["draftco"], MOMENT, name="Hidden words before", city="Secret")
    draft = save(draft, MOMENT + DAY, name="Plainco", state="published")
    draft.names.create(text="Plain", type="acronym")
    save(draft, MOMENT + 2 * DAY)
    for text in ("1", "2", "2030-05-01T13:00:00Z"):
        found = since(client, draft, text)
        assert (found["version"], found["what"]) == (None, ["first published"])
        assert [change["what"] for change in found["changes"]] == [["names: 1 added"], ["first published"]]
        assert "Hidden" not in json.dumps(found)
    assert since(client, draft, "3")["what"] == ["names: 1 added"]


def test_a_time_as_withdrawn_is_passed_over(client, world):
    penn = save(world["penn"], MOMENT, state="withdrawn", reason="Wrong.", city="Hidden")
    save(penn, MOMENT + DAY, state="published", city="Philadelphia", reason="")
    found = since(client, penn, "2")
    assert (found["version"], found["changed"], found["changes"]) == (1, False, [])


def test_a_new_name_of_an_object_changes_nothing_in_the_statement(client, world):
    save(world["penn"], MOMENT, slug="upenn")
    save(world["alliance"], MOMENT, name="Alliance")
    assert since(client, world["alliance"], "1")["what"] == ["name"]


def test_a_withdrawn_entry_says_that_alone(client, world):
    answer = client.get(f"{world['gone'].permalink}.json", {"since": "1"})
    assert answer.status_code == 410
    assert "since" not in answer.json()


# The feeds of an article


def feed(client, slug="essay"):
    answer = client.get(f"/articles/{slug}/changes.atom")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def entries(client):
    return [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary"))
        for entry in feed(client).iter(f"{ATOM}entry")
    ]


def changes(client):
    found = client.get("/articles/essay/changes.json").json()["changes"]
    return [(change["entity"]["name"], change["version"], change["what"]) for change in found]


def test_a_feed_tells_what_changed_in_what_an_article_names_since_its_date(client, world):
    Revision.objects.update(created=datetime(2018, 12, 31, 23, 59, tzinfo=UTC))
    assert entries(client) == changes(client) == []
    save(world["penn"], MOMENT, city="Phila")
    save(world["alliance"], MOMENT + DAY, name="The alliance")
    save(world["kymriah"], MOMENT + DAY, name="Not named there")
    assert entries(client) == [("The alliance, version 2", "name"), ("University of Pennsylvania, version 2", "city")]
    assert changes(client) == [("The alliance", 2, ["name"]), ("University of Pennsylvania", 2, ["city"])]


def test_an_article_of_a_day_is_told_what_changed_on_that_day(client, world):
    Article.objects.filter(slug="essay").update(published="2030-05-01")
    save(world["penn"], MOMENT, city="Phila")
    assert [name for name, _, _ in changes(client)] == ["University of Pennsylvania"]
    Article.objects.filter(slug="essay").update(published="2030-05-02")
    assert changes(client) == []


def test_a_base_just_loaded_has_no_news_for_an_article_however_old_it_is(client, world):
    for date in ("1999", ""):
        Article.objects.filter(slug="essay").update(published=date)
        assert entries(client) == changes(client) == []
    load({"entities": [record("penn") | {"city": "Phila"}]})
    assert changes(client) == [("University of Pennsylvania", 2, ["city"])]


def test_an_entry_that_comes_back_is_compared_with_what_was_public(client, world):
    save(world["penn"], MOMENT, state="draft", city="Phila")
    save(world["penn"], MOMENT, state="published")
    assert changes(client) == [("University of Pennsylvania", 3, ["city"])]


def test_an_article_without_a_date_is_told_every_change(client, world):
    Article.objects.filter(slug="essay").update(published="")
    save(world["penn"], datetime(1999, 1, 1, tzinfo=UTC), city="Phila")
    assert changes(client) == [("University of Pennsylvania", 2, ["city"])]


def test_a_feed_names_nothing_that_is_not_public(client, world):
    for slug in ("draftco", "gone", "fda"):
        save(world[slug], MOMENT, city="Hidden words")
    statements = [*record("alliance")["statements"], {"predicate": "partner", "object": "draftco"}]
    load({"entities": [record("alliance") | {"statements": statements}]})
    texts = [client.get(f"/articles/essay/changes.{form}").content.decode() for form in ("atom", "json")]
    assert not [word for word in HIDDEN for text in texts if word in text]
    assert "Food and Drug" not in texts[0]


def test_a_mention_of_an_entry_that_was_merged_tells_of_the_other(client, world):
    Mention.objects.filter(article__slug="essay", entity=world["penn"]).delete()
    save(world["penn"], MOMENT, city="Phila")
    assert ("University of Pennsylvania", 2, ["city"]) in changes(client)


def test_a_feed_tells_that_what_an_article_names_was_withdrawn_or_merged(client, world):
    Mention.objects.filter(article__slug="essay", entity=world["fda"]).update(state="confirmed")
    save(world["alliance"], MOMENT, state="withdrawn", reason="It was <never> signed.", city="Secret")
    save(world["fda"], MOMENT + DAY, state="merged", merged_into=world["ich"], name="Hidden words", city="Secret")
    save(world["alliance"], MOMENT + 2 * DAY, city="Secret too")
    assert changes(client) == [
        ("U.S. Food and Drug Administration", 2, ["merged into International Council for Harmonisation"]),
        ("Penn–Novartis alliance", 2, ["withdrawn: It was <never> signed."]),
    ]
    assert entries(client)[1] == ("Penn–Novartis alliance, version 2", "withdrawn: It was &lt;never&gt; signed.")
    for form in ("atom", "json"):
        text = client.get(f"/articles/essay/changes.{form}").content.decode()
        assert not [word for word in (*HIDDEN, "Secret") if word in text]


def test_an_end_before_the_date_of_an_article_or_for_a_while_is_no_news(client, world):
    save(world["alliance"], datetime(2018, 1, 1, tzinfo=UTC), state="withdrawn", reason="Wrong.")
    save(world["penn"], MOMENT, state="withdrawn", reason="Wrong.")
    save(world["penn"], MOMENT + DAY, state="published", reason="")
    assert changes(client) == []


def test_an_entry_merged_into_what_is_not_public_is_not_told_of(client, world):
    save(world["penn"], MOMENT, state="merged", merged_into=world["draftco"])
    assert changes(client) == []


def test_of_very_many_changes_a_feed_has_the_latest(client, world):
    for number in range(MOST_CHANGES):
        save(world["penn"], MOMENT + number * DAY, city=f"City {number}")
    save(world["alliance"], MOMENT + 200 * DAY, state="withdrawn", reason="Wrong.")
    found = changes(client)
    assert len(found) == MOST_CHANGES
    assert found[0] == ("Penn–Novartis alliance", 2, ["withdrawn: Wrong."])
    assert found[-1][2] == ["city"]


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize("slug", ["hidden-essay", "nonesuch"])
def test_an_article_that_is_not_published_has_no_feed(client, world, slug, form):
    assert client.get(f"/articles/{slug}/changes.{form}").status_code == 404


def test_the_page_of_an_article_of_our_own_leads_to_its_feed_and_back(client, world):
    page = Page(client.get("/articles/story/"))
    (way,) = (link.get("href") for link in page.all(".//link[@type='application/atom+xml']"))
    assert way == "/articles/story/changes.atom"
    assert way in page.hrefs()
    links = {link.get("rel"): link.get("href") for link in feed(client, "story").findall(f"{ATOM}link")}
    assert links["alternate"] == "http://testserver/articles/story/"
    assert client.get("/articles/story/changes.json").json()["article"]["url"] == "http://testserver/articles/story/"


def test_every_address_of_a_feed_is_whole_and_not_from_the_host(client, world, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Article.objects.filter(slug="essay").update(url="", body="Text")
    save(world["penn"], MOMENT, city="Phila")
    for form in ("atom", "json"):
        text = client.get(f"/articles/essay/changes.{form}", headers={"host": "evil.example"}).content.decode()
        assert "evil.example" not in text
        assert set(re.findall(r"https?://[\w.]+", text)) <= {
            "http://testserver", "http://www.w3.org", "https://creativecommons.org",
        }  # fmt: skip


def test_a_feed_is_sound_atom(client, world):
    save(world["penn"], MOMENT, city="Phila")
    save(world["penn"], MOMENT + DAY, city="Philadelphia")
    root = feed(client)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "https://weekly.example/essay",
        "self": "http://testserver/articles/essay/changes.atom",
    }
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Collabs"
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    assert f"http://testserver{world['penn'].permalink}#version-2" in ids
    for entry in root.iter(f"{ATOM}entry"):
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated"))
        assert entry.find(f"{ATOM}link").get("href").startswith("http://testserver/e/CGT")


def test_a_hostile_name_is_text_in_a_feed(client, world):
    save(world["penn"], MOMENT, name="<b>Penn</b> & ]]>")
    assert entries(client)[0] == ("<b>Penn</b> & ]]>, version 2", "name")


def test_a_feed_is_only_read(client, world):
    for form in ("atom", "json"):
        assert client.post(f"/articles/essay/changes.{form}").status_code == 405
        assert client.head(f"/articles/essay/changes.{form}").status_code == 200
