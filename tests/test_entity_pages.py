"""The page of an entity: what it says, from both ends of each statement, and on which sources."""

import json
import re

import pytest

from entities.models import Entity, Statement
from entities.models.kinds import KINDS, PREDICATES
from tests.outlets import PAGES, outlets
from tests.reading import Page, faults, words
from tests.standing import on_stage, standing
from tests.world import build, load, records

stage = standing(build)
world = on_stage()


def page_of(client, slug):
    return Page(client.get(Entity.objects.get(slug=slug).get_absolute_url()))


def add(*entities, **sections):
    load({**sections, "entities": list(entities)})


def change(slug, **more):
    """Load the record of an entry of the world with other values; its statements are added to."""
    (record,) = (record for record in records()["entities"] if record["slug"] == slug)
    record["statements"] = record.get("statements", []) + more.pop("statements", [])
    add({**record, **more})


def glance(page):
    """{term: text} of the facts at a glance."""
    box = page.one(".//dl")
    return {words(term): words(text) for term, text in zip(box.iter("dt"), box.iter("dd"), strict=True)}


def section(page, key):
    """The text of a section."""
    return words(page.ids[key])


# The head


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_a_page_says_the_name_and_the_kind_and_type(client, world, kind, slug):
    page = page_of(client, slug)
    assert words(page.one(".//h1")) == world[slug].name
    assert words(page.one("head/title")).startswith(world[slug].name)
    assert KINDS[kind].label in page.text
    assert KINDS[kind].types[world[slug].type] in page.text


def test_other_names_stand_under_what_they_are(client, world):
    page = page_of(client, "penn")
    assert glance(page)["Acronym"] == "Penn"
    assert glance(page)["In another language"] == "Universität Pennsylvanien"
    assert words(page.one(".//*[@lang='de']")) == "Universität Pennsylvanien"
    assert glance(page_of(client, "novartis"))["Former name"] == "Ciba-Geigy"
    assert glance(page_of(client, "kymriah"))["Generic name"] == "tisagenlecleucel"


def test_the_head_says_seat_website_countries_subjects_and_activity(client, world):
    penn, alliance = page_of(client, "penn"), page_of(client, "alliance")
    assert "Philadelphia, United States" in penn.text
    assert glance(penn)["Website"] == "upenn.edu"
    assert "https://www.upenn.edu/" in penn.hrefs()
    assert glance(alliance)["Countries"] == "Japan, Switzerland, United Kingdom, United States"
    assert glance(alliance)["Subjects"] == "CAR-T, oncology"
    assert {"/tags/car-t/", "/tags/oncology/"} <= set(alliance.hrefs())
    assert "Completed" in alliance.text


def test_identifiers_are_links_to_their_registries(client, world):
    change("penn", identifiers=[{"scheme": "ror", "value": "00b30xv10"}, {"scheme": "wikidata", "value": "Q49117"}])
    page = page_of(client, "penn")
    assert {"https://ror.org/00b30xv10", "https://www.wikidata.org/wiki/Q49117"} <= set(page.hrefs())
    assert "Reference ICH Q5A(R2)" in page_of(client, "q5a").text


def test_the_head_gives_the_permanent_link_the_version_and_the_data(client, world):
    page = page_of(client, "penn")
    uid = world["penn"].uid
    assert {f"/e/{uid}", f"/e/{uid}.json"} <= set(page.hrefs())
    assert "Version 1" in page.text
    change("penn", city="Phila")
    assert "Version 2" in page_of(client, "penn").text
    links = {link.get("rel"): link.get("href") for link in page.all("head/link")}
    assert links["canonical"] == "http://testserver/institutions/penn/"
    assert links["cite-as"] == f"http://testserver/e/{uid}"


