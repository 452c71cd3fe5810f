# SPDX-License-Identifier: MIT
"""The keys that sign our tokens (jwks_get, accord key, accord token): made once, their owner's, rotated unnoticed."""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time

import pytest
import requests
from psycopg2.extensions import parse_dsn

from conftest import ACCORD, OPERATIONS, Service, clean_environment, run_accord
from product import Client

JWKS = "/.well-known/jwks.json"
PUBLIC_URL = "https://accord.example"
LEAD = 2  # seconds
UNWATCHED = {"ASAN_OPTIONS": "detect_leaks=0"}  # where nobody may look into the process


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def parts(token):
    """Header and claims of a token."""
    return [json.loads(decode(part)) for part in token.split(".")[:2]]


def thumbprint(key):
    """RFC 7638."""
    members = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys"


def make_token(keys, *options, bundle, **settings):
    told = {"keys": keys, "public_url": PUBLIC_URL, "contract": bundle / "openapi.json", **settings}
    done = run_accord("token", *options, **told)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)
    return done.stdout.strip()


def test_keys_are_published_for_less_time_than_they_wait(api):
    answer = api.ok(JWKS)
    assert answer.media == "application/jwk-set+json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"  # of 600 seconds
    (key,) = answer.json()["keys"]
    assert key["kid"] == thumbprint(key)
    assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert api.get(JWKS, headers={"If-None-Match": answer.headers["ETag"]}).status == 304
    assert api.get(JWKS, accept="application/json").problem(406, "not-acceptable") == []


def test_the_first_key_is_made_by_whoever_comes_first(database, bundle, contract, tmp_path, keys):
    listed = run_accord("key", "list", keys=keys)
    assert listed.returncode == 0, listed.stderr
    kid, state, *_ = listed.stdout.split()
    assert state == "current"
    service = Service(database, bundle, tmp_path, keys=keys)
    assert [key["kid"] for key in Client(service.url, contract).ok(JWKS).json()["keys"]] == [kid]
    assert service.stop() == 0


def test_nobody_but_their_owner_reads_keys(keys):
    assert run_accord("key", "rotate", keys=keys).returncode == 0
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    files = list(keys.iterdir())
    assert len(files) == 2 and all(stat.S_IMODE(file.stat().st_mode) == 0o400 for file in files)
    files[0].chmod(0o440)
    done = run_accord("key", "list", keys=keys)
    assert (done.returncode, done.stderr) == (1, f"accord: key {files[0]}: is no file of mode 0400\n")


def test_a_rotation_waits_for_the_one_before(keys):
    first = run_accord("key", "rotate", keys=keys)
    assert first.returncode == 0, first.stderr
    assert [line.split()[1] for line in first.stdout.splitlines()] == ["current", "next"]
    again = run_accord("key", "rotate", keys=keys)
    assert again.returncode == 1
    assert "is published and does not sign yet" in again.stderr
    assert again.stdout == first.stdout


@pytest.mark.parametrize("arguments", [[], ["revoke"], ["list", "all"]])
def test_a_key_command_that_is_none_is_explained(arguments, keys):
    done = run_accord("key", *arguments, keys=keys)
    assert (done.returncode, done.stderr) == (2, "accord: usage: accord key rotate|list [--receipts]\n")
    assert not keys.exists()


def test_key_commands_need_a_folder():
    done = run_accord("key", "list")
    assert (done.returncode, done.stderr) == (1, "accord: ACCORD_KEYS is not set\n")


def test_a_development_token_says_what_it_was_told(keys, bundle):
    header, claims = parts(make_token(keys, "--subject", "s", "--client", "c", "--organisation", "o", "--role", "r",
                                      "--scope", "a b", "--seconds", "60", bundle=bundle))
    assert header == {"alg": "ES256", "typ": "JWT", "kid": run_accord("key", "list", keys=keys).stdout.split()[0]}
    assert claims == {"iss": PUBLIC_URL, "aud": PUBLIC_URL, "sub": "s", "client_id": "c", "org": "o", "role": "r",
                      "scope": "a b", "jti": claims["jti"], "iat": claims["iat"], "exp": claims["iat"] + 60}


