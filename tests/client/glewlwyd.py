# SPDX-License-Identifier: MIT
"""An OpenID provider that we did not write: Debian's glewlwyd, private, configured through its own interface."""

import pathlib
import signal
import socket
import subprocess
import time

import requests

SCHEMA = pathlib.Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = pathlib.Path("/usr/lib/glewlwyd")
USER, USER_PASSWORD = "ann", "the password of ann"
CLIENT, CLIENT_PASSWORD = "portal", "the password of portal"
AUDIENCE = "accord"  # it names the scope as the audience

CONFIGURATION = """
port = {port}
bind_address = "127.0.0.1"
external_url = "https://127.0.0.1:{port}/"
api_prefix = "api"
log_mode = "console"
log_level = "WARNING"
cookie_secure = 1
session_expiration = 3600
session_key = "SESSION"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "{modules}/user"
client_module_path = "{modules}/client"
user_auth_scheme_module_path = "{modules}/scheme"
plugin_module_path = "{modules}/plugin"
use_secure_connection = true
secure_connection_key_file = "{directory}/tls.pem"
secure_connection_pem_file = "{directory}/certificate.pem"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{directory}/database"; }};
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, timeout=60, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Glewlwyd:
    """Ready when made, with a user, and a client that may ask for the user's tokens."""

    def __init__(self, directory):
        self.directory = directory
        self.certificate = directory / "certificate.pem"
        port = free_port()
        self.api = f"https://127.0.0.1:{port}/api"
        self.issuer = self.api + "/oidc"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(self.certificate)
        self.make_files(port)
        with open(directory / "log", "wb") as log:
            self.process = subprocess.Popen(["glewlwyd", "--config-file", directory / "configuration"], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)
        try:
            self.await_listening(port)
            self.configure()
        except BaseException:
            self.stop()
            raise

    def make_files(self, port):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", self.directory / "tls.pem", "-out", self.certificate)
        key = self.directory / "key.pem"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        openssl("pkey", "-in", key, "-pubout", "-out", self.directory / "public.pem")
        subprocess.run(["sqlite3", self.directory / "database"], input=SCHEMA.read_bytes(), check=True, timeout=60)
        (self.directory / "configuration").write_text(
            CONFIGURATION.format(port=port, modules=MODULES, directory=self.directory))

    def await_listening(self, port):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.directory / "log").read_text()
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.directory / "log").read_text())

    def post(self, path, **members):
        answer = self.session.post(self.api + path, json=members, timeout=20)
        assert answer.status_code == 200, (path, answer.text, (self.directory / "log").read_text())

    def configure(self):
        """As its administrator, with the name and password that it comes with."""
        self.post("/auth/", username="admin", password="password")
        self.post("/mod/plugin/", module="oidc", name="oidc", display_name="OpenID", parameters={
            "iss": self.issuer, "jwt-type": "ecdsa", "jwt-key-size": "256", "jwks-show": True, "subject-type": "public",
            "key": (self.directory / "key.pem").read_text(), "cert": (self.directory / "public.pem").read_text(),
            "access-token-duration": 600, "refresh-token-duration": 3600, "code-duration": 60,
            "refresh-token-rolling": True, "allow-non-oidc": True, "auth-type-code-enabled": True,
            "auth-type-id-token-enabled": True, "auth-type-password-enabled": True})
        self.post("/scope/", name=AUDIENCE, display_name="Accord", password_required=True, scheme={})
        self.post("/user/?source=database", username=USER, name="Ann", password=USER_PASSWORD, enabled=True,
                  email="ann@school.example", scope=[AUDIENCE, "openid"])
        self.post("/client/?source=database", client_id=CLIENT, name="Portal", confidential=True, enabled=True,
                  password=CLIENT_PASSWORD, authorization_type=["password"], scope=[],
                  redirect_uri=["https://portal.example/"], token_endpoint_auth_method=["client_secret_basic"])

    def tokens(self, scope):
        """What it issues to the client for the user."""
        answer = requests.post(self.issuer + "/token", auth=(CLIENT, CLIENT_PASSWORD), timeout=20,
                               verify=str(self.certificate), data={"grant_type": "password", "username": USER,
                                                                   "password": USER_PASSWORD, "scope": scope})
        assert answer.status_code == 200, (answer.text, (self.directory / "log").read_text())
        return answer.json()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
