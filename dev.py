#!/usr/bin/env python3
"""Set up, run, test and check Collabs with nothing but Python 3.11 or newer.

    python3 dev.py run      the site on this computer, with all its data
    python3 dev.py test     the tests, on SQLite and on PostgreSQL; arguments go to pytest
    python3 dev.py check    style, migrations and the settings of a production site
    python3 dev.py screenshots    the pictures of the README, anew

What is installed goes into .venv, what the site writes into var: delete both to begin anew.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Collabs needs Python 3.11 or newer; this is %s." % sys.version.split()[0])

import argparse
import errno
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = ["requirements.lock", "requirements-test.lock"]  # the second holds all of the first
OWN_VARIABLES = """
    ALLOWED_HOSTS AXES_ENABLED CONTACT DATABASE_POOL DEBUG SECRET_KEY SITE_URL STATIC_ROOT TRUST_PROXY
    PYTEST_ADDOPTS PYTHONHOME PYTHONPATH PYTHONSAFEPATH
""".split()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|test|check|screenshots")
    run = commands.add_parser("run", help="run the site on this computer", allow_abbrev=False)
    run.add_argument("--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)")
    run.add_argument("--port", default="8000", help="the port to serve on (default: %(default)s)")
    run.add_argument("--no-reload", action="store_true", help="do not restart when the code changes")
    run.add_argument("--debug", action="store_true", help="show errors with their causes to every visitor")
    commands.add_parser("test", help="run the tests; arguments go to pytest", allow_abbrev=False)
    commands.add_parser("check", help="check style, migrations and settings", allow_abbrev=False)
    commands.add_parser("screenshots", help="take the pictures of the README anew", allow_abbrev=False)
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        sys.exit("dev.py %s does not know %s." % (options.command, " ".join(rest)))
    os.chdir(ROOT)
    try:
        if options.command == "run":
            sys.exit(run_site(options.host, options.port, not options.no_reload, options.debug))
        if options.command == "test":
            sys.exit(run_tests(rest))
        if options.command == "screenshots":
            sys.exit(take_screenshots())
        sys.exit(run_checks())
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)
    except OSError as error:
        sys.exit("Collabs cannot use %s: %s." % (error.filename or ROOT, error.strerror or error))


def run_site(host, port, reload, debug):
    """Bring packages and database up to date, doing only what is not done yet, and serve the site."""
    check_address(host, port)
    install(LOCKS[0])
    VAR.mkdir(exist_ok=True)
    anywhere = host in ("0.0.0.0", "::")
    shown = "[%s]" % host if ":" in host else host
    environment = clean_environment(
        ALLOWED_HOSTS="*" if anywhere else "127.0.0.1,localhost,[::1]," + shown,
        DATABASE_POOL="false",
        DEBUG="true" if debug else "false",
        DJANGO_RUNSERVER_HIDE_WARNING="true",
        DJANGO_SETTINGS_MODULE="collabs.settings",
        SECRET_KEY=secret_key(),
        SITE_URL="http://%s:%s" % ("127.0.0.1" if anywhere else shown, port),
    )
    code = call([PYTHON, "-c", "import dev; dev.prepare()"], environment)
    if code:
        return code
    say("Collabs is at %s/ (Ctrl-C stops it)." % environment["SITE_URL"])
    command = [PYTHON, "manage.py", "runserver", "%s:%s" % (shown, port)] + ([] if reload else ["--noreload"])
    return call(command, environment)


def check_address(host, port):
    """End with a sentence unless a server can listen there."""
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        sys.exit("The port must be a number from 1 to 65535, not %s." % port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            if os.name != "nt":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit("Port %s is busy: stop what runs there, or choose another with --port." % port)
        sys.exit("Collabs cannot serve on %s, port %s: %s." % (host, port, error.strerror))


def install(lock):
    """Make .venv hold what `lock` names, unless the stamp inside says that it does."""
    stamp = VENV / "installed"
    done = stamp.read_text().split() if stamp.exists() else []
    if PYTHON.exists() and digest([ROOT / lock]) in done:
        return
    say("Installing the packages of %s into .venv; the first time this takes a minute ..." % lock)
    if not PYTHON.exists() or "unfinished" in done:
        make_venv()
    stamp.write_text("unfinished")
    for installer in installers():
        command = installer + ["--require-hashes", "-r", lock]
        result = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
        if result.returncode == 0:
            break
    else:
        last = (result.stderr.strip() or result.stdout.strip() or "nothing").splitlines()[-1]
        sys.exit("The packages could not be installed. Is the network there? The installer said: %s" % last)
    stamp.write_text(" ".join(digest([ROOT / name]) for name in LOCKS[: LOCKS.index(lock) + 1]))


def make_venv():
    try:
        import venv
    except ImportError:
        sys.exit(NO_VENV)
    venv.create(VENV, clear=True, symlinks=os.name != "nt")


NO_VENV = (
    "This Python cannot make a virtual environment: install the rest of it "
    "(on Debian and Ubuntu: sudo apt install python3-venv)."
)


def installers():
    """The commands that may install packages: uv where there is one, then pip."""
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(NO_VENV)
    subprocess.run([PYTHON, "-m", "ensurepip"], env=clean_environment(), capture_output=True)
    yield [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def secret_key():
    """The key of this copy of the site, made at its first run and readable by its owner alone."""
    path = VAR / "secret_key"
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        new.replace(path)
    return path.read_text()


def prepare():
    """Migrate, load the fixtures and make an account, where not done yet. Runs in .venv, with Django."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from environs import EnvError

    try:
        django.setup()
        load_fixtures(anew=migrate())
        make_editor()
    except KeyboardInterrupt:
        sys.exit(130)
    except django.db.Error as error:
        sys.exit("The database cannot be used: %s" % str(error).strip())
    except (CommandError, EnvError, ImproperlyConfigured) as error:
        sys.exit(str(error))


