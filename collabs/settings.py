"""The settings of the site, read from the environment.

Safe by default: without DEBUG=true the site runs as in production and asks for a SECRET_KEY.
An https SITE_URL turns on everything that needs https.
"""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# Who we are

SITE_NAME = "Collabs"
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CONTACT = env.str("CONTACT", "")
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or (get_random_secret_key() if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text: only DEBUG=true runs without one.")

scheme, netloc = urlsplit(SITE_URL)[:2]
if scheme not in ("http", "https") or not netloc:
    raise ImproperlyConfigured(f"SITE_URL must be an address such as https://example.org, not “{SITE_URL}”.")
HTTPS = scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname])
CSRF_TRUSTED_ORIGINS = [f"{scheme}://{netloc}"]

# The application

ROOT_URLCONF = "collabs.urls"
WSGI_APPLICATION = "collabs.wsgi.application"
INSTALLED_APPS = [
    "taggit",  # before entities, whose admin replaces its own
    "entities",
    "collabs.apps.DeskConfig",  # Django's admin, with a site of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "entities.context.site",
            ],
        },
    },
]
SERIALIZATION_MODULES = {"yaml": "entities.serializers"}
TAGGIT_CASE_INSENSITIVE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the form of an entity with hundreds of statements

# The database: SQLite in a file, or PostgreSQL with a pool of connections

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
database = env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR}/var/collabs.sqlite3", conn_health_checks=True)
options = database.setdefault("OPTIONS", {})
match database.get("ENGINE", "").rpartition(".")[2]:
    case "sqlite3":
        options["timeout"] = 20
        options["transaction_mode"] = "IMMEDIATE"  # a transaction that becomes a writer late could not wait
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    case "postgresql":
        if env.bool("DATABASE_POOL", True):
            options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    case _:
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://.")
DATABASES = {"default": database}

# Language and time

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
COUNTRIES_OVERRIDE = {"US": "United States"}

# Static files: as they lie in static/, until `collectstatic` has put named and packed copies into STATIC_ROOT

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", None)
collected = STATIC_ROOT and ("collectstatic" in sys.argv or (STATIC_ROOT / "staticfiles.json").exists())
if collected:
    static_storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
else:
    static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": static_storage},
}
WHITENOISE_USE_FINDERS = not collected
WHITENOISE_AUTOREFRESH = not collected

# Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # browsers' preload lists are for the owner of a domain to join
TRUST_PROXY = env.bool("TRUST_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None

# Signing in

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]
AXES_ENABLED = env.bool("AXES_ENABLED", True)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True


def client_address(request):
    """The address of a visitor; behind a proxy, the one that the proxy saw: the last in its header."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if TRUST_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR")


AXES_CLIENT_IP_CALLABLE = client_address

# Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"level": "WARNING"}},
}
