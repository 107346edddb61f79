"""The linker from outside: the page, the API, the command; the finder and the markup have tests of their own."""

import json
from base64 import b64encode
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.linking import index
from entities.linking.articles import find_mentions
from entities.linking.checking import check_links
from entities.linking.linker import MOST_BYTES, MOST_FOUND, Choices, Options, link
from entities.models import Article, Entity
from entities.records import save_revision
from tests.reading import Page, words
from tests.standing import on_stage, standing
from tests.world import build, save_as_editor

stage = standing(build)
world = on_stage()

ARTICLE = """In 2012 the University of Pennsylvania and Novartis made an alliance.
Novartis has a licence from Penn; the FDA approved Kymriah for leukaemia.
"""


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def one_minute(monkeypatch):
    """Nobody is let off because a new minute begins."""
    monkeypatch.setattr("entities.views.throttle.time", lambda: 60 * 1000 + 10)


def found_in(source, format="text", **choices):
    article = link(source, format, index.current(), Options(first=False), Choices(**choices))
    return [(found.text, found.entry.slug) for found in article.mentions if found.linked]


# The index


def test_a_new_name_links_on_the_next_request(world):
    assert found_in("Pennsylvanium is a place.") == []
    world["penn"].names.create(text="Pennsylvanium", type="alias")
    save_revision(world["penn"])
    assert found_in("Pennsylvanium is a place.") == [("Pennsylvanium", "penn")]


def test_a_changed_name_links_and_the_old_one_no_more(world):
    world["novartis"].name = "Novartium"
    world["novartis"].save()
    save_revision(world["novartis"])
    assert found_in("Novartium, not Novartis.") == [("Novartium", "novartis")]


def test_what_is_not_public_is_never_found(world):
    text = " ".join(entity.name for entity in Entity.objects.filter(state__in=["draft", "withdrawn"]))
    assert found_in(f"{text}.") == []


def merge(entity, target):
    save_as_editor(entity, state="merged", merged_into=target)


def test_the_names_of_a_merged_entry_lead_to_the_other_and_the_linker_says_why(client, world):
    merge(world["novartis"], world["oldco"])
    found = call(client, text="Ciba-Geigy became Novartis AG, or Novartis.", first=False).json()["mentions"]
    assert [(mention["text"], mention["entity"]["uid"], mention["why"]) for mention in found] == [
        (name, world["oldco"].uid, "name of an entry merged into this one")
        for name in ("Ciba-Geigy", "Novartis AG", "Novartis")
    ]


def test_a_name_of_both_is_still_that_of_the_one_that_is_left(client, world):
    world["oldco"].names.create(text="Novartis AG", type="alias")
    merge(world["oldco"], world["novartis"])
    (mention,) = call(client, text="We met Novartis AG.").json()["mentions"]
    assert (mention["entity"]["name"], mention["why"], mention["rivals"]) == ("Novartis", "alias", [])


@pytest.mark.parametrize("slug", ["draftco", "gone"])
def test_the_names_of_what_was_merged_into_nothing_public_lead_nowhere(world, slug):
    merge(world["novartis"], world[slug])
    assert found_in("Novartis, once Ciba-Geigy.") == []


def test_a_text_finds_its_confirmed_mentions_again_after_a_merger(world):
    story = Article.objects.get(slug="story")
    merge(world["novartis"], world["oldco"])
    find_mentions(story)
    assert story.mentions.get(text="Novartis").state == "confirmed"
    assert story.mentions.get(text="Novartis").entity == world["oldco"]


def test_what_is_withdrawn_is_found_no_more(world):
    assert found_in("Novartis.") == [("Novartis", "novartis")]
    world["novartis"].state, world["novartis"].reason = "withdrawn", "An error."
    world["novartis"].save()
    save_revision(world["novartis"])
    assert found_in("Novartis.") == []


