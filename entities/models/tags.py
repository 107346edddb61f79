"""Subjects: taggit's tags with a description, joined to entities by a real foreign key."""

from django.db import models
from django.urls import reverse
from taggit.models import ItemBase, TagBase

from entities.text import slugify

from .fields import LineField


class Tag(TagBase):
    """A subject by which entries are found, such as CAR-T or haematology."""

    description = LineField(
        max_length=1000, blank=True, help_text="One sentence that says what is gathered under this subject."
    )
    loaded = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "subject"

    def slugify(self, tag, i=None):
        """The slug of a new subject, in the form that files and addresses take."""
        return "-".join(filter(None, [slugify(tag) or "subject", i and str(i)]))

    def get_absolute_url(self):
        return reverse("tag", args=[self.slug])


class Tagging(ItemBase):
    """That an entity has a tag."""

    content_object = models.ForeignKey("Entity", models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"],
                name="tagging_once",
                violation_error_message="The entry has this subject already.",
            )
        ]
        verbose_name = "use of a subject"
        verbose_name_plural = "uses of subjects"
