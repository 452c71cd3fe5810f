#!/bin/sh
# SPDX-License-Identifier: MIT
# PostgreSQL with PostGIS, and the empty database "accord", which docker/migrate.sh fills. It listens on a socket only,
# in /run/accord; who may connect as whom is the table below, by the users of docker/Dockerfile. Arguments go to the
# server.
set -eu
folder=/var/lib/accord

die() {
	printf 'accord: %s\n' "$*" >&2
	exit 1
}

major=$(basename /usr/lib/postgresql/*) # the image has one
bin=/usr/lib/postgresql/$major/bin
data=$folder/$major
for other in "$folder"/*/PG_VERSION; do
	[ ! -e "$other" ] || [ "$other" = "$data/PG_VERSION" ] || [ -e "$data" ] ||
		die "${other%/*} is of another PostgreSQL, and this is $major: dump and load it, or use pg_upgrade"
done

# Made under another name, so that one cut short is not taken for whole.
if [ ! -e "$data" ]; then
	rm -rf "$data.new"
	"$bin/initdb" -D "$data.new" -U postgres -A peer -E UTF8 --locale=C.UTF-8 --data-checksums >/dev/null
	echo "create database accord template template0" |
		"$bin/postgres" --single -D "$data.new" postgres >/dev/null
	mv "$data.new" "$data"
fi

echo 'local all all peer map=accord' >"$data/pg_hba.conf"
cat >"$data/pg_ident.conf" <<'TABLE'
# map    user      role
accord   postgres  postgres
accord   migrate   postgres
accord   accord    accord_api
accord   worker    accord_worker
accord   admin     accord_admin
TABLE

exec "$bin/postgres" -D "$data" -c listen_addresses= -c unix_socket_directories=/run/accord \
	-c shared_preload_libraries=postgis-3 -c timezone=UTC -c log_timezone=UTC -c "log_line_prefix=%m [%p] %q%u@%d " "$@"
