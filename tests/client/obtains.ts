// SPDX-License-Identifier: MIT
// What a program does with credentials of its own: find the endpoints, get a token in each way there is, use it, ask
// what it is worth, end it. Speaks TAP.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { importPKCS8 } from "jose";
import * as oauth from "openid-client";

const [address, clientId, secret, keyedId, keyPath, kid] = process.argv.slice(2) as [
  string, string, string, string, string, string];
const issuer = new URL(address);

// Plain http, for the service is on the loopback.
const plain = { algorithm: "oauth2" as const, execute: [oauth.allowInsecureRequests] };

function discover(id: string, method: oauth.ClientAuth): Promise<oauth.Configuration> {
  return oauth.discovery(issuer, id, undefined, method, plain);
}

async function me(configuration: oauth.Configuration, token: string): Promise<Response> {
  return oauth.fetchProtectedResource(configuration, token, new URL("/v1/me", issuer), "GET");
}

async function lifetime(id: string, method: oauth.ClientAuth): Promise<void> {
  const configuration = await discover(id, method);
  const issued = await oauth.clientCredentialsGrant(configuration, { scope: "tokens:read" });
  assert.deepEqual([issued.token_type, issued.expires_in, issued.scope], ["bearer", 600, "tokens:read"]);
  const caller = (await (await me(configuration, issued.access_token)).json()) as { subject: string };
  assert.equal(caller.subject, id);
  const told = await oauth.tokenIntrospection(configuration, issued.access_token);
  assert.deepEqual([told.active, told.client_id, told.scope], [true, id, "tokens:read"]);
  await oauth.tokenRevocation(configuration, issued.access_token);
  assert.equal((await oauth.tokenIntrospection(configuration, issued.access_token)).active, false);
  await assert.rejects(me(configuration, issued.access_token), (error: oauth.WWWAuthenticateChallengeError) => {
    assert.equal(error.status, 401);
    assert.equal(error.cause[0]?.parameters.error, "invalid_token");
    return true;
  });
}

async function found(): Promise<void> {
  const metadata = (await discover(clientId, oauth.None())).serverMetadata();
  assert.equal(metadata.issuer, address);
  assert.deepEqual(metadata.grant_types_supported, ["client_credentials"]);
}

async function byBasic(): Promise<void> {
  await lifetime(clientId, oauth.ClientSecretBasic(secret));
}

async function byPost(): Promise<void> {
  await lifetime(clientId, oauth.ClientSecretPost(secret));
}

async function byPrivateKey(): Promise<void> {
  const key = await importPKCS8(await readFile(keyPath, "utf8"), "RS256");
  await lifetime(keyedId, oauth.PrivateKeyJwt({ key, kid }));
}

async function refused(method: oauth.ClientAuth, scope: string, status: number, word: string): Promise<void> {
  const configuration = await discover(clientId, method);
  await assert.rejects(oauth.clientCredentialsGrant(configuration, { scope }), (error: oauth.ResponseBodyError) => {
    assert.deepEqual([error.status, error.error], [status, word]);
    return true;
  });
}

async function withAWrongSecret(): Promise<void> {
  const challenged = async (): Promise<void> => {
    const configuration = await discover(clientId, oauth.ClientSecretBasic("wrong"));
    await oauth.clientCredentialsGrant(configuration);
  };
  await assert.rejects(challenged, (error: oauth.WWWAuthenticateChallengeError) => {
    assert.deepEqual([error.status, error.cause[0]?.scheme], [401, "basic"]);
    return true;
  });
}

async function forAnotherScope(): Promise<void> {
  await refused(oauth.ClientSecretBasic(secret), "tokens:write", 400, "invalid_scope");
}

const tests = { found, byBasic, byPost, byPrivateKey, withAWrongSecret, forAnotherScope };
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
