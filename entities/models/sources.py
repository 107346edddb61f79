"""Source: where a statement can be looked up."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from entities.text import fold

from .fields import LineField, PartialDateField, http_url, plain_slug
from .kinds import LINK_STATES, SOURCE_KINDS
from .statements import Statement


class SourceQuerySet(models.QuerySet):
    def cited(self):
        """On which a public statement rests."""
        return self.filter(Exists(Statement.objects.public().filter(sources=OuterRef("pk"))))

    def of_kind(self, *kinds):
        return self.filter(kind__in=kinds)

    def search(self, text):
        """Whose title, publisher or key hold every word of `text`."""
        for word in fold(text).split():
            self = self.filter(search_text__contains=word)
        return self


class Source(models.Model):
    """A page, paper or record that says so."""

    key = models.CharField(
        max_length=80,
        unique=True,
        validators=[plain_slug],
        help_text="A short name for files and addresses, as in penn-2012-alliance.",
    )
    title = LineField(max_length=500)
    publisher = LineField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, verbose_name="address", validators=[http_url])
    published = PartialDateField(help_text="2012, Aug 2012 or 6 August 2012.")
    kind = models.CharField(max_length=20, choices=list(SOURCE_KINDS.items()))
    consulted = models.BooleanField(
        default=True, help_text="An editor has read the text, not only its title or address."
    )
    accessed = models.DateField(null=True, blank=True, help_text="The day on which it was read.")
    archived_url = models.CharField(max_length=1000, blank=True, verbose_name="archived copy", validators=[http_url])
    link = models.CharField(
        max_length=5,
        blank=True,
        choices=list(LINK_STATES.items()),
        help_text="Whether the address still answers.",
    )
    link_checked = models.DateField(null=True, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    loaded = models.CharField(max_length=64, blank=True, editable=False)
    modified = models.DateTimeField(auto_now=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["publisher", "title", "key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(SOURCE_KINDS)),
                name="source_kind_known",
                violation_error_message="The kind of source is not known.",
            )
        ]

    def __str__(self):
        return ", ".join(filter(None, [self.publisher, f"“{self.title}”", self.published and self.published.words]))

    def save(self, *args, update_fields=None, **kwargs):
        self.search_text = self.words_to_search()
        if update_fields is not None:
            update_fields = {*update_fields, "search_text"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("source", args=[self.key])

    def words_to_search(self):
        return fold(f"{self.title} {self.publisher} {self.key}")

    @property
    def short(self):
        """How a reference names it: its publisher, or else its title."""
        return self.publisher or self.title
