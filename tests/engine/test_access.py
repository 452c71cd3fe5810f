# SPDX-License-Identifier: MIT
"""Who may do what: scopes, roles, organisations, addresses; and nobody sees what is another's."""

import json
import uuid

import pytest

from service import lines_of
from tokens import ANVIL, BRASS, bearer
from wire import exchange, request, wait_until

ROLES = {"viewer": ["read"], "editor": ["read", "write"], "signatory": ["read", "write", "sign"],
         "administrator": ["read", "write", "sign", "administer"]}


def insufficient(scope, scopes=None):
    return (f'Bearer realm="accord", error="insufficient_scope",'
            f' error_description="The operation needs the scope {scope}.", scope="{scopes or scope}"')


def test_a_scope_is_needed_and_named(api, token_for):
    answer = api.get("/v1/caller", headers=bearer(token_for("notes:write"))).expect(403, "insufficient-scope")
    assert answer.header("WWW-Authenticate") == insufficient("notes:read")
    assert answer.json()["detail"] == "The operation needs the scope notes:read."
    api.get("/v1/caller", headers=bearer(token_for("notes:read"))).expect(200)


@pytest.mark.parametrize("scopes, missing", [
    ("", "notes:sign"), ("notes:sign", "notes:administer"), ("notes:administer", "notes:sign"),
    ("notes:sign notes:administer", None)])
def test_every_scope_is_needed(api, token_for, scopes, missing):
    answer = api.get("/v1/sealed", headers=bearer(token_for(scopes)))
    if missing is None:
        answer.expect(200)
        return
    answer.expect(403, "insufficient-scope")
    assert answer.header("WWW-Authenticate") == insufficient(missing, "notes:sign notes:administer")


@pytest.mark.parametrize("scope", ["notes:readx", "xnotes:read", "notes", "notes:", "read", "notes:read:x"])
def test_a_scope_is_a_whole_word(api, service, access, scope):
    client, _ = access.client("notes:read")
    token = service.issuer.token(sub=client, client_id=client, org=ANVIL, scope=scope)
    api.get("/v1/caller", headers=bearer(token)).expect(403, "insufficient-scope")


def test_a_client_has_what_both_its_token_and_it_have(api, service, access, sql):
    client, _ = access.client("notes:read notes:sign")
    token = service.issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read notes:write")
    told = api.get("/v1/caller", headers=bearer(token)).expect(200).json()
    assert told["parameters"]["scopes"] == ["notes:read"]
    sql("update restricted.client set scopes = '{notes:sign}' where id = %s", client)
    wait_until(lambda: api.get("/v1/caller", headers=bearer(token)).status == 403, seconds=1)


@pytest.mark.parametrize("role", ROLES)
def test_scopes_follow_from_roles(api, person_token, role):
    token = person_token(anvil=role)
    expected = {f"notes:{verb}" for verb in ROLES[role]} | {"tokens:read"}
    if "read" in ROLES[role]:
        told = api.get("/v1/caller", headers=bearer(token)).expect(200).json()["parameters"]
        assert set(told["scopes"]) == expected and told["role"] == role
    allowed = {"/v1/caller": "read", "/v1/sealed": "administer"}
    for path, verb in allowed.items():
        answer = api.get(path, headers=bearer(token))
        assert answer.status == (200 if verb in ROLES[role] else 403)


def test_a_person_may_be_given_more_than_the_role(api, person_token):
    token = person_token(anvil=("viewer", "notes:sign notes:administer"))
    api.get("/v1/sealed", headers=bearer(token)).expect(200)
    body = {"json": {"text": "x"}}
    answer = api.post("/v1/notes", headers=bearer(token), **body).expect(403, "insufficient-scope")
    assert answer.header("WWW-Authenticate") == insufficient("notes:write")


def test_scopes_of_a_providers_token_are_none_of_ours(api, provider, access):
    subject, _ = access.person(provider.issuer, anvil="viewer")
    token = provider.token(sub=subject, scope="notes:administer notes:sign")
    api.get("/v1/sealed", headers=bearer(token)).expect(403, "insufficient-scope")


# --- for which organisation

