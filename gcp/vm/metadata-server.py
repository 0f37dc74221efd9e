#!/usr/bin/env python3
"""The part of Google's metadata server that startup.sh asks. Usage: metadata-server.py FILE (lines NAME=VALUE), at 169.254.169.254:80."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ATTRIBUTES = dict(line.split("=", 1) for line in Path(sys.argv[1]).read_text().splitlines())
PREFIX = "/computeMetadata/v1/instance/attributes/"


class Metadata(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.removeprefix(PREFIX)
        if self.headers.get("Metadata-Flavor") != "Google":
            self.answer(403, "")
        elif self.path.startswith(PREFIX) and name in ATTRIBUTES:
            self.answer(200, ATTRIBUTES[name])
        else:
            self.answer(404, "")

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("169.254.169.254", 80), Metadata).serve_forever()
