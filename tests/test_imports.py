"""Imports point down: pure modules < models < what works on them < the three doors < routes."""

import ast

import pytest

from dev import ROOT

#: the layers from the ground up, each a tuple of modules of `entities` with all that lies in them
LAYERS = (
    ("dates", "text", "identifiers", "linking.markup"),
    ("records.yamlfile",),
    ("models",),
    ("addresses", "versions"),
    (
        "records",
        "filters",
        "facets",
        "listing",
        "source_listing",
        "pages",
        "search",
        "linking",
        "pictures",
        "curation",
        "reconciling",
    ),
    ("serializers", "context", "templatetags", "management", "views", "api", "admin"),
    ("routes",),
)
#: what no code of ours may use, and why
FORBIDDEN = {
    "django.db.models.signals": "call the function",
    "django.dispatch": "call the function",
    "django.contrib.contenttypes": "foreign keys are real",
}
PURE = (
    *("dates", "text", "identifiers", "records.yamlfile", "models.kinds", "models.rules"),
    *("linking", "linking.folding", "linking.english", "linking.names", "linking.surface", "linking.definitions"),
    *("linking.markup", "linking.markup.formats", "linking.markup.runs", "linking.markup.annotations"),
    *("linking.markup.plain", "linking.markup.markdown", "linking.markup.html"),
    *("reconciling.asking", "reconciling.names"),
    *("linking.countries", "linking.evidence", "linking.finder", "linking.terms", "linking.neighbours"),
    *("linking.mention", "linking.statements"),
    *("records.comparing", "curation.fetching", "curation.webpages", "pictures.card"),
)
#: a pure module may use these: they read no settings and no database
PURE_DJANGO = {"django.utils.text"}


def source_files():
    files = [path for folder in ("entities", "collabs") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def module_of(path):
    """The dotted name of a file, as seen from the root."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for path in source_files()}


def imports(module):
    """Every module and every name that a file imports, wherever in it, as absolute dotted names."""
    path = FILES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            origin = ".".join(filter(None, [above, node.module]))
            found |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
    return found


def within(name, module):
    return name == module or name.startswith(f"{module}.")


def layer(name):
    """The number of the layer in which a module of `entities` lies, that of the longest name that fits; else None."""
    fitting = [
        (len(module), number)
        for number, modules in enumerate(LAYERS)
        for module in modules
        if within(name, f"entities.{module}")
    ]
    return max(fitting)[1] if fitting else None


OWN = sorted(name for name in FILES if within(name, "entities"))


def test_every_module_has_its_layer():
    """A new one is put into LAYERS; only the package and its configuration stand outside."""
    assert [name for name in OWN if layer(name) is None] == ["entities", "entities.apps"]


@pytest.mark.parametrize("name", OWN)
def test_a_module_imports_nothing_of_a_higher_layer(name):
    here = layer(name) if layer(name) is not None else 0
    higher = {other for other in imports(name) if (layer(other) or 0) > here or within(other, "collabs")}
    assert not higher


@pytest.mark.parametrize("name", [f"entities.{module}" for module in PURE])
def test_a_pure_module_knows_nothing_of_django_and_of_the_database(name):
    """What it imports of ours is pure too."""
    for other in imports(name):
        assert not within(other, "django") or any(within(other, allowed) for allowed in PURE_DJANGO), other
        if within(other, "entities") and other in FILES and other != "entities":
            assert any(other == f"entities.{module}" for module in PURE) or other == "entities.models", other


def test_the_models_and_what_is_below_know_no_forms_of_the_web():
    for name in OWN:
        if layer(name) is not None and layer(name) <= layer("entities.models"):
            for other in imports(name):
                assert not any(within(other, web) for web in ("django.http", "django.shortcuts", "django.template"))


def test_the_doors_do_not_open_into_one_another():
    doors = ("views", "api", "admin", "management")
    for name in OWN:
        for door in doors:
            if within(name, f"entities.{door}"):
                for other in doors:
                    assert other == door or not any(within(found, f"entities.{other}") for found in imports(name))


def test_only_routes_and_the_project_know_the_views():
    outside = [name for name in FILES if not within(name, "entities.views")]
    users = {name for name in outside if any(within(found, "entities.views") for found in imports(name))}
    assert users == {"entities.routes", "collabs.urls"}


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_signals_and_no_generic_foreign_keys(name):
    for other in imports(name):
        assert not [why for module, why in FORBIDDEN.items() if within(other, module)], other


def test_no_signal_is_connected_by_another_way():
    for name, path in FILES.items():
        attributes = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not attributes & {"signals", "pre_save", "post_save", "GenericForeignKey", "GenericRelation"}, name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import entities.views.lists", "entities.views.lists"),
        ("from entities.views import lists", "entities.views.lists"),
        ("from ..views.lists import answer", "entities.views.lists"),
        ("from .. import views", "entities.views"),
        ("from . import kinds", "entities.models.kinds"),
        ("def f():\n    from entities import routes", "entities.routes"),
        ("from django.db.models import signals", "django.db.models.signals"),
    ],
)
def test_an_import_is_seen_however_it_is_written(tmp_path, monkeypatch, text, found):
    path = tmp_path / "entity.py"
    path.write_text(text)
    monkeypatch.setitem(FILES, "entities.models.entity", path)
    assert found in imports("entities.models.entity")
