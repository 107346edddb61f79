"""The forms and lists of articles, of their mentions, and of the webmentions that wait to become such."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from entities.curation import webmentions
from entities.linking.articles import find_mentions
from entities.linking.linker import TooLong
from entities.models import Article, Mention, Webmention
from entities.records.schema import ARTICLE

from .forms import MentionForm, MentionFormSet, ProseText, RulesInClean, ShownInline, ShowsUnsaved
from .search import AlsoFoldedSearch, FoldedSearch

#: how many mentions are rows of the form of their article; more have a list of their own
MOST_ROWS = 200


class MentionInline(ShownInline, admin.TabularInline):
    model, form, formset, extra = Mention, MentionForm, MentionFormSet, 0
    autocomplete_fields, fields, one = ("entity",), ("entity", "text", "position", "state"), "a mention"


class ArticleForm(RulesInClean):
    """The text of an article or its address: the model says which is missing."""

    schema = ARTICLE

    class Meta:
        field_classes = {"body": ProseText}
        labels = {"url": "Address (URL)", "body": "Text"}


@admin.register(Article)
class ArticleAdmin(ShowsUnsaved, FoldedSearch, admin.ModelAdmin):
    """Saving the text of an article finds the entities in it; an editor confirms or refuses each."""

    form = ArticleForm
    actions = ("find_again", "confirm_found")
    inlines = (MentionInline,)
    list_display = ("title", "publisher", "published", "to_confirm", "state")
    ordering = ("-published", "title", "pk")
    list_filter = ("state",)
    search_fields = ("title", "authors", "publisher")
    prepopulated_fields = {"slug": ("title",)}
    fields = ("title", "slug", "authors", ("publisher", "published"), "url", "body", "state")
    readonly_fields = ("mentions_elsewhere",)

    def get_queryset(self, request):
        waits = Count("mentions", filter=Q(mentions__state="found"))
        return super().get_queryset(request).annotate(waits=waits, named=Count("mentions"))

    def get_inlines(self, request, obj):
        """The mentions, unless there are too many; a form that comes back has those with which it went out."""
        went_out = "mentions-TOTAL_FORMS" in request.POST
        here = went_out if request.method == "POST" else obj is None or obj.named <= MOST_ROWS
        return self.inlines if here else ()

    def get_fields(self, request, obj=None):
        return self.fields if self.get_inlines(request, obj) else (*self.fields, "mentions_elsewhere")

    @admin.display(description="mentions")
    def mentions_elsewhere(self, article):
        every = {"article__id__exact": article.pk}
        ways = [
            (reverse("admin:entities_mention_changelist", query=query), f"{count:,} {words}")
            for count, words, query in (
                (article.named, "in a list of their own", every),
                (article.waits, "to confirm or refuse", every | {"state__exact": "found"}),
            )
            if count
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', ways)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "body" in form.changed_data:
            self.find(request, form.instance)

    def find(self, request, article):
        """Look for mentions, and tell how many wait or why there are none."""
        try:
            count = find_mentions(article)
        except TooLong as error:
            self.message_user(request, f"No mentions were looked for in “{article}”. {error}", messages.WARNING)
            return
        if count:
            words = f"{count} mention{'s' if count > 1 else ''} to confirm or refuse in “{article}”."
            self.message_user(request, words)

    @admin.display(description="to confirm", ordering="waits")
    def to_confirm(self, article):
        return article.waits or ""

    @admin.action(description="Find the mentions again", permissions=["change"])
    def find_again(self, request, queryset):
        for article in queryset.exclude(body=""):
            self.find(request, article)

    @admin.action(description="Confirm every mention that was found", permissions=["change"])
    def confirm_found(self, request, queryset):
        count = Mention.objects.filter(article__in=queryset, state="found").update(state="confirmed")
        self.message_user(request, f"{count} confirmed.")


@admin.register(Mention)
class MentionAdmin(AlsoFoldedSearch, admin.ModelAdmin):
    form = MentionForm
    actions = ("confirm", "refuse")
    fields = ("article", "entity", "text", "position", "state")
    list_display = ("text", "entity", "article", "position", "state")
    list_filter = ("state",)
    list_select_related = ("entity", "article")
    autocomplete_fields = ("entity", "article")
    search_fields = ("text", "entity__search_text")

    @admin.action(description="Confirm", permissions=["change"])
    def confirm(self, request, queryset):
        self.message_user(request, f"{queryset.update(state='confirmed')} confirmed.")

    @admin.action(description="Refuse", permissions=["change"])
    def refuse(self, request, queryset):
        self.message_user(request, f"{queryset.update(state='refused')} refused.")


#: the buttons of a webmention's page
DECISIONS = {"_approve", "_refuse"}


@admin.register(Webmention)
class WebmentionAdmin(AlsoFoldedSearch, admin.ModelAdmin):
    """What other pages say of themselves is looked at; an editor decides, and corrects the article that comes of it."""

    list_display = ("what", "page", "entity", "state", "approval", "decided_by", "decided", "received")
    list_filter = ("approval", "state", "received")
    list_select_related = ("entity", "decided_by")
    search_fields = ("title", "source", "publisher", "entity__search_text")
    actions = ("approve", "refuse")
    change_form_template = "admin/entities/webmention_form.html"
    fields = (
        "page", "target", "entity", "words", "title", ("authors", "publisher", "published"), ("state", "seen", "error"),
        ("received", "due", "attempts"), ("approval", "decided_by", "decided"), "article",
    )  # fmt: skip
    readonly_fields = ("page",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_decide_permission(self, request):
        return request.user.has_perm("entities.change_webmention")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a webmention, where it is decided like in the list."""
        may_decide = self.has_decide_permission(request)
        if not DECISIONS.isdisjoint(request.POST):
            if not may_decide:
                raise PermissionDenied
            webmention = self.get_object(request, unquote(object_id))
            if not webmention:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            decide = self.approve if "_approve" in request.POST else self.refuse
            decide(request, self.get_queryset(request).filter(pk=webmention.pk))
            return self.response_post_save_change(request, webmention)
        return super().change_view(request, object_id, form_url, {"may_decide": may_decide})

    @admin.display(description="title", ordering="title")
    def what(self, webmention):
        return webmention.title or webmention.source

    @admin.display(description="page", ordering="source")
    def page(self, webmention):
        link = '<a href="{}" rel="external noreferrer nofollow">{}</a>'
        return format_html(link, webmention.source, webmention.publisher or webmention.source)

    @admin.action(description="Approve: show on the page of the entry", permissions=["decide"])
    def approve(self, request, queryset):
        now = timezone.now()
        approved = [row.pk for row in queryset if webmentions.approve(row, request.user, now)]
        drafts = Article.objects.filter(webmentions__in=approved, state="draft").distinct()
        if shown := len(approved) - Webmention.objects.filter(pk__in=approved, article__in=drafts).count():
            self.message_user(request, f"{shown} shown.", messages.SUCCESS)
        for draft in drafts:
            sentence = f"“{draft}” is approved, but the article is still a draft: it is shown when you publish it."
            self.message_user(request, sentence, messages.WARNING)
        if others := len(queryset) - len(approved):
            sentence = f"{others} not: only a page that has been seen to link to us can be shown."
            self.message_user(request, sentence, messages.WARNING)

    @admin.action(description="Refuse: do not show", permissions=["decide"])
    def refuse(self, request, queryset):
        now = timezone.now()
        for row in queryset:
            webmentions.refuse(row, request.user, now)
        self.message_user(request, f"{len(queryset)} not shown.", messages.SUCCESS)