def test_dates_have_a_machine_form(client, world):
    times = [(time.get("datetime"), words(time)) for time in page_of(client, "alliance").root.iter("time")]
    assert {("2012-08", "August 2012"), ("2019-09", "September 2019"), ("2012", "2012"), ("2014", "2014")} <= set(times)
    assert "2012-08-06" in dict(times)
    approvals = [(time.get("datetime"), words(time)) for time in page_of(client, "kymriah").root.iter("time")]
    assert ("2017-08-30", "30 August 2017") in approvals
    assert all(re.fullmatch(r"\d{4}(-\d\d){0,2}", moment) for moment, _ in times + approvals)


# Statements, from both ends


EDGES = [
    (predicate, subject, target)
    for predicate, rule in PREDICATES.items()
    for subject in rule.subjects
    for target in rule.objects
]


@pytest.fixture
def every_edge(world):
    """Two entries of each kind, a-… and b-…; each edge that may be leads from an a-… to a b-…."""
    said = {kind: [] for kind in KINDS}
    for predicate, subject, target in EDGES:
        more = dict.fromkeys(PREDICATES[predicate].needs, "2020")
        said[subject].append({"predicate": predicate, "object": f"b-{target}".replace("_", "-"), **more})
    for kind in KINDS:
        for predicate, rule in PREDICATES.items():
            if not rule.is_edge and kind in rule.subjects:
                values = {"start": "2020", "text": f"Said: {predicate}", "country": "NO"}
                more = {field: values[field] for field in rule.needs}
                said[kind].append({"predicate": predicate, **more})
    add(
        *(
            {"slug": f"{side}-{kind}".replace("_", "-"), "name": f"{side} {kind}", "kind": kind}
            | {"type": next(iter(KINDS[kind].types)), "statements": said[kind] if side == "a" else []}
            for kind in KINDS
            for side in "ab"
        )
    )
    return said


def test_every_statement_stands_on_the_page_of_its_subject_under_its_number(client, every_edge):
    for kind, statements in every_edge.items():
        page = page_of(client, f"a-{kind}".replace("_", "-"))
        for number, statement in enumerate(statements, 1):
            assert f"s{number}" in page.ids, (kind, statement)
            line = page.ids[f"s{number}"]
            if "object" in statement:
                assert any(statement["object"] in href for href in page.hrefs(line)), (kind, statement)
            else:
                assert statement.get("text", "Norway") in words(line)


def test_every_edge_stands_on_the_page_of_its_object_too(client, every_edge):
    pages = {kind: page_of(client, f"b-{kind}".replace("_", "-")) for kind in KINDS}
    missing = [
        (statement["predicate"], kind, target.kind)
        for kind, statements in every_edge.items()
        for number, statement in enumerate(statements, 1)
        if "object" in statement
        for target in [Entity.objects.get(slug=statement["object"])]
        for anchor in [f"a-{kind}-s{number}".replace("_", "-")]
        if anchor not in pages[target.kind].ids
        or f"/{KINDS[kind].path}/a-{kind.replace('_', '-')}/"
        not in pages[target.kind].hrefs(pages[target.kind].ids[anchor])
    ]
    assert missing == []


def test_pages_of_every_edge_are_well_formed(client, every_edge):
    for kind in KINDS:
        for side in "ab":
            response = client.get(Entity.objects.get(slug=f"{side}-{kind}".replace("_", "-")).get_absolute_url())
            assert faults(response) == [], (side, kind)


def test_both_ends_of_an_edge_say_its_role_and_dates(client, world):
    here, there = page_of(client, "network").ids["s2"], page_of(client, "novartis").ids["network-s2"]
    for line in (here, there):
        assert "Member" in words(line)
        assert "2015–2018" in words(line)
        assert "(former)" in words(line)
        assert "former" in line.get("class").split()


def test_what_goes_on_stands_before_what_is_over(client, world):
    page = page_of(client, "alliance")
    order = [line.get("id") for line in page.ids["partners"].iter("li") if re.fullmatch(r"s\d+", line.get("id") or "")]
    assert order == ["s1", "s2", "s3"]
    change("alliance", statements=[{"predicate": "partner", "object": "fda", "role": "regulator"}])
    page = page_of(client, "alliance")
    order = [line.get("id") for line in page.ids["partners"].iter("li") if re.fullmatch(r"s\d+", line.get("id") or "")]
    assert order == ["s1", "s2", "s9", "s3"]


