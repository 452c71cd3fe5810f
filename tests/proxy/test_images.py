# SPDX-License-Identifier: MIT
"""What the images are made of and how docker/compose.yaml runs them, held to the tree and the program: no image is
built for it."""

import re
import shutil
import subprocess

import pytest
import yaml

from conftest import ENGINE, ROOT
from service import accord

DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
STAGES = {name: text for text, name in re.findall(r"^(FROM \S+ AS (\w+)$.*?)(?=^FROM |\Z)", DOCKERFILE,
                                                  re.MULTILINE | re.DOTALL)}
COMPOSE = {path.name: yaml.safe_load(path.read_text()) for path in (ROOT / "docker").glob("compose*.yaml")}


def merged(service, more):
    """As compose reads a second file, as far as the tests look."""
    return {**service, **more, "environment": {**service.get("environment", {}), **more.get("environment", {})}}


SERVICES = {f"{name}, {service}": merged(COMPOSE["compose.yaml"]["services"][service], more)
            for name, file in COMPOSE.items() for service, more in file["services"].items()}
OURS = [name for name, service in SERVICES.items() if service["image"] == "accord"]
TEXTS = [path for path in [ROOT / "README.md", *(ROOT / "docker").iterdir()] if path.is_file()]


def sources(stage):
    """What a stage copies from the tree."""
    for line in re.findall(r"^COPY (.*)$", STAGES[stage], re.MULTILINE):
        words = [word for word in line.split() if not word.startswith("--chmod=")]
        if not words[0].startswith("--from="):
            yield from words[:-1]


def let_through():
    """What docker/Dockerfile.dockerignore lets an image see of the tree."""
    lines = (ROOT / "docker" / "Dockerfile.dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def user(service):
    """Whom it runs as: compose says so, or the last word of the image's stage."""
    stage = service["image"].removeprefix("accord-")
    return service.get("user") or re.findall(r"^USER (\S+)$", STAGES[stage], re.MULTILINE)[-1]


def settings(service):
    """The environment as it is where nobody has set anything."""
    return {name: re.sub(r"\$\{\w+(?::-(.*?)|:\?.*?)?\}", lambda match: match[1] or "", value or "")
            for name, value in service.get("environment", {}).items()}


@pytest.mark.parametrize("stage", STAGES)
def test_stage_copies_what_there_is(stage):
    for source in sources(stage):
        assert (ROOT / source).exists(), source
        assert any(source == path or source.startswith(path + "/") for path in let_through()), source


def test_service_builds_from_what_its_stage_copies(tmp_path):
    unseen = shutil.ignore_patterns("node_modules", "__pycache__")
    for source in sources("build"):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source, ignore=unseen)
        else:
            shutil.copy(ROOT / source, tmp_path / source)
    for command in (["meson", "setup", "--prefix=/usr", "build"], ["ninja", "-n", "-C", "build"]):
        done = subprocess.run(command, cwd=tmp_path, text=True, timeout=60, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout


def test_settings_that_are_named_exist():
    known = set(re.findall(r"^ACCORD_\w+", accord("help", "config").stdout, re.MULTILINE))
    for path in TEXTS:
        named = set(re.findall(r"\bACCORD_[A-Z]+(?:_[A-Z]+)*\b", path.read_text()))
        assert named <= known, f"{path}: {named - known}"


def test_commands_that_are_named_exist():
    known = set(re.findall(r"^  ([a-z]+) ", accord("help").stdout, re.MULTILINE))
    command = r'(?:^ {4}|`|do |\[|\["|(?:run --rm|exec) \w+ )accord"?,? "?([a-z]+)'
    named = {(name, path.name) for path in TEXTS for name in re.findall(command, path.read_text(), re.MULTILINE)}
    assert {name for name, _ in named} >= {"serve", "work", "import", "client", "key"}
    assert not [one for one in named if one[0] not in known]


@pytest.mark.parametrize("name", OURS)
def test_program_of_a_service_is_in_its_image(name):
    """Also the one that says whether it is well."""
    service = SERVICES[name]
    there = set(re.findall(r"^COPY .*docker/\S+ /usr/bin/(\S+)$", STAGES["accord"], re.MULTILINE)) | {"accord", "bash"}
    assert service.get("command", ["accord"])[0] in there
    assert service.get("healthcheck", {"test": ["CMD", "accord"]})["test"][1] in there


@pytest.mark.parametrize("name", SERVICES)
def test_service_may_do_no_more_than_it_must(name):
    service = SERVICES[name]
    assert user(service) != "root" and service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_service_is_known_to_the_database_by_its_user(name):
    service = SERVICES[name]
    table = re.findall(r"^accord +(\w+) +(\w+)$", (ROOT / "docker" / "database.sh").read_text(), re.MULTILINE)
    role = re.search(r"\buser=(\w+)", settings(service).get("ACCORD_DATABASE", "user=postgres"))[1]
    assert (user(service), role) in table
    assert f" {user(service)}:9" in STAGES["debian"]


@pytest.mark.parametrize("name", OURS)
def test_settings_of_a_service_are_accepted(name, bundle, tmp_path):
    """But for the database and what lies in volumes."""
    own = {setting.removeprefix("ACCORD_").lower(): value for setting, value in settings(SERVICES[name]).items()
           if setting.startswith("ACCORD_")}
    own.update({"database": "", "keys": tmp_path, "providers": ""})
    done = accord("check", contract=bundle, operations=ENGINE / "operations", **own)
    assert done.returncode == 0, done.stderr
