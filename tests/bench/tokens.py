# SPDX-License-Identifier: MIT
"""A program with tokens of its own, at a service that signs them."""

import base64
import http.client
import json
import os
import subprocess
import tempfile
import time

from service import ACCORD, SOCKET, Service


class Program:
    """A client of the service on a database, for an organisation."""

    def __init__(self, database, organisation):
        self.keys = tempfile.TemporaryDirectory(prefix="accord-keys-")
        dsn = f"host={SOCKET} dbname={database} user=accord_admin"
        made = subprocess.run([ACCORD, "client", "create", "bench", "--name", "Bench", "--organisation", organisation],
                              env={**os.environ, "ACCORD_DATABASE": dsn}, check=True, stdout=subprocess.PIPE, text=True)
        told = dict(line.split("=", 1) for line in made.stdout.splitlines())
        secret = f"{told['client_id']}:{told['client_secret']}".encode()
        self.credentials = "Basic " + base64.b64encode(secret).decode()
        self.service = Service(database, ACCORD_KEYS=os.path.join(self.keys.name, "keys"))
        self.connection = http.client.HTTPConnection(self.service.url.removeprefix("http://"), timeout=30)

    def ask(self, method, path, body=None, **headers):
        """The JSON of a reply that must be good, and for how many milliseconds it was waited for."""
        started = time.perf_counter()
        self.connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = self.connection.getresponse()
        text = reply.read()
        waited = (time.perf_counter() - started) * 1e3
        if reply.status != 200:
            raise SystemExit(f"{path} answered {reply.status}: {text.decode()}")
        return json.loads(text), waited

    def tokens(self, count):
        """On a connection that has not been idle for long."""
        self.connection.close()
        return [self.token() for _ in range(count)]

    def token(self):
        return self.ask("POST", "/oauth/token", "grant_type=client_credentials", Authorization=self.credentials,
                        Content_Type="application/x-www-form-urlencoded")[0]["access_token"]

    def show(self, token):
        """Milliseconds to be told who is calling."""
        return self.ask("GET", "/v1/me", Authorization=f"Bearer {token}")[1]

    def stop(self):
        self.connection.close()
        self.service.stop()
        self.keys.cleanup()
