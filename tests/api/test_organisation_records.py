# SPDX-License-Identifier: MIT
"""Organisations that no publisher's register has: organisations_create, organisations_update, organisations_verify,
organisations_merge; as organisations_get and organisations_list then show them."""

import secrets
import threading
import uuid

import pytest

from callers import soon
from conftest import run_accord

PATH = "/v1/organisations"


@pytest.fixture(scope="module")
def university(callers):
    return callers.find("ukprn:99900102")


@pytest.fixture(scope="module")
def editor(callers, university):
    return callers.role(university, "editor")


@pytest.fixture(scope="module")
def operator(callers):
    return callers.role(callers.organisation(None, state="verified"), "operator")


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def word():
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12)).capitalize()


def request(**changes):
    body = {"kind": "charity", "name": f"{word()} {word()}", "country": "GB",
            "identifiers": [{"scheme": "charityNumber", "value": str(secrets.randbelow(10**8) + 10**8)}], **changes}
    return {name: value for name, value in body.items() if value is not None}


def post(api, headers, path=PATH, body=None):
    return api.call("POST", path, headers={**headers, **key()}, body=body)


def make(api, headers, **changes):
    answer = post(api, headers, body=request(**changes))
    assert answer.status == 201, answer.body
    return answer.json()


def patch(api, headers, path, **changes):
    return api.call("PATCH", path, headers={"If-Match": "*", **headers}, body=changes)


@pytest.mark.parametrize("kind, scheme, value", [
    ("charity", "charityNumber", "SC012345"), ("employer", "companiesHouseNumber", "99912345"),
    ("healthService", "odsCode", "X9Z"), ("government", "ukprn", "99912345"),
])
def test_recorded_is_read_listed_and_found(api, editor, kind, scheme, value):
    made = make(api, editor, kind=kind, otherNames=["Known Otherwise"], town="Leeds", postcode="LS1 1AA",
                identifiers=[{"scheme": scheme, "value": value}])
    assert (made["kind"], made["verification"], made["otherNames"], made["town"], made["country"]) == (
        kind, "unverified", ["Known Otherwise"], "Leeds", "GB")
    assert made["identifiers"][0] == {"scheme": "accord", "value": made["id"]}
    assert made["identifiers"][1] == {"scheme": scheme, "value": value}
    assert made["resources"] == [] and made["location"] is None
    assert api.ok(made["self"]).json() == made
    soon(lambda: api.ok(PATH, **{scheme: value}).items() == [made])
    assert made in api.every(PATH, kind=kind)


def test_one_without_an_identifier_says_why(api, editor):
    body = request(kind="communityGroup", identifiers=None)
    answer = post(api, editor, body=body)
    answer.problem(422, "rule-broken")
    assert answer.json()["errors"][0]["pointer"] == "/identifiers"
    made = make(api, editor, kind="schoolAbroad", country="FR", identifiers=None, identifierAbsence="Not in England.")
    assert made["country"] == "FR" and [one["scheme"] for one in made["identifiers"]] == ["accord"]


@pytest.mark.parametrize("changes", [
    {"kind": "school"}, {"kind": None}, {"name": "A; B"}, {"name": " A"}, {"country": "England"},
    {"verification": "verified"},
    {"identifiers": [{"scheme": "urn", "value": "100008"}]}, {"identifiers": [{"scheme": "ukprn", "value": "1000"}]},
])
def test_what_an_organisation_cannot_be(api, editor, changes):
    post(api, editor, body=request(**changes)).problem(422, "invalid-body")


def test_an_identifier_is_had_once(api, editor):
    made = make(api, editor)
    answer = post(api, editor, body=request(identifiers=made["identifiers"][1:], distinctFrom=[made["id"]]))
    answer.problem(409, "likely-duplicate")
    assert [one["id"] for one in answer.json()["candidates"]] == [made["id"]]
    answer = post(api, editor, body=request(identifiers=[{"scheme": "ukprn", "value": "99900102"}]))
    assert answer.json()["candidates"][0]["kind"] == "university"


@pytest.mark.parametrize("like", [str, str.upper, lambda name: name[:5] + name[6:], lambda name: name + " Trust"])
def test_likely_duplicates_are_offered(api, editor, like):
    made = make(api, editor)
    body = request(name=like(made["name"]))
    answer = post(api, editor, body=body)
    answer.problem(409, "likely-duplicate")
    assert answer.json()["candidates"] == [{name: made[name] for name in ("id", "kind", "name", "self")}]
    assert post(api, editor, body={**body, "distinctFrom": [made["id"]]}).status == 201


