# SPDX-License-Identifier: MIT
"""Every token that must be refused, each with its answer of RFC 6750, on what is secured and on what is public."""

import hashlib
import hmac
import json
import time
import uuid

import pytest

from service import lines_of
from tokens import ANVIL, Key, compact, decode, encode
from wire import exchange, request

PRIVATE, PUBLIC = "/v1/private", "/v1/widgets?limit=1"
REALM = 'Bearer realm="accord"'


def challenge(error, description):
    return f'{REALM}, error="{error}", error_description="{description}"'


@pytest.fixture
def subject(access):
    client, _ = access.client("notes:read")
    return {"sub": client, "client_id": client, "org": ANVIL, "scope": "notes:read"}


def send(service, headers, path):
    return exchange(service.port, request("GET", path, headers))


def refused(reply, status, slug, header, body=True):
    assert (reply.status, reply.header("WWW-Authenticate")) == (status, header), reply.body
    assert reply.header("Cache-Control") == "no-store"
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.slug == slug
    assert b"kept" not in reply.body


def test_a_good_token_is_taken(service, subject):
    for path in (PRIVATE, PUBLIC):
        reply = send(service, [("Authorization", f"Bearer {service.issuer.token(**subject)}")], path)
        assert reply.status == 200 and reply.header("WWW-Authenticate") is None


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer  "])
def test_the_scheme_has_no_case(service, subject, scheme):
    reply = send(service, [("Authorization", f"{scheme} {service.issuer.token(**subject)}")], PRIVATE)
    assert reply.status == 200


def raw(header=None, claims=None, **changes):
    """Makes a token from texts that json would not write."""

    def make(issuer, subject):
        made_header, made_claims = json.dumps(issuer.header()), json.dumps(issuer.claims(**subject))
        for old, new in changes.items():
            made_claims = made_claims.replace(f'"{old}": {json.dumps(issuer.claims(**subject)[old])}', new)
        return compact(header or made_header, claims or made_claims, issuer.key.sign)

    return make


def with_header(**members):
    return lambda issuer, subject: issuer.token(members, **subject)


def with_claims(**members):
    return lambda issuer, subject: issuer.token(
        **{**subject, **{name: value() if callable(value) else value for name, value in members.items()}})


def now(seconds):
    return lambda: int(time.time()) + seconds


def twice(member, where):
    def make(issuer, subject):
        header, claims = json.dumps(issuer.header()), json.dumps(issuer.claims(**subject))
        if where == "header":
            header = header[:-1] + f', "{member}": "JWT"}}'
        else:
            claims = claims[:-1] + f', "{member}": {int(time.time()) + 9}}}'
        return compact(header, claims, issuer.key.sign)

    return make


def unsigned(issuer, subject):
    return compact(issuer.header(alg="none"), issuer.claims(**subject), lambda _: b"")


def keyed_with_our_public_key(issuer, subject):
    return compact(issuer.header(alg="HS256"), issuer.claims(**subject),
                   lambda text: hmac.new(issuer.key.pem, text, hashlib.sha256).digest())


def another_algorithm(issuer, subject):
    other = Key("RS256")
    return compact(issuer.header(alg="RS256"), issuer.claims(**subject), other.sign)


def another_key(issuer, subject):
    return issuer.token(key=Key(), **subject)


def own_key_in_header(member):
    def make(issuer, subject):
        key = Key()
        value = {"jwk": key.public(), "x5c": ["MIIB"]}.get(member, "https://attacker.example/keys")
        return compact({**issuer.header(), member: value}, issuer.claims(**subject), key.sign)

    return make


def changed(change):
    return lambda issuer, subject: change(issuer.token(**subject))


def flip(token):
    head, claims, signature = token.split(".")
    data = bytearray(decode(signature))
    data[5] ^= 1
    return f"{head}.{claims}.{encode(bytes(data))}"


MALFORMED = "The token is not a signed JSON Web Token in compact form."
OWN_KEY = "The token has one of the headers jku, jwk, x5u and x5c."
EXTENSION = "The token has one of the headers crit, zip and b64."
CLAIM = "A claim of the token is missing or of the wrong type."
ALGORITHM = "The token's algorithm is not one that is accepted."
ISSUER = "The token's issuer is not one that is trusted."
AUDIENCE = "The token is meant for another audience."

