"""An entity in the words of schema.org (version 29), as JSON-LD.

Each entity has the narrowest type that is true of it:

- a collaboration is a Project: “an enterprise, potentially individual but typically collaborative, planned to achieve a
  particular aim”. It is a kind of Organization and so has members, which a Grant or an Event has not;
- a consortium is a Consortium, “a membership Organization whose members are typically Organizations”;
- a therapy is a Drug, “a chemical or biologic substance, used as a medical therapy”; a MedicalTherapy would be the
  treatment with it, and has neither maker nor legal status;
- a guideline is a CreativeWork: a MedicalGuideline says how to diagnose and treat a condition, and ours how to make and
  test what treats it.

A statement that joins two entities is a Role: the property stands once on the entity and once within the Role, beside
the name of the role and its dates. Statements of others stand here only where schema.org has a property for the way
back. Milestones, facts and sums have none. The page about the entity, not the entity, cites the sources.
"""

import copy
import json
from collections import defaultdict
from itertools import chain

from django.conf import settings
from django.urls import reverse

from entities.addresses import LICENCE, absolute
from entities.models.kinds import CAPACITIES
from entities.pages import EntityPage

CONTEXT = "https://schema.org"
TYPES = {
    "institution": "Organization",
    "collaboration": "Project",
    "consortium": "Consortium",
    "regulatory_body": "GovernmentOrganization",
    "therapy": "Drug",
    "guideline": "CreativeWork",
    "disease": "MedicalCondition",
}
#: the types of entities that have a narrower one than their kind
NARROWER = {
    ("institution", "university"): "CollegeOrUniversity",
    ("institution", "hospital"): "Hospital",
    ("institution", "research-institute"): "ResearchOrganization",
    ("institution", "company"): "Corporation",
    ("institution", "government"): "GovernmentOrganization",
    ("institution", "funder"): "FundingAgency",
    ("institution", "foundation"): "NGO",
    ("institution", "charity"): "NGO",
    ("institution", "nonprofit"): "NGO",
    ("collaboration", "academia-industry"): "ResearchProject",
    ("collaboration", "research-alliance"): "ResearchProject",
    ("collaboration", "clinical-network"): "ResearchProject",
    ("consortium", "infrastructure"): "ResearchOrganization",
    ("consortium", "professional-society"): "Organization",
    ("consortium", "patient-alliance"): "NGO",
    ("regulatory_body", "harmonisation-council"): "Consortium",
    ("regulatory_body", "cooperation-forum"): "Consortium",
    ("regulatory_body", "international-organisation"): "Organization",
}
SOURCE_TYPES = {"paper": "ScholarlyArticle", "news": "NewsArticle", "database": "Dataset"}
#: {(kind of the subject, predicate): the property of the subject}, each held by a Role
ROLES = {
    ("organisation", "partner"): "member",
    ("organisation", "member"): "member",
    ("organisation", "host"): "member",
    ("organisation", "secretariat"): "member",
    ("organisation", "funder"): "funder",
    ("organisation", "parent"): "parentOrganization",
    ("therapy", "developer"): "manufacturer",
    ("guideline", "issuer"): "publisher",
}
#: the way back: {predicate: the property of the object}
BACK = {
    "partner": "memberOf",
    "member": "memberOf",
    "host": "memberOf",
    "secretariat": "memberOf",
    "parent": "subOrganization",
    "indication": "drug",
}
#: edges without a role: {family of the subject: the property that says what it is about}
ABOUT = {"organisation": "knowsAbout", "guideline": "about"}
#: of each family: the properties of begin and end
SPAN = {"organisation": ("foundingDate", "dissolutionDate"), "guideline": ("datePublished", "expires")}
DRUG_NAMES = {"brand": "proprietaryName", "generic": "nonProprietaryName"}
DISEASE_CODES = ("orpha", "mondo")


def entity_jsonld(entity):
    """A published entity as a JSON-LD document, in as many queries as its page."""
    return page_jsonld(EntityPage(entity))


def page_jsonld(page):
    """The same of an EntityPage that is already there, without a query."""
    entity = page.entity
    family = family_of(entity)
    data = {
        "@context": CONTEXT,
        **reference(entity),
        "url": absolute(entity.get_absolute_url()),
        "description": entity.summary,
        **names(page, family),
        "identifier": [property_value(item) for item in page.identifiers],
        "sameAs": [item.url for item in page.identifiers],
    }
    if family == "organisation":
        data["address"] = address(entity)
        data["sameAs"].append(entity.website)
    if family in SPAN:
        data |= dict(zip(SPAN[family], (entity.start, entity.end), strict=True))
    if family != "disease":
        data["keywords"] = [tag.name for tag in page.tags]
    if family == "therapy":
        data["category"] = entity.type_label
        data["legalStatus"] = [entity.status_label, *(approval(line) for line in page.outgoing("approval"))]
        data["@reverse"] = {"drug": [reference(line.other) for line in page.outgoing("indication")]}
    if family == "guideline":
        data |= {"genre": entity.type_label, "creativeWorkStatus": entity.status_label}
    if family == "disease":
        data["code"] = [medical_code(item) for item in page.identifiers if item.scheme in DISEASE_CODES]
    return filled(data | edges(page, family) | {"mainEntityOfPage": web_page(page)})


