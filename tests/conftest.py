"""How the tests run: on which database, in which browser, and that a run for CI skips nothing."""

import os
import shutil
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings

from dev import clean_environment
from tests import postgres

CI = os.environ.get("CI") == "true"
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # Chromium refuses to run as root in its sandbox; it sees nothing but our own pages
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="the database to test on; postgresql starts a server of its own unless DATABASE_URL names one",
    )


def pytest_configure(config):
    """Make the environment, from which Django's settings are read after this."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    on_sqlite = config.getoption("database") == "sqlite"
    try:
        database = stack.enter_context(sqlite_file() if on_sqlite else postgres.server())
    except RuntimeError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    environment = clean_environment(
        AXES_ENABLED="false",
        DATABASE_POOL="false",
        DATABASE_URL=database,
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright runs an event loop in the thread of the tests
        DJANGO_SETTINGS_MODULE="collabs.settings",
        SECRET_KEY="for the tests alone",
        SITE_URL="http://testserver",
    )
    os.environ.clear()
    os.environ.update(environment)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    if on_sqlite:
        settings.DATABASES["default"]["TEST"] = {"NAME": settings.DATABASES["default"]["NAME"]}


@contextmanager
def sqlite_file():
    """The address of a database in a file.

    One in memory would make the live server's threads share the connection of the tests, and crash Python.
    """
    with TemporaryDirectory(prefix="collabs-", ignore_cleanup_errors=True) as folder:
        yield f"sqlite:///{folder}/test.sqlite3"


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return refuse_skip((yield))


def refuse_skip(report):
    """In CI, turn the report of a skipped test into one of a failed test."""
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"In CI nothing may be skipped. {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, which sees this machine alone."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium was not found: install it (on Debian and Ubuntu: sudo apt install chromium).")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_OPTIONS}


@pytest.fixture(scope="session")
def base_url(live_server):
    """What `page.goto("/path/")` begins with."""
    return live_server.url


@pytest.fixture
def world(db):
    """The small world of tests/world.py, as {slug: entity}."""
    from tests.standing import write_what_migrations_write
    from tests.world import build

    write_what_migrations_write()
    return build()


@pytest.fixture
def site():
    """Another site on this machine; see tests/sites.py."""
    from tests.sites import running_site

    with running_site() as site:
        yield site
