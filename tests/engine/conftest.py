# SPDX-License-Identifier: MIT
"""Fixtures of the engine's contract: its bundle, its database, the service, and a client that judges each reply."""

import itertools
import json
import os
import subprocess
import uuid

import pytest

from cluster import HERE, ROOT, Cluster, Database
from contract import Contract
from service import ORIGIN, UNLIMITED, Client, Service, free_port

CURSOR_KEY = "5e" * 32


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """The contract as the service reads it."""
    directory = tmp_path_factory.mktemp("bundle")
    subprocess.run(["/usr/bin/python3", ROOT / "openapi" / "bundle.py", HERE / "openapi" / "openapi.yaml", directory],
                   check=True, timeout=60)
    return directory / "openapi.json"


@pytest.fixture(scope="session")
def contract(bundle):
    return Contract(json.loads(bundle.read_text()))


@pytest.fixture(scope="session")
def administrator():
    """A superuser's connection string of a cluster that stays up throughout."""
    given = os.environ.get("TEST_DATABASE")
    if given:
        yield given
        return
    cluster = Cluster()
    yield cluster.dsn
    cluster.remove()


@pytest.fixture(scope="session")
def database(administrator):
    database = Database(administrator, f"accord_engine_{os.getpid()}")
    yield database
    database.drop()


@pytest.fixture(scope="session")
def start(bundle, tmp_path_factory):
    """Starts a service on a database with further settings; all are stopped at the end, with exit code 0."""
    services = []
    logs = tmp_path_factory.mktemp("logs")

    def start_service(on, **settings):
        settings = {"database": on.dsn(user="accord_api"), "contract": bundle, "cursor_key": CURSOR_KEY,
                    "cors_origins": f"{ORIGIN},https://other.example", **UNLIMITED, **settings}
        services.append(Service(logs, **settings))
        return services[-1]

    yield start_service
    ended = {service.log_path: service.stop() for service in services}
    assert not any(ended.values()), [path.read_text()[-4000:] for path, code in ended.items() if code]


@pytest.fixture(scope="session")
def service(start, database):
    """The service of most tests."""
    metrics_port = free_port()
    service = start(database, metrics_port=metrics_port, pool_size=8, connections=128)
    service.metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
    yield service
    assert service.process.poll() is None, service.log_path.read_text()[-4000:]


@pytest.fixture
def api(service, contract):
    return Client(service, contract)


@pytest.fixture
def make_api(contract):
    """Makes a client, for another thread or another service."""
    return lambda service: Client(service, contract)


@pytest.fixture(scope="session")
def connection(database):
    connection = database.connect()
    yield connection
    connection.close()


@pytest.fixture
def sql(connection):
    """Runs a statement as the database's superuser and returns its rows."""

    def run(statement, *values):
        cursor = connection.cursor()
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def plant(sql, new_code):
    """Puts a row of engine.widget there behind the service's back, and returns its identifier."""

    def put(**columns):
        row = {"id": str(uuid.uuid4()), "code": new_code(), "name": "", **columns}
        places = ", ".join(["%s"] * len(row))
        sql(f"insert into engine.widget ({', '.join(row)}) values ({places})", *row.values())
        return row["id"]

    return put


CODES = (f"{a}{b}-{number:04}" for number in range(1, 10000) for a in "ABCDE" for b in "ABCDE")
BATCHES = (f"batch-{number}" for number in itertools.count(1))


@pytest.fixture
def new_code():
    """A widget code that nobody used."""
    return lambda: next(CODES)


@pytest.fixture
def batch(sql):
    """A batch of this test's own, emptied afterwards."""
    name = next(BATCHES)
    yield name
    sql("delete from engine.part using engine.widget where widget_id = widget.id and batch = %s", name)
    sql("delete from engine.widget where batch = %s", name)


@pytest.fixture
def widget(api, batch, new_code):
    """Makes a widget of this test's batch and returns the reply."""

    def make(**members):
        body = {"code": new_code(), "name": "widget", "batch": batch, **members}
        return api.post("/v1/widgets", json=body).expect(201)

    return make
