"""The forms and lists of entities, one small class a kind over one common one."""

from typing import NamedTuple

from django.contrib import admin
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import reverse
from taggit.models import Tag as TaggitTag

from entities.listing import with_company
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
    Tag,
    Tagging,
    Therapy,
)
from entities.models.kinds import KINDS, ORGANISATIONS
from entities.records import save_revision
from entities.text import fold

from .forms import EntityForm, IdentifierForm, IdentifierFormSet, NameForm, NameFormSet, ShownInline, ShowsUnsaved
from .lists import CountryFilter, ReviewFilter, SourcesFilter, StatusFilter, TypeFilter
from .statements import GroupFormSet, inlines_of, save_statements

admin.site.unregister(TaggitTag)

#: what belongs to an entity and goes with it
PARTS = (Name, Identifier, Statement, Tagging, OldSlug, Revision)


class NameInline(ShownInline, admin.TabularInline):
    model, form, formset, extra = Name, NameForm, NameFormSet, 0
    verbose_name, verbose_name_plural, one = "other name", "other names", "another name"


class IdentifierInline(ShownInline, admin.TabularInline):
    model, form, formset, extra = Identifier, IdentifierForm, IdentifierFormSet, 0
    one = "an identifier"


class EntityAdmin(ShowsUnsaved, admin.ModelAdmin):
    """What the lists and forms of all kinds share."""

    form = EntityForm
    change_form_template = "admin/entities/entity_form.html"
    list_display = ("name", "type_words", "country", "statement_count", "unsourced_count", "state", "reviewed")
    list_filter = ("state", SourcesFilter, ReviewFilter)
    list_per_page = 50
    ordering = ("sort_name", "pk")
    search_fields = ("search_text",)
    search_help_text = "Names, former names and identifiers; accents and case do not matter."
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("uid", "version", "created", "modified")
    autocomplete_fields = ("merged_into",)

    def get_inlines(self, request, obj):
        return [*inlines_of(self.model.KIND), NameInline, IdentifierInline]

    def get_fieldsets(self, request, obj=None):
        kind = KINDS[self.model.KIND]
        about = [("type", "status") if kind.statuses else "type", ("start", "end"), "summary", "tags", "website"]
        if self.model.KIND in ORGANISATIONS:
            about += [("country", "city"), ("latitude", "longitude")]
        return [
            (None, {"fields": ["name", *(["old_name"] if obj else []), *about]}),
            (
                "This entry",
                {"fields": ["slug", ("state", "merged_into"), "reason", ("reviewed", "review_due"), "featured"]},
            ),
            ("Record", {"fields": [("uid", "version"), ("created", "modified")], "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        """What only a reviewer says is looked at by the others."""
        reviewers = () if request.user.has_perm("entities.review_entity") else ("reviewed", "review_due", "featured")
        return (*self.readonly_fields, *reviewers)

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
        """Found by name; where the field of a statement asks, only of the kinds that it may join."""
        kinds = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
        if kinds and request.path == reverse("admin:autocomplete"):
            queryset = queryset.of_kind(*kinds)
        return queryset.search(search_term), False

    def get_changelist_instance(self, request):
        """The list with those who take part in each entry of its page, in one query."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = with_company(list(changelist.result_list))
        return changelist

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.formset, GroupFormSet):
            kwargs["just_opened"] = request.POST.getlist("_open")
        return kwargs

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {"kind": self.model.KIND, "mistakes": mistakes_of(context), "subjects": Tag.objects.all()}
        return super().render_change_form(request, context, *args, **kwargs)

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
        if change and not set(form.changed_data) - {"token", "comment", "old_name"}:
            return
        super().save_model(request, entity, form, change)
        if change and "slug" in form.changed_data:
            OldSlug.objects.filter(slug=entity.slug).delete()
            if form.initial["state"] != "draft" or was_public(entity):
                OldSlug.objects.get_or_create(slug=form.initial["slug"], defaults={"entity": entity})

    def save_formset(self, request, form, formset, change):
        if not isinstance(formset, GroupFormSet):
            super().save_formset(request, form, formset, change)
            return
        save_statements(form.instance, formset)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and "name" in form.changed_data:
            keep_name(form.instance, form.initial["name"], form.cleaned_data["old_name"])
        save_revision(form.instance, user=request.user, comment=form.cleaned_data.get("comment", ""))


def keep_name(entity, text, type_):
    """Keep what was the display name among the other names, unless it was a slip or differs in case or accents alone.

    What it is called now is no former name.
    """
    entity.names.filter(type="former", text=entity.name).delete()
    if type_ and fold(text) != fold(entity.name):
        entity.names.get_or_create(text=text, defaults={"type": type_})


class Mistake(NamedTuple):
    """An error of a form: where it is, in words and as an anchor, and the sentence."""

    place: str
    anchor: str
    sentence: str


def mistakes_of(context):
    """Every error of the form and its rows, in the order of the page."""
    form, found = context["adminform"].form, []
    for name, sentences in form.errors.items():
        field = form.fields.get(name)
        found += [Mistake(field.label if field else "", f"id_{name}" if field else "", text) for text in sentences]
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        words = str(inline.opts.verbose_name_plural).capitalize()
        found += [Mistake(words, f"{formset.prefix}-group", text) for text in formset.non_form_errors()]
        for number, row in enumerate(formset.forms if formset.is_bound else [], 1):
            for name, sentences in row.errors.items():
                place = f"row-{row.prefix}" if isinstance(formset, GroupFormSet) else row.prefix
                anchor = f"id_{row.prefix}-{name}" if name in row.fields else place
                found += [Mistake(f"{words}, row {number}", anchor, text) for text in sentences]
    return found


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
    list_filter = (TypeFilter, *EntityAdmin.list_filter, CountryFilter)


@admin.register(Collaboration)
class CollaborationAdmin(EntityAdmin):
    list_display = ("name", "partners", "type_words", "when", *EntityAdmin.list_display[3:])
    list_filter = (TypeFilter, StatusFilter, *EntityAdmin.list_filter)

    @admin.display(description="when", ordering="start")
    def when(self, entity):
        return entity.when

    @admin.display(description="partners")
    def partners(self, entity):
        names = [edge.object.name for edge in entity.company]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


@admin.register(Therapy, Guideline)
class DatedSubjectAdmin(EntityAdmin):
    list_display = ("name", "type_words", "status_words", *EntityAdmin.list_display[3:])
    list_filter = (TypeFilter, StatusFilter, *EntityAdmin.list_filter)


@admin.register(Disease)
class DiseaseAdmin(EntityAdmin):
    list_display = ("name", "type_words", *EntityAdmin.list_display[3:])
    list_filter = (TypeFilter, *EntityAdmin.list_filter)
