"""Editors decide which webmentions are shown; reviewers may also delete them."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "editors": ("view_webmention", "change_webmention"),
    "reviewers": ("view_webmention", "change_webmention", "delete_webmention"),
}


def let_groups_decide(apps, schema_editor):
    create_permissions(real_apps.get_app_config("entities"), verbosity=0)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(content_type__app_label="entities", codename__in=codenames)
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("entities", "0003_webmention")]
    operations = [migrations.RunPython(let_groups_decide, migrations.RunPython.noop)]
