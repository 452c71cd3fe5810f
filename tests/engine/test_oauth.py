# SPDX-License-Identifier: MIT
"""Where programs get tokens, ask what they are worth and end them: RFC 6749, 7523, 7662 and 7009."""

import base64
import datetime
import itertools
import json
import statistics
import time
import urllib.parse
import uuid

import pytest

from service import lines_of
from tokens import ANVIL, ASSERTION, BRASS, Key, basic, bearer, claims_of, compact, new_secret
from wire import exchange, request

FORM = "application/x-www-form-urlencoded"
GRANT = {"grant_type": "client_credentials"}
FAILED = {"error": "invalid_client",
          "error_description": "The client is unknown, or its credentials are not good here."}
ADDRESSES = (f"198.51.{number >> 8}.{number & 255}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def server(start, database):
    """A service behind a proxy, so that each test can call from addresses of its own."""
    return start(database, trusted_proxies="127.0.0.0/8", public_url="https://accord.example")


@pytest.fixture
def oauth(server, make_api):
    """Posts a form to an endpoint from an address of this test's own, unless told otherwise."""
    api, own = make_api(server), next(ADDRESSES)

    def post(path="token", form=None, data=None, headers=None, address=None, media=FORM):
        data = urllib.parse.urlencode(form or {}).encode() if data is None else data
        sent = {**({"Content-Type": media} if media else {}), "X-Forwarded-For": address or own, **(headers or {})}
        return api.call("POST", path if path.startswith("/") else f"/oauth/{path}", data=data, headers=sent)

    post.api = api
    post.address = own
    return post


def refused(answer, error, status=400):
    assert answer.status == status, answer.body
    assert answer.json()["error"] == error, answer.body
    assert answer.header("Cache-Control") == "no-store" and answer.header("Pragma") == "no-cache"
    challenge = answer.header("WWW-Authenticate")
    assert challenge == ('Basic realm="accord"' if status == 401 else None)


def assertion(server, client, key, header=None, signer=None, **claims):
    now = int(time.time())
    made = {"iss": client, "sub": client, "aud": server.public, "iat": now, "exp": now + 60,
            "jti": str(uuid.uuid4()), **claims}
    made = {name: value for name, value in made.items() if value is not None}
    return compact({"alg": key.alg, "kid": key.kid, **(header or {})}, made, (signer or key).sign)


def by_assertion(text, **form):
    return {**GRANT, "client_assertion_type": ASSERTION, "client_assertion": text, **form}


# --- a token

def test_a_token_by_basic(oauth, server, access):
    client, secret = access.client("notes:read notes:write")
    answer = oauth(form=GRANT, headers=basic(client, secret)).expect(200)
    told = answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 600, "notes:read notes:write")
    assert answer.header("Cache-Control") == "no-store" and answer.header("Pragma") == "no-cache"
    claims = claims_of(told["access_token"])
    assert set(claims) == {"iss", "aud", "sub", "client_id", "org", "scope", "jti", "iat", "exp"}
    assert (claims["iss"], claims["aud"]) == (server.public, server.public)
    assert (claims["sub"], claims["client_id"], claims["org"]) == (client, client, ANVIL)
    assert claims["scope"] == told["scope"] and claims["exp"] - claims["iat"] == 600
    assert abs(claims["iat"] - time.time()) < 5
    oauth.api.get("/v1/caller", headers=bearer(told["access_token"])).expect(200)


def test_each_token_is_another(oauth, access):
    client, secret = access.client()
    tokens = [oauth(form=GRANT, headers=basic(client, secret)).expect(200).json()["access_token"] for _ in range(3)]
    assert len({claims_of(token)["jti"] for token in tokens}) == 3


def test_a_token_by_form(oauth, access):
    client, secret = access.client("notes:read")
    form = {**GRANT, "client_id": client, "client_secret": secret}
    assert oauth(form=form).expect(200).json()["scope"] == "notes:read"


