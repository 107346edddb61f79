"""The names of all published entities, ready to be found; made anew when anything was published or changed."""

from typing import NamedTuple

from django.urls import reverse

from entities.models import Entity, Name
from entities.versions import Kept

from .finder import Finder, Term


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
    rows = Entity.objects.published().order_by("uid").values_list("uid", "slug", "name", "kind", "country")
    entries = {uid: Entry(uid, *row) for uid, *row, _ in rows}
    countries = {uid: country for uid, *_, country in rows}
    terms = [Term(entry.name, uid, entry.kind, "name", country=countries[uid]) for uid, entry in entries.items()]
    names = Name.objects.filter(entity__state="published").order_by("pk")
    for text, uid, type_, language in names.values_list("text", "entity__uid", "type", "language"):
        if uid in entries:  # and was not published between the two queries
            terms.append(Term(text, uid, entries[uid].kind, type_, language=language, country=countries[uid]))
    return Index(Finder(terms), entries)


#: gives the Index of the base as it is now: one query, and two more after a change
current = Kept(build)
