# SPDX-License-Identifier: MIT
"""Who did what for an organisation: audit_events_list."""

import csv
import io
import json

import pytest

from conftest import OPERATIONS, Service, run_accord
from issuing import Provider
from product import Client

SECRET_KEY = "b4" * 32
CAMDEN, SCHOOL = "gss:E09000007", "urn:100008"
EVENTS = "/v1/audit-events"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    provider = Provider(tmp_path_factory.mktemp("provider"))
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def audited(database, bundle, contract, provider, tmp_path_factory):
    """A client of a service that knows the provider's people."""
    (provider.directory / "keys.json").write_bytes(provider.document())
    service = Service(database, bundle, tmp_path_factory.mktemp("audit"), secret_key=SECRET_KEY,
                      keys=tmp_path_factory.mktemp("keys"),
                      providers=provider.configuration(jwksUrl=None, certificates=None,
                                                       jwksFile=str(provider.directory / "keys.json")))
    yield Client(service.url, contract)
    assert service.stop() == 0, service.log_path.read_text()[-4000:]


@pytest.fixture(scope="module")
def grant(database, bundle, provider):
    """Gives a person a role; returns the headers of its requests, and the identifiers of person and organisation."""

    def make(subject, organisation, role):
        done = run_accord("user", "grant", provider.url, subject, "--organisation", organisation, "--role", role,
                          database=database.dsn("accord_admin"), secret_key=SECRET_KEY,
                          contract=bundle / "openapi.json", operations=OPERATIONS)
        assert done.returncode == 0, done.stderr
        made = dict(line.split("=", 1) for line in done.stdout.splitlines())
        headers = {"Authorization": f"Bearer {provider.token(sub=subject)}",
                   "Accord-Organisation": made["organisation"]}
        return headers, made["user"], made["organisation"]

    return make


@pytest.fixture(scope="module")
def head(grant):
    """An administrator of Camden."""
    return grant("head", CAMDEN, "administrator")


def read(audited, headers, **query):
    answer = audited.get(EVENTS, headers=headers, **query)
    assert answer.status == 200, answer.body
    return answer.json()["items"]


def test_reading_the_audit_is_in_it(audited, head):
    headers, person, _ = head
    read(audited, headers)
    last = read(audited, headers, order="-at", limit=1)[0]
    assert (last["operation"], last["outcome"], last["status"]) == ("audit_events_list", "read", 200)
    assert (last["actorKind"], last["actor"], last["subject"]) == ("person", person, None)


def test_the_replies_say_that_nobody_keeps_them(audited, head):
    assert audited.get(EVENTS, headers=head[0]).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", ["viewer", "editor", "signatory"])
def test_only_an_administrator_reads_it(audited, grant, head, role):
    headers, person, _ = grant(f"a-{role}", CAMDEN, role)
    audited.get(EVENTS, headers=headers).problem(403, "insufficient-scope")
    (refused,) = read(audited, head[0], actor=person)
    assert (refused["outcome"], refused["status"], refused["problem"]) == ("refused", 403, "insufficient-scope")
    assert person in {one["actor"] for one in read(audited, head[0], outcome="refused")}


def test_nobody_without_a_token_reads_it(audited):
    audited.get(EVENTS).problem(401, "unauthorised")


def test_each_organisation_reads_its_own(audited, grant, head):
    headers, person, _ = grant("teacher", SCHOOL, "administrator")
    read(audited, headers)
    assert {one["actor"] for one in read(audited, headers)} == {person}
    assert person not in {one["actor"] for one in read(audited, head[0], limit=500)}


def test_filters(audited, head):
    headers, person, _ = head
    read(audited, headers)
    every = read(audited, headers, limit=500)
    assert [one["id"] for one in every] == sorted(one["id"] for one in every)
    assert read(audited, headers, operation="schools_list") == []
    assert read(audited, headers, outcome="written") == []
    assert {one["actor"] for one in read(audited, headers, actor=person)} == {person}
    moment = every[1]["at"].replace("+00:00", "Z")
    assert read(audited, headers, to=moment, limit=500) == every[:1]
    assert read(audited, headers, **{"from": moment}, limit=1) == every[1:2]
    audited.get(EVENTS, headers=headers, **{"from": "yesterday"}).problem(400, "invalid-parameter")


@pytest.mark.parametrize("order", ["at", "-at"])
@pytest.mark.parametrize("limit", [1, 7, 500])
def test_pages_follow_one_another(audited, head, sql, order, limit):
    """Up to a moment, for each page that is read is an event more."""
    headers, _, organisation = head
    read(audited, headers)
    last = read(audited, headers, order="-at", limit=1)[0]
    window = {"to": last["at"].replace("+00:00", "Z"), "order": order}
    found, page = [], audited.get(EVENTS, headers=headers, limit=limit, **window).json()
    while page["next"]:
        found += page["items"]
        page = audited.get(page["next"], headers=headers).json()
    direction = "desc" if order == "-at" else "asc"
    expected = sql("select id::text from restricted.audit_event where organisation_id = %s and at < %s::timestamptz"
                   f" order by audit_event.id {direction}", organisation, last["at"])
    assert [(one["id"],) for one in found + page["items"]] == expected


def test_other_media_types(audited, head):
    headers = head[0]
    items = read(audited, headers, limit=2)
    text = audited.get(EVENTS, accept="text/csv", headers=headers, limit=2).text()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [one["id"] for one in items]
    assert list(rows[0]) == list(items[0])
    lines = audited.get(EVENTS, accept="application/x-ndjson", headers=headers, limit=2).text().splitlines()
    assert [json.loads(line) for line in lines] == items
