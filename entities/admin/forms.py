"""The forms of the desk: the rules of the model as sentences at their field, and nothing lost between two editors."""

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import BaseInlineFormSet
from django.forms.utils import ErrorDict
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django_countries import countries
from taggit.forms import TagField

from entities.models import Entity, Identifier, Mention, Name, OldSlug, Tag
from entities.models.fields import no_control
from entities.models.kinds import KINDS
from entities.records import digest, entity_record
from entities.records.schema import ENTITY, IDENTIFIER, MENTION, NAME, SOURCE, TAG, Field
from entities.text import fold

from .widgets import EntityField, EntitySelect

TOKEN_LENGTH = 16


def without(schema, reference):
    """`schema` without a key that names another row, of which a form has the row itself."""
    return {key: field for key, field in schema.items() if key != reference}


class RecordForm(forms.ModelForm):
    """A form that takes what a file may hold, and no more; `schema` is that of the record."""

    schema = {}

    def _post_clean(self):
        super()._post_clean()
        for name, field in self.schema.items():
            if name not in self.fields or name in self.errors or not isinstance(field, Field):
                continue
            value = getattr(self.instance, name)
            if value is None or value == "":
                continue
            try:
                field.read(value if isinstance(value, bool) else str(value))
            except ValueError as error:
                self.add_error(name, str(error))

    def _update_errors(self, errors):
        """Add the sentences of the model, but none for a field whose value could not be read in the first place."""
        sentences = errors.update_error_dict({})
        fresh = {field: sentences[field] for field in sentences if field not in self.errors}
        if fresh:
            super()._update_errors(ValidationError(fresh))


class RulesInClean(RecordForm):
    """A form whose model says the rules of its check constraints in `clean()`; the database is not asked again."""

    only_shown = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.only_shown:
            self._errors = ErrorDict()

    def is_valid(self):
        return not self.only_shown and super().is_valid()

    def _post_clean(self):
        self.instance.validate_constraints = lambda exclude: None
        super()._post_clean()
        del self.instance.validate_constraints


