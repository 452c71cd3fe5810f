#!/bin/bash
# SPDX-License-Identifier: MIT
# Fills in docker/nginx.conf and runs nginx with it, as an ordinary user. Settings:
#   PROXY_PUBLIC_URL   what clients call the service, as ACCORD_PUBLIC_URL
#   PROXY_UPSTREAM     where the service listens (serve:8080)
#   PROXY_LISTEN       where to listen (8080)
#   PROXY_TLS          a folder with certificate.pem and key.pem; when set, PROXY_TLS_LISTEN (8443) speaks TLS
#   PROXY_FOLDER       a folder to write to (/tmp/proxy)
set -eu
here=$(dirname "$0")
folder=${PROXY_FOLDER:-/tmp/proxy}

# Text of the settings goes into a configuration file: only what an address or a path is made of.
setting() {
	case $2 in
	'' | *[!][A-Za-z0-9.:/_-]*)
		printf 'accord: %s is not an address or a path: "%s"\n' "$1" "$2" >&2
		exit 1
		;;
	esac
	# shellcheck disable=SC2016 # that is the text to replace
	printf 's|${%s}|%s|g\n' "${1#PROXY_}" "$2"
}

mkdir -p "$folder"
{
	setting PROXY_LISTEN "${PROXY_LISTEN:-8080}"
	setting PROXY_UPSTREAM "${PROXY_UPSTREAM:-serve:8080}"
	setting PROXY_PUBLIC_URL "${PROXY_PUBLIC_URL:-}"
	setting PROXY_TLS_LISTEN "${PROXY_TLS_LISTEN:-8443}"
	setting PROXY_TLS "${PROXY_TLS:-none}"
} >"$folder/settings.sed"
sed -f "$folder/settings.sed" "$here/nginx.conf" >"$folder/nginx.conf"
rm -f "$folder/tls.conf"
if [ -n "${PROXY_TLS:-}" ]; then
	sed -f "$folder/settings.sed" "$here/nginx-tls.conf" >"$folder/tls.conf"
fi

# A request takes two files, the client's connection and the service's.
ulimit -S -n "$(ulimit -H -n)"
# nginx opens its log by name, which it may not where standard output belongs to another user: it gets a pipe of its
# own.
rm -f "$folder/access"
mkfifo "$folder/access"
cat "$folder/access" &
exec nginx -e stderr -p "$folder" -c "$folder/nginx.conf" "$@"
