#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bundles a contract written in YAML, one file a resource, into one JSON document for the service.

The root file holds openapi, info, servers, tags, security, and one $ref line a path:

    /v1/schools: { $ref: "schools.yaml#/paths/schools" }

A path item is copied to where it is referred to. Every other reference names a component, of the
same file ("#/components/schemas/School") or of another ("shared.yaml#/components/schemas/Problem"),
and may go on below it; components keep their names, so that two files cannot define one name.
Components that nothing refers to are left out, those of the root file excepted.

Written below OUTDIR: openapi.json (compact, members in the authors' order), openapi.yaml (the same
document), sources.json (the JSON Pointer of each part and the file it came from) and, when asked for,
openapi-3.0.json (the same in OpenAPI 3.0.3, for older tools: a keyword that 3.0 cannot say is a fault).
"""

import argparse
import json
import os
import re
import sys

import yaml

sys.dont_write_bytecode = True  # next to the sources, for nobody's benefit

from downgrade import downgrade

SECTIONS = (
    "schemas", "parameters", "headers", "responses", "requestBodies", "examples", "links",
    "securitySchemes",
)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Members whose own members authors name, so that a property called "example" is still a schema.
NAME_MAPS = SECTIONS + (
    "properties", "patternProperties", "$defs", "dependentSchemas", "content", "paths", "callbacks",
    "encoding",
)
# Members that hold a value of the API, in which "$ref" would be data.
DATA = ("example", "default", "enum", "const", "value", "dependentRequired")
NAME = re.compile(r"^[A-Za-z0-9._-]+$")
# Text that some reader of YAML takes for a number: 02078374590 is one to version 1.2, none to 1.1.
NUMERIC = re.compile(r"^[-+.]?[0-9]")


class Fault(Exception):
    """What is wrong with a source file, already in words."""


class Mapping(dict):
    """A mapping that remembers where it was written."""

    line = 0


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The JSON schema of YAML 1.2: no yes and no, no timestamps, no octal, no merging."""

    yaml_implicit_resolvers = {}


def _fault(mark, text):
    return Fault(f"{mark.name}:{mark.line + 1}: {text}")


def _mapping(loader, node):
    mapping = Mapping()
    mapping.line = node.start_mark.line + 1
    yield mapping
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise _fault(key_node.start_mark, f"the key {key!r} is not a string: quote it")
        if key in mapping:
            raise _fault(key_node.start_mark, f'duplicate key "{key}"')
        if key == "<<":
            raise _fault(key_node.start_mark, "merge keys are not read: use $ref")
        mapping[key] = loader.construct_object(value_node, deep=True)


def _unknown(loader, node):
    raise _fault(node.start_mark, f"the tag {node.tag} is not read")


def _float(loader, node):
    return float(node.value)


def _prepare_loader():
    for tag, pattern, first in (
        ("null", r"^(?:null|~|)$", ["n", "~", ""]),
        ("bool", r"^(?:true|false)$", ["t", "f"]),
        ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
        ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
    ):
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
    Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
    Loader.add_constructor("tag:yaml.org,2002:float", _float)
    for tag in ("binary", "timestamp", "omap", "pairs", "set"):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", _unknown)
    Loader.add_constructor(None, _unknown)


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Quotes whatever a reader of YAML 1.1 or 1.2 would take for something other than a string."""

    def ignore_aliases(self, data):
        return True


def _dump_text(dumper, text):
    style = "|" if "\n" in text else "'" if NUMERIC.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _prepare_dumper():
    Dumper.add_representer(
        Mapping, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items())
    )
    Dumper.add_representer(str, _dump_text)


def escape(token):
    """A member name as a token of a JSON Pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token):
    return token.replace("~1", "/").replace("~0", "~")


