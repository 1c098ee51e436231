# SPDX-License-Identifier: GPL-2.0-or-later
"""tipserve in front of servers that come and go: python3 test_servers.py TIPSERVE TIPSEARCH
TIPINDEX SAMPLE. The exit status is 77 without xapian-tcpsrv."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from served import WRAPPER, Server

TIPSERVE, TIPSEARCH, TIPINDEX, SAMPLE = sys.argv[1:5]
SHARDS = 3
QUESTION = "/api/search?q=police+labo*&facet=year&limit=5"
PATIENCE = 120     # for what is to be so at some time
WEIGHTS = 1e-9     # by which sums that are taken in another order may differ


def run(program, *arguments, status=0):
    done = subprocess.run([*WRAPPER, program, *arguments], capture_output=True, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


class Shard:
    """An index and its server, which always has the same port."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.name = f"tcp:127.0.0.1:{self.port}"

    def start(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            ["xapian-tcpsrv", "--interface", "127.0.0.1", "--port", str(self.port), self.folder],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        while b"Listening" not in self.process.stdout.readline():
            assert self.process.poll() is None

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def end(self):
        if self.process:
            self.signal(signal.SIGKILL)
            self.process.stdout.close()
            self.process.wait()
        self.process = None


class Servers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(prefix="tip-servers-")
        cls.folders = [os.path.join(cls.scratch, str(i)) for i in range(SHARDS)]
        for i, folder in enumerate(cls.folders):
            run(TIPINDEX, "--quiet", "--layout", "portable", "--shard", f"{i}/{SHARDS}", "--db",
                folder, SAMPLE)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def setUp(self):
        self.shards = [Shard(folder) for folder in self.folders]
        self.server = None

    def tearDown(self):
        for shard in self.shards:
            shard.end()
        if self.server:
            self.server.process.kill()
            self.server.process.communicate()

    def serve(self, *options):
        self.server = Server(TIPSERVE, *(f"--db={shard.name}" for shard in self.shards), *options)

    def ask(self, path=QUESTION, status=200):
        got, _, body = self.server.ask(path)
        self.assertEqual(got, status, body)
        return body.decode() if path.startswith("/api/") else body.decode().replace("&#39;", "'")

    def same(self, answer, shards):
        """What these shards say."""
        expected = json.loads(run(TIPSEARCH, *(f"--db={shard.folder}" for shard in shards),
                                  "--format=json", "--limit=5", "--facet=year", "police labo*"))
        answer = json.loads(answer)
        answer.pop("partial", None)
        answer.pop("unreachable", None)
        for hit, other in zip(answer["hits"], expected["hits"]):
            score, wanted = hit.pop("score"), other.pop("score")
            self.assertLessEqual(abs(score - wanted), WEIGHTS * abs(wanted))
        self.assertEqual(answer, expected)

    def refused(self, *names):
        """A failure that names the servers, for programs and for people."""
        message = json.loads(self.ask(status=503))["error"]["message"]
        page = self.ask("/?q=police", status=503)
        for name in names:
            self.assertIn(name, message)
            self.assertIn(name, page)

    def partial(self, lost):
        answer = self.ask()
        said = json.loads(answer)
        self.assertIs(said.get("partial"), True)
        self.assertEqual([one["index"] for one in said["unreachable"]], [lost.name])
        self.same(answer, [shard for shard in self.shards if shard is not lost])
        for path in ("/?q=police", "/trend?q=police", "/country?country=kenya", "/countries"):
            page = self.ask(path)
            self.assertIn("A part is missing", page)
            self.assertIn(lost.name, page)
        tiers = "/api/tiers?country=kenya"
        self.assertIs(json.loads(self.ask(tiers))["partial"], True)
        for path in (QUESTION, tiers, "/api/changes?country=kenya"):
            path += "&format=csv"
            self.assertIn(lost.name, self.ask(path, status=503))

    def whole(self):
        answer = self.ask()
        self.assertNotIn("partial", json.loads(answer))
        self.same(answer, self.shards)
        self.assertNotIn("A part is missing", self.ask("/?q=police"))
        self.assertIn("\r\n", self.ask(QUESTION + "&format=csv"))

    def test_all_of_it_or_a_failure(self):
        self.shards[1].start()
        self.serve("--timeout", str(PATIENCE))
        down = (self.shards[0].name, self.shards[2].name)
        self.refused(*down)
        self.shards[0].start()
        self.shards[2].start()
        for _ in range(3):
            self.whole()
        self.shards[1].end()
        for _ in range(3):
            self.refused(self.shards[1].name)
        self.shards[1].start()
        for _ in range(3):
            self.whole()
        status, said = self.server.end(signal.SIGTERM)
        self.assertEqual(status, 0)
        for name in down:
            self.assertIn(name, said)

    def test_a_part_is_better_than_nothing(self):
        for shard in self.shards[1:]:
            shard.start()
        self.serve("--partial", "--timeout", str(PATIENCE))
        self.partial(self.shards[0])
        self.shards[0].start()
        for _ in range(3):
            self.whole()
        for lost in (self.shards[2], self.shards[0]):
            lost.end()
            for _ in range(3):
                self.partial(lost)
            lost.start()
            for _ in range(3):
                self.whole()
        for shard in self.shards:
            shard.end()
        self.refused(self.shards[0].name)
        for shard in self.shards:
            shard.start()
        self.whole()

    def test_one_that_hangs(self):
        for shard in self.shards:
            shard.start()
        self.serve("--partial", "--timeout", "2", "--workers", "1")
        self.whole()
        self.shards[1].signal(signal.SIGSTOP)
        self.partial(self.shards[1])
        self.shards[1].signal(signal.SIGCONT)
        end = time.monotonic() + PATIENCE
        while "partial" in json.loads(self.ask()) and time.monotonic() < end:
            time.sleep(.2)
        self.whole()

    def test_started_anew(self):
        """As every night: no question is lost to a connection that led to the server before."""
        for shard in self.shards:
            shard.start()
        self.serve("--timeout", str(PATIENCE))
        for shard in self.shards:
            for _ in range(8):
                self.ask()
            shard.end()
            shard.start()
            self.whole()

    def test_usage(self):
        for value in ("0", "x", "-1"):
            self.assertEqual(run(TIPSERVE, "--timeout", value, status=2), b"")


if __name__ == "__main__":
    if not shutil.which("xapian-tcpsrv"):
        print("skipped: xapian-tcpsrv is not installed")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
