"""What has changed in entries since somebody wrote about them: their public versions, compared.

Nothing that is not public now is compared: versions from when an entry was a draft are passed over, and statements
whose object is not published are left out of both sides.
"""

from datetime import UTC, datetime, time
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery

from entities.dates import PartialDate
from entities.models import Entity, OldSlug, Revision

from .comparing import Difference, compare

#: what is said of the first version that was public
NEW = (Difference("first published"),)
#: of a revision, the public ones before it
EARLIER = Revision.objects.public().filter(entity=OuterRef("entity"), number__lt=OuterRef("number"))
#: of a revision, the last of its entity that was public
LAST_PUBLIC = Revision.objects.once_public().filter(entity=OuterRef("entity")).order_by("-number")
MOST_CHANGES = 100
LONGEST_NUMBER = 9


class Change(NamedTuple):
    """A version of an entity, when it came, and in what it differs from the public one before."""

    entity: Entity
    version: int
    date: datetime
    differences: tuple


class Since(NamedTuple):
    """Since a moment or a version: the public Revision of then or None, the differences to today, and each Change."""

    then: Revision | None
    differences: tuple
    changes: list


def since(entity, text, today):
    """What has changed in an entity since a version or a date, as people write them; ValueError with a sentence.

    `text` is the number of a version, a day (2026-11-26) or a moment (2026-11-26T10:00:00Z); `today` is the record of
    today without statements about what is not published. Of changes the latest hundred are given, the last first.
    """
    revisions = Revision.objects.public().filter(entity=entity)
    if text.isdecimal() and text.isascii():
        number = int(text[: LONGEST_NUMBER + 1])
        if not 0 < number <= entity.version:
            raise ValueError(f"There is no version {text[:20]}: the entry is at version {entity.version}.")
        before, after = revisions.filter(number__lte=number), revisions.filter(number__gt=number)
    else:
        moment = read_moment(text)
        before, after = revisions.filter(created__lte=moment), revisions.filter(created__gt=moment)
    then = before.order_by("-number").first()
    if not then:
        return Since(None, NEW, changes(after))
    (record,) = public_parts([then.record])
    return Since(then, tuple(compare(record, today)), changes(after))


def read_moment(text):
    """The moment that a day begins (in UTC), or that a date with a time names; ValueError with a sentence."""
    try:
        if "T" not in text:
            return datetime.combine(PartialDate(text).first_day, time(), UTC)
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # as the plus of a time zone arrives in an address
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"“{text[:40]}” is no version and no date: write 3, 2026-11-26 or 2026-11-26T10:00:00Z."
        ) from None


def not_the_first(revisions):
    """Some revisions without those with which an entry began to be public: that alone is no news of it."""
    return revisions.filter(Exists(EARLIER))


def changes(revisions):
    """[Change] of the public ones of some revisions, the last first and at most a hundred; 3 queries."""
    rows = (
        revisions.public()
        .select_related("entity")
        .annotate(before=Subquery(EARLIER.order_by("-number").values("record")[:1]))
        .order_by("-created", "-pk")[:MOST_CHANGES]
    )
    records = public_parts([record for row in rows for record in (row.before, row.record)])
    found = []
    for row, old, new in zip(rows, records[::2], records[1::2], strict=True):
        differences = tuple(compare(old, new)) if old else NEW
        if differences:
            found.append(Change(row.entity, row.number, row.created, differences))
    return found


def ends(revisions):
    """[Change] of those of some revisions with which an entity that was public ceased to be, the last first; 1 query.

    It was withdrawn, which its page tells too, or merged into what is published; it bears its last public name.
    """
    withdrawn, merged = Q(entity__state="withdrawn"), Q(entity__merged_into__state="published")
    rows = (
        revisions.filter(withdrawn | merged, number=Subquery(LAST_PUBLIC.values("number")[:1]) + 1)
        .select_related("entity__merged_into")
        .annotate(name=Subquery(LAST_PUBLIC.values("record__name")[:1]))
        .order_by("-created", "-pk")[:MOST_CHANGES]
    )
    for row in rows:
        row.entity.name = row.name
    return [Change(row.entity, row.number, row.created, (Difference(end_of(row.entity)),)) for row in rows]


def end_of(entity):
    """What became of an entity that is no longer public."""
    return f"merged into {entity.merged_into}" if entity.merged_into else f"withdrawn: {entity.reason}"


def public_parts(records):
    """The records with objects under the slugs of today, and without statements about what is not published."""
    records = [record or {} for record in records]
    edges = [edge for record in records for edge in record.get("statements", []) if "object" in edge]
    slugs = slugs_of_today({edge["object"] for edge in edges})
    return [record | {"statements": public_statements(record, slugs)} if record else {} for record in records]


def public_statements(record, slugs):
    return [
        statement | {"object": slugs[statement["object"]]} if "object" in statement else statement
        for statement in record.get("statements", [])
        if "object" not in statement or statement["object"] in slugs
    ]


def slugs_of_today(slugs):
    """{slug: the slug of today} of those that name, or once named, what is published."""
    old = OldSlug.objects.filter(slug__in=slugs, entity__state="published").values_list("slug", "entity__slug")
    here = Entity.objects.filter(slug__in=slugs).values_list("slug", "state")
    today = {slug: slug for slug, state in here if state == "published"}
    return dict(old) | today
