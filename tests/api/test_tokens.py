# SPDX-License-Identifier: MIT
"""From credentials to what may be done: oauth_token, oauth_introspect, oauth_revoke, oauth_metadata, me_get."""

import base64
import datetime
import json
import re
import urllib.parse

import pytest
import requests

from conftest import OPERATIONS, Service, run_accord
from issuing import Provider
from product import Answer, Client

SECRET_KEY = "b3" * 32
CAMDEN = "gss:E09000007"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    provider = Provider(tmp_path_factory.mktemp("provider"))
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def served(database, bundle, provider, tmp_path_factory):
    """A service that knows secrets, and a provider's people."""
    (provider.directory / "keys.json").write_bytes(provider.document())
    service = Service(database, bundle, tmp_path_factory.mktemp("tokens"), secret_key=SECRET_KEY,
                      keys=tmp_path_factory.mktemp("keys"), metrics_port=0,
                      providers=provider.configuration(jwksUrl=None, certificates=None,
                                                       jwksFile=str(provider.directory / "keys.json")))
    yield service
    assert service.stop() == 0, service.log_path.read_text()[-4000:]


@pytest.fixture(scope="module")
def asked(served, contract):
    return Client(served.url, contract)


@pytest.fixture(scope="module")
def admin(database, bundle):
    """Runs accord client or accord user as the role that may; the lines NAME=VALUE that it prints."""

    def run(*arguments):
        done = run_accord(*arguments, database=database.dsn("accord_admin"), secret_key=SECRET_KEY,
                          contract=bundle / "openapi.json", operations=OPERATIONS)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    return run


@pytest.fixture(scope="module")
def client(admin):
    return admin("client", "create", "camden-front-end", "--name", "Camden front end", "--organisation", CAMDEN,
                 "--scope", "tokens:read")


def basic(client):
    pair = f"{client['client_id']}:{client['client_secret']}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def post(asked, path, headers=None, **form):
    response = asked.session.post(asked.url + path, data=urllib.parse.urlencode(form), timeout=30,
                                  headers={"Content-Type": FORM, **(headers or {})})
    answer = Answer(response)
    asked.contract.judge("POST", path, answer)
    return answer


def token_of(asked, client, **form):
    answer = post(asked, "/oauth/token", basic(client), grant_type="client_credentials", **form)
    assert answer.status == 200, answer.body
    return answer.json()["access_token"]


def bearer(token, **headers):
    return {"Authorization": f"Bearer {token}", **headers}


def test_a_client_gets_a_token_and_learns_who_it_is(asked, client):
    answer = post(asked, "/oauth/token", basic(client), grant_type="client_credentials")
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 600, "tokens:read")
    me = asked.get("/v1/me", headers=bearer(told["access_token"])).json()
    camden = {"id": client["organisation"], "name": "Camden"}
    expires = datetime.datetime.fromisoformat(me.pop("expiresAt").replace("Z", "+00:00"))
    assert abs((expires - datetime.datetime.now(datetime.timezone.utc)).total_seconds() - 600) < 10
    assert me == {"kind": "client", "subject": "camden-front-end", "name": "Camden front end", "organisation": camden,
                  "role": None, "scopes": ["tokens:read"], "organisations": [{**camden, "role": None}]}


def test_the_organisation_is_the_one_of_the_register(asked, client):
    assert asked.ok(f"/v1/organisations/{client['organisation']}").json()["name"] == "Camden"


def test_a_token_may_ask_for_less(asked, client):
    assert asked.get("/v1/me", headers=bearer(token_of(asked, client))).json()["scopes"] == ["tokens:read"]
    refused = post(asked, "/oauth/token", basic(client), grant_type="client_credentials", scope="schools:write")
    assert (refused.status, refused.json()["error"]) == (400, "invalid_scope")


def test_me_is_for_callers_with_a_token(asked, client):
    answer = asked.get("/v1/me")
    assert answer.problem(401, "unauthorised") == [] and answer.headers["WWW-Authenticate"] == 'Bearer realm="accord"'
    token = token_of(asked, client)
    answer = asked.get("/v1/me", headers=bearer(token + "x"))
    assert answer.problem(401, "invalid-token") == []
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="accord", error="invalid_token", ')
    assert asked.get("/v1/me", headers=bearer(token), accept="text/csv").problem(406, "not-acceptable") == []
    assert asked.get("/v1/me", headers=bearer(token), x="y").problem(400, "invalid-parameter") == ["x"]
    answer = asked.get("/v1/me", headers=bearer(token))
    assert answer.headers["Cache-Control"] == "no-store" and "Authorization" in answer.headers["Vary"]
    again = asked.get("/v1/me", headers=bearer(token, **{"If-None-Match": answer.headers["ETag"]}))
    assert again.status == 304


def test_a_token_is_refused_where_none_is_needed(asked, client, served):
    token = token_of(asked, client)
    for path in ("/v1/schools", "/v1/regions", "/", "/livez", "/openapi.json", "/.well-known/jwks.json"):
        assert asked.get(path, headers=bearer(token)).status == 200
        assert asked.get(path, headers=bearer("garbage")).problem(401, "invalid-token") == []