def test_what_is_published_while_the_names_are_read_waits_for_the_next_request(world):
    draft = world["draftco"]
    draft.names.create(text="Draftium", type="alias")
    save_revision(draft)

    def publish(execute, sql, params, many, context):
        if 'FROM "entities_name"' in sql and draft.state == "draft":
            draft.state = "published"
            draft.save()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(publish):
        assert found_in("Draftium.") == []
    assert draft.state == "published"
    save_revision(draft)
    assert found_in("Draftium.") == [("Draftium", "draftco")]


def test_an_unchanged_base_costs_one_query(world, django_assert_num_queries):
    index.current()
    with django_assert_num_queries(1):
        index.current()
    world["penn"].names.create(text="UPenn", type="alias")
    save_revision(world["penn"])
    with django_assert_num_queries(3):
        index.current()


# Linking


def test_the_first_mention_is_linked_or_every_one(world):
    once = link(ARTICLE, "text", index.current())
    every = link(ARTICLE, "text", index.current(), Options(first=False))
    assert [found.text for found in once.mentions] == [found.text for found in every.mentions]
    assert [found.linked for found in once.mentions if found.text == "Novartis"] == [True, False]
    assert all(found.linked for found in every.mentions if found.text == "Novartis")
    assert once.mentions[2].why == "name, linked before"


def test_only_the_kinds_that_were_asked_for_are_found(world):
    article = link(ARTICLE, "text", index.current(), Options(kinds=("therapy", "regulatory_body")))
    assert {found.entry.slug for found in article.mentions} == {"kymriah", "fda"}


@pytest.mark.parametrize(
    ("to", "address"), [("permalink", "http://testserver/e/{uid}"), ("page", "http://testserver/institutions/penn/")]
)
def test_a_link_is_permanent_or_that_of_the_page(world, to, address):
    article = link("At the University of Pennsylvania.", "text", index.current(), Options(to=to))
    assert [found.url for found in article.links] == [address.format(uid=world["penn"].uid)]


def test_a_person_takes_and_leaves_names_one_by_one_and_by_entity(world):
    article = link(ARTICLE, "text", index.current(), Options(first=False))
    _, second = [found.start for found in article.mentions if found.text == "Novartis"]
    assert found_in(ARTICLE, taken=frozenset({second})) == [("Novartis", "novartis")]
    assert "Novartis" not in [text for text, _ in found_in(ARTICLE, entities={world["novartis"].uid: "none"})]
    everywhere = found_in(ARTICLE, taken=frozenset(), entities={world["novartis"].uid: "all"})
    assert everywhere == [("Novartis", "novartis")] * 2


def test_an_ambiguous_name_is_linked_to_what_was_meant(world):
    for slug in ("penn", "fda"):
        world[slug].names.create(text="Twin Centre of Excellence", type="alias")
        save_revision(world[slug])
    text = "The Twin Centre of Excellence agreed."
    (found,) = link(text, "text", index.current()).mentions
    assert {entry.slug for entry in found.readings} == {"penn", "fda"}
    assert not found.linked
    assert found_in(text, meant={found.start: world["fda"].uid}) == [("Twin Centre of Excellence", "fda")]
    assert found_in(text, meant={found.start: world["novartis"].uid}) == []
    assert found_in(text, entities={world["fda"].uid: "all"}) == [("Twin Centre of Excellence", "fda")]
    assert found_in(text, entities={world["fda"].uid: "none"}, meant={found.start: world["fda"].uid}) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    parts=st.lists(st.sampled_from(["Novartis", " FDA ", "\n\n", "<b>", "</b>", "&amp;", "`", "*", "é"]), max_size=20),
    format=st.sampled_from(["text", "markdown", "html"]),
)
def test_without_links_an_article_comes_back_as_it_was(world, parts, format):
    source = "".join(parts)
    article = link(source, format, index.current(), choices=Choices(taken=frozenset()))
    assert article.text == source


# The page


def send(client, **fields):
    return client.post("/link/", fields)


