"""Filters of the desk's lists that speak in words."""

from django.contrib import admin
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
