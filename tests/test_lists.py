"""Lists: their orders, their pages, their words, their data."""

import pytest

from entities.facets import MOST_LISTED
from entities.models import Entity
from entities.models.kinds import KINDS
from tests.reading import Page, ask, data_of, slugs, words
from tests.standing import on_stage, standing
from tests.world import build, load

stage = standing(build)
world = on_stage()


def add(*records):
    load({"entities": list(records)})


def company(slug, name, **more):
    return {"slug": slug, "kind": "institution", "type": "company", "name": name, **more}


@pytest.fixture
def many(world):
    """Three hundred more companies: Company 000 to 299."""
    add(*(company(f"company-{n:03}", f"Company {n:03}") for n in range(300)))
    return world


# Orders


def test_institutions_stand_by_name_whatever_its_accents(client, world):
    add(company("aa", "Ångström Cells"), company("zz", "zeta"), company("b", "Öko Genes"))
    expected = ["aa", "novartis", "b", "oldco", "penn", "zz"]  # Angstrom, Novartis, Oko, Oldco, University, zeta
    assert slugs(client, "/institutions/") == expected


def test_collaborations_stand_latest_first(client, world):
    add(
        {"slug": "undated", "kind": "collaboration", "type": "funding", "name": "Undated"},
        {"slug": "year-only", "kind": "collaboration", "type": "funding", "name": "Y", "start": "2020"},
    )
    assert slugs(client, "/collaborations/") == ["licence-2020", "year-only", "alliance", "undated"]


def test_earliest_first_puts_what_has_no_date_last_too(client, world):
    add(
        {"slug": "undated", "kind": "collaboration", "type": "funding", "name": "Undated"},
        {"slug": "another", "kind": "collaboration", "type": "funding", "name": "Another undated"},
    )
    assert slugs(client, "/collaborations/?sort=start") == ["alliance", "licence-2020", "another", "undated"]
    assert slugs(client, "/collaborations/?sort=-start")[2:] == ["another", "undated"]


def test_lately_changed_stands_first(client, world):
    world["oldco"].save()
    world["novartis"].save()
    assert slugs(client, "/institutions/?sort=changed") == ["novartis", "oldco", "penn"]


def test_most_partners_first_counts_each_partner_once(client, world):
    again = {"predicate": "partner", "object": "novartis", "role": "lead"}
    add(
        {
            "slug": "twice",
            "kind": "collaboration",
            "type": "funding",
            "name": "A",
            "statements": [again, again | {"role": "sponsor"}, again | {"start": "2001"}],
        }
    )
    assert slugs(client, "/collaborations/?sort=partners") == ["alliance", "licence-2020", "twice"]


@pytest.mark.parametrize("sort", ["name", "start", "-start", "changed", "partners"])
def test_names_decide_between_equals(client, world, sort):
    names = ["Cc", "Aa", "Dd", "Bb"]
    add(*({"slug": name.lower(), "kind": "disease", "type": "general", "name": name} for name in names))
    Entity.objects.update(modified=world["penn"].modified)
    assert slugs(client, f"/diseases/?sort={sort}") == ["aa", "bb", "cc", "dd", "leukaemia"]


def test_dates_at_the_ends_of_time_break_nothing(client, world):
    ends = {"first": ("0001", "0001-01-01"), "last": ("9999-12-31", ""), "long": ("0001-02", "9999")}
    deal = {"kind": "collaboration", "type": "funding"}
    add(*({"slug": slug, "name": slug, "start": start, "end": end, **deal} for slug, (start, end) in ends.items()))
    assert slugs(client, "/collaborations/?sort=start") == ["first", "long", "alliance", "licence-2020", "last"]
    assert slugs(client, "/collaborations/?year=9999") == ["last", "licence-2020", "long"]
    assert slugs(client, "/collaborations/?to=0001-02") == ["long"]
    assert slugs(client, "/collaborations/?from=9999&to=9999") == ["last"]
    for slug in ends:
        assert client.get(f"/collaborations/{slug}/").status_code == 200


def test_the_orders_are_links_and_the_current_one_is_not(client, world):
    page = Page(client.get("/collaborations/?country=CH&page=1&sort=name", follow=True))
    orders = {words(link): link.get("href") for link in page.all(".//p[@class='views']/a")}
    assert orders["latest first"] == "/collaborations/?country=CH"
    assert orders["most partners"] == "/collaborations/?country=CH&sort=partners"
    assert "by name" not in orders
    assert "by relevance" not in orders