def test_a_person_of_several_organisations_says_for_which(api, person_token):
    token = person_token(anvil="viewer", brass="editor")
    answer = api.get("/v1/caller", headers=bearer(token)).expect(400, "organisation-required")
    assert answer.errors() == {"Accord-Organisation": "required"}
    assert sorted(answer.json()["organisations"]) == [ANVIL, BRASS]
    for organisation, role in ((ANVIL, "viewer"), (BRASS, "editor"), (BRASS.upper(), "editor")):
        told = api.get("/v1/caller", headers=bearer(token, organisation)).expect(200).json()["parameters"]
        assert (told["organisation"], told["role"]) == (organisation.lower(), role)
    api.post("/v1/notes", headers=bearer(token, ANVIL), json={"text": "x"}).expect(403, "insufficient-scope")
    api.post("/v1/notes", headers=bearer(token, BRASS), json={"text": "x"}).expect(201)


@pytest.mark.parametrize("organisation", [BRASS, str(uuid.uuid4()), "garbage", "*", ANVIL + "0", "{}"])
@pytest.mark.parametrize("who", ["client", "person"])
def test_another_organisation_is_forbidden(api, token_for, person_token, who, organisation):
    token = token_for("notes:read") if who == "client" else person_token(anvil="administrator")
    answer = api.get("/v1/caller", headers=bearer(token, organisation)).expect(403, "organisation-forbidden")
    assert answer.errors() == {"Accord-Organisation": "membership"}
    api.get("/v1/caller", headers=bearer(token, ANVIL)).expect(200)


def test_an_organisation_is_named_once(service, person_token):
    headers = [*bearer(person_token(anvil="viewer"), ANVIL).items(), ("accord-organisation", BRASS)]
    reply = exchange(service.port, request("GET", "/v1/caller", headers))
    assert (reply.status, reply.slug) == (400, "malformed-request")


def test_who_is_unknown_or_has_no_role_may_nothing(api, provider, access):
    stranger = provider.token(sub=uuid.uuid4().hex)
    api.get("/v1/private", headers=bearer(stranger)).expect(403, "forbidden")
    api.get("/v1/widgets", headers=bearer(stranger)).expect(200)
    subject, _ = access.person(provider.issuer)
    api.get("/v1/private", headers=bearer(provider.token(sub=subject))).expect(200)
    api.get("/v1/caller", headers=bearer(provider.token(sub=subject))).expect(403, "forbidden")


def test_what_needs_no_scope_needs_no_organisation(api, person_token):
    api.get("/v1/private", headers=bearer(person_token(anvil="viewer", brass="viewer"))).expect(200)


# --- what reaches SQL

def test_a_client_is_told_to_the_statement_and_to_its_transaction(api, service, access):
    client, _ = access.client("notes:read notes:sign")
    claims = service.issuer.claims(sub=client, client_id=client, org=ANVIL, scope="notes:sign notes:read")
    told = api.get("/v1/caller", headers=bearer(service.issuer.token(**claims))).expect(200).json()
    assert told["parameters"].pop("expiresAt")
    assert told["parameters"] == {"subject": client, "client": client, "organisation": ANVIL, "role": None,
                                  "scopes": ["notes:read", "notes:sign"]}
    assert told["settings"] == {"subject": client, "client": client, "organisation": ANVIL, "role": "",
                                "scopes": "{notes:read,notes:sign}"}


def test_a_person_is_told_by_the_id_that_we_gave(api, provider, access):
    subject, person = access.person(provider.issuer, anvil="editor")
    token = provider.token(sub=subject, client_id="portal")
    told = api.get("/v1/caller", headers=bearer(token)).expect(200).json()
    assert (told["parameters"]["subject"], told["parameters"]["client"]) == (person, None)
    assert (told["settings"]["subject"], told["settings"]["client"], told["settings"]["role"]) == (person, "", "editor")


def test_what_is_public_is_not_told_who_calls(api, token_for):
    assert api.get("/v1/echo/a/1", headers=bearer(token_for("notes:read"))).expect(200).json()["caller"] is None