def test_a_school_is_offered_to_whoever_records_it_as_something_else(api, editor):
    answer = post(api, editor, body=request(name="Argyle Primary School"))
    assert "Argyle Primary School" in [one["name"] for one in answer.json()["candidates"]]


def test_of_two_at_once_one_is_made(api, editor):
    body, answers = request(), []
    threads = [threading.Thread(target=lambda: answers.append(post(api, editor, body=body).status)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409]


def test_until_it_is_verified_those_who_recorded_it_change_it(api, callers, editor, operator, university):
    made = make(api, editor)
    boss, other = callers.role(university, "administrator"), callers.role(callers.find("uid:900001"), "administrator")
    patch(api, other, made["self"], town="Rome").problem(404, "not-found")
    patch(api, editor, made["self"], town="York").problem(403, "insufficient-scope")
    changed = patch(api, {**boss, "If-Match": api.ok(made["self"]).headers["ETag"]}, made["self"], town="York")
    assert changed.status == 200 and changed.json() == {**made, "town": "York"}
    assert api.ok(made["self"]).json() == changed.json()
    stale = {**boss, "If-Match": '"1.0"'}
    patch(api, stale, made["self"], town="Hull").problem(412, "precondition-failed")
    assert post(api, operator, made["self"] + "/verify").json()["verification"] == "verified"
    patch(api, boss, made["self"], town="Hull").problem(404, "not-found")
    own = callers.role(made["id"], "administrator")
    assert patch(api, own, made["self"], town="Hull").json()["verification"] == "unverified"


def test_a_change_looks_for_duplicates_too(api, callers, editor, university):
    first, second = make(api, editor), make(api, editor)
    boss = callers.role(university, "administrator")
    patch(api, boss, second["self"], name=first["name"]).problem(409, "likely-duplicate")
    patch(api, boss, second["self"], identifiers=[]).problem(422, "rule-broken")
    assert patch(api, boss, second["self"], name=first["name"], distinctFrom=[first["id"]]).status == 200


def test_only_an_operator_verifies_and_merges(api, callers, editor, operator, university):
    made = make(api, editor)
    boss = callers.role(university, "administrator")
    post(api, boss, made["self"] + "/verify").problem(403, "insufficient-scope")
    post(api, boss, made["self"] + "/merge", body={"into": university}).problem(403, "insufficient-scope")
    assert post(api, operator, made["self"] + "/verify").status == 200
    post(api, operator, made["self"] + "/verify").problem(409, "conflict")
    post(api, operator, f"{PATH}/{university}/verify").problem(404, "not-found")
    api.get("/v1/memberships", headers=operator).problem(403, "insufficient-scope")


def test_merged_is_read_under_both_ids(api, callers, editor, operator, university):
    first, second, third = (make(api, editor) for _ in range(3))
    member, client = callers.membership(first["id"]), callers.client(first["id"])
    merged = post(api, operator, first["self"] + "/merge", body={"into": second["id"]})
    assert merged.status == 200 and merged.json()["id"] == second["id"]
    assert merged.json()["otherNames"] == [first["name"]]
    found = {(one["scheme"], one["value"]) for one in merged.json()["identifiers"]}
    assert found == {(one["scheme"], one["value"]) for one in first["identifiers"] + second["identifiers"]}
    for path in (first["self"], second["self"]):
        assert api.ok(path).json() == merged.json()
    soon(lambda: api.ok(PATH, charityNumber=first["identifiers"][1]["value"]).items() == [merged.json()])
    listed = {item["id"] for item in api.every(PATH, kind="charity")}
    assert second["id"] in listed and first["id"] not in listed
    boss = callers.role(second["id"], "administrator")
    assert api.get(f"/v1/memberships/{member}", headers=boss).status == 200
    assert api.get(f"/v1/clients/{client}", headers=boss).status == 200
    again = post(api, operator, second["self"] + "/merge", body={"into": third["id"]})
    for path in (first["self"], second["self"], third["self"]):
        assert api.ok(path).json() == again.json()
    post(api, operator, first["self"] + "/merge", body={"into": third["id"]}).problem(409, "conflict")


def test_merged_into_a_school_it_is_that_school(api, editor, operator):
    made = make(api, editor)
    [school] = api.ok(PATH, urn=990014).items()
    merged = post(api, operator, made["self"] + "/merge", body={"into": school["id"]}).json()
    assert merged["id"] == school["id"] and merged["kind"] == "school" and merged["verification"] == "registered"
    assert api.ok(made["self"]).json() == api.ok(school["self"]).json() == merged
    soon(lambda: api.ok(PATH, urn=990014).items() == [merged])


def test_what_cannot_be_merged(api, editor, operator, university):
    made = make(api, editor)
    for into in (made["id"], str(uuid.uuid4())):
        answer = post(api, operator, made["self"] + "/merge", body={"into": into})
        answer.problem(422, "rule-broken")
        assert answer.json()["errors"][0]["pointer"] == "/into"
    post(api, operator, f"{PATH}/{university}/merge", body={"into": made["id"]}).problem(404, "not-found")


def test_the_jobs_of_a_merged_organisation_are_the_survivor_s(api, callers, editor, operator):
    first, second = make(api, editor), make(api, editor)
    _, job = callers.job(first["id"])
    assert post(api, operator, first["self"] + "/merge", body={"into": second["id"]}).status == 200
    rows = callers.sql("select j.organisation_id::text, i.organisation_id::text, p.organisation_id::text,"
                       " r.organisation_id::text from restricted.job j join restricted.import i on i.id = j.import_id"
                       " join restricted.import_part p on p.import_id = i.id"
                       " join restricted.job_rejection r on r.job_id = j.id where j.id = %s", job)
    assert rows == [(second["id"],) * 4]


def test_an_organisation_records_so_many_that_nobody_has_verified(api, callers):
    home = callers.organisation(None)
    headers = callers.person((home, "editor"))
    made = [callers.organisation(home) for _ in range(500)]
    answer = post(api, headers, body=request())
    answer.problem(409, "conflict")
    assert answer.json()["detail"] == "500 that the organisation recorded wait to be verified."
    callers.sql("update restricted.organisation set state = 'verified' where id = %s", made[0])
    assert post(api, headers, body=request()).status == 201
    callers.sql("delete from restricted.organisation where registered_by = %s", home)
    callers.sql("delete from published.organisation where id::text = any(%s)", made)
    callers.sql("delete from reference.organisation where id::text = any(%s)", made)
    callers.sql("select reference.refresh_search_words()")


def test_an_import_keeps_what_was_recorded(api, callers, editor):
    """What an import derives from the registers is what was derived when each was recorded."""
    make(api, editor)
    tables = ("reference.organisation", "reference.search_word")

    def contents():
        return [sorted(row[0] for row in callers.sql(f"select t::text from {table} as t")) for table in tables]

    before = contents()
    callers.sql("select reference.refresh_organisations()")
    callers.sql("select reference.refresh_search_words()")
    assert contents() == before


def add(database, *arguments):
    return run_accord("organisation", "add", *arguments, database=database.dsn("accord_admin"))


def test_whoever_runs_the_service_adds_one(api, database):
    name, number = f"{word()} {word()}", str(secrets.randbelow(10**8) + 10**8)
    asked = ("--kind", "charity", "--name", name, "--country", "GB", "--identifiers", f"charityNumber:{number}")
    done = add(database, *asked, "--verified")
    assert done.returncode == 0 and done.stdout.startswith("organisation="), done.stderr
    made = api.ok(f"{PATH}/{done.stdout.strip().split('=')[1]}").json()
    assert made["name"] == name and made["verification"] == "verified"
    again = add(database, *asked, "--distinct")
    assert again.returncode == 1 and made["id"] in again.stderr
    like = ("--kind", "charity", "--name", name, "--country", "GB", "--no-identifier", "Not registered")
    assert made["id"] in add(database, *like).stderr
    assert add(database, *like, "--distinct").returncode == 0


@pytest.mark.parametrize("arguments, code, words", [
    (("--kind", "club", "--name", "A", "--country", "GB", "--no-identifier", "B"), 1, "kinds charity"),
    (("--kind", "charity", "--name", "Q;", "--country", "GB", "--no-identifier", "B"), 1, "semicolons"),
    (("--kind", "charity", "--name", "Qq", "--country", "UK1", "--no-identifier", "B"), 1, "two capital letters"),
    (("--kind", "charity", "--name", "Qq", "--country", "GB", "--identifiers", "urn:100008"), 1, "may be one"),
    (("--kind", "charity", "--name", "Qq", "--country", "GB", "--identifiers", "urn:999999"), 1, "an identifier is"),
    (("--kind", "charity", "--name", "Qq", "--country", "GB"), 2, "usage"),
])
def test_what_is_not_added(database, arguments, code, words):
    done = add(database, *arguments)
    assert done.returncode == code and words in done.stderr