def fields_of(page):
    """What a browser would send of the form of results."""
    form = page.ids["result"]
    data = {}
    for field in form.iter("input"):
        if field.get("type") == "hidden" or "checked" in field.attrib:
            data.setdefault(field.get("name"), []).append(field.get("value"))
    for select in form.iter("select"):
        chosen = [o.get("value") for o in select.iter("option") if "selected" in o.attrib]
        data[select.get("name")] = chosen or [next(select.iter("option")).get("value")]
    return data


def result(page):
    return page.ids["way-out"].text


def test_a_pasted_article_comes_back_with_links(client, world):
    page = Page(send(client, text=ARTICLE, format="markdown"))
    assert f"[Novartis](http://testserver/e/{world['novartis'].uid}) made an alliance" in result(page)
    assert "“FDA”: acronym" in page.text


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("<p>Novartis</p>", '<p><a href="{}">Novartis</a></p>'),
        ("# Title\n\nNovartis", "# Title\n\n[Novartis]({})"),
        ("**Big** Novartis", "**Big** [Novartis]({})"),
        ("Novartis, a < b > c * d", "Novartis [1], a < b > c * d\n\n[1] {}\n"),
    ],
)
def test_the_format_of_an_article_is_seen(client, world, text, link):
    page = Page(send(client, text=text))
    assert result(page) == link.format(f"http://testserver/e/{world['novartis'].uid}")


def test_an_uploaded_file_comes_back_byte_for_byte_but_for_the_links(client, world):
    source = b"\xef\xbb\xbf<p>Novartis\r\nand\tnobody.</p>\r\n<!-- Novartis -->\r\n\r\n"
    page = Page(send(client, file=SimpleUploadedFile("a b.html", source)))
    answer = send(client, **fields_of(page), give="file")
    uid = world["novartis"].uid
    expected = source.replace(b"<p>Novartis", f'<p><a href="http://testserver/e/{uid}">Novartis</a>'.encode())
    assert answer.content == expected
    assert answer["Content-Disposition"] == 'attachment; filename="a b-linked.html"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_what_was_chosen_on_the_page_is_what_comes_back(client, world):
    page = Page(send(client, text=ARTICLE, format="markdown"))
    data = fields_of(page)
    assert len(data["take"]) >= 4
    data[f"entity-{world['novartis'].uid}"] = "none"
    data["take"] = data["take"][:1]
    page = Page(send(client, **data))
    assert result(page).count("](http") == 1
    assert "Novartis](http" not in result(page)
    assert fields_of(page)[f"entity-{world['novartis'].uid}"] == ["none"]


def test_another_option_lets_the_names_be_chosen_anew(client, world):
    data = fields_of(Page(send(client, text=ARTICLE, format="markdown")))
    before = result(Page(send(client, **data))).count("[Novartis](")
    after = result(Page(send(client, **data | {"every": "1"}))).count("[Novartis](")
    assert (before, after) == (1, 2)


def test_an_ambiguous_name_is_listed_under_all_that_it_may_mean_until_one_is_chosen(client, world):
    for slug in ("penn", "fda"):
        world[slug].names.create(text="Twin Centre of Excellence", type="alias")
        save_revision(world[slug])

    def listed(page):
        notes = page.all(".//section[@class='side']//li/span")
        return {words(note.find("a")): words(note.find("small")) for note in notes}

    page = Page(send(client, text="The Twin Centre of Excellence and Novartis agreed."))
    penn, fda = world["penn"].name, world["fda"].name
    assert listed(page) == {
        penn: f"0 of 1 linked; “Twin Centre of Excellence”: ambiguous, or {fda}",
        fda: f"0 of 1 linked; “Twin Centre of Excellence”: ambiguous, or {penn}",
        "Novartis": "1 of 1 linked",
    }
    page = Page(send(client, **fields_of(page) | {f"entity-{world['fda'].uid}": "all"}))
    assert listed(page) == {fda: "1 of 1 linked; “Twin Centre of Excellence”: your choice", "Novartis": "1 of 1 linked"}
    page = Page(send(client, **fields_of(page) | {f"entity-{world['fda'].uid}": "none"}))
    assert list(listed(page)) == [fda, penn, "Novartis"]


