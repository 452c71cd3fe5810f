// SPDX-License-Identifier: MIT
// Walks a schema as a schema: a property that happens to be called "properties" is not mistaken for the keyword.
const LISTS = ["allOf", "anyOf", "oneOf"];
const SINGLE = ["items", "additionalProperties", "not"];

// Names that OAuth 2.0 fixes (RFC 6749, 7009, 7523, 7662, 8414).
const OAUTH =
  /^(access|client|error|expires|grant|introspection|jwks|response|revocation|scopes|service|token)(_[a-z]+)+$/;

// What a property says of itself, or one of the schemas that it is composed of.
const says = (schema, test) =>
  test(schema) || LISTS.some((list) => Array.isArray(schema[list]) && schema[list].some((part) => says(part, test)));

const isSingle = (schema) =>
  !says(schema, (part) => [].concat(part.type ?? []).some((type) => type === "object" || type === "array"));

function judge(name, schema, path, faults) {
  const complain = (message) => faults.push({ message, path });
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name) && !OAUTH.test(name)) complain(`"${name}" is not camelCase`);
  if (!says(schema, (part) => part.type !== undefined || part.const !== undefined)) complain(`"${name}" has no type`);
  if (!schema.description) complain(`"${name}" has no description`);
  const shown = (part) => ["example", "examples", "const", "enum", "default"].some((key) => part[key] !== undefined);
  if (isSingle(schema) && !says(schema, shown)) complain(`"${name}" has no example`);
}

function walk(schema, path, faults, above) {
  if (schema === null || typeof schema !== "object" || above.includes(schema)) return;
  const here = [...above, schema];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const place = [...path, "properties", name];
    judge(name, property, place, faults);
    walk(property, place, faults, here);
  }
  for (const key of SINGLE) walk(schema[key], [...path, key], faults, here);
  for (const list of LISTS) (schema[list] ?? []).forEach((part, i) => walk(part, [...path, list, i], faults, here));
}

export default function properties(schema, _options, context) {
  const faults = [];
  walk(schema, [...context.path], faults, []);
  return faults;
}
