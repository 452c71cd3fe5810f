// SPDX-License-Identifier: MIT
// What a service that trusts ours would do with a token: fetch the keys, verify, read the claims. Speaks TAP.
import assert from "node:assert/strict";
import * as jose from "jose";

const [address, issuer, token] = process.argv.slice(2) as [string, string, string];
const keys = jose.createRemoteJWKSet(new URL("/.well-known/jwks.json", address));
const expected = { issuer, audience: issuer, algorithms: ["ES256"], typ: "JWT" };

async function verified(): Promise<void> {
  const { payload, protectedHeader } = await jose.jwtVerify(token, keys, expected);
  assert.deepEqual(Object.keys(protectedHeader).sort(), ["alg", "kid", "typ"]);
  assert.equal(payload["client_id"], payload.sub);
  assert.equal(payload["scope"], "schools:read");
  assert.match(payload.jti ?? "", /^[0-9a-f-]{36}$/);
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600);
}

async function named(): Promise<void> {
  const { kid } = jose.decodeProtectedHeader(token);
  const found = keys.jwks()?.keys.find((key) => key.kid === kid);
  assert(found);
  assert.equal(await jose.calculateJwkThumbprint(found), kid);
  assert.equal(found["d"], undefined);
}

async function spoilt(): Promise<void> {
  const [header, claims, signature] = token.split(".") as [string, string, string];
  const other = jose.base64url.encode(JSON.stringify({ ...jose.decodeJwt(token), scope: "everything" }));
  assert.notEqual(other, claims);
  await assert.rejects(jose.jwtVerify([header, other, signature].join("."), keys, expected), jose.errors.JWSSignatureVerificationFailed);
}

async function elsewhere(): Promise<void> {
  await assert.rejects(jose.jwtVerify(token, keys, { ...expected, audience: "https://other.example" }), jose.errors.JWTClaimValidationFailed);
}

const tests = { verified, named, spoilt, elsewhere };
console.log(`1..${Object.keys(tests).length}`);
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}\n# ${String(error).replaceAll("\n", "\n# ")}`);
    process.exitCode = 1;
  }
}