REFUSED = {
    "garbage": (lambda *_: "garbage", MALFORMED),
    "two parts": (changed(lambda token: token.rsplit(".", 1)[0]), MALFORMED),
    "four parts": (changed(lambda token: token + ".abc"), MALFORMED),
    "padding": (changed(lambda token: token + "=="), MALFORMED),
    "no JSON": (raw(claims="[]"), MALFORMED),
    "alg none": (unsigned, ALGORITHM),
    "HS256 keyed with our public key": (keyed_with_our_public_key, ALGORITHM),
    "alg of another key": (another_algorithm, "The token's algorithm is not that of its key."),
    "lower-case alg": (with_header(alg="es256"), ALGORITHM),
    "alg that nobody has": (with_header(alg="ES512"), ALGORITHM),
    "unknown kid": (with_header(kid="another"), "The token's key is not one of its issuer's."),
    "no kid": (raw(header='{"alg": "ES256", "typ": "JWT"}'), "The token's key is not one of its issuer's."),
    "another key": (another_key, "The token's signature is wrong."),
    "changed signature": (changed(flip), "The token's signature is wrong."),
    "expired": (with_claims(iat=now(-400), exp=now(-60)), "The token has expired."),
    "not yet valid": (with_claims(nbf=now(90)), "The token is not valid yet."),
    "issued in the future": (with_claims(iat=now(90), exp=now(300)), "The token was issued in the future."),
    "exp as text": (with_claims(exp=lambda: str(int(time.time()) + 300)), CLAIM),
    "exp as real": (with_claims(exp=lambda: time.time() + 300.5), CLAIM),
    "exp negative": (with_claims(exp=-1), None),
    "no exp": (with_claims(exp=None), CLAIM),
    "too long": (with_claims(exp=now(90000)), "The token is valid for longer than is accepted."),
    "another issuer": (with_claims(iss="https://else.example"), ISSUER),
    "issuer with a slash": (lambda issuer, subject: issuer.token(iss=issuer.issuer + "/", **subject), ISSUER),
    "no issuer": (with_claims(iss=None), ISSUER),
    "another audience": (with_claims(aud="https://else.example"), AUDIENCE),
    "audiences without us": (with_claims(aud=["https://else.example", "accord"]), AUDIENCE),
    "no audience": (with_claims(aud=None), None),
    "crit": (with_header(crit=["exp"]), EXTENSION),
    "zip": (with_header(zip="DEF"), EXTENSION),
    "jku": (own_key_in_header("jku"), OWN_KEY),
    "x5u": (own_key_in_header("x5u"), OWN_KEY),
    "jwk": (own_key_in_header("jwk"), OWN_KEY),
    "member of the header twice": (twice("typ", "header"), "The token names a member twice."),
    "claim twice": (twice("exp", "claims"), "The token names a member twice."),
    "wrong typ": (with_header(typ="dpop+jwt"), "The token is not of a type that is accepted."),
    "at+jwt of ours": (with_header(typ="at+jwt"), "The token is not of a type that is accepted."),
    "oversized": (with_claims(scope="x" * 9000), "The token is longer than 8192 bytes."),
    "unknown client": (with_claims(client_id="nobody", sub="nobody"),
                       "The token's bearer is not one that its issuer is trusted for."),
    "another organisation": (with_claims(org=str(uuid.uuid4())), "The token was revoked."),
    "no organisation": (with_claims(org=None), "The token was revoked."),
}


@pytest.mark.parametrize("path", [PRIVATE, PUBLIC])
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_token_is_refused_in_the_words_of_rfc_6750(service, subject, name, path):
    make, description = REFUSED[name]
    reply = send(service, [("Authorization", f"Bearer {make(service.issuer, subject)}")], path)
    header = reply.header("WWW-Authenticate")
    if description is None:
        assert header.startswith(f'{REALM}, error="invalid_token", error_description="')
        description = header.split('"')[-2]
    refused(reply, 401, "invalid-token", challenge("invalid_token", description))
    assert reply.json()["detail"] == description


def test_an_audience_array_with_us_is_taken(service, subject):
    issuer = service.issuer
    token = issuer.token(aud=["https://else.example", issuer.issuer], **subject)
    assert send(service, [("Authorization", f"Bearer {token}")], PRIVATE).status == 200


