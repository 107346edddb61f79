"""Cards: the head of pages, JSON-LD, the picture, the frame, and oEmbed."""

import io
import json
import re
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import html5lib
import nh3
import pytest
from django.contrib.auth.models import User
from django.utils.html import conditional_escape
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from PIL import Image, ImageChops

from dev import ROOT
from entities.linking.cards import article_card, card
from entities.linking.jsonld import NARROWER, as_script, entity_jsonld
from entities.models import Article, Entity, Source, Statement
from entities.models.kinds import KINDS
from entities.pages import EntityPage
from entities.pictures import card as picture
from entities.pictures.card import Card, Life
from entities.records import save_revision
from entities.views.cards import LINK_HEIGHT, oembed_data
from tests.outlets import PAGES, outlets
from tests.reading import Page
from tests.standing import on_stage, standing
from tests.test_queries import cost
from tests.vocabulary import breaches, expanded
from tests.world import HIDDEN, build, edge, load, records

stage = standing(build)
world = on_stage()
SITE = "http://testserver"
EVIL = 'Evil </script><script>alert(1)</script> & <!-- "Sons" 中'
FIRST_BYTES = 20_000


def meta(page, name):
    """The content of the one meta element of that name or property."""
    (found,) = (tag for tag in page.all("head/meta") if name in (tag.get("name"), tag.get("property")))
    return found.get("content")


def links(page, rel, media_type=None):
    found = [link for link in page.all("head/link") if link.get("rel") == rel]
    return [link.get("href") for link in found if media_type in (None, link.get("type"))]


def data_of(page):
    (script,) = page.all("head/script[@type='application/ld+json']")
    return json.loads(script.text)


def rename(entity, name):
    Entity.objects.filter(pk=entity.pk).update(name=name)


def hide(entity):
    Entity.objects.filter(pk=entity.pk).update(state="draft")


# JSON-LD


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_the_data_of_every_kind_keep_to_the_vocabulary(world, kind, slug):
    assert list(breaches(expanded(entity_jsonld(world[slug])))) == []


@pytest.mark.parametrize(("kind", "type"), [(kind, type) for kind in KINDS for type in KINDS[kind].types])
def test_every_type_of_every_kind_has_a_type_of_the_vocabulary(world, kind, type):
    (slug,) = [slug for _, slug in PAGES if _ == kind][:1]
    world[slug].type = type
    assert list(breaches(expanded(entity_jsonld(world[slug])))) == []


def test_narrower_types_are_of_types_that_exist():
    assert all(type in KINDS[kind].types for kind, type in NARROWER)


def test_the_check_of_the_vocabulary_sees_what_does_not_belong(world):
    for wrong in (
        {"datePublished": "2012"},
        {"foundingDate": {"@type": "Project", "name": "x"}},
        {"member": {"@type": "Drug", "name": "x"}},
        {"member": {"@type": "OrganizationRole", "funder": {"@type": "NGO", "name": "x"}}},
        {"@type": "Alliance"},
        {"@reverse": {"drug": [{"@type": "MedicalCondition"}]}},
    ):
        assert list(breaches(expanded(entity_jsonld(world["alliance"]) | wrong)))


def test_a_partner_is_a_role_with_its_name_and_dates(world):
    data = entity_jsonld(world["alliance"])
    penn, novartis, oldco = data["member"]
    assert penn == {
        "@type": "OrganizationRole",
        "roleName": "Originator",
        "member": {
            "@type": "CollegeOrUniversity",
            "@id": f"{SITE}/e/{world['penn'].uid}",
            "name": "University of Pennsylvania",
        },
    }
    assert (oldco["startDate"], oldco["endDate"]) == ("2012", "2014")
    assert novartis["roleName"] == "Licensee"
    assert (data["foundingDate"], data["dissolutionDate"]) == ("2012-08", "2019-09")


def test_an_entity_is_named_by_its_permalink_and_known_by_its_identifiers(world):
    data = entity_jsonld(world["penn"])
    assert data["@id"] == f"{SITE}/e/{world['penn'].uid}"
    assert data["url"] == f"{SITE}/institutions/penn/"
    assert data["sameAs"] == ["https://ror.org/00b30xv10", "https://www.upenn.edu/"]
    assert data["identifier"][0]["value"] == "00b30xv10"
    assert data["alternateName"] == ["Penn", "Universität Pennsylvanien"]
    assert data["address"]["addressCountry"] == "US"
    assert [role["memberOf"]["name"] for role in data["memberOf"]] == [
        "Novartis–Penn licence",
        "Penn–Novartis alliance",
        "Rare Network",
    ]


