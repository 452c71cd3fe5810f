// SPDX-License-Identifier: MIT
// What a front end would do with the generated client: lists, one record, missing values, problems. Speaks TAP.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./contract.js";

type School = components["schemas"]["School"];
type Problem = components["schemas"]["Problem"];

const baseUrl = process.argv[2] ?? "";
const api = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl,
  // Lists of values are separated by commas, as the contract says.
  querySerializer: { array: { style: "form", explode: false } },
});

async function firstPage(): Promise<void> {
  const { data, error, response } = await api.GET("/v1/schools", { params: { query: { limit: 3 } } });
  assert.equal(error, undefined);
  assert.equal(response.status, 200);
  const schools: School[] = data?.items ?? [];
  assert.equal(schools.length, 3);
  for (const school of schools) assert.equal(typeof school.name.length, "number");
}

async function everyPage(): Promise<void> {
  const urns = new Set<number>();
  let after: string | undefined;
  do {
    const query = { localAuthority: ["202"], limit: 40, ...(after === undefined ? {} : { after }) };
    const { data } = await api.GET("/v1/schools", { params: { query } });
    assert(data);
    for (const school of data.items) urns.add(school.urn);
    after = data.next === null ? undefined : (new URL(data.next, baseUrl).searchParams.get("after") ?? undefined);
  } while (after !== undefined);
  assert(urns.size > 40, `${urns.size} schools in Camden`);
}

async function severalValues(): Promise<void> {
  const { data } = await api.GET("/v1/schools", {
    params: { query: { localAuthority: ["202"], phase: ["Primary", "Secondary"], limit: 500 } },
  });
  assert(data);
  assert.deepEqual(new Set(data.items.map((school) => school.phase)), new Set(["Primary", "Secondary"]));
}

async function oneSchool(): Promise<void> {
  const { data } = await api.GET("/v1/schools/{urn}", { params: { path: { urn: "100008" } } });
  assert(data);
  assert.equal(data.urn, 100008);
  // A location may be missing, and a number withheld: the compiler makes the client ask.
  const degrees = data.location === null ? "nowhere" : data.location.latitude.toFixed(1);
  assert.equal(degrees, "51.5");
  const pupils: number | null = data.pupils.value;
  assert(pupils === null || pupils > 0);
}

async function problems(): Promise<void> {
  const { data, error, response } = await api.GET("/v1/schools", { params: { query: { limit: 501 } } });
  assert.equal(data, undefined);
  assert.equal(response.status, 400);
  const problem: Problem | undefined = error;
  assert(problem?.type.endsWith("/problems/invalid-parameter"));
  assert.deepEqual(problem?.errors?.map((violation) => violation.parameter), ["limit"]);
}

// Never called: what the compiler must refuse. A mistake that it accepts is an error here.
export async function mistakes(): Promise<void> {
  // @ts-expect-error no such path
  await api.GET("/v1/school");
  // @ts-expect-error no such parameter
  await api.GET("/v1/schools", { params: { query: { colour: "red" } } });
  // @ts-expect-error a text, not a list
  await api.GET("/v1/schools/{urn}", { params: { path: { urn: ["100008"] } } });
  // @ts-expect-error the path parameter is required
  await api.GET("/v1/schools/{urn}");
  const { data } = await api.GET("/v1/schools/{urn}", { params: { path: { urn: "100008" } } });
  // @ts-expect-error the location may be null
  data?.location.latitude;
}

const tests = { firstPage, everyPage, severalValues, oneSchool, problems };
let number = 0;
console.log(`1..${Object.keys(tests).length}`);
for (const [name, test] of Object.entries(tests)) {
  number += 1;
  try {
    await test();
    console.log(`ok ${number} ${name}`);
  } catch (fault) {
    console.log(`not ok ${number} ${name}: ${String(fault)}`);
    process.exitCode = 1;
  }
}
