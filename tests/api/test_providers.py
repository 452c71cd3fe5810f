# SPDX-License-Identifier: MIT
"""Tokens of OpenID providers, judged by keys that are fetched: seldom, safely, and without anybody waiting for long."""

import json
import signal
import time

import pytest

from conftest import OPERATIONS, Service, run_accord
from issuing import Key, Provider
from product import Client

PUBLIC = "/v1/regions"
GOOD, UNAVAILABLE = 200, 503
KEY_UNKNOWN = "The token's key is not one of its issuer's."


@pytest.fixture
def provider(tmp_path):
    provider = Provider(tmp_path)
    yield provider
    provider.stop()


@pytest.fixture
def serve(database, bundle, contract, tmp_path):
    """Starts a service with this provider and returns a client of it."""
    started = []

    def start(provider, **changes):
        service = Service(database, bundle, tmp_path, providers=provider.configuration(**changes))
        started.append(service)
        client = Client(service.url, contract)
        client.service = service
        return client

    yield start
    for service in started:
        assert service.stop() == 0, service.log_path.read_text()[-4000:]


def show(client, token):
    return client.get(PUBLIC, headers={"Authorization": f"Bearer {token}"})


def refused(answer, description):
    answer.problem(401, "invalid-token")
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="accord", error="invalid_token", error_description="{description}"')
    return True


def complaints(client):
    lines = [json.loads(line) for line in client.service.log_path.read_text().splitlines()]
    return [line["message"] for line in lines if line.get("message", "").startswith("keys of ")]


def await_complaint(client, words):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if found := [line for line in complaints(client) if words in line]:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no word of {words}: {client.service.log_path.read_text()}")


def test_a_providers_token_is_accepted_and_its_keys_are_fetched_once(provider, serve):
    client = serve(provider)
    for number in range(10):
        assert show(client, provider.token(jti=str(number))).status == GOOD
    assert provider.asked == ["/jwks"]


def test_a_providers_token_is_judged_as_ours_is(provider, serve):
    client = serve(provider)
    for claims, header, description in (
            ({"aud": "another"}, {}, "The token is meant for another audience."),
            ({"iss": "https://login.example"}, {}, "The token's issuer is not one that is trusted."),
            ({"exp": 1}, {}, "The token has expired."),
            ({}, {"typ": "id_token+jwt"}, "The token is not of a type that is accepted."),
            ({}, {"alg": "HS256"}, "The token's algorithm is not one that is accepted."),
            ({}, {"alg": "PS256"}, "The token's algorithm is not that of its key."),
            ({"sub": None}, {}, "A claim of the token is missing or of the wrong type.")):
        assert refused(show(client, provider.token(header=header, **claims)), description)


def test_a_key_that_signs_before_it_was_heard_of_is_fetched_at_first_sight(provider, serve):
    client = serve(provider)
    assert show(client, provider.token()).status == GOOD
    assert show(client, provider.token(provider.rotate("second"))).status == GOOD
    assert len(provider.asked) == 2


def test_unknown_keys_bring_about_one_fetch_in_a_while(provider, serve):
    client = serve(provider)
    assert show(client, provider.token()).status == GOOD
    stranger = Key(provider.directory, "stranger")
    for number in range(50):
        assert refused(show(client, provider.token(stranger, header={"kid": f"unknown-{number}"})), KEY_UNKNOWN)
    assert len(provider.asked) == 2
    assert show(client, provider.token()).status == GOOD


def test_a_key_of_the_same_name_does_not_do(provider, serve):
    client = serve(provider)
    stranger = Key(provider.directory, "stranger")
    answer = show(client, provider.token(stranger, header={"kid": "first"}))
    assert refused(answer, "The token's signature is wrong.")


def test_stale_keys_are_good_while_the_provider_is_down(provider, serve):
    client = serve(provider)
    assert show(client, provider.token()).status == GOOD
    provider.answer = lambda handler: provider.answer_keys(handler, 500)
    second = provider.rotate("second")
    answer = show(client, provider.token(second))
    answer.problem(UNAVAILABLE, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert await_complaint(client, "the status is 500")
    for number in range(10):
        assert show(client, provider.token(jti=str(number))).status == GOOD
        assert show(client, provider.token(second)).status == UNAVAILABLE
    assert len(provider.asked) == 2


def test_nobody_waits_for_a_provider_that_does_not_answer(provider, serve):
    client = serve(provider)
    assert show(client, provider.token()).status == GOOD
    provider.answer = lambda handler: time.sleep(3)
    started = time.monotonic()
    assert show(client, provider.token(provider.rotate("second"))).status == UNAVAILABLE
    assert 0.5 < time.monotonic() - started < 2.5
    known = [provider.token(jti=str(number)) for number in range(5)]
    started = time.monotonic()
    for token in known:
        assert show(client, token).status == GOOD
    assert client.get(PUBLIC).status == GOOD
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("answer, words", [
    ({"status": 302, "Location": "https://127.0.0.1:1/jwks"}, "the status is 302"),
    ({"status": 404}, "the status is 404"),
    ({"body": b" " * (256 * 1024 + 1)}, "the document is longer than 262144 bytes"),
    ({"body": b"<html>"}, "the document is no JSON object with an array named keys"),
    ({"body": b'{"keys":[]}'}, "the document has no key that verifies signatures"),
])
def test_what_is_no_set_of_keys_is_not_taken(provider, serve, answer, words):
    provider.answer = lambda handler: provider.answer_keys(handler, **answer)
    client = serve(provider)
    assert await_complaint(client, words)
    assert show(client, provider.token()).status == UNAVAILABLE
    assert client.get(PUBLIC).status == GOOD


def test_a_certificate_must_be_trusted(provider, serve):
    client = serve(provider, certificates=None)
    assert await_complaint(client, "certificate")
    assert show(client, provider.token()).status == UNAVAILABLE
    assert provider.asked == []


def test_a_signal_has_keys_fetched_anew(provider, serve):
    client = serve(provider)
    assert show(client, provider.token()).status == GOOD
    withdrawn = provider.keys.pop()
    provider.rotate("second")
    client.service.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while len(provider.asked) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert show(client, provider.token()).status == GOOD
    # Though it had been verified and remembered.
    assert refused(show(client, provider.token(withdrawn)), KEY_UNKNOWN)


def test_keys_may_be_in_a_file(provider, serve):
    path = provider.directory / "keys.json"
    path.write_bytes(provider.document())
    client = serve(provider, jwksUrl=None, certificates=None, jwksFile=str(path))
    assert show(client, provider.token()).status == GOOD
    second = provider.rotate("second")
    assert refused(show(client, provider.token(second)), KEY_UNKNOWN)
    path.write_bytes(b"spoilt")
    client.service.process.send_signal(signal.SIGHUP)
    assert await_complaint(client, "no JSON object")
    assert show(client, provider.token()).status == GOOD
    path.write_bytes(provider.document())
    client.service.process.send_signal(signal.SIGHUP)
    assert await_complaint(client, "had again")
    assert show(client, provider.token(second)).status == GOOD
    assert provider.asked == []


def test_a_service_with_a_faulty_file_does_not_start(provider, bundle):
    path = provider.configuration(jwksUrl="http://127.0.0.1/jwks")
    done = run_accord("check", contract=bundle / "openapi.json", operations=OPERATIONS, providers=path)
    assert done.returncode == 1
    assert done.stderr == (f"accord: {path}: providers[0]: "
                           "jwksUrl is no https URL without user and fragment\n")