def test_an_edge_that_stands_twice_with_other_dates_shows_twice(client, world):
    again = {"predicate": "partner", "object": "oldco", "start": "2016", "end": "2017"}
    change("alliance", statements=[again])
    assert "2012–2014" in words(page_of(client, "alliance").ids["s3"])
    assert "2016–2017" in words(page_of(client, "alliance").ids["s9"])
    assert {"alliance-s3", "alliance-s9"} <= set(page_of(client, "oldco").ids)


def test_the_page_of_a_partner_names_the_other_partners(client, world):
    line = page_of(client, "penn").ids["alliance-s1"]
    assert "with Novartis, Øldco Zürich" in words(line)
    assert "University of Pennsylvania" not in words(line)


def test_milestones_values_and_facts_are_told(client, world):
    page = page_of(client, "alliance")
    assert "6 August 2012" in section(page, "milestones")
    assert "The alliance is announced." in section(page, "milestones")
    assert "USD 20 million" in section(page, "values")
    assert "For a centre" in section(page, "values")
    assert "Japan" in section(page, "countries")
    assert "Penn made the first CAR-T." in section(page_of(client, "penn"), "facts")


def test_a_value_that_was_not_disclosed_says_so(client, world):
    change("alliance", statements=[{"predicate": "value", "text": "The price was kept secret."}])
    assert "not disclosed" in words(page_of(client, "alliance").ids["s9"])


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "USD 0"),
        (330_000, "USD 330,000"),
        (1_000_000, "USD 1 million"),
        (20_100_000, "USD 20.1 million"),
        (1_234_567, "USD 1,234,567"),
        (999_999_999, "USD 999,999,999"),
        (1_000_000_000, "USD 1 billion"),
        (8_700_000_000, "USD 8.7 billion"),
        (11_900_000_000, "USD 11.9 billion"),
        (4_035_000_000, "USD 4.035 billion"),
        (1_000_000_000_001, "USD 1,000,000,000,001"),
    ],
)
def test_sums_are_said_in_words_where_that_is_exact(client, world, amount, text):
    change("alliance", statements=[{"predicate": "value", "text": "V", "amount": amount, "currency": "USD"}])
    assert words(page_of(client, "alliance").ids["s9"].find(".//span")) == text


# Approvals


