"""The linker: an article goes in, the same article with links to our pages comes out. Nothing of it is kept."""

from base64 import b64decode, b64encode
from pathlib import PurePath

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from entities.linking import index
from entities.linking.articles import keep_article
from entities.linking.linker import MOST_BYTES, OUTPUTS, TARGETS, Choices, Options, link, pieces
from entities.linking.markup import guess
from entities.linking.markup.formats import KNOWN, format_of
from entities.models.kinds import KINDS

from .throttle import throttled

#: what can be done with all names of an entity
WISHES = {"": "as marked", "all": "everywhere", "none": "nowhere"}
#: how many names can be taken or left one by one; of more, only by entity
MOST_SHOWN = 2000
#: how often one address may have a page of results in a minute, of which a large article counts for several
MOST_CALLS = 120


class LinkerForm(forms.Form):
    """What the linker asks: an article and what to link in it."""

    text = forms.CharField(
        required=False,
        strip=False,
        label="Your article",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    file = forms.FileField(required=False, allow_empty_file=True, label="Or a file")
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    filename = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)
    format = forms.ChoiceField(
        required=False,
        label="Written in",
        choices=[("", "As it looks"), *((key, known.label) for key, known in KNOWN.items())],
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        label="Link only",
        choices=[(key, kind.plural) for key, kind in KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    every = forms.ChoiceField(
        required=False, label="How often", choices=[("", "First mention of each"), ("1", "Every mention")]
    )
    headings = forms.ChoiceField(required=False, label="Headings", choices=[("", "Leave alone"), ("1", "Link too")])
    to = forms.ChoiceField(required=False, label="Link to", choices=list(TARGETS.items()))
    output = forms.ChoiceField(required=False, label="Get back", choices=list(OUTPUTS.items()))

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        try:
            cleaned["source"], cleaned["filename"] = read_article(cleaned)
        except ValueError as error:
            self.add_error("text", str(error))
            return cleaned
        cleaned["output"] = cleaned["output"] or "article"
        said = cleaned.get("format") or format_of(cleaned["filename"])
        cleaned["format"] = said or guess(cleaned["source"])
        return cleaned

    @property
    def selects(self):
        """The fields of which one value is chosen from a list."""
        return [self[name] for name in ("format", "every", "headings", "to", "output")]

    @property
    def signature(self):
        """What the names depend on that are linked unasked."""
        said = self.cleaned_data
        return " ".join([said["format"], said["every"], said["headings"], *said["kinds"]])

    @property
    def options(self):
        """The Options of a valid form."""
        said = self.cleaned_data
        return Options(
            kinds=tuple(said["kinds"]),
            first=not said["every"],
            headings=bool(said["headings"]),
            to=said["to"] or "permalink",
        )


def read_article(cleaned):
    """(text, file name) of what was sent; ValueError in words where it cannot be read."""
    if upload := cleaned.get("file"):
        if upload.size > MOST_BYTES:
            raise ValueError(f"The file has {upload.size:,} bytes; at most {MOST_BYTES:,} can be linked at once.")
        return decode(upload.read()), upload.name
    if cleaned.get("kept"):
        try:
            return decode(b64decode(cleaned["kept"], validate=True)), cleaned.get("filename", "")
        except ValueError:
            raise ValueError("The article came back damaged: paste it again.") from None
    text = cleaned["text"].replace("\r\n", "\n")  # as browsers send what was pasted
    if not text.strip():
        raise ValueError("Paste an article, or choose a file.")
    return text, ""


def decode(content):
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ValueError("The article is not in UTF-8: save it so and try again.") from None


@csrf_exempt  # it changes nothing, and so needs no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def linker(request):
    """The form; and once an article was sent, what was found in it, to choose from, and the result."""
    if request.method != "POST":
        return render(request, "linking/linker.html", {"form": LinkerForm()})
    form = LinkerForm(request.POST, request.FILES)
    if wait := throttled(request, "linker", MOST_CALLS, 60):
        form.add_error("text", "You have sent many articles in a minute: wait a little.")
        response = render(request, "linking/linker.html", {"form": form}, status=429)
        response["Retry-After"] = str(wait)
        return response
    article = linked(form, request.POST) if form.is_valid() else None
    if not article:
        return render(request, "linking/linker.html", {"form": form}, status=400)
    said, wished = form.cleaned_data, wishes(request.POST)
    if "give" in request.POST:
        return download(article, said["filename"], said["output"])
    context = {
        "form": form,
        "article": article,
        "output": article.output(said["output"]),
        "blocks": pieces(article) if len(article.mentions) <= MOST_SHOWN else [],
        "most_shown": MOST_SHOWN,
        "entities": [(named, wished.get(named.entry.uid, "")) for named in article.entities],
        "wish_words": WISHES,
        "kept": b64encode(said["source"].encode()).decode(),
        "said": said,
        "format": KNOWN[said["format"]],
        "may_keep": article.format != "html" and request.user.has_perm("entities.add_article"),
    }
    return render(request, "linking/result.html", context)


def linked(form, data):
    """The Article of a valid form, or None with the reason in the form."""
    said = form.cleaned_data
    try:
        return link(said["source"], said["format"], index.current(), form.options, choices_of(data, form.signature))
    except ValueError as error:
        form.add_error("text", str(error))
    return None


def choices_of(data, signature):
    """The Choices of a page of results. Which names to take counts only under the options under which it was said."""
    taken = frozenset(int(place) for place in data.getlist("take") if is_place(place))
    chosen = {name.removeprefix("as-"): uid for name, uid in data.items() if name.startswith("as-") and uid}
    meant = {int(place): uid for place, uid in chosen.items() if is_place(place)}
    return Choices(taken if data.get("was") == signature else None, wishes(data), meant)


def is_place(text):
    """Whether `text` can be a place in an article."""
    return text.isascii() and text.isdecimal() and len(text) < 9


def wishes(data):
    """{uid: "all" or "none"} of the entities that are to be linked everywhere or nowhere."""
    return {
        name.removeprefix("entity-"): wish
        for name, wish in data.items()
        if name.startswith("entity-") and wish in WISHES and wish
    }


@require_POST
def keep(request):
    """Keep the article as a draft of our own, with what was taken as confirmed mentions; for editors."""
    if not request.user.has_perm("entities.add_article"):
        raise PermissionDenied
    form = LinkerForm(request.POST, request.FILES)
    article = linked(form, request.POST) if form.is_valid() else None
    if article and article.format == "html":
        form.add_error("text", "Only plain text and Markdown can be kept.")
    elif article:
        try:
            kept = keep_article(article, PurePath(form.cleaned_data["filename"]).stem)
            return redirect("admin:entities_article_change", kept.pk)
        except ValidationError as error:
            form.add_error("text", error.messages[0])
    return render(request, "linking/linker.html", {"form": form}, status=400)


def download(article, filename, output):
    """The result as a file, which no browser shows as a page of ours."""
    stem, suffix = PurePath(filename).stem or "article", PurePath(filename).suffix or KNOWN[article.format].endings[0]
    name = f"{stem}-linked{suffix}" if output == "article" else f"{stem}-annotations.json"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(article.output(output).encode(), content_type="application/octet-stream", headers=headers)
