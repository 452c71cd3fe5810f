#!/bin/bash
# SPDX-License-Identifier: MIT
# Whether a path of the port on loopback answers 200: no HTTP client is installed just for that.
# Usage: healthy [PORT [PATH]]
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${1:-8080}"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${2:-/readyz}" >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
