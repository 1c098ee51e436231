# SPDX-License-Identifier: GPL-2.0-or-later
"""tipserve, asked as programs ask it: python3 test_serve.py TIPSERVE TIPSEARCH TIPINDEX SAMPLE"""
import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

from served import WRAPPER, Server

TIPSERVE, TIPSEARCH, TIPINDEX, SAMPLE = sys.argv[1:5]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp; \u202e"


def run(program, *arguments):
    return subprocess.run([*WRAPPER, program, *arguments], capture_output=True, check=False)


def index(folder, *paths):
    made = run(TIPINDEX, "--quiet", "--db", folder, *paths)
    assert made.returncode == 0, made.stderr


class Served(unittest.TestCase):
    """Tests of a server of the sample, one for all of them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tip-serve-")
        cls.db = os.path.join(cls.folder, "db")
        index(cls.db, SAMPLE)
        cls.server = Server(TIPSERVE, "--db", cls.db)

    @classmethod
    def tearDownClass(cls):
        status, said = cls.server.end(signal.SIGTERM)
        shutil.rmtree(cls.folder)
        assert status == 0 and said == "", (status, said)

    def get(self, path, *pairs, status=200, **headers):
        found, got, body = self.server.ask(path + ("?" + urlencode(pairs) if pairs else ""),
                                           **headers)
        self.assertEqual(found, status, body[:500])
        return got, body


class Api(Served):
    def same(self, pairs, arguments, path="/api/search"):
        expected = run(TIPSEARCH, "--db", self.db, "--format", "json", *arguments).stdout
        self.assertTrue(expected.startswith(b"{"), arguments)
        self.assertEqual(self.get(path, *pairs)[1], expected)

    def test_answers_are_those_of_the_command(self):
        self.same([("q", "forced labor Russia")], ["forced labor Russia"])
        self.same([("q", "c\u00f4te d\u2019ivoire OR \"debt bondage\"")],
                  ["c\u00f4te d\u2019ivoire OR \"debt bondage\""])
        self.same([("q", "police"), ("year", "2015.."), ("tier", "2"), ("tier", "3"),
                   ("limit", 4), ("offset", 2), ("sort", "year")],
                  ["police", "--year", "2015..", "--tier", "2", "--tier", "3", "--limit", "4",
                   "--offset", "2", "--sort", "year"])
        self.same([("q", "workers"), ("collapse", 1), ("facet", "year"), ("facet", "mentions"),
                   ("trend", 1)],
                  ["workers", "--collapse", "--facet", "year", "--facet", "mentions", "--trend"])
        self.same([("q", "police bribes"), ("expand", 1)], ["police bribes", "--expand"])
        self.same([("q", "year:2020 \"police AND"), ("plain", 1)],
                  ["--plain", "year:2020 \"police AND"])
        self.same([("q", "trafickers")], ["trafickers"])
        self.same([("q", "police"), ("country", "kenya"), ("section", "prosecution"),
                   ("region", "africa")],
                  ["police", "--country", "kenya", "--section", "prosecution", "--region",
                   "africa"])

    def test_other_answers_are_those_of_the_command(self):
        everything = ["year", "country", "region", "tier", "section", "mentions"]
        self.same([("q", "children")],
                  ["children", "--limit", "0"] + [f"--facet={name}" for name in everything],
                  "/api/facets")
        self.same([("q", "children"), ("facet", "tier")],
                  ["children", "--limit", "0", "--facet", "tier"], "/api/facets")
        self.same([("q", "children")], ["children", "--limit", "0", "--trend"], "/api/trend")
        self.same([("context", 2)], ["--show", "2020/KGZ/prosecution/2", "--context", "2"],
                  "/api/paragraph/2020/KGZ/prosecution/2")
        self.same([("country", "uzbekistan"), ("year", "2013..2015")],
                  ["--changes", "uzbekistan", "--year", "2013..2015"], "/api/changes")
        self.same([("country", "russia"), ("year", "2010..")],
                  ["--tiers", "russia", "--year", "2010.."], "/api/tiers")

    def test_files_are_those_of_the_command(self):
        for name in ("csv", "tsv", "jsonl"):
            expected = run(TIPSEARCH, "--db", self.db, "--format", name, "--limit", "50",
                           "police").stdout
            headers, body = self.get("/api/search", ("q", "police"), ("format", name),
                                     ("limit", 50))
            self.assertEqual(body, expected)
            self.assertEqual(headers["Content-Disposition"],
                             f'attachment; filename="tipsearch.{name}"')

    def fails(self, status, path, *pairs, **options):
        headers, body = self.get(path, *pairs, status=status, **options)
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["Cache-Control"], "no-store")
        error = json.loads(body)["error"]
        self.assertEqual(error["status"], status)
        self.assertTrue(error["message"])
        return error

    def test_a_bad_query_is_told_with_its_place(self):
        error = self.fails(400, "/api/search", ("q", "c\u00f4te near/x police"))
        said = run(TIPSEARCH, "--db", self.db, "c\u00f4te near/x police").stderr.decode()
        self.assertIn(error["message"], said)
        self.assertEqual(error["position"], said.splitlines()[2].index("^") - 2)
        self.assertIsNone(self.fails(400, "/api/search", ("q", "police"),
                                     ("year", "soon"))["position"])

    def test_limits(self):
        for pairs in ([("limit", 1001)], [("limit", -1)], [("limit", "9" * 30)], [("offset", "1e3")],
                      [("offset", 1000001)], [("sort", "left")], [("facet", "zebra")], [("all", "zebra")],
                      [("format", "text")], [("colour", 1)], [("collapse", 2)],
                      [("limit", 10001), ("format", "csv")], [("year", "2020")] * 64,
                      [("q", "x" * 1001)], [("q", "border")], [("", "x")], [("q\0", "x")], [("section", "a\0b")]):
            self.fails(400, "/api/search", ("q", "police"), *pairs)
        self.fails(400, "/api/search")
        self.fails(400, "/api/changes", ("year", "2020"))
        self.fails(400, "/api/tiers", ("country", "kenya"), ("year", "soon"))
        self.fails(414, "/api/search?q=police&section=" + "x" * 4096)
        self.assertIn(self.server.ask("/api/search?q=" + "x" * 100000)[0], (413, 414, 431))
        self.get("/api/search", ("q", "police"), ("limit", 10000), ("format", "csv"))

    def test_what_is_not_there(self):
        self.fails(404, "/api/nothing")
        self.fails(404, "/api/paragraph/2020/KGZ/prosecution/99")
        self.fails(404, "/api/changes", ("country", "atlantis"))
        self.fails(404, "/api/tiers", ("country", "atlantis"))
        for path in ("/../../etc/passwd", "/%2e%2e/etc/passwd", "/..%2fapp.css", "/app.css%00.html",
                     "//app.css", "/app.css/", "/app.css%00", "/api/paragraph/", "/report/%00",
                     "/etc/passwd", "/%ff%fe", "/.git/config", "/APP.CSS"):
            self.assertEqual(self.server.ask(path)[0], 404, path)

    def test_methods(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
            status, headers, _ = self.server.ask("/api/search?q=police", method, "x" * 100)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"), method)
        status, headers, body = self.server.ask("/api/search?q=police", "HEAD")
        self.assertEqual((status, body), (200, b""))
        self.assertEqual(int(headers["Content-Length"]),
                         len(self.get("/api/search", ("q", "police"))[1]))

    def test_gzip(self):
        plain = self.get("/api/search", ("q", "police"))
        self.assertNotIn("Content-Encoding", plain[0])
        for accepted in ("gzip", "br, gzip;q=0.8", "deflate, GZIP"):
            headers, body = self.get("/api/search", ("q", "police"), Accept_Encoding=accepted)
            self.assertEqual(headers["Content-Encoding"], "gzip")
            self.assertEqual(headers["Vary"], "Accept-Encoding")
            self.assertLess(len(body), len(plain[1]))
            self.assertEqual(gzip.decompress(body), plain[1])
        for accepted in ("br", "gzip;q=0", "gzip;q=0.0, br"):
            headers, body = self.get("/api/search", ("q", "police"), Accept_Encoding=accepted)
            self.assertEqual(body, plain[1])

    def test_tags(self):
        headers, _ = self.get("/api/search", ("q", "police"))
        tag = headers["ETag"]
        again, body = self.get("/api/search", ("q", "police"), status=304,
                               If_None_Match=f'W/"other", {tag}')
        self.assertEqual((again["ETag"], body), (tag, b""))
        self.get("/api/search", ("q", "police"), If_None_Match='W/"0123456789abcdef"')
        self.assertNotEqual(self.get("/api/search", ("q", "police "))[0]["ETag"], tag)
        tag = self.get("/app.css")[0]["ETag"]
        self.get("/app.css", status=304, If_None_Match=tag)

    def test_headers(self):
        for path in ("/app.js", "/api/search?q=police", "/nothing", "/api/search"):
            headers = self.server.ask(path)[1]
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'; script-src 'self'; style-src 'self';", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertNotIn("Access-Control-Allow-Origin", headers)

    def test_hosts(self):
        for host in ("localhost", f"localhost:{self.server.port}", "127.0.0.1:9", "LOCALHOST",
                     "[::1]:8080"):
            self.get("/api/search", ("q", "police"), Host=host)
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                     "localhost:80.evil.example", "127.0.0.2", ""):
            self.get("/api/search", ("q", "police"), status=421, Host=host)

    def test_garbage(self):
        for garbage in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                        b"GET / HTTP/1.1\r\n\r\n", b"\r\n" * 1000, b"GET " + b"/" * 70000):
            with socket.create_connection(("127.0.0.1", self.server.port), 60) as raw:
                raw.settimeout(1)
                try:
                    raw.sendall(garbage)
                    raw.shutdown(socket.SHUT_WR)
                    while raw.recv(4096):
                        pass
                except OSError:
                    pass
        self.get("/api/search", ("q", "police"))

    def test_many_at_once(self):
        expected = self.get("/api/search", ("q", "police"))[1]
        found = []

        def ask():
            for _ in range(10):
                found.append(self.server.ask("/api/search?q=police")[2])

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [expected] * 80)


class Page(HTMLParser):
    """What a page consists of; a tag that does not close what was opened last fails."""
    EMPTY = {"meta", "link", "input"}

    def __init__(self, body):
        super().__init__()
        self.open, self.tags, self.links, self.words, self.ids = [], [], [], [], []
        self.feed(body.decode("utf-8"))
        self.close()
        assert not self.open, self.open

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.handle_endtag(tag)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert len(given) == len(attrs), attrs
        assert "style" not in given and not any(name.startswith("on") for name in given), attrs
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data):
        self.words.append(data)

    def text(self):
        return " ".join("".join(self.words).split())

    def all(self, tag, **attributes):
        return [given for name, given in self.tags if name == tag and
                all(given.get(key.rstrip("_").replace("_", "-")) == value for key, value in attributes.items())]


class Pages(Served):
    def page(self, path, *pairs, **options):
        headers, body = self.get(path, *pairs, **options)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        page = Page(body)
        self.assertEqual(len(page.ids), len(set(page.ids)), path)
        self.assertEqual([given["src"] for given in page.all("script")], ["/app.js"])
        return page

    def test_every_link_leads_somewhere(self):
        todo = ["/", "/?q=police+corruption&country=kenya&year=2013&limit=3", "/?q=trafickers",
                "/report/2020/KGZ/prosecution/2?q=police", "/country?country=russia&q=forced",
                "/changes?country=uzbekistan", "/trend?q=police&q=border&shares=1",
                "/countries?q=workers", "/?q=workers&collapse=1"]
        seen = set()
        for depth in range(2):
            found = []
            for address in todo:
                address = address.split("#")[0]
                if address in seen or address.startswith("/api/"):
                    continue
                seen.add(address)
                found += [link for link in self.page(quote(address, safe="/?&=%+.")).links
                          if link.startswith("/")]
            # Of the second round a part, which is another one for other pages.
            todo = sorted(set(found))[::1 if depth else 3]
        self.assertGreater(len(seen), 60)

    def test_answers(self):
        page = self.page("/", ("q", "police corruption"))
        answer = json.loads(self.get("/api/search", ("q", "police corruption"))[1])
        self.assertIn(f"{answer['total']} paragraphs, 1 to 10", page.text())
        for hit in answer["hits"]:
            self.assertIn(" ".join(hit["snippet"].split()), page.text())
        self.assertEqual(len(page.all("mark")), sum(len(hit["marks"]) for hit in answer["hits"]))

    def test_several_values_of_a_facet(self):
        text = self.page("/", ("q", "police"), ("country", "Kenya"), ("country", "Russia")).text()
        self.assertIn("country: Kenya", text)
        self.assertIn("Thailand", text)
        total = json.loads(self.get("/api/search", ("q", "police"), ("country", "Kenya"),
                                    ("country", "Russia"))[1])["total"]
        self.assertIn(f"{total} paragraphs", text)

    def test_all_values_of_one_facet(self):
        values = json.loads(self.get("/api/facets", ("q", "children"), ("facet", "country"))[1])
        names = [each["value"] for each in values["facets"]["country"] if each["value"]]
        self.assertGreater(len(names), 9)

        def countries(*pairs):
            page = self.page("/", ("q", "children"), *pairs)
            named = page.text().split("Country ", 1)[1].split(" Region ", 1)[0]
            return [name for name in names if name in named], page

        shown, page = countries()
        self.assertEqual(shown, names[:8])
        more = page.all("a", aria_label=f"Country: {len(names) - 8} more")
        self.assertEqual([link["href"] for link in more], ["/?q=children&all=country"])
        # What is chosen is to be seen, and all stay to be seen while some of them are chosen.
        self.assertEqual(countries(("country", names[9]))[0], names[:8] + [names[9]])
        shown, page = countries(("all", "country"), ("country", names[0]))
        self.assertEqual(shown, names)
        self.assertEqual(len(page.all("a", aria_label="Country: fewer")), 1)
        regions = [link for link in page.links if "region=" in link]
        self.assertTrue(regions and all("all=country" in link for link in regions))

    def test_filters_alone_are_a_query(self):
        page = self.page("/", ("country", "kenya"), ("year", "2014"))
        self.assertEqual(page.all("input", id="q")[0]["value"], "")
        self.assertGreater(len(page.all("li", class_="hit")), 0)

    def test_a_report_as_a_whole(self):
        page = self.page("/report/2020/KGZ/prosecution/2", ("q", "police"))
        shown = json.loads(self.get("/api/paragraph/2020/KGZ/prosecution/2", ("context", 100))[1])
        for hit in shown["hits"]:
            self.assertIn(" ".join(hit["text"].split()), page.text())
        self.assertEqual(len(page.all("p", id="here")), 1)
        self.assertGreater(len(page.all("mark")), 2)
        same = self.page("/report", ("country", "kyrgyz"), ("year", "2020"), ("q", "police"))
        self.assertEqual(len(same.all("mark")), len(page.all("mark")))

    def test_a_bad_query_is_shown_with_its_place(self):
        for path in ("/", "/trend", "/countries", "/report/2020/KGZ/prosecution/2"):
            page = self.page(path, ("q", "police near/x border"), status=400)
            self.assertEqual(page.all("input", id="q")[0]["value"], "police near/x border")
            self.assertEqual(len(page.all("mark", id="place")), 1)
        self.page("/nothing", status=404)
        self.page("/country", ("country", "atlantis"), status=404)
        self.page("/report", ("country", "kenya"), ("year", "1999"), status=404)
        self.page("/report", ("country", "kenya"), ("year", "2015"), ("q", "near/x"), status=400)
        self.page("/changes", status=400)
        self.page("/report", status=400)

    def test_nothing_found(self):
        self.assertIn("Did you mean traffickers", self.page("/", ("q", "trafickers")).text())
        self.assertIn("No paragraph matches", self.page("/", ("q", "zebra")).text())

    def test_hostile_queries(self):
        for query in (HOSTILE, "\"" + HOSTILE + "\"", "country:\"" + HOSTILE + "\"", "&lt;", "%s%n%"):
            for path in ("/", "/trend", "/countries", "/report/2020/KGZ/prosecution/2"):
                status, _, body = self.server.ask(f"{path}?{urlencode({'q': query})}")
                self.assertIn(status, (200, 400))
                page = Page(body)
                self.assertEqual(len(page.all("script")), 1)
                self.assertEqual(page.all("img"), [])
                self.assertEqual(page.all("input", id="q")[0]["value"],
                                 query.replace("\u202e", "\ufffd"))


class Alone(unittest.TestCase):
    """Tests that need a server, or an index, of their own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tip-serve-")
        self.db = os.path.join(self.folder, "db")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, *records):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record) + "\n")
        return path

    def test_a_new_generation_is_shown_at_once(self):
        path = self.write("a.jsonl", {"text": "One sentence about zebras.", "year": 2001})
        index(self.db, path)
        server = Server(TIPSERVE, "--db", self.db, "--workers", "1")
        address = "/api/search?q=zebras"
        _, headers, body = server.ask(address)
        self.assertEqual(json.loads(body)["total"], 1)
        self.write("a.jsonl", {"text": "One sentence about zebras.", "year": 2001},
                   {"text": "And another: zebras again.", "year": 2002})
        index(self.db, path)
        status, new, body = server.ask(address, If_None_Match=headers["ETag"])
        self.assertEqual((status, json.loads(body)["total"]), (200, 2))
        self.assertNotEqual(new["ETag"], headers["ETag"])
        self.assertEqual(server.end(signal.SIGINT), (0, ""))

    def test_a_new_generation_of_shards_is_shown_at_once(self):
        for layout in ("fast", "portable"):
            db = os.path.join(self.folder, layout)
            options = ["--quiet", "--db", db, "--layout", layout, "--shards", "2"]
            path = self.write("a.jsonl", {"text": "A zebra."})
            self.assertEqual(run(TIPINDEX, *options, path).returncode, 0)
            server = Server(TIPSERVE, "--db", db, "--workers", "2")
            self.assertEqual(json.loads(server.ask("/api/search?q=zebra")[2])["total"], 1)
            self.write("a.jsonl", {"text": "A zebra."}, {"text": "Another zebra."})
            self.assertEqual(run(TIPINDEX, *options, path).returncode, 0)
            for _ in range(3):
                self.assertEqual(json.loads(server.ask("/api/search?q=zebra")[2])["total"], 2)
            self.assertEqual(server.end(signal.SIGTERM), (0, ""))

    def test_a_damaged_index_leaves_what_is_open_in_use(self):
        index(self.db, self.write("a.jsonl", {"text": "A zebra."}))
        server = Server(TIPSERVE, "--db", self.db, "--workers", "2")
        current = os.path.join(self.db, "current")

        def total():
            status, _, body = server.ask("/api/search?q=zebra")
            self.assertEqual(status, 200, body)
            return json.loads(body)["total"]

        with open(current, encoding="ascii") as file:
            intact = file.read()
        for damage in ("nonsense", "", "g999\n", None):
            if damage is None:
                os.remove(current)
            else:
                with open(current, "w", encoding="ascii") as file:
                    file.write(damage)
            for _ in range(3):
                self.assertEqual(total(), 1, damage)
        with open(current, "w", encoding="ascii") as file:
            file.write(intact)
        index(self.db, self.write("a.jsonl", {"text": "A zebra."}, {"text": "Another zebra."}))
        self.assertEqual(total(), 2)
        status, said = server.end(signal.SIGINT)
        self.assertEqual(status, 0)
        self.assertGreaterEqual(said.count(current), 3, said)
        self.assertIn("tipindex", said)

    def test_signals(self):
        index(self.db, SAMPLE)
        for number in (signal.SIGINT, signal.SIGTERM):
            server = Server(TIPSERVE, "--db", self.db)
            with socket.create_connection(("127.0.0.1", server.port), 60) as idle:
                idle.sendall(b"GET / HT")
                self.assertEqual(server.end(number), (0, ""))

    def test_the_answers_on_their_way_are_sent_before_the_end(self):
        index(self.db, SAMPLE)
        server = Server(TIPSERVE, "--db", self.db, "--workers", "1")
        path = "/api/search?q=police&limit=1000"
        expected = server.ask(path)[2]
        connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
                       for _ in range(9)]
        for connection in connections[:8]:
            connection.request("GET", path)
        # What is answered after them shows that they were read, by the thread that reads all.
        for _ in range(2):
            connections[8].request("GET", "/app.css")
            connections[8].getresponse().read()
        found = [connections[0].getresponse().read()]
        server.process.send_signal(signal.SIGTERM)
        found += [connection.getresponse().read() for connection in connections[1:8]]
        for connection in connections:
            connection.close()
        self.assertEqual(found, [expected] * 8)
        said = server.process.communicate(timeout=120)[1]
        self.assertEqual((server.process.returncode, said), (0, ""))

    def test_several_indexes_are_one(self):
        other = os.path.join(self.folder, "other")
        index(self.db, self.write("a.jsonl", {"text": "A zebra."}))
        index(other, self.write("b.jsonl", {"text": "Another zebra."}))
        server = Server(TIPSERVE, "--db", self.db, "--db", other)
        self.assertEqual(json.loads(server.ask("/api/search?q=zebra")[2])["total"], 2)
        self.assertEqual(server.end(signal.SIGTERM), (0, ""))

    def test_what_changed(self):
        words = "The government trained police officers and opened a shelter in the north"
        common = {"country": "Kenya", "section": "protection"}
        index(self.db, self.write(
            "a.jsonl", {**common, "year": 2019, "text": f"{words} for women."},
            {**common, "year": 2019, "text": "Nothing of this is left a year later."},
            {**common, "year": 2020, "text": f"{words} for boys and <girls>."},
            {**common, "year": 2020, "text": "A wholly new paragraph about other matters."}))
        server = Server(TIPSERVE, "--db", self.db)
        page = Page(server.ask("/changes?country=kenya&year=2019..2020")[2])
        answer = json.loads(server.ask("/api/changes?country=kenya&year=2019..2020")[2])
        runs = [run for year in answer["years"] for change in year["changes"]
                for run in change.get("diff", [])]
        self.assertGreater(len(runs), 2)
        for run in runs:
            self.assertIn(" ".join(run["text"].split()), page.text())
        self.assertEqual((len(page.all("ins")), len(page.all("del"))), (2, 2))
        self.assertEqual(server.end(signal.SIGTERM), (0, ""))

    def test_years_that_are_missing_leave_a_gap(self):
        index(self.db, self.write("a.jsonl", *({"text": "A zebra.", "year": year}
                                               for year in (2001, 2002, 2010))))
        server = Server(TIPSERVE, "--db", self.db)
        lines = Page(server.ask("/trend?q=zebra")[2])
        points = [float(circle["cx"]) for circle in lines.all("circle")]
        bars = Page(server.ask("/?q=zebra")[2])
        hovers = [float(bar["x"]) for bar in bars.all("rect", class_="hover")]
        for places in (points, hovers):
            self.assertAlmostEqual((places[2] - places[1]) / (places[1] - places[0]), 8, delta=.05)
        self.assertEqual([letter for letter in lines.all("path")[0]["d"] if letter.isalpha()],
                         ["M", "L", "M"])
        self.assertEqual(server.end(signal.SIGTERM), (0, ""))

    def test_hostile_paragraphs(self):
        bytes_of = {key: f"{HOSTILE} {key}" for key in
                    ("id", "country", "region", "section", "title", "source", "text")}
        index(self.db, self.write("a.jsonl", {**bytes_of, "year": 2001, "tier": "3"},
                                  {**bytes_of, "text": HOSTILE + " other words", "year": 2002,
                                   "source": "javascript:alert(1)", "id": "b"}))
        server = Server(TIPSERVE, "--db", self.db)
        country = quote(f'"{bytes_of["country"]}"')
        for path in ("/", "/?q=alert", "/?q=alert&collapse=1", "/countries?q=alert",
                     "/trend?q=alert", "/report/b?q=alert", f"/report/{quote(bytes_of['id'])}",
                     f"/country?country={country}", f"/changes?country={country}"):
            status, _, body = server.ask(path)
            self.assertIn(status, (200, 404), (path, body))
            page = Page(body)
            self.assertEqual(len(page.all("script")), 1, path)
            self.assertEqual(page.all("img"), [], path)
            self.assertFalse([link for link in page.links if link.startswith("java")], path)
            self.assertNotIn("\u202e", body.decode("utf-8"))
        self.assertEqual(server.end(signal.SIGTERM), (0, ""))

    def fails(self, status, *options):
        result = run(TIPSERVE, *options)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout, b"")
        return result.stderr.decode()

    def test_usage(self):
        self.assertIn("no index", self.fails(3, "--db", os.path.join(self.folder, "none")))
        for address in ("8080", "localhost:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999",
                        "[::1:8080", "127.0.0.1:80x", ":80", "[]:80"):
            self.assertIn("127.0.0.1:8080", self.fails(2, "--db", self.db, "--listen", address))
        self.fails(2, "--workers", "0")
        self.fails(2, "police")
        index(self.db, SAMPLE)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertIn(address, self.fails(3, "--db", self.db, "--listen", address))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
