"""The home page, and the page about the base."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from entities.linking.citations import citation_of
from entities.listing import with_company
from entities.models import Article, Entity, Revision, Source, Statement
from entities.models.kinds import KINDS

LATEST = 8
ARTICLES = 3
ABOUT = "Who works with whom in cell and gene therapy, on what, since when, and how it is known."


@require_safe
def home(request):
    """What this is, its numbers, the kinds, what is featured, what happened and what changed lately."""
    dated = (
        Statement.objects.public().filter(predicate__in=("milestone", "approval")).select_related("subject", "object")
    )
    context = {
        "about": ABOUT,
        "kinds": kinds_with_counts(),
        "numbers": numbers(),
        "featured": with_company(list(Entity.objects.published().filter(featured=True))),
        "articles": Article.objects.published().exclude(body="")[:ARTICLES],
        "lately": dated.order_by("-start", "subject__sort_name", "number")[:LATEST],
        "changes": Revision.objects.filter(entity__state="published").select_related("entity")[:LATEST],
    }
    return render(request, "home.html", context)


@require_safe
def about(request):
    """How the base is curated, licensed and cited."""
    example = Entity.objects.published().of_kind("collaboration").order_by("-featured", "sort_name").first()
    context = {
        "title": "About",
        "about": "How the atlas is curated, licensed and cited.",
        "numbers": numbers(),
        "example": example,
        "citation": example and citation_of(example, timezone.localdate()),
    }
    return render(request, "about.html", context)


def kinds_with_counts():
    """[(key, Kind, number of public entries)]"""
    counts = dict(Entity.objects.published().order_by().values_list("kind").annotate(Count("pk")))
    return [(key, kind, counts.get(key, 0)) for key, kind in KINDS.items()]


def numbers():
    """How many public statements there are, how many of them have a source, and how many sources there are."""
    said = Statement.objects.public().aggregate(
        statements=Count("pk", distinct=True), unsourced=Count("pk", filter=Q(sources=None), distinct=True)
    )
    return said | {
        "sourced": said["statements"] - said["unsourced"],
        "sources": Source.objects.cited().count(),
    }