def test_each_organisation_sees_its_own(api, sql, token_for):
    sql("delete from restricted.note")
    mine, theirs = token_for("notes:read notes:write"), token_for("notes:read notes:write", BRASS)
    for number in range(3):
        for due in ("2026-01-01", None):
            api.post("/v1/notes", headers=bearer(mine), json={"text": f"mine {number}", "dueOn": due}).expect(201)
    api.post("/v1/notes", headers=bearer(theirs), json={"text": "theirs"}).expect(201)
    for token, total in ((mine, 6), (theirs, 1)):
        path, seen = "/v1/notes?limit=2", []
        while path:
            page = api.get(path, headers=bearer(token)).expect(200).json()
            assert page["total"] == total
            seen += page["items"]
            path = page["next"]
        assert len({note["id"] for note in seen}) == len(seen) == total
        assert {note["text"].split()[0] for note in seen} == {"mine" if token is mine else "theirs"}
    sql("delete from restricted.note")


def test_no_caller_stays_on_a_connection(api, sql, token_for, person_token):
    """Callers take turns on few connections, some of them refused in the middle of a transaction."""
    tokens = [token_for("notes:read notes:write", organisation) for organisation in (ANVIL, BRASS) * 4]
    for _ in range(5):
        for place, token in enumerate(tokens):
            told = api.get("/v1/caller", headers=bearer(token)).expect(200).json()["settings"]
            assert told["organisation"] == (ANVIL, BRASS)[place % 2]
            api.get("/v1/faults/internal").expect(500)
            api.post("/v1/notes", headers=bearer(token), json={"text": "x", "dueOn": "2026-02-30"}).expect(422)
            api.get("/v1/echo/a/1").expect(200)
    kept = sql("select count(*) from restricted.note where organisation_id not in (%s, %s)", ANVIL, BRASS)
    assert kept == [(0,)]


def test_a_key_is_each_callers_own(api, sql, token_for, person_token):
    key, body = str(uuid.uuid4()), {"text": "once"}
    first, second = token_for("notes:write"), token_for("notes:write")
    made = [api.post("/v1/notes", key, headers=bearer(token), json=body).expect(201).json()["id"]
            for token in (first, second, first, second)]
    assert made[:2] == made[2:] and made[0] != made[1]
    both = person_token(anvil="editor", brass="editor")
    made = [api.post("/v1/notes", key, headers=bearer(both, organisation), json=body).expect(201).json()["id"]
            for organisation in (ANVIL, BRASS, ANVIL)]
    assert made[0] == made[2] != made[1]


# --- what may be kept

def test_what_is_a_callers_own_is_kept_by_nobody(api, token_for):
    answer = api.get("/v1/caller", headers=bearer(token_for("notes:read"))).expect(200)
    assert answer.header("Cache-Control") == "no-store"
    varies = {name.strip().lower() for name in answer.header("Vary").split(",")}
    assert {"authorization", "accord-organisation"} <= varies
    refused = api.get("/v1/caller").expect(401)
    assert refused.header("Cache-Control") == "no-store"


def test_what_is_public_is_kept_with_a_token_by_its_caller_alone(api, token_for):
    plain = api.get("/v1/widgets?limit=1").expect(200)
    asked = api.get("/v1/widgets?limit=1", headers=bearer(token_for())).expect(200)
    assert plain.header("Cache-Control") == "public, max-age=5"
    assert asked.header("Cache-Control") == "private, max-age=5"
    assert "authorization" in asked.header("Vary").lower() and plain.etag == asked.etag


def test_memory_answers_callers_with_what_is_public(start, database, make_api, sql, access):
    service = start(database, cache_mb=8)
    api = make_api(service)
    client, _ = access.client()
    token = service.issuer.token(sub=client, client_id=client, org=ANVIL)
    sql("insert into reference.reading (id, station) values (990001, 'tokens') on conflict do nothing")
    replies = [api.get("/v1/readings/990001", headers=headers).expect(200)
               for headers in ({}, bearer(token), {}, bearer(token))]
    assert len({reply.body for reply in replies}) == 1
    assert [reply.header("Cache-Control").split(",")[0] for reply in replies] == ["public", "private"] * 2
    api.get("/v1/readings/990001", headers=bearer(token + "x")).expect(401, "invalid-token")


