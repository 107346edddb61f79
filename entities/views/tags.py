"""Subjects: all of them, and the list of entities of each."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from entities.listing import EntityListing
from entities.models import Tag

from .lists import answer, json_answer


@require_safe
def tag_list(request):
    """Every subject with the number of its public entries."""
    public = Count("taggings", filter=Q(taggings__content_object__state="published"))
    tags = Tag.objects.annotate(entries=public).filter(entries__gt=0).order_by("name")
    context = {
        "title": "Subjects",
        "about": "What entries are about, with the number of entries of each.",
        "tags": tags,
    }
    return render(request, "tags/list.html", context)


@require_safe
def tag(request, slug):
    """The entries of a subject, with all the filters of a list."""
    found = get_object_or_404(Tag, slug=slug)
    listing = EntityListing(request.GET, request.path, tag=found)
    context = {
        "title": found.name,
        "about": found.description,
        "json_path": reverse("tag-json", args=[slug]),
        "tag": found,
    }
    return answer(request, listing, context)


@require_safe
def tag_json(request, slug):
    found = get_object_or_404(Tag, slug=slug)
    return json_answer(request, EntityListing(request.GET, reverse("tag", args=[slug]), tag=found))