@pytest.mark.parametrize("encode", [
    lambda text: text, lambda text: urllib.parse.quote_plus(text),
    lambda text: "".join(f"%{ord(character):02x}" for character in text)])
def test_parts_of_basic_are_form_encoded(oauth, access, encode):
    client, secret = access.client()
    oauth(form=GRANT, headers=basic(encode(client), encode(secret))).expect(200)
    oauth(form={**GRANT, "client_id": client}, headers=basic(encode(client), encode(secret))).expect(200)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256"])
def test_a_token_by_assertion(oauth, server, access, alg):
    key = Key(alg)
    client, _ = access.client("notes:read", keys=[key.public()], secret=False)
    for audience in (server.public, f"{server.public}/oauth/token", [server.public]):
        text = assertion(server, client, key, aud=audience)
        oauth(form=by_assertion(text)).expect(200)
    oauth(form=by_assertion(assertion(server, client, key), client_id=client)).expect(200)


def test_a_client_may_have_a_secret_and_keys(oauth, server, access):
    key = Key()
    client, secret = access.client(keys=[key.public()])
    oauth(form=GRANT, headers=basic(client, secret)).expect(200)
    oauth(form=by_assertion(assertion(server, client, key, header={"typ": "JWT"}))).expect(200)


@pytest.mark.parametrize("asked, given", [
    ("notes:read", "notes:read"), ("notes:sign notes:read", "notes:sign notes:read"),
    ("notes:read notes:read", "notes:read"), ("", "notes:read notes:sign"), (None, "notes:read notes:sign"),
    ("notes:write", None), ("notes:read notes:write", None), ("notes", None), ("*", None), ("notes:read\u00e9", None),
    ('notes:read"', None), ("notes:read\\", None), ("notes:read\tnotes:sign", None)])
def test_scopes_are_narrowed_and_never_widened(oauth, access, asked, given):
    client, secret = access.client("notes:read notes:sign")
    form = {**GRANT, **({} if asked is None else {"scope": asked})}
    answer = oauth(form=form, headers=basic(client, secret))
    if given is None:
        refused(answer, "invalid_scope")
        return
    told = answer.expect(200).json()
    assert told["scope"] == given == claims_of(told["access_token"])["scope"]


def test_a_client_without_scopes_gets_a_token_without(oauth, access):
    client, secret = access.client()
    told = oauth(form=GRANT, headers=basic(client, secret)).expect(200).json()
    assert "scope" not in told and "scope" not in claims_of(told["access_token"])
    oauth.api.get("/v1/private", headers=bearer(told["access_token"])).expect(200)


def test_a_token_lasts_no_longer_than_its_client(oauth, access):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=100)
    client, secret = access.client(expires=soon)
    told = oauth(form=GRANT, headers=basic(client, secret)).expect(200).json()
    assert 90 <= told["expires_in"] <= 100
    claims = claims_of(told["access_token"])
    assert claims["exp"] - claims["iat"] == told["expires_in"]


# --- what cannot be understood

@pytest.mark.parametrize("data", [
    b"", b"grant_type=", b"scope=x", b"grant_type=client_credentials&grant_type=client_credentials",
    b"grant_type=client_credentials&scope=a&scope=b", b"grant_type=client_credentials&x=1&x=2",
    b"grant_type=client_credentials&%67rant_type=client_credentials", b"grant_type=client_credentials&scope=%ff",
    b"grant_type=client_credentials&scope=\xff", b"grant_type=client_credentials&scope=%zz",
    b"grant_type=client_credentials&scope=%00", b"grant_type=client_credentials\x00", b"&", b"=x",
    b"grant_type=client_credentials&&scope=", b"grant_type=client_credentials&scope=%c0%af",
    b"grant_type=client_credentials&pad=" + b"x" * 16384, b"a=&b=&" + b"&".join(b"p%d=1" % n for n in range(70))])
def test_a_form_that_cannot_be_read_is_an_invalid_request(oauth, access, data):
    client, secret = access.client()
    refused(oauth(data=data, headers=basic(client, secret)), "invalid_request")