class ProseText(forms.CharField):
    """A text of several lines. Browsers send line ends of their own, by which an untouched text would seem changed."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").strip()


class CountryText(forms.CharField):
    """A country by its two letters or its name: a choice of 250 in each of 200 rows would be four megabytes."""

    def to_python(self, value):
        text = super().to_python(value)
        code = text.upper() if text.upper() in countries.countries else countries.by_name(text)
        if text and not code:
            raise ValidationError(f"“{text[:30]}” is not the two-letter code of a country.")
        return code


class SubjectsField(TagField):
    """Known subjects by their names, with commas between them; a new one needs an address and is made by itself."""

    def clean(self, value):
        known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
        names = super().clean(f"{value or ''},")  # without a comma, taggit would take every word for a subject
        if unknown := [name for name in names if name.casefold() not in known]:
            raise ValidationError([f"There is no subject “{name[:60]}”: add it first." for name in unknown])
        return [known[name.casefold()] for name in names]

    def has_changed(self, initial, data):
        try:
            return {tag.pk for tag in initial or []} != {tag.pk for tag in self.clean(data)}
        except ValidationError:
            return True


class EntityForm(RulesInClean):
    """The form of an entity of one kind. `token` is the digest of the record that the editor has seen."""

    schema = without(ENTITY, "merged_into")
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    sure = forms.CharField(required=False, widget=forms.HiddenInput)
    old_name = forms.ChoiceField(
        required=False,
        choices=[("former", "a former name"), ("alias", "also a name of today"), ("", "a slip: do not keep it")],
        initial="former",
        label="If renamed, the old name is",
        help_text="It is kept among the other names, so that texts which say it are still understood.",
    )
    comment = forms.CharField(
        required=False,
        max_length=500,
        label="Why",
        help_text="What you changed and why, in a sentence, for the history.",
        validators=[no_control],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Entity
        fields = ()
        field_classes = {
            "summary": ProseText,
            "reason": ProseText,
            "tags": SubjectsField,
            "merged_into": EntityField,
        }
        widgets = {"merged_into": EntitySelect(Entity._meta.get_field("merged_into"), admin.site)}

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
        if self.instance.state == "draft":
            self.initial["old_name"] = ""  # nobody has used the name of a draft
        if self.instance.pk:
            self.initial["token"] = digest(entity_record(self.instance))[:TOKEN_LENGTH]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == "merged" and cleaned.get("merged_into"):
            self.refuse_way_of_two_steps(cleaned["merged_into"])
        if self.instance.pk and "token" in self.fields:
            self.refuse_if_changed_meanwhile(cleaned.get("token"))
        return cleaned

    def refuse_way_of_two_steps(self, target):
        """Whoever follows a merged entry is there in one step; nobody may merge either of the two meanwhile."""
        both = Entity._base_manager.filter(pk__in=[target.pk, self.instance.pk])
        states = dict(both.select_for_update().order_by("pk").values_list("pk", "state"))
        before = self.instance.pk and self.instance.merged_from.exclude(pk=self.instance.pk).first()
        if states.get(target.pk) == "merged" and target != self.instance:
            self.add_error("merged_into", f"“{target}” is itself merged into another entry: name that one.")
        elif before:
            self.add_error("merged_into", f"“{before}” is merged into this entry: merge it into “{target}” first.")

    def clean_name(self):
        """A new entry by the name of one that is there is saved only at the second try."""
        name = self.cleaned_data["name"]
        if self.instance.pk is None and not self.data.get(self.add_prefix("sure")) and fold(name):
            twins = Entity.objects.filter(search_text__contains=f"\n{fold(name)}\n")[:3]
            if twins:
                self.data = self.data.copy()
                self.data[self.add_prefix("sure")] = "1"
                links = format_html_join(
                    ", ", '<a href="{}">{}</a> ({})', [(t.permalink, t, t.kind_label.lower()) for t in twins]
                )
                raise ValidationError(
                    format_html("There is {} by this name already. To add another, save again.", links)
                )
        return name

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


class UnchangedRowsPass(BaseInlineFormSet):
    """Rows that were not touched are neither validated nor saved: a form of hundreds of rows stays quick.

    Where the form is `only_shown`, to open or to add a row, none is validated at all.

    Rows that another editor has deleted meanwhile are new rows, so that nothing is lost of what was typed.
    """

    only_shown = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.only_shown:
            self._errors, self._non_form_errors = [], self.error_class()

    def is_valid(self):
        return not self.only_shown and super().is_valid()

    @property
    def mistakes(self):
        """How many rows have an error."""
        return sum(bool(errors) for errors in self.errors) if self.is_bound else 0

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        if self.only_shown:
            form._errors = ErrorDict()
        if i < self.initial_form_count():
            form.empty_permitted, form.use_required_attribute = True, False
            if form.instance._state.adding:
                form.fields[self._pk_field.name] = forms.CharField(required=False, widget=forms.HiddenInput)
        return form

    def get_queryset(self):
        """When posted, the rows in the order of the page: Django takes a row and its form to be at the same place."""
        rows = super().get_queryset()
        if not self.is_bound:
            return rows
        if not hasattr(self, "_posted"):
            known = {str(row.pk): row for row in rows}
            count = min(self.initial_form_count(), self.total_form_count())
            keys = [self.data.get(f"{self.add_prefix(i)}-{self.model._meta.pk.name}") for i in range(count)]
            self._posted = [known[key] for key in keys if key in known]
        return self._posted

    @property
    def initial_forms(self):
        return [form for form in super().initial_forms if not form.instance._state.adding]

    @property
    def extra_forms(self):
        return [form for form in self.forms if form.instance._state.adding]


class ShownInline:
    """An inline that can be shown without being validated."""

    template = "admin/entities/tabular.html"

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.only_shown = getattr(request, "only_shows", False)
        return formset


class ShowsUnsaved:
    """Of a ModelAdmin: the buttons `_open` and `_add` post its form without saving it, to open or to add a row."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and ("_open" in request.POST or "_add" in request.POST):
            request.POST, request.only_shows = request.POST.copy(), True
            for prefix in request.POST.getlist("_add"):
                key = f"{prefix}-TOTAL_FORMS"
                total = request.POST.get(key, "")
                if total.isdecimal() and len(total) < 5:
                    request.POST[key] = str(int(total) + 1)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.only_shown = getattr(request, "only_shows", False)
        return form


