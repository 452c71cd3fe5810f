# SPDX-License-Identifier: MIT
"""The front door: a private PostgreSQL wherever the clone lies, one clear line where there is no way on, and nothing
left running whoever ends it."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ODD = "it's a \"door\"/" + "d" * 200 + "/" + "e" * 200
LOOP = 'exec 2>/dev/null; trap "echo told; exit 7" INT TERM HUP; echo "$CLUSTER_FOLDER"; while :; do sleep 0.05; done'


def hear_of_signals():
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Clone:
    """What a clone needs to start its database, in a folder of a name that nobody hopes for."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / ODD
        self.path.mkdir(parents=True)
        for name in (".ci", "db"):
            shutil.copytree(ROOT / name, self.path / name)
        shutil.copy(ROOT / "Makefile", self.path)

    def start(self, *command, **environment):
        """A program in the clone, in a session of its own; without the settings of whoever runs the tests, and as from
        a terminal: what runs in the background does not hear of every signal."""
        clean = {name: value for name, value in os.environ.items() if name not in ("HOME", "MAKEFLAGS", "MAKELEVEL")}
        return subprocess.Popen(command, cwd=self.path, env={**clean, **environment}, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                start_new_session=True, preexec_fn=hear_of_signals)

    def cluster(self, *command, options=("--empty",), before=()):
        return self.start(*before, "db/cluster.sh", "door", *options, "--", *command)

    def ask(self, statement):
        """What psql answers beside the clone's server."""
        done = self.cluster("sh", "-c", 'psql -X -At -h "$CLUSTER_SOCKET" -U postgres -d postgres -c "$1"', "sh",
                            statement)
        output, errors = done.communicate(timeout=60)
        assert done.returncode == 0, errors
        return output.strip()

    def loop(self, before=()):
        """A command beside the server that ends when it is told to, and the folder of the instance."""
        running = self.cluster("bash", "-c", LOOP, before=before)
        return running, running.stdout.readline().strip()


@pytest.fixture(scope="module")
def clone():
    with tempfile.TemporaryDirectory(prefix="accord-door-") as folder:
        os.chmod(folder, 0o755)
        clone = Clone(folder)
        yield clone
        assert clone.start("db/cluster.sh", "--remove").wait(60) == 0


def processes(folder):
    """Those that name the instance's folder, or work in it: the server, and its command by its environment."""
    found = set()
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            facts = (path / "cmdline").read_bytes() + (path / "environ").read_bytes() + os.fsencode(
                os.readlink(path / "cwd"))
        except OSError:
            continue
        if os.fsencode(folder) in facts and (path / "stat").read_text().rsplit(") ", 1)[1][0] != "Z":
            found.add(int(path.name))
    return found


def nothing_is_left(folder, seconds=10):
    deadline = time.monotonic() + seconds
    while processes(folder):
        assert time.monotonic() < deadline, subprocess.run(["ps", "-fp", ",".join(map(str, processes(folder)))],
                                                           stdout=subprocess.PIPE, text=True, check=False).stdout
        time.sleep(0.05)


def server(folder):
    return int(pathlib.Path(folder, "data", "postmaster.pid").read_text().split()[0])


def test_instance_is_near_wherever_the_clone_lies(clone):
    done = clone.cluster("sh", "-c", 'printf "%s\\n" "$CLUSTER_SOCKET" "$CLUSTER_FOLDER"')
    near, folder = done.communicate(timeout=60)[0].splitlines()
    assert done.returncode == 0
    assert len(str(clone.path)) > 400 and len(near + "/.s.PGSQL.5432") < 100
    nothing_is_left(folder)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signal_reaches_the_command_once_and_ends_all(clone, name):
    running, folder = clone.loop()
    running.send_signal(getattr(signal, name))
    assert running.communicate(timeout=30)[0] == "told\n"
    assert running.returncode == 7
    nothing_is_left(folder)


def test_signal_of_a_terminal_reaches_the_command_once(clone):
    running, folder = clone.loop()
    os.killpg(running.pid, signal.SIGINT)
    assert running.communicate(timeout=30)[0] == "told\n"
    nothing_is_left(folder)


def test_instance_in_use_says_so(clone):
    running, folder = clone.loop()
    second = clone.cluster("true")
    assert second.communicate(timeout=30) == (
        "", 'accord: the instance "door" of this clone is in use: stop that run first\n')
    assert second.returncode == 1
    running.terminate()
    running.communicate(timeout=30)
    nothing_is_left(folder)


def test_make_that_is_killed_takes_everything_along(clone):
    serve = clone.path / "db" / "serve.sh"
    kept = serve.read_text()
    serve.write_text(f"#!/bin/sh\nexec db/cluster.sh door --empty -- bash -c '{LOOP}'\n")
    try:
        running = clone.start("make", "run")
        folder = running.stdout.readline().strip()
        running.kill()
        running.communicate(timeout=30)
    finally:
        serve.write_text(kept)
    nothing_is_left(folder)


def test_run_that_is_killed_takes_its_server_along_and_the_next_recovers(clone):
    clone.ask("drop table if exists kept")
    clone.ask("create table kept as select 42 as answer")
    running, folder = clone.loop()
    os.kill(server(folder), signal.SIGSTOP)  # it cannot even say farewell
    running.kill()
    running.communicate(timeout=30)
    os.kill(server(folder), signal.SIGKILL)
    assert clone.ask("select answer from kept") == "42"
    nothing_is_left(folder)


def test_server_that_dies_ends_the_run_in_one_line(clone):
    running, folder = clone.loop()
    os.kill(server(folder), signal.SIGKILL)
    output, errors = running.communicate(timeout=30)
    assert (output, running.returncode) == ("told\n", 1)
    assert re.fullmatch(r"accord: PostgreSQL has ended: .*\n", errors), errors
    nothing_is_left(folder)
    assert clone.ask("select 1") == "1"


def test_database_that_cannot_be_made_is_one_line(clone):
    done = clone.start("bash", "-c", "ulimit -f 64; exec db/cluster.sh small --empty -- true")
    output, errors = done.communicate(timeout=60)
    assert (output, done.returncode) == ("", 1)
    assert re.fullmatch(r"accord: cannot make a database: .+ \(/var/tmp/accord-\S+\)\n", errors), errors


def test_port_that_is_taken_is_told_before_anything_is_done(clone):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = clone.start("make", "--silent", "run", ACCORD_PORT=str(port))
        output, errors = done.communicate(timeout=30)
    assert (output, done.returncode) == ("", 2)
    assert errors.splitlines()[0] == (
        f"accord: port {port} is taken: choose another, as in ACCORD_PORT={port + 1} make run")
    assert not (clone.path / "build").exists()


def test_package_that_cannot_be_installed_is_one_line(clone):
    packages = clone.path / ".ci" / "packages"
    kept = packages.read_text()
    packages.write_text("run no-such-package-anywhere\n")
    powerless = ["setpriv", "--no-new-privs"]
    if os.getuid() == 0:
        powerless += ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    try:
        done = clone.start(*powerless, ".ci/install", "run")
        output, errors = done.communicate(timeout=30)
    finally:
        packages.write_text(kept)
    assert (output, done.returncode) == ("", 1)
    assert re.fullmatch(r"accord: missing packages, and (no sudo|sudo refuses): as root, apt-get install "
                        r"no-such-package-anywhere\n", errors), errors
