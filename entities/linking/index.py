"""The names of all published entities, ready to be found; made anew when anything was published or changed."""

from threading import Lock
from typing import NamedTuple

from django.db.models import Count, Max
from django.urls import reverse

from entities.models import Entity, Name, Revision
from entities.models.kinds import KINDS

from .finder import Finder, Term

_lock = Lock()
_kept = None


class Entry(NamedTuple):
    """What a link needs to know of an entity."""

    uid: str
    slug: str
    name: str
    kind: str

    @property
    def kind_label(self):
        return KINDS[self.kind].label

    @property
    def permalink(self):
        return reverse("permalink", args=[self.uid])

    def get_absolute_url(self):
        return reverse("detail", args=[self.kind, self.slug])


class Index(NamedTuple):
    """The finder of all names, and {uid: Entry}; `version` tells of which state of the base."""

    version: tuple
    finder: Finder
    entries: dict


def current():
    """The Index of the base as it is now: one query, and two more after a change. Threads share it."""
    global _kept
    version = version_of_base()
    kept = _kept
    if not kept or kept.version != version:
        with _lock:
            if not _kept or _kept.version != version:
                _kept = build(version)
            kept = _kept
    return kept


def version_of_base():
    """Differs whenever an entity was changed: every change is a revision, and revisions are only added."""
    return tuple(Revision.objects.aggregate(Max("pk"), Count("pk"), Max("created")).values())


def build(version):
    rows = Entity.objects.published().order_by("uid").values_list("uid", "slug", "name", "kind", "country")
    entries = {uid: Entry(uid, *row) for uid, *row, _ in rows}
    countries = {uid: country for uid, *_, country in rows}
    terms = [Term(entry.name, uid, entry.kind, "name", country=countries[uid]) for uid, entry in entries.items()]
    names = Name.objects.filter(entity__state="published").order_by("pk")
    for text, uid, type_, language in names.values_list("text", "entity__uid", "type", "language"):
        if uid in entries:  # and was not published between the two queries
            terms.append(Term(text, uid, entries[uid].kind, type_, language=language, country=countries[uid]))
    return Index(version, Finder(terms), entries)
