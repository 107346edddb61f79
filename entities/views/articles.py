"""Articles: our own with their text, and those elsewhere that speak of our entries."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from entities.linking.articles import article_html, entities_of, public_mentions
from entities.linking.cards import ArticleHead
from entities.models import Article

from .lists import for_editors


@require_safe
def article_list(request):
    """Every published article, the latest first."""
    return render(request, "articles/list.html", {"articles": Article.objects.listed()})


@require_safe
def article(request, slug):
    """An article of our own, with the entities that it mentions beside the text."""
    found = get_object_or_404(Article.objects.exclude(body=""), slug=slug)
    if found.state != "published" and not request.user.has_perm("entities.view_article"):
        raise Http404("There is no article at this address.")
    mentions = public_mentions(found)
    entities = entities_of(mentions)
    context = {
        "article": found,
        "html": article_html(found, mentions),
        "entities": entities,
        "head": ArticleHead(found, entities),
        "preview": found.state != "published",
    }
    response = render(request, "articles/detail.html", context)
    return for_editors(response) if context["preview"] else response
