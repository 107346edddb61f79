"""Revisions of changes that came row by row, as from the admin."""

from django.db.models import F
from django.utils import timezone

from entities.models import Entity, Revision

from .reading import entity_record
from .schema import digest


def save_revision(entity, user=None, comment="", now=None):
    """Write down the record of `entity` as its next version; None where it does not differ from the last one.

    Call it inside the transaction of the change. It also renews what depends on other rows: the search text, the
    version, the highest statement number and the date of the last change.
    """
    record = entity_record(entity)
    last = entity.revisions.order_by("-number").first()
    if last and last.digest == digest(record):
        return None
    now = now or timezone.now()
    numbers = [statement["number"] for statement in record.get("statements", [])]
    Entity._base_manager.filter(pk=entity.pk).update(
        version=F("version") + 1,
        modified=now,
        last_number=max(entity.last_number, *numbers, 0) if numbers else entity.last_number,
        search_text=entity.words_to_search(),
    )
    entity.refresh_from_db(fields=["version", "last_number", "search_text"])
    return Revision.objects.create(
        entity=entity,
        number=entity.version,
        record=record,
        digest=digest(record),
        created=now,
        user=user,
        comment=comment,
    )
