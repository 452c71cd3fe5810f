# SPDX-License-Identifier: MIT
"""Programs that may call for an organisation: clients_list, clients_get, clients_create, clients_update,
clients_disable, clients_secrets_list, clients_secrets_create, clients_secrets_delete."""

import uuid

import pytest
import requests

from callers import basic, slug, soon

PATH = "/v1/clients"
SCOPES = ["memberships:administer", "organisations:write"]


@pytest.fixture
def home(callers):
    organisation = callers.organisation(None)
    return organisation, callers.person((organisation, "administrator"))


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def make(api, headers, **changes):
    answer = api.call("POST", PATH, headers={**headers, **key()},
                      body={"name": "Front end", "scopes": SCOPES, **changes})
    assert answer.status == 201, answer.body
    return answer.json()


def token(api, client, secret):
    """What the token endpoint says: a status and a token."""
    answer = requests.post(api.url + "/oauth/token", data={"grant_type": "client_credentials"},
                           headers=basic(client, secret), timeout=10)
    return answer.status_code, answer.json().get("access_token")


def test_a_client_is_made_given_a_secret_and_calls(api, home):
    organisation, boss = home
    made = make(api, boss, addresses=["127.0.0.0/8"])
    assert (made["state"], made["secrets"], made["keys"], made["scopes"]) == ("good", 0, False, SCOPES)
    answer = api.call("POST", made["self"] + "/secrets", headers={**boss, **key()})
    assert answer.status == 201 and answer.headers["Cache-Control"] == "no-store"
    secret = answer.json()["secret"]
    status, good = token(api, made["id"], secret)
    assert status == 200
    caller = {"Authorization": f"Bearer {good}"}
    assert api.get("/v1/memberships", headers=caller).status == 200
    api.get(PATH, headers=caller).problem(403, "insufficient-scope")
    shown = api.get(made["self"], headers=boss).json()
    assert shown["secrets"] == 1 and secret not in str(shown)
    assert shown["organisation"]["id"] == organisation


def test_a_secret_is_shown_once(api, service, callers, home):
    _, boss = home
    made = make(api, boss)
    sent = {**boss, **key()}
    secret = api.call("POST", made["self"] + "/secrets", headers=sent).json()["secret"]
    api.call("POST", made["self"] + "/secrets", headers=sent).problem(409, "secret-already-shown")
    assert api.get(made["self"], headers=boss).json()["secrets"] == 1
    kept = callers.sql("select concat(i.*) from accord.idempotency as i union all"
                       " select concat(s.*) from restricted.client_secret as s")
    assert not [row for row in kept if secret in row[0]]
    assert secret not in service.log_path.read_text()


def test_two_secrets_live_at_a_time_and_either_can_go(api, home):
    _, boss = home
    path = make(api, boss)["self"]
    first, second = (api.call("POST", path + "/secrets", headers={**boss, **key()}).json() for _ in range(2))
    api.call("POST", path + "/secrets", headers={**boss, **key()}).problem(409, "conflict")
    listed = api.get(path + "/secrets", headers=boss).items()
    assert listed == [{name: one[name] for name in ("id", "createdAt", "self")} for one in (first, second)]
    version = api.get(path, headers=boss).headers["ETag"]
    sent = {**boss, "If-Match": version}
    assert api.call("DELETE", first["self"], headers=sent).status == 204
    api.call("DELETE", second["self"], headers=sent).problem(412, "precondition-failed")
    api.call("DELETE", first["self"], headers={**boss, "If-Match": "*"}).problem(404, "not-found")
    client = path.rsplit("/", 1)[1]
    assert token(api, client, first["secret"])[0] == 401 and token(api, client, second["secret"])[0] == 200
    assert api.call("POST", path + "/secrets", headers={**boss, **key()}).status == 201


def test_a_client_is_changed_and_its_tokens_follow(api, home):
    _, boss = home
    made = make(api, boss)
    secret = api.call("POST", made["self"] + "/secrets", headers={**boss, **key()}).json()["secret"]
    caller = {"Authorization": "Bearer " + token(api, made["id"], secret)[1]}
    assert api.get("/v1/memberships", headers=caller).status == 200
    sent = {**boss, "If-Match": api.get(made["self"], headers=boss).headers["ETag"]}
    changed = api.call("PATCH", made["self"], headers=sent, body={"scopes": [], "expiresAt": "2099-01-01T00:00:00Z"})
    assert changed.status == 200 and changed.json()["scopes"] == [] and changed.json()["name"] == "Front end"
    soon(lambda: slug(api.get("/v1/memberships", headers=caller)) == "insufficient-scope")
    api.call("PATCH", made["self"], headers=sent, body={"name": "Late"}).problem(412, "precondition-failed")


