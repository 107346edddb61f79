"""“Mentioned in”: the published articles that an entry's page names."""

import pytest

from entities.models import Article, Entity, Mention
from tests.reading import Page, faults, words
from tests.standing import on_stage, standing
from tests.world import build

stage = standing(build)
world = on_stage()


def section(client, address="/institutions/penn/"):
    return Page(client.get(address)).ids.get("mentioned")


def add(world, title, slug="penn", state="confirmed", **values):
    values = {"url": f"https://weekly.example/{title}", **values}
    article = Article.objects.create(slug=title.lower(), title=title, state="published", **values)
    return Mention.objects.create(article=article, entity=world[slug], text=slug, state=state)


def test_a_page_names_who_wrote_the_article_where_and_when(client, world):
    found = section(client)
    assert words(found) == "Mentioned in How an alliance began Ada Lovelace, Bo Li, Example Weekly, 2019"
    (link,) = found.iter("a")
    assert link.get("href") == "https://weekly.example/essay"
    assert set(link.get("rel").split()) == {"external", "nofollow", "ugc"}


def test_the_markdown_of_a_page_names_them_too(client, world):
    text = client.get(f"{world['penn'].permalink}.md").content.decode()
    line = "[How an alliance began](<https://weekly.example/essay>), Ada Lovelace, Bo Li, Example Weekly, 2019"
    assert f"## Mentioned in\n\n- {line}\n" in text


def test_it_stands_before_the_sources_and_in_the_contents(client, world):
    page = Page(client.get("/collaborations/alliance/"))
    places = [element.get("id") for element in page.all(".//article/section")]
    assert places.index("mentioned") == places.index("sources") - 1
    assert "#mentioned" in page.hrefs(page.one(".//nav[@aria-label='On this page']"))


@pytest.mark.parametrize("state", ["found", "refused", "gone"])
def test_a_mention_that_is_not_confirmed_does_not_show(client, world, state):
    add(world, "Another", slug="fda", state=state)
    assert section(client, "/regulatory-bodies/fda/") is None


def test_an_article_that_is_not_published_does_not_show(client, world):
    mention = add(world, "Another", slug="fda")
    Article.objects.filter(pk=mention.article_id).update(state="draft")
    assert section(client, "/regulatory-bodies/fda/") is None


def test_articles_stand_latest_first_and_each_once(client, world):
    mention = add(world, "Later", published="2024-05")
    add(world, "Undated")
    Mention.objects.create(article=mention.article, entity=world["penn"], text="again", position=7)
    Mention.objects.create(article=mention.article, entity=world["doubled"], text="its double", state="confirmed")
    assert [words(link) for link in section(client).iter("a")] == ["Later", "How an alliance began", "Undated"]


def test_an_article_of_our_own_leads_to_its_page(client, world):
    (link,) = section(client, "/therapies/kymriah/").iter("a")
    assert (words(link), link.get("href"), link.get("rel")) == ("A story", "/articles/story/", None)
    assert client.get("/articles/story/").status_code == 200
    assert (
        "[A story](<http://testserver/articles/story/>)"
        in client.get(f"{world['kymriah'].permalink}.md").content.decode()
    )


def test_many_articles_fold(client, world):
    for number in range(30):
        add(world, f"Article-{number}", published="2024")
    answer = client.get("/institutions/penn/")
    found = Page(answer).ids["mentioned"]
    assert len(list(found.iter("a"))) == 31
    assert words(found.find("details/summary")) == "Show all 31"
    assert len(list(found.find("details").iter("a"))) == 21
    assert faults(answer) == []


def test_a_merged_entry_takes_its_articles_along(client, world):
    Entity.objects.filter(slug="novartis").update(state="merged", merged_into=world["fda"])
    add(world, "About", slug="novartis")
    assert "About" in words(section(client, "/regulatory-bodies/fda/"))
    Entity.objects.filter(slug="novartis").update(state="draft", merged_into=None)
    assert section(client, "/regulatory-bodies/fda/") is None
