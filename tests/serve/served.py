# SPDX-License-Identifier: GPL-2.0-or-later
"""A tipserve of one's own: started on a free port, asked, ended."""
import http.client
import os
import shlex
import subprocess

WRAPPER = shlex.split(os.environ.get("TIP_WRAPPER", ""))
# Programs that are built with sanitizers look for leaks only when they are told to.
LEAKS = {"ASAN_OPTIONS": "detect_leaks=1"}


class Server:
    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [*WRAPPER, program, "--listen", "127.0.0.1:0", *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, **LEAKS})
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise RuntimeError(self.process.communicate()[1])
        self.port = int(self.address.rstrip("/").rsplit(":", 1)[1])

    def ask(self, path, method="GET", body=None, **headers):
        """Status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body=body,
                               headers={name.replace("_", "-"): value
                                        for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def end(self, signal):
        """Ends it; returns its status and what it said besides the address."""
        self.process.send_signal(signal)
        said = self.process.communicate(timeout=120)
        return self.process.returncode, said[1]
