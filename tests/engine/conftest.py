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
from tokens import ANVIL, SECRET_KEY, Access, Issuer, Key, own_key
from wire import exchange, request

CURSOR_KEY = "5e" * 32
PROVIDER = "https://login.example"


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
def provider():
    """An OpenID provider that every service trusts."""
    return Issuer(PROVIDER, Key("RS256"), aud="accord", scope="openid")


@pytest.fixture(scope="session")
def trust(provider, tmp_path_factory):
    """The settings by which a service knows the provider."""
    folder = tmp_path_factory.mktemp("provider")
    (folder / "jwks.json").write_text(json.dumps({"keys": [provider.key.public()]}))
    (folder / "providers.json").write_text(json.dumps({"providers": [
        {"issuer": PROVIDER, "audience": "accord", "jwksFile": str(folder / "jwks.json")}]}))
    return {"providers": folder / "providers.json"}


@pytest.fixture(scope="session")
def start(bundle, trust, tmp_path_factory):
    """Starts a service on a database with further settings; all are stopped at the end, with exit code 0."""
    services = []
    logs = tmp_path_factory.mktemp("logs")
    keys = tmp_path_factory.mktemp("keys")

    def start_service(on, **settings):
        settings = {"database": on.dsn(user="accord_api"), "contract": bundle, "cursor_key": CURSOR_KEY,
                    "cors_origins": f"{ORIGIN},https://other.example", "secret_key": SECRET_KEY, "keys": keys,
                    **trust, **UNLIMITED, **settings}
        services.append(Service(logs, **settings))
        services[-1].issuer = Issuer(services[-1].public, own_key(keys))
        return services[-1]

    yield start_service
    ended = {service.log_path: service.stop() for service in services}
    assert not any(ended.values()), [path.read_text()[-4000:] for path, code in ended.items() if code]


@pytest.fixture
def small(start, database):
    """Starts services of one test, which ends them; they end well."""
    services = []

    def make(**settings):
        services.append(start(database, **settings))
        return services[-1]

    yield make
    for service in services:
        assert service.stop() == 0


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
def fetch(service):
    """Sends a request with headers of these names, "_" being "-", and returns the reply as it came."""

    def call(path, method="GET", **headers):
        sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return exchange(service.port, request(method, path, sent), head=method == "HEAD")

    return call


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


@pytest.fixture
def access(sql):
    return Access(sql)


@pytest.fixture
def token_for(service, access):
    """A token of the service's own for a new client of these scopes."""

    def make(scopes="", organisation=ANVIL, **client):
        made, _ = access.client(scopes, organisation, **client)
        return service.issuer.token(sub=made, client_id=made, org=organisation, scope=scopes or None)

    return make


@pytest.fixture
def person_token(provider, access):
    """A token of the provider's for a new person of these roles."""

    def make(**roles):
        subject, _ = access.person(PROVIDER, **roles)
        return provider.token(sub=subject)

    return make
