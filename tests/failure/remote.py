# SPDX-License-Identifier: GPL-2.0-or-later
"""Three hosts of one collection, of which one fails: python3 remote.py TIPINDEX TIPSEARCH SAMPLE

Each host is a network namespace with an address and a xapian-tcpsrv of its own; a fourth one, with
the bridge between them, asks. The exit status is 77 when the machine cannot do that.
"""
import functools
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

SECONDS = 2        # that a server has for an answer
ENOUGH = 30        # where all are to answer, whatever else the machine does
AT_ONCE = 4        # failures that are tried at once
PATIENCE = 90      # after which a command counts as one that hangs; it makes a few attempts
# Every kind of question that is put to a server: words, matches, texts, values, many small ones.
ASKED = ["--limit", "20", "--facet", "year", "--facet", "section", "--facet", "mentions", "--trend",
         "police labo* country:(kenya or russia or uzbekistan)"]
ASKING = "10.77.0.100"
WEIGHTS = 1e-9     # by which sums that are taken in another order may differ


def skip(reason):
    print("skipped:", reason)
    sys.exit(77)


# ---- A relay that fails, on the host whose server it stands before ----

def pass_on(source, sink, limit, end, delay, tell=False):
    """Passes on so many bytes, and then closes, or says nothing more; tells how many there were."""
    passed = 0
    try:
        while True:
            got = source.recv(4096 if limit is None else min(4096, limit - passed))
            if not got:
                if tell:
                    print(passed, flush=True)
                sink.shutdown(socket.SHUT_WR)
                return
            time.sleep(delay)
            sink.sendall(got)
            passed += len(got)
            if limit is not None and passed >= limit:
                if end == "silent":
                    time.sleep(2 * PATIENCE)
                sink.shutdown(socket.SHUT_RDWR)
                return
    except OSError:
        pass


def relay(address, target, end, delay, *limits):
    """Stands before a server, on a port for each limit of bytes of its answers on a connection."""
    with selectors.DefaultSelector() as selector:
        for limit in limits:
            listener = socket.create_server((address, 0))
            selector.register(listener, selectors.EVENT_READ, None if limit == "all" else int(limit))
            print(listener.getsockname()[1], flush=True)
        while True:
            for key, _ in selector.select():
                client, _ = key.fileobj.accept()
                server = socket.create_connection((address, int(target)))
                threading.Thread(target=pass_on, daemon=True,
                                 args=(client, server, None, end, 0)).start()
                threading.Thread(target=pass_on, daemon=True,
                                 args=(server, client, key.data, end, float(delay), True)).start()


def hang(address, *ports):
    """Takes connections and says nothing; prints which begin and end, in order."""
    with selectors.DefaultSelector() as selector:
        for port in ports:
            selector.register(socket.create_server((address, int(port))), selectors.EVENT_READ, "")
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.data:
                    print("end", key.data, flush=True)
                    selector.unregister(key.fileobj)
                    continue
                client, _ = key.fileobj.accept()
                port = str(client.getsockname()[1])
                print("begin", port, flush=True)
                selector.register(client, selectors.EVENT_READ, port)


# ---- Hosts ----

