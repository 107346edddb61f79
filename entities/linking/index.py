"""The names that lead to published entities, ready to be found; made anew when anything was published or changed."""

from typing import NamedTuple

from django.urls import reverse

from entities.models import Entity, Name
from entities.versions import Kept

from .finder import Finder, Term

#: why a name leads to an entity that does not bear it
MERGED = "name of an entry merged into this one"


class Entry(NamedTuple):
    """What a link needs to know of an entity."""

    uid: str
    slug: str
    name: str
    kind: str

    @property
    def permalink(self):
        return reverse("permalink", args=[self.uid])

    def get_absolute_url(self):
        return reverse("detail", args=[self.kind, self.slug])


class Index(NamedTuple):
    """The finder of all names, and {uid: Entry}."""

    finder: Finder
    entries: dict


def build():
    """The Index of what is published, by its names and those of the entries that were merged into it."""
    places = Entity.objects.that_lead_to_published().order_by("uid")
    rows = list(places.values_list("uid", "slug", "name", "kind", "country", "merged_into__uid"))
    entries = {uid: Entry(uid, slug, name, kind) for uid, slug, name, kind, _, target in rows if not target}
    called = {uid: term(uid, *row) for uid, _, *row in rows}
    terms = list(called.values())
    names = Name.objects.filter(entity__in=places.order_by()).order_by("pk")
    for text, uid, type_, language in names.values_list("text", "entity__uid", "type", "language"):
        if uid in called:  # and was not published between the two queries
            terms.append(called[uid]._replace(text=text, type=type_, language=language))
    return Index(Finder(terms), entries)


def term(uid, name, kind, country, target):
    """The Term of a display name; that of an entry merged into the one with the uid `target` is a former name of it."""
    if target:
        return Term(name, target, kind, "former", MERGED, country=country)
    return Term(name, uid, kind, "name", country=country)


#: gives the Index of the base as it is now: one query, and two more after a change
current = Kept(build)
