"""Every public outlet: for each named route, the addresses at which it answers in the world of tests/world.py.

The walks of test_leaks, test_home and others go over all of them. A route that is not here fails a test: whoever adds
one adds its line.
"""

from typing import NamedTuple
from urllib.parse import quote

from django.urls import URLPattern, reverse

from entities import routes
from entities.linking.forms import FORMS
from entities.models.kinds import KINDS

ENTRIES = {
    "institution": ["penn", "novartis", "oldco"],
    "collaboration": ["alliance", "licence-2020"],
    "consortium": ["network"],
    "regulatory_body": ["fda", "ich"],
    "therapy": ["kymriah"],
    "guideline": ["q5a"],
    "disease": ["leukaemia"],
}
PUBLIC = [slug for slugs in ENTRIES.values() for slug in slugs]
PAGES = [(kind, slug) for kind, slugs in ENTRIES.items() for slug in slugs]
#: what visitors ask lists for; one of each facet, of each order, and words of what is not public
QUERIES = (
    "",
    "?q=secret",
    "?q=gone",
    "?q=draft&sort=name",
    "?q=penn",
    "?tag=car-t",
    "?tag=oncology&tag=licensing&tag_all=car-t",
    "?country=AT",
    "?country=AT&country=US",
    "?partner=penn",
    "?role=licensee",
    "?therapy=kymriah",
    "?disease=leukaemia",
    "?year=2012",
    "?from=1900&to=2012",
    "?sourced=yes",
    "?sourced=no",
    "?sort=changed",
    "?sort=start",
    "?sort=-start",
    "?sort=partners&size=50",
    "?page=2",
    "?surprise=1",
    "?partner=nonesuch",
)
OF_A_KIND = ("", "?q=secret", "?country=AT&country=US", "?tag=car-t&sort=partners")
OF_A_MATCH = (
    "",
    "?queries=" + quote('{"a":{"query":"Draftco Secret"},"b":{"query":"Penn"},"c":{"query":"Secret deal","limit":50}}'),
    "?queries=" + quote('{"a":{"query":"Penn","properties":[{"pid":"partner_of","v":"Secret deal"}]}}'),
    "?queries=" + quote('{"a":{"query":"Doubled Secret","type":"institution"}}'),
    "?extend=" + quote('{"ids":["CGT0000012"],"properties":[{"id":"name"}]}'),
    "?queries=nothing",
)
OF_SOURCES = ("", "?q=hidden", "?q=title", "?kind=news", "?consulted=no", "?sort=used", "?sort=-published", "?page=9")
#: {route: [(arguments, queries)]}; an argument “uid of penn” stands for the uid that penn has been given
OUTLETS = {
    "home": [((), [""])],
    "about": [((), [""])],
    "entities": [((), QUERIES)],
    "entities-json": [((), QUERIES)],
    "tags": [((), [""])],
    "tag": [(("car-t",), OF_A_KIND), (("oncology",), [""]), (("licensing",), [""])],
    "tag-json": [(("car-t",), OF_A_KIND), (("oncology",), [""]), (("licensing",), [""])],
    "sources": [((), OF_SOURCES)],
    "sources-json": [((), OF_SOURCES)],
    "source": [((f"source-{number}",), [""]) for number in (1, 2, 3)],
    "source-json": [((f"source-{number}",), [""]) for number in (1, 2, 3)],
    "styleguide": [((), [""])],
    "suggest": [
        ((), ["?q=secret", "?q=draft", "?q=gone", "?q=deal", "?q=e", "?q=pen&kind=institution", "?q=&kind=nothing"])
    ],
    "reconcile": [((), OF_A_MATCH)],
    "reconcile-suggest-entities": [((), ["", "?prefix=secret", "?prefix=draft", "?prefix=penn", "?prefix=e&cursor=1"])],
    "reconcile-suggest-types": [((), ["", "?prefix=inst"])],
    "reconcile-suggest-properties": [((), ["", "?prefix=part"])],
    "reconcile-properties": [((), ["", "?type=institution&limit=3", "?type=nothing"])],
    "webmention": [((), ["", "?target=http://testserver/institutions/penn/"])],
    "article-changes": [(("essay",), [""]), (("story",), [""])],
    "article-changes-json": [(("essay",), [""]), (("story",), [""])],
    "permalink": [((f"uid of {slug}",), [""]) for slug in PUBLIC],
    "permalink-with-slash": [((f"uid of {slug}",), [""]) for slug in PUBLIC],
    "permalink-as": [
        ((f"uid of {slug}", form), ["", "?since=1", "?since=2001-01-01"] if form == "json" else [""])
        for slug in PUBLIC
        for form in FORMS
    ],
    "permalink-statement": [((f"uid of {slug}", 1), [""]) for slug in ("alliance", "kymriah", "network")],
    "preview": [((f"uid of {slug}",), [""]) for slug in PUBLIC],
    "preview-of-page": [(page, [""]) for page in PAGES],
    "guide": [((), [""])],
    "linking-demo": [((), [""])],
    "linker": [((), [""])],
    "articles": [((), [""])],
    "article": [(("story",), [""])],
    "article-card-image": [(("story",), [""])],
    "linker-keep": [],
    "api-link": [],  # only posted to: see tests/test_linker.py
    "card-image": [((f"uid of {slug}",), [""]) for slug in PUBLIC],
    "embed": [((f"uid of {slug}",), ["", "?version=1"]) for slug in PUBLIC],
    "oembed": [
        ((), [f"?format={form}&url=http://testserver/institutions/{slug}/"])
        for form in ("json", "xml")
        for slug in ("penn",)
    ]
    + [((), ["?url=http://testserver/articles/story/"])],
    "list": [((kind,), OF_A_KIND) for kind in KINDS],
    "list-json": [((kind,), OF_A_KIND) for kind in KINDS],
    "detail": [(page, [""]) for page in PAGES],
    "detail-json": [(page, [""]) for page in PAGES],
}
#: routes that answer a visitor with 404
FOR_STAFF = ("styleguide",)


class Outlet(NamedTuple):
    """One address of a route."""

    route: str
    address: str


def outlets(world, routes=OUTLETS):
    """Every Outlet of these routes; `world` is {slug: entity}."""
    return [
        Outlet(route, reverse(route, args=[uid_of(world, argument) for argument in arguments]) + query)
        for route in routes
        for arguments, queries in OUTLETS[route]
        for query in queries
    ]


def uid_of(world, argument):
    if isinstance(argument, str) and argument.startswith("uid of "):
        return world[argument.removeprefix("uid of ")].uid
    return argument


def named_routes(patterns=routes.urlpatterns):
    """The name of every route of the knowledge base, those of included modules too."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            yield from named_routes(pattern.url_patterns)