@pytest.mark.parametrize("headers", [
    [], [("Authorization", "Basic YTpi")], [("Authorization", "")], [("Authorization", "Digest username=x")]])
def test_without_a_token_the_challenge_is_bare(service, headers):
    refused(send(service, headers, PRIVATE), 401, "unauthorised", REALM)
    if headers:
        refused(send(service, headers, PUBLIC), 401, "unauthorised", REALM)


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer a b", "Bearer !", 'Bearer "x"', "Bearer a.b.c\u00e9"])
@pytest.mark.parametrize("path", [PRIVATE, PUBLIC])
def test_what_is_no_token_is_an_invalid_request(service, value, path):
    reply = send(service, [("Authorization", value)], path)
    refused(reply, 400, "malformed-request", challenge("invalid_request", "Authorization is not Bearer and a token."))


@pytest.mark.parametrize("names", [("Authorization", "Authorization"), ("Authorization", "AUTHORIZATION")])
@pytest.mark.parametrize("path", [PRIVATE, PUBLIC])
def test_two_authorizations_are_an_invalid_request(service, subject, names, path):
    token = service.issuer.token(**subject)
    reply = send(service, [(name, f"Bearer {token}") for name in names], path)
    refused(reply, 400, "malformed-request",
            challenge("invalid_request", "There is more than one Authorization header."))


@pytest.mark.parametrize("query", ["access_token={}", "limit=1&access_token={}", "access_token"])
@pytest.mark.parametrize("path", ["/v1/private", "/v1/widgets"])
def test_a_token_in_the_query_is_an_invalid_request(service, subject, query, path):
    token = service.issuer.token(**subject)
    for headers in ([], [("Authorization", f"Bearer {token}")]):
        reply = send(service, headers, f"{path}?{query.format(token)}")
        refused(reply, 400, "malformed-request",
                challenge("invalid_request", "A token in the query is not accepted."))
    reply = send(service, [("Authorization", f"Bearer {token}")], f"{path}?access%5Ftoken=x")
    assert (reply.status, reply.slug) == (400, "invalid-parameter")


def test_no_refusal_and_no_log_shows_a_token(service, subject):
    seen = [service.issuer.token(**subject)] + [make(service.issuer, subject) for make, _ in REFUSED.values()]
    for token in seen:
        for path in (PRIVATE, f"{PRIVATE}?access_token={token}"):
            reply = send(service, [("Authorization", f"Bearer {token}")], path[:8000])
            for part in token.split(".")[1:]:
                assert len(part) < 20 or part.encode() not in reply.body
    log = service.log_path.read_text()
    for token in seen:
        for part in token.split(".")[1:]:
            assert len(part) < 20 or part not in log


def test_the_log_says_why_and_who(service, subject):
    for token, found in ((service.issuer.token(iat=1, exp=2, **subject), ("fault", "token: expired")),
                         (service.issuer.token(**subject), ("caller", subject["sub"]))):
        identity = uuid.uuid4().hex
        send(service, [("Authorization", f"Bearer {token}"), ("X-Request-Id", identity)], "/v1/caller")
        (line,) = lines_of(service, identity)
        assert line[found[0]] == found[1]
    assert line["organisation"] == ANVIL


@pytest.mark.parametrize("make", ["own", "external"])
def test_external_tokens_may_be_at_jwt(service, provider, access, make):
    name, _ = access.person(provider.issuer, anvil="viewer")
    token = provider.token({"typ": "at+jwt"} if make == "external" else {}, sub=name)
    assert send(service, [("Authorization", f"Bearer {token}")], PRIVATE).status == 200


@pytest.mark.parametrize("change", [
    {"header": {"alg": "PS256"}}, {"key": Key("RS256")}, {"aud": "else"}, {"exp": 5}, {"iss": "https://login.example/"},
    {"header": {"kid": "else"}}, {"header": {"typ": "id+jwt"}}])
def test_external_tokens_are_judged_alike(service, provider, access, change):
    name, _ = access.person(provider.issuer, anvil="viewer")
    reply = send(service, [("Authorization", f"Bearer {provider.token(sub=name, **change)}")], PRIVATE)
    assert reply.status == 401 and 'error="invalid_token"' in reply.header("WWW-Authenticate")
