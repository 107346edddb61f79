"""The forms of the desk: the rules of the model as sentences at their field, and nothing lost between two editors."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.timesince import timesince

from entities.models import Entity, Identifier, Name, OldSlug, Statement
from entities.models.kinds import KINDS, PREDICATES, ROLES
from entities.records import digest, entity_record

from .widgets import EntitySelect, SourcesSelect

TOKEN_LENGTH = 16


class RulesInClean(forms.ModelForm):
    """A form whose model says the rules of its check constraints in `clean()`; the database is not asked again."""

    def validate_constraints(self):
        """Nothing: see `clean()` of the model."""


class EntityForm(RulesInClean):
    """The form of an entity of one kind. `token` is the digest of the record that the editor has seen."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        required=False,
        max_length=500,
        label="Why",
        help_text="What you changed and why, in a sentence, for the history.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Entity
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind = KINDS[self.instance.kind]
        for name, words in (("type", kind.types), ("status", kind.statuses)):
            if name in self.fields:
                self.fields[name] = forms.ChoiceField(
                    choices=[("", "---------"), *words.items()],
                    required=name == "type",
                    label=self.fields[name].label,
                    help_text=self.fields[name].help_text,
                )
        if self.instance.pk:
            self.initial["token"] = digest(entity_record(self.instance))[:TOKEN_LENGTH]

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and "token" in self.fields:
            self.refuse_if_changed_meanwhile(cleaned.get("token"))
        return cleaned

    def refuse_if_changed_meanwhile(self, token):
        """Compare the token under a lock on the row; the form then holds the new one: to save again is a choice."""
        Entity._base_manager.select_for_update().get(pk=self.instance.pk)
        now = digest(entity_record(self.instance))[:TOKEN_LENGTH]
        if token == now:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("token")] = now
        last = self.instance.revisions.first()
        who = f"{last.user or 'A file'} saved version {last.number} {timesince(last.created)} ago." if last else ""
        raise ValidationError(
            f"This entry was changed while you were editing it. {who} Nothing was saved yet, and what you typed "
            "is still here: open the entry in another window to compare. To write yours over it, save again."
        )

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        taken = OldSlug.objects.filter(slug=slug).exclude(entity=self.instance.pk).select_related("entity").first()
        if taken:
            raise ValidationError(f"This was once the slug of “{taken.entity}” and still leads there.")
        return slug


class StatementForm(RulesInClean):
    """A row of a statement; `predicates` are those of its subject's kind."""

    class Meta:
        model = Statement
        fields = (
            "predicate", "object", "role", "text", "start", "end", "amount", "currency", "country", "sources", "rank",
        )  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "cols": 50})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["object"].widget = EntitySelect(Statement._meta.get_field("object"), admin.site)
        self.fields["sources"].widget = SourcesSelect(Statement._meta.get_field("sources"), admin.site)
        for name in ("object", "sources"):
            self.fields[name].widget.choices = self.fields[name].choices
            self.fields[name].widget.is_required = self.fields[name].required


class UnchangedRowsPass(BaseInlineFormSet):
    """Rows that were not touched are neither validated nor saved: a form of hundreds of rows stays quick."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        if i < self.initial_form_count():
            form.empty_permitted, form.use_required_attribute = True, False
        return form


class StatementFormSet(UnchangedRowsPass):
    """The statements of an entity, with the labels of objects and sources read at once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(self.get_queryset())
        self.labels = {
            "object": {str(row.object_id): str(row.object) for row in rows if row.object_id},
            "sources": {str(source.pk): str(source) for row in rows for source in row.sources.all()},
        }
        self.predicates = [
            (key, predicate.singular)
            for key, predicate in PREDICATES.items()
            if self.instance.kind in predicate.subjects
        ]
        roles = {role for key, _ in self.predicates for role in PREDICATES[key].roles}
        self.roles = [(role, label) for role, label in ROLES.items() if role in roles]

    def get_queryset(self):
        if not hasattr(self, "_rows"):
            rows = (
                super().get_queryset().select_related("object").prefetch_related("sources").order_by("rank", "number")
            )
            self._rows = rows
        return self._rows

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["predicate"].choices = [("", "---------"), *self.predicates]
        form.fields["role"].choices = [("", "---------"), *self.roles]
        for name in ("object", "sources"):
            form.fields[name].widget.labels = getattr(self, "labels", {}).get(name, {})


class NoRepeats(UnchangedRowsPass):
    """Rows of which no two may be alike in the fields `alike`."""

    alike, sentence = (), ""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            values = tuple(getattr(form.instance, name) for name in self.alike)
            if form.cleaned_data.get("DELETE") if hasattr(form, "cleaned_data") else True:
                continue
            if all(values) and values in seen:
                form.add_error(self.alike[-1], self.sentence)
            seen.add(values)


class NameFormSet(NoRepeats):
    alike, sentence = ("text",), "This name stands twice."


class IdentifierFormSet(NoRepeats):
    alike, sentence = ("scheme", "value"), "This identifier stands twice."


class NameForm(forms.ModelForm):
    class Meta:
        model = Name
        fields = ("text", "type", "language")


class IdentifierForm(forms.ModelForm):
    class Meta:
        model = Identifier
        fields = ("scheme", "value")
