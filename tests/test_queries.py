"""How many queries each page costs: the numbers of queries.json, the same for few rows and for hundreds.

After a change that is meant: UPDATE_QUERIES=1 python -m pytest tests/test_queries.py, and look at the difference.
"""

import json
import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entities.models import Entity
from entities.models.kinds import KINDS
from tests.outlets import PAGES
from tests.standing import on_stage, standing, take_stock
from tests.world import build, load, records

stage = standing(build)
world = on_stage()
FILE = Path(__file__).with_name("queries.json")
FEW, MANY = 3, 300
ALL_FILTERS = (
    "type=academia-industry&status=completed&tag=car-t&tag=oncology&tag_all=car-t&tag_all=oncology&country=CH&country=US"
    "&partner=penn&partner=novartis&role=licensee&role=originator&therapy=kymriah&disease=leukaemia&year=2015"
    "&from=2001&to=2020-05&sourced=no&sort=partners&size=200"
)
#: {the path of a list: what is asked of it, besides nothing}
LISTS = {
    "entities": f"?q=penn&kind=collaboration&{ALL_FILTERS}",
    "collaborations": f"?q=penn&{ALL_FILTERS}",
    "institutions": "?q=penn&type=university&tag=car-t&country=US&partner=novartis&role=member&year=2020&sourced=yes",
    "consortia": "?type=network&tag=oncology&country=FR&partner=penn&role=founding-member&year=2016&sourced=yes",
    "regulatory-bodies": "?type=national-authority&country=US&sort=changed&size=200",
    "therapies": "?type=car-t&status=approved&tag=car-t&partner=penn&role=developer&disease=leukaemia&sourced=yes",
    "guidelines": "?type=quality&status=in-force&partner=ich&role=issuer&sourced=yes",
    "diseases": "?type=oncology&tag=oncology",
    "tags/car-t": "?kind=collaboration&tag=oncology&country=CH&partner=penn&sort=partners&size=200",
    "sources": "?q=title&kind=paper&consulted=yes&sort=used&size=200",
}
ONE_OF_EACH = {"institution": "penn", "collaboration": "alliance", "regulatory_body": "fda"}
ONE_OF_EACH = {kind: slug for kind, slug in PAGES if ONE_OF_EACH.get(kind, slug) == slug}
#: what is measured besides every list and the page of each kind, each with its JSON
OTHERS = (
    "/",
    "/about/",
    "/tags/",
    "/sources/source-1/",
    "/sources/source-1.json",
    "/suggest.json?q=penn",
    "/articles/essay/changes.atom",
    "/articles/essay/changes.json",
    "/webmention",
    "/entities/?q=nothing&type=company&country=CH&year=2012",  # no row, so ways out
    "/collaborations.json?partner=Novartis+AG&partner=University+of+Pennsylvania&therapy=tisagenlecleucel",  # by names
    "/collaborations/?type=funding&country=XX",  # a bad value
    "/institutions/gone/",
    "/institutions/doubled/",
    "/institutions/doubled-before/",
    "/institutions/nonesuch/",
    "/institutions/draftco/",
    "/e/CGT0000012",
    "/collaborations/alliance/preview.json",
    "/institutions/penn/preview.json",
    "/linking/",
    "/linking/demo/",
    "/articles/",
    "/articles/story/",
    "/articles/story/card.png",
    "/oembed?url=http://testserver/articles/story/",
    "/link/",
)


def addresses():
    """Everything that is measured."""
    for path, query in LISTS.items():
        yield from (f"/{path}{end}{asked}" for asked in ("", query) for end in ("/", ".json"))
    for kind, slug in ONE_OF_EACH.items():
        yield from (f"/{KINDS[kind].path}/{slug}{end}" for end in ("/", ".json"))
    yield from OTHERS