@pytest.mark.parametrize("media", [None, "application/json", "text/plain", f"{FORM}; charset=latin-1",
                                   "multipart/form-data; boundary=x"])
def test_another_media_type_is_an_invalid_request(oauth, access, media):
    client, secret = access.client()
    refused(oauth(form=GRANT, headers=basic(client, secret), media=media), "invalid_request")


def test_utf_8_may_be_said(oauth, access):
    client, secret = access.client()
    oauth(form=GRANT, headers=basic(client, secret), media=f"{FORM}; charset=UTF-8").expect(200)


def test_a_coded_form_is_an_invalid_request(oauth, access):
    client, secret = access.client()
    headers = {**basic(client, secret), "Content-Encoding": "gzip"}
    refused(oauth(form=GRANT, headers=headers), "invalid_request")


def test_what_the_engine_refuses_has_the_same_form(oauth, access):
    client, secret = access.client()
    refused(oauth("/oauth/token?scope=x", GRANT, headers=basic(client, secret)), "invalid_request")
    refused(oauth("/oauth/token?access_token=x", GRANT, headers=basic(client, secret)), "invalid_request")
    refused(oauth(form=GRANT, headers={**basic(client, secret), "Accept": "text/html"}), "invalid_request", 406)


def test_a_body_beyond_all_limits_is_413(server):
    with_length = [("Content-Type", FORM), ("Content-Length", str(2**20 + 1))]
    reply = exchange(server.port, request("POST", "/oauth/token", with_length, b"x" * (2**20 + 1)))
    assert (reply.status, reply.slug) == (413, "body-too-large")


def test_other_methods_are_405(oauth):
    for method in ("GET", "PUT"):
        oauth.api.call(method, "/oauth/token").expect(405, "method-not-allowed")


def test_unknown_parameters_are_ignored_and_empty_ones_absent(oauth, access):
    client, secret = access.client("notes:read")
    form = {**GRANT, "audience": "x", "resource": "https://x.example", "scope": "", "client_secret": ""}
    assert oauth(form=form, headers=basic(client, secret)).expect(200).json()["scope"] == "notes:read"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "Client_Credentials",
                                   "client_credentials ", "urn:ietf:params:oauth:grant-type:jwt-bearer"])
def test_another_grant_is_not_supported(oauth, access, grant):
    client, secret = access.client()
    refused(oauth(form={"grant_type": grant}, headers=basic(client, secret)), "unsupported_grant_type")


def test_a_client_uses_one_method(oauth, server, access):
    key = Key()
    client, secret = access.client(keys=[key.public()])
    text = assertion(server, client, key)
    by_form = {**GRANT, "client_id": client, "client_secret": secret}
    for form, headers in ((by_form, basic(client, secret)), (by_assertion(text), basic(client, secret)),
                          ({**by_assertion(text), **by_form}, {}),
                          ({**by_form, "client_assertion_type": ASSERTION}, {})):
        refused(oauth(form=form, headers=headers), "invalid_request")
    oauth(form=by_assertion(text)).expect(200)


def test_client_id_names_whom_the_credentials_name(oauth, server, access):
    key = Key()
    client, secret = access.client(keys=[key.public()])
    refused(oauth(form={**GRANT, "client_id": "another"}, headers=basic(client, secret)), "invalid_request")
    refused(oauth(form=by_assertion(assertion(server, client, key), client_id="another")), "invalid_request")


def test_two_authorizations_are_an_invalid_request(server, access):
    client, secret = access.client()
    header = basic(client, secret)["Authorization"]
    for names in (("Authorization", "Authorization"), ("Authorization", "authorization")):
        headers = [(name, header) for name in names] + [("Content-Type", FORM), ("X-Forwarded-For", next(ADDRESSES))]
        reply = exchange(server.port, request("POST", "/oauth/token", headers, b"grant_type=client_credentials"))
        assert (reply.status, reply.json()["error"]) == (400, "invalid_request")


# --- who is not who it says

