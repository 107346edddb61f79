"""The page of an entity, its JSON, and the addresses that lead there."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from entities.addresses import LICENCE, absolute, entity_by_slug
from entities.linking import cards
from entities.linking.citations import ways_to_link
from entities.linking.forms import forms_of, link_header
from entities.models import Source
from entities.pages import EntityPage
from entities.records import entity_record
from entities.records.reading import source_records

from .lists import for_editors, json_response


@require_safe
def detail(request, kind, slug):
    """The page of an entity, or the way to where it is now."""
    entity, away = find(request, request.user, kind, slug, "detail")
    if away:
        return away
    if entity.state == "withdrawn":
        return render(request, "entities/withdrawn.html", {"entity": entity}, status=410)
    page = EntityPage(entity)
    context = {"entity": entity, "page": page, "preview": not entity.is_published}
    context["picture"] = page.on_scale(timezone.localdate().year)
    if context["preview"]:
        return for_editors(render(request, "entities/detail.html", context))
    context |= {"ways": ways_to_link(entity, timezone.localdate()), "forms": forms_of(entity)}
    if entity.is_published:
        context["head"] = cards.Head(page)
    response = render(request, "entities/detail.html", context)
    response["Link"] = link_header(entity)
    return response


@require_safe
def detail_json(request, kind, slug):
    """The record of an entity with the sources it rests on."""
    entity, away = find(request, request.user, kind, slug, "detail-json")
    if away:
        return away
    if entity.state == "withdrawn":
        return json_response(withdrawn_as_data(entity), status=410)
    response = json_response(entity_as_data(entity))
    return response if entity.is_published else for_editors(response)


def find(request, user, kind, slug, route):
    """What `user` may see: (entity, None), or (None, redirect) where a slug is old, merged or of another kind; or
    Http404.
    """
    found = entity_by_slug(slug)
    if not found or not may_see(user, found.today):
        raise Http404("There is no entry at this address.")
    entity = found.today
    if (entity.kind, entity.slug) != (kind, slug):
        address = reverse(route, args=[entity.kind, entity.slug])
        return None, redirect(with_query(request, address), permanent=True)
    return entity, None


def may_see(user, entity):
    """Drafts are for editors; what is published, or was, has a page for all."""
    if entity.state in ("published", "withdrawn"):
        return True
    return user.is_staff and user.has_perm(f"entities.view_{entity._meta.model_name}")


def with_query(request, address):
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def withdrawn_as_data(entity):
    return {"uid": entity.uid, "name": entity.name, "state": "withdrawn", "reason": entity.reason}


def reference(entity):
    """What names an entity, or an Entry of the linker, in the data of something else."""
    return {
        "uid": entity.uid,
        "name": entity.name,
        "kind": entity.kind,
        "url": absolute(entity.get_absolute_url()),
        "permalink": absolute(entity.permalink),
    }


def entity_as_data(entity):
    """The public record of an entity, its version and its sources, without statements about unpublished ones."""
    record = entity_record(entity)
    visible = set(entity.statements.visible().values_list("number", flat=True))
    statements = [statement for statement in record.pop("statements", []) if statement["number"] in visible]
    if statements:
        record["statements"] = statements
    keys = {key for statement in statements for key in statement.get("sources", [])}
    return {
        "url": absolute(entity.get_absolute_url()),
        "permalink": absolute(entity.permalink),
        "version": entity.version,
        "modified": entity.modified.isoformat(timespec="seconds"),
        "licence": LICENCE,
        "record": record,
        "sources": source_records(Source.objects.filter(key__in=keys)),
    }
