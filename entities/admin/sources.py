"""The forms and lists of sources and subjects."""

from django.contrib import admin
from django.db.models import Count

from entities.models import Source, Tag

from .forms import SourceForm, TagForm
from .search import FoldedSearch


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    form = SourceForm
    list_display = ("title", "publisher", "kind", "published", "consulted", "link", "uses")
    list_filter = ("kind", "consulted", "link")
    list_per_page = 50
    ordering = ("publisher", "title", "key")
    search_fields = ("search_text",)
    fields = (
        "title", "publisher", "url", ("kind", "published"), "key", ("consulted", "accessed"), "archived_url",
        ("link", "link_checked"),
    )  # fmt: skip
    prepopulated_fields = {"key": ("publisher", "title")}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        return ("key",) if obj else ()

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(used=Count("statements"))

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def has_delete_permission(self, request, obj=None):
        """A source on which a statement rests stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.statements.exists())

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="statements", ordering="used")
    def uses(self, source):
        return source.used


@admin.register(Tag)
class TagAdmin(FoldedSearch, admin.ModelAdmin):
    form = TagForm
    list_display = ("name", "slug", "description", "entries")
    ordering = ("name",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(used=Count("taggings"))

    def has_delete_permission(self, request, obj=None):
        """A subject in use stays: take it off its entries first."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.taggings.exists())

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="entries", ordering="used")
    def entries(self, tag):
        return tag.used