def test_the_page_about_an_entity_cites_what_its_own_statements_rest_on(world):
    page = entity_jsonld(world["alliance"])["mainEntityOfPage"]
    assert [work["name"] for work in page["citation"]] == ["Title 1", "Title 2"]
    assert page["citation"][1]["@type"] == "ScholarlyArticle"
    assert page["version"] == world["alliance"].version


def test_a_therapy_has_its_makers_its_approvals_and_what_it_is_for(world):
    data = entity_jsonld(world["kymriah"])
    assert [role["manufacturer"]["name"] for role in data["manufacturer"]] == ["University of Pennsylvania", "Novartis"]
    assert data["nonProprietaryName"] == ["tisagenlecleucel"]
    assert data["legalStatus"][0] == "Approved"
    assert data["legalStatus"][1]["startDate"] == "2017-08-30"
    assert data["legalStatus"][1]["legalStatus"]["recognizingAuthority"]["name"] == "U.S. Food and Drug Administration"
    assert data["@reverse"]["drug"][0]["name"] == "Leukaemia"
    assert entity_jsonld(world["leukaemia"])["drug"][0]["name"] == "Kymriah"


def test_data_of_an_entity_cost_as_much_as_its_page(client, world, django_assert_max_num_queries):
    alliance = Entity.objects.get(slug="alliance")
    with django_assert_max_num_queries(9):
        entity_jsonld(alliance)


def test_no_name_can_end_the_script_of_the_data(client, world):
    rename(world["novartis"], EVIL)
    response = client.get("/collaborations/alliance/")
    source = response.content.decode()
    inside = source.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set("<>&") & set(inside)
    assert data_of(Page(response))["member"][1]["member"]["name"] == EVIL
    assert "<script>alert" not in source


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12))
def test_the_script_of_any_data_reads_back_as_the_data(value):
    text = as_script({"name": value, "x": "<&>"}, 10**6)
    assert not set("<>&") & set(text)
    assert json.loads(text)["x"] == "<&>"


@given(st.lists(st.text(max_size=40), max_size=200), st.integers(100, 4000))
def test_long_lists_are_cut_until_the_script_fits(names, most):
    data = {"@id": "x", "member": [{"name": name} for name in names]}
    text = as_script(data, most)
    assert len(text.encode()) <= most
    kept = json.loads(text).get("member", [])
    assert kept == [{"name": name} if name else {} for name in names][: len(kept)]


# The head of pages


def test_an_entity_page_has_a_title_a_description_and_a_card_of_its_own(client, world):
    page = Page(client.get("/collaborations/alliance/"))
    assert meta(page, "og:title") == "Penn–Novartis alliance"
    assert meta(page, "description") == meta(page, "og:description") == "An alliance for CAR-T."
    assert meta(page, "og:url") == links(page, "canonical")[0] == f"{SITE}/collaborations/alliance/"
    assert meta(page, "og:image") == f"{SITE}/e/{world['alliance'].uid}/card.png"
    assert meta(page, "twitter:card") == "summary_large_image"
    for name in ("title", "description", "image", "image:alt"):
        assert meta(page, f"twitter:{name}") == meta(page, f"og:{name}")
    alt = "Penn–Novartis alliance. Collaboration, Academia and industry. University of Pennsylvania, originator, "
    assert meta(page, "og:image:alt").startswith(f"{alt}with Novartis, licensee, and 1 more, from August 2012")


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("licence-2020", "Novartis, licensor, with University of Pennsylvania, licensee, since May 2020"),
        ("network", "Network in France, since 2015"),
        ("kymriah", "CAR-T of University of Pennsylvania and Novartis, approved, first in 2017"),
        ("leukaemia", "Disease, Cancer"),
    ],
)
def test_without_a_summary_the_first_sentence_describes(client, world, slug, sentence):
    found = meta(Page(client.get(world[slug].get_absolute_url())), "description")
    assert found == sentence