class Host:
    def __init__(self, net, number):
        self.net, self.number, self.running = net, number, []
        self.space = f"{net.name}-{number}"
        self.address = f"10.77.0.{number}"

    def start(self, *command):
        """Starts a program on the host."""
        process = subprocess.Popen(["ip", "netns", "exec", self.space, *command],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        self.running.append(process)
        return process

    def serve(self, *folders, port=7000):
        server = self.start("xapian-tcpsrv", "--interface", self.address, "--port", str(port),
                            *folders)
        # Its first line says what it is about to do.
        while b"Listening" not in server.stdout.readline():
            assert server.poll() is None

    def relay(self, *limits, end="close", delay=0):
        """In front of the server, once for each limit; returns what to ask instead of it."""
        relays = self.start(sys.executable, "-B", __file__, "--relay", self.address, "7000", end,
                            str(delay), *map(str, limits))
        return [f"tcp:{self.address}:{int(relays.stdout.readline())}" for _ in limits]

    def hang(self, *ports):
        """Servers that say nothing; returns what to ask, and a function that tells what they saw."""
        process = self.start(sys.executable, "-B", __file__, "--hang", self.address, *ports)
        process.stdout.readline()

        def seen():
            # A connection begins and ends, and the end may be seen a little later.
            late = threading.Timer(SECONDS, process.kill)
            late.start()
            lines = [process.stdout.readline().decode().strip() for _ in range(2 * len(ports))]
            late.cancel()
            return lines
        return [f"tcp:{self.address}:{port}" for port in ports], seen

    def signal(self, number):
        for process in self.running:
            os.killpg(process.pid, number)

    def end(self):
        for process in self.running:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.stdout.close()
            process.wait()
        self.running = []

    def link(self, state):
        run("ip", "-n", self.space, "link", "set", "uplink", state)

    def lose_answers(self, verb):
        """From "add" to "del" it sends nothing: who asks never learns that it takes connections."""
        run("ip", "-n", self.space, "route", verb, "blackhole", ASKING + "/32")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True)


class Net:
    """Hosts 1 to 3, and the one that asks."""

    def __init__(self):
        self.name = f"tip{os.getpid()}"
        self.hosts = [Host(self, number) for number in (1, 2, 3)]
        self.client = f"{self.name}-0"

    def __enter__(self):
        run("ip", "netns", "add", self.client)
        run("ip", "-n", self.client, "link", "set", "lo", "up")
        run("ip", "-n", self.client, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", self.client, "addr", "add", ASKING + "/24", "dev", "bridge")
        run("ip", "-n", self.client, "link", "set", "bridge", "up")
        for host in self.hosts:
            port = f"port{host.number}"
            run("ip", "netns", "add", host.space)
            run("ip", "-n", host.space, "link", "set", "lo", "up")
            run("ip", "-n", self.client, "link", "add", port, "type", "veth", "peer", "name",
                "uplink", "netns", host.space)
            run("ip", "-n", self.client, "link", "set", port, "master", "bridge", "up")
            run("ip", "-n", host.space, "addr", "add", f"{host.address}/24", "dev", "uplink")
            host.link("up")
        return self

    def __exit__(self, *_):
        for host in self.hosts:
            host.end()
            subprocess.run(["ip", "netns", "del", host.space], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "del", self.client], check=False, capture_output=True)

    def ask(self, places, *options, seconds=SECONDS):
        """What tipsearch returns and prints; it must not hang."""
        return subprocess.run(
            ["ip", "netns", "exec", self.client, TIPSEARCH, *(f"--db={place}" for place in places),
             "--timeout", str(seconds), "--format", "json", *options], capture_output=True,
            text=True, timeout=PATIENCE, check=False)


# ---- Tests ----

