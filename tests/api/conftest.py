# SPDX-License-Identifier: MIT
"""Fixtures of the product's tests: a database with the sample, the service on it, and a client that judges each reply.

TEST_DATABASE is a superuser's connection string of a running PostgreSQL, TEST_ACCORD the program.
"""

import json
import os
import pathlib
import signal
import subprocess

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from callers import SECRET_KEY, Callers
from contract import Contract
from product import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCORD = pathlib.Path(os.environ.get("TEST_ACCORD", ROOT / "build" / "accord")).resolve()
OPERATIONS = ROOT / "db" / "operations"
CURSOR_KEY = "a7" * 32
NO_LIMIT = "60000000,60000000,60000000"  # works, and is never reached


def clean_environment(**settings):
    """This process' environment without its own ACCORD_ settings, and these instead: of development, for in production
    nobody may look into a process, a leak checker neither."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    settings = {"mode": "development", **settings}
    return {**clean, **{f"ACCORD_{name.upper()}": str(value) for name, value in settings.items()}}


def run_accord(*arguments, **settings):
    """Runs the program to its end and returns what it did."""
    return subprocess.run([ACCORD, *map(str, arguments)], env=clean_environment(**settings), text=True, timeout=120,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """The folder of the contract as the service reads it."""
    directory = tmp_path_factory.mktemp("bundle")
    subprocess.run(["/usr/bin/python3", ROOT / "openapi" / "bundle.py", "--also-3.0",
                    ROOT / "openapi" / "openapi.yaml", directory],
                   check=True, timeout=60)
    return directory


@pytest.fixture(scope="session")
def contract(bundle):
    return Contract(json.loads((bundle / "openapi.json").read_text()))


class Database:
    """A database of this run's own: migrated, and filled with the sample by the program itself."""

    def __init__(self, administrator):
        self.administrator = administrator
        self.name = f"accord_api_{os.getpid()}"
        self.drop()
        self.as_administrator(f'create database "{self.name}" template template0 encoding UTF8 locale \'C.UTF-8\'')
        self.deploy()
        self.load_sample()
        self.add_rows()

    def as_administrator(self, statement):
        connection = psycopg2.connect(self.administrator)
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def deploy(self):
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        given = {names[key]: value for key, value in parse_dsn(self.administrator).items() if key in names}
        subprocess.run(["sqitch", "--quiet", "--chdir", ROOT / "db", "deploy", f"db:pg:{self.name}"],
                       check=True, env={**clean_environment(), **given}, timeout=120)

    def load_sample(self):
        sample = ROOT / "db" / "sample"
        for line in (sample / "manifest").read_text().splitlines():
            if line and not line.startswith("#"):
                kind, *files = line.split()
                done = run_accord("import", kind, *(sample / name for name in files), operations=OPERATIONS,
                                  database=self.dsn("accord_worker"))
                assert done.returncode == 0, done.stderr
        self.run_file(sample / "demonstration.sql", "accord_api")

    def add_rows(self):
        """What the sample lacks; before the service starts, which may remember what it has read."""
        self.run_file(ROOT / "tests" / "api" / "rows.sql", "postgres")

    def run_file(self, path, user):
        connection = psycopg2.connect(self.dsn(user))
        connection.autocommit = True
        try:
            connection.cursor().execute(path.read_text())
        finally:
            connection.close()

    def dsn(self, user="postgres"):
        return make_dsn(self.administrator, dbname=self.name, user=user)

    def drop(self):
        self.as_administrator(f'drop database if exists "{self.name}" with (force)')


@pytest.fixture(scope="session")
def database():
    database = Database(os.environ["TEST_DATABASE"])
    yield database
    database.drop()


@pytest.fixture(scope="session")
def connection(database):
    connection = psycopg2.connect(database.dsn())
    connection.autocommit = True
    yield connection
    connection.close()


def raise_generation(cursor):
    """What an import does last: nobody keeps replies from before it."""
    cursor.execute("update reference.generation set number = number + 1")
    cursor.execute("select pg_notify('accord_generation', '')")
    while True:
        cursor.execute("""
            select 1 from pg_locks, reference.generation
            where locktype = 'advisory' and objsubid = 2 and objid <> number
            and database = (select oid from pg_database where datname = current_database())""")
        if not cursor.fetchall():
            return


@pytest.fixture(scope="session")
def sql(connection):
    """Runs a statement as superuser and returns its rows; a change is heard of as an import's is."""

    def run(statement, *values):
        cursor = connection.cursor()
        cursor.execute(statement, values)
        rows = cursor.fetchall() if cursor.description else []
        if not statement.lstrip().startswith("select"):
            raise_generation(cursor)
        return rows

    return run


class Service:
    """accord serve; ready when made."""

    def __init__(self, database, bundle, directory, **further):
        self.log_path = directory / "service.log"
        settings = {"database": database.dsn("accord_api"), "contract": bundle / "openapi.json", "port": 0,
                    "operations": OPERATIONS, "docs": ACCORD.parent / "docs", "metrics_port": 0,
                    "cursor_key": CURSOR_KEY, "rates": NO_LIMIT, "rates_anonymous": NO_LIMIT, **further}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([ACCORD, "serve"], env=clean_environment(**settings), text=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        ready = self.process.stdout.readline()
        assert ready.startswith("accord: serving on "), self.log_path.read_text()
        self.url = ready.split()[-1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@pytest.fixture(scope="session")
def callers(database, tmp_path_factory):
    callers = Callers(tmp_path_factory.mktemp("callers"), database.dsn())
    yield callers
    callers.close()


@pytest.fixture
def close(callers):
    """Closes organisations that no register has, as a register would, for the length of a test."""
    closed = []

    def close(organisation):
        closed.append(organisation)
        callers.sql("update reference.organisation set status = 'Closed' where id = %s", organisation)

    yield close
    callers.sql("update reference.organisation set status = null where id = any (%s::uuid[])", closed)


@pytest.fixture(scope="session")
def service(database, bundle, callers, tmp_path_factory):
    service = Service(database, bundle, tmp_path_factory.mktemp("service"), providers=callers.providers,
                      secret_key=SECRET_KEY)
    yield service
    assert service.stop() == 0, service.log_path.read_text()[-4000:]


@pytest.fixture(scope="session")
def api(service, contract):
    return Client(service.url, contract)