def test_relevance_is_an_order_of_a_search_only(client, world):
    page = Page(client.get("/institutions/?q=n&sort=name"))
    assert "/institutions/?q=n" in page.hrefs(page.one(".//p[@class='views']"))
    assert client.get("/institutions/?sort=relevance").status_code == 400


# Pages


def test_the_pages_of_a_list_together_hold_every_row_once(client, many):
    seen = []
    address = "/institutions/?size=50"
    while address:
        found = ask(client, address)
        seen += found.slugs
        following = found.page.all(".//a[@rel='next']")
        address = following[0].get("href") if following else ""
        data_next = (found.data["next"] or "").removeprefix("http://testserver")
        assert data_next.replace("institutions.json", "institutions/") == address
    assert len(seen) == len(set(seen)) == 303
    assert seen == sorted(seen, key=lambda slug: Entity.objects.get(slug=slug).sort_name)


@pytest.mark.parametrize(("size", "rows", "pages"), [("", 20, 16), ("50", 50, 7), ("100", 100, 4), ("200", 200, 2)])
def test_a_page_has_as_many_rows_as_asked_for(client, many, size, rows, pages):
    data = data_of(client, f"/institutions/?size={size}")
    assert (len(data["rows"]), data["pages"], data["total"], data["size"]) == (rows, pages, 303, rows)


def test_a_page_beyond_the_end_gives_the_last(client, many):
    found = ask(client, "/institutions/?page=99")
    assert found.data["page"] == 16
    assert len(found.slugs) == 3
    assert found.data["next"] is None


def test_the_pager_leads_to_the_pages_around_and_to_both_ends(client, many):
    page = Page(client.get("/institutions/?page=6"))
    pager = page.one(".//nav[@class='pager']")
    assert page.hrefs(pager)[:7] == [
        f"/institutions/{query}" for query in ("", "?page=4", "?page=5", "?page=7", "?page=8", "?page=16", "?page=7")
    ]
    assert words(pager.find(".//*[@aria-current='page']")) == "6"
    assert "101–120 of 303" in words(pager)


def test_the_pager_keeps_filters_and_order(client, many):
    page = Page(client.get("/institutions/?type=company&sort=changed&page=2"))
    links = page.hrefs(page.one(".//nav[@class='pager']"))
    assert "/institutions/?type=company&sort=changed" in links
    assert "/institutions/?type=company&sort=changed&page=3" in links
    assert "/institutions/?type=company&sort=changed&size=100" in links
    assert "/institutions.json?type=company&sort=changed&page=2" in links


# What a row says


def test_a_row_says_kind_place_span_partners_and_sources(client, world):
    rows = {slug_of(row): words(row) for row in Page(client.get("/entities/?size=50")).all(".//tbody/tr")}
    assert all(text in rows["alliance"] for text in ("Collaboration, Academia and industry", "Completed", "2012–2019"))
    assert "University of Pennsylvania, Novartis, Øldco Zürich" in rows["alliance"]
    assert "Switzerland" in rows["alliance"]
    assert "2 sources" in rows["alliance"]
    assert "since 2020" in rows["licence-2020"]
    assert "0 sources" in rows["oldco"]


def slug_of(row):
    return row.find("th//a").get("href").split("/")[2]


def test_a_row_of_data_says_the_same(client, world):
    (row,) = data_of(client, "/collaborations/?q=alliance")["rows"]
    assert row == {
        "uid": world["alliance"].uid,
        "kind": "collaboration",
        "slug": "alliance",
        "name": "Penn–Novartis alliance",
        "type": "academia-industry",
        "status": "completed",
        "start": "2012-08",
        "end": "2019-09",
        "countries": ["US", "CH", "GB", "JP"],
        "partners": [
            {"slug": "penn", "name": "University of Pennsylvania", "role": "originator"},
            {"slug": "novartis", "name": "Novartis", "role": "licensee"},
            {"slug": "oldco", "name": "Øldco Zürich", "role": "partner"},
        ],
        "sources": 2,
        "url": "http://testserver/collaborations/alliance/",
        "permalink": f"http://testserver/e/{world['alliance'].uid}",
        "json": "http://testserver/collaborations/alliance.json",
    }


def test_the_countries_of_a_row_are_those_by_which_it_is_found(client, world):
    for row in data_of(client, "/entities/?size=50")["rows"]:
        for code in ("US", "CH", "GB", "JP", "FR"):
            found = data_of(client, f"/entities/?country={code}")["rows"]
            assert (code in row["countries"]) == (row["slug"] in [other["slug"] for other in found])


