"""Articles of our own: what is mentioned in them is found, confirmed, linked, and listed beside the text."""

import json
from time import process_time

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entities.linking.articles import article_html, find_mentions
from entities.linking.linker import MOST_FOUND
from entities.models import Article, Mention
from entities.records import save_revision
from tests.reading import Page, words
from tests.standing import on_stage, standing
from tests.test_admin_forms import Form
from tests.world import STORY, build, save_as_editor

stage = standing(build)
world = on_stage()


@pytest.fixture
def story(world):
    return Article.objects.get(slug="story")


def states(article):
    return [(m.text, m.entity.slug, m.state) for m in article.mentions.select_related("entity").order_by("position")]


# The page


def test_an_article_links_what_was_confirmed_and_nothing_else(client, story):
    page = Page(client.get("/articles/story/"))
    prose = page.one(".//div[@class='prose']")
    links = {words(link): (link.get("href"), link.get("data-kind")) for link in prose.iter("a")}
    assert links == {
        "Novartis": ("/institutions/novartis/", "institution"),
        "Kymriah": ("/therapies/kymriah/", "therapy"),
        "FDA": ("https://example.org/", None),
    }
    beside = page.one(".//aside/ul")
    assert page.hrefs(beside) == ["/institutions/novartis/", "/therapies/kymriah/"]
    assert [heading.tag for heading in prose.iter() if heading.tag in ("h1", "h2")] == ["h2"]


def test_the_head_says_to_machines_what_the_article_is_and_mentions(client, story, world):
    page = Page(client.get("/articles/story/"))
    data = json.loads(page.one(".//script[@type='application/ld+json']").text)
    assert (data["@type"], data["headline"], data["datePublished"]) == ("Article", "A story", "2024-05")
    assert data["@id"] == "http://testserver/articles/story/"
    mentioned = [entity["@id"] for entity in data["mentions"]]
    assert mentioned == [f"http://testserver/e/{world[slug].uid}" for slug in ("novartis", "kymriah")]
    meta = {tag.get("name"): tag.get("content") for tag in page.all("head/meta")}
    assert (meta["citation_title"], meta["citation_publication_date"]) == ("A story", "2024-05")
    Article.objects.filter(pk=story.pk).update(title="</script><script>alert(1)")
    assert "</script><script>alert" not in client.get("/articles/story/").content.decode()


def test_an_entity_is_linked_once_in_each_section(story, world):
    story.body = "Novartis and Novartis.\n\n## Next\n\nNovartis and Novartis."
    story.save()
    find_mentions(story)
    html = article_html(story, story.mentions.select_related("entity").order_by("position"))
    assert html.count(">Novartis</a> and Novartis") == html.count("<a ") == 2


def test_an_article_of_very_many_sections_is_shown_in_seconds(world):
    section = "# Part\n\nNovartis.\n\n"
    article = Article(title="Long", body=section * 8000)
    places = range(section.index("Novartis"), len(article.body), len(section))
    start = process_time()
    html = article_html(article, [Mention(entity=world["novartis"], text="Novartis", position=at) for at in places])
    assert process_time() - start < 5
    assert html.count("<a ") == 8000


def test_a_link_follows_a_renamed_entity(client, story, world):
    world["novartis"].slug, world["novartis"].name = "novartium", "Novartium"
    world["novartis"].save()
    prose = Page(client.get("/articles/story/")).one(".//div[@class='prose']")
    assert "/institutions/novartium/" in [link.get("href") for link in prose.iter("a")]


def test_a_link_follows_an_entity_that_was_merged(client, story, world, django_assert_num_queries):
    save_as_editor(world["novartis"], state="merged", merged_into=world["penn"])
    Mention.objects.create(article=story, entity=world["penn"], text="Penn", state="confirmed")
    with django_assert_num_queries(2):
        page = Page(client.get("/articles/story/"))
    (link,) = (link for link in page.one(".//div[@class='prose']").iter("a") if words(link) == "Novartis")
    assert (link.get("href"), link.get("data-kind")) == ("/institutions/penn/", "institution")
    assert page.hrefs(page.one(".//aside/ul")) == ["/institutions/penn/", "/therapies/kymriah/"]
    data = json.loads(page.one(".//script[@type='application/ld+json']").text)
    assert [entity["name"] for entity in data["mentions"]] == ["University of Pennsylvania", "Kymriah"]


@pytest.mark.parametrize("slug", ["draftco", "gone"])
def test_a_link_follows_to_nothing_that_is_not_public(client, story, world, slug):
    save_as_editor(world["novartis"], state="merged", merged_into=world[slug])
    page = Page(client.get("/articles/story/"))
    assert "Novartis" not in [words(link) for link in page.one(".//div[@class='prose']").iter("a")]
    assert page.hrefs(page.one(".//aside/ul")) == ["/therapies/kymriah/"]


def test_a_mention_whose_words_are_gone_links_nothing(client, story):
    Article.objects.filter(pk=story.pk).update(body=f"x {STORY}")
    prose = Page(client.get("/articles/story/")).one(".//div[@class='prose']")
    assert [words(link) for link in prose.iter("a")] == ["FDA"]


def test_the_list_has_what_is_published_the_latest_first(client, story):
    Article.objects.create(
        slug="elsewhere", title="Elsewhere", url="https://example.org/a", published="2025", state="published"
    )
    page = Page(client.get("/articles/"))
    assert [link for link in page.hrefs(page.one(".//main")) if "link" not in link] == [
        "https://example.org/a", "/articles/story/", "https://weekly.example/essay",
    ]  # fmt: skip


