"""The state of the base, and what is made of it and kept in memory until it changes."""

from threading import Lock

from django.db.models import Count, Max

from .models import Revision


def version_of_base():
    """Differs whenever an entity was changed: every change is a revision, and revisions are only added. One query.

    The number of revisions tells of one that was written before the newest but could be seen only after it.
    """
    return tuple(Revision.objects.aggregate(Count("pk"), Max("pk"), Max("created")).values())


class Kept:
    """What `make` gives, called anew after a change of the base; of a base without revisions each time."""

    def __init__(self, make):
        self.make, self.kept, self.lock = make, (None, None), Lock()

    def __call__(self):
        version = version_of_base()
        known, made = self.kept
        if known == version and version[0]:
            return made
        with self.lock:
            if self.kept[0] != version or not version[0]:
                self.kept = (version, self.make())
            return self.kept[1]