@pytest.mark.parametrize("header", [
    "Basic", "Basic ", "Basic !!", "Basic YTpi=", "Basic YWI=", "Bearer abc", "Digest username=x", "",
    "Basic YTpi YTpi",
    "Basic " + base64.b64encode(b"a:%ff").decode(), "Basic " + base64.b64encode(b"a:\xff").decode(),
    "Basic " + base64.b64encode(b"%zz:b").decode(), "Basic YTpi-_=="])
def test_credentials_that_cannot_be_read(oauth, header):
    refused(oauth(form=GRANT, headers={"Authorization": header}), "invalid_client", 401)


@pytest.mark.parametrize("form", [{}, {"client_id": "x"}, {"client_secret": "x"}, {"client_assertion": "x"},
                                  {"client_assertion_type": ASSERTION},
                                  {"client_assertion_type": "urn:else", "client_assertion": "a.b.c"},
                                  {"client_assertion_type": ASSERTION, "client_assertion": "garbage"}])
def test_missing_credentials(oauth, form):
    refused(oauth(form={**GRANT, **form}), "invalid_client", 401)


def test_every_failure_has_the_same_answer(oauth, server, access, sql):
    client, secret = access.client(keys=[Key().public()])
    disabled, of_disabled = access.client()
    sql("update restricted.client set disabled_at = accord.now() where id = %s", disabled)
    expired, of_expired = access.client(expires="2020-01-01")
    elsewhere, of_elsewhere = access.client(addresses=["192.0.2.0/24"])
    keyed, _ = access.client(secret=False)
    attempts = [basic(client, new_secret()), basic(client, secret[:-1]), basic(client, secret + "x"),
                basic(client, ""), basic(client.upper(), secret), basic("nobody", secret), basic("x" * 3000, secret),
                basic(disabled, of_disabled), basic(expired, of_expired), basic(elsewhere, of_elsewhere),
                basic(keyed, secret), basic("client'; --", secret)]
    answers = [oauth(form=GRANT, headers=headers, address=next(ADDRESSES)) for headers in attempts]
    answers.append(oauth(form=by_assertion(assertion(server, client, Key())), address=next(ADDRESSES)))
    answers.append(oauth(form=by_assertion(assertion(server, "nobody", Key())), address=next(ADDRESSES)))
    answers.append(oauth(form=by_assertion(assertion(server, keyed, Key())), address=next(ADDRESSES)))
    for answer in answers:
        refused(answer, "invalid_client", 401)
        assert answer.json() == FAILED
    own = dict(answers[0].headers)
    for answer in answers[1:]:
        assert {**dict(answer.headers), "Date": "", "X-Request-Id": ""} == {**own, "Date": "", "X-Request-Id": ""}
    oauth(form=GRANT, headers=basic(elsewhere, of_elsewhere), address="192.0.2.9").expect(200)


BAD_ASSERTIONS = {
    "another audience": {"aud": "https://else.example"},
    "another endpoint": {"aud": "https://accord.example/v1/me"},
    "no audience": {"aud": None}, "another issuer": {"iss": "else"}, "another subject": {"sub": "else"},
    "no jti": {"jti": None}, "empty jti": {"jti": ""}, "no exp": {"exp": None}, "expired": {"exp": 5},
    "far exp": {"exp": int(time.time()) + 7200}, "not yet": {"nbf": int(time.time()) + 200},
    "exp as text": {"exp": "soon"},
}


@pytest.mark.parametrize("name", BAD_ASSERTIONS)
def test_bad_assertions(oauth, server, access, name):
    key = Key()
    client, _ = access.client(keys=[key.public()])
    text = assertion(server, client, key, **BAD_ASSERTIONS[name])
    refused(oauth(form=by_assertion(text)), "invalid_client", 401)
    oauth(form=by_assertion(assertion(server, client, key))).expect(200)


