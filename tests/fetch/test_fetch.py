# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of tipfetch against a server on the loopback: python3 test_fetch.py TIPFETCH TIPINDEX

$TIP_WRAPPER, if any, runs tipfetch. Status 77: skipped, with the reason.
"""
import email.utils
import os
import resource
import shlex
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import server
from server import GROUPED, MODERN, NUMBERED, OLD

WRAPPER = shlex.split(os.environ.get("TIP_WRAPPER", "").replace(";", " "))
# A program that is built with sanitizers looks for leaks only when it is told to.
LEAKS = {"ASAN_OPTIONS": "detect_leaks=1"}
NAMES = ["Kenya", "Nepal", "Kyrgyz Republic", "Ghana"]
KENYA, NEPAL, GHANA = MODERN + "kenya/", MODERN + "nepal/", MODERN + "ghana/"
PAGES = ["ghana.html", "kenya.html", "kyrgyz-republic.html", "nepal.html"]


class Test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tip-fetch.")
        self.addCleanup(folder.cleanup)
        self.dir = os.path.join(folder.name, "reports")
        self.site = self.enterContext(server.Site())

    def command(self, *arguments, delay="0"):
        return [*WRAPPER, TIPFETCH, "--base-url", self.site.url, "--dir", self.dir, "--delay",
                delay, *arguments]

    def fetch(self, *arguments, expect=0, delay="0", before=None):
        """Runs tipfetch; returns what it printed, stdout and stderr."""
        self.site.log.clear()
        run = subprocess.run(self.command(*arguments, delay=delay), capture_output=True, text=True,
                             timeout=120, check=False, preexec_fn=before, env={**os.environ, **LEAKS})
        self.assertEqual(run.returncode, expect, run.stdout + run.stderr)
        return run.stdout, run.stderr

    def files(self, year=2021, hidden=False):
        folder = os.path.join(self.dir, str(year))
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return sorted(name for name in names if hidden or not name.startswith("."))

    def path(self, name, year=2021):
        return os.path.join(self.dir, str(year), name)

    def read(self, name, year=2021):
        with open(self.path(name, year), "rb") as file:
            return file.read()

    def asked(self):
        return [request.path for request in self.site.log]


class Normal(Test):
    def test_all_pages_come_as_they_are(self):
        self.site.add_modern(NAMES)
        out, err = self.fetch("2021")
        self.assertEqual((out, err), (f"{self.dir}/2021: 4 fetched, 0 already there\n", ""))
        self.assertEqual(self.files(), PAGES)
        self.assertEqual(self.read("kenya.html"), self.site.pages[KENYA])
        self.assertEqual(os.stat(self.path("kenya.html")).st_mtime, server.MODIFIED)
        self.assertEqual(len(self.files(hidden=True)), 5)  # and the index
        self.assertEqual(len(self.asked()), 5)

    def test_files_have_the_rights_that_the_umask_leaves(self):
        self.site.add_modern(NAMES)
        self.addCleanup(os.umask, os.umask(0o027))
        self.fetch("2021")
        rights = {stat.filemode(os.stat(self.path(name)).st_mode)
                  for name in [*self.files(hidden=True), ""]}
        self.assertEqual(rights, {"-rw-r-----", "drwxr-x---"})

    def test_tipindex_takes_them_in(self):
        self.site.add_modern(NAMES)
        self.fetch("2021")
        run = subprocess.run([TIPINDEX, "--db", self.dir + ".db", self.dir], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("8 paragraphs; files: 4 added", run.stdout)

    def test_a_second_run_transfers_nothing(self):
        self.site.add_modern(NAMES)
        self.fetch("2021")
        out, _ = self.fetch("2021")
        self.assertEqual(out, f"{self.dir}/2021: 0 fetched, 4 already there\n")
        self.assertEqual(self.asked(), [MODERN])
        self.assertEqual([(r.status, r.sent) for r in self.site.log], [(304, 0)])

    def test_update_asks_for_each_and_takes_what_changed(self):
        self.site.add_modern(NAMES)
        self.fetch("2021")
        self.fetch("--update", "2021")
        self.assertEqual([(r.status, r.sent) for r in self.site.log], [(304, 0)] * 5)
        changed = self.site.pages[KENYA].replace(b"</main>", b"<p>More.</p></main>")
        self.site.script[KENYA] = [server.body(
            changed, Last_Modified=email.utils.formatdate(server.MODIFIED + 60, usegmt=True))]
        out, _ = self.fetch("--update", "2021")
        self.assertIn(": 1 fetched, 3 already there", out)
        self.assertEqual(self.read("kenya.html"), changed)
        self.assertEqual(os.stat(self.path("kenya.html")).st_mtime, server.MODIFIED + 60)

    def test_requests_keep_their_distance(self):
        self.site.add_modern(NAMES)
        self.fetch("2021", delay="0.3")
        log = self.site.log
        gaps = [b.begun - a.begun for a, b in zip(log, log[1:])]
        print(f"gaps between requests, in seconds, of a delay of 0.3: least {min(gaps):.3f}, "
              f"most {max(gaps):.3f}", file=sys.stderr)
        self.assertEqual(len(gaps), 4)
        self.assertGreaterEqual(min(gaps), 0.3)
        self.assertTrue(all(a.ended <= b.begun for a, b in zip(log, log[1:])))

    def test_the_agent_is_honest_and_may_be_set(self):
        self.site.add_modern(NAMES)
        self.fetch("2021")
        self.assertRegex(self.site.log[0].agent, r"^Mozilla/5\.0 \(compatible; tipfetch/[0-9.]+\)$")
        self.fetch("--update", "--user-agent", "Mozilla/5.0 Test", "2021")
        self.assertEqual({request.agent for request in self.site.log}, {"Mozilla/5.0 Test"})

    def test_numbers_for_names(self):
        self.site.add_numbered(["Ghana", "Côte d'Ivoire", "Congo, Democratic Republic of the"])
        self.fetch("2015")
        self.assertEqual(self.files(2015), ["cote-divoire.html",
                                            "democratic-republic-of-the-congo.html", "ghana.html"])

    def test_pages_of_many_countries(self):
        self.site.add_grouped(2010, GROUPED)
        self.site.add_grouped(2006, OLD)
        self.fetch("2010", "2006")
        for year in 2006, 2010:
            self.assertEqual(self.files(year), ["countries-65988.html", "countries-65989.html",
                                                "countries-65990.html"])

    def test_lists_are_followed(self):
        """The first index is gone; the second leads to a list, which leads to the pages."""
        self.site.add_numbered(NAMES)
        folder = NUMBERED.replace("countries/", "")
        self.site.script[NUMBERED + "index.htm"] = [server.status(404)]
        self.site.pages[folder + "index.htm"] = server.index(
            2015, f'<a href="{"https:/" + NUMBERED}index.htm">List</a>', folder + "index.htm")
        _, err = self.fetch("2015")
        self.assertIn("HTTP status 404", err)
        self.assertEqual(self.files(2015), PAGES)

    def test_one_country_of_several_years(self):
        self.site.add_modern(NAMES)
        self.site.add_numbered(["Ghana", "Peru"])
        self.fetch("--country", "ghanaian", "2015", "2021")
        self.assertEqual((self.files(), self.files(2015)), (["ghana.html"], ["ghana.html"]))
        _, err = self.fetch("--country", "Peru", "2021", expect=3)
        self.assertIn("2021: the index leads to no page of Peru", err)

    def test_a_dry_run_writes_nothing(self):
        self.site.add_modern(NAMES)
        out, _ = self.fetch("--dry-run", "2021")
        self.assertEqual(self.asked(), [MODERN])
        self.assertFalse(os.path.exists(self.dir))
        self.assertIn(f"https:/{KENYA}\t{self.path('kenya.html')}\n", out)
        self.assertEqual(out.count("\n"), 4)

    def test_another_table_of_addresses(self):
        self.site.add_modern(NAMES)
        table = self.dir + ".tsv"
        with open(table, "w", encoding="ascii") as file:
            file.write("*\thost\twww.state.gov\n"
                       f"2031\tindex\thttps:/{MODERN}\n"
                       f"2031\tcountry\thttps:/{MODERN}*\tn*\n")
        out, _ = self.fetch("--addresses", table, "--dry-run", "2031")
        self.assertEqual(out, f"https:/{NEPAL}\t{self.path('nepal.html', 2031)}\n")
        _, err = self.fetch("--addresses", table, "2021", expect=2)
        self.assertIn("2021: no address of an index", err)


class Trouble(Test):
    def setUp(self):
        super().setUp()
        self.site.add_modern(NAMES)

    def fails(self, responder, *words, expect=1, options=()):
        """Kenya alone does not come; the message says why; the next run gets it."""
        self.site.script[KENYA] = [responder] * 10
        out, err = self.fetch("--retries", "1", *options, "2021", expect=expect)
        self.assertIn(", 1 failed", out)
        self.assertEqual(err.count("\n"), 1, err)
        for word in (KENYA, *words):
            self.assertIn(word, err)
        self.assertFalse(os.path.exists(self.path("kenya.html")))
        asked = self.asked().count(KENYA)
        rejected = os.path.exists(self.path("kenya.html.rejected"))
        self.assertEqual(len(self.files()), 3 + rejected)
        del self.site.script[KENYA]
        self.fetch("2021")
        self.assertEqual(self.asked(), [MODERN, KENYA])
        self.assertEqual(self.files(), PAGES)
        return asked, rejected

    def recovers(self, *responders, options=(), delay="0"):
        self.site.script[KENYA] = list(responders)
        _, err = self.fetch(*options, "2021", delay=delay)
        self.assertEqual(err, "")
        self.assertEqual(self.read("kenya.html"), self.site.pages[KENYA])
        return [request for request in self.site.log if request.path == KENYA]

    def test_missing(self):
        self.assertEqual(self.fails(server.status(404), "404"), (1, False))

    def test_forbidden(self):
        self.assertEqual(self.fails(server.status(403), "403", "--user-agent"), (1, False))

    def test_server_errors_are_tried_again(self):
        self.assertEqual(self.fails(server.status(500), "500"), (2, False))
        os.remove(self.path("kenya.html"))
        self.assertEqual(len(self.recovers(server.status(500), server.status(502))), 3)

    def test_pauses_double(self):
        requests = self.recovers(*[server.status(500)] * 3, delay="0.2")
        gaps = [b.begun - a.begun for a, b in zip(requests, requests[1:])]
        for gap, least in zip(gaps, (0.4, 0.8, 1.6)):
            self.assertGreaterEqual(gap, least)

    def test_retry_after_is_obeyed(self):
        soon = email.utils.formatdate(time.time() + 3, usegmt=True)
        requests = self.recovers(server.status(429, Retry_After=1),
                                 server.status(503, Retry_After=soon))
        self.assertGreaterEqual(requests[1].begun - requests[0].begun, 1)
        self.assertGreaterEqual(requests[2].begun - requests[0].begun, 1.5)

    def test_nobody_waits_for_hours(self):
        self.assertEqual(self.fails(server.status(429, Retry_After=7200), "7200 seconds"),
                         (1, False))

    def test_refusals_end_the_run(self):
        for path in (KENYA, NEPAL, GHANA, MODERN + "kyrgyz-republic/"):
            self.site.script[path] = [server.status(403)] * 5
        _, err = self.fetch("2021", expect=3)
        self.assertEqual(len(self.site.log), 4)
        self.assertIn("the site is left alone", err)
        self.site.script.clear()
        _, err = self.fetch("--user-agent", "plain", "2021", expect=3)
        self.assertIn("403", err)

    def test_stalls(self):
        self.assertEqual(self.fails(server.stall, options=("--timeout", "1")), (2, False))

    def test_cut_off(self):
        self.assertEqual(self.fails(server.cut)[1], False)
        os.remove(self.path("kenya.html"))
        self.assertEqual(len(self.recovers(server.cut)), 2)

    def test_compressed(self):
        self.recovers(server.zipped(self.site.pages[KENYA]))

    def test_damaged_compression(self):
        self.fails(server.body(b"\x1f\x8bnothing", Content_Encoding="gzip"))

    def test_wrong_type(self):
        self.assertEqual(self.fails(server.body(b"%PDF-1.4", "application/pdf"),
                                    "application/pdf"), (1, False))

    def test_empty(self):
        self.fails(server.body(b""), "no narrative")

    def test_a_page_that_blocks_programs(self):
        block = b"<html><title>Just a moment</title><p>Checking your browser.</p></html>"
        self.assertEqual(self.fails(server.body(block), "no narrative", "kenya.html.rejected"),
                         (1, True))

    def test_another_country(self):
        self.assertEqual(self.fails(server.body(self.site.pages[NEPAL]), "narrative of Kenya"),
                         (1, True))

    def test_another_year(self):
        old = server.narrative("Kenya", 2019, KENYA.replace("2021", "2019"))
        self.assertEqual(self.fails(server.body(old), "2019, not of 2021"), (1, True))

    def test_what_replaces_a_page_does_not_harm_it(self):
        self.fetch("2021")
        late = email.utils.formatdate(time.time(), usegmt=True)
        self.site.script[KENYA] = [server.body(b"<p>Moved.</p>", Last_Modified=late)]
        self.fetch("--update", "2021", expect=1)
        self.assertEqual(self.read("kenya.html"), self.site.pages[KENYA])
        self.assertEqual(self.read("kenya.html.rejected"), b"<p>Moved.</p>")

    def test_too_large(self):
        self.assertEqual(self.fails(server.endless, "16 MB"), (1, False))

    def test_too_large_once_decompressed(self):
        self.assertEqual(self.fails(server.zipped(b"<p>x</p>" * 4000000), "16 MB"), (1, False))

    def test_redirects(self):
        moved = "/2017-2021.state.gov/moved/"
        self.site.pages[moved] = self.site.pages[KENYA]
        for target in ("https:/" + moved, self.site.url + moved, moved):
            self.recovers(server.status(301, Location=target))
            self.assertIn(moved, self.asked())
            os.remove(self.path("kenya.html"))

    def test_redirects_elsewhere(self):
        for target in ("https://www.example.org/kenya/", "https://evilstate.gov/",
                       "https://www.state.gov@example.org/", "https://www.state.gov:8443/",
                       "http://127.0.0.1:1/", "file:///etc/passwd", "ftp://www.state.gov/"):
            self.fails(server.status(302, Location=target), "publisher")
            os.remove(self.path("kenya.html"))

    def test_redirects_in_a_circle(self):
        self.site.script[KENYA] = [server.status(302, Location="https:/" + KENYA)] * 20
        _, err = self.fetch("2021", expect=1)
        self.assertIn("more than 5 redirects", err)
        self.assertEqual(self.asked().count(KENYA), 6)

    def test_no_index(self):
        self.site.script[MODERN] = [server.status(404)]
        _, err = self.fetch("2021", expect=3)
        self.assertIn(MODERN, err)

    def test_an_index_that_blocks_programs(self):
        self.site.script[MODERN] = [server.body(b"<html><p>Checking your browser.</p></html>")]
        _, err = self.fetch("2021", expect=3)
        self.assertIn("no link to a narrative of 2021", err)
        out, _ = self.fetch("2021")
        self.assertIn("4 fetched", out)
        self.assertEqual(len(self.files(hidden=True)), 5)

    def test_nobody_there(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.site.url = f"http://127.0.0.1:{free.getsockname()[1]}"
            self.fetch("2021", expect=3)

    def test_links_lead_nowhere_else(self):
        """No link makes a file of another name, or a request to another host."""
        base = "https:/" + MODERN
        links = (f"https://evilstate.gov{MODERN[14:]}peru/", f"{base}../../../../../../../tmp/x",
                 "../../../../../tmp/x", "..%2f..%2f..%2fx/",
                 "https://www.example.org" + MODERN[14:] + "peru/", "//www.example.org/peru",
                 f"https://a:b@www.state.gov{MODERN[14:]}peru/", "javascript:alert(1)",
                 f"https://www.state.gov:8443{MODERN[14:]}peru/", "mailto:a@example.org", "peru\n/",
                 f"https://www.state.gov@example.org{MODERN[14:]}peru/", "\x01", "%00/", "  ",
                 "peru/../../../x", "?peru", "#peru", "http://[::1", "peru%2f..%2f..")
        self.site.add_modern(NAMES, "".join(f'<a href="{link}">Peru</a>' for link in links) +
                             '<a href="../../../x/">../../../etc</a><a href="mars/">Mars</a>')
        _, err = self.fetch("--verbose", "2021", expect=1)
        self.assertEqual(self.files(), PAGES)  # nobody serves peru.html
        self.assertEqual(os.listdir(self.dir), ["2021"])
        self.assertTrue(all(path.startswith("/www.state.gov/") for path in self.asked()))
        self.assertIn("mars/: passed over", err)
        self.assertNotIn("example.org", err)
        self.assertNotIn("evilstate", err)

    def test_killed_and_run_again(self):
        self.site.script[NEPAL] = [server.stall]
        run = subprocess.Popen(self.command("2021"), stdout=subprocess.DEVNULL)
        self.assertTrue(self.site.stalled.wait(60))
        run.send_signal(signal.SIGKILL)
        run.wait()
        self.site.release.set()
        before = self.files()
        self.assertNotIn("nepal.html", before)
        for name in before:
            self.assertTrue(self.read(name).endswith(b"</html>"))
        out, _ = self.fetch("2021")
        self.assertIn(f"{4 - len(before)} fetched, {len(before)} already there", out)
        self.assertEqual(self.files(), PAGES)

    def test_one_at_a_time(self):
        self.site.script[NEPAL] = [server.stall]
        run = subprocess.Popen(self.command("2021"), stdout=subprocess.DEVNULL)
        self.assertTrue(self.site.stalled.wait(60))
        _, err = self.fetch("2021", expect=3)
        self.assertIn("another tipfetch", err)
        self.assertEqual(self.site.log, [])
        self.site.release.set()
        self.assertEqual(run.wait(60), 0)

    def test_no_place_to_write(self):
        os.mkdir(self.dir)
        with open(os.path.join(self.dir, "2021"), "w", encoding="ascii"):
            pass
        _, err = self.fetch("2021", expect=3)
        self.assertIn("cannot make this folder", err)
        self.assertEqual(self.asked(), [MODERN])

    def test_no_room_for_a_page(self):
        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        _, err = self.fetch("2021", expect=3, before=little_room)
        self.assertRegex(err, r"/2021/\S+\.html: cannot write: File too large")
        self.assertEqual(self.files(hidden=True), [])
        self.fetch("2021")
        self.assertEqual(self.files(), PAGES)

    def test_something_else_in_the_place_of_a_page(self):
        os.makedirs(os.path.join(self.path("kenya.html"), "something"))
        _, err = self.fetch("2021", expect=3)
        self.assertIn("/2021/kenya.html: cannot write: Is a directory", err)
        self.assertFalse([name for name in self.files(hidden=True) if name.endswith(".part")])


def main():
    try:
        with server.Site():
            pass
    except OSError as error:
        print(f"skipped: no server on the loopback: {error}", file=sys.stderr)
        sys.exit(77)
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])


if __name__ == "__main__":
    TIPFETCH, TIPINDEX = sys.argv[1:3]
    main()
