"""The list of sources, and a page for each: what rests on it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from entities.addresses import LICENCE, absolute
from entities.models import Source, Statement
from entities.records.reading import source_records
from entities.source_listing import SourceListing

from .lists import answer, for_editors, json_answer, json_response


@require_safe
def source_list(request):
    context = {
        "title": "Sources",
        "about": "Press releases, papers, registers and news that the statements rest on.",
        "json_path": reverse("sources-json"),
    }
    return answer(request, SourceListing(request.GET, request.path), context, "sources/list.html")


@require_safe
def source_list_json(request):
    return json_answer(request, SourceListing(request.GET, reverse("sources")))


@require_safe
def source(request, key):
    """A source and the public statements that rest on it."""
    found = get_object_or_404(Source, key=key)
    statements = resting_on(request, found)
    about = " ".join(filter(None, ["What rests on this source", found.publisher and f"of {found.publisher}"]))
    context = {"source": found, "statements": statements, "about": f"{about}."}
    response = render(request, "sources/detail.html", context)
    return response if statements else for_editors(response)


@require_safe
def source_json(request, key):
    found = get_object_or_404(Source, key=key)
    statements = [
        {
            "subject": statement.subject.slug,
            "number": statement.number,
            "predicate": statement.predicate,
            "url": absolute(f"{statement.subject.get_absolute_url()}#{statement.anchor}"),
        }
        for statement in resting_on(request, found)
    ]
    record = source_records(Source.objects.filter(pk=found.pk))[found.key]
    url = absolute(found.get_absolute_url())
    response = json_response({"url": url, "licence": LICENCE, "record": record, "statements": statements})
    return response if statements else for_editors(response)


def resting_on(request, source):
    """The public statements of a source, by subject; Http404 where there is none and the reader is not of the staff."""
    statements = (
        Statement.objects.public()
        .filter(sources=source)
        .select_related("subject", "object")
        .order_by("subject__sort_name", "subject", "rank", "number")
    )
    if not statements and not request.user.is_staff:
        raise Http404("Nothing public rests on this source.")
    return statements
