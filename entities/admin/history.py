"""What is looked at and never typed: revisions, old slugs, and the rows that are edited within their entity."""

from django.contrib import admin

from entities.models import Identifier, Name, OldSlug, Revision, Statement, Tagging

from .search import AlsoFoldedSearch


class LookOnlyAdmin(AlsoFoldedSearch, admin.ModelAdmin):
    """A list to search in; every change goes through the form of the entity, which writes its history."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Revision)
class RevisionAdmin(LookOnlyAdmin):
    list_display = ("entity", "number", "created", "user", "comment")
    list_select_related = ("entity", "user")
    search_fields = ("entity__search_text", "comment")
    date_hierarchy = "created"


@admin.register(OldSlug)
class OldSlugAdmin(LookOnlyAdmin):
    list_display = ("slug", "entity")
    list_select_related = ("entity",)
    search_fields = ("slug",)


@admin.register(Statement)
class StatementAdmin(LookOnlyAdmin):
    list_display = ("subject", "number", "predicate", "object", "role", "text", "start", "end")
    list_filter = ("predicate",)
    list_select_related = ("subject", "object")
    search_fields = ("text", "subject__search_text", "object__search_text")


@admin.register(Name)
class NameAdmin(LookOnlyAdmin):
    list_display = ("text", "type", "language", "entity")
    list_filter = ("type",)
    list_select_related = ("entity",)
    search_fields = ("text", "entity__search_text")


@admin.register(Identifier)
class IdentifierAdmin(LookOnlyAdmin):
    list_display = ("scheme", "value", "entity")
    list_filter = ("scheme",)
    list_select_related = ("entity",)
    search_fields = ("value", "entity__search_text")


@admin.register(Tagging)
class TaggingAdmin(LookOnlyAdmin):
    list_display = ("content_object", "tag")
    list_filter = ("tag",)
    list_select_related = ("content_object", "tag")
    search_fields = ("content_object__search_text",)