@pytest.mark.parametrize("changes, status, slug", [
    ({"scopes": ["organisations:operate"]}, 403, "forbidden"), ({"scopes": ["nothing:read"]}, 403, "forbidden"),
    ({"expiresAt": "2001-01-01T00:00:00Z"}, 422, "rule-broken"), ({"addresses": ["300.0.0.0/8"]}, 422, "rule-broken"),
    ({"addresses": ["everywhere"]}, 422, "invalid-body"), ({"name": " "}, 422, "invalid-body"),
    ({"scopes": None}, 422, "invalid-body"), ({"id": "mine"}, 422, "invalid-body"),
])
def test_what_a_client_cannot_be(api, home, changes, status, slug):
    _, boss = home
    body = {"name": "Front end", "scopes": SCOPES, **changes}
    api.call("POST", PATH, headers={**boss, **key()}, body=body).problem(status, slug)


def test_a_client_gives_no_more_than_it_has(api, callers, home):
    organisation, _ = home
    deputy = callers.person((organisation, "viewer"), scopes=["clients:administer"])
    assert make(api, deputy, scopes=["clients:administer"])["scopes"] == ["clients:administer"]
    body = {"name": "More", "scopes": ["clients:administer", "organisations:write"]}
    api.call("POST", PATH, headers={**deputy, **key()}, body=body).problem(403, "forbidden")
    wide = callers.client(organisation, scopes=SCOPES)
    sent = {**deputy, "If-Match": "*"}
    assert api.call("PATCH", f"{PATH}/{wide}", headers=sent, body={"name": "Same scopes"}).status == 200
    api.call("PATCH", f"{PATH}/{wide}", headers=sent,
             body={"scopes": [*SCOPES, "organisations:administer"]}).problem(403, "forbidden")


def test_disabling_is_for_good(api, home):
    _, boss = home
    made = make(api, boss)
    secret = api.call("POST", made["self"] + "/secrets", headers={**boss, **key()}).json()["secret"]
    caller = {"Authorization": "Bearer " + token(api, made["id"], secret)[1]}
    ended = api.call("POST", made["self"] + "/disable", headers={**boss, **key()})
    assert ended.status == 200 and ended.json()["state"] == "disabled" and ended.json()["secrets"] == 0
    soon(lambda: slug(api.get("/v1/memberships", headers=caller)) == "invalid-token")
    assert token(api, made["id"], secret)[0] == 401
    for path in ("/disable", "/secrets"):
        api.call("POST", made["self"] + path, headers={**boss, **key()}).problem(409, "conflict")
    assert [item["id"] for item in api.get(PATH + "?state=disabled", headers=boss).items()] == [made["id"]]


def test_whoever_oversees_reads_and_does_not_change(api, callers):
    trust, school = callers.find("uid:900001"), callers.find("urn:990003")
    above = callers.role(trust, "administrator")
    path = f"{PATH}/{callers.client(school)}"
    assert api.get(path, headers=above).json()["organisation"]["id"] == school
    assert api.get(path + "/secrets", headers=above).items() == []
    api.call("PATCH", path, headers={**above, "If-Match": "*"}, body={"name": "Mine"}).problem(403, "forbidden")
    for action in ("/disable", "/secrets"):
        api.call("POST", path + action, headers={**above, **key()}).problem(403, "forbidden")


def test_an_organisation_has_so_many_clients(api, callers, home):
    organisation, boss = home
    callers.sql("insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at)"
                " select 'client-' || gen_random_uuid(), 'One of many', %s, '{}', '{}', accord.now()"
                " from generate_series(1, 499)", organisation)
    make(api, boss)
    answer = api.call("POST", PATH, headers={**boss, **key()}, body={"name": "One too many", "scopes": []})
    answer.problem(409, "conflict")
    assert answer.json()["detail"] == "The organisation has had 500 clients."