def test_the_links_can_be_had_as_annotations(client, world):
    page = Page(send(client, text=ARTICLE, output="annotations"))
    answer = send(client, **fields_of(page), give="file")
    assert result(page) == answer.content.decode()
    items = json.loads(answer.content)["items"]
    quotes = [item["target"]["selector"][1]["exact"] for item in items]
    assert "Novartis" in quotes
    assert answer["Content-Disposition"] == 'attachment; filename="article-annotations.json"'


def test_a_page_that_can_be_read_in_two_ways_says_from_where_on_nothing_is_linked(client, world, tmp_path):
    source = "<p>Novartis\n\n<p>by <!-- Penn\n<p>Kymriah"
    sentence = "From line 3 on nothing is linked: a comment is not closed."
    (notice,) = Page(send(client, text=source)).all(".//p[@class='notice']")
    assert notice.text == sentence
    assert call(client, text=source, format="html").json()["stopped"] == {"line": 3, "sentence": sentence}
    assert call(client, text=source).json()["stopped"] is None
    (tmp_path / "a.html").write_text(source)
    assert run(tmp_path / "a.html")[1] == f"{tmp_path / 'a.html'}: {sentence}\n"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Paste an article"),
        ({"text": " \n "}, "Paste an article"),
        ({"text": "x" * (MOST_BYTES + 1)}, "An article may have up to 1,000,000 bytes."),
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")}, "The article is not in UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (MOST_BYTES + 1))}, "The file has 1,000,001 bytes"),
        ({"kept": "%%%"}, "The article came back damaged"),
        ({"kept": b64encode(b"\xff").decode()}, "The article came back damaged"),
        ({"text": "x", "format": "pdf"}, "Select a valid choice"),
        ({"text": "x", "kinds": "planet"}, "Select a valid choice"),
        ({"text": "x", "output": "pdf"}, "Select a valid choice"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_linked_says_why(client, world, fields, sentence):
    answer = send(client, **fields)
    assert answer.status_code == 400
    assert sentence in Page(answer).text


@pytest.mark.parametrize(
    "fields",
    [
        {"take": ["-1", "x", "9" * 5000, "٣"], "was": "something else"},
        {"as-x": "y", f"as-{'9' * 500}": "y", "as-0": "nonsense", "as--1": "x"},
        {"entity-": "all", "entity-nonsense": "all", "entity-CGT0000012": "perhaps"},
    ],
    ids=str,
)
def test_choices_that_nobody_was_offered_change_nothing(client, world, fields):
    assert result(Page(send(client, text=ARTICLE, **fields))) == result(Page(send(client, text=ARTICLE)))


@pytest.mark.parametrize(
    ("format", "source"),
    [
        (
            "html",
            "<style>p{}</style><h1>On <b>Penn</b></h1>\n<p>\n By <a href=u>the FDA &amp; co</a> <code>x</code> and "
            "Novartis<!-- no --> https://novartis.com/Penn.<hr><pre>a\nb</pre><li><a>one<br>two</a><img alt=x>",
        ),
        (
            "markdown",
            "# On *Penn*\n\nBy [the **FDA** &amp; co](u) `x` and Novartis <https://novartis.com/Penn>.\n\n---\n\n"
            "    a\n    b\n\n- <a>one<br>two</a>\n- ![x](y)\n",
        ),
    ],
)
def test_an_article_reads_whole_though_not_all_of_it_can_be_linked(client, world, format, source):
    page = Page(send(client, text=source, format=format))
    (reading,) = page.all(".//div[@class='reading']")
    seen = [(block.tag, " ".join("".join(block.itertext()).split())) for block in reading]
    assert seen[:3] == [
        ("h3", "On Penn"),
        ("p", "By the FDA & co x and Novartis https://novartis.com/Penn."),
        ("p", "a b"),
    ]
    assert [words.replace(" ", "") for _, words in seen[3:]] == ["onetwo"]
    assert ["".join(label.itertext()) for label in reading.iter("label")] == ["Novartis"]


def test_headings_are_left_alone_by_every_door_unless_somebody_asks(client, world, tmp_path):
    source = "# By Novartis\n\nThe text.\n"
    (tmp_path / "a.md").write_text(source)
    linked = source.replace("Novartis", f"[Novartis](http://testserver/e/{world['novartis'].uid})")
    said = {"text": source, "format": "markdown"}
    for wanted, answer in [([], source), (["headings"], linked)]:
        assert run(tmp_path / "a.md", *(f"--{name}" for name in wanted))[0] == answer
        assert call(client, **said, **dict.fromkeys(wanted, True)).json()["linked"] == answer
        assert send(client, **said, **dict.fromkeys(wanted, "1"), give="file").content.decode() == answer


def test_a_heading_that_may_be_linked_is_still_a_heading(client, world):
    for format, source in [("html", "<h2>By <i>Novartis</i></h2><p>x"), ("markdown", "By Novartis\n---\nx")]:
        (heading,) = Page(send(client, text=source, format=format, headings="1")).all(".//div[@class='reading']/h3")
        assert words(heading) == "By Novartis"
        assert len(list(heading.iter("input"))) == 1


def test_nothing_of_an_article_is_kept(client, world):
    before = Article.objects.count()
    send(client, text=ARTICLE)
    assert Article.objects.count() == before
    assert not client.cookies.get("sessionid")


def test_an_editor_may_keep_an_article_as_a_draft_with_its_mentions(admin_client, world):
    page = Page(send(admin_client, text=f"# A title\n\n{ARTICLE}", format="markdown", every="1"))
    data = fields_of(page) | {"keep": "1", f"entity-{world['fda'].uid}": "none"}
    answer = admin_client.post("/link/keep", data)
    kept = Article.objects.get(slug="a-title")
    assert answer["Location"] == f"/admin/entities/article/{kept.pk}/change/"
    assert (kept.title, kept.state) == ("A title", "draft")
    assert kept.body == f"# A title\n\n{ARTICLE}".strip()
    states = {mention.entity.slug: mention.state for mention in kept.mentions.select_related("entity")}
    assert (states["novartis"], states["fda"]) == ("confirmed", "refused")
    for mention in kept.mentions.all():
        assert kept.body[mention.position :].startswith(mention.text)
    again = admin_client.post("/link/keep", data)
    assert again.status_code == 302
    assert Article.objects.filter(slug__startswith="a-title").count() == 2


@pytest.mark.parametrize("text", ["Nov\0artis", "Novartis\x07", " \n "])
def test_what_no_file_could_hold_is_not_kept(admin_client, world, text):
    before = Article.objects.count()
    answer = admin_client.post("/link/keep", {"kept": b64encode(text.encode()).decode()})
    assert answer.status_code == 400
    assert Page(answer).all(".//*[@role='alert']")
    assert Article.objects.count() == before


def test_only_who_may_add_articles_can_keep_one(client, world, django_user_model):
    page = Page(send(client, text=ARTICLE))
    assert "Keep as" not in page.text
    before = Article.objects.count()
    assert client.post("/link/keep", fields_of(page)).status_code == 403
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.post("/link/keep", fields_of(page)).status_code == 403
    assert Article.objects.count() == before


def test_an_article_is_kept_only_from_our_own_page(world, django_user_model):
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.create_superuser("editor"))
    assert client.post("/link/keep", {"text": ARTICLE}).status_code == 403