def test_a_draft_is_for_editors_alone(client, story):
    assert client.get("/articles/rumour/").status_code == 404
    client.force_login(User.objects.create_superuser("editor"))
    answer = client.get("/articles/rumour/")
    assert answer.status_code == 200
    assert "only editors can see it" in Page(answer).text
    assert answer["Cache-Control"] == "private, no-store"


def test_an_article_elsewhere_has_no_page_here(client, world):
    Article.objects.create(slug="elsewhere", title="E", url="https://example.org/a", state="published")
    assert client.get("/articles/elsewhere/").status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://e.org/x.png)",
        "<img src=x onerror=y>",
    ],
)
def test_the_text_of_an_article_can_do_nothing(world, hostile):
    html = article_html(Article(body=f"Text {hostile}\n\n{hostile}\n"), [])
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


# Finding


def test_mentions_are_found_and_what_was_decided_stays(story, world):
    Article.objects.filter(pk=story.pk).update(body=f"More of Novartis.\n\n{STORY}\nNovartis again.\n")
    story.refresh_from_db()
    story.mentions.filter(text="Novartis").update(state="refused")
    assert find_mentions(story) >= 3
    found = states(story)
    assert [state for text, _, state in found if text == "Novartis"] == ["refused", "found", "found"]
    assert ("Kymriah", "kymriah", "confirmed") in found
    assert ("a third", "draftco", "confirmed") not in found
    for mention in story.mentions.all():
        assert story.body[mention.position :].startswith(mention.text)
    again = find_mentions(story)
    assert states(story) == found
    assert again == sum(state == "found" for *_, state in found)


def test_what_was_decided_outlives_a_search_that_is_cut_off(story, monkeypatch):
    before = states(story)
    monkeypatch.setattr(Mention.objects, "bulk_create", None)
    with pytest.raises(TypeError):
        find_mentions(story)
    assert states(story) == before


def test_what_is_linked_by_hand_and_in_code_is_not_found(story):
    story.body = "`Novartis` and [Novartis](https://example.org/) and Novartis"
    story.save()
    find_mentions(story)
    assert [mention.position for mention in story.mentions.all()] == [story.body.rindex("Novartis")]


def test_a_mention_without_a_place_is_the_editors_own(story, world):
    Mention.objects.create(article=story, entity=world["fda"], text="the agency", state="confirmed")
    find_mentions(story)
    assert story.mentions.filter(text="the agency", state="confirmed").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Novartis", "Kymriah", "*", "`", "\n", " ", "> ", "[", "](x)", "|"]), max_size=25))
def test_whatever_the_text_only_links_are_added(story, parts):
    story.body = "".join(parts) or "x"
    find_mentions(story)
    mentions = list(story.mentions.select_related("entity").order_by("position"))

    def text_of(html):
        return words(Page(type("R", (), {"content": f"<body>{html}".encode()})).root)

    assert text_of(article_html(story, mentions)) == text_of(article_html(story, []))


# At the desk


def test_saving_a_text_finds_its_mentions_and_an_editor_confirms_them(admin_client, world):
    form = Form(admin_client, "/admin/entities/article/add/")
    form.fill(title="New", slug="new", body="Novartis sells Kymriah.").save()
    new = Article.objects.get(slug="new")
    assert states(new) == [("Novartis", "novartis", "found"), ("Kymriah", "kymriah", "found")]
    page = admin_client.get("/admin/entities/article/").content.decode()
    assert "2 mentions to confirm or refuse in “New”." in page.replace("&quot;", '"')
    admin_client.post(
        "/admin/entities/article/", {"action": "confirm_found", "_selected_action": [new.pk]}
    )  # fmt: skip
    assert {state for *_, state in states(new)} == {"confirmed"}
    form = Form(admin_client, f"/admin/entities/article/{new.pk}/change/")
    form.fill(body="Novartis sells Kymriah, as Penn does not.", state="published").save()
    assert states(new)[:2] == [("Novartis", "novartis", "confirmed"), ("Kymriah", "kymriah", "confirmed")]
    pks = list(new.mentions.values_list("pk", flat=True))
    admin_client.post("/admin/entities/mention/", {"action": "refuse", "_selected_action": pks[:1]})
    assert states(new)[0] == ("Novartis", "novartis", "refused")


def test_a_new_name_is_found_when_asked_again(admin_client, world, story):
    world["penn"].names.create(text="an alliance", type="alias")
    save_revision(world["penn"])
    admin_client.post("/admin/entities/article/", {"action": "find_again", "_selected_action": [story.pk]})
    assert ("Novartis", "novartis", "confirmed") in states(story)


def test_a_text_that_the_linker_does_not_take_is_saved_without_mentions(admin_client, world):
    form = Form(admin_client, "/admin/entities/article/add/")
    form.fill(title="Long", slug="long", body="Novartis " * (MOST_FOUND + 1)).save()
    long = Article.objects.get(slug="long")
    assert "up to 30,000 names" in Page(admin_client.get("/admin/entities/article/")).text
    admin_client.post("/admin/entities/article/", {"action": "find_again", "_selected_action": [long.pk]})
    assert "up to 30,000 names" in Page(admin_client.get("/admin/entities/article/")).text
    assert states(long) == []
