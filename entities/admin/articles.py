"""The forms and lists of articles and their mentions."""

from django.contrib import admin

from entities.models import Article, Mention
from entities.records.schema import ARTICLE

from .forms import MentionForm, MentionFormSet, ProseText, RulesInClean, ShownInline, ShowsUnsaved
from .search import AlsoFoldedSearch, FoldedSearch


class MentionInline(ShownInline, admin.TabularInline):
    model, form, formset, extra = Mention, MentionForm, MentionFormSet, 0
    autocomplete_fields, fields, one = ("entity",), ("entity", "text", "position", "state"), "a mention"


class ArticleForm(RulesInClean):
    """The text of an article or its address: the model says which is missing."""

    schema = ARTICLE

    class Meta:
        field_classes = {"body": ProseText}


@admin.register(Article)
class ArticleAdmin(ShowsUnsaved, FoldedSearch, admin.ModelAdmin):
    form = ArticleForm
    inlines = (MentionInline,)
    list_display = ("title", "publisher", "published", "state")
    list_filter = ("state",)
    search_fields = ("title", "authors", "publisher")
    prepopulated_fields = {"slug": ("title",)}
    fields = ("title", "slug", "authors", ("publisher", "published"), "url", "body", "state")


@admin.register(Mention)
class MentionAdmin(AlsoFoldedSearch, admin.ModelAdmin):
    form = MentionForm
    fields = ("article", "entity", "text", "position", "state")
    list_display = ("text", "entity", "article", "state")
    list_filter = ("state",)
    list_select_related = ("entity", "article")
    autocomplete_fields = ("entity", "article")
    search_fields = ("text", "entity__search_text")
