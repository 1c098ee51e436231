# SPDX-License-Identifier: GPL-2.0-or-later
"""A server on the loopback that stands in for the publisher's three sites, with made-up pages.

The pages of https://HOST/PATH are at http://127.0.0.1:PORT/HOST/PATH. What goes wrong is scripted:
Site.script[PATH] is a list of responders, one for each request to come, before the page itself.
"""
import email.utils
import gzip
import http.server
import threading
import time

MODIFIED = 1600000000  # of every page, in seconds since 1970
MODERN = "/www.state.gov/reports/2021-trafficking-in-persons-report/"
NUMBERED = "/2009-2017.state.gov/j/tip/rls/tiprpt/countries/2015/"
GROUPED = "/2009-2017.state.gov/j/tip/rls/tiprpt/2010/"
OLD = "/2001-2009.state.gov/g/tip/rls/tiprpt/2006/"

PARAGRAPH = (
    "This paragraph was made up to test a program, and says nothing about any country. It is here "
    "because a page is taken for a narrative only if one of its paragraphs is long enough and "
    "speaks of trafficking in persons, as every real one does. ")


def page(title, year, body, address):
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title} - Test Department</title>
<link rel="canonical" href="https:/{address}"></head>
<body><nav><a href="/">Home</a></nav><main><h1>{title}</h1>
<h3>{year} Trafficking in Persons Report</h3>{body}</main></body></html>""".encode()


def narrative(title, year, address):
    return page(title, year, f"<p>{PARAGRAPH}</p><p>{PARAGRAPH * 2}</p>", address)


def index(year, links, address):
    return page("Index", year, "<p>Not a narrative.</p>" + links, address)


# ---- Responders: what a request gets instead of its page ----

def status(code, **headers):
    def respond(handler):
        handler.reply(code, b"<html><body>Not now.</body></html>", "text/html",
                      {name.replace("_", "-"): value for name, value in headers.items()})
    return respond


def body(data, kind="text/html; charset=utf-8", **headers):
    def respond(handler):
        handler.reply(200, data, kind,
                      {name.replace("_", "-"): value for name, value in headers.items()})
    return respond


def zipped(data):
    return body(gzip.compress(data), Content_Encoding="gzip")


def cut(handler):
    """Announces the whole page, sends half of it and hangs up."""
    data = handler.site.pages[handler.path]
    handler.start(200, "text/html", {}, len(data))
    handler.wfile.write(data[:len(data) // 2])
    handler.close_connection = True


def stall(handler):
    """Sends half of the page, then nothing."""
    data = handler.site.pages[handler.path]
    handler.start(200, "text/html", {}, len(data))
    handler.wfile.write(data[:len(data) // 2])
    handler.wfile.flush()
    handler.site.stalled.set()
    handler.site.release.wait(20)
    handler.close_connection = True


def endless(handler):
    """A page without length and end, until the client hangs up."""
    handler.start(200, "text/html", {"Connection": "close"}, None)
    handler.close_connection = True
    try:
        while True:
            handler.wfile.write(b"<p>more</p>" * 10000)
    except OSError:
        pass


class Request:
    def __init__(self, path, agent, since):
        self.path, self.agent, self.since = path, agent, since
        self.begun = time.monotonic()
        self.ended = self.status = None
        self.sent = 0  # bytes of the body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def start(self, code, kind, headers, length):
        self.request_log.status = code
        self.send_response(code)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()

    def reply(self, code, data, kind, headers):
        self.start(code, kind, headers, len(data))
        self.wfile.write(data)
        self.request_log.sent += len(data)

    def respond(self):
        script = self.site.script.get(self.path)
        if script:
            return script.pop(0)(self)
        if not (self.headers.get("User-Agent") or "").startswith("Mozilla/5.0"):
            return status(403)(self)
        data = self.site.pages.get(self.path)
        if data is None:
            return status(404)(self)
        since = self.headers.get("If-Modified-Since")
        if since and email.utils.parsedate_to_datetime(since).timestamp() >= MODIFIED:
            return self.start(304, "text/html", {}, None)
        stamp = email.utils.formatdate(MODIFIED, usegmt=True)
        return self.reply(200, data, "text/html; charset=utf-8", {"Last-Modified": stamp})

    def do_GET(self):
        self.request_log = Request(self.path, self.headers.get("User-Agent"),
                                   self.headers.get("If-Modified-Since"))
        with self.site.lock:
            self.site.log.append(self.request_log)
        try:
            self.respond()
        except OSError:
            self.close_connection = True
        self.request_log.ended = time.monotonic()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that hang up are part of the tests."""


class Site:
    """Use with `with`. `log` has the requests in order."""

    def __init__(self):
        self.pages, self.script, self.log = {}, {}, []
        self.lock = threading.Lock()
        self.stalled, self.release = threading.Event(), threading.Event()
        handler = type("SiteHandler", (Handler,), {"site": self})
        self.server = Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def add_modern(self, names, more=""):
        """The index of 2021: some countries in its menu, the others as links."""
        menu = links = ""
        for i, name in enumerate(names):
            address = MODERN + name.lower().replace(" ", "-") + "/"
            self.pages[address] = narrative(name, 2021, address)
            if i % 2:
                menu += f'<option value="https:/{address}">{name}</option>'
            else:
                links += f'<a href="../{address.split("/", 3)[3]}">{name}</a>'
        links += '<a href="topics-of-special-interest/">Topics of Special Interest</a>'
        self.pages[MODERN] = index(2021, f"<select>{menu}</select>{links}{more}", MODERN)

    def add_numbered(self, names):
        """The countries of 2015: an index of numbers, known by the words of their links."""
        links = ""
        for number, name in enumerate(names, 243444):
            address = f"{NUMBERED}{number}.htm"
            self.pages[address] = narrative(name, 2015, address)
            links += f'<p><a href="{number}.htm"> {name}\n</a></p>'
        self.pages[NUMBERED + "index.htm"] = index(2015, links, NUMBERED + "index.htm")

    def add_grouped(self, year, folder):
        """Pages of many countries; the others that the index leads to are none of them."""
        links = ""
        for number, words in ((65988, "VI. Country Narratives -- Countries A through G"),
                              (65989, "Countries H through P"), (65990, "Special Cases"),
                              (65983, "Letter"), (65984, "Countries that signed")):
            address = f"{folder}{number}.htm"
            self.pages[address] = narrative(words, year, address)
            links += f'<li><a href="http:/{address}?x=1#top">{words}</a></li>'
        self.pages[folder + "index.htm"] = index(year, links, folder + "index.htm")
