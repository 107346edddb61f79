"""The desk opens: every page of every model, for those who may look and for those who may write."""

import html
import json
import re
from collections import defaultdict

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

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
from entities.models.kinds import KINDS
from tests.world import load

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
KIND_MODELS = [model for model in MODELS if getattr(model, "KIND", "")]
#: written by the program alone, or within the form of an entity
LOOKED_AT = [Revision, OldSlug, Statement, Name, Identifier, Tagging]
#: not to be added here: django-axes writes its own, webmentions come by themselves, an entity is added as one of a kind
NOT_ADDED = [*LOOKED_AT, Entity, Webmention, AccessAttempt, AccessLog, AccessFailureLog]
LIST_QUERIES = 10
FDA = "U.S. Food and Drug Administration"
FDA_SUGGESTED = f"{FDA} (regulatory body, United States)"


def by_label(model):
    return model._meta.label_lower


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(world, admin_user):
    """One row of each model: {model: row}."""
    article = Article.objects.create(slug="survey", title="Überblick", url="https://example.org/survey")
    Mention.objects.create(article=article, entity=world["oldco"], text="Øldco")
    Webmention.objects.create(
        source="https://blog.example/1", target="http://testserver/institutions/oldco/", entity=world["oldco"],
        received=timezone.now(),
    )  # fmt: skip
    Group.objects.get_or_create(name="editors")
    attempt = {"username": "eve", "ip_address": "192.0.2.1", "user_agent": "a browser", "path_info": "/admin/login/"}
    AccessAttempt.objects.create(failures_since_start=1, attempt_time=timezone.now(), **attempt)
    AccessFailureLog.objects.create(attempt_time=timezone.now(), **attempt)
    AccessLog.objects.create(attempt_time=timezone.now(), **attempt)
    return {model: model._default_manager.order_by("pk").first() for model in MODELS}


