"""Absolute addresses, from SITE_URL and never from what a request calls this site, and what they lead to."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from .models import Entity
from .text import read_uid

#: of everything that the base says
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: what an address of the web may say or leave out
USUAL_PORTS = {None, 80, 443}


def absolute(path):
    """The whole address of a path of this site: absolute("/e/CGT0000012") = "https://example.org/e/CGT0000012"."""
    return f"{settings.SITE_URL}{path}"


def is_ours(url):
    """Whether an address lies on this site, by http or https."""
    ours, parts = urlsplit(settings.SITE_URL), urlsplit(url)
    same_port = parts.port == ours.port or {parts.port, ours.port} <= USUAL_PORTS
    return parts.scheme in ("http", "https") and parts.hostname == ours.hostname and same_port


def route_at(url):
    """The route to which an address of this site leads, whatever its scheme, query and fragment; else None."""
    try:
        return resolve(unquote(urlsplit(url.strip()).path)) if is_ours(url.strip()) else None
    except (ValueError, Resolver404):
        return None


def entity_at(place):
    """The published entity at the uid or slug in the arguments of a route, with its old slugs and merged twins."""
    if "uid" in place:
        found = entity_by_uid(place["uid"])
    elif {"kind", "slug"} <= place.keys():
        found = entity_by_slug(place["slug"])
    else:
        return None
    return found.today if found and found.today.is_published else None


def entity_by_uid(text):
    """The entity of any state whose uid `text` means, however it is written, or None."""
    uid = read_uid(text)
    return Entity.objects.select_related("merged_into").filter(uid=uid).first() if uid else None


def entity_by_slug(slug):
    """The entity of any state that has this slug, or had it before it was renamed, or None."""
    entities = Entity.objects.select_related("merged_into")
    return entities.filter(slug=slug).first() or entities.filter(old_slugs__slug=slug).first()
