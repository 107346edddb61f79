"""Django's admin as the desk of the editors."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "collabs.desk.Desk"
