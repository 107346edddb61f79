"""`/e/<uid>`: the address that lasts. It leads to the page of today, and gives the entry in other forms."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from entities.addresses import absolute, entity_by_uid
from entities.linking.citations import citation_of
from entities.linking.forms import FORMS, link_header
from entities.linking.jsonld import entity_jsonld
from entities.linking.prose import as_markdown
from entities.models import Entity
from entities.pages import EntityPage
from entities.records.changes import LONGEST_NUMBER
from entities.text import near_uids

from .changes import since_as_data
from .entities import entity_as_data, may_see, with_query, withdrawn_as_data
from .lists import for_editors, json_response, json_text

PAGE = "text/html"
BY_TYPE = {form.media_type: name for name, form in FORMS.items()}
MOST_SUGGESTED = 5


def read_only(view):
    """Refuses every method but GET and HEAD with 405, before Django would ask a stranger's form for our token."""
    return csrf_exempt(require_safe(view))


@read_only
def permalink(request, uid):
    """Leads to the page of today, in one hop and with the query string; or gives the form that Accept prefers."""
    entity, asked = bearer(request.user, uid)
    form = form_wanted(request)
    if not entity:
        response = unknown(request, uid, form)
    elif form:
        response = answer(request, entity, asked, form)
        response["Content-Location"] = reverse("permalink-as", args=[asked.uid, form])
    else:
        response = HttpResponseRedirect(with_query(request, entity.get_absolute_url()))
        if entity.is_published:
            response["Link"] = link_header(entity)
    patch_vary_headers(response, ["Accept"])
    return open_to_all(response, entity)


def form_wanted(request):
    """The form of FORMS that Accept prefers, None for the page.

    Parameters of a type (a charset, a profile) make it no other type here, as they would for Django.
    """
    for accepted in request.accepted_types:
        accepted.range_params = {}
    return BY_TYPE.get(request.get_preferred_type([PAGE, *BY_TYPE]))


@read_only
def permalink_as(request, uid, form):
    """The entry in one of FORMS."""
    entity, asked = bearer(request.user, uid)
    response = answer(request, entity, asked, form) if entity else unknown(request, uid, form)
    return open_to_all(response, entity)


@read_only
def statement(request, uid, number):
    """Leads to a statement on the page of today; to the page alone, where it was taken back or merged."""
    entity, asked = bearer(request.user, uid)
    if not entity or not 0 < number <= asked.last_number:
        return open_to_all(unknown(request, uid), entity)
    address = with_query(request, entity.get_absolute_url())
    found = entity == asked and entity.statements.visible().filter(number=number).first()
    return open_to_all(HttpResponseRedirect(f"{address}#{found.anchor}" if found else address), entity)


def bearer(user, uid):
    """(the entry of today, the one that was asked for): they differ after a merge; (None, None) where there is none
    that `user` may see.
    """
    asked = entity_by_uid(uid)
    return (asked.today, asked) if asked and may_see(user, asked.today) else (None, None)


def answer(request, entity, asked, form):
    """The entry in a form; where it was merged, the way to the other's; why it is gone, where it was withdrawn."""
    if entity != asked:
        return HttpResponseRedirect(address_of_other(request, entity, asked, form))
    if entity.state == "withdrawn":
        return gone(entity, form)
    if form == "json" and "since" in request.GET:
        return json_since(entity, request.GET["since"])
    return HttpResponse(MAKERS[form](entity), headers=headers(entity, form))


def address_of_other(request, entity, asked, form):
    """The form of the entry into which another was merged; a version of this one is no version of that, but a date."""
    number = request.GET.get("since", "")
    if number.isdecimal() and number.isascii() and len(number) <= LONGEST_NUMBER:
        revision = asked.revisions.filter(number=number).first()
        if revision:
            query = {**request.GET, "since": revision.created.isoformat()}
            return reverse("permalink-as", args=[entity.uid, form], query=query)
    return with_query(request, reverse("permalink-as", args=[entity.uid, form]))


def json_since(entity, text):
    """The JSON with what has changed since a version or a date; 400 where that means nothing."""
    data = entity_as_data(entity)
    try:
        data["since"] = since_as_data(entity, text, data["record"])
    except ValueError as error:
        return json_response({"problems": [{"parameter": "since", "problem": str(error)}]}, status=400)
    return HttpResponse(json_text(data), headers=headers(entity, "json"))


def headers(entity, form):
    return {"Content-Type": content_type(form), "Link": link_header(entity)}


def content_type(form):
    return f"{FORMS[form].media_type}; charset=utf-8"


def gone(entity, form):
    if FORMS[form].media_type.endswith("json"):
        return HttpResponse(json_text(withdrawn_as_data(entity)), status=410, content_type=content_type(form))
    text = f"{entity.name} ({entity.uid}) was withdrawn: {entity.reason}\n"
    return HttpResponse(text, status=410, content_type="text/plain; charset=utf-8")


def unknown(request, uid, form=None):
    """A 404 that looks the same whether there is nothing or a draft."""
    response = nothing_there(request, uid, form)
    patch_vary_headers(response, ["Cookie"])
    return response


def nothing_there(request, uid, form):
    """404 with the entries whose id is one slip away; never another entry in place of the one that was meant."""
    nearest = list(Entity.objects.published().filter(uid__in=near_uids(uid)).order_by("uid")[:MOST_SUGGESTED])
    if form is None:
        return render(request, "404.html", {"nearest": nearest}, status=404)
    sentence = "There is no entry with this id."
    if FORMS[form].media_type.endswith("json"):
        found = [{"uid": e.uid, "name": e.name, "permalink": absolute(e.permalink)} for e in nearest]
        text = json_text({"problem": sentence, "nearest": found})
        return HttpResponse(text, status=404, content_type="application/json; charset=utf-8")
    lines = [sentence, *(f"Did you mean {absolute(e.permalink)} ({e.name})?" for e in nearest)]
    return HttpResponse("\n".join([*lines, ""]), status=404, content_type="text/plain; charset=utf-8")


def open_to_all(response, entity):
    """To be read by scripts of any site; a draft is for editors alone."""
    if entity and entity.state == "draft":
        return for_editors(response)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Link"
    return response


def citation(entity):
    return citation_of(entity, timezone.localdate())


MAKERS = {
    "json": lambda entity: json_text(entity_as_data(entity)),
    "jsonld": lambda entity: json_text(entity_jsonld(entity)),
    "bib": lambda entity: citation(entity).bibtex,
    "ris": lambda entity: citation(entity).ris,
    "csl.json": lambda entity: json.dumps(citation(entity).csl, ensure_ascii=False, indent=1),
    "md": lambda entity: as_markdown(EntityPage(entity)),
    "txt": lambda entity: f"{citation(entity).plain}\n",
}
