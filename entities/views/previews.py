"""The preview of an entry for a card beside a link, by its permalink or its page; and a page that shows it at work."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from entities.addresses import absolute
from entities.linking.preview import preview_of
from entities.models import Entity
from entities.pages import Head
from entities.text import shortened

from .entities import find, with_query
from .lists import json_response
from .permalinks import bearer

LONGEST_REASON = 300
JOINED, SENTENCES = 5, 8
EVERYONE = AnonymousUser()


def for_all(view):
    """Gives what EVERYONE may see, to editors too and to scripts of any site; to be kept for five minutes."""

    @require_safe
    @wraps(view)
    def answered(request, **arguments):
        response = view(request, **arguments)
        response["Access-Control-Allow-Origin"] = "*"
        response["Cache-Control"] = "public, max-age=300"
        return response

    return answered


@for_all
def preview(request, uid):
    """The preview of the entry that bears this id today."""
    entity, asked = bearer(EVERYONE, uid)
    if entity != asked:
        return HttpResponseRedirect(with_query(request, reverse("preview", args=[entity.uid])))
    return answer(entity)


@for_all
def preview_of_page(request, kind, slug):
    """The preview of the entry whose page has this address, or the way to it."""
    try:
        entity, away = find(request, EVERYONE, kind, slug, "preview-of-page")
    except Http404:
        return answer(None)
    return away or answer(entity)


def answer(entity):
    if not entity:
        return json_response({"problem": "There is no entry at this address."}, status=404)
    if entity.state == "withdrawn":
        reason = shortened(entity.reason, LONGEST_REASON)
        return json_response({"uid": entity.uid, "state": "withdrawn", "reason": reason}, status=410)
    return json_response(preview_of(entity))


@require_safe
def demo(request):
    """A collaboration with what it is about and its partners, to try the previews on; sentences of it, to be linked."""
    entity = Entity.objects.published().of_kind("collaboration").order_by("-featured", "sort_name").first()
    script = absolute(f"{settings.STATIC_URL}js/collabs-preview.js")
    context = {"line": f'<script src="{script}" defer></script>'}
    if entity:
        example = Head(entity)
        others = dict.fromkeys(line.other for line in example.outgoing("therapy", "disease", "partner"))
        context["example"], context["examples"] = example, [example, *map(Head, list(others)[:JOINED])]
        context["texts"] = [entity.summary, *(line.statement.text for line in example.outgoing("milestone"))][
            :SENTENCES
        ]
    return render(request, "linking/demo.html", context)