def test_assertions_by_another_key_or_algorithm(oauth, server, access):
    key, other = Key(), Key()
    client, _ = access.client(keys=[key.public(), Key("RS256").public()])
    for header, signer in (({}, other), ({"kid": other.kid}, other), ({"alg": "none"}, key), ({"alg": "HS256"}, key),
                           ({"alg": "RS256"}, key), ({"jwk": other.public()}, other), ({"crit": ["exp"]}, key)):
        refused(oauth(form=by_assertion(assertion(server, client, key, header, signer))), "invalid_client", 401)


def test_an_assertion_is_good_once(oauth, server, access, start, database, make_api):
    key = Key()
    client, _ = access.client(keys=[key.public()])
    text = assertion(server, client, key)
    oauth(form=by_assertion(text)).expect(200)
    refused(oauth(form=by_assertion(text)), "invalid_client", 401)
    # Nor elsewhere.
    other = make_api(start(database, public_url=server.public))
    answer = other.call("POST", "/oauth/token", data=urllib.parse.urlencode(by_assertion(text)).encode(),
                        headers={"Content-Type": FORM})
    refused(answer, "invalid_client", 401)


# --- failures are counted

def test_failures_of_a_client_from_an_address_are_throttled(oauth, access):
    client, secret = access.client()
    bystander, of_bystander = access.client()
    for _ in range(10):
        refused(oauth(form=GRANT, headers=basic(client, new_secret())), "invalid_client", 401)
    for headers in (basic(client, new_secret()), basic(client, secret)):
        answer = oauth(form=GRANT, headers=headers)
        refused(answer, "invalid_client", 429)
        assert 1 <= int(answer.header("Retry-After")) <= 6
    refused(oauth("introspect", {"token": "x"}, headers=basic(client, secret)), "invalid_client", 429)
    oauth(form=GRANT, headers=basic(bystander, of_bystander)).expect(200)
    oauth(form=GRANT, headers=basic(client, secret), address=next(ADDRESSES)).expect(200)
    time.sleep(int(answer.header("Retry-After")))
    oauth(form=GRANT, headers=basic(client, secret)).expect(200)


def test_failures_from_an_address_are_throttled(oauth, access):
    client, secret = access.client()
    heard = 0
    while oauth(form=GRANT, headers=basic(f"nobody-{heard}", new_secret())).status == 401:
        heard += 1
    assert 60 <= heard < 75, "a minute's worth, and what drains meanwhile"
    answer = oauth(form=GRANT, headers=basic(client, secret))
    refused(answer, "invalid_client", 429)
    assert int(answer.header("Retry-After")) == 1
    oauth(form=GRANT, headers=basic(client, secret), address=next(ADDRESSES)).expect(200)


def test_one_network_of_ipv6_is_one_address(oauth, access):
    client, secret = access.client()
    for number in range(10):
        refused(oauth(form=GRANT, headers=basic(client, new_secret()), address=f"2001:db8:1:2::{number + 1:x}"),
                "invalid_client", 401)
    refused(oauth(form=GRANT, headers=basic(client, secret), address="2001:db8:1:2:ffff::1"), "invalid_client", 429)
    oauth(form=GRANT, headers=basic(client, secret), address="2001:db8:1:3::1").expect(200)


def test_success_is_not_counted(oauth, access):
    client, secret = access.client()
    for _ in range(30):
        oauth(form=GRANT, headers=basic(client, secret)).expect(200)


def test_an_unknown_client_costs_the_same_time(oauth, server, access):
    key = Key()
    client, _ = access.client(keys=[key.public()])
    ways = {
        "known, secret": lambda: (GRANT, basic(client, new_secret())),
        "unknown, secret": lambda: (GRANT, basic(f"nobody-{uuid.uuid4().hex[:6]}", new_secret())),
        "known, assertion": lambda: (by_assertion(assertion(server, client, key, signer=Key())), {}),
        "unknown, assertion": lambda: (by_assertion(assertion(server, "nobody", key, signer=Key())), {}),
    }
    taken = {name: [] for name in ways}
    for _ in range(15):
        for name, way in ways.items():
            form, headers = way()
            address, began = next(ADDRESSES), time.perf_counter()
            answer = oauth(form=form, headers=headers, address=address)
            taken[name].append(time.perf_counter() - began)
            assert answer.json() == FAILED
    medians = [statistics.median(times) for times in taken.values()]
    assert max(medians) - min(medians) < 0.003, dict(zip(taken, medians))