def table_of(page, key):
    """The rows of the table in a section, as lists of texts; the first is its head."""
    table = page.ids[key].find(".//table")
    return [[words(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]


def test_the_approvals_of_a_therapy_are_a_table_of_date_body_and_indication(client, world):
    later = {"predicate": "approval", "object": "fda", "start": "2018-05", "text": "DLBCL", "sources": ["source-3"]}
    change("kymriah", statements=[later])
    rows = table_of(page_of(client, "kymriah"), "approvals")
    assert rows[0] == ["Date", "Body", "For"]
    assert [row[:2] for row in rows[1:]] == [
        ["30 August 2017", "U.S. Food and Drug Administration"],
        ["May 2018", "U.S. Food and Drug Administration"],
    ]
    assert rows[1][2].startswith("B-cell ALL to 25 years")


def test_the_approvals_that_a_body_gave_name_the_therapy(client, world):
    rows = table_of(page_of(client, "fda"), "approved")
    assert rows[0] == ["Date", "Therapy", "For"]
    assert rows[1][:2] == ["30 August 2017", "Kymriah"]


def test_a_collaboration_shows_the_approvals_of_its_therapies(client, world):
    page = page_of(client, "alliance")
    rows = table_of(page, "approvals")
    assert rows[0] == ["Date", "Body", "Therapy", "For"]
    assert rows[1][:3] == ["30 August 2017", "U.S. Food and Drug Administration", "Kymriah"]
    assert "kymriah-s3" in page.ids
    assert "approvals" not in page_of(client, "licence-2020").ids


# Sources


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_references_are_numbered_over_the_page_in_the_order_of_use(client, world, kind, slug):
    page = page_of(client, slug)
    listed = [int(item.get("id")[1:]) for item in page.all(".//li[@id]") if re.fullmatch(r"r\d+", item.get("id"))]
    used = [int(number) for link in page.all(".//a[@class='refs']") for number in words(link).split()]
    assert list(dict.fromkeys(used)) == listed == list(range(1, len(listed) + 1))
    for link in page.all(".//a[@class='refs']"):
        assert link.get("href")[1:] in page.ids


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_every_statement_is_marked_with_its_sources_or_as_unsourced(client, world, kind, slug):
    page = page_of(client, slug)
    for statement in world[slug].statements.visible():
        line = page.ids[statement.anchor]
        numbers = words(refs(line))
        sources = set(statement.sources.values_list("title", flat=True))
        assert bool(sources) != (numbers == "unsourced")
        shown = [words(page.ids[f"r{number}"]) for number in numbers.split()] if sources else []
        assert len(shown) == len(sources)
        assert all(any(title in text for text in shown) for title in sources)


def refs(line):
    """The element with the numbers of a line's references, or the word “unsourced”."""
    return next(element for element in line.iter() if "refs" in (element.get("class") or "").split())


def test_unsourced_statements_are_counted_in_the_head(client, world):
    assert "2 of 8 statements unsourced" in page_of(client, "alliance").text
    assert "unsourced" not in page_of(client, "kymriah").text


def test_a_source_in_the_list_names_publisher_title_and_date_and_leads_to_both_its_pages(client, world):
    page = page_of(client, "kymriah")
    items = {words(item): page.hrefs(item) for item in page.ids["sources"].iter("li")}
    (text,) = (text for text in items if "Title 3" in text)
    assert "FDA, Title 3, 30 August 2017" in text
    assert items[text] == ["/sources/source-3/", "https://example.org/3"]


def test_many_references_of_one_statement_are_all_in_the_list(client, world):
    many = [
        {"key": f"s-{n}", "title": f"T {n}", "url": f"https://example.org/s{n}", "kind": "news"} for n in range(1, 7)
    ]
    fact = {"predicate": "fact", "text": "Well known", "sources": [source["key"] for source in many]}
    add({"slug": "well", "kind": "disease", "type": "general", "name": "W", "statements": [fact]}, sources=many)
    page = page_of(client, "well")
    assert words(refs(page.ids["s1"])) == "1 2 3 4 5 6"
    assert [page.ids[f"r{n}"] is not None for n in range(1, 7)] == [True] * 6
    assert "and 4 more" in words(page.ids["s1"])


def test_the_numbers_of_one_statement_ascend(client, world):
    facts = [
        {"predicate": "fact", "text": "F", "sources": sources} for sources in (["source-2"], ["source-1", "source-2"])
    ]
    add({"slug": "two", "kind": "disease", "type": "general", "name": "T", "statements": facts})
    page = page_of(client, "two")
    assert [words(refs(page.ids[anchor])) for anchor in ("s1", "s2")] == ["1", "1 2"]


def test_a_source_that_nobody_has_read_says_so(client, world):
    unread = {"key": "unread", "title": "Unread", "url": "https://example.org/u", "kind": "news", "consulted": False}
    fact = {"predicate": "fact", "text": "F", "sources": ["unread"]}
    add({"slug": "w", "kind": "disease", "type": "general", "name": "W", "statements": [fact]}, sources=[unread])
    assert "(not read by an editor)" in words(page_of(client, "w").ids["r1"])


# Long pages


def test_a_long_section_is_folded_and_loses_no_line(client, world):
    facts = [{"predicate": "fact", "text": f"Fact {n}."} for n in range(40)]
    add({"slug": "long", "kind": "disease", "type": "general", "name": "L", "statements": facts})
    response = client.get("/diseases/long/")
    page = Page(response)
    assert all(f"Fact {n}." in words(page.ids[f"s{n + 1}"]) for n in range(40))
    assert "Show all 40" in page.text
    assert faults(response) == []


def test_a_page_of_three_sections_has_a_table_of_contents_that_leads_to_each(client, world):
    page = page_of(client, "alliance")
    toc = page.hrefs(page.one(".//nav[@aria-label='On this page']"))
    assert toc == [f"#{key}" for key in (part.get("id") for part in page.all(".//article/section")) if key]
    assert toc[-2:] == ["#sources", "#cite"]


# The HTML


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_the_html_of_a_page_is_well_formed(client, world, kind, slug):
    assert faults(client.get(world[slug].get_absolute_url())) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_which_nothing_is_known_stands(client, world, kind):
    add({"slug": "bare", "kind": kind, "type": next(iter(KINDS[kind].types)), "name": "Bare"})
    response = client.get(f"/{KINDS[kind].path}/bare/")
    assert response.status_code == 200
    assert faults(response) == []


EVIL = """<script>alert("x")</script>'"&lt;{{ 7 }}{% now "Y" %}</title></textarea><img src=x onerror=alert(1)>"""


@pytest.fixture
def evil(world):
    """An entry and its neighbours with a script in every text."""
    source = {"key": "evil", "title": EVIL, "publisher": EVIL, "kind": "news", "url": "https://example.org/?a=1&b='2'"}
    said = [
        {"predicate": "partner", "object": "evil-partner", "role": "lead", "text": EVIL, "sources": ["evil"]},
        {"predicate": "therapy", "object": "evil-therapy", "text": EVIL, "sources": ["evil"]},
        {"predicate": "milestone", "start": "2020", "text": EVIL, "sources": ["evil"]},
        {"predicate": "fact", "text": EVIL},
        {"predicate": "value", "text": EVIL, "amount": 5, "currency": "EUR"},
    ]
    approval = {"predicate": "approval", "object": "fda", "start": "2021", "text": EVIL, "sources": ["evil"]}
    names = [{"text": f"{EVIL} {type_}", "type": type_} for type_ in ("acronym", "former", "brand")]
    add(
        {"slug": "evil", "kind": "collaboration", "type": "funding", "name": EVIL, "start": "2020", "names": names}
        | {"summary": EVIL, "statements": said, "tags": ["evil"], "featured": True, "city": EVIL[:90]}
        | {"identifiers": [{"scheme": "reference", "value": EVIL[:80]}], "website": "https://example.org/?q='&x=%22"},
        {"slug": "evil-partner", "kind": "institution", "type": "company", "name": f"P {EVIL}", "city": EVIL[:90]}
        | {"names": names},
        {"slug": "evil-therapy", "kind": "therapy", "type": "other", "name": f"T {EVIL}", "statements": [approval]},
        sources=[source],
        tags=[{"slug": "evil", "name": EVIL[:90], "description": EVIL}],
    )
    return world


def test_what_editors_write_is_never_markup(client, evil):
    addresses = ["/collaborations/evil/", "/institutions/evil-partner/", "/therapies/evil-therapy/", "/tags/evil/"]
    addresses += ["/sources/evil/", "/sources/", "/regulatory-bodies/fda/", "/tags/", "/", "/collaborations/"]
    addresses += ["/entities/?q=alert", "/collaborations/?partner=evil-partner", "/entities/?tag=evil&year=1900"]
    addresses += ["/entities/?therapy=evil-therapy", "/sources/?q=script"]
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert faults(response) == [], address
        page = Page(response)
        assert not page.all(".//img"), address
        assert "alert(" in page.text, address
        for script in page.root.iter("script"):
            assert "alert" not in words(script) or json.loads(script.text)


@pytest.mark.parametrize("name", ["q", "partner", "type", "year", "sort", "page", "colour", "</script><script>"])
def test_what_visitors_ask_for_is_never_markup(client, world, name):
    response = client.get("/collaborations/", {name: EVIL, "colour<script>": "1"}, follow=True)
    assert response.status_code in (200, 400)
    assert faults(response) == []
    assert not Page(response).all(".//img")


def test_data_is_not_served_as_a_page(client, evil):
    for address in ("/collaborations/evil.json", "/collaborations.json", "/suggest.json?q=<script>", "/sources.json"):
        response = client.get(address)
        assert response["Content-Type"] == "application/json"
        assert response["X-Content-Type-Options"] == "nosniff"


# The JSON twin


@pytest.mark.parametrize(("kind", "slug"), PAGES)
def test_the_json_of_an_entity_is_the_record_that_was_loaded(client, world, kind, slug):
    data = client.get(f"/{KINDS[kind].path}/{slug}.json").json()
    (loaded,) = (record for record in records()["entities"] if record["slug"] == slug)
    assert plain(data["record"]) == plain(loaded)
    assert data["record"]["uid"] == world[slug].uid


def plain(record):
    """A record without what the loader adds or leaves out, its lists in one order."""
    record = {key: value for key, value in record.items() if key not in ("uid",) and value not in ("", [], None)}
    for key in ("tags", "names", "identifiers"):
        if key in record:
            record[key] = sorted(map(str, record[key]))
    statements = [
        {field: value for field, value in statement.items() if field != "number" and value not in ("", [], None)}
        for statement in record.pop("statements", [])
    ]
    return record | ({"statements": statements} if statements else {})


def test_the_json_of_an_entity_numbers_its_statements_as_its_page_does(client, world):
    data = client.get("/collaborations/alliance.json").json()
    page = page_of(client, "alliance")
    for statement in data["record"]["statements"]:
        assert f"s{statement['number']}" in page.ids


def test_the_json_of_an_entity_brings_every_source_that_it_names_and_no_other(client, world):
    data = client.get("/collaborations/alliance.json").json()
    named = {key for statement in data["record"]["statements"] for key in statement.get("sources", [])}
    assert set(data["sources"]) == named == {"source-1", "source-2"}
    assert data["sources"]["source-1"] == {
        "key": "source-1",
        "title": "Title 1",
        "publisher": "Penn Medicine",
        "url": "https://example.org/1",
        "published": "2012-08-06",
        "kind": "press-release",
    }


def test_the_json_of_an_entity_leaves_out_statements_about_what_is_not_published(client, world):
    before = client.get("/collaborations/alliance.json").json()["record"]["statements"]
    change("alliance", statements=[{"predicate": "partner", "object": "draftco", "sources": ["source-4"]}])
    assert Statement.objects.filter(subject=world["alliance"]).count() == len(before) + 1
    data = client.get("/collaborations/alliance.json").json()
    assert data["record"]["statements"] == before
    assert "source-4" not in data["sources"]


def test_the_json_of_an_entity_says_what_it_is_and_may_be_read_by_any_site(client, world):
    response = client.get("/institutions/penn.json")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    data = response.json()
    assert data["url"] == "http://testserver/institutions/penn/"
    assert data["permalink"] == f"http://testserver/e/{world['penn'].uid}"
    assert data["version"] == 1
    assert data["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", data["modified"])


def test_the_json_of_an_entity_loads_again_and_changes_nothing(client, world):
    data = client.get("/collaborations/alliance.json").json()
    report = load({"entities": [data["record"]]})
    assert (report.count("unchanged"), report.total) == (1, 1)


def test_unicode_in_data_stays_readable(client, world):
    assert "Øldco Zürich" in client.get("/institutions/oldco.json").content.decode()


def test_there_is_a_page_for_every_public_entry(client, world):
    assert len(outlets(world, ["detail"])) == Entity.objects.published().count()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/therapies/kymriah/", "Each stroke marks an approval."),
        ("/institutions/penn/", "Each stroke marks the beginning of a collaboration."),
        ("/collaborations/alliance/", "Each stroke marks a milestone."),
    ],
)
def test_the_scale_of_years_says_what_stands_on_it(client, world, address, words):
    assert words in Page(client.get(address)).text