def test_a_development_token_has_every_scope_unless_told_otherwise(keys, bundle):
    schemes = json.loads((bundle / "openapi.json").read_text())["components"]["securitySchemes"]
    scopes = schemes["oauth2"]["flows"]["clientCredentials"]["scopes"]
    _, claims = parts(make_token(keys, bundle=bundle))
    assert sorted(claims["scope"].split()) == sorted(scopes)
    assert "scope" not in parts(make_token(keys, "--scope", "", bundle=bundle))[1]


@pytest.mark.parametrize("arguments", [["--scope"], ["--colour", "red"], ["--seconds", "0"], ["--seconds", "86401"],
                                       ["--seconds", "1x"], ["x"]])
def test_a_token_command_that_is_none_is_explained(arguments, keys):
    done = run_accord("token", *arguments, keys=keys)
    assert done.returncode == 2 and done.stderr.startswith("accord: usage: accord token ")


@pytest.mark.parametrize("mode", ["production", None])
def test_no_token_is_made_in_production(mode, keys):
    settings = {**clean_environment(keys=keys), "ACCORD_MODE": mode, **UNWATCHED}
    done = subprocess.run([ACCORD, "token"], env={name: value for name, value in settings.items() if value}, text=True,
                          timeout=20, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "ACCORD_MODE is production" in done.stderr
    assert not keys.exists()


# --- rotation while everybody works

@pytest.fixture(scope="module")
def program(database, bundle):
    """A client of the service: its id and secret, and the key that the secret is kept under."""
    key = secrets.token_hex(32)
    done = run_accord("client", "create", "rotation-test", "--name", "Rotation", "--organisation", "gss:E09000007",
                      database=database.dsn("accord_admin"), secret_key=key, contract=bundle / "openapi.json")
    assert done.returncode == 0, done.stderr
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return told["client_id"], told["client_secret"], key


class Load:
    """Two nodes, and one who gets tokens of either and shows them to the other."""

    def __init__(self, urls, program, until):
        self.urls = urls
        self.program = program
        self.until = until

    def run(self, _):
        session = requests.Session()
        session.trust_env = False
        seen, held = [], []
        while time.monotonic() < self.until:
            issuer, verifier = self.urls if len(seen) % 2 else self.urls[::-1]
            got = session.post(issuer + "/oauth/token", auth=self.program[:2], timeout=10,
                               data={"grant_type": "client_credentials"})
            assert got.status_code == 200, got.text
            held = held[-20:] + [got.json()["access_token"]]
            for token in (held[-1], held[len(seen) % len(held)]):
                shown = session.get(verifier + "/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
                assert shown.status_code == 200, (shown.text, shown.headers.get("WWW-Authenticate"))
            seen.append(parts(held[-1])[0]["kid"])
        return seen


def test_a_rotation_under_load_gives_not_one_wrong_401(database, bundle, tmp_path, keys, program):
    settings = {"keys": keys, "key_lead_seconds": LEAD, "public_url": PUBLIC_URL, "secret_key": program[2]}
    nodes = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        nodes.append(Service(database, bundle, tmp_path / name, **settings))
    load = Load([node.url for node in nodes], program, time.monotonic() + 3 * LEAD + 1)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = pool.map(load.run, range(4))
        time.sleep(0.5)
        assert run_accord("key", "rotate", keys=keys, key_lead_seconds=LEAD).returncode == 0
        rotated = time.monotonic()
        time.sleep(LEAD / 2)
        published = [[key["kid"] for key in requests.get(node.url + JWKS, timeout=10).json()["keys"]] for node in nodes]
        assert time.monotonic() - rotated < LEAD
        seen = list(running)
    old, new = published[0]
    assert published == [[old, new]] * 2
    for kids in seen:
        # Both keys signed, the one before the other: nodes agree to the second.
        assert kids[0] == old and kids[-1] == new and len(kids) > 10
    for node in nodes:
        assert node.stop() == 0


def test_a_key_that_leaked_is_withdrawn_by_removing_its_file(database, bundle, contract, tmp_path, keys):
    service = Service(database, bundle, tmp_path, keys=keys, key_lead_seconds=LEAD, public_url=PUBLIC_URL)
    client = Client(service.url, contract)
    token = make_token(keys, "--scope", "", bundle=bundle)
    (leaked,) = keys.glob("*.pem")
    # Nobody knows the client, but that is asked last.
    description = 'error_description="The token\'s bearer is not one that its issuer is trusted for."'
    headers = {"Authorization": f"Bearer {token}"}
    assert description in client.get("/v1/me", headers=headers).headers["WWW-Authenticate"]
    assert run_accord("key", "rotate", keys=keys, key_lead_seconds=LEAD).returncode == 0
    leaked.unlink()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = client.get("/v1/me", headers=headers).headers["WWW-Authenticate"]
        if "The token's key is not one of its issuer's." in found:
            break
        time.sleep(0.05)
    else:
        raise AssertionError(found)
    assert leaked.name[13:-4] not in client.ok(JWKS).text()
    assert service.stop() == 0


# --- secrets

def test_no_secret_is_logged(database, bundle, contract, tmp_path, keys):
    service = Service(database, bundle, tmp_path, keys=keys, log="debug", public_url=PUBLIC_URL)
    client = Client(service.url, contract)
    token = make_token(keys, bundle=bundle)
    for shown in (token, token[:-4] + "AAAA"):
        client.get("/v1/me", headers={"Authorization": f"Bearer {shown}"}).problem(401, "invalid-token")
    (file,) = keys.glob("*.pem")
    secret = file.read_text().splitlines()[1]
    spoilt = keys / f"{file.name[:13]}{'A' * 43}.pem"
    spoilt.write_text(file.read_text())
    spoilt.chmod(0o400)
    service.process.send_signal(signal.SIGHUP)
    complaint = f"key {spoilt}: does not hold the P-256 key that its name says"
    deadline = time.monotonic() + 10
    while complaint not in service.log_path.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert service.stop() == 0
    log = service.log_path.read_text()
    assert complaint in log
    for text in (secret, "PRIVATE KEY", token, token.split(".")[1], token.split(".")[2]):
        assert text not in log


def test_a_production_process_leaves_no_core_and_no_memory_to_others(database, bundle):
    """Whoever may not dump a process does not own what is below /proc for it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accord-keys-", dir="/tmp"))
    socket = pathlib.Path(parse_dsn(database.administrator)["host"]).stat()
    identity = {"user": socket.st_uid, "group": socket.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    program = shutil.copy(ACCORD, folder / "accord")
    shutil.copytree(bundle, folder / "bundle")
    shutil.copytree(OPERATIONS, folder / "operations")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)
    if identity:
        os.chown(folder, socket.st_uid, socket.st_gid)
    settings = {"database": database.dsn("accord_api"), "contract": folder / "bundle" / "openapi.json", "port": 0,
                "operations": folder / "operations", "metrics_port": 0, "keys": folder / "keys"}
    try:
        owners = {}
        for mode in ("production", "development"):
            process = subprocess.Popen([program, "serve"],
                                       env={**clean_environment(mode=mode, **settings), **UNWATCHED},
                                       text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, **identity)
            assert process.stdout.readline().startswith("accord: serving on ")
            owners[mode] = pathlib.Path(f"/proc/{process.pid}/mem").stat().st_uid
            process.terminate()
            assert process.wait(20) == 0
        assert owners == {"production": 0, "development": identity.get("user", os.geteuid())}
    finally:
        shutil.rmtree(folder)