def test_hostile_text_is_shown_as_text(client, world):
    page = send(client, text="Novartis </pre><script>alert(1)</script> & <b>", format="text").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_article_of_very_many_names_is_chosen_by_entity(client, world):
    page = Page(send(client, text="Novartis and Penn. " * 1500, every="1"))
    assert "more than 2,000 names" in page.text
    assert result(page).count("Novartis [1]") == 1500
    data = fields_of(page) | {f"entity-{world['novartis'].uid}": "none"}
    assert "Novartis [" not in result(Page(send(client, **data)))


# The API


def call(client, **said):
    return client.post("/api/link", said, content_type="application/json")


def test_the_api_gives_names_and_the_linked_text(client, world):
    answer = call(client, text=ARTICLE, format="markdown", first=False)
    data = answer.json()
    named = {m["text"]: m["entity"]["uid"] for m in data["mentions"]}
    assert named["Novartis"] == world["novartis"].uid
    for mention in data["mentions"]:
        assert ARTICLE[mention["start"] : mention["end"]] == mention["text"]
    assert data["linked"].count("](http://testserver/e/") == sum(m["linked"] for m in data["mentions"])
    assert len(data["annotations"]["items"]) == sum(m["linked"] for m in data["mentions"])
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_api_takes_an_article_as_it_is(client, world):
    answer = client.post("/api/link?first=false&kinds=institution", ARTICLE.encode(), content_type="text/markdown")
    data = answer.json()
    assert data["linked"].count("[Novartis](") == 2
    assert {m["entity"]["kind"] for m in data["mentions"]} == {"institution"}


