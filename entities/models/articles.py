"""Articles, here or elsewhere, and where in them an entity is mentioned."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from entities.text import shortened

from .fields import LineField, PartialDateField, ProseField, http_url, plain_slug
from .kinds import ARTICLE_STATES, MENTION_STATES

#: what the text of an article may weigh, in bytes of UTF-8
MOST_BYTES = 1_000_000


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """What the public may see."""
        return self.filter(state="published")

    def ours(self):
        """What is published, and to be read here."""
        return self.published().exclude(body="")

    def listed(self):
        """What is published, without what is elsewhere and no longer links to any entry."""
        mentions = Mention.objects.filter(article=OuterRef("pk"))
        speaks = Exists(mentions.confirmed()) | ~Exists(mentions)
        return self.published().filter(speaks | ~Q(body=""))

    def mentioning(self, entity):
        """Of which an editor has confirmed that they name the entity, or one that was merged into it."""
        return self.published().filter(pk__in=Mention.objects.confirmed().of(entity).values("article"))


class Article(models.Model):
    """A text that speaks of entities: our own, with a body, or one elsewhere, with an address."""

    slug = models.CharField(max_length=100, unique=True, validators=[plain_slug])
    title = LineField(max_length=300)
    authors = LineField(max_length=500, blank=True, help_text="As they sign, separated by semicolons.")
    publisher = LineField(max_length=200, blank=True)
    published = PartialDateField()
    url = models.CharField(max_length=1000, blank=True, validators=[http_url], help_text="Of an article elsewhere.")
    body = ProseField(blank=True, help_text="Of an article of our own, in Markdown.")
    state = models.CharField(max_length=10, choices=list(ARTICLE_STATES.items()), default="draft")
    loaded = models.CharField(max_length=64, blank=True, editable=False)
    modified = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "title"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(url="", body=""),
                name="article_has_url_or_body",
                violation_error_message="Give the text of the article or its address.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(ARTICLE_STATES)),
                name="article_state_known",
                violation_error_message="The state is not known.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """Its page, or where it is elsewhere."""
        return reverse("article", args=[self.slug]) if self.body else self.url

    @property
    def lead(self):
        """Its first paragraph."""
        return next((block for block in self.body.split("\n\n") if block.strip() and not block.startswith("#")), "")

    @property
    def summary(self):
        """The beginning of its first paragraph, on one line."""
        return shortened(self.lead, 300)

    @property
    def author_names(self):
        return [name.strip() for name in self.authors.split(";") if name.strip()]

    def clean(self):
        if not self.url and not self.body:
            raise ValidationError({"url": "Give the text of the article or its address."})

    @property
    def byline(self):
        """Who wrote it, and where it appeared."""
        return ", ".join(filter(None, [*self.author_names, self.publisher]))


class MentionQuerySet(models.QuerySet):
    def confirmed(self):
        """Of which an editor has said that they are right."""
        return self.filter(state="confirmed")

    def public(self):
        """Confirmed ones of what is published, or was merged into what is."""
        return self.confirmed().filter(Q(entity__state="published") | Q(entity__merged_into__state="published"))

    def of(self, entity):
        """Of an entity, or of one that was merged into it."""
        return self.filter(Q(entity=entity) | Q(entity__merged_into=entity))


class Mention(models.Model):
    """That an article names an entity: with which words, and where in its text (in characters, if known)."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="mentions")
    entity = models.ForeignKey("Entity", models.CASCADE, related_name="mentions")
    text = LineField(max_length=300)
    position = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=list(MENTION_STATES.items()), default="found")

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["article", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "entity", "position"],
                name="mention_once",
                violation_error_message="The article mentions the entry here already.",
            ),
            models.UniqueConstraint(
                fields=["article", "entity"],
                condition=models.Q(position__isnull=True),
                name="mention_once_without_position",
                violation_error_message="The article mentions the entry already, at a place that is not known.",
            ),
        ]

    def __str__(self):
        return f"“{self.text}” in {self.article}"
