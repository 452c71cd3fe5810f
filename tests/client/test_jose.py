# SPDX-License-Identifier: MIT
"""Our tokens, verified by jose with what we publish: by software that we did not write."""

from conftest import _fixtures
from test_typescript import BUILD, client, packages, run  # noqa: F401: fixtures

ISSUER = "https://accord.example"


def test_jose_verifies_our_tokens(client, database, bundle, tmp_path):  # noqa: F811
    keys = tmp_path / "keys"
    service = _fixtures.Service(database, bundle, tmp_path, keys=keys, public_url=ISSUER)
    made = _fixtures.run_accord("token", "--scope", "schools:read", mode="development", keys=keys, public_url=ISSUER)
    assert made.returncode == 0, made.stderr
    told = run("node", BUILD / "out" / "verifies.js", service.url, ISSUER, made.stdout.strip(), seconds=60).splitlines()
    assert told[0] == f"1..{len(told) - 1}" and len(told) == 5
    assert not [line for line in told[1:] if not line.startswith("ok ")]
    assert service.stop() == 0