def article_jsonld(article, entities):
    """An article of our own and what it mentions; its authors, people or a body, are a line of credit."""
    url = absolute(article.get_absolute_url())
    return filled(
        {
            "@context": CONTEXT,
            "@type": "Article",
            "@id": url,
            "url": url,
            "headline": article.title,
            "description": article.summary,
            "creditText": article.authors,
            "datePublished": article.published,
            "dateModified": article.modified.date().isoformat(),
            "inLanguage": "en-GB",
            "license": LICENCE,
            "publisher": {"@type": "Organization", "@id": absolute(reverse("home")), "name": settings.SITE_NAME},
            "mentions": [reference(entity) for entity in entities],
        }
    )


def as_script(data, most):
    """A JSON-LD document as the text of a script element, of at most `most` bytes where lists can be made shorter.

    The longest list loses its end until the text fits: who wants all follows the `@id`. JSON has escapes for <, >
    and &, so that no name can end the element or open a comment.
    """
    data = copy.deepcopy(data)
    while size(data) > most and (longest := max(lists(data), key=size, default=[])):
        del longest[-1 - len(longest) // 10 :]
    return escaped(filled(data))


def family_of(entity):
    """The properties of schema.org that an entity may have are those of its family."""
    return entity.kind if entity.kind in ("therapy", "guideline", "disease") else "organisation"


def type_of(entity):
    return NARROWER.get((entity.kind, entity.type)) or TYPES[entity.kind]


def reference(entity):
    return {"@type": type_of(entity), "@id": absolute(entity.permalink), "name": entity.name}


def web_page(page):
    """The page about an entity: its version, its licence, and the sources of what the entity's own statements say."""
    entity = page.entity
    cited = {source: None for line in page.out for _, source in line.references}
    return {
        "@type": "WebPage",
        "@id": absolute(entity.get_absolute_url()),
        "version": entity.version,
        "dateModified": entity.modified.isoformat(timespec="seconds"),
        "license": LICENCE,
        "isPartOf": {"@type": "WebSite", "@id": absolute(reverse("home")), "name": settings.SITE_NAME},
        "citation": [citation(source) for source in cited],
    }


def citation(source):
    publisher = {"@type": "Organization", "name": source.publisher} if source.publisher else None
    return filled(
        {
            "@type": SOURCE_TYPES.get(source.kind, "CreativeWork"),
            "name": source.title,
            "url": source.url,
            "publisher": publisher,
            "datePublished": source.published,
        }
    )


def names(page, family):
    """Other names, those of a therapy by what they are."""
    found = defaultdict(list)
    for name in chain.from_iterable(group for _, group in page.names):
        found[DRUG_NAMES.get(name.type, "alternateName") if family == "therapy" else "alternateName"].append(name.text)
    return found


def property_value(identifier):
    label = identifier.get_scheme_display()
    return {"@type": "PropertyValue", "propertyID": label, "value": identifier.value, "url": identifier.url}


def medical_code(identifier):
    return {
        "@type": "MedicalCode",
        "codeValue": identifier.value,
        "codingSystem": identifier.get_scheme_display(),
        "url": identifier.url,
    }


def address(entity):
    parts = filled({"addressLocality": entity.city, "addressCountry": entity.country.code if entity.country else ""})
    return {"@type": "PostalAddress", **parts} if parts else None


def edges(page, family):
    """{property: its values} of all that joins the entity to others."""
    found = defaultdict(list)
    for line in page.out:
        name = ROLES.get((family, line.statement.predicate))
        if name:
            found[name].append(role(line, name))
        elif line.other and line.statement.predicate in ("therapy", "disease"):
            found[ABOUT[family]].append(reference(line.other))
    for line in page.incoming:
        name = BACK.get(line.statement.predicate)
        if name == "drug":
            found[name].append(reference(line.other))
        elif name:
            found[name].append(role(line, name))
    return found


def role(line, name):
    """The entity at the other end of a line, held by a Role."""
    statement = line.statement
    return {
        "@type": "OrganizationRole" if name in ("member", "memberOf") else "Role",
        "roleName": CAPACITIES.get(statement.role or statement.predicate, ""),
        "startDate": statement.start,
        "endDate": statement.end,
        name: reference(line.other),
    }


def approval(line):
    """An approval: the legal status of a drug, since a day, recognised by an authority."""
    status = {
        "@type": "DrugLegalStatus",
        "name": "Approved",
        "description": line.statement.text,
        "recognizingAuthority": reference(line.other),
    }
    return {"@type": "Role", "startDate": line.statement.start, "endDate": line.statement.end, "legalStatus": status}


def filled(data):
    """`data` without what is empty, in depth."""
    if isinstance(data, dict):
        inner = {key: filled(value) for key, value in data.items()}
        return {key: value for key, value in inner.items() if value not in ("", None, [], {})}
    if isinstance(data, list):
        return [filled(item) for item in data if item not in ("", None)]
    return str(data) if isinstance(data, str) else data


def escaped(data):
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def size(data):
    """How many bytes the text of `data` has."""
    return len(escaped(data).encode())


def lists(data):
    """Every list among the values of a document, however deep."""
    for value in data.values():
        if isinstance(value, list):
            yield value
        elif isinstance(value, dict):
            yield from lists(value)
