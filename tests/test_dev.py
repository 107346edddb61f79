"""dev.py sets up and serves a fresh copy, does nothing twice, and fails in one sentence."""

import ast
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from contextlib import suppress

import pytest

import dev
from tests import postgres

# What goes wrong


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "8000.5", "", "٣"])
def test_a_port_that_is_none_is_refused(port):
    assert_one_sentence(run_dev("run", f"--port={port}"), "The port must be a number from 1 to 65535")


def test_a_busy_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert_one_sentence(run_dev("run", f"--port={port}"), f"Port {port} is busy")


def test_an_address_of_another_computer_is_named():
    assert_one_sentence(run_dev("run", "--host=192.0.2.1"), "Collabs cannot serve on 192.0.2.1, port 8000")


def test_an_unknown_argument_is_named():
    assert_one_sentence(run_dev("run", "--prot=80"), "dev.py run does not know --prot=80")


def test_a_python_that_is_too_old_is_told_so():
    old = "sys.version_info, sys.version = (3, 10, 4), '3.10.4 (main)'"
    assert_one_sentence(run_dev("run", first=old), "Collabs needs Python 3.11 or newer; this is 3.10.4.")


def test_even_python_2_can_read_the_script_and_say_so():
    source = (dev.ROOT / "dev.py").read_text()
    assert source.isascii()
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.AnnAssign | ast.Match | ast.Nonlocal)
        assert not isinstance(node, ast.arguments) or not node.kwonlyargs + node.posonlyargs
        assert not isinstance(node, ast.Dict) or None not in node.keys
        assert not isinstance(node, ast.List) or not any(isinstance(item, ast.Starred) for item in node.elts)
        assert not isinstance(node, ast.Raise) or not node.cause


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_virtual_environments_is_told_what_to_install(copy, module):
    result = run_dev("run", folder=copy, first=f"sys.modules['{module}'] = None", PATH="")
    assert_one_sentence(result, "sudo apt install python3-venv")


def test_a_venv_that_cannot_be_made_is_named(copy):
    (copy / ".venv").write_text("a file is in the way")
    assert_one_sentence(run_dev("run", folder=copy), f"Collabs cannot use {copy / '.venv'}")


def test_a_folder_that_cannot_be_made_is_named(copy):
    install_nothing(copy)
    (copy / "var").write_text("a file is in the way")
    assert_one_sentence(run_dev("run", folder=copy), f"Collabs cannot use {copy / 'var'}")


def test_packages_that_cannot_be_fetched_end_the_run_and_are_tried_again(copy, uv):
    uv("echo No network >&2; exit 1")
    assert_one_sentence(run_dev("run", folder=copy), "The packages could not be installed")
    uv("exit 0")
    assert "Installing" in install(copy, "requirements.lock")


# What is done once


def test_packages_are_installed_once_and_again_when_the_lock_has_changed(copy, uv):
    uv("exit 0")
    assert "Installing" in install(copy, "requirements.lock")
    assert "Installing" not in install(copy, "requirements.lock")
    (copy / "requirements.lock").write_text("another==2\n")
    assert "Installing" in install(copy, "requirements.lock")


def test_what_the_tests_need_holds_what_the_site_needs(copy, uv):
    uv("exit 0")
    install(copy, "requirements.lock")
    assert "Installing" in install(copy, "requirements-test.lock")
    assert "Installing" not in install(copy, "requirements.lock")


def test_an_install_that_was_killed_is_done_anew(copy, uv):
    uv("touch .venv/half; kill -9 $PPID")
    install(copy, "requirements.lock")
    assert (copy / ".venv" / "half").exists()
    uv("exit 0")
    assert "Installing" in install(copy, "requirements.lock")
    assert not (copy / ".venv" / "half").exists()


def test_the_first_run_of_a_fresh_copy_does_everything_and_the_second_nothing(site):
    first = serve(site)
    assert "Setting up the database" in first
    assert "Loading the records" in first
    assert re.search(r"sign in as 'editor' with the password '\S{16}'", first)
    key = site / "var" / "secret_key"
    before = key.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600

    assert serve(site).startswith("Collabs is at http://127.0.0.1:")
    assert key.read_text() == before


def test_fixtures_are_loaded_again_when_they_have_changed_or_the_database_is_new(site):
    shutil.rmtree(site / "fixtures")
    (site / "fixtures").mkdir()
    fixture = site / "fixtures" / "articles.yaml"
    fixture.write_text("articles: []\n")
    serve(site)

    fixture.write_text("# none yet\narticles: []\n")
    second = serve(site)
    assert "Loading the records" in second
    assert "password" not in second

    (site / "var" / "collabs.sqlite3").unlink()
    assert "Loading the records" in serve(site)