# --- what a token is worth

@pytest.fixture
def issued(oauth, access):
    """A client's headers and a token of its."""

    def make(scopes="notes:read", organisation=ANVIL):
        client, secret = access.client(scopes, organisation)
        headers = basic(client, secret)
        return headers, oauth(form=GRANT, headers=headers).expect(200).json()["access_token"], client

    return make


def worth(oauth, token, headers):
    return oauth("introspect", {"token": token, "token_type_hint": "access_token"}, headers=headers).expect(200).json()


def test_a_client_learns_what_its_token_is_worth(oauth, server, issued):
    headers, token, client = issued()
    claims = claims_of(token)
    assert worth(oauth, token, headers) == {
        "active": True, "scope": "notes:read", "client_id": client, "token_type": "Bearer", "iss": server.public,
        "aud": server.public, "sub": client, "org": ANVIL, "jti": claims["jti"], "iat": claims["iat"],
        "exp": claims["exp"]}


def test_of_other_tokens_it_learns_nothing(oauth, server, provider, access, issued, sql):
    headers, own, client = issued()
    _, sibling, _ = issued()
    ended, of_ended, other = issued()
    sql("update restricted.client set disabled_at = accord.now() where id = %s", other)
    subject, _ = access.person(provider.issuer, anvil="viewer")
    made = server.issuer.token
    for token in ("garbage", "a.b.c", sibling, of_ended, provider.token(sub=subject), own + "x", "x" * 9000,
                  made(sub=client, client_id=client, org=ANVIL, iat=int(time.time()) - 400, exp=int(time.time()) - 5),
                  made(sub=client, client_id=client, org=ANVIL, key=Key())):
        assert worth(oauth, token, headers) == {"active": False}


def test_with_the_scope_it_learns_of_its_organisations_tokens(oauth, issued):
    _, sibling, _ = issued()
    _, foreign, _ = issued(organisation=BRASS)
    headers, _, _ = issued("tokens:read")
    assert worth(oauth, sibling, headers)["active"] is True
    assert worth(oauth, foreign, headers) == {"active": False}


@pytest.mark.parametrize("path", ["introspect", "revoke"])
def test_nobody_asks_without_proving_who_it_is(oauth, issued, path):
    headers, token, client = issued()
    refused(oauth(path, {"token": token}), "invalid_client", 401)
    refused(oauth(path, {"token": token}, headers=bearer(token)), "invalid_client", 401)
    refused(oauth(path, {"token": token}, headers=basic(client, new_secret())), "invalid_client", 401)
    for form in ({}, {"token": ""}):
        refused(oauth(path, {**form, "x": "y"}, headers=headers), "invalid_request")


def test_assertions_are_for_the_endpoint_or_the_issuer(oauth, server, access):
    key = Key()
    client, _ = access.client(keys=[key.public()])
    for audience, status in ((f"{server.public}/oauth/introspect", 200), (server.public, 200),
                             (f"{server.public}/oauth/token", 401)):
        form = {"token": "x", **by_assertion(assertion(server, client, key, aud=audience))}
        assert oauth("introspect", form).status == status


# --- the end of a token

def test_a_revoked_token_is_over(oauth, issued):
    headers, token, _ = issued()
    _, other, _ = issued()
    oauth.api.get("/v1/caller", headers=bearer(token)).expect(200)
    answer = oauth("revoke", {"token": token}, headers=headers).expect(200)
    assert answer.body == b"" and answer.header("Cache-Control") == "no-store"
    refusal = oauth.api.get("/v1/caller", headers=bearer(token)).expect(401, "invalid-token")
    assert refusal.header("WWW-Authenticate") == (
        'Bearer realm="accord", error="invalid_token", error_description="The token was revoked."')
    oauth.api.get("/v1/widgets", headers=bearer(token)).expect(401, "invalid-token")
    assert worth(oauth, token, headers) == {"active": False}
    oauth("revoke", {"token": token}, headers=headers).expect(200)
    oauth.api.get("/v1/caller", headers=bearer(other)).expect(200)
    again = oauth(form=GRANT, headers=headers).expect(200).json()["access_token"]
    oauth.api.get("/v1/caller", headers=bearer(again)).expect(200)


