"""The statements in the form of an entity: in groups as an editor thinks, each row light until it is opened.

A row that nobody opened posts only its place and whether to delete it. `_open` and `_add` are buttons that post the
form without saving it: it comes back with that row open, or with one row more, and all that was typed. Script does the
same in place.
"""

from typing import NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError

from entities.models import Entity, Statement
from entities.models.kinds import PREDICATES, ROLES

from .forms import CountryText, ProseText, RulesInClean, ShownInline, UnchangedRowsPass
from .widgets import EntityField, EntitySelect, SourcesField, SourcesSelect


class Group(NamedTuple):
    """A group of statements: its predicates, the fields of its rows and their labels, what one of them is called."""

    key: str
    title: str
    one: str
    predicates: tuple
    fields: dict


#: the highest that the column of ranks holds
LAST_RANK = 2**31 - 1
EDGE = {"start": "Since", "end": "Until", "text": "Note", "sources": "Sources"}
GROUPS = (
    Group(
        "partners",
        "Partners and members",
        "partner or member",
        ("partner", "member", "host", "secretariat", "funder"),
        {"predicate": "Relation", "object": "Organisation", "role": "Role", **EDGE},
    ),
    Group(
        "makers",
        "Developers and issuers",
        "developer or issuer",
        ("developer", "issuer"),
        {"predicate": "Relation", "object": "Organisation", "role": "Role", **EDGE},
    ),
    Group(
        "relations",
        "Other relations",
        "relation",
        ("therapy", "disease", "indication", "parent", "successor"),
        {"predicate": "Relation", "object": "Entry", **EDGE},
    ),
    Group(
        "approvals",
        "Approvals",
        "approval",
        ("approval",),
        {"object": "Approving body", "start": "Date", "end": "Ended", "text": "For", "sources": "Sources"},
    ),
    Group(
        "milestones",
        "Milestones",
        "milestone",
        ("milestone",),
        {"start": "Date", "end": "Until", "text": "What happened", "sources": "Sources"},
    ),
    Group(
        "facts", "Facts", "fact", ("fact",), {"text": "Fact", "start": "As of", "end": "Until", "sources": "Sources"}
    ),
    Group(
        "values",
        "Values",
        "value",
        ("value",),
        {"amount": "Amount", "currency": "Currency", "text": "What for", "start": "Date", "sources": "Sources"},
    ),
    Group("countries", "Other countries", "country", ("country",), {"country": "Country", "sources": "Sources"}),
)


#: the fields of a whole row, over all groups
CONTENT = ("predicate", "object", "role", "amount", "currency", "country", "start", "end", "text", "sources")


class StatementForm(RulesInClean):
    """A row of a group. Light, it has only its place (`order`) and, from the formset, whether to delete it."""

    country = CountryText(required=False, help_text="Its name, or two letters as in CH.")
    order = forms.IntegerField(
        required=False, min_value=1, max_value=9999, label="Place", widget=forms.NumberInput(attrs={"class": "order"})
    )

    class Meta:
        model = Statement
        fields = CONTENT
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}
        field_classes = {"text": ProseText, "object": EntityField, "sources": SourcesField}

    def keep_light(self):
        for name in CONTENT:
            del self.fields[name]

    def open_for(self, group, kind, labels):
        """Make it a whole row of `group` in the form of an entity of `kind`."""
        predicates = [key for key in group.predicates if kind in PREDICATES[key].subjects]
        for name in CONTENT:
            if name in group.fields:
                self.fields[name].label = group.fields[name]
            else:
                del self.fields[name]
        if "predicate" in self.fields:
            self.fields["predicate"].choices = [(key, PREDICATES[key].singular) for key in predicates]
        if "role" in self.fields:
            known = {role for key in predicates for role in PREDICATES[key].roles}
            self.fields["role"].choices = [("", "---------"), *((key, ROLES[key]) for key in ROLES if key in known)]
            if not known:
                del self.fields["role"]
        if len(predicates) == 1:
            self.instance.predicate = predicates[0]
            self.fields.pop("predicate", None)
        if "object" in self.fields:
            kinds = sorted({target for key in predicates for target in PREDICATES[key].objects})
            self.complete("object", EntitySelect(Statement._meta.get_field("object"), admin.site, kinds), labels)
        self.complete("sources", SourcesSelect(Statement._meta.get_field("sources"), admin.site), labels)

    def complete(self, name, widget, labels):
        """Let the field `name` complete as one types; a source can be added from within."""
        field = self.fields[name]
        field.help_text = "Begin to type." if name == "object" else "Begin to type a title or a publisher."
        widget.labels, widget.is_required = labels.get(name, {}), field.required
        if name == "sources":
            rel = Statement._meta.get_field(name).remote_field
            widget = RelatedFieldWidgetWrapper(widget, rel, admin.site, can_add_related=True)
        widget.choices = field.choices
        field.widget = widget


