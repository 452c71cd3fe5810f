# SPDX-License-Identifier: MIT
"""accord client and accord user: what they do, print and refuse. A secret is seen once, on standard output."""

import json
import re
import time

import pytest

from conftest import OPERATIONS, run_accord
from issuing import Key
from test_tokens import CAMDEN, SECRET_KEY, asked, basic, bearer, post, provider, served, token_of  # noqa: F401

ISSUER = "https://login.example"


@pytest.fixture
def command(database, bundle):
    """Runs a command as a role; what it did."""

    def run(*arguments, role="accord_admin", **settings):
        settings = {"database": database.dsn(role), "secret_key": SECRET_KEY, "contract": bundle / "openapi.json",
                    "operations": OPERATIONS, **settings}
        return run_accord(*arguments, **{name: value for name, value in settings.items() if value is not None})

    return run


@pytest.fixture
def create(command):
    def run(client, *options, organisation=CAMDEN):
        done = command("client", "create", client, "--name", "Test", "--organisation", organisation, *options)
        assert done.returncode == 0, done.stderr
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    return run


def test_create_prints_the_secret_once_and_nobody_keeps_it(create, command, sql):
    made = create("once-only", "--scope", "tokens:read")
    assert set(made) == {"client_id", "organisation", "client_secret"}
    secret = made["client_secret"]
    assert re.fullmatch("accord_[a-z2-7]{38}", secret)
    assert secret not in command("client", "list").stdout
    (kept,) = sql("select encode(digest, 'escape') from restricted.client_secret where client_id = 'once-only'")
    assert secret not in kept[0] and secret[7:20] not in kept[0]
    for table in ("client", "client_secret"):
        assert not sql(f"select from restricted.{table} as kept where kept::text like %s", f"%{secret[7:39]}%")


