"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from entities.views import health

handler404 = "entities.views.errors.not_found"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", health.health, name="health"),
    path("", include("entities.routes")),
]