class GroupFormSet(UnchangedRowsPass):
    """The rows of one group; `group` is set by a subclass."""

    group = None
    most_new = 100

    def total_form_count(self):
        """No more new rows than anybody enters at once: each is a whole form."""
        total = super().total_form_count()
        return min(total, self.initial_form_count() + self.most_new) if self.is_bound else total

    def clean(self):
        super().clean()
        if super().total_form_count() > self.total_form_count():
            raise ValidationError(f"At most {self.most_new} new rows can be saved at once: save these first.")

    @classmethod
    def get_default_prefix(cls):
        return f"st-{cls.group.key}"

    def __init__(self, *args, just_opened=(), **kwargs):
        self.just_opened = just_opened
        super().__init__(*args, **kwargs)

    @property
    def labels(self):
        """The labels of what the rows hold already, so that no row asks for its own."""
        if not hasattr(self, "_labels"):
            rows = list(self.get_queryset())
            self._labels = {
                "object": {str(row.object_id): str(row.object) for row in rows if row.object_id},
                "sources": {str(source.pk): str(source) for row in rows for source in row.sources.all()},
            }
        return self._labels

    @property
    def unsourced(self):
        """How many of the rows that are there have no source."""
        return sum(not row.sources.all() for row in self.get_queryset())

    def is_open(self, form, index):
        prefix = self.add_prefix(index)
        is_new = form.instance._state.adding and not form.was_there
        return is_new or prefix in self.just_opened or f"{prefix}-opened" in self.data

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.gone = form.was_there and form.instance._state.adding and not form.opened
        if form.gone:  # another editor has deleted it meanwhile, and nothing was typed into it
            form.fields.clear()
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.is_template = index is None
        form.was_there = index is not None and index < self.initial_form_count()
        form.opened = index is None or self.is_open(form, index)
        if form.opened:
            form.open_for(self.group, self.instance.kind, self.labels)
        else:
            form.keep_light()
        if form.was_there:
            form.initial["order"] = index + 1
        if self.is_bound and index is not None and self.add_prefix(index) in self.just_opened:
            form.is_bound = False  # it was light: what it holds is in the row, not in the data


class StatementInline(ShownInline, admin.StackedInline):
    """A group of statements; see `inline_of`."""

    model, form, extra, fk_name = Statement, StatementForm, 0, "subject"
    fields = (*CONTENT, "order")
    template = "admin/entities/group.html"
    group = None

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(predicate__in=self.group.predicates)
        return rows.select_related("object").prefetch_related("sources").in_order()


def inline_of(group):
    """The inline class of a group."""
    formset = type(f"{group.key.title()}FormSet", (GroupFormSet,), {"group": group})
    words = {"verbose_name": group.one, "verbose_name_plural": group.title}
    return type(f"{group.key.title()}Inline", (StatementInline,), {"group": group, "formset": formset, **words})


INLINES = {group.key: inline_of(group) for group in GROUPS}


def inlines_of(kind):
    """The groups that an entity of `kind` may have."""
    return [INLINES[group.key] for group in GROUPS if any(kind in PREDICATES[key].subjects for key in group.predicates)]


def save_statements(entity, formset):
    """Save a group: new rows get the next numbers and the last places, moved rows change places within the group."""
    rows = formset.save(commit=False)
    new = [row for row in rows if row.pk is None]
    last = max(entity.statements.values_list("rank", flat=True), default=-1) if new else 0
    for number, row in enumerate(new, 1):
        row.number, row.rank = entity.last_number + number, min(last + number, LAST_RANK)
    if new:
        entity.last_number += len(new)
        Entity._base_manager.filter(pk=entity.pk).update(last_number=entity.last_number)
    for row in rows:
        row.save()
    for row in formset.deleted_objects:
        row.delete()
    formset.save_m2m()
    if any("order" in form.changed_data for form in formset.forms):
        rerank(formset)


def rerank(formset):
    """Give the places that the rows of a group have among themselves, in the order that was typed."""
    kept = [form for form in formset.forms if form.instance.pk and form not in formset.deleted_forms]
    places = {form: index + 1 for index, form in enumerate(kept)}
    typed = {form: form.cleaned_data.get("order") if form.has_changed() else None for form in kept}
    wanted = sorted(kept, key=lambda form: (typed[form] or places[form], "order" not in form.changed_data))
    ranks = sorted(form.instance.rank for form in kept)
    for form, rank in zip(wanted, ranks, strict=True):
        form.instance.rank = rank
    Statement.objects.bulk_update([form.instance for form in kept], ["rank"])