# The tests


@pytest.mark.parametrize(("codes", "result"), [([0, 0], 0), ([1, 0], 1), ([0, 1], 1), ([5, 0], 1), ([2], 1)])
def test_the_tests_fail_where_one_of_the_two_runs_does(pytest_runs, codes, result):
    commands = pytest_runs(codes)
    assert dev.run_tests([]) == result
    assert len(commands) == len(codes)


def test_a_choice_that_has_no_test_for_one_database_is_no_failure(pytest_runs):
    commands = pytest_runs([0, 5])
    assert dev.run_tests(["-k", "browser"]) == 0
    assert commands[1][3:] == ["--database=postgresql", "-m", "not browser", "-k", "browser"]


@pytest.mark.parametrize(("ci", "result"), [("", 0), ("true", 1)])
def test_without_postgresql_its_run_is_left_out_which_fails_in_ci(pytest_runs, monkeypatch, capsys, ci, result):
    pytest_runs([0])
    monkeypatch.setattr(postgres, "find_programs", lambda: None)
    monkeypatch.setenv("CI", ci)
    assert dev.run_tests([]) == result
    assert "sudo apt install postgresql" in capsys.readouterr().out


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 failed")])
def test_a_skipped_test_is_a_failure_in_ci(tmp_path, ci, outcome):
    test = tmp_path / "test_skipped.py"
    test.write_text("import pytest\ndef test_skipped():\n    pytest.skip('for a reason')\n")
    command = ["-m", "pytest", "-c", "pyproject.toml", "-p", "tests.conftest", test]
    result = run([*command], dev.ROOT, CI=ci)
    assert outcome in result.stdout
    assert "for a reason" in result.stdout


# How these tests do it


@pytest.fixture
def copy(tmp_path):
    """A folder with dev.py and two lock files, and nothing else."""
    shutil.copy(dev.ROOT / "dev.py", tmp_path)
    for lock in dev.LOCKS:
        (tmp_path / lock).write_text("some==1\n")
    return tmp_path


@pytest.fixture
def uv(tmp_path_factory, monkeypatch):
    """Call it with what a false uv should do; pip finds nothing."""
    folder = tmp_path_factory.mktemp("programs")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))

    def does(what):
        (folder / "uv").write_text(f"#!/bin/sh\n{what}\n")
        (folder / "uv").chmod(0o755)

    return does


@pytest.fixture
def site(tmp_path):
    """A copy of the whole project as it is cloned, with the packages that these tests run on."""
    folder = tmp_path / "collabs"
    shutil.copytree(dev.ROOT, folder, ignore=shutil.ignore_patterns(".*", "var", "__pycache__"))
    packages = install_nothing(folder)
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.fixture
def pytest_runs(monkeypatch):
    """Call it with the exit codes of pytest's runs; it returns the list of the commands to come."""

    def ends_with(codes):
        commands, codes = [], iter(codes)
        monkeypatch.setattr(dev, "call", lambda command, _: commands.append(command) or next(codes))
        return commands

    monkeypatch.setattr(dev, "install", lambda lock: None)
    monkeypatch.setattr(postgres, "find_programs", lambda: "somewhere")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("CI", "")
    return ends_with


def install_nothing(folder):
    """Make an empty .venv that counts as complete, and return the folder of its packages."""
    venv.create(folder / ".venv")
    (folder / ".venv" / "installed").write_text(dev.digest([folder / dev.LOCKS[0]]))
    return next((folder / ".venv" / "lib").glob("python*/site-packages"))


def install(folder, lock):
    """What dev.py says when it installs `lock`."""
    result = run(["-c", f"import dev; dev.install('{lock}')"], folder)
    return result.stdout + result.stderr


def run_dev(*arguments, folder=dev.ROOT, first="", **variables):
    """Run dev.py, in a Python that has done `first`."""
    code = f"import runpy, sys; {first}\nrunpy.run_path('dev.py', run_name='__main__')"
    return run(["-c", code, *arguments], folder, **variables)


def run(arguments, folder, **variables):
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def assert_one_sentence(result, beginning):
    assert result.returncode == 1
    assert beginning in result.stderr
    assert len(result.stderr.splitlines()) == 1


def serve(folder):
    """Run the site until it has shown its first page, end it with Ctrl-C, and return what it said."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen(
        [sys.executable, "dev.py", "run", f"--port={port}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for(process, port)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.status == 200
    finally:
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=30)
    assert process.returncode == 0, complained
    assert "Traceback" not in complained
    return said


def wait_for(process, port):
    """Return as soon as something listens on `port`, or the process has ended."""
    while process.poll() is None:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(0.05)
