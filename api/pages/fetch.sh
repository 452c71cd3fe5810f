#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fetches the interactive reference into DIRECTORY, by the hashes of its lock file and without running anything that a
# package brings. Usage: api/pages/fetch.sh DIRECTORY [STAMP]
# Without npm, or without its registry, the directory stays empty and the service shows a plain list instead: building
# goes on, and tries again next time.
set -eu
here=$(cd "$(dirname "$0")/reference" && pwd)
out=$1
[ $# -lt 2 ] || : >"$2"
want=$(cat "$here/package-lock.json" "$0" | sha256sum)
[ "$(cat "$out/.fetched" 2>/dev/null)" != "$want" ] || exit 0

plain() {
	printf 'accord: %s: /docs will be a plain list of operations\n' "$1"
	exit 0
}

rm -rf "$out"
mkdir -p "$out"
command -v npm >/dev/null || plain 'there is no npm'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=20000) \
	>"$work/log" 2>&1 </dev/null || plain "npm cannot fetch the interactive reference"

# A browser gets two files; who redistributes them passes their licences on.
package=$work/node_modules/swagger-ui-dist
sed '/^\/[/*][#@] *sourceMappingURL=/d' "$package/swagger-ui-bundle.js" >"$out/swagger-ui-bundle.js"
sed '/^\/[/*][#@] *sourceMappingURL=/d' "$package/swagger-ui.css" >"$out/swagger-ui.css"
{
	printf 'Swagger UI (swagger-ui-bundle.js, swagger-ui.css)\n\n'
	cat "$package/NOTICE"
	printf '\n\n'
	cat "$package/LICENSE"
	printf '\nSoftware within swagger-ui-bundle.js\n\n'
	cat "$package/swagger-ui-bundle.js.LICENSE.txt"
} >"$out/licences.txt"
printf '%s\n' "$want" >"$out/.fetched"