def test_a_token_is_introspected_and_revoked(asked, client):
    token = token_of(asked, client)
    told = post(asked, "/oauth/introspect", basic(client), token=token).json()
    assert told["active"] and told["client_id"] == "camden-front-end" and told["org"] == client["organisation"]
    assert post(asked, "/oauth/introspect", basic(client), token="x").json() == {"active": False}
    answer = post(asked, "/oauth/revoke", basic(client), token=token)
    assert (answer.status, answer.body) == (200, b"")
    assert asked.get("/v1/me", headers=bearer(token)).problem(401, "invalid-token") == []
    assert post(asked, "/oauth/introspect", basic(client), token=token).json() == {"active": False}


def test_endpoints_answer_errors_as_the_contract_says(asked, client):
    for path in ("/oauth/token", "/oauth/introspect", "/oauth/revoke"):
        assert post(asked, path, grant_type="client_credentials", token="x").status == 401
        assert post(asked, path, basic(client)).status == 400
    for path in ("/oauth/token", "/oauth/introspect"):
        refused = post(asked, path, {**basic(client), "Accept": "text/html"}, token="x",
                       grant_type="client_credentials")
        assert (refused.status, refused.json()["error"]) == (406, "invalid_request")


def test_failures_are_throttled(served, contract, admin):
    other = admin("client", "create", "forgetful", "--name", "Forgetful", "--organisation", CAMDEN)
    asked, wrong = Client(served.url, contract), {**other, "client_secret": "accord_wrong"}
    for _ in range(10):
        assert post(asked, "/oauth/token", basic(wrong), grant_type="client_credentials").status == 401
    answer = post(asked, "/oauth/token", basic(other), grant_type="client_credentials")
    assert answer.status == 429 and re.fullmatch("[1-6]", answer.headers["Retry-After"])


def test_metadata_lead_to_a_token(asked, client):
    metadata = asked.ok("/.well-known/oauth-authorization-server")
    found = metadata.json()
    assert found["issuer"] == asked.url
    assert {"audit:read", "jobs:read", "organisations:write", "tokens:read"} <= set(found["scopes_supported"])
    assert found["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic", "client_secret_post", "private_key_jwt"]
    assert metadata.headers["Cache-Control"] == "public, max-age=5"
    assert asked.get(found["jwks_uri"].removeprefix(asked.url)).json()["keys"]
    answer = requests.post(found["token_endpoint"], timeout=30, data={
        "grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"]})
    assert answer.status_code == 200
    claims = json.loads(base64.urlsafe_b64decode(answer.json()["access_token"].split(".")[1] + "=="))
    assert claims["iss"] == found["issuer"]
    for name in ("introspection_endpoint", "revocation_endpoint"):
        assert requests.post(found[name], timeout=30).status_code == 400


# --- people

@pytest.fixture(scope="module")
def ada(admin, provider):
    """A person who edits for Camden and looks on at a school."""
    granted = admin("user", "grant", provider.url, "ada", "--name", "Ada", "--organisation", CAMDEN, "--role", "editor")
    school = admin("user", "grant", provider.url, "ada", "--organisation", "urn:100008", "--role", "viewer")
    assert granted["user"] == school["user"]
    return {"user": granted["user"], "camden": granted["organisation"], "school": school["organisation"]}


def test_a_person_learns_for_whom_it_can_act(asked, provider, ada):
    me = asked.get("/v1/me", headers=bearer(provider.token(sub="ada"))).json()
    assert (me["kind"], me["subject"], me["name"]) == ("person", ada["user"], "Ada")
    assert (me["organisation"], me["role"], me["scopes"]) == (None, None, [])
    assert [(one["id"], one["role"]) for one in me["organisations"]] in (
        [(ada["school"], "viewer"), (ada["camden"], "editor")], [(ada["camden"], "editor"), (ada["school"], "viewer")])
    assert all(one["name"] for one in me["organisations"])


def test_a_person_acts_for_one_organisation(asked, provider, ada):
    token = provider.token(sub="ada")
    for name, role in (("camden", "editor"), ("school", "viewer")):
        me = asked.get("/v1/me", headers=bearer(token, **{"Accord-Organisation": ada[name]})).json()
        assert (me["organisation"]["id"], me["role"]) == (ada[name], role)
        assert {"jobs:read", "tokens:read"} <= set(me["scopes"])
        assert ("organisations:write" in me["scopes"]) == ("jobs:write" in me["scopes"]) == (role == "editor")
    other = asked.get("/v1/me", headers=bearer(token, **{"Accord-Organisation": ada["user"]}))
    assert other.problem(403, "organisation-forbidden") == ["Accord-Organisation"]


def test_a_role_is_taken_back(asked, admin, provider):
    admin("user", "grant", provider.url, "bob", "--organisation", CAMDEN, "--role", "signatory")
    token = provider.token(sub="bob")
    assert asked.get("/v1/me", headers=bearer(token)).json()["role"] == "signatory"
    assert admin("user", "revoke", provider.url, "bob", "--organisation", CAMDEN) == {"roles": "1"}
    assert _until(lambda: asked.get("/v1/me", headers=bearer(token)).json()["organisations"] == [])
    assert admin("user", "revoke", provider.url, "bob") == {"roles": "0"}
    assert _until(lambda: asked.get("/v1/me", headers=bearer(token)).status == 401)


def _until(condition):
    import time
    deadline = time.monotonic() + 1
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
