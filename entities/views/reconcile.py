"""The door for OpenRefine and the like: the W3C Entity Reconciliation API 0.2.

Open to scripts of every site (CORS; the JSONP that the specification allows is not offered). It changes nothing, so
it knows no cookie and asks for no token. What is asked wrongly is answered by a sentence.
"""

from functools import wraps

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from entities.addresses import absolute
from entities.models.kinds import KINDS
from entities.reconciling import answers
from entities.reconciling.asking import MOST_QUERIES, BadQuery, line, read_extension, read_number, read_queries
from entities.reconciling.matching import reconcile as candidates_of

from .lists import json_response

METHODS = "GET, HEAD, POST, OPTIONS"
MOST_BYTES = 1_000_000
PREVIEW = {"width": 430, "height": 300}


def service(view):
    """A view that gives plain data, as an outlet of the service."""

    @csrf_exempt
    @wraps(view)
    def outlet(request):
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Access-Control-Allow-Origin": "*"})
            response["Access-Control-Allow-Methods"], response["Access-Control-Allow-Headers"] = METHODS, "Content-Type"
            return response
        if request.method not in METHODS.split(", "):
            response = json_response({"error": f"The methods here are {METHODS}."}, status=405)
            response["Allow"] = METHODS
            return response
        try:
            return json_response(view(parameters(request)))
        except BadQuery as error:
            return json_response({"error": str(error)}, status=error.status)

    return outlet


def parameters(request):
    """What the form or the address says; raises BadQuery where it is too large or cannot be read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if len(length) > 9 or int(length) > MOST_BYTES:
        raise BadQuery(f"A request has at most {MOST_BYTES:,} bytes.", status=413)
    try:
        return request.POST if request.method == "POST" else request.GET
    except (BadRequest, SuspiciousOperation, MultiPartParserError):
        raise BadQuery("The form could not be read.") from None


@service
def reconcile(asked):
    """Candidates for a batch of queries, values for a data extension query, or else the manifest."""
    if "queries" in asked:
        return candidates_of(read_queries(asked["queries"]))
    if "extend" in asked:
        return answers.extend(read_extension(asked["extend"]))
    return manifest()


@service
def suggest_entities(asked):
    types = [line(type, "A type") for type in asked.getlist("type") if type]
    return {"result": answers.suggest_entities(typed(asked), types, skipped(asked))}


@service
def suggest_types(asked):
    return {"result": answers.suggest_types(typed(asked), skipped(asked))}


@service
def suggest_properties(asked):
    return {"result": answers.suggest_properties(typed(asked), skipped(asked))}


@service
def properties(asked):
    """The properties that entities of a type may have: `?type=institution&limit=10`."""
    return answers.propose(line(asked.get("type", ""), "“type”"), read_number(asked.get("limit", ""), "“limit”"))


def typed(asked):
    return line(asked.get("prefix", ""), "“prefix”")


def skipped(asked):
    return read_number(asked.get("cursor", ""), "“cursor”")


def manifest():
    """What the service offers, and where."""
    space = absolute(reverse("permalink", args=["*"]).removesuffix("*"))
    return {
        "versions": ["0.2"],
        "name": f"{settings.SITE_NAME}: collaborations in cell and gene therapy",
        "identifierSpace": space,
        "schemaSpace": "https://schema.org/Thing",
        "documentation": absolute(reverse("guide")),
        "logo": absolute(static("img/favicon.svg")),
        "defaultTypes": [answers.kind_as_type(key) for key in KINDS],
        "view": {"url": f"{space}{{{{id}}}}"},
        "preview": {"url": f"{space}{{{{id}}}}/embed", **PREVIEW},
        "suggest": {
            "entity": at("reconcile-suggest-entities"),
            "type": at("reconcile-suggest-types"),
            "property": at("reconcile-suggest-properties"),
        },
        "extend": {
            "propose_properties": at("reconcile-properties"),
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "At most so many values for each entry; 0 for all.",
                }
            ],
        },
        "batchSize": MOST_QUERIES,
    }


def at(route):
    return {"service_url": settings.SITE_URL, "service_path": reverse(route)}