def cost(client, address):
    """The number of queries of a page."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code in (200, 301, 302, 400, 404, 410)
    return len(queries)


def grow(many):
    """So many more of everything: entries, edges to and from what is measured, sources, subjects, names."""
    cited = [{"sources": [f"more-{n}", f"more-{n // 2}"]} for n in range(many)]
    source = {"kind": "paper", "published": "2019", "url": "https://example.org/more"}
    facts = [{"predicate": "fact", "text": f"Fact {n}.", **cited[n]} for n in range(many)]
    names = [{"text": f"Name {n}", "type": "alias"} for n in range(many)]
    measured = [record for record in records()["entities"] if record["slug"] in ONE_OF_EACH.values()]
    for record in measured:
        record["statements"] = record.get("statements", []) + facts
        record["names"] = record.get("names", []) + names
    load(
        {
            "tags": [{"slug": f"tag-{n}", "name": f"Tag {n}"} for n in range(many)],
            "sources": [{"key": f"more-{n}", "title": f"Title m{n}", **source} for n in range(many)],
            "articles": [article(n) for n in range(many)],
            "entities": [*measured, *(another(kind, n, cited[n]) for kind in KINDS for n in range(many))],
        }
    )
    take_stock()


def article(n):
    """The record of one more article, which mentions all that is measured."""
    mentions = [{"entity": slug, "text": slug, "state": "confirmed"} for slug in ONE_OF_EACH.values()]
    place = {"url": f"https://weekly.example/{n}", "published": "2020", "publisher": "Weekly"}
    return {"slug": f"article-{n}", "title": f"Article {n}", "mentions": mentions, **place}


def another(kind, n, cited):
    """The record of one more entry; every third speaks of what is measured."""
    edges = [{"predicate": predicate, "object": target, **cited} for predicate, target in EDGES[kind] if n % 3 == 0]
    edges += [{"predicate": "approval", "object": "fda", "start": "2019", **cited}] if kind == "therapy" else []
    edges += [{"predicate": "partner", "object": f"institution-{n}"}] if kind == "collaboration" else []
    return {
        "slug": f"{kind}-{n}".replace("_", "-"),
        "kind": kind,
        "name": f"Penn {kind} {n}",
        "type": next(iter(KINDS[kind].types)),
        "start": "2015",
        "country": "CH" if n % 2 else "US",
        "tags": ["car-t", "oncology", f"tag-{n}"],
        "statements": [*edges, {"predicate": "milestone", "start": "2018", "text": "Begun", **cited}],
    }


EDGES = {
    "collaboration": [("partner", "penn"), ("partner", "network"), ("therapy", "kymriah"), ("disease", "leukaemia")],
    "institution": [("member", "novartis"), ("parent", "penn"), ("member", "fda")],
    "consortium": [("member", "penn"), ("disease", "leukaemia"), ("host", "network")],
    "regulatory_body": [("member", "fda")],
    "therapy": [("developer", "penn"), ("indication", "leukaemia"), ("developer", "network")],
    "guideline": [("issuer", "fda"), ("disease", "leukaemia"), ("therapy", "kymriah"), ("successor", "q5a")],
    "disease": [("successor", "leukaemia")],
}


def test_every_page_costs_what_is_written_down_for_few_rows_and_for_hundreds(client, world):
    grow(FEW)
    few = {address: cost(client, address) for address in addresses()}
    grow(MANY)
    many = {address: cost(client, address) for address in addresses()}
    assert many == few
    if os.environ.get("UPDATE_QUERIES"):
        FILE.write_text(json.dumps(few, indent=1) + "\n")
    assert few == json.loads(FILE.read_text())


def test_what_is_measured_are_lists_with_rows_at_their_canonical_addresses(client, world):
    grow(FEW)
    for path, query in LISTS.items():
        assert client.get(f"/{path}/{query}").status_code == 200
        assert client.get(f"/{path}.json{query}").json()["total"] > 0


def test_a_list_costs_at_most_ten_queries_and_any_other_page_twelve():
    written = json.loads(FILE.read_text())
    of_lists = [
        written[f"/{path}{end}{asked}"] for path in LISTS for end in ("/", ".json") for asked in ("", LISTS[path])
    ]
    assert max(of_lists) <= 10
    assert max(written.values()) <= 12


HUBS = [
    ("institution", "member", "partner"),
    ("consortium", "member", "partner"),
    ("collaboration", "partner", "successor"),
]


@pytest.mark.parametrize(("kind", "out", "back"), HUBS)
def test_a_page_with_five_hundred_statements_each_way_costs_at_most_twelve(client, world, kind, out, back):
    partner = {"predicate": "partner", "object": "penn"}
    others = [{"slug": f"o-{n}", "kind": "institution", "type": "company", "name": f"O {n}"} for n in range(500)]
    spoke = {"kind": "collaboration", "type": "funding"}
    spokes = [
        {"slug": f"s-{n}", "name": f"S {n}", **spoke, "statements": [partner, {"predicate": back, "object": "hub"}]}
        for n in range(500)
    ]
    edges = [{"predicate": out, "object": other["slug"], "sources": ["source-1"]} for other in others]
    hub = {"slug": "hub", "kind": kind, "type": next(iter(KINDS[kind].types)), "name": "Hub", "statements": edges}
    load({"entities": [*others, *spokes, hub]})
    hub = Entity.objects.get(slug="hub")
    assert (hub.statements.count(), hub.mentioned_by.count()) == (500, 500)
    assert cost(client, hub.get_absolute_url()) <= 12
    assert cost(client, hub.json_url) <= 12


def test_an_editor_costs_little_more(client, world):
    client.force_login(User.objects.create_superuser("editor"))
    public = json.loads(FILE.read_text())
    assert cost(client, "/institutions/") == public["/institutions/"]
    assert cost(client, "/institutions/draftco/") <= public["/institutions/penn/"] + 3  # session and user
