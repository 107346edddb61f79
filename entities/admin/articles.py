"""The forms and lists of articles and their mentions."""

from django.contrib import admin

from entities.models import Article, Mention

from .forms import RulesInClean


class MentionInline(admin.TabularInline):
    model, extra = Mention, 0
    autocomplete_fields = ("entity",)


class ArticleForm(RulesInClean):
    """The text of an article or its address: the model says which is missing."""


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    inlines = (MentionInline,)
    list_display = ("title", "publisher", "published", "state")
    list_filter = ("state",)
    search_fields = ("title", "authors", "publisher")
    prepopulated_fields = {"slug": ("title",)}
    fields = ("title", "slug", "authors", ("publisher", "published"), "url", "body", "state")


@admin.register(Mention)
class MentionAdmin(admin.ModelAdmin):
    list_display = ("text", "entity", "article", "state")
    list_filter = ("state",)
    list_select_related = ("entity", "article")
    autocomplete_fields = ("entity", "article")
    search_fields = ("text",)
