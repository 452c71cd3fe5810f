# SPDX-License-Identifier: MIT
"""A person signs in with an OpenID provider that we did not write, and is known by its token."""

import base64
import json

import pytest
import requests

from conftest import _fixtures
from glewlwyd import AUDIENCE, CLIENT, Glewlwyd


@pytest.fixture(scope="module")
def glewlwyd(tmp_path_factory):
    glewlwyd = Glewlwyd(tmp_path_factory.mktemp("glewlwyd"))
    yield glewlwyd
    glewlwyd.stop()


@pytest.fixture(scope="module")
def trusting(glewlwyd, database, bundle, tmp_path_factory):
    """A service that accepts its tokens."""
    directory = tmp_path_factory.mktemp("trusting")
    providers = directory / "providers.json"
    providers.write_text(json.dumps({"providers": [{
        "issuer": glewlwyd.issuer, "audience": AUDIENCE, "jwksUrl": glewlwyd.issuer + "/jwks",
        "certificates": str(glewlwyd.certificate), "scope": "scope"}]}))
    service = _fixtures.Service(database, bundle, directory, providers=providers)
    yield service
    assert service.stop() == 0, service.log_path.read_text()


def me(service, token):
    return requests.get(service.url + "/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=20)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_users_access_token_is_accepted(glewlwyd, trusting, database, bundle):
    token = glewlwyd.tokens(AUDIENCE)["access_token"]
    said = claims(token)
    assert said["client_id"] == CLIENT
    unknown = me(trusting, token)
    assert unknown.status_code == 403, unknown.text
    done = _fixtures.run_accord("user", "grant", glewlwyd.issuer, said["sub"], "--organisation", "gss:E09000007",
                                "--role", "viewer", database=database.dsn("accord_admin"),
                                contract=bundle / "openapi.json")
    assert done.returncode == 0, done.stderr
    known = me(trusting, token)
    assert known.status_code == 200, known.text
    assert known.json()["kind"] == "person" and known.json()["role"] == "viewer"
    assert known.json()["organisation"]["name"] == "Camden"


def test_its_id_token_is_no_access_token(glewlwyd, trusting):
    """It says who signed in to the client, and is meant for the client."""
    token = glewlwyd.tokens(f"openid {AUDIENCE}")["id_token"]
    answer = me(trusting, token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_that_was_changed_is_refused(glewlwyd, trusting):
    header, _, signature = glewlwyd.tokens(AUDIENCE)["access_token"].split(".")
    other = base64.urlsafe_b64encode(json.dumps({"iss": glewlwyd.issuer, "aud": AUDIENCE, "sub": "eve"}).encode())
    answer = me(trusting, ".".join([header, other.rstrip(b"=").decode(), signature]))
    assert answer.status_code == 401
    assert "The token's signature is wrong." in answer.headers["WWW-Authenticate"]