def test_data_of_a_list_says_what_it_is_and_may_be_read_by_any_site(client, world):
    response = client.get("/collaborations.json?country=CH")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    data = response.json()
    assert data["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["url"] == "http://testserver/collaborations/?country=CH"
    assert (data["total"], data["page"], data["pages"], data["size"], data["sort"]) == (2, 1, 1, 20, "-start")
    assert data["facets"]["country"][:2] == [
        {"value": "CH", "label": "Switzerland", "count": 2, "selected": True},
        {"value": "US", "label": "United States", "count": 2, "selected": False},
    ]


# What a page says


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_bears_the_name_of_its_kind_and_is_marked_in_the_navigation(client, world, kind):
    page = Page(client.get(f"/{KINDS[kind].path}/"))
    assert words(page.one(".//h1")) == KINDS[kind].plural
    assert [words(link) for link in page.all(".//nav//a[@aria-current='page']")] == [KINDS[kind].plural]
    assert words(page.one(".//table/caption")) == KINDS[kind].plural


def test_the_list_of_a_subject_bears_its_name_and_description(client, world):
    page = Page(client.get("/tags/car-t/"))
    assert words(page.one(".//h1")) == "CAR-T"
    assert "Chimeric antigen receptor T cells." in page.text


def test_what_was_filtered_is_shown_of_how_many(client, world):
    assert words(Page(client.get("/institutions/")).ids["found"]) == "3 in all"
    assert words(Page(client.get("/institutions/?country=CH")).ids["found"]) == "1 of 3"


def test_the_form_holds_what_was_asked_for_and_keeps_the_order(client, world):
    address = "/collaborations/?q=penn&tag=car-t&tag_all=oncology&year=2012&from=2012-08&sort=name&size=50"
    form = Page(client.get(address)).one(".//form[@class='facets']")
    fields = {(field.get("name"), field.get("value")) for field in form.iter("input")}
    assert fields >= {
        ("q", "penn"),
        ("tag_all", "oncology"),
        ("year", "2012"),
        ("from", "2012-08"),
        ("sort", "name"),
        ("size", "50"),
    }
    ticked = [(box.get("name"), box.get("value")) for box in form.iter("input") if "checked" in box.attrib]
    assert ticked == [("tag", "car-t")]


def test_submitting_the_form_as_it_is_changes_nothing(client, world):
    address = "/collaborations/?q=penn&tag=car-t&tag_all=oncology&partner=novartis&year=2012&sort=name"
    form = Page(client.get(address)).one(".//form[@class='facets']")
    sent = {}
    for field in form.iter("input"):
        if field.get("type") != "checkbox" or "checked" in field.attrib:
            sent.setdefault(field.get("name"), []).append(field.get("value", ""))
    response = client.get(form.get("action"), sent)
    assert (response.status_code, response["Location"]) == (302, address)


def test_a_long_facet_is_cut_and_takes_a_name_instead(client, world):
    add(*(company(f"c-{n:02}", f"C {n:02}") for n in range(40)))
    add(
        *(
            {"slug": f"deal-{n:02}", "kind": "collaboration", "type": "funding", "name": f"Deal {n:02}"}
            | {"statements": [{"predicate": "partner", "object": f"c-{n:02}"}]}
            for n in range(40)
        )
    )
    page = Page(client.get("/collaborations/?partner=c-39"))
    boxes = [box.get("value") for box in page.root.iter("input") if box.get("name") == "partner" and box.get("value")]
    assert len(boxes) == MOST_LISTED + 1  # and the one that is selected
    assert "c-39" in boxes
    assert len(data_of(client, "/collaborations/")["facets"]["partner"]) == 43
    assert slugs(client, "/collaborations/?partner=c-39&partner=C+38") == ["deal-38", "deal-39"]


# Methods

READ_ONLY = """/ /about/ /institutions/ /institutions.json /entities/ /tags/ /tags/car-t/ /tags/car-t.json /sources/
/sources.json /sources/source-1/ /sources/source-1.json /suggest.json""".split()


@pytest.mark.parametrize("address", READ_ONLY)
def test_lists_are_read_only(client, world, address):
    get, head = client.get(address), client.head(address)
    assert (get.status_code, head.status_code, head.content) == (200, 200, b"")
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address).status_code == 405


@pytest.mark.parametrize("address", ["/institutions", "/institutions.json/", "/hospitals/", "/tags/nonesuch/"])
def test_an_address_of_no_list_is_not_found_or_gets_its_slash(client, world, address):
    response = client.get(address)
    if address == "/institutions":
        assert (response.status_code, response["Location"]) == (301, "/institutions/")
    else:
        assert response.status_code == 404
