"""`/webmention`: where other sites tell us that they link to an entry, and people too."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from entities.curation.fetching import Refused
from entities.curation.webmentions import receive

from .throttle import throttled

MOST_BYTES = 10_000
LIMIT, SECONDS = 60, 3600
FORM = "application/x-www-form-urlencoded"


@csrf_exempt  # the senders are programs of other sites, which act for nobody who is signed in
@require_http_methods(["GET", "HEAD", "POST"])
def webmention(request):
    """The form for people; a POST of `source` and `target` is queued: the page will be looked at later."""
    if request.method != "POST":
        return render(request, "webmention.html", {"target": request.GET.get("target", "")})
    if wait := throttled(request, "webmention", LIMIT, SECONDS):
        response = say(request, "You have told us of many links: wait a while before the next.", 429)
        response["Retry-After"] = wait
        return response
    if request.content_type != FORM:
        return say(request, f"Send source and target as {FORM}.", 415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return say(request, f"Source and target together have at most {MOST_BYTES:,} bytes.", 413)
    try:
        found = receive(request.POST.get("source", ""), request.POST.get("target", ""), timezone.now())
    except Refused as error:
        return say(request, str(error), 400)
    name = found.entity.name
    return say(request, f"Thank you. If your page links to {name}, an editor will see it and may show it there.", 202)


def say(request, sentence, status):
    """A sentence: on the page of the form for who reads pages, else as text."""
    if request.get_preferred_type(["text/plain", "text/html"]) == "text/html":
        sent = {name: request.POST.get(name, "") for name in ("source", "target")}
        context = {"sentence": sentence, "accepted": status == 202, **sent}
        return render(request, "webmention.html", context, status=status)
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
