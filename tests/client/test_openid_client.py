# SPDX-License-Identifier: MIT
"""openid-client gets tokens in every way there is, uses them and ends them: software that we did not write."""

import json

from conftest import _fixtures
from issuing import Key
from test_typescript import BUILD, client, packages, run  # noqa: F401: fixtures

SECRET_KEY = "9d" * 32


def test_openid_client_obtains_and_revokes(client, database, bundle, tmp_path):  # noqa: F811
    key = Key(tmp_path, "own")
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [key.jwk]}))

    def create(name, *options):
        done = _fixtures.run_accord("client", "create", name, "--name", name, "--organisation", "gss:E09000007",
                                    "--scope", "all", *options, database=database.dsn("accord_admin"),
                                    contract=bundle / "openapi.json", secret_key=SECRET_KEY)
        assert done.returncode == 0, done.stderr
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    secret = create("openid-client")["client_secret"]
    create("openid-client-keyed", "--jwks", tmp_path / "jwks.json")
    service = _fixtures.Service(database, bundle, tmp_path, secret_key=SECRET_KEY, keys=tmp_path / "keys")
    told = run("node", BUILD / "out" / "obtains.js", service.url, "openid-client", secret, "openid-client-keyed",
               key.path, key.kid, seconds=60).splitlines()
    assert told[0] == f"1..{len(told) - 1}" and len(told) == 7
    assert not [line for line in told[1:] if not line.startswith("ok ")]
    assert service.stop() == 0
    assert secret not in service.log_path.read_text()