class Bundler:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.base = os.path.dirname(self.root)
        self.files = {}
        self.owner = {}  # (section, name) -> file
        self.waiting = []  # components referred to and not yet copied
        self.components = {section: Mapping() for section in SECTIONS}
        self.sources = {}

    def shown(self, path):
        """A file's name in messages and in sources.json: from the contract's own folder on."""
        return os.path.relpath(path, os.path.dirname(self.base))

    def load(self, path):
        if path in self.files:
            return self.files[path]
        try:
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
        except OSError as error:
            raise Fault(f"{self.shown(path)}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise Fault(f"{self.shown(path)}: not UTF-8 at byte {error.start}") from error
        try:
            for event in yaml.parse(text, Loader=Loader):
                if getattr(event, "anchor", None):
                    raise _fault(event.start_mark, "anchors are not read: use $ref")
            document = Loader(text).get_single_data()
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise Fault(f"{self.shown(path)}:{line}: {error.problem or error.context}") from error
        except Fault as fault:
            raise Fault(re.sub(r"^<[^>]*>", self.shown(path), str(fault))) from None
        if not isinstance(document, Mapping):
            raise Fault(f"{self.shown(path)}:1: not a mapping")
        self.files[path] = document
        return document

    def locate(self, path, mapping):
        """The file, tokens and value that a $ref of this file means."""
        where = f"{self.shown(path)}:{mapping.line}"
        reference = mapping["$ref"]
        if not isinstance(reference, str) or reference.count("#") != 1:
            raise Fault(f"{where}: $ref {reference!r} is not FILE#/POINTER")
        name, pointer = reference.split("#")
        if ":" in name or name.startswith("/"):
            raise Fault(f"{where}: $ref {reference!r} leaves the contract")
        target = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
        if not pointer.startswith("/"):
            raise Fault(f"{where}: $ref {reference!r} is not FILE#/POINTER")
        value = self.load(target)
        tokens = [unescape(token) for token in pointer[1:].split("/")]
        for token in tokens:
            if isinstance(value, list) and token.isdigit() and int(token) < len(value):
                value = value[int(token)]
            elif isinstance(value, dict) and token in value:
                value = value[token]
            else:
                raise Fault(f"{where}: $ref {reference!r} leads nowhere")
        return target, tokens, value

    def component(self, path, mapping):
        """The reference of the bundle for a $ref to a component, which is then copied too."""
        target, tokens, _ = self.locate(path, mapping)
        if len(tokens) < 3 or tokens[0] != "components" or tokens[1] not in SECTIONS:
            where = f"{self.shown(path)}:{mapping.line}"
            raise Fault(f"{where}: $ref {mapping['$ref']!r} does not name a component")
        self.claim(target, tokens[1], tokens[2])
        return "#/" + "/".join(escape(token) for token in tokens)

    def claim(self, path, section, name):
        owner = self.owner.get((section, name))
        if owner is None:
            if not NAME.match(name):
                raise Fault(f"{self.shown(path)}: {section}/{name} is not a component's name")
            self.owner[section, name] = path
            self.waiting.append((path, section, name))
        elif owner != path:
            taken = self.shown(owner)
            raise Fault(f"{self.shown(path)}: {section}/{name} is defined in {taken} too")

    def copy(self, path, node, names=False):
        """A copy of a node with the bundle's references; names: its keys are authors' names."""
        if isinstance(node, list):
            return [self.copy(path, item) for item in node]
        if not isinstance(node, dict):
            return node
        made = Mapping()
        for key, value in node.items():
            if key == "$ref" and not names:
                made[key] = self.component(path, node)
            elif not names and (key in DATA or (key == "examples" and isinstance(value, list))):
                made[key] = value
            else:
                made[key] = self.copy(path, value, not names and key in NAME_MAPS)
        return made

    def path_item(self, template, node):
        """A path's item, followed to the file that holds it."""
        path = self.root
        while isinstance(node, dict) and "$ref" in node:
            if len(node) != 1:
                raise Fault(f"{self.shown(path)}:{node.line}: a path's $ref stands alone")
            path, _, node = self.locate(path, node)
        if not isinstance(node, dict):
            raise Fault(f"{self.shown(path)}: {template} is not a path item")
        self.sources["/paths/" + escape(template)] = self.shown(path)
        return self.copy(path, node)

    def bundle(self):
        root = self.load(self.root)
        made = Mapping()
        for key, value in root.items():
            if key == "paths":
                made[key] = Mapping((name, self.path_item(name, item)) for name, item in value.items())
            elif key == "components":
                self.claim_all(value)
            else:
                made[key] = self.copy(self.root, value)
        self.copy_components()
        components = Mapping((key, found) for key, found in self.components.items() if found)
        if components:
            made["components"] = components
        self.sources[""] = self.shown(self.root)
        self.check_operations(made)
        return made

    def claim_all(self, components):
        for section, found in components.items():
            if section not in SECTIONS:
                where = f"{self.shown(self.root)}:{components.line}"
                raise Fault(f"{where}: components/{section} is not known")
            for name in found:
                self.claim(self.root, section, name)

    def copy_components(self):
        while self.waiting:
            path, section, name = self.waiting.pop(0)
            node = self.files[path]["components"][section][name]
            self.components[section][name] = self.copy(path, node)
            self.sources[f"/components/{section}/{escape(name)}"] = self.shown(path)

    def check_operations(self, document):
        seen = {}
        for template, item in document.get("paths", {}).items():
            for method in METHODS:
                name = item.get(method, {}).get("operationId")
                if name in seen:
                    source = self.sources["/paths/" + escape(template)]
                    raise Fault(f"{source}: operationId {name} is taken by {seen[name]}")
                if name is not None:
                    seen[name] = f"{method.upper()} {template}"


def write(directory, name, text):
    """Writes a whole file or none."""
    path = os.path.join(directory, name)
    with open(path + ".new", "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser(description="Bundles a contract's YAML files into one document.")
    parser.add_argument("root", metavar="ROOT.yaml")
    parser.add_argument("outdir", metavar="OUTDIR")
    parser.add_argument("--version", metavar="V", help="info.version of the bundle")
    parser.add_argument("--also-3.0", action="store_true", dest="older", help="write openapi-3.0.json too")
    parser.add_argument("--depfile", metavar="FILE", help="write which files were read, for ninja")
    options = parser.parse_args()
    _prepare_loader()
    _prepare_dumper()
    bundler = Bundler(options.root)
    try:
        document = bundler.bundle()
        if options.version:
            document["info"]["version"] = options.version
        older = downgrade(document) if options.older else None
    except (Fault, ValueError) as fault:
        print(f"bundle.py: {fault}", file=sys.stderr)
        return 1
    os.makedirs(options.outdir, exist_ok=True)
    for name, made in (("openapi.json", document), ("openapi-3.0.json", older)):
        if made is None:
            continue
        text = json.dumps(made, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        write(options.outdir, name, text + "\n")
    write(options.outdir, "openapi.yaml",
          yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100))
    sources = json.dumps(bundler.sources, indent="\t", sort_keys=True)
    write(options.outdir, "sources.json", sources + "\n")
    if options.depfile:
        read = " ".join(os.path.relpath(path).replace(" ", "\\ ") for path in sorted(bundler.files))
        target = os.path.join(options.outdir, "openapi.json").replace(" ", "\\ ")
        with open(options.depfile, "w", encoding="utf-8") as stream:
            stream.write(f"{target}: {read}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
