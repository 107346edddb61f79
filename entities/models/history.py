"""What was: the versions of an entity's record, and the slugs it once had."""

from django.conf import settings
from django.db import models

from .fields import LineField


class RevisionQuerySet(models.QuerySet):
    def public(self):
        """What the public could read when it was written, and may still."""
        return self.once_public().filter(entity__state="published")

    def once_public(self):
        """What the public could read when it was written: a record leaves out the state “published”."""
        return self.filter(record__state__isnull=True)


class Revision(models.Model):
    """The whole record of an entity after a change; rows are added, never changed."""

    entity = models.ForeignKey("Entity", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    record = models.JSONField()
    digest = models.CharField(max_length=64)
    created = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    comment = LineField(max_length=500, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [models.UniqueConstraint(fields=["entity", "number"], name="revision_number_once")]

    def __str__(self):
        return f"version {self.number} of {self.record.get('name', self.entity_id)}"


class OldSlug(models.Model):
    """A slug that was once public: its address is forwarded for ever."""

    slug = models.CharField(max_length=100, unique=True)
    entity = models.ForeignKey("Entity", models.CASCADE, related_name="old_slugs")

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.slug