def test_an_article_of_our_own_unfurls_as_an_article_with_a_card_of_its_own(client, world):
    page = Page(client.get("/articles/story/"))
    assert (meta(page, "og:type"), meta(page, "article:published_time")) == ("article", "2024-05")
    assert meta(page, "article:modified_time").startswith(f"{Article.objects.get(slug='story').modified:%Y-%m-%d}T")
    assert meta(page, "citation_author") == "An author"
    assert meta(page, "og:image") == meta(page, "twitter:image") == f"{SITE}/articles/story/card.png"
    alt = "A story. Article, An author, May 2024. It names Novartis, Kymriah."
    assert meta(page, "og:image:alt") == meta(page, "twitter:image:alt") == alt
    address = "/articles/story/card.png?width=600"
    drawn = client.get(address)
    assert Image.open(io.BytesIO(drawn.content)).size == (600, 315)
    assert client.get(address, headers={"if-none-match": drawn["ETag"]}).status_code == 304
    assert client.get("/articles/story/card.png?width=601").status_code == 400
    Article.objects.filter(slug="story").update(authors="An author; Ada Lovelace; ")
    page = Page(client.get("/articles/story/"))
    authors = [tag.get("content") for tag in page.all("head/meta[@name='citation_author']")]
    assert authors == ["An author", "Ada Lovelace"]


def test_the_card_of_an_article_names_its_first_entities_and_counts_the_rest(world):
    entities = [world[slug] for slug in ("novartis", "penn", "kymriah", "fda")]
    article = Article(slug="a", title="On four", body="x", authors="Ada; Bo")
    drawn = article_card(article, entities)
    assert drawn.sentence == "Article, Ada, Bo. It names Novartis, University of Pennsylvania, Kymriah and 1 more"
    assert drawn.kinds == ("institution", "regulatory_body", "therapy")
    assert drawn.address == "testserver/articles/a/"
    assert article_card(Article(slug="a", title="On none", body="x"), []).sentence == "Article"


@pytest.mark.parametrize("slug", ["rumour", "hidden-essay", "essay", "nonesuch"])
def test_what_is_no_public_article_of_our_own_has_no_card(client, world, slug):
    assert client.get(f"/articles/{slug}/card.png").status_code == 404
    assert ask(client, f"{SITE}/articles/{slug}/").status_code == 404


PLAIN_PAGES = [
    "/",
    "/about/",
    "/entities/",
    "/collaborations/",
    "/tags/",
    "/tags/car-t/",
    "/sources/",
    "/sources/source-1/",
    "/articles/",
    "/link/",
    "/linking/demo/",
    "/webmention",
]


def test_other_pages_have_titles_descriptions_and_the_card_of_the_site(client, world):
    seen = set()
    for address in PLAIN_PAGES:
        page = Page(client.get(address))
        seen.add((meta(page, "og:title"), meta(page, "og:description")))
        assert meta(page, "description") == meta(page, "og:description")
        assert meta(page, "og:url") == links(page, "canonical")[0] == f"{SITE}{address}"
        image = meta(page, "og:image")
        assert image.startswith(f"{SITE}/static/")
        assert client.get(image.removeprefix(SITE)).status_code == 200
    assert len(seen) == len(PLAIN_PAGES)


def test_every_picture_has_the_size_that_pages_say(client, world):
    page = Page(client.get("/institutions/penn/"))
    for content in (
        client.get(meta(page, "og:image").removeprefix(SITE)).content,
        (ROOT / "static" / "img" / "card.png").read_bytes(),
    ):
        image = Image.open(io.BytesIO(content))
        assert image.format == "PNG"
        assert image.size == (int(meta(page, "og:image:width")), int(meta(page, "og:image:height")))


def test_what_machines_read_stands_within_the_first_bytes_whatever_the_entity(client, world):
    text = "長" * 5000
    Entity.objects.filter(slug="alliance").update(name="名" * 300, summary=text)
    members = [
        {"slug": f"m-{n}", "kind": "institution", "type": "company", "name": f"{'<&>' * 30} {n}"} for n in range(300)
    ]
    load({"entities": members})
    alliance = world["alliance"]
    Statement.objects.bulk_create(
        Statement(subject=alliance, number=100 + n, predicate="partner", object=entity, role="partner")
        for n, entity in enumerate(Entity.objects.filter(slug__startswith="m-"))
    )
    response = client.get("/collaborations/alliance/")
    assert response.content.index(b"</head>") < FIRST_BYTES
    assert data_of(Page(response))["@id"].endswith(alliance.uid)