def migrate():
    """Bring the tables up to date; return whether there were none before."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Setting up the database ...")
        call_command("migrate", verbosity=0)
    return not executor.loader.applied_migrations


def load_fixtures(anew):
    """Load fixtures/ into the database, unless these very files were loaded into it last."""
    from django.conf import settings
    from django.core.management import call_command

    database = settings.DATABASES["default"]
    name = "%(ENGINE)s %(HOST)s %(PORT)s %(NAME)s %(OPTIONS)s" % database
    stamp = VAR / ("loaded-%s" % hashlib.sha256(name.encode()).hexdigest()[:12])
    files = sorted((ROOT / "fixtures").glob("*.yaml"))
    state = digest(files)
    if not anew and stamp.exists() and stamp.read_text() == state:
        return
    if files:
        say("Loading the records of fixtures/ ...")
        call_command("load_records", *map(str, files))
    stamp.write_text(state)


def make_editor():
    """Give a site without any account one that may edit, and show its password this once."""
    from django.contrib.auth import get_user_model

    accounts = get_user_model().objects
    if not accounts.exists():
        password = secrets.token_urlsafe(12)
        accounts.create_superuser("editor", password=password)
        say("To edit, sign in as 'editor' with the password '%s': it is not shown again." % password)


def run_tests(arguments):
    """Run pytest on SQLite, then all but the browser's tests on PostgreSQL; return 1 where one run failed."""
    install(LOCKS[1])
    from tests import postgres

    pytest = [PYTHON, "-m", "pytest"]
    runs = [("SQLite", pytest + arguments)]
    on_postgresql = postgres.given_address() or postgres.find_programs()
    if on_postgresql:
        runs.append(("PostgreSQL", pytest + ["--database=postgresql", "-m", "not browser"] + arguments))
    failed = False
    for database, command in runs:
        say("== The tests on %s" % database)
        code = call(command, clean_environment())
        if code == 2:  # interrupted
            return 1
        none_chosen = code == 5 and arguments
        failed = failed or (code != 0 and not none_chosen)
    if not on_postgresql:
        say("== The tests did not run on PostgreSQL. %s" % postgres.MISSING)
        failed = failed or os.environ.get("CI") == "true"
    return int(failed)


def run_checks():
    """Run each check, with production settings, and say how it went; return 1 where one failed."""
    install(LOCKS[1])
    environment = clean_environment(
        DATABASE_URL="sqlite://:memory:",
        SECRET_KEY=secrets.token_urlsafe(50),
        SITE_URL="https://collabs.example",
    )
    failed = 0
    for name, command in [
        ("ruff check", "-m ruff check"),
        ("ruff format", "-m ruff format --check"),
        ("migrations", "manage.py makemigrations --check --dry-run"),
        ("deployment", "manage.py check --deploy --fail-level WARNING"),
    ]:
        result = subprocess.run(
            [PYTHON] + command.split(), env=environment, capture_output=True, text=True, errors="replace"
        )
        if result.returncode == 0:
            say("ok      %s" % name)
        else:
            say("FAILED  %s\n%s%s" % (name, result.stdout, result.stderr))
            failed = 1
    return failed


def take_screenshots():
    """Take the pictures of the README from a site with the fixtures."""
    install(LOCKS[1])
    return call([PYTHON, "docs/screenshots.py"], clean_environment())


def call(command, environment):
    """Run `command`, which alone answers to Ctrl-C, and return its exit code."""
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, env=environment).returncode
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def clean_environment(**variables):
    """The user's environment without what could change how the site behaves, and with `variables`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OWN_VARIABLES and not name.startswith("DJANGO_")
    }
    return dict(kept, **variables)


def digest(paths):
    """One hash of the names and contents of these files."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(b"%s\0%s\0" % (path.name.encode(), hashlib.sha256(path.read_bytes()).digest()))
    return whole.hexdigest()


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
