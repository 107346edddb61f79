"""A living page of every component in both themes, for those who build the site."""

from django.conf import settings
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from entities.facets import Facet, Value
from entities.linking import index
from entities.linking.linker import link, pieces
from entities.listing import EntityListing
from entities.models import Entity
from entities.models.kinds import KINDS
from entities.pages import EntityPage

TOKENS = "paper sea field ink ink-2 rule edge link focus lit bad warn good".split()


@never_cache
def styleguide(request):
    """For the staff, and for all where DEBUG is on."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    entities = Entity.objects.published().order_by("-featured", "sort_name")
    example = entities.of_kind("collaboration").first()
    listing = EntityListing(QueryDict("country=US&country=CH"), "/styleguide/", kind="collaboration")
    article = link(example.summary if example else "", "text", index.current())
    themes = []
    for number, theme in enumerate(("light", "dark")):
        page = EntityPage(example) if example else None
        for line in page.out if page else ():
            line.statement.number += number * 10_000  # an id stands once on a page
        themes.append((theme, page, page.on_scale(timezone.localdate().year) if page else None))
    context = {
        "themes": themes,
        "entity": example,
        "blocks": pieces(article),
        "named": article.entities,
        "tokens": TOKENS,
        "kinds": KINDS,
        "listing": listing,
        "facet": Facet("kind", "A facet", [Value("a", "Selected", 82, True), Value("b", "Not selected", 7, False)]),
        "long": Entity(kind="institution", slug="long", name="Institut für sehr lange Namen " * 9, type="university"),
        "foreign": [
            Entity(kind="institution", slug=str(n), name=name) for n, name in enumerate(("京都大学", "جامعة القاهرة"))
        ],
    }
    return render(request, "styleguide.html", context)