def test_a_citation_manager_finds_an_entry_of_an_encyclopedia_with_its_version(client, world):
    """Zotero's “Embedded Metadata” reads these; without `z:itemType` a citation_title would mean a journal article."""
    page = Page(client.get("/collaborations/alliance/"))
    assert meta(page, "z:itemType") == "encyclopediaArticle"
    assert meta(page, "citation_title") == "Penn–Novartis alliance"
    assert meta(page, "citation_public_url") == f"{SITE}/e/{world['alliance'].uid}"
    assert meta(page, "prism.edition") == str(world["alliance"].version)
    assert meta(page, "citation_publication_date") == world["alliance"].modified.strftime("%Y/%m/%d")
    assert meta(page, "og:site_name") == "Collabs"


@pytest.mark.parametrize("media_type", ["application/json+oembed", "text/xml+oembed"])
def test_the_page_of_an_article_leads_to_its_oembed_answer(client, world, media_type):
    (address,) = links(Page(client.get("/articles/story/")), "alternate", media_type)
    assert b"A story" in client.get(address.removeprefix(SITE)).content
    data = ask(client, f"{SITE}/articles/story/").json()
    assert (data["type"], data["title"], data["author_name"]) == ("link", "A story", "An author")
    assert data["thumbnail_url"] == f"{SITE}/articles/story/card.png?width=1200"
    assert "html" not in data


@pytest.mark.parametrize("media_type", ["application/json+oembed", "text/xml+oembed"])
def test_the_page_leads_to_its_oembed_answer(client, world, media_type):
    (address,) = links(Page(client.get("/therapies/kymriah/")), "alternate", media_type)
    assert address.startswith(f"{SITE}/oembed?")
    response = client.get(address.removeprefix(SITE))
    assert response["Content-Type"].split(";")[0] == media_type.replace("+oembed", "")
    assert b"Kymriah" in response.content


def test_a_draft_has_no_card_even_for_its_editor(client, world):
    client.force_login(User.objects.create_superuser("editor"))
    source = client.get("/institutions/draftco/").content.decode()
    assert "og:image" not in source
    assert "ld+json" not in source
    assert client.get(f"/e/{world['draftco'].uid}/card.png").status_code == 404


def test_the_head_does_not_believe_the_host_header(client, world, settings):
    settings.SITE_URL = "https://collabs.example"
    source = client.get("/collaborations/alliance/").content.decode()
    head = source.partition("</head>")[0]
    assert "testserver" not in head
    assert head.count("https://collabs.example/") > 10


# The picture


