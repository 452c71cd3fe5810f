# SPDX-License-Identifier: MIT
"""HTTP by hand: sends the bytes that a test wants, right or wrong, and reads replies strictly."""

import gzip
import json
import socket
import time


class Reply:
    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers  # [(name, value)] as sent
        self.body = body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that may be sent once at most."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} repeated: {values}"
        return values[0] if values else None

    def tokens(self, name):
        return {token.strip().lower() for value in self.all(name) for token in value.split(",")}

    def json(self):
        content = gzip.decompress(self.body) if self.header("Content-Encoding") == "gzip" else self.body
        return json.loads(content)

    @property
    def slug(self):
        return self.json()["type"].rsplit("/", 1)[1]


class Wire:
    """One connection; replies are read in the order of the requests."""

    def __init__(self, port, timeout=8):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def line(self):
        while b"\r\n" not in self.buffer:
            assert self.fill(), f"closed in the middle of a line: {self.buffer!r}"
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def exactly(self, count):
        while len(self.buffer) < count:
            assert self.fill(), f"closed {count - len(self.buffer)} bytes early"
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def chunks(self):
        body = b""
        while True:
            size = int(self.line().split(b";")[0], 16)
            body += self.exactly(size)
            if size == 0:
                break
            assert self.line() == b""
        while self.line():
            pass
        return body

    def reply(self, head=False):
        version, status, *reason = self.line().split(b" ", 2)
        assert version in (b"HTTP/1.1", b"HTTP/1.0"), version
        headers = []
        while line := self.line():
            name, value = line.split(b":", 1)
            headers.append((name.decode("ascii"), value.strip().decode("latin-1")))
        found = Reply(int(status), b"".join(reason).decode(), headers, b"")
        if found.status == 100:
            return self.reply(head)
        if head or found.status in (204, 304):
            return found
        if "chunked" in found.tokens("Transfer-Encoding"):
            found.body = self.chunks()
        elif (length := found.header("Content-Length")) is not None:
            found.body = self.exactly(int(length))
        else:
            while self.fill():
                pass
            found.body, self.buffer = self.buffer, b""
        return found

    def closed(self, seconds=3):
        """Whether the other side closes within the time, sending nothing more."""
        assert not self.buffer, self.buffer
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except socket.timeout:
            return False
        except ConnectionResetError:
            return True


def request(method, target, headers=(), body=b"", host="127.0.0.1"):
    """The bytes of a request; Content-Length is added when there is a body and headers say nothing about it."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"] + [f"{name}: {value}" for name, value in headers]
    names = {name.lower() for name, _ in headers}
    if body and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def exchange(port, data, head=False):
    """Sends bytes on a new connection and returns the reply."""
    with Wire(port) as wire:
        wire.send(data)
        return wire.reply(head)


def wait_until(condition, seconds=5, pause=0.02):
    """Waits until condition() is true and returns its value; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(pause)
