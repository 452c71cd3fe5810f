# SPDX-License-Identifier: MIT
"""A door to PostgreSQL that lets a remark in before the session is open, as a server does that is about to end."""

import pathlib
import socket
import socketserver
import struct
import threading

from psycopg2.extensions import parse_dsn

REMARK = b"terminating connection because of crash of another server process"
FIELDS = b"SWARNING\0VWARNING\0C57P02\0M" + REMARK + b"\0\0"
NOTICE = b"N" + struct.pack("!i", 4 + len(FIELDS)) + FIELDS
ADMITTED = b"R" + struct.pack("!ii", 8, 0)


class Remarking(socketserver.ThreadingUnixStreamServer):
    """Listens in a directory, for a server whose socket lies in another."""

    daemon_threads = True

    def __init__(self, directory, dsn):
        settings = parse_dsn(dsn)
        name = f".s.PGSQL.{settings.get('port', 5432)}"
        self.server = str(pathlib.Path(settings["host"]) / name)
        self.remarks = 0
        super().__init__(str(pathlib.Path(directory) / name), Remarked)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Remarked(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(self.server.server)
            threading.Thread(target=carry, args=(self.request, server), daemon=True).start()
            first = server.recv(len(ADMITTED), socket.MSG_WAITALL)
            self.request.sendall(first)
            if first == ADMITTED:
                self.server.remarks += 1
                self.request.sendall(NOTICE)
            carry(server, self.request)


def carry(source, target):
    """What one says to the other, to its end."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