def ink(content):
    """(left, top, right, bottom) of all that is not paper."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return ImageChops.difference(image, Image.new("RGB", image.size, picture.PAPER)).getbbox()


def drawn(**more):
    card = Card("institution", "Institution", "Company", "Novartis", "Company in Basel", "collabs.example/e/CGT0000012")
    return picture.draw(card._replace(**more))


WIDE = "W" * 300
LIVES = [None, Life(29, ((2000, 4.0), (2025, 93.0)), (98.0, 40.0, True), (0.0, 50.0, 100.0))]


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("name", ["", "X", "Novartis", "Of " * 100, WIDE, "ÅÇḗ gjpqy " * 30, "国" * 300, "x 国" * 60])
@pytest.mark.parametrize("sentence", ["", "Company", "many words " * 90, WIDE])
def test_nothing_is_drawn_beyond_the_margins(name, sentence, life):
    content = drawn(name=name, sentence=sentence, type_label=f"Company {sentence}", life=life)
    left, top, right, bottom = ink(content)
    assert left >= picture.MARGIN - 4
    assert right <= picture.RIGHT + 4
    assert top >= 40
    assert bottom <= picture.HEIGHT - 24
    assert len(content) < 100_000


@how(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_gives_a_picture_within_the_margins(name, sentence):
    left, _, right, _ = ink(drawn(name=name, sentence=sentence))
    assert left >= picture.MARGIN - 4
    assert right <= picture.RIGHT + 4


def test_lines_are_made_even_without_breaking_a_word():
    lines = picture.wrapped("Mahidol–Genepeutic CD19 CAR-T", picture.SERIF, 76, 1000)
    assert " ".join(picture.balanced(lines, picture.SERIF, 76)) == "Mahidol–Genepeutic CD19 CAR-T"


def test_words_that_the_fonts_cannot_write_are_left_out():
    assert picture.legible("AMED (日本医療研究開発機構)") == "AMED"
    assert picture.legible("国立 Research 研究 Agency") == "Research Agency"
    assert picture.legible("Zu\u0308rich Đặng β-Θαλασσαιμία Талассемия “x” – … €") == (
        "Zürich Đặng β-Θαλασσαιμία Талассемия “x” – … €"
    )
    assert picture.legible("معهد العلاج") == ""
    assert drawn(name="Novartis") == drawn(name="Novartis 株式会社")
    assert drawn(name="Novartis") != drawn(name="Novartia")


def test_a_name_in_another_script_gives_way_to_one_that_can_be_read(world):
    rename(world["novartis"], "ノバルティス")
    assert card(EntityPage(Entity.objects.get(slug="novartis")), 2026).name == "Novartis AG"


@pytest.mark.parametrize("kind", KINDS)
def test_the_colours_are_those_of_the_style_sheet(kind):
    import math

    text = (ROOT / "static" / "css" / "tokens.css").read_text()
    hue, chroma = re.search(rf'data-kind="{kind}"\] {{ --h: (\d+); --c: ([.\d]+) }}', text).groups()
    wanted = {picture.HUES[kind]: (0.48, float(chroma), float(hue))}
    for name, colour in (("paper", picture.PAPER), ("ink", picture.INK), ("ink-2", picture.SECOND)):
        light = re.search(rf"--{name}: light-dark\(oklch\(([.\d]+)% ([.\d]+) (\d+)\)", text).groups()
        wanted[colour] = (float(light[0]) / 100, float(light[1]), float(light[2]))
    for colour, (lightness, chroma, hue) in wanted.items():
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
        linear = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
        )
        parts = [max(12.92 * x, 0) if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055 for x in linear]
        given_parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        assert all(abs(255 * part - part_given) <= 1 for part, part_given in zip(parts, given_parts, strict=True))


def test_the_card_of_the_site_is_as_the_code_draws_it():
    """Up to what another release of the drawing library may differ in at the edges of letters."""
    committed = Image.open(ROOT / "static" / "img" / "card.png").convert("L")
    now = Image.open(io.BytesIO(picture.draw(picture.SITE))).convert("L")
    difference = ImageChops.difference(committed, now).histogram()
    assert sum(difference[64:]) < 0.002 * 1200 * 630


def test_a_card_is_public_and_costs_little_when_it_is_asked_for_again(client, world, monkeypatch):
    address = f"/e/{world['alliance'].uid}/card.png"
    first = client.get(address)
    assert first["Content-Type"] == "image/png"
    assert first["Cache-Control"] == "public, max-age=3600"
    assert not first.cookies
    monkeypatch.setattr(picture, "Pen", None)  # nothing can be drawn from here on
    assert client.get(address).content == first.content
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    head = client.head(address)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(first.content)))


def test_a_card_changes_with_the_name_of_a_partner_and_loses_a_hidden_one(client, world):
    address = f"/e/{world['licence-2020'].uid}/card.png"
    tags = {client.get(address)["ETag"]}
    rename(world["novartis"], "Novartix")
    tags.add(client.get(address)["ETag"])
    hide(world["novartis"])
    tags.add(client.get(address)["ETag"])
    assert len(tags) == 3
    shown = card(EntityPage(Entity.objects.get(slug="licence-2020")), 2026)
    assert "Novartix" not in shown.sentence


def test_a_card_comes_in_three_widths(client, world):
    address = f"/e/{world['penn'].uid}/card.png"
    for width, height in ((1200, 630), (600, 315), (300, 157)):
        assert Image.open(io.BytesIO(client.get(f"{address}?width={width}").content)).size == (width, height)
    for width in ("", "0", "601", "-300", "x", "٣٠٠"):
        assert client.get(address, {"width": width}).status_code == 400


@pytest.mark.parametrize("end", ["card.png", "embed"])
def test_pictures_and_frames_follow_the_state_of_the_entity(client, world, end):
    def ask(slug):
        return client.get(f"/e/{world[slug].uid}/{end}")

    assert ask("penn").status_code == 200
    assert ask("draftco").status_code == 404
    assert ask("draftco").content == client.get(f"/e/CGT0000012/{end}").content
    assert ask("gone").status_code == 410
    assert b"Gone Secret" not in ask("gone").content
    assert (ask("doubled").status_code, ask("doubled")["Location"]) == (302, f"/e/{world['penn'].uid}/{end}")
    lower = client.get(f"/e/{world['penn'].uid.lower()}/{end}")
    assert (lower.status_code, lower["Location"]) == (302, f"/e/{world['penn'].uid}/{end}")
    assert client.get(f"/e/{world['penn'].uid.lower()}/{end}?version=1")["Location"].endswith(f"/{end}?version=1")
    assert client.get(f"/e/{world['doubled'].uid}/{end}?version=1")["Location"].endswith(f"/{end}")
    assert client.get(f"/e/nonsense/{end}").status_code == 404
    assert client.post(f"/e/{world['penn'].uid}/{end}").status_code == 405


# The frame


def embed(client, entity, **query):
    return client.get(f"/e/{entity.uid}/embed", query)


def test_the_frame_may_stand_on_any_site_in_a_sandbox_without_cookies(client, world):
    client.force_login(User.objects.create_user("reader"))
    response = embed(client, world["alliance"])
    rules = dict(rule.strip().split(" ", 1) for rule in response["Content-Security-Policy"].split(";"))
    assert rules["frame-ancestors"] == "*"
    assert rules["default-src"] == "'none'"
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]
    assert "X-Frame-Options" not in response
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_all_other_pages_refuse_to_be_framed(client, world):
    for route, address in outlets(world):
        response = client.get(address)
        if route == "embed":
            continue
        assert response["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], address


def test_the_frame_says_what_the_entity_is_and_leads_to_it(client, world, settings):
    settings.SITE_URL = "https://collabs.example"
    page = Page(embed(client, world["alliance"]))
    assert "Penn–Novartis alliance" in page.text
    assert "University of Pennsylvania, originator, with Novartis, licensee, and 1 more" in page.text
    permalink = f"https://collabs.example/e/{world['alliance'].uid}"
    assert page.hrefs()[0] == permalink
    assert {link.get("target") for link in page.all(".//a")} == {"_top"}
    assert page.errors == []


def test_a_pinned_frame_shows_its_version_and_says_when_facts_have_changed(client, world):
    alliance = Entity.objects.get(slug="alliance")
    first = alliance.version
    page = Page(embed(client, alliance, version=first))
    assert f"Version {first}" in page.text
    assert "changed" not in page.text
    alliance.statements.filter(object__slug="novartis").delete()
    alliance.name = "Another name"
    alliance.save()
    save_revision(alliance)
    page = Page(embed(client, alliance, version=first))
    assert "Penn–Novartis alliance" in page.text
    assert "Novartis, licensee" in page.text
    assert f"Version {first}. Facts have changed since: version {first + 1}" in page.text
    page = Page(embed(client, alliance))
    assert "Another name" in page.text
    assert "Novartis, licensee" not in page.text


def test_a_version_that_was_undone_has_not_changed(client, world):
    penn = Entity.objects.get(slug="penn")
    first = penn.version
    for name in ("Pennsylvania", "University of Pennsylvania"):
        penn.name = name
        penn.save()
        save_revision(penn)
    assert penn.version == first + 2
    assert "changed" not in Page(embed(client, penn, version=first)).text
    assert "changed" in Page(embed(client, penn, version=first + 1)).text


def test_a_pinned_frame_names_partners_as_they_are_called_and_published_now(client, world):
    alliance = world["alliance"]
    Entity.objects.filter(slug="novartis").update(slug="novartis-ag", name="Novartis today")
    world["novartis"].old_slugs.create(slug="novartis")
    hide(world["penn"])
    text = Page(embed(client, alliance, version=alliance.version)).text
    assert "Novartis today, licensee" in text
    assert "Pennsylvania" not in text


@pytest.mark.parametrize("version", ["0", "99", "-1", "x", "", "1.5", "9" * 5000, "²"])
def test_an_unknown_version_is_not_found(client, world, version):
    assert embed(client, world["alliance"], version=version).status_code == 404


def test_what_was_a_draft_in_its_first_version_is_not_shown(client, world):
    draft = Entity.objects.get(slug="draftco")
    first = draft.version
    draft.state, draft.name = "published", "Openco"
    draft.save()
    save_revision(draft)
    assert embed(client, draft, version=first).status_code == 404
    assert embed(client, draft, version=draft.version).status_code == 200


# oEmbed


def ask(client, url, **query):
    return client.get("/oembed", {"url": url, **query})


def test_an_address_gives_a_frame_that_degrades_to_a_link(client, world):
    response = ask(client, f"{SITE}/collaborations/alliance/")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    data = response.json()
    permalink = f"{SITE}/e/{world['alliance'].uid}"
    assert (data["version"], data["type"], data["title"]) == ("1.0", "rich", "Penn–Novartis alliance")
    assert (data["provider_name"], data["provider_url"]) == ("Collabs", f"{SITE}/")
    frame, paragraph = html5lib.parseFragment(data["html"], namespaceHTMLElements=False)
    assert (frame.tag, frame.get("src"), frame.text) == ("iframe", f"{permalink}/embed", None)
    assert (frame.get("width"), int(frame.get("height"))) == (str(data["width"]), data["height"] - LINK_HEIGHT)
    assert "allow-scripts" not in frame.get("sandbox")
    (link,) = paragraph
    assert (link.tag, link.get("href"), link.text) == ("a", permalink, "Penn–Novartis alliance")
    assert data["thumbnail_url"] == f"{permalink}/card.png?width=1200"
    assert client.get(data["thumbnail_url"].removeprefix(SITE)).status_code == 200


def test_where_a_site_allows_no_frame_the_link_stays(client, world):
    rename(world["penn"], EVIL)
    data = ask(client, f"{SITE}/institutions/penn/").json()
    assert nh3.clean(data["html"], link_rel=None) == (
        f'<p><a href="{SITE}{world["penn"].permalink}">{conditional_escape(EVIL)}</a></p>'.replace("&quot;", '"')
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://testserver/e/{uid}",
        "https://testserver/e/{uid}",
        "HTTPS://TestServer/e/{uid}",
        "http://testserver/e/{lower}",
        "http://testserver/e/{uid}/embed?version=1",
        "http://testserver/institutions/penn/",
        "http://testserver/institutions/penn/?since=2020&x=%00#s3",
        "http://testserver/collaborations/penn/",
        "http://testserver/institutions/doubled/",
        "http://testserver/institutions/doubled-before/",
        "http://testserver/institutions/%70enn/",
        " http://testserver/institutions/penn.json ",
    ],
)
def test_an_entity_is_found_by_each_of_its_addresses(client, world, address):
    uid = world["penn"].uid
    assert ask(client, address.format(uid=uid, lower=uid.lower())).json()["title"] == "University of Pennsylvania"


@pytest.mark.parametrize(
    ("status", "address"),
    [
        (404, "http://elsewhere.example/institutions/penn/"),
        (404, "http://testserver.evil.example/institutions/penn/"),
        (404, "http://testserver@evil.example/institutions/penn/"),
        (404, "http://testserver:81/institutions/penn/"),
        (404, "ftp://testserver/institutions/penn/"),
        (404, "//testserver/institutions/penn/"),
        (404, "/institutions/penn/"),
        (404, "http://testserver/institutions/nonesuch/"),
        (404, "http://testserver/institutions/"),
        (404, "http://testserver/tags/car-t/"),
        (404, "http://testserver/nowhere"),
        (404, "http://testserver/institutions/draftco/"),
        (404, "http://testserver/institutions/gone/"),
        (404, "http://testserver/e/CGT0000012"),
        (404, "http://[::1/"),
        (404, "http://testserver:port/"),
        (404, "http://testserver/%ff%00/"),
        (401, "http://testserver/admin/"),
        (401, "https://testserver/admin/entities/institution/1/change/"),
        (401, "http://testserver/styleguide/"),
        (400, ""),
    ],
)
def test_other_addresses_are_refused(client, world, status, address):
    client.force_login(User.objects.create_superuser("editor"))  # whoever asks
    response = ask(client, address)
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not any(word in response.content.decode() for word in HIDDEN)


@pytest.mark.parametrize(("number", "status"), [(1, 200), (8, 200), (9, 404), (0, 404), (99999, 404)])
def test_a_statement_that_never_was_has_no_answer(client, world, number, status):
    world["alliance"].statements.filter(number=8).delete()  # what was taken back leads to the page
    save_revision(world["alliance"])
    assert ask(client, f"{SITE}/e/{world['alliance'].uid}/s/{number}").status_code == status
    assert client.get(f"/e/{world['alliance'].uid}/s/{number}").status_code == (302 if status == 200 else 404)


def test_a_request_without_an_address_or_with_bad_limits_is_bad(client, world):
    assert client.get("/oembed").status_code == 400
    for name in ("maxwidth", "maxheight"):
        for value in ("", "0", "-5", "wide", "1.5", "1e3", "9" * 5000, "²"):
            assert ask(client, f"{SITE}/institutions/penn/", **{name: value}).status_code == 400


def test_a_format_that_we_do_not_speak_is_not_implemented(client, world):
    for form in ("yaml", "", "JSON "):
        assert ask(client, f"{SITE}/institutions/penn/", format=form).status_code == 501


def test_xml_says_the_same_as_json_and_is_well_formed(client, world):
    rename(world["penn"], EVIL)
    url = f"{SITE}/institutions/penn/"
    response, data = ask(client, url, format="xml"), ask(client, url, format="json").json()
    assert response["Content-Type"].startswith("text/xml")
    assert response["Access-Control-Allow-Origin"] == "*"
    root = ElementTree.fromstring(response.content)
    assert root.tag == "oembed"
    assert {child.tag: child.text for child in root} == {key: str(value) for key, value in data.items()}
    assert "<script" not in data["html"]
    assert html5lib.parseFragment(data["html"], namespaceHTMLElements=False)[1][0].text == EVIL


@how(max_examples=60, deadline=None)
@given(st.none() | st.integers(1, 2000), st.none() | st.integers(1, 2000))
def test_limits_are_kept(most_width, most_height):
    entity = Entity(kind="institution", uid="CGT0000012", name="X", slug="x")
    data = oembed_data(entity, most_width, most_height)
    for width, height in (("width", "height"), ("thumbnail_width", "thumbnail_height")):
        assert data.get(width, 1) <= (most_width or 10**9)
        assert data.get(height, 1) <= (most_height or 10**9)
    assert {"html", "width", "height"} <= data.keys() if data["type"] == "rich" else "html" not in data
    assert ("thumbnail_url" in data) == ("thumbnail_width" in data) == ("thumbnail_height" in data)
    if (most_width or 800) >= 300 and (most_height or 800) >= 456:
        assert data["type"] == "rich"
    if (most_width or 300) < 300:
        assert data["type"] == "link"


def test_the_oembed_answer_does_not_believe_the_host_header(client, world, settings):
    settings.SITE_URL = "https://collabs.example"
    assert ask(client, f"{SITE}/institutions/penn/").status_code == 404
    text = ask(client, "http://collabs.example/institutions/penn/").content.decode()
    assert "testserver" not in text
    assert f"https://collabs.example/e/{world['penn'].uid}/embed" in text


# What is not public


def add_statement(subject, predicate, target, **more):
    subject = Entity.objects.get(slug=subject)
    return Statement.objects.create(
        subject=subject, number=90, predicate=predicate, object=Entity.objects.get(slug=target), **more
    )


@pytest.mark.parametrize("slug", ["draftco", "gone", "doubled"])
def test_no_card_names_a_partner_that_is_not_published(client, world, slug):
    add_statement("licence-2020", "partner", slug, role="licensor").sources.add(Source.objects.get(key="source-4"))
    Statement.objects.filter(subject__slug="licence-2020", object__slug="penn").delete()
    entity = Entity.objects.get(slug="licence-2020")
    save_revision(entity)
    answers = [
        client.get(entity.get_absolute_url()).content.decode(),
        embed(client, entity).content.decode(),
        embed(client, entity, version=entity.version).content.decode(),
        ask(client, f"{SITE}{entity.permalink}").content.decode(),
        repr(card(EntityPage(entity), 2026)),
        json.dumps(entity_jsonld(entity)),
    ]
    for answer in answers:
        assert "Secret" not in answer.replace("Secretariat", "")
        assert "Hidden Herald" not in answer


# What it costs


def test_each_answer_costs_a_fixed_number_of_queries(client, world):
    uid = world["alliance"].uid
    addresses = {
        f"/e/{uid}/card.png": 9,
        f"/e/{uid}/embed": 9,
        f"/e/{uid}/embed?version=1": 5,
        f"/oembed?url={quote(f'{SITE}/e/{uid}')}": 1,
        f"/oembed?url={quote(f'{SITE}/institutions/doubled-before/')}": 2,
    }
    assert {address: cost(client, address) for address in addresses} == addresses
    others = [{"slug": f"o-{n}", "kind": "institution", "type": "company", "name": f"O {n}"} for n in range(100)]
    (alliance,) = (record for record in records()["entities"] if record["slug"] == "alliance")
    alliance["statements"] += [edge("partner", other["slug"], "partner", ["source-1"]) for other in others]
    load({"entities": [*others, alliance]})
    newest = {address.replace("version=1", "version=2"): queries for address, queries in addresses.items()}
    assert {address: cost(client, address) for address in newest} == newest


def test_the_address_of_an_oembed_answer_is_the_permalink(client, world):
    (address,) = links(Page(client.get("/therapies/kymriah/")), "alternate", "application/json+oembed")
    assert parse_qs(urlsplit(address).query) == {"url": [f"{SITE}/e/{world['kymriah'].uid}"], "format": ["json"]}
