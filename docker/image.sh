#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the container images "accord", "accord-database" and "accord-proxy", or those of the named targets, with Docker
# where its engine answers, else with podman, which needs no engine. Usage: docker/image.sh [TARGET…]
# DEBIAN says on which release (bookworm). Where no registry can be reached, the base is made from Debian's packages.
# NPM_CONFIG_REGISTRY names where npm fetches the interactive reference, if not from its own.
set -eu
cd "$(dirname "$0")/.."
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
debian=${DEBIAN:-bookworm}
base=debian:$debian-slim
podman=(podman --storage-driver=vfs)

die() {
	printf 'accord: %s\n' "$*" >&2
	exit 1
}

# What apt on this machine knows of where it gets packages from, a line a source. $1 is a format of apt's own.
sources() {
	apt-get indextargets --format "$1" 'Created-By: Packages' | sort -u
}

make_base() {
	local folder mirror
	command -v debootstrap >/dev/null ||
		die "no registry has $base, and debootstrap is missing: apt-get install debootstrap"
	[ "$(id -u)" = 0 ] || die "no registry has $base, and only root can make it"
	mirror=$(sources "\$(REPO_URI)" | grep -m 1 '/debian/$' || true)
	folder=$(mktemp -d /var/tmp/accord-base-XXXXXX)
	trap 'rm -rf "$folder"' EXIT
	chmod 0755 "$folder" # the image's own root, where ordinary users must come
	printf 'accord: making %s from packages\n' "$base"
	debootstrap --variant=minbase "$debian" "$folder" ${mirror:+"$mirror"} >"$folder.log" 2>&1 ||
		die "debootstrap cannot make $debian: $(tail -n 1 "$folder.log") ($folder.log)"
	rm -f "$folder.log" "$folder"/var/cache/apt/archives/*.deb
	# A fresh base knows the release only, not its security updates.
	sources "deb \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" | grep -E " $debian-(updates|security) main$" \
		>>"$folder/etc/apt/sources.list" || true
	tar -C "$folder" -c --one-file-system . | "${podman[@]}" import --quiet - "$base" >/dev/null
	rm -rf "$folder"
	trap - EXIT
}

build() {
	local target=$1 name=accord
	[ "$target" = accord ] || name=accord-$target
	printf 'accord: building %s with %s\n' "$name" "${engine[0]}"
	"${engine[@]}" --build-arg "DEBIAN=$debian" --build-arg NPM_CONFIG_REGISTRY --target "$target" -t "$name" \
		-f docker/Dockerfile .
}

if docker info >/dev/null 2>&1; then
	engine=(docker build)
elif command -v podman >/dev/null; then
	engine=("${podman[@]}" build --network=host --isolation=chroot --layers=false)
	"${podman[@]}" image exists "$base" || "${podman[@]}" pull --quiet "docker.io/library/$base" >/dev/null 2>&1 ||
		make_base
else
	die "no Docker engine answers, and podman is missing: start Docker, or apt-get install podman buildah debootstrap"
fi
[ $# -gt 0 ] || set -- accord database proxy
for target; do
	build "$target"
done
