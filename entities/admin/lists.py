"""Filters of the desk's lists that speak in words."""

from django.contrib import admin
from django.utils import timezone
from django_countries import countries

from entities.models.kinds import KINDS


class WordsFilter(admin.SimpleListFilter):
    """A column whose values are words of the list's kind."""

    def lookups(self, request, model_admin):
        return list(self.words(KINDS[model_admin.model.KIND]).items())

    def queryset(self, request, queryset):
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class TypeFilter(WordsFilter):
    title, parameter_name = "type", "type"

    def words(self, kind):
        return kind.types


class StatusFilter(WordsFilter):
    title, parameter_name = "activity", "status"

    def words(self, kind):
        return kind.statuses


class CountryFilter(admin.SimpleListFilter):
    """The countries that occur."""

    title, parameter_name = "country", "country"

    def lookups(self, request, model_admin):
        codes = model_admin.model.objects.exclude(country="").order_by().values_list("country", flat=True).distinct()
        return sorted(((code, countries.name(code)) for code in codes), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else queryset


class SourcesFilter(admin.SimpleListFilter):
    """Whether every statement has a source."""

    title, parameter_name = "sources", "sources"

    def lookups(self, request, model_admin):
        return [("no", "A statement lacks one"), ("yes", "Every statement has one")]

    def queryset(self, request, queryset):
        match self.value():
            case "no":
                return queryset.unsourced()
            case "yes":
                return queryset.sourced()
        return queryset


class ReviewFilter(admin.SimpleListFilter):
    """What an editor should check, or check again."""

    title, parameter_name = "review", "review"

    def lookups(self, request, model_admin):
        return [("due", "Due again"), ("never", "Never reviewed"), ("done", "Reviewed")]

    def queryset(self, request, queryset):
        match self.value():
            case "due":
                return queryset.review_due(timezone.localdate())
            case "never" | "done":
                return queryset.filter(reviewed__isnull=self.value() == "never")
        return queryset