def test_what_is_no_token_needs_no_end(oauth, server, provider, issued):
    headers, token, client = issued()
    over = server.issuer.token(sub=client, client_id=client, org=ANVIL, iat=1, exp=2)
    for text in ("garbage", over, token + "x", provider.token(sub="x")):
        oauth("revoke", {"token": text, "token_type_hint": "refresh_token"}, headers=headers).expect(200)
    oauth.api.get("/v1/caller", headers=bearer(token)).expect(200)


def test_another_clients_token_is_not_ended(oauth, issued):
    headers, _, _ = issued()
    _, token, _ = issued()
    refused(oauth("revoke", {"token": token}, headers=headers), "unauthorized_client")
    oauth.api.get("/v1/caller", headers=bearer(token)).expect(200)


# --- what is told to whom

def test_no_log_and_no_answer_shows_a_secret(oauth, server, access):
    key = Key()
    client, secret = access.client(keys=[key.public()])
    wrong, text = new_secret(), assertion(server, client, key)
    answers = [oauth(form=GRANT, headers=basic(client, wrong)), oauth(form=by_assertion(text)),
               oauth(form=by_assertion(text)), oauth(form={**GRANT, "client_id": client, "client_secret": wrong}),
               oauth(data=f"client_secret={wrong}&client_secret={wrong}".encode()),
               oauth(f"/oauth/token?client_secret={secret}", GRANT), oauth(form=GRANT, headers=basic(client, secret))]
    token = answers[-1].expect(200).json()["access_token"]
    for _ in range(2):
        oauth("revoke", {"token": token}, headers=basic(client, secret)).expect(200)
    log = server.log_path.read_text()
    encoded = [basic(client, shown)["Authorization"].split()[1] for shown in (secret, wrong)]
    for hidden in (secret, wrong, text, text.split(".")[2], token, token.split(".")[2], *encoded):
        assert hidden not in log
        assert not [answer for answer in answers[:-1] if hidden.encode() in answer.body.replace(token.encode(), b"")
                    and b"access_token" not in answer.body]


@pytest.mark.parametrize("spoil, why", [
    (lambda client, secret: basic(client, new_secret()), "client: the secret is not the client's"),
    (lambda client, secret: basic(client, secret[:-1]), "client: the secret is mistyped or cut"),
    (lambda client, secret: basic("nobody", secret), "client: the secret is not the client's")])
def test_the_log_says_why_a_client_failed(oauth, server, access, spoil, why):
    identity, (client, secret) = uuid.uuid4().hex, access.client()
    headers = {**spoil(client, secret), "X-Request-Id": identity}
    refused(oauth(form=GRANT, headers=headers), "invalid_client", 401)
    (line,) = lines_of(server, identity)
    assert line["fault"] == why and line["caller"] in (client, "nobody") and line["client"] == oauth.address
    assert line["operation"] == "oauth_token" and "problem" not in line


def test_errors_are_json_in_printable_ascii(oauth):
    answer = oauth(form={"grant_type": "\u00e9\"\\"})
    refused(answer, "unsupported_grant_type")
    assert json.loads(answer.body)["error_description"].isascii()


def test_without_a_key_no_secret_is_good(start, database, make_api, access):
    service = start(database, secret_key="")
    client, secret = access.client()
    answer = make_api(service).call("POST", "/oauth/token", data=b"grant_type=client_credentials",
                                    headers={"Content-Type": FORM, **basic(client, secret)})
    refused(answer, "invalid_client", 401)
    assert [line for line in service.log() if "ACCORD_SECRET_KEY" in line.get("message", "")]