def test_create_with_keys_makes_no_secret(create, command, tmp_path, served, asked):  # noqa: F811
    key = Key(tmp_path, "one")
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [key.jwk]}))
    made = create("keyed", "--jwks", path)
    assert set(made) == {"client_id", "organisation"}
    now = int(time.time())
    text = key.sign({"iss": "keyed", "sub": "keyed", "aud": served.url, "jti": "1", "iat": now, "exp": now + 60},
                    typ="JWT")
    form = {"grant_type": "client_credentials", "client_assertion": text,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    assert post(asked, "/oauth/token", **form).status == 200


def test_keys_are_public_and_few(command, tmp_path):
    key, path = Key(tmp_path, "one"), tmp_path / "jwks.json"
    for text, named in ((json.dumps({"keys": [{**key.jwk, "d": "AQAB"}]}), "jwks.json"), ("{}", "jwks.json"),
                        ("garbage", "jwks.json"), (json.dumps({"keys": []}), "jwks.json"),
                        (json.dumps({"keys": [{"kty": "oct", "k": "AQAB"}]}), "jwks.json"),
                        (json.dumps({"keys": [{**key.jwk, "kid": str(place)} for place in range(5)]}), "4 keys"),
                        ("x" * 20000, "16384 bytes")):
        path.write_text(text)
        done = command("client", "create", "bad-keys", "--name", "x", "--organisation", CAMDEN, "--jwks", path)
        assert done.returncode == 1 and named in done.stderr and not done.stdout, done.stderr
    done = command("client", "create", "bad-keys", "--name", "x", "--organisation", CAMDEN, "--jwks", tmp_path / "none")
    assert done.returncode == 1 and "No such file" in done.stderr


@pytest.mark.parametrize("options, named", [
    (("--organisation", "urn:1"), "urn:1"), (("--organisation", "nowhere"), "No organisation is nowhere"),
    (("--organisation", CAMDEN, "--scope", "tokens:write"), "tokens:read"),
    (("--organisation", CAMDEN, "--scope", "tokens:read "), "there is no scope \"\""),
    (("--organisation", CAMDEN, "--addresses", "10.0.0.1/8"), "192.0.2.0/24"),
    (("--organisation", CAMDEN, "--addresses", "here"), "192.0.2.0/24"),
    (("--organisation", CAMDEN, "--expires", "2001-01-01"), "expired"),
    (("--organisation", CAMDEN, "--expires", "soon"), "YYYY-MM-DD"),
    (("--organisation", CAMDEN, "--expires", "2030-02-30"), "YYYY-MM-DD")])
def test_create_refuses_in_one_line(command, options, named):
    done = command("client", "create", "refused", "--name", "x", *options)
    assert done.returncode == 1 and not done.stdout
    assert named in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("client, name, named", [
    ("Upper", "x", "lower-case"), ("ab", "x", "3 to 64"), ("a--b", "x", "lower-case"), ("a b c", "x", "lower-case"),
    ("x" * 65, "x", "3 to 64"), ("named", "", "1 to 200"), ("named", "a\nb", "one line")])
def test_ids_and_names_have_a_form(command, client, name, named):
    done = command("client", "create", client, "--name", name, "--organisation", CAMDEN)
    assert done.returncode == 1 and named in done.stderr, done.stderr


def test_an_id_is_taken_once(create, command):
    create("taken")
    done = command("client", "create", "taken", "--name", "x", "--organisation", CAMDEN)
    assert done.returncode == 1 and "already" in done.stderr


@pytest.mark.parametrize("arguments", [
    ("client",), ("client", "destroy"), ("client", "create"), ("client", "create", "--name"),
    ("client", "create", "a-client", "--name", "x"), ("client", "create", "a-client", "--organisation", CAMDEN),
    ("client", "create", "a-client", "--name", "x", "--organisation", CAMDEN, "--secret", "y"),
    ("client", "create", "a-client", "--name", "x", "--name", "y", "--organisation", CAMDEN),
    ("client", "create", "a-client", "--name", "x", "--organisation"), ("client", "rotate"),
    ("client", "rotate", "a-client", "more"), ("client", "disable"), ("client", "disable", "a", "b"),
    ("client", "list", "all"), ("user",), ("user", "grant", ISSUER), ("user", "grant", ISSUER, "ann"),
    ("user", "grant", ISSUER, "ann", "--role", "viewer"), ("user", "revoke", ISSUER), ("user", "list", "x")])
def test_what_is_not_understood_is_2(command, arguments):
    done = command(*arguments)
    assert done.returncode == 2 and not done.stdout
    assert f"usage: accord {arguments[0]}" in done.stderr, done.stderr


def test_rotate_leaves_two_secrets_and_at_once_one(create, command, served, asked):  # noqa: F811
    made = create("rotating", "--scope", "all")
    secrets, token = [made["client_secret"]], token_of(asked, made)

    def rotate(*options):
        done = command("client", "rotate", "rotating", *options)
        assert done.returncode == 0, done.stderr
        secrets.append(re.fullmatch("client_secret=(.*)\n", done.stdout)[1])

    def good(place):
        client = {"client_id": "rotating", "client_secret": secrets[place]}
        return post(asked, "/oauth/token", basic(client), grant_type="client_credentials").status == 200

    rotate()
    assert good(0) and good(1)
    rotate()
    assert not good(0) and good(1) and good(2)
    assert asked.get("/v1/me", headers=bearer(token)).status == 200
    rotate("--at-once")
    assert not good(1) and not good(2)
    new = token_of(asked, {"client_id": "rotating", "client_secret": secrets[3]})
    assert asked.get("/v1/me", headers=bearer(new)).status == 200, "issued at once, and good"
    assert asked.get("/v1/me", headers=bearer(token)).status == 401


def test_disable_ends_credentials_and_tokens(create, command, served, asked):  # noqa: F811
    made = create("ending", "--scope", "all")
    token = token_of(asked, made)
    assert command("client", "disable", "ending").returncode == 0
    assert post(asked, "/oauth/token", basic(made), grant_type="client_credentials").status == 401
    time.sleep(0.5)
    assert asked.get("/v1/me", headers=bearer(token)).status == 401
    for again in (("disable",), ("rotate",)):
        done = command("client", again[0], "ending")
        assert done.returncode == 1 and "disabled" in done.stderr and not done.stdout
    done = command("client", "disable", "nobody-at-all")
    assert done.returncode == 1 and "nobody-at-all" in done.stderr


def test_a_client_may_be_held_to_addresses_and_a_day(create, asked):  # noqa: F811
    made = create("held", "--addresses", "192.0.2.0/24,2001:db8::/32", "--expires", "2099-12-31")
    assert post(asked, "/oauth/token", basic(made), grant_type="client_credentials").status == 401
    made = create("held-here", "--addresses", "127.0.0.0/8", "--expires", "2099-12-31T12:00:00Z")
    assert token_of(asked, made)


def test_list_shows_everything_but_secrets(create, command):
    create("listed", "--scope", "tokens:read", "--addresses", "192.0.2.0/24", "--expires", "2099-12-31")
    title, *lines = command("client", "list").stdout.splitlines()
    assert title.split("\t")[:3] == ["id", "state", "secrets"]
    (line,) = [line.split("\t") for line in lines if line.startswith("listed\t")]
    assert line == ["listed", "good", "1", "no", "2099-12-31T00:00:00Z", "192.0.2.0/24", "tokens:read", "Camden",
                    "Test"]
    assert [line.split("\t")[0] for line in lines] == sorted(line.split("\t")[0] for line in lines)


def test_users_are_granted_roles_and_lose_them(command):
    done = command("user", "grant", ISSUER, "eve", "--name", "Eve", "--organisation", "ukprn:10007784", "--role",
                   "viewer", "--scope", "tokens:read")
    assert done.returncode == 0 and re.fullmatch("user=[0-9a-f-]{36}\norganisation=[0-9a-f-]{36}\n", done.stdout)
    (line,) = [line.split("\t") for line in command("user", "list").stdout.splitlines() if "\teve\t" in line]
    assert line[:2] == [ISSUER, "eve"] and line[3:5] == ["viewer", "tokens:read"] and line[6] == "Eve"
    done = command("user", "grant", ISSUER, "eve", "--organisation", "ukprn:10007784", "--role", "editor")
    assert done.returncode == 0
    assert command("user", "revoke", ISSUER, "eve").stdout == "roles=1\n"
    done = command("user", "revoke", ISSUER, "mallory")
    assert done.returncode == 1 and "mallory" in done.stderr


@pytest.mark.parametrize("issuer, subject, role, named", [
    ("login.example", "x", "viewer", "issuer"), (ISSUER, "a b", "viewer", "subject"), (ISSUER, "", "viewer", "subject"),
    (ISSUER, "x", "owner", "viewer, editor, signatory, administrator and operator")])
def test_users_have_a_form(command, issuer, subject, role, named):
    done = command("user", "grant", issuer, subject, "--organisation", CAMDEN, "--role", role)
    assert done.returncode == 1 and named in done.stderr, done.stderr


@pytest.mark.parametrize("role", ["accord_api", "accord_worker"])
def test_other_roles_may_not(command, role):
    for arguments in (("client", "create", "sneaky", "--name", "x", "--organisation", CAMDEN), ("client", "list"),
                      ("client", "rotate", "camden-front-end"), ("user", "list"), ("user", "revoke", ISSUER, "x")):
        done = command(*arguments, role=role)
        assert done.returncode == 1 and not done.stdout
        assert "accord_admin" in done.stderr or "permission denied" in done.stderr, done.stderr


def test_what_is_missing_is_named(command):
    done = command("client", "create", "no-key", "--name", "x", "--organisation", CAMDEN, secret_key=None)
    assert done.returncode == 1 and "ACCORD_SECRET_KEY" in done.stderr
    done = command("client", "list", database=None)
    assert done.returncode == 1 and "ACCORD_DATABASE" in done.stderr
    done = command("client", "list", database="host=/nonexistent")
    assert done.returncode == 1 and "database" in done.stderr and not done.stdout
