"""Webmention: that a page elsewhere claims to link to us (W3C Recommendation of 12 January 2017)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .fields import LineField, PartialDateField, http_url
from .kinds import APPROVALS, WEBMENTION_STATES


class WebmentionQuerySet(models.QuerySet):
    def due(self, now):
        """That are to be looked at, what waits longest first."""
        return self.filter(due__lte=now).order_by("due", "pk")

    def to_decide(self):
        """That link to us, and wait for an editor."""
        return self.filter(state="verified", approval="open")

    def shown(self):
        """That link to us and may be shown."""
        return self.filter(state="verified", approval="approved")

    def beside(self, webmention):
        """The others that speak of the same entity in the same article."""
        same = self.filter(article=webmention.article_id, entity=webmention.entity_id)
        return same.exclude(pk=webmention.pk)

    def look_again(self, before, now):
        """Put back into the queue what is shown and was last seen before a moment; gives how many there are."""
        return self.shown().filter(seen__lt=before, due=None).update(due=now, attempts=0)

    def claim(self, webmention, until):
        """Take one out of the queue until a moment; whether nobody else has done so meanwhile."""
        claimed = self.filter(pk=webmention.pk, due=webmention.due).update(due=until, attempts=F("attempts") + 1)
        if claimed:
            webmention.due, webmention.attempts = until, webmention.attempts + 1
        return bool(claimed)


class Webmention(models.Model):
    """A claim that the page `source` links to `target`, an address of the entity; also its place in a queue.

    `due` is when to look at the source, or None. Whoever looks moves it into the future first: if that process is
    killed, the row comes back by itself, and if somebody asks again meanwhile, its answer is seen to be old.
    """

    source = models.CharField(max_length=1000, validators=[http_url])
    target = models.CharField(max_length=1000, validators=[http_url])
    entity = models.ForeignKey("Entity", models.CASCADE, related_name="webmentions")
    state = models.CharField(max_length=10, choices=list(WEBMENTION_STATES.items()), default="received")
    received = models.DateTimeField(help_text="When it came last.")
    due = models.DateTimeField(null=True, blank=True, db_index=True, verbose_name="to be looked at")
    attempts = models.PositiveIntegerField(default=0)
    seen = models.DateTimeField(null=True, blank=True, verbose_name="link seen")
    error = LineField(max_length=500, blank=True, verbose_name="what was wrong")

    words = LineField(max_length=300, blank=True, verbose_name="words of the link")
    title = LineField(max_length=300, blank=True)
    authors = LineField(max_length=500, blank=True)
    publisher = LineField(max_length=200, blank=True)
    published = PartialDateField()

    approval = models.CharField(max_length=10, choices=list(APPROVALS.items()), default="open")
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    article = models.ForeignKey("Article", models.SET_NULL, null=True, blank=True, related_name="webmentions")

    objects = WebmentionQuerySet.as_manager()

    class Meta:
        ordering = ["-received", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="webmention_once",
                violation_error_message="This page has told us of this link already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(WEBMENTION_STATES)),
                name="webmention_state_known",
                violation_error_message="The state is not known.",
            ),
            models.CheckConstraint(
                condition=Q(approval__in=list(APPROVALS)),
                name="webmention_approval_known",
                violation_error_message="The approval is not known.",
            ),
        ]

    def __str__(self):
        return f"{self.title or self.source} → {self.target}"

    @property
    def may_be_approved(self):
        return self.state == "verified" and self.approval != "approved"

    @property
    def may_be_refused(self):
        return self.approval != "refused"
