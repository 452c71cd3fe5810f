# SPDX-License-Identifier: MIT
"""Files sent in parts: imports_create, imports_get, imports_parts_put, imports_start, imports_delete."""

import hashlib
import os
import uuid

import pytest

from working import PART, REGIONS, Caller, Office, read

LONG = os.urandom(2 * PART + 100)


@pytest.fixture(scope="module")
def office(bundle, tmp_path_factory):
    office = Office(os.environ["TEST_DATABASE"], bundle, tmp_path_factory.mktemp("office"))
    yield office
    office.close()


@pytest.fixture(autouse=True)
def nothing_before(office):
    office.empty()


@pytest.fixture
def caller(office, contract):
    return Caller(office, contract, "operations")


@pytest.fixture
def other(office, contract):
    return lambda name: Caller(office, contract, name)


def test_an_import_is_announced(caller):
    made = caller.announce(LONG, kind="gias", name="edubasealldata20250422.csv.gz")
    assert made.status == 201, made.body
    told = made.json()
    assert made.headers["Location"] == "http://accord.test" + told["self"]
    assert [told[name] for name in ("state", "partSize", "partCount", "parts", "job")] == ["open", PART, 3, [], None]
    assert told["counts"] is None and told["rejectedRows"] is None
    assert caller.ok(told["self"]).json() == told


def test_a_repeated_announcement_is_one_import(caller):
    body = {"kind": "areas", "name": "a.csv", "size": 1, "sha256": "0" * 64}
    first, again = (caller.post("/v1/imports", body, key="once") for _ in range(2))
    assert (first.status, again.status) == (201, 201) and first.body == again.body
    caller.post("/v1/imports", {**body, "size": 2}, key="once").problem(422, "key-reused")


@pytest.mark.parametrize("changes", [
    {"kind": "nothing"}, {"kind": None}, {"name": "../secret"}, {"name": ".hidden"}, {"name": ""}, {"name": "a" * 201},
    {"name": "a\nb"}, {"size": 0}, {"size": 64 * PART + 1}, {"size": 1.5}, {"sha256": "AB" * 32}, {"sha256": "ab" * 31},
    {"more": 1},
])
def test_what_no_import_may_be_is_422(caller, changes):
    caller.announce(b"x", **changes).problem(422, "invalid-body")


def test_parts_arrive_in_any_order_and_are_told(caller):
    made = caller.announce(LONG).json()
    for number, parts in ((3, [3]), (1, [1, 3]), (1, [1, 3]), (2, [1, 2, 3])):
        content = LONG[(number - 1) * PART:number * PART]
        assert caller.put_part(made["self"], number, content).status == 204
        assert caller.ok(made["self"]).json()["parts"] == parts
    assert caller.post(made["self"] + "/start").status == 202


def test_the_same_part_again_changes_nothing_and_another_replaces_it(caller):
    made = caller.announce(b"right")
    address, tag = made.json()["self"], made.headers["ETag"].split(".")[0]
    versions = []
    for content in (b"wrong", b"wrong", b"right"):
        assert caller.put_part(address, 1, content).status == 204
        versions.append(caller.ok(address).headers["ETag"].split(".")[0])
    assert versions[0] == versions[1] and len({tag, *versions}) == 3
    assert caller.post(address + "/start").status == 202


@pytest.mark.parametrize("number, content", [
    (1, b"x"), (1, bytes(PART - 1)), (3, bytes(99)), (3, bytes(101)), (3, bytes(PART)),
])
def test_a_part_of_another_length_is_422(caller, number, content):
    caller.put_part(caller.announce(LONG).json()["self"], number, content).problem(422, "rule-broken")


def test_a_part_beyond_the_last_is_404(caller):
    address = caller.announce(LONG).json()["self"]
    for number in (4, 64):
        caller.put_part(address, number, b"x").problem(404, "not-found")
    for number in ("0", "65", "-1", "one"):
        assert caller.put_part(address, number, b"x").status == 404


