# SPDX-License-Identifier: MIT
"""Headless Chromium as a reader of pages, by the WebDriver protocol; it notes every request and every complaint."""

import base64
import json
import os
import re
import subprocess
import time
import urllib.parse

import requests

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"


class Browser:
    def __init__(self, directory):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, text=True)
        port = next(match[1] for line in self.driver.stdout if (match := re.search(r"on port (\d+)\.", line)))
        self.http = requests.Session()
        self.http.trust_env = False
        self.base = f"http://127.0.0.1:{port}/session"
        arguments = ["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                     "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1200,1600",
                     f"--user-data-dir={directory}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments},
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        try:
            self.base += "/" + self.send("POST", "", capabilities={"alwaysMatch": wanted})["sessionId"]
        except BaseException:
            self.driver.kill()
            raise

    def send(self, method, path, **body):
        answer = self.http.request(method, self.base + path, json=body if method == "POST" else None, timeout=120)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def open(self, url):
        self.send("POST", "/url", url=url)

    def run(self, script):
        return self.send("POST", "/execute/sync", script=script, args=[])

    def find(self, selector, seconds=20):
        """The first element that a CSS selector finds, as soon as there is one."""
        limit = time.monotonic() + seconds
        while True:
            found = self.send("POST", "/elements", using="css selector", value=selector)
            if found:
                return "/element/" + found[0][ELEMENT]
            assert time.monotonic() < limit, f"nothing is {selector}: {self.complaints()}"
            time.sleep(0.1)

    def click(self, selector):
        self.send("POST", self.find(selector) + "/click")

    def type(self, selector, text):
        self.send("POST", self.find(selector) + "/value", text=text)

    def text(self, selector):
        return self.send("GET", self.find(selector) + "/text")

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.send("GET", "/screenshot")))

    def complaints(self):
        """What was written to the console since the last look."""
        return [line["message"] for line in self.send("POST", "/se/log", type="browser")]

    def requests(self):
        """The addresses asked for since the last look, the refused ones too."""
        events = [json.loads(line["message"])["message"] for line in self.send("POST", "/se/log", type="performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def close(self):
        try:
            self.send("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(20)


def host(url):
    return urllib.parse.urlsplit(url).netloc
