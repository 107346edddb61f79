"""Searches of the desk that do not mind accents and case, for models without the words of an entity."""

from entities.text import fold


class FoldedSearch:
    """Of few rows: each word is looked for in the folded texts of `search_fields`."""

    def get_search_results(self, request, queryset, search_term):
        words = fold(search_term).split()
        if not words:
            return queryset, False
        rows = queryset.order_by().values_list("pk", *self.search_fields)
        found = [pk for pk, *texts in rows if all(word in fold(" ".join(texts)) for word in words)]
        return queryset.filter(pk__in=found), False


class AlsoFoldedSearch:
    """Of many rows: the words are looked for as typed, and folded, as the `search_text` of an entity has them."""

    def get_search_results(self, request, queryset, search_term):
        found, _ = super().get_search_results(request, queryset, search_term.replace("\0", ""))
        if words := fold(search_term):
            found = found | super().get_search_results(request, queryset, words)[0]
        return found, False
