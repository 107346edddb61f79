"""Fixtures that are loaded once for a module of tests and stand until its end, which undoes them.

stage = standing(build)
world = on_stage()
"""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from entities.models import Entity


def standing(load, scope="module"):
    """The fixture `stage`: what `load` makes, in a transaction that is rolled back in the end."""

    @pytest.fixture(scope=scope)
    def stage(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            write_what_migrations_write()
            yield load()
            transaction.set_rollback(True)

    return stage


def on_stage():
    """A fixture: {slug: entity} of what stands on the stage; what a test writes is undone after it."""

    @pytest.fixture
    def world(stage, db):
        return {entity.slug: entity for entity in Entity.objects.all()}

    return world


def write_what_migrations_write():
    """The groups and their rights, which a test that empties every table takes away from those after it."""
    if Group.objects.exists():
        return
    for (app, _), migration in sorted(MigrationLoader(connection).disk_migrations.items()):
        for operation in migration.operations if app == "entities" else []:
            if isinstance(operation, RunPython):
                operation.code(apps, None)


def take_stock():
    """Let the database look at what was loaded: PostgreSQL plans badly for tables that it believes empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