def test_a_part_that_is_too_large_is_413(caller):
    caller.put_part(caller.announce(LONG).json()["self"], 1, bytes(PART + 1)).problem(413, "body-too-large")


def test_a_part_is_bytes(caller):
    address = caller.announce(b"[1]").json()["self"]
    caller.put_part(address, 1, b"[1]", "application/json").problem(415, "unsupported-media-type")
    caller.put_part(address, 1, b"").problem(400, "malformed-request")


def test_what_has_not_arrived_is_not_started(caller):
    address = caller.announce(LONG).json()["self"]
    caller.put_part(address, 2, LONG[PART:2 * PART])
    answer = caller.post(address + "/start")
    answer.problem(422, "rule-broken")
    assert answer.json()["detail"] == f"{PART} of {len(LONG)} bytes have arrived."


def test_what_has_another_hash_is_not_started(caller):
    content = b"almost right"
    address = caller.send(content, sha256=hashlib.sha256(b"right").hexdigest())
    answer = caller.post(address + "/start")
    answer.problem(422, "rule-broken")
    assert hashlib.sha256(content).hexdigest() in answer.json()["detail"]
    assert caller.ok(address).json()["state"] == "open"


def test_what_was_started_takes_no_more(caller):
    address = caller.send(read(REGIONS))
    job = caller.start(address)
    assert caller.ok(address).json()["job"] == job
    caller.put_part(address, 1, read(REGIONS)).problem(409, "conflict")
    caller.post(address + "/start").problem(409, "conflict")
    caller.delete(address).problem(409, "conflict")


def test_a_repeated_start_is_one_job(caller):
    address = caller.send(read(REGIONS))
    first, again = (caller.post(address + "/start", key="once") for _ in range(2))
    assert (first.status, again.status) == (202, 202) and first.body == again.body
    assert first.headers["Location"] == "http://accord.test" + first.json()["self"]
    assert len(caller.every("/v1/jobs", kind="import")) == 1


def test_an_import_is_deleted(caller):
    made = caller.announce(LONG)
    address = made.json()["self"]
    caller.put_part(address, 3, LONG[2 * PART:])
    caller.delete(address, made.headers["ETag"]).problem(412, "precondition-failed")
    caller.call("DELETE", address).problem(428, "precondition-required")
    assert caller.delete(address, caller.ok(address).headers["ETag"]).status == 204
    caller.get(address).problem(404, "not-found")


def test_open_imports_are_few(caller, office):
    made = [caller.announce(b"x") for _ in range(10)]
    assert {answer.status for answer in made} == {201}
    caller.announce(b"x").problem(409, "conflict")
    assert caller.delete(made[0].json()["self"]).status == 204
    assert caller.announce(b"x").status == 201
    assert office.database.value("select count(*) from restricted.import") == 10


def test_waiting_jobs_are_few(caller):
    for _ in range(20):
        caller.submit(b"x")
    caller.post(caller.send(b"x") + "/start").problem(409, "conflict")


def test_an_unknown_import_is_404(caller):
    for address in (f"/v1/imports/{uuid.uuid4()}", "/v1/imports/none"):
        caller.get(address).problem(404, "not-found")
        caller.put_part(address, 1, b"x").problem(404, "not-found")
        caller.post(address + "/start").problem(404, "not-found")
        caller.delete(address).problem(404, "not-found")


@pytest.mark.parametrize("name", ["stranger", "overseer", "reader", None])
def test_imports_are_their_organisations(caller, other, name):
    address = caller.send(b"x")
    status, slug = {"stranger": (404, "not-found"), None: (401, "unauthorised")}.get(name, (403, "insufficient-scope"))
    asks = other(name)
    asks.get(address).problem(status, slug)
    asks.put_part(address, 1, b"y").problem(status, slug)
    asks.post(address + "/start").problem(status, slug)
    asks.delete(address).problem(status, slug)
    if name != "stranger":
        asks.announce(b"x").problem(status, slug)
    assert caller.ok(address).json()["state"] == "open"
