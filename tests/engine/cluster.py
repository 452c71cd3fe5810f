# SPDX-License-Identifier: MIT
"""A private PostgreSQL for tests that stop it, and the databases in which the engine's contract lives."""

import getpass
import glob
import os
import pathlib
import shutil
import subprocess
import tempfile

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
ROLES = ("postgres", "accord_owner", "accord_api", "accord_worker", "accord_admin")


class Cluster:
    """An instance below /tmp that only this machine's owner of it, and root, can reach."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="accord-engine-", dir="/tmp"))
        self.data = self.directory / "data"
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        if os.geteuid() == 0:
            shutil.chown(self.directory, self.user)
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync")
        users = {self.user, getpass.getuser(), "root"}
        (self.data / "pg_hba.conf").write_text("local all all peer map=tests\n")
        (self.data / "pg_ident.conf").write_text(
            "".join(f"tests {user} {role}\n" for user in sorted(users) for role in ROLES))
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(f"listen_addresses = ''\nunix_socket_directories = '{self.directory}'\n"
                           "fsync = off\nmax_connections = 40\n")
        self.start()

    def run(self, program, *arguments):
        command = [os.path.join(self.programs, program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60)

    def start(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-s", "-l", self.directory / "log", "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-s", "-m", "fast", "stop")

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", self.data, "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.directory)

    @property
    def dsn(self):
        return make_dsn(host=str(self.directory), user="postgres", dbname="postgres")


class Database:
    """A database of a cluster with the migrations of the service and the tables of the engine's contract."""

    def __init__(self, administrator, name):
        self.administrator = administrator
        self.name = name
        self.drop()
        with_administrator(administrator, f'create database "{name}" template template0 encoding UTF8 '
                           "locale 'C.UTF-8'")
        self.deploy()
        self.psql("-f", HERE / "schema.sql")

    def environment(self):
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        settings = parse_dsn(self.administrator)
        given = {names[key]: value for key, value in settings.items() if key in names}
        return {**os.environ, **given, "PGDATABASE": self.name}

    def psql(self, *arguments):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *map(str, arguments)],
                       check=True, stdout=subprocess.DEVNULL, env=self.environment(), timeout=60)

    def deploy(self):
        subprocess.run(["sqitch", "--quiet", "--chdir", ROOT / "db", "deploy", f"db:pg:{self.name}"],
                       check=True, env=self.environment(), timeout=120)

    def dsn(self, **changes):
        return make_dsn(self.administrator, dbname=self.name, **changes)

    def connect(self):
        connection = psycopg2.connect(self.dsn())
        connection.autocommit = True
        return connection

    def drop(self):
        with_administrator(self.administrator, f'drop database if exists "{self.name}" with (force)')


def with_administrator(dsn, statement):
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
