"""Webmentions, from a claim in the queue to an article that the page of an entry shows.

`receive` queues the claim, `look_at` fetches the page and writes down what it says, `approve` makes it public as an
Article with a Mention, where it stands beside the articles that editors register. What strangers send reaches these
two tables only then: they are content, and go out with the files.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from entities.addresses import absolute, entity_at, is_ours, route_at
from entities.linking.articles import free_slug
from entities.models import Article, Mention, Webmention
from entities.models.fields import http_url
from entities.text import slugify

from .fetching import FetchError, NoAnswer, Refused, clean_address, fetch
from .webpages import find_link

#: after so long a page is asked again that did not answer, the first time, the second and so on
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 6 * 60, 24 * 60))
#: after so long a page is asked anew whose link was seen before it ceased to answer
LONG_PAUSE = timedelta(days=30)
#: after so long somebody else may look, because whoever took a webmention must be dead
LEASE = timedelta(minutes=5)
KEEP_REFUSED = timedelta(days=90)
GONE = (404, 410)


class NoLink(Refused):
    """The page is not there, or does not link to us."""


def receive(source, target, now):
    """Queue the claim that `source` links to `target`, also one that was made before; gives the Webmention.

    Raises Refused, with a sentence, where the addresses cannot be those of such a link.
    """
    source, target = clean_address(source), clean_address(target)
    if is_ours(source):
        raise Refused("The source is a page of this site.")
    try:
        http_url(source)
    except ValidationError:
        raise Refused(f"“{source[:60]}” is not the address of a public page.") from None
    route = route_at(target)
    entity = route and entity_at(route.kwargs)
    if not entity:
        raise Refused("The target is not the address of an entry of ours.")
    values = {"entity": entity, "received": now, "due": now, "attempts": 0}
    webmention, _ = Webmention.objects.update_or_create(source=source, target=target, defaults=values)
    return webmention


def take(due, now):
    """The next Webmention that was due at a moment, for this process alone; None where there is none."""
    while webmention := Webmention.objects.due(due).first():
        if Webmention.objects.claim(webmention, now + LEASE):
            return webmention
    return None


def look_at(webmention, now, fetch=fetch):
    """Fetch the source of a Webmention that was taken, and write down whether it links to the target.

    Gives the state that it then has, or “later” where it will be tried again.
    """
    values = what_is_there(webmention, now, fetch)
    settle(webmention, **values)
    return values.get("state", "later")


def what_is_there(webmention, now, fetch):
    """The columns that say what was found at the source, and when to look again, if at all.

    Only a page without the link, or none, takes away a link that was seen: an outage, however long, does not.
    """
    try:
        if webmention.attempts > len(PAUSES) + 1:  # every process that looked at it has died
            raise Refused("It was given up after too many attempts.")
        told = read(fetch(webmention.source, user_agent()), webmention)
        return {"state": "verified", "seen": now, "error": "", "due": None, "attempts": 0, **told}
    except FetchError as error:
        if isinstance(error, NoAnswer) and webmention.attempts <= len(PAUSES):
            return {"error": str(error), "due": now + PAUSES[webmention.attempts - 1]}
        if webmention.state == "verified" and not isinstance(error, NoLink):
            return {"error": str(error), "due": now + LONG_PAUSE, "attempts": 0}
        return {"state": "gone" if webmention.seen else "refused", "error": str(error), "due": None, "attempts": 0}


def user_agent():
    return f"{settings.SITE_NAME}-Webmention (+{absolute(reverse('webmention'))})"


def read(answer, webmention):
    """The columns of what the page of a fetching.Answer says; raises NoAnswer, or NoLink where it has none."""
    if is_ours(answer.url):
        raise NoLink("The source leads to this site itself.")
    if answer.status in GONE:
        raise NoLink(f"The page is not there: the site answers {answer.status}.")
    if answer.status != 200:
        raise NoAnswer(f"The site answers {answer.status}.")
    found = find_link(answer, webmention.target)
    if not found:
        raise NoLink("The page does not link to the target.")
    values = found._asdict()
    values["publisher"] = found.publisher or urlsplit(webmention.source).hostname.removeprefix("www.")
    return {name: text[: Webmention._meta.get_field(name).max_length] for name, text in values.items()}


@transaction.atomic
def settle(webmention, **values):
    """Write down what was found, unless the webmention was queued anew meanwhile: then somebody will look again."""
    if not Webmention.objects.filter(pk=webmention.pk, due=webmention.due).update(**values):
        return
    webmention.refresh_from_db()
    if webmention.approval == "approved" and webmention.state == "verified":
        move_mention(webmention, "gone", "confirmed")
    elif webmention.state == "gone" and not Webmention.objects.beside(webmention).shown().exists():
        move_mention(webmention, "confirmed", "gone")


@transaction.atomic
def approve(webmention, user, now):
    """Show the article on the page of the entry, once it is published; False where its link was not seen."""
    webmention = Webmention.objects.select_for_update().get(pk=webmention.pk)
    if webmention.state != "verified":
        return False
    decide(webmention, "approved", user, now, article=article_of(webmention))
    Mention.objects.update_or_create(
        article=webmention.article,
        entity=webmention.entity,
        position=None,
        defaults={"state": "confirmed"},
        create_defaults={"state": "confirmed", "text": webmention.words or webmention.entity.name},
    )
    return True


@transaction.atomic
def refuse(webmention, user, now):
    """Show the article not, or no longer, on the page of the entry."""
    webmention = Webmention.objects.select_for_update().get(pk=webmention.pk)
    decide(webmention, "refused", user, now)
    if not Webmention.objects.beside(webmention).shown().exists():
        move_mention(webmention, "confirmed", "refused")


def decide(webmention, approval, user, now, **more):
    for name, value in {"approval": approval, "decided_by": user, "decided": now, **more}.items():
        setattr(webmention, name, value)
    webmention.save(update_fields=["approval", "decided_by", "decided", *more])


def move_mention(webmention, before, after):
    mentions = Mention.objects.filter(article=webmention.article_id, entity=webmention.entity_id, position=None)
    mentions.filter(state=before).update(state=after)


def article_of(webmention):
    """The Article at the source: the one that is there, with what it lacked, or a new one, which is published.

    One that an editor keeps as a draft stays such.
    """
    article = webmention.article or Article.objects.filter(url=webmention.source).order_by("pk").first()
    if not article:
        title = webmention.title or webmention.source[:300]
        slug = free_slug(slugify(title) or "article")
        article = Article(slug=slug, title=title, url=webmention.source, state="published")
    for name in ("authors", "publisher", "published"):
        setattr(article, name, getattr(article, name) or getattr(webmention, name))
    article.save()
    return article


def forget_refused(now):
    """Delete what was found not to link to us so long ago that nobody asks about it; gives how many."""
    return Webmention.objects.filter(state="refused", received__lt=now - KEEP_REFUSED).delete()[0]
