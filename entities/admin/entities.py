"""The forms and lists of entities, one small class a kind over one common one."""

from django.contrib import admin
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import reverse
from django_countries import countries
from taggit.models import Tag as TaggitTag

from entities.models import (
    Collaboration,
    Consortium,
    Disease,
    Entity,
    Guideline,
    Identifier,
    Institution,
    Name,
    OldSlug,
    RegulatoryBody,
    Revision,
    Statement,
    Tagging,
    Therapy,
)
from entities.models.kinds import KINDS
from entities.records import save_revision

from .forms import EntityForm, IdentifierForm, IdentifierFormSet, NameForm, NameFormSet, StatementForm, StatementFormSet

admin.site.site_header = admin.site.site_title = "Collabs desk"
admin.site.index_title = "The knowledge base"
admin.site.unregister(TaggitTag)

LAST_RANK = 2**31 - 1
#: what belongs to an entity and goes with it
PARTS = (Name, Identifier, Statement, Tagging, OldSlug, Revision)


class NameInline(admin.TabularInline):
    model, form, formset, extra = Name, NameForm, NameFormSet, 0
    verbose_name, verbose_name_plural = "other name", "other names"


class IdentifierInline(admin.TabularInline):
    model, form, formset, extra = Identifier, IdentifierForm, IdentifierFormSet, 0


class StatementInline(admin.StackedInline):
    model, form, formset, extra = Statement, StatementForm, StatementFormSet, 0
    fk_name = "subject"
    fields = (
        ("predicate", "object", "role"), "text", ("start", "end"), ("amount", "currency"), "country", "sources", "rank",
    )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("object").prefetch_related("sources").in_order()


class InWords(admin.AllValuesFieldListFilter):
    """The types, activities or countries that occur, in words."""

    def choices(self, changelist):
        kind = KINDS[changelist.model.KIND]
        words = {"type": kind.types, "status": kind.statuses, "country": dict(countries)}[self.field_path]
        for choice in super().choices(changelist):
            yield choice | {"display": words.get(choice["display"], choice["display"]) or "Not said"}


class EntityAdmin(admin.ModelAdmin):
    """What the lists and forms of all kinds share."""

    form = EntityForm
    inlines = (NameInline, IdentifierInline, StatementInline)
    list_display = (
        "name",
        "type_words",
        "country",
        "status_words",
        "state",
        "statement_count",
        "unsourced_count",
        "reviewed",
    )
    list_filter = ("state", "reviewed")
    list_per_page = 50
    ordering = ("sort_name", "pk")
    search_fields = ("search_text",)
    search_help_text = "Names, former names and identifiers; accents and case do not matter."
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("uid", "version", "created", "modified")
    save_on_top = True

    def get_fieldsets(self, request, obj=None):
        kind = KINDS[self.model.KIND or obj.kind]
        described = ["name", "slug", ("type", "status") if kind.statuses else "type", "summary", "tags"]
        return [
            (None, {"fields": described}),
            (
                "When and where",
                {"fields": [("start", "end"), "website", ("country", "city"), ("latitude", "longitude")]},
            ),
            (
                "This entry",
                {"fields": [("state", "merged_into"), "reason", ("reviewed", "review_due"), "featured", "comment"]},
            ),
            ("Record", {"fields": [("uid", "version"), ("created", "modified"), "token"], "classes": ["collapse"]}),
        ]

    autocomplete_fields = ("merged_into",)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                said=Count("statements", distinct=True),
                unsaid=Count("statements", filter=Q(statements__sources=None), distinct=True),
            )
        )

    def get_search_results(self, request, queryset, search_term):
        return queryset.search(search_term), False

    def has_delete_permission(self, request, obj=None):
        """What was public is withdrawn, never deleted."""
        never_public = obj is None or (obj.state == "draft" and not was_public(obj))
        return super().has_delete_permission(request, obj) and never_public

    def get_deleted_objects(self, objs, request):
        """The parts of a draft, which nobody may delete by themselves, go with it."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {model._meta.verbose_name for model in PARTS}, protected

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="type", ordering="type")
    def type_words(self, entity):
        return entity.type_label

    @admin.display(description="activity", ordering="status")
    def status_words(self, entity):
        return entity.status_label

    @admin.display(description="statements", ordering="said")
    def statement_count(self, entity):
        return entity.said

    @admin.display(description="unsourced", ordering="unsaid")
    def unsourced_count(self, entity):
        return entity.unsaid or ""

    def view_on_site(self, entity):
        """By its uid: in a form that comes back, the slug may be one that has no address."""
        return entity.permalink

    def save_model(self, request, entity, form, change):
        """Save what was changed: a row that was not keeps its date. A slug that was public is kept for ever."""
        if change and not set(form.changed_data) - {"token", "comment"}:
            return
        super().save_model(request, entity, form, change)
        if change and "slug" in form.changed_data:
            OldSlug.objects.filter(slug=entity.slug).delete()
            if form.initial["state"] != "draft" or was_public(entity):
                OldSlug.objects.get_or_create(slug=form.initial["slug"], defaults={"entity": entity})

    def save_formset(self, request, form, formset, change):
        """Give new statements their number and place before they are saved."""
        if formset.model is not Statement:
            super().save_formset(request, form, formset, change)
            return
        entity = form.instance
        rank = max((row.rank for row in formset.get_queryset()), default=-1)
        for row in formset.save(commit=False):
            if row.pk is None:
                entity.last_number += 1
                row.number = entity.last_number
                rank = row.rank = row.rank or min(rank + 1, LAST_RANK)
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()
        Entity._base_manager.filter(pk=entity.pk).update(last_number=entity.last_number)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        save_revision(form.instance, user=request.user, comment=form.cleaned_data.get("comment", ""))


def was_public(entity):
    """Whether any version of the entry was public; a record without a state is a published one."""
    return entity.revisions.filter(~Q(record__has_key="state") | ~Q(record__state="draft")).exists()


@admin.register(Entity)
class AnyEntityAdmin(EntityAdmin):
    """Entities of all kinds, to be found and chosen; each is edited in the form of its kind."""

    list_display = ("name", "kind", *EntityAdmin.list_display[1:])
    list_filter = ("kind", *EntityAdmin.list_filter)

    def has_add_permission(self, request):
        return False

    def change_view(self, request, object_id, *args, **kwargs):
        entity = self.get_object(request, object_id)
        if not entity:
            return super().change_view(request, object_id, *args, **kwargs)
        place = f"admin:entities_{entity._meta.model_name}_change"
        return redirect(reverse(place, args=[entity.pk], query=request.GET))

    def history_view(self, request, object_id, extra_context=None):
        entity = self.get_object(request, object_id)
        if not entity:
            return super().history_view(request, object_id, extra_context)
        return redirect(reverse(f"admin:entities_{entity._meta.model_name}_history", args=[entity.pk]))


@admin.register(Institution, Consortium, RegulatoryBody)
class OrganisationAdmin(EntityAdmin):
    list_filter = (("type", InWords), *EntityAdmin.list_filter, ("country", InWords))


@admin.register(Collaboration)
class CollaborationAdmin(EntityAdmin):
    list_display = ("name", "type_words", "when", *EntityAdmin.list_display[3:])
    list_filter = (("type", InWords), ("status", InWords), *EntityAdmin.list_filter)

    @admin.display(description="when", ordering="start")
    def when(self, entity):
        return entity.when


@admin.register(Therapy, Guideline, Disease)
class SubjectAdmin(EntityAdmin):
    list_display = ("name", "type_words", *EntityAdmin.list_display[3:])
    list_filter = (("type", InWords), *EntityAdmin.list_filter)
