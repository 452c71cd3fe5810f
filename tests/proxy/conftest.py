# SPDX-License-Identifier: MIT
"""nginx with the configuration that is delivered, in front of the service on the engine's own contract."""

import importlib.util
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = ROOT / "tests" / "engine"
sys.path.insert(0, str(ENGINE))

from contract import Contract  # noqa: E402
from service import free_port  # noqa: E402
from wire import wait_until  # noqa: E402

_spec = importlib.util.spec_from_file_location("engine_fixtures", ENGINE / "conftest.py")
_engine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_engine)
administrator, bundle, database, start = _engine.administrator, _engine.bundle, _engine.database, _engine.start
contract, provider, trust = _engine.contract, _engine.provider, _engine.trust

PUBLIC_URL = "https://accord.example"


class Proxy:
    """docker/proxy.sh as an unprivileged user, ready when made. changes replaces text of docker/nginx.conf."""

    def __init__(self, upstream, changes={}, tls=None):
        # Below /tmp, where an unprivileged user may come.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="accord-proxy-", dir="/tmp"))
        scripts = self.directory / "docker"
        shutil.copytree(ROOT / "docker", scripts)
        text = (scripts / "nginx.conf").read_text()
        for old, new in changes.items():
            assert text.count(old) == 1, f"docker/nginx.conf has not one {old}"
            text = text.replace(old, new)
        (scripts / "nginx.conf").write_text(text)
        self.port, self.tls_port = free_port(), free_port()
        (self.directory / "run").mkdir()
        self.log_path = self.directory / "log"
        settings = {"PROXY_PUBLIC_URL": PUBLIC_URL, "PROXY_UPSTREAM": f"127.0.0.1:{upstream}",
                    "PROXY_LISTEN": f"127.0.0.1:{self.port}", "PROXY_TLS_LISTEN": f"127.0.0.1:{self.tls_port}",
                    "PROXY_TLS": shutil.copytree(tls, self.directory / "tls") if tls else "",
                    "PROXY_FOLDER": self.directory / "run"}
        identity = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("www-data")
            for path in [self.directory, *self.directory.rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        path = "/usr/sbin:/usr/bin:/sbin:/bin"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([scripts / "proxy.sh"], env={"PATH": path, **settings}, cwd="/",
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity)
        try:
            wait_until(self.listens, seconds=10)
        except BaseException:
            self.stop()
            raise

    def listens(self):
        assert self.process.poll() is None, self.log_path.read_text()
        pattern = re.compile(rf"^ *\d+: 0100007F:{self.port:04X} 00000000:0000 0A", re.MULTILINE)
        return pattern.search(pathlib.Path("/proc/net/tcp").read_text())

    def lines(self):
        """What it wrote to its access log."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines() if line.startswith("{")]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=10)
        shutil.rmtree(self.directory)


@pytest.fixture(scope="session")
def service(start, database):
    return start(database, public_url=PUBLIC_URL, pool_size=4, connections=512)


@pytest.fixture(scope="module")
def make_proxy():
    """Starts a proxy; it is stopped at the end of the module."""
    proxies = []

    def make(*arguments, **options):
        proxies.append(Proxy(*arguments, **options))
        return proxies[-1]

    yield make
    for proxy in proxies:
        proxy.stop()


@pytest.fixture(scope="module")
def proxy(make_proxy, service):
    """The proxy as it is delivered."""
    return make_proxy(service.port)


@pytest.fixture(scope="session")
def judge(contract):
    """Holds a reply to the contract."""

    def check(reply, method="GET", path="/livez"):
        contract.check(method, path, reply)
        return reply

    return check
