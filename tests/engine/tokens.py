# SPDX-License-Identifier: MIT
"""Tokens made by hand, right or wrong, with the service's own keys or anybody's; and who may call, put into the
database behind the service's back."""

import base64
import hashlib
import hmac
import json
import time
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

ANVIL = "00000000-0000-8000-a000-00000000000a"
BRASS = "00000000-0000-8000-a000-00000000000b"
SECRET_KEY = "3c" * 32
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(token):
    return json.loads(decode(token.split(".")[1]))


def number(value, size):
    return encode(value.to_bytes(size, "big"))


class Key:
    """A key pair: alg is ES256, RS256 or PS256."""

    def __init__(self, alg="ES256", private=None):
        self.alg = alg
        self.private = private or (ec.generate_private_key(ec.SECP256R1()) if alg == "ES256"
                                   else rsa.generate_private_key(65537, 2048))
        public = self.private.public_key()
        numbers = public.public_numbers()
        if alg == "ES256":
            self.jwk = {"crv": "P-256", "kty": "EC", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}
        else:
            size = public.key_size // 8
            self.jwk = {"e": number(numbers.e, 3), "kty": "RSA", "n": number(numbers.n, size)}
        self.pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.kid = encode(hashlib.sha256(json.dumps(self.jwk, separators=(",", ":")).encode()).digest())

    def public(self, **members):
        return {**self.jwk, "alg": self.alg, "kid": self.kid, "use": "sig", **members}

    def sign(self, text, alg=None):
        alg = alg or self.alg
        if alg == "ES256":
            r, s = utils.decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        scheme = (padding.PKCS1v15() if alg == "RS256"
                  else padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size))
        return self.private.sign(text, scheme, hashes.SHA256())


def compact(header, claims, signer):
    """A token of these texts (or objects), signed by whatever signer makes of them."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
    text = ".".join(encode(part.encode()) for part in parts)
    return f"{text}.{encode(signer(text.encode()))}"


def own_key(folder):
    """The key with which a service signs, from its folder."""
    (path,) = folder.glob("*.pem")
    return Key("ES256", load_pem_private_key(path.read_bytes(), None))


class Issuer:
    """Makes access tokens of one issuer with one key."""

    def __init__(self, issuer, key, **claims):
        self.issuer = issuer
        self.key = key
        self.always = claims

    def header(self, **members):
        return {"alg": self.key.alg, "kid": self.key.kid, "typ": "JWT", **members}

    def claims(self, **members):
        now = int(time.time())
        made = {"iss": self.issuer, "aud": self.issuer, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()),
                **self.always, **members}
        return {name: value for name, value in made.items() if value is not None}

    def token(self, header=None, key=None, **claims):
        key = key or self.key
        return compact(self.header(**(header or {})), self.claims(**claims), key.sign)


def bearer(token, organisation=None):
    return {"Authorization": f"Bearer {token}", **({"Accord-Organisation": organisation} if organisation else {})}


def basic(client, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def digest(secret):
    return hmac.new(bytes.fromhex(SECRET_KEY), secret.encode(), hashlib.sha256).digest()


def new_secret():
    """A secret in the form of those that the program makes."""
    body = "accord_" + base64.b32encode(uuid.uuid4().bytes + uuid.uuid4().bytes[:4]).decode().lower()
    check = base64.b32encode(hashlib.sha256(body.encode()).digest()).decode().lower()[:6]
    return body + check


class Access:
    """Who may call, in the database of a service."""

    def __init__(self, sql):
        self.sql = sql
        self.count = 0

    def client(self, scopes="", organisation=ANVIL, addresses=(), keys=None, expires=None, secret=True):
        """A new client's id and secret."""
        self.count += 1
        client, secret = f"client-{uuid.uuid4().hex[:8]}-{self.count}", new_secret() if secret else None
        self.sql("insert into restricted.client"
                 " (id, name, organisation_id, scopes, addresses, keys, expires_at, created_at)"
                 " values (%s, 'Client', %s, %s, %s::cidr[], %s, %s, accord.now())", client, organisation,
                 scopes.split(), list(addresses), json.dumps({"keys": keys}) if keys else None, expires)
        if secret:
            self.sql("insert into restricted.client_secret (client_id, digest, created_at)"
                     " values (%s, %s, accord.now())", client, digest(secret))
        return client, secret

    def person(self, issuer, **roles):
        """A new person's subject and id; roles are organisation=role, or (role, scopes)."""
        subject, person = uuid.uuid4().hex, str(uuid.uuid4())
        self.sql("insert into restricted.person (id, issuer, subject, name, created_at)"
                 " values (%s, %s, %s, 'Ada', accord.now())", person, issuer, subject)
        for name, role in roles.items():
            role, scopes = role if isinstance(role, tuple) else (role, "")
            self.grant(person, {"anvil": ANVIL, "brass": BRASS}[name], role, scopes)
        return subject, person

    def grant(self, person, organisation, role, scopes=""):
        self.sql("insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)"
                 " values (%s, %s, %s, %s, accord.now())", person, organisation, role, scopes.split())
