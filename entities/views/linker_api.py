"""`POST /api/link`: the linker for programs, open to the scripts of any site; docs/linking.md describes it."""

import json
from functools import cache

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from entities.linking import index
from entities.linking.linker import OUTPUTS, TARGETS, Options, TooLong, link
from entities.linking.markup.formats import BY_MEDIA_TYPE, KNOWN
from entities.models.kinds import KINDS

from .entities import reference
from .linker import decode
from .lists import json_response
from .throttle import throttled

#: calls in a minute from one address, of which a large article counts for several
MOST_CALLS = 60
METHODS = "POST, OPTIONS"
#: https://www.w3.org/TR/annotation-protocol/
ANNOTATIONS = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt
def api_link(request):
    """An article as JSON, or as it is with its media type and the options in the address."""
    response = HttpResponse(status=204) if request.method == "OPTIONS" else answer(request)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def answer(request):
    if request.method != "POST":
        response = refusal(f"The methods here are {METHODS}.", 405)
        response["Allow"] = METHODS
        return response
    if wait := throttled(request, "link", MOST_CALLS, 60):
        response = refusal("Too many articles in a minute: wait a little.", 429)
        response["Retry-After"] = str(wait)
        return response
    try:
        text, format, options, output = read_call(request)
        article = link(text, format, index.current(), options)
    except RequestDataTooBig:
        return refusal("The body is too large.", 413)
    except TooLong as error:
        return refusal(str(error), 413)
    except ValueError as error:
        return refusal(str(error), 400)
    return alone(article, output) if output else json_response(as_data(article))


def refusal(sentence, status):
    return json_response({"problems": [sentence]}, status=status)


def read_call(request):
    """(article, format, Options, a key of OUTPUTS or None) of a call; ValueError in words where it means nothing."""
    if request.content_type in BY_MEDIA_TYPE:
        said = request.GET.dict() | {"text": decode(request.body), "format": BY_MEDIA_TYPE[request.content_type]}
        if "kinds" in said:
            said["kinds"] = request.GET.getlist("kinds")
    else:
        try:
            said = json.loads(request.body)
        except (ValueError, RecursionError):
            raise ValueError("The body is neither JSON nor an article with its media type.") from None
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise ValueError("Give a JSON object with the article as “text”.")
    if unknown := sorted(said.keys() - {"text", "format", "output", *Options._fields}):
        names = ", ".join(unknown)[:100].encode(errors="replace").decode()
        raise ValueError(f"There is no option {names}.")
    options = Options(
        kinds=tuple(one_of("kinds", kind, KINDS) for kind in as_list(said.get("kinds", []))),
        first=yes_or_no("first", said.get("first", True)),
        headings=yes_or_no("headings", said.get("headings", False)),
        to=one_of("to", said.get("to", "permalink"), TARGETS),
    )
    output = one_of("output", said["output"], OUTPUTS) if "output" in said else None
    return said["text"], one_of("format", said.get("format", "text"), KNOWN), options, output


def as_list(value):
    if isinstance(value, list):
        return value
    raise ValueError("“kinds” must be a list.")


def one_of(name, value, known):
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"“{name}” must be one of {', '.join(known)}.")


def yes_or_no(name, value):
    """A boolean, or in an address the words true and false."""
    known = {True: True, False: False, "true": True, "false": False}
    if isinstance(value, bool | str) and value in known:
        return known[value]
    raise ValueError(f"“{name}” must be true or false.")


def alone(article, output):
    """What is wanted by itself, with its own media type; as a file, which no browser shows as a page of ours."""
    types = {"article": f"{KNOWN[article.format].media_type}; charset=utf-8", "annotations": ANNOTATIONS}
    headers = {"Content-Disposition": "attachment"}
    return HttpResponse(article.output(output), content_type=types[output], headers=headers)


def as_data(article):
    """What was found, what it means, and the article with its links."""
    known = cache(reference)  # an article names the same entities over and over
    return {
        "mentions": [
            {
                "start": found.start,
                "end": found.end,
                "text": found.text,
                "linked": found.linked,
                "why": found.why,
                "entity": known(found.entry),
                "rivals": list(map(known, found.rivals)),
            }
            for found in article.mentions
        ],
        "linked": article.text,
        "annotations": article.annotations,
        "stopped": article.stop and {"line": article.stop.line, "sentence": str(article.stop)},
    }