# --- from where

def test_a_client_calls_from_its_addresses_alone(api, service, access):
    for addresses, status in ((["127.0.0.0/8"], 200), (["192.0.2.0/24", "127.0.0.1/32"], 200), (["192.0.2.0/24"], 401),
                              (["::/0"], 401), (["0.0.0.0/0"], 200)):
        client, _ = access.client("notes:read", addresses=addresses)
        token = service.issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read")
        for path in ("/v1/caller", "/v1/widgets"):
            answer = api.get(path, headers=bearer(token)).expect(status)
            if status == 401:
                assert answer.header("WWW-Authenticate") == (
                    'Bearer realm="accord", error="invalid_token",'
                    ' error_description="The token is not good from 127.0.0.1."')


@pytest.fixture(scope="module")
def behind(start, database):
    """A service that believes proxies on the loopback and in one other network."""
    return start(database, trusted_proxies="127.0.0.0/8, 10.1.0.0/16")


FORWARDED = [
    ("192.0.2.7", "192.0.2.7"), ("203.0.113.9, 192.0.2.7", "192.0.2.7"), ("192.0.2.7, 203.0.113.9", "203.0.113.9"),
    ("192.0.2.7, 10.1.2.3", "192.0.2.7"), ("203.0.113.9,192.0.2.7 , 10.1.2.3,127.0.0.1", "192.0.2.7"),
    ("2001:db8::1", "2001:db8::1"), ("2001:0DB8:0:0::1", "2001:db8::1"), ("::ffff:192.0.2.7", "192.0.2.7"),
    ("10.1.0.1", "10.1.0.1"), ("garbage", "127.0.0.1"), ("192.0.2.7, garbage", "127.0.0.1"), ("", "127.0.0.1"),
    ("192.0.2.7,", "127.0.0.1"), (", ,", "127.0.0.1"), ("garbage, 192.0.2.7", "192.0.2.7"),
    ("192.0.2.7:80", "127.0.0.1"),
]


@pytest.mark.parametrize("header, client", FORWARDED)
def test_a_trusted_proxy_says_for_whom_it_calls(behind, service, header, client):
    for on, found in ((behind, client), (service, "127.0.0.1")):
        identity = uuid.uuid4().hex
        exchange(on.port, request("GET", "/livez", [("X-Forwarded-For", header), ("X-Request-Id", identity)]))
        (line,) = lines_of(on, identity)
        assert line["client"] == found


def test_an_address_behind_a_proxy_is_the_clients(behind, make_api, access):
    api = make_api(behind)
    client, _ = access.client("notes:read", addresses=["192.0.2.0/24", "2001:db8::/32"])
    token = behind.issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read")
    for address, status in (("192.0.2.7", 200), ("2001:db8::5", 200), ("192.0.3.7", 401), ("2001:db9::5", 401)):
        api.get("/v1/caller", headers={**bearer(token), "X-Forwarded-For": address}).expect(status)
    forged = {**bearer(token), "X-Forwarded-For": "192.0.2.7, 203.0.113.1"}
    answer = api.get("/v1/caller", headers=forged).expect(401, "invalid-token")
    assert "203.0.113.1" in answer.json()["detail"]


def test_a_client_expires(api, service, access, sql):
    client, _ = access.client("notes:read", expires="2020-01-01")
    token = service.issuer.token(sub=client, client_id=client, org=ANVIL, scope="notes:read")
    api.get("/v1/caller", headers=bearer(token)).expect(401, "invalid-token")
    sql("update restricted.client set expires_at = clock_timestamp() + interval '1.5 s' where id = %s", client)
    wait_until(lambda: api.get("/v1/caller", headers=bearer(token)).status == 200)
    wait_until(lambda: api.get("/v1/caller", headers=bearer(token)).status == 401)


def test_bodies_of_refusals_are_problems(api, token_for):
    answer = api.get("/v1/sealed", headers=bearer(token_for())).expect(403)
    assert json.loads(answer.body)["errors"] == []
