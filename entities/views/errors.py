"""The page for an address at which there is nothing."""

from django.utils.cache import patch_vary_headers
from django.views.defaults import page_not_found


def not_found(request, exception):
    """The same headers whether there is nothing or something that only editors may see."""
    response = page_not_found(request, exception)
    patch_vary_headers(response, ["Cookie"])
    return response
