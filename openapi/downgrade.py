# SPDX-License-Identifier: MIT
"""A contract of OpenAPI 3.1 said in OpenAPI 3.0.3, for tools that know no other.

What 3.0 cannot say is left out where that only makes it say less (propertyNames, dependentRequired),
and is a ValueError where it would say something else. The members keep their order.
"""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Said in 3.0 as in 3.1.
SAME = (
    "title", "description", "default", "format", "multipleOf", "maximum", "minimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
    "required", "enum", "example", "deprecated", "readOnly", "writeOnly",
)
# Narrow what is accepted and nothing else: without them the schema accepts more.
LEFT_OUT = ("propertyNames", "dependentRequired", "$comment", "$schema")
NULL = {"type": "null"}


def schema(node):
    """A schema of 3.0 that accepts the same values, or more."""
    if node is True:
        return {}
    if node is False:
        return {"not": {}}
    if "$ref" in node:
        rest = {key: value for key, value in node.items() if key != "$ref"}
        reference = {"$ref": node["$ref"]}
        return {**schema(rest), "allOf": [reference]} if rest else reference
    made = {}
    for key, value in node.items():
        if key in SAME:
            made[key] = value
        elif key in MEMBERS:
            MEMBERS[key](made, value)
        elif key not in LEFT_OUT:
            raise ValueError(f'"{key}" cannot be said in OpenAPI 3.0')
    if made.get("type") == "array":
        made.setdefault("items", {})
    if made.get("nullable") and "enum" in made and None not in made["enum"]:
        made["enum"] = made["enum"] + [None]
    return made


def _type(made, value):
    names = [value] if isinstance(value, str) else list(value)
    kinds = [name for name in names if name != "null"]
    if len(kinds) < len(names):
        made["nullable"] = True
    if len(kinds) == 1:
        made["type"] = kinds[0]
    elif kinds:
        made["anyOf"] = [schema({"type": kind}) for kind in kinds]
    else:
        made["enum"] = [None]


def _const(made, value):
    made["enum"] = [value]
    if value is None:
        made["nullable"] = True


def _examples(made, value):
    if value:
        made.setdefault("example", value[0])


def _bound(name):
    def convert(made, value):
        made[name] = value
        made["exclusive" + name.capitalize()] = True
    return convert


def _each(name):
    def convert(made, value):
        made[name] = {key: schema(member) for key, member in value.items()}
    return convert


def _one(name):
    def convert(made, value):
        made[name] = schema(value) if isinstance(value, dict) or name != "additionalProperties" else value
    return convert


def _choice(name):
    def convert(made, value):
        parts = [schema(part) for part in value if part != NULL]
        if len(parts) == len(value):
            made[name] = parts
            return
        made["nullable"] = True
        made[name if len(parts) > 1 else "allOf"] = parts
    return convert


MEMBERS = {
    "type": _type, "const": _const, "examples": _examples, "exclusiveMinimum": _bound("minimum"),
    "exclusiveMaximum": _bound("maximum"), "properties": _each("properties"), "items": _one("items"),
    "not": _one("not"), "additionalProperties": _one("additionalProperties"), "allOf": _choice("allOf"),
    "anyOf": _choice("anyOf"), "oneOf": _choice("oneOf"),
}


def _holder(node):
    """What has a schema or content: a parameter, header, body, media type or response."""
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    made = dict(node)
    if "schema" in made:
        made["schema"] = schema(made["schema"])
    for name in ("content", "headers"):
        if name in made:
            made[name] = {key: _holder(member) for key, member in made[name].items()}
    return made


def _operation(node):
    made = dict(node)
    if "parameters" in made:
        made["parameters"] = [_holder(parameter) for parameter in made["parameters"]]
    if "requestBody" in made:
        made["requestBody"] = _holder(made["requestBody"])
    made["responses"] = {status: _holder(response) for status, response in made["responses"].items()}
    return made


def _path(node):
    made = {key: _operation(value) if key in METHODS else value for key, value in node.items()}
    if "parameters" in made:
        made["parameters"] = [_holder(parameter) for parameter in made["parameters"]]
    return made


def _components(node):
    convert = {"schemas": schema, "parameters": _holder, "headers": _holder, "responses": _holder,
               "requestBodies": _holder}
    return {section: {name: convert.get(section, lambda same: same)(member) for name, member in found.items()}
            for section, found in node.items()}


def downgrade(document):
    made = {**document, "openapi": "3.0.3"}
    made["info"] = {key: value for key, value in document["info"].items() if key != "summary"}
    if "license" in made["info"]:
        made["info"]["license"] = {key: value for key, value in made["info"]["license"].items() if key != "identifier"}
    made["paths"] = {path: _path(item) for path, item in document["paths"].items()}
    if "components" in made:
        made["components"] = _components(document["components"])
    return made
