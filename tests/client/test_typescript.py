# SPDX-License-Identifier: MIT
"""A TypeScript client generated from the contract compiles strictly, refuses mistakes, and reads schools."""

import json
import pathlib
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "client"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "obtains.ts", "reads.ts",
           "verifies.ts")


def run(*command, seconds=300):
    done = subprocess.run(command, cwd=BUILD, text=True, timeout=seconds, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def packages():
    """What npm brings, by the hashes of the lock file and without running anything that a package brings."""
    BUILD.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_text()
    stamp = BUILD / "node_modules" / ".installed"
    for name in SOURCES:
        shutil.copy(HERE / name, BUILD / name)
    if not stamp.exists() or stamp.read_text() != lock:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(lock)
    return BUILD / "node_modules" / ".bin"


@pytest.fixture(scope="module")
def client(packages, bundle):
    """The compiled client."""
    shutil.rmtree(BUILD / "out", ignore_errors=True)
    run(packages / "openapi-typescript", bundle / "openapi.json", "--output", BUILD / "contract.ts")
    run(packages / "tsc", "--project", BUILD)
    return BUILD / "out" / "reads.js"


def test_the_client_reads_schools(client, service):
    told = run("node", client, service.url, seconds=60).splitlines()
    assert told[0] == f"1..{len(told) - 1}" and len(told) > 4
    assert not [line for line in told[1:] if not line.startswith("ok ")]


LOCKS = [HERE / "package-lock.json", HERE.parents[1] / "api" / "pages" / "reference" / "package-lock.json",
         HERE.parents[1] / "openapi" / "package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_lock_files_hold_hashes_and_no_addresses(lock):
    packages = {name: package for name, package in json.loads(lock.read_text())["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package and package["integrity"].startswith("sha512-"), name