@pytest.mark.parametrize(("format", "media_type"), [("text", "text/plain"), ("html", "text/html")])
def test_the_api_gives_the_article_or_the_annotations_alone(client, world, format, media_type):
    whole = call(client, text=ARTICLE, format=format).json()
    answer = call(client, text=ARTICLE, format=format, output="article")
    assert answer.content.decode() == whole["linked"] != ARTICLE
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["Content-Disposition"] == "attachment"  # of no browser is it a page of ours
    answer = client.post("/api/link?output=annotations&first=true", ARTICLE.encode(), content_type=media_type)
    assert json.loads(answer.content) == whole["annotations"]
    assert answer["Content-Type"] == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_api_answers_a_browser_that_asks_whether_it_may(client):
    answer = client.options("/api/link")
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is neither JSON"),
        (b"[" * 100_000, "The body is neither JSON"),
        (b"\xff", "The body is neither JSON"),
        (b"[]", "Give a JSON object"),
        (b'{"text": 5}', "Give a JSON object"),
        (b'{"text": "x", "surprise": 1}', "There is no option surprise."),
        (b'{"text": "x", "\\ud800": 1}', "There is no option ?."),
        (b'{"text": "x", "format": "pdf"}', "“format” must be one of"),
        (b'{"text": "x", "format": ["text"]}', "“format” must be one of"),
        (b'{"text": "x", "kinds": "disease"}', "“kinds” must be a list."),
        (b'{"text": "x", "kinds": ["planet"]}', "“kinds” must be one of"),
        (b'{"text": "x", "kinds": [{}]}', "“kinds” must be one of"),
        (b'{"text": "x", "first": 1}', "“first” must be true or false."),
        (b'{"text": "x", "headings": null}', "“headings” must be true or false."),
        (b'{"text": "x", "output": "pdf"}', "“output” must be one of article, annotations."),
        (b'{"text": "x", "to": "moon"}', "“to” must be one of"),
        (b'{"text": "\\ud800"}', "surrogate"),
    ],
)
def test_the_api_refuses_in_words(client, world, body, sentence):
    answer = client.post("/api/link", body, content_type="application/json")
    assert answer.status_code == 400
    (problem,) = answer.json()["problems"]
    assert sentence in problem
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_api_says_of_an_article_in_another_encoding_what_is_wrong(client, world):
    article = "Universität".encode("latin-1")
    answer = client.generic("POST", "/api/link", article, content_type="text/plain; charset=iso-8859-1")
    assert answer.status_code == 400
    assert answer.json() == {"problems": ["The article is not in UTF-8: save it so and try again."]}


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 4_000_000])
def test_the_api_refuses_what_is_too_long(client, world, size):
    answer = call(client, text="x" * size)
    assert answer.status_code == 413
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_api_is_throttled_by_address(client, world, one_minute):
    answers = [call(client, text="x").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    late = call(client, text="x")
    assert 0 < int(late["Retry-After"]) <= 60
    other = client.post("/api/link", {"text": "x"}, content_type="application/json", REMOTE_ADDR="9.9.9.9")
    assert other.status_code == 200


def test_a_large_article_counts_for_as_many_calls_as_it_costs(client, world, one_minute):
    answers = [call(client, text="x" * 500_000).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_the_page_is_throttled_too(client, world, one_minute):
    statuses = [send(client, text="Novartis").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    late = send(client, text="Novartis")
    assert 0 < int(late["Retry-After"]) <= 60
    assert "wait" in Page(late).text
    assert Page(late).all(".//textarea")[0].text.strip() == "Novartis"


def test_an_article_of_nothing_but_names_is_refused(client, world):
    answer = call(client, text="Novartis " * (MOST_FOUND + 1))
    assert answer.status_code == 413
    assert "names" in answer.json()["problems"][0]
    assert call(client, text="Novartis " * (MOST_FOUND + 1), kinds=["therapy"]).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_the_api_can_only_be_posted_to(client, method):
    answer = getattr(client, method)("/api/link")
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    assert answer.json() == {"problems": ["The methods here are POST, OPTIONS."]}
    assert answer["Access-Control-Allow-Origin"] == "*"


# The command


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("link", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_writes_annotations_where_the_file_or_the_caller_says_so(world, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("Novartis.")
    run(tmp_path / "in" / "a.md", "-o", tmp_path / "links.json")
    annotations = json.loads((tmp_path / "links.json").read_text())
    assert [item["body"]["source"] for item in annotations["items"]] == [f"http://testserver/e/{world['novartis'].uid}"]
    assert json.loads(run(tmp_path / "in" / "a.md", "--as", "annotations")[0]) == annotations
    run(tmp_path / "in" / "a.md", "-o", tmp_path / "a.json", "--as", "article")
    assert (tmp_path / "a.json").read_text().startswith("[Novartis](")
    run(tmp_path / "in", "-o", tmp_path / "out", "--as", "annotations")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.md.json"]
    assert json.loads((tmp_path / "out" / "a.md.json").read_text()) == annotations


def test_the_command_prints_a_linked_article(world, tmp_path):
    (tmp_path / "a.md").write_bytes(b"Novartis\r\nand *Novartis* too\r\n")
    out, _ = run(tmp_path / "a.md", "--every")
    address = f"(http://testserver/e/{world['novartis'].uid})"
    assert out == f"[Novartis]{address}\r\nand *[Novartis]{address}* too\r\n"


def test_the_command_links_a_folder_into_another(world, tmp_path):
    source = tmp_path / "in"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "a.html").write_bytes(b"<p>Novartis\r\n</p>")
    (source / "b.txt").write_text("Kymriah.")
    (source / "picture.png").write_bytes(b"\xff")
    _, err = run(source, "-o", tmp_path / "out")
    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*"))
    assert written == ["b.txt", "deep/a.html"]
    linked = (tmp_path / "out" / "deep" / "a.html").read_bytes()
    assert linked == f'<p><a href="http://testserver/e/{world["novartis"].uid}">Novartis</a>\r\n</p>'.encode()
    assert "2 links in 2 articles." in err


def test_what_the_command_wrote_into_the_folder_is_not_linked_again(world, tmp_path):
    (tmp_path / "a.md").write_text("Novartis")
    for _ in range(2):
        run(tmp_path, "-o", tmp_path / "linked")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.md", "a.md", "linked"]
    assert "in 1 article." in run(tmp_path / "linked", "-o", tmp_path)[1]


@pytest.mark.parametrize(
    ("make", "arguments", "sentence"),
    [
        (lambda path: None, ["nothing.md"], "There is no file"),
        (lambda path: (path / "a.pdf").write_text("x"), ["a.pdf"], "must end in"),
        (lambda path: (path / "empty").mkdir(), ["empty", "-o", "x"], "There is no article"),
        (lambda path: (path / "a.md").write_text("x"), [".", ], "Say with -o"),
        (lambda path: (path / "a.md").write_text("x"), ["a.md", "-o", "a.md"], "must not take the place"),
        (lambda path: (path / "a.md").write_bytes(b"x"), ["a.md", "-o", "."], "is a folder"),
        (lambda path: (path / "a.md").write_bytes(b"x"), ["a.md", "-o", "a.md/b.md"], "cannot be written"),
        (lambda path: (path / "a.md").write_bytes(b"x"), [".", "-o", "a.md"], "cannot be written"),
        (lambda path: (path / "a.md").write_bytes(b"\xff"), ["a.md"], "is not in UTF-8"),
        (lambda path: (path / "a.md").write_bytes(b"x" * (MOST_BYTES + 1)), ["a.md"], "may have up to"),
    ],
)  # fmt: skip
def test_the_command_refuses_in_words_and_writes_nothing(world, tmp_path, monkeypatch, make, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_check_names_every_link_that_has_moved_or_gone(world, tmp_path):
    uid = {slug: entity.uid for slug, entity in world.items()}
    world["oldco"].old_slugs.create(slug="oldest")
    (tmp_path / "a.md").write_text(
        f"[Penn](http://testserver/e/{uid['penn']}) and http://testserver/e/{uid['gone']}.\n"
        f"<a href='https://testserver/e/{uid['doubled']}?a=1#s2'>x</a>\n"
        "http://testserver/institutions/oldest/ http://testserver/institutions/penn/, http://testserver/about/\n"
        "http://testserver/therapies/penn/ http://testserver/institutions/nowhere/\n"
        f"http://testserver/e/CGTXXXXXXX http://testserver/e/{uid['draftco']} http://elsewhere.org/e/{uid['gone']}\n"
    )
    out = StringIO()
    with pytest.raises(CommandError, match="7 links to look at"):
        call_command("link", str(tmp_path / "a.md"), "--check", stdout=out)
    lines = [line.partition(".md:")[2] for line in out.getvalue().splitlines()]
    penn = f"Better: http://testserver/e/{uid['penn']}"
    assert lines == [
        f"1: http://testserver/e/{uid['gone']}: “{world['gone'].name}” was withdrawn: {world['gone'].reason}",
        f"2: https://testserver/e/{uid['doubled']}?a=1#s2: “{world['doubled'].name}” was merged into "
        f"“University of Pennsylvania”. {penn}",
        f"3: http://testserver/institutions/oldest/: The entry is “{world['oldco'].name}” now. "
        f"Better: http://testserver/e/{uid['oldco']}",
        f"4: http://testserver/therapies/penn/: The entry is “University of Pennsylvania” now. {penn}",
        "4: http://testserver/institutions/nowhere/: There is no such entry.",
        "5: http://testserver/e/CGTXXXXXXX: There is no such entry.",
        f"5: http://testserver/e/{uid['draftco']}: There is no such entry.",
    ]


@pytest.mark.parametrize(
    ("site", "address", "seen"),
    [
        ("http://testserver", "http://testserver:80", True),
        ("http://testserver", "https://TESTSERVER:443", True),
        ("https://testserver:443", "https://testserver", True),
        ("http://testserver", "http://testserver:8000", False),
        ("http://testserver", "http://testserver:80.elsewhere.org", False),
        ("http://[::1]:8000", "https://[::1]:8000", True),
        ("http://[::1]:8000", "http://[::1]:80", False),
        ("http://[::1]:8000", "http://[::1]", False),
    ],
)
def test_the_check_knows_our_address_with_and_without_its_usual_port(world, settings, site, address, seen):
    settings.SITE_URL = site
    stale = check_links(f"See {address}/e/{world['gone'].uid}.")
    assert [found.url for found in stale] == ([f"{address}/e/{world['gone'].uid}"] if seen else [])


def test_the_check_is_content_with_what_the_command_wrote(world, tmp_path):
    (tmp_path / "a.md").write_text(ARTICLE)
    run(tmp_path / "a.md", "-o", tmp_path / "b.md")
    assert "Every link to the atlas is sound." in run(tmp_path / "b.md", "--check")[0]
