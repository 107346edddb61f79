"""The groups of the desk: editors write and correct, reviewers also review and delete drafts."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITED = "institution collaboration consortium regulatorybody therapy guideline disease source tag article mention".split()
PARTS = ("statement", "name", "identifier")
SEEN = ("entity", "revision", "oldslug", "tagging", *PARTS)


def make_groups(apps, schema_editor):
    create_permissions(real_apps.get_app_config("entities"), verbosity=0)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    editing = [f"{act}_{model}" for model in EDITED for act in ("view", "add", "change")]
    editing += [f"{act}_{model}" for model in PARTS for act in ("add", "change", "delete")]
    editing += [f"view_{model}" for model in SEEN]
    reviewing = ["review_entity", *(f"delete_{model}" for model in EDITED)]
    for name, codenames in (("editors", editing), ("reviewers", editing + reviewing)):
        group, _ = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(content_type__app_label="entities", codename__in=codenames)
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("entities", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
