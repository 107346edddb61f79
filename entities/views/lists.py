"""Lists of entities: one view and one template for every kind, for all of them, and for a subject."""

import json
from urllib.parse import parse_qsl, urlsplit

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from entities.addresses import LICENCE, absolute
from entities.listing import EntityListing
from entities.models import Entity
from entities.models.kinds import KINDS
from entities.text import fold

SUGGESTIONS = 12


@require_safe
def entity_list(request, kind=""):
    """A list of entities of one kind, or of all."""
    listing = EntityListing(request.GET, request.path, kind=kind)
    if kind:
        title, about, json_name = KINDS[kind].plural, KINDS[kind].about, reverse("list-json", args=[kind])
    else:
        title, about, json_name = (
            "All entries",
            "Everything that has a page, whatever its kind.",
            reverse("entities-json"),
        )
    return answer(request, listing, {"title": title, "about": about, "json_path": json_name})


@require_safe
def entity_list_json(request, kind=""):
    """The same list as data."""
    path = reverse("list", args=[kind]) if kind else reverse("entities")
    return json_answer(request, EntityListing(request.GET, path, kind=kind))


def answer(request, listing, context, template="entities/list.html"):
    """The page of a list, at its canonical address only; 400 where a parameter means nothing."""
    canonical = listing.url(unknown=True)
    if not listing.problems and request.get_full_path() != canonical and not same_query(request, canonical):
        return HttpResponseRedirect(canonical)
    context |= {
        "listing": listing,
        "here": getattr(listing, "kind", ""),
        "json_url": listing.canonical.replace(listing.path, context["json_path"], 1),
    }
    return render(request, template, context, status=400 if listing.problems else 200)


def same_query(request, canonical):
    """Whether two addresses differ only in how characters are escaped."""
    return parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True) == parse_qsl(
        urlsplit(canonical).query
    )


def json_answer(request, listing):
    """The list as JSON; 400 with every problem where a parameter is unknown or means nothing."""
    problems = [{"parameter": problem.name, "problem": problem.sentence} for problem in listing.problems]
    problems += [{"parameter": name, "problem": "There is no such parameter."} for name in listing.unknown]
    if problems:
        return json_response({"problems": problems}, status=400)
    data = listing.as_data() | {"licence": LICENCE, "url": absolute(listing.canonical)}
    for row in data["rows"]:
        row |= {key: absolute(row[key]) for key in ("url", "permalink", "json") if key in row}
    data["next"] = absolute(listing.next_url.replace(listing.path, request.path, 1)) if listing.next_url else None
    return json_response(data)


def json_text(data):
    """`data` as JSON that people can read."""
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def json_response(data, status=200):
    """Public JSON, open to scripts of other sites."""
    response = HttpResponse(json_text(data), status=status, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def for_editors(response):
    """What only editors see: nobody keeps it, indexes it or reads it from another site."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    del response["Access-Control-Allow-Origin"]
    return response


@require_safe
def suggest(request):
    """Entities whose names hold what was typed, for fields that complete: `?q=novar&kind=institution`."""
    text, kinds = request.GET.get("q", "")[:200], request.GET.getlist("kind")
    found = []
    if fold(text):
        rows = Entity.objects.published().search(text).ranked(text).order_by("rank", "sort_name", "pk")
        if kinds:
            rows = rows.of_kind(*(kind for kind in kinds if kind in KINDS))
        found = [
            {
                "slug": row.slug,
                "name": row.name,
                "kind": row.kind,
                "kind_label": row.kind_label,
                "place": row.place,
            }
            for row in rows[:SUGGESTIONS]
        ]
    return json_response({"q": text, "suggestions": found})
