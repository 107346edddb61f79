"""The settings that an environment leads to."""

import json
import re
import subprocess
import sys

import pytest

from dev import OWN_VARIABLES, ROOT, clean_environment

SHOW = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings)}, default=str))
"""
KEY = "a long random text"


def settings_with(**variables):
    """Every setting of a site that starts with these variables."""
    result = start(**variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def refusal(**variables):
    """The last line that a site prints which does not start."""
    result = start(**variables)
    assert result.returncode
    return result.stderr.strip().splitlines()[-1]


def start(**variables):
    environment = clean_environment(DJANGO_SETTINGS_MODULE="collabs.settings", **variables)
    if "DATABASE_URL" not in variables:
        environment.pop("DATABASE_URL")
    return subprocess.run([sys.executable, "-c", SHOW], env=environment, cwd=ROOT, capture_output=True, text=True)


def test_a_production_site_refuses_to_start_without_a_secret_key():
    assert "Set SECRET_KEY to a long random text" in refusal()
    assert "Set SECRET_KEY to a long random text" in refusal(SECRET_KEY="", DEBUG="false")


def test_a_site_for_debugging_makes_a_new_secret_key_at_each_start():
    keys = {settings_with(DEBUG="true")["SECRET_KEY"] for _ in range(2)}
    assert len(keys) == 2
    assert min(map(len, keys)) >= 50


def test_the_defaults_are_those_of_a_site_on_this_computer_with_debugging_off():
    settings = settings_with(SECRET_KEY=KEY)
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["127.0.0.1"]
    assert not settings["SESSION_COOKIE_SECURE"]
    assert not settings["SECURE_SSL_REDIRECT"]
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == f"{ROOT}/var/collabs.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_https_turns_on_all_that_needs_it():
    settings = settings_with(SECRET_KEY=KEY, SITE_URL="https://collabs.example/")
    assert settings["SITE_URL"] == "https://collabs.example"
    assert settings["ALLOWED_HOSTS"] == ["collabs.example"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://collabs.example"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_the_word_of_a_proxy_counts_only_where_it_is_to_be_trusted():
    assert settings_with(SECRET_KEY=KEY)["SECURE_PROXY_SSL_HEADER"] is None
    trusting = settings_with(SECRET_KEY=KEY, TRUST_PROXY="true")
    assert trusting["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(("trusted", "address"), [(False, "10.0.0.1"), (True, "198.51.100.7")])
def test_a_visitor_behind_a_trusted_proxy_is_known_by_the_address_that_the_proxy_saw(monkeypatch, rf, trusted, address):
    from collabs import settings

    monkeypatch.setattr(settings, "TRUST_PROXY", trusted)
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")
    assert settings.client_address(request) == address


def test_postgresql_is_used_through_a_pool_unless_that_is_off():
    address = "postgres://anna:p%40ss@db.example:6543/atlas?sslmode=require"
    database = settings_with(SECRET_KEY=KEY, DATABASE_URL=address)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")] == [
        "db.example",
        6543,
        "anna",
        "p@ss",
        "atlas",
    ]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["pool"]
    plain = settings_with(SECRET_KEY=KEY, DATABASE_URL=address, DATABASE_POOL="false")
    assert "pool" not in plain["DATABASES"]["default"]["OPTIONS"]


@pytest.mark.parametrize("address", ["mysql://localhost/atlas", "atlas.sqlite3"])
def test_another_database_is_refused_in_one_sentence(address):
    assert "DATABASE_URL" in refusal(SECRET_KEY=KEY, DATABASE_URL=address)


@pytest.mark.parametrize("address", ["collabs.example", "//collabs.example", "ftp://collabs.example", "https://"])
def test_an_address_of_the_site_that_is_none_is_refused_in_one_sentence(address):
    assert "SITE_URL must be an address" in refusal(SECRET_KEY=KEY, SITE_URL=address)


def test_collected_static_files_are_used_once_they_are_there(tmp_path):
    def storage():
        return settings_with(SECRET_KEY=KEY, STATIC_ROOT=str(tmp_path))["STORAGES"]["staticfiles"]["BACKEND"]

    assert storage() == "django.contrib.staticfiles.storage.StaticFilesStorage"
    (tmp_path / "staticfiles.json").write_text("{}")
    assert storage() == "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_pages_allow_no_code_or_style_of_others_and_none_inline():
    directives = settings_with(SECRET_KEY=KEY)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert {source for sources in directives.values() for source in sources} == {"'self'", "'none'"}


def test_dev_keeps_the_variables_of_the_settings_out_of_its_runs():
    text = (ROOT / "collabs" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"(\w+)"', text))
    assert "SECRET_KEY" in names
    assert names - {"DATABASE_URL"} <= set(OWN_VARIABLES)