class Failing(unittest.TestCase):
    """The second host fails; the others are to answer, when that is enough."""

    def setUp(self):
        self.hosts = NET.hosts
        self.failing = self.hosts[1]
        for host in self.hosts:
            host.serve(FOLDERS[host.number])
        self.places = [f"tcp:{host.address}:7000" for host in self.hosts]

    def tearDown(self):
        for host in self.hosts:
            host.end()

    def same(self, got, expected):
        """The same answer, but for the rounding of weights."""
        got, expected = json.loads(got), json.loads(expected)
        for answer in (got, expected):
            answer.pop("partial", None)
            answer.pop("unreachable", None)
        for hit, other in zip(got.get("hits", []), expected.get("hits", [])):
            score, wanted = hit.pop("score"), other.pop("score")
            self.assertLessEqual(abs(score - wanted), WEIGHTS * abs(wanted))
        self.assertEqual(got, expected)

    def fails(self, place, asked=ASKED):
        """The whole is refused with the place; the rest is answered, and said to be a part."""
        places = [self.places[0], place, self.places[2]]
        with ThreadPoolExecutor() as waiting:
            whole = waiting.submit(NET.ask, places, *asked)
            part = waiting.submit(NET.ask, places, "--partial", *asked)
        whole, part = whole.result(), part.result()
        self.assertEqual((whole.returncode, whole.stdout), (3, ""), whole.stderr)
        self.assertIn(place, whole.stderr)
        self.assertEqual(part.returncode, 0, part.stderr)
        answer = json.loads(part.stdout)
        self.assertIs(answer["partial"], True)
        self.assertEqual([lost["index"] for lost in answer["unreachable"]], [place])
        self.assertTrue(answer["unreachable"][0]["error"])
        self.assertIn(place, part.stderr)
        self.same(part.stdout, rest(*asked))

    def test_all_answer(self):
        answer = NET.ask(self.places, *ASKED, seconds=ENOUGH)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.same(answer.stdout, WHOLE)
        self.assertNotEqual(json.loads(WHOLE)["total"], json.loads(rest(*ASKED))["total"])
        # What may be a part is none when all answer.
        self.same(NET.ask(self.places, "--partial", *ASKED, seconds=ENOUGH).stdout, WHOLE)

    def test_one_refuses(self):
        self.failing.end()
        self.fails(self.places[1])

    def test_one_was_stopped(self):
        self.failing.signal(signal.SIGSTOP)
        self.fails(self.places[1])

    def test_one_goes_on_in_time(self):
        self.failing.signal(signal.SIGSTOP)
        threading.Timer(SECONDS / 2, self.failing.signal, [signal.SIGCONT]).start()
        answer = NET.ask(self.places, *ASKED, seconds=ENOUGH)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.same(answer.stdout, WHOLE)

    def test_packets_to_one_are_lost(self):
        self.failing.link("down")
        self.addCleanup(self.failing.link, "up")
        self.fails(self.places[1])

    def test_packets_of_one_are_lost(self):
        self.failing.lose_answers("add")
        self.addCleanup(self.failing.lose_answers, "del")
        self.fails(self.places[1])

    def test_one_serves_several(self):
        self.failing.end()
        self.failing.serve(FOLDERS[2], FOLDERS[3])
        self.fails(self.places[1])

    def test_one_is_far_away(self):
        [place] = self.failing.relay("all", delay=.01)
        answer = NET.ask([self.places[0], place, self.places[2]], *ASKED, seconds=ENOUGH)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.same(answer.stdout, WHOLE)

    def test_one_is_too_slow(self):
        [place] = self.failing.relay("all", delay=SECONDS + 1)
        self.fails(place)

    def cut(self, end, limits, asked=ASKED):
        """All are tried side by side: most of the time is waited."""
        places = dict(zip(limits, self.failing.relay(*limits, end=end)))
        rest(*asked)
        with ThreadPoolExecutor(AT_ONCE) as waiting:
            tried = {limit: waiting.submit(self.fails, place, asked)
                     for limit, place in places.items()}
        for limit, fails in tried.items():
            with self.subTest(end=end, limit=limit):
                fails.result()

    def size_of(self, asked):
        """How many bytes the second server answers with."""
        [place] = self.failing.relay("all")
        NET.ask([self.places[0], place, self.places[2]], *asked, seconds=ENOUGH)
        return int(self.failing.running[-1].stdout.readline())

    def test_one_hangs_up(self):
        size = self.size_of(ASKED)
        self.cut("close", (1, 40, 300, 1000, 6000, size // 2, size - 200, size - 1))

    def test_one_hangs_up_while_it_tells_of_words(self):
        asked = ["--trend", "--limit", "0", "police"]
        size = self.size_of(asked)
        self.cut("close", range(size - 1, size - 300, -100), asked)

    def test_one_hangs_up_while_it_tells_of_terms(self):
        """There is nothing else that it would be asked when it has told of none."""
        asked = ["--limit", "0", "police"]
        size = self.size_of(asked)
        self.cut("close", (size + 1, size + 50), [*asked, "--facet", "mentions"])

    def test_one_hangs_up_while_it_counts(self):
        for facet in ("year", "mentions"):
            asked = ["--limit", "0", "--facet", facet, "police"]
            size = self.size_of(asked)
            self.cut("close", (size - 20, size - 1), asked)

    def test_one_hangs_up_while_others_tell_what_is_alike(self):
        asked = ["--limit", "5", "--similar", LIKE]
        size = self.size_of(asked)
        self.cut("close", (size // 2, size - 1), asked)

    def test_one_hangs_up_while_others_tell_of_reports(self):
        for asked in (["--changes", "russia"], ["--tiers", "russia"]):
            size = self.size_of(asked)
            self.cut("close", (size // 2, size - 1), asked)

    def test_one_falls_silent(self):
        self.cut("silent", (1, 60, 500, 4000))

    def several_hang(self, ports, *options):
        """What tipsearch returns; none is given up before the last is asked."""
        hanging, seen = self.failing.hang(*ports)
        answer = NET.ask([hanging[0], self.places[0], *hanging[1:]], *options, *ASKED)
        asked = seen()
        self.assertEqual(sorted(asked[:3]), [f"begin {port}" for port in sorted(ports)])
        self.assertEqual(sorted(asked[3:]), [f"end {port}" for port in sorted(ports)])
        places = [answer.stderr.find(place) for place in hanging]
        self.assertEqual(places, sorted(places), answer.stderr)
        self.assertGreater(places[0], 0, answer.stderr)
        return answer, hanging

    def test_several_hang(self):
        """All are waited for at the same time."""
        with ThreadPoolExecutor() as waiting:
            whole = waiting.submit(self.several_hang, ("7004", "7002", "7003"))
            part = waiting.submit(self.several_hang, ("7007", "7005", "7006"), "--partial")
        self.assertEqual(whole.result()[0].returncode, 3)
        answer, hanging = part.result()
        self.assertEqual(answer.returncode, 0, answer.stderr)
        lost = json.loads(answer.stdout)["unreachable"]
        self.assertEqual([one["index"] for one in lost], hanging)
        self.same(answer.stdout, NET.ask([FOLDERS[1]], *ASKED).stdout)

    def test_none_is_left(self):
        for host in self.hosts:
            host.end()
        for options in ((), ("--partial",)):
            answer = NET.ask(self.places, *options, *ASKED)
            self.assertEqual((answer.returncode, answer.stdout), (3, ""), answer.stderr)
            for place in self.places:
                self.assertIn(place, answer.stderr)


@functools.cache
def rest(*asked):
    """What all but the second answer."""
    return NET.ask([FOLDERS[1], FOLDERS[3]], *asked).stdout


def check_machine():
    if os.geteuid() != 0:
        skip("only root makes network namespaces")
    for program in ("ip", "xapian-tcpsrv"):
        if not shutil.which(program):
            skip(f"{program} is not installed")


def prepare(folder):
    """An index for each host, and what all of them answer."""
    global FOLDERS, WHOLE, LIKE
    FOLDERS = {}
    for host in NET.hosts:
        FOLDERS[host.number] = os.path.join(folder, str(host.number))
        subprocess.run([TIPINDEX, "--quiet", "--layout", "portable", "--shard",
                        f"{host.number - 1}/3", "--db", FOLDERS[host.number], SAMPLE], check=True)
    WHOLE = NET.ask(FOLDERS.values(), *ASKED).stdout
    LIKE = json.loads(rest(*ASKED))["hits"][0]["id"]


if __name__ == "__main__":
    if sys.argv[1] == "--relay":
        relay(*sys.argv[2:])
    if sys.argv[1] == "--hang":
        hang(*sys.argv[2:])
    TIPINDEX, TIPSEARCH, SAMPLE = sys.argv[1:4]
    check_machine()
    NET = Net()
    with tempfile.TemporaryDirectory(prefix="tip-remote-") as scratch:
        try:
            NET.__enter__()
        except subprocess.CalledProcessError as error:
            NET.__exit__()
            skip(f"no network of one's own: {error.stderr.strip()}")
        try:
            prepare(scratch)
            unittest.main(argv=sys.argv[:1] + sys.argv[4:])
        finally:
            NET.__exit__()