class NoRepeats(UnchangedRowsPass):
    """Rows of which no two may be alike in the fields `alike`."""

    alike, sentence = (), ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = self.data.copy()
            for field, pk in self.rows_written_anew().items():
                self.data[field] = pk

    def rows_written_anew(self):
        """{field: primary key} of posted rows that a file has replaced meanwhile by others that say the same."""
        count, pk = min(self.initial_form_count(), self.total_form_count()), self.model._meta.pk.name
        posted = [
            {name: self.data.get(f"{self.add_prefix(i)}-{name}", "") for name in (pk, *self.alike)}
            for i in range(count)
        ]
        rows = {row.pk: [row.serializable_value(name) for name in self.alike] for row in self.queryset}
        known = {tuple("" if value is None else str(value) for value in values): key for key, values in rows.items()}
        return {
            f"{self.add_prefix(i)}-{pk}": str(known[values])
            for i, row in enumerate(posted)
            if row[pk] not in map(str, rows) and (values := tuple(row[name] for name in self.alike)) in known
        }

    def clean(self):
        """Those that another editor has added meanwhile count too."""
        shown = [form.instance.pk for form in self.initial_forms]
        seen = set(self.queryset.exclude(pk__in=shown).values_list(*self.alike)) if self.has_changed() else set()
        for form in self.forms:
            values = tuple(form.instance.serializable_value(name) for name in self.alike)
            if not values[0] or form.errors.keys() & set(self.alike) or self._should_delete_form(form):
                continue
            if values in seen:
                form.errors.pop(NON_FIELD_ERRORS, None)  # of the database, which says that another entry has it
                form.add_error(self.alike[-1], self.sentence)
            seen.add(values)
        super().clean()

    def save_existing_objects(self, commit=True):
        """All rows that change are taken away before any is written: two may exchange what is unique."""
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        if changed:
            self.model._base_manager.filter(pk__in=changed).delete()
        return super().save_existing_objects(commit)


class NameFormSet(NoRepeats):
    alike, sentence = ("text",), "This name stands twice."


class IdentifierFormSet(NoRepeats):
    alike, sentence = ("scheme", "value"), "This identifier stands twice."


class MentionFormSet(NoRepeats):
    alike, sentence = ("entity", "position"), "This mention stands twice; give each its own position."


class NameForm(RecordForm):
    schema = NAME

    class Meta:
        model = Name
        fields = ("text", "type", "language")


class IdentifierForm(RecordForm):
    schema = IDENTIFIER

    class Meta:
        model = Identifier
        fields = ("scheme", "value")


class MentionForm(RecordForm):
    schema = without(MENTION, "entity")

    class Meta:
        model = Mention
        fields = ()
        field_classes = {"entity": EntityField}
        widgets = {"entity": EntitySelect(Mention._meta.get_field("entity"), admin.site)}


class SourceForm(RecordForm):
    schema = SOURCE

    class Meta:
        labels = {"url": "Address (URL)", "archived_url": "Address in an archive (URL)"}


class TagForm(RecordForm):
    """A subject. In the form of an entity it is known by its name, in addresses by its slug."""

    schema = TAG

    class Meta:
        model = Tag
        fields = ("name", "slug", "description")

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if '"' in name:
            raise ValidationError("A subject is written without quotation marks.")
        others = Tag.objects.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if name.casefold() in map(str.casefold, others):
            raise ValidationError("There is a subject with this name already.")
        return name
