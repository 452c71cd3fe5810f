# SPDX-License-Identifier: MIT
"""An OpenID provider as far as a resource server sees one: keys at an https address, and tokens signed with them."""

import base64
import http.server
import json
import ssl
import subprocess
import threading
import time


def encode(data):
    """base64url without padding, of bytes or of JSON."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


class Key:
    """An RSA key that signs with RS256."""

    def __init__(self, directory, kid):
        self.kid = kid
        self.path = directory / f"{kid}.pem"
        openssl("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.path)
        modulus = openssl("rsa", "-in", self.path, "-noout", "-modulus").decode().strip().removeprefix("Modulus=")
        self.jwk = {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "e": "AQAB",
                    "n": encode(bytes.fromhex(modulus))}

    def sign(self, claims, **header):
        text = encode({"alg": "RS256", "typ": "at+jwt", "kid": self.kid, **header}) + "." + encode(claims)
        return text + "." + encode(openssl("dgst", "-sha256", "-sign", self.path, data=text.encode()))


class Provider:
    """Serves its keys until it is told to do something else; counts who asks."""

    def __init__(self, directory):
        self.directory = directory
        self.certificate = directory / "certificate.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory / "tls.pem", "-out", self.certificate)
        self.keys = [Key(directory, "first")]
        self.asked = []
        self.answer = self.answer_keys
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.asked.append(self.path)
                provider.answer(self)

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *arguments):
                pass  # a caller that gave up

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, directory / "tls.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def configuration(self, **changes):
        """The path of a file for ACCORD_PROVIDERS."""
        path = self.directory / "providers.json"
        members = {"issuer": self.url, "audience": "accord", "jwksUrl": self.url + "/jwks",
                   "certificates": str(self.certificate), **changes}
        path.write_text(json.dumps({"providers": [{name: value for name, value in members.items() if value}]}))
        return path

    def document(self):
        return json.dumps({"keys": [key.jwk for key in self.keys]}).encode()

    def answer_keys(self, handler, status=200, body=None, **headers):
        body = self.document() if body is None else body
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            handler.send_header(name, str(value))
        handler.end_headers()
        handler.wfile.write(body)

    def rotate(self, kid):
        """Publishes one key more, and returns it."""
        self.keys.append(Key(self.directory, kid))
        return self.keys[-1]

    def token(self, key=None, header={}, **claims):
        now = int(time.time())
        return (key or self.keys[0]).sign({"iss": self.url, "aud": "accord", "sub": "ann", "iat": now,
                                           "exp": now + 600, **claims}, **header)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