@pytest.fixture
def reader_client(db, client, django_user_model):
    """The browser of a member of staff who may look at everything and change nothing."""
    reader = django_user_model.objects.create_user("reader", password="x", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    return client


def test_the_desk_shows_every_model_to_its_staff(admin_client, reader_client):
    for client in (admin_client, reader_client):
        page = client.get("/admin/").content.decode()
        assert [model for model in MODELS if f'href="{address(model, "changelist")}"' not in page] == []


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_every_page_of_every_model_opens_for_a_superuser(admin_client, rows, model):
    row = rows[model]
    assert admin_client.get(address(model, "changelist")).status_code == 200
    assert admin_client.get(address(model, "add")).status_code == (403 if model in NOT_ADDED else 200)
    for page in ("change", "history"):
        response = admin_client.get(address(model, page, row.pk))
        if model is Entity:
            assert response.headers["Location"] == address(type(row), page, row.pk)
            response = admin_client.get(response.headers["Location"])
        assert response.status_code == 200
        assert html.escape(str(row)) in response.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_who_may_only_look_sees_every_page_and_changes_nothing(reader_client, rows, model):
    pk = rows[model].pk
    assert reader_client.get(address(model, "changelist")).status_code == 200
    for page in ("change", "history"):
        response = reader_client.get(address(model, page, pk), follow=True)
        assert response.status_code == 200
    page = reader_client.get(address(model, "change", pk), follow=True).content.decode()
    assert 'name="_save"' not in page
    assert reader_client.get(address(model, "add")).status_code == 403
    assert reader_client.get(address(model, "delete", pk)).status_code == 403
    place = type(rows[model]) if model is Entity else model
    assert reader_client.post(address(place, "change", pk), {"name": "Changed"}).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_the_public_is_sent_to_the_login(client, rows, model):
    pk = rows[model].pk
    places = [address(model, "changelist"), address(model, "add")]
    places += [address(model, page, pk) for page in ("change", "history", "delete")]
    for place in [*places, "/admin/", "/admin/autocomplete/"]:
        response = client.get(place)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/?next=/admin/")


@pytest.mark.parametrize("model", LOOKED_AT, ids=by_label)
def test_what_is_never_typed_has_no_form_not_even_for_a_superuser(admin_client, rows, model):
    pk = rows[model].pk
    before = list(model.objects.order_by("pk").values())
    assert 'name="_save"' not in admin_client.get(address(model, "change", pk)).content.decode()
    for page, args in (("add", []), ("change", [pk]), ("delete", [pk])):
        assert admin_client.post(address(model, page, *args), {"post": "yes"}).status_code == 403
    actions = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
    admin_client.post(address(model, "changelist"), actions)
    assert list(model.objects.order_by("pk").values()) == before


# Lists


@pytest.mark.parametrize("model", MODELS, ids=by_label)
def test_every_filter_and_column_of_a_list_opens(admin_client, rows, model):
    """They are links that begin with a question mark; of one filter a few values are tried."""
    place = address(model, "changelist")
    page = admin_client.get(place).content.decode()
    links = defaultdict(list)
    for link in re.findall(r'href="(\?[^"]+)"', page):
        links[re.match(r"\?(\w+?)(__|=)", link)[1]].append(html.unescape(link))
    filters = admin.site._registry[model].list_filter
    wanted = {one[0] if isinstance(one, tuple) else getattr(one, "parameter_name", one) for one in filters}
    if model._meta.app_label == "entities":
        assert wanted <= links.keys()
    for link in [link for same in links.values() for link in same[:4]]:
        assert admin_client.get(place + link).status_code == 200


def names_in(response):
    return [str(row) for row in response.context["cl"].result_list]


def test_filters_of_a_list_mean_what_they_say(admin_client, world):
    found = admin_client.get("/admin/entities/institution/?state__exact=draft")
    assert names_in(found) == ["Draftco Secret"]
    found = admin_client.get("/admin/entities/institution/?country=CH")
    assert names_in(found) == ["Novartis"]
    assert ">Switzerland</a>" in found.content.decode()
    assert ">Afghanistan</a>" not in found.content.decode()
    found = admin_client.get("/admin/entities/collaboration/?type=licensing&status=active")
    assert names_in(found) == ["Novartis–Penn licence"]
    assert ">Academia and industry</a>" in found.content.decode()
    found = admin_client.get("/admin/entities/entity/?kind__exact=therapy")
    assert names_in(found) == ["Kymriah"]


@pytest.mark.parametrize(
    ("model", "text", "found"),
    [
        ("institution", "zurich OLDCO", "Øldco Zürich"),
        ("institution", "Universitat pennsylvanien", "University of Pennsylvania"),
        ("institution", "02f9zrr09", "Novartis"),
        ("entity", "øldco", "Øldco Zürich"),
        ("therapy", "TISAGENLECLEUCEL", "Kymriah"),
        ("source", "penn MÉDICINE", "Penn Medicine, “Title 1”, 6 August 2012"),
        ("tag", "önçology", "oncology"),
        ("revision", "Zürich", "version 1 of Øldco Zürich"),
        ("oldslug", "Doubled before", "doubled-before"),
        ("statement", "Øldco", "partner: Øldco Zürich"),
        ("statement", "CAR-T", "fact: Penn made the first CAR-T."),
        ("name", "universitat", "Universität Pennsylvanien"),
        ("identifier", "00B30XV10", "ROR 00b30xv10"),
        ("tagging", "Leukáemia", "Leukaemia tagged with oncology"),
        ("article", "uberblick", "Überblick"),
        ("mention", "oldco", "“Øldco” in Überblick"),
    ],
)
def test_the_search_of_a_list_does_not_mind_accents_and_case(admin_client, rows, model, text, found):
    assert found in names_in(admin_client.get(f"/admin/entities/{model}/", {"q": text}))
    assert names_in(admin_client.get(f"/admin/entities/{model}/", {"q": "no such word"})) == []


@pytest.mark.parametrize("model", ["collaboration", "entity", "source", "tag", "statement", "revision", "article"])
def test_a_strange_search_breaks_nothing(admin_client, rows, model):
    for text in ["%", "_", "\\", "'", '"', "\x00", "☃", "a" * 5000, "( or 1=1", "%00"]:
        assert admin_client.get(f"/admin/entities/{model}/", {"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("model", "field"), [("statement", "object"), ("statement", "sources"), ("mention", "article")]
)
def test_a_strange_text_in_a_field_that_completes_breaks_nothing(admin_client, rows, model, field):
    for text in ["%", "\\", "'", "\x00", "☃", "a" * 5000]:
        query = {"app_label": "entities", "model_name": model, "field_name": field, "term": text}
        assert admin_client.get("/admin/autocomplete/", query).status_code == 200


@pytest.mark.parametrize("query", ["state__exact=nope", "type=nope", "o=99.x", "p=999", "country=XX", "all="])
def test_a_list_asked_for_something_that_is_not_there_still_opens(admin_client, world, query):
    assert admin_client.get(f"/admin/entities/institution/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["reviewed__gte=soon", "state__nope=1", "merged_into__created_by__password=x"])
def test_a_list_asked_in_a_way_it_does_not_know_refuses(admin_client, world, query):
    response = admin_client.get(f"/admin/entities/institution/?{query}")
    assert response.status_code in (302, 400)


# Choosing


@pytest.mark.parametrize(
    ("model", "field", "term", "found"),
    [
        ("statement", "object", "oldco zurich", ["Øldco Zürich (institution, United Kingdom)"]),
        ("statement", "sources", "nature", ["Nature, “Title 2”, 2019"]),
        *[(model._meta.model_name, "merged_into", "fdà", [FDA_SUGGESTED]) for model in KIND_MODELS],
        ("mention", "entity", "kymriah", ["Kymriah (therapy)"]),
        ("mention", "article", "uberblick", ["Überblick"]),
    ],
)  # fmt: skip
def test_a_field_completes_what_is_typed(admin_client, reader_client, rows, model, field, term, found):
    for client in (admin_client, reader_client):
        query = {"app_label": "entities", "model_name": model, "field_name": field, "term": term}
        answer = json.loads(client.get("/admin/autocomplete/", query).content)
        assert [row["text"] for row in answer["results"]] == found


def test_a_field_completes_nothing_for_staff_without_the_right(client, world, django_user_model):
    client.force_login(django_user_model.objects.create_user("porter", password="x", is_staff=True))
    query = {"app_label": "entities", "model_name": "statement", "field_name": "object", "term": "penn"}
    assert client.get("/admin/autocomplete/", query).status_code == 403


# Queries


@pytest.mark.parametrize("model", ["collaboration", "entity", "statement", "revision", "source", "tag", "name"])
def test_a_list_asks_as_many_queries_for_three_rows_as_for_three_hundred(admin_client, world, model):
    counts = []
    for many in (3, 300):
        load(many_of_everything(many))
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(f"/admin/entities/{model}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= LIST_QUERIES


def many_of_everything(many):
    tags = [{"slug": f"tag-{i}", "name": f"tag {i}"} for i in range(many)]
    sources = [
        {"key": f"key-{i}", "title": f"Title {i}", "url": f"https://example.org/{i}", "kind": "paper"}
        for i in range(many)
    ]
    entities = [
        {
            "slug": f"deal-{i}",
            "kind": "collaboration",
            "name": f"Deal {i}",
            "type": "licensing",
            "tags": [f"tag-{i}"],
            "names": [{"text": f"Deal number {i}", "type": "alias"}],
            "statements": [{"predicate": "partner", "object": "penn", "sources": [f"key-{i}"]}],
        }
        for i in range(many)
    ]
    return {"tags": tags, "sources": sources, "entities": entities}


# Deleting


def test_only_what_was_never_public_can_be_deleted(admin_client, world):
    assert {entity.state for entity in world.values()} == {"draft", "published", "withdrawn", "merged"}
    for entity in world.values():
        response = admin_client.get(address(type(entity), "delete", entity.pk))
        assert response.status_code == (200 if entity.state == "draft" else 403)


def test_a_draft_is_deleted_with_all_that_is_said_of_it(admin_client, world):
    draft = world["secret-deal"]
    page = admin_client.get(address(type(draft), "delete", draft.pk)).content.decode()
    assert "Yes, I’m sure" in page
    response = admin_client.post(address(type(draft), "delete", draft.pk), {"post": "yes"})
    assert response.status_code == 302
    assert not Entity.objects.filter(pk=draft.pk).exists()
    assert not Statement.objects.filter(subject=draft.pk).exists()
    assert not Revision.objects.filter(entity=draft.pk).exists()


def test_a_draft_that_others_speak_of_cannot_be_deleted(admin_client, world):
    draft = world["draftco"]
    page = admin_client.post(address(type(draft), "delete", draft.pk), {"post": "yes"}).content.decode()
    assert "would require deleting the following protected related objects" in page
    assert Entity.objects.filter(pk=draft.pk).exists()


def test_an_entry_that_was_once_public_is_not_deleted_by_way_of_a_draft(admin_client, world):
    load({"entities": [{"slug": "lonely", "kind": "disease", "name": "Lonely", "type": "oncology"}]})
    load({"entities": [{"slug": "lonely", "kind": "disease", "name": "Lonely", "type": "oncology", "state": "draft"}]})
    lonely = Entity.objects.get(slug="lonely")
    assert lonely.state == "draft"
    assert admin_client.post(address(type(lonely), "delete", lonely.pk), {"post": "yes"}).status_code == 403


def test_a_list_of_entries_offers_no_deletion_in_bulk(admin_client, world):
    actions = {"action": "delete_selected", "_selected_action": [world["draftco"].pk], "post": "yes"}
    for model in (*KIND_MODELS, Entity, Source, Tag):
        assert "delete_selected" not in admin_client.get(address(model, "changelist")).content.decode()
        admin_client.post(address(model, "changelist"), actions)
    assert Entity.objects.filter(slug="draftco").exists()


def test_a_source_or_a_subject_in_use_is_not_deleted_and_an_unused_one_is(admin_client, world):
    used = [Source.objects.get(key="source-1"), Tag.objects.get(slug="car-t")]
    free = [
        Source.objects.create(key="free", title="Free", url="https://example.org/free", kind="paper"),
        Tag.objects.create(name="free", slug="free"),
    ]
    for row in used:
        assert admin_client.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    for row in free:
        assert admin_client.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 302
    assert Source.objects.filter(key="source-1").exists()
    assert Tag.objects.filter(slug="car-t").exists()
    assert not Source.objects.filter(key="free").exists()
    assert not Tag.objects.filter(slug="free").exists()


# The way between pages


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_an_entry_that_is_chosen_elsewhere_opens_in_its_own_form(admin_client, world, kind):
    entity = next(entity for entity in world.values() if entity.kind == kind)
    response = admin_client.get(f"/admin/entities/entity/{entity.pk}/change/?_popup=1&_to_field=id")
    assert response.headers["Location"] == address(type(entity), "change", entity.pk) + "?_popup=1&_to_field=id"


@pytest.mark.parametrize("pk", ["999999", "abc", "1_2F2"])
def test_an_entry_that_does_not_exist_leads_back_to_the_desk(admin_client, world, pk):
    for page in ("change", "history", "delete"):
        for model in ("entity", "therapy"):
            response = admin_client.get(f"/admin/entities/{model}/{pk}/{page}/")
            assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_an_entry_is_not_opened_in_the_form_of_another_kind(admin_client, world):
    response = admin_client.get(address(type(world["kymriah"]), "change", world["penn"].pk))
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_the_desk_leads_to_the_public_page_and_to_that_of_a_source(admin_client, world):
    page = admin_client.get(address(type(world["penn"]), "change", world["penn"].pk)).content.decode()
    assert f'href="/e/{world["penn"].uid}"' in page
    source = Source.objects.get(key="source-1")
    page = admin_client.get(address(Source, "change", source.pk)).content.decode()
    way = re.search(r'href="([^"]+)"[^>]*class="viewsitelink"', page).group(1)
    assert admin_client.get(way).headers["Location"].endswith("/sources/source-1/")
