"""A throw-away PostgreSQL server for the tests."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MISSING = (
    "PostgreSQL was not found: install it (on Debian and Ubuntu: sudo apt install postgresql), "
    "or set DATABASE_URL to an address such as postgres://user:password@host/name."
)
LAYOUT = "--username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync".split()
# autovacuum would count tables that a test has filled but not committed, find them empty, and spoil every plan
OPTIONS = (
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off".split()
)
# The server ends when the standard input of this shell does, which is when we close it or are killed.
KEEPER = '"$@" & read line; kill -INT $!; wait; rm -rf "${PGDATA%/data}"'


@contextmanager
def server():
    """Yield the address of a PostgreSQL server: that in DATABASE_URL, or a new one that is gone afterwards.

    Raises RuntimeError, with a sentence, where none can be had.
    """
    if address := given_address():
        yield address
        return
    programs = find_programs()
    if not programs:
        raise RuntimeError(MISSING)
    with temporary_folder() as folder, running(programs, folder):
        yield f"postgres://postgres@/postgres?host={quote(str(folder), safe='')}"


def given_address():
    """DATABASE_URL where it is an address of PostgreSQL, else nothing."""
    address = os.environ.get("DATABASE_URL", "")
    return address if address.startswith(("postgres://", "postgresql://")) else ""


def find_programs():
    """The folder where `initdb` and `postgres` work: Debian's newest, else that on the path, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4))
    if on_path := shutil.which("initdb"):
        folders.insert(0, Path(on_path).resolve().parent)
    return next((folder for folder in reversed(folders) if answers(folder)), None)


def answers(folder):
    """Whether both programs in `folder` can be run."""
    try:
        for program in ["initdb", "postgres"]:
            run(folder / program, "--version")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **account())


def account():
    """The account of the server, as subprocess wants it: ours, unless we are root, whom it refuses."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def temporary_folder():
    """A folder for the server's data and socket, which belongs to its account."""
    with tempfile.TemporaryDirectory(prefix="collabs-pg-", ignore_cleanup_errors=True) as folder:
        if who := account():
            os.chown(folder, who["user"], who["group"])
        yield Path(folder)


@contextmanager
def running(programs, folder):
    """Run a new server in the empty `folder`."""
    data = folder / "data"
    try:
        run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-A",
            "trust",
            "-N",
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"PostgreSQL could not make its folder: {error.stderr.strip()}") from None
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "sh", programs / "postgres", "-D", data, "-k", folder, *OPTIONS],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "PGDATA": str(data)},
            start_new_session=True,  # Ctrl-C is for the tests, which then end the server
            **account(),
        )
    try:
        wait_for(process, folder)
        yield
    finally:
        process.stdin.close()
        process.wait()


def wait_for(process, folder, seconds=60):
    """Return as soon as the server in `folder` takes a connection."""
    import psycopg

    last = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > last:
                log = (folder / "log").read_text().strip()
                raise RuntimeError(f"PostgreSQL did not start: {log}") from None
            time.sleep(0.05)
