# SPDX-License-Identifier: GPL-2.0-or-later
"""What README.md shows is so.

    readme.py ROOT BIN

Runs each command of its indented blocks, in the present folder and in order, with the commands of
BIN first on the path: it must not fail, and where a block shows with "$" what is typed, it must
print what stands below, byte by byte. The queries of the table must be readable, and the options that are
spoken of must be there.
"""
import os
import re
import signal
import subprocess
import sys

ROOT, BIN = sys.argv[1:]

# What cannot be run as it stands: it needs the network, root, or minutes, or does not end. What is
# run instead; README.md has each of them, so that none of these is left behind when it goes.
INSTEAD = {
    # Installs packages and builds.
    "sh demo.sh": 'sh -n "$ROOT/demo.sh"',
    ". ./packages.sh && install_packages $BUILD_PACKAGES":
        '. "$ROOT/packages.sh" && command -v install_packages && [ -n "$BUILD_PACKAGES" ]',
    # Minutes; what is asked is whether there is such a preset.
    "cmake --preset release && cmake --build build":
        "cd \"$ROOT\" && cmake --list-presets | grep '\"release\"' && "
        "cmake --list-presets=build | grep '\"release\"'",
    # Writes to the system; library/install does it elsewhere.
    "cmake --install build": 'grep -q "^install(" "$ROOT/libtip/CMakeLists.txt"',
    # The network. An unknown option is an error in front of --help, too.
    "tipfetch --dir reports 2019 2024..2025": "tipfetch --dir reports 2019 2024..2025 --help",
    # An address and machines that there are not.
    "xapian-tcpsrv --interface 10.0.0.1 --port 7000 served":
        "grep -q xapian-tools \"$ROOT/packages.sh\" && [ -f served/XAPIANDB ]",
    "tipsearch --db tcp:10.0.0.1:7000 --db tcp:10.0.0.2:7000 --facet year shelter":
        "tipsearch --db served --facet year shelter",
    # libtip is not installed; library/install builds the example and runs it.
    "cc examples/search.c $(pkg-config --cflags --libs tip)": '[ -f examples/search.c ]',
}
SERVER = "tipserve"  # run until it has printed its address


def blocks(text):
    """The indented blocks outside of fences, each a list of lines without the indent."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", text, re.M):
        yield [line[4:] for line in block.rstrip("\n").split("\n")]


def commands(text):
    """Each command, with what it prints as README.md shows it, or None."""
    for lines in blocks(text):
        if not lines[0].startswith("$ "):
            yield from ((re.sub(r"\s+# .*", "", line), None) for line in lines if line)
            continue
        shown = re.split(r"^\$ ", "\n".join(lines) + "\n", flags=re.M)[1:]
        yield from (part.split("\n", 1) for part in shown)


def run(command, environment):
    """What a command prints, its messages, and its status; "export" lasts."""
    setting = re.fullmatch(r"export (\w+)=(\S+)", command)
    if setting:
        environment[setting.group(1)] = setting.group(2)
    done = subprocess.run(["sh", "-c", INSTEAD.get(command, command)], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    return done.stdout, done.stderr, done.returncode


def serve(environment):
    """The same for the server, which is asked to end once it has printed its address."""
    with subprocess.Popen([SERVER, "--listen", "127.0.0.1:0"], env=environment, encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        address = server.stdout.readline()
        server.send_signal(signal.SIGTERM)
        messages = server.communicate()[1]
    return address, messages, 0 if address.startswith("http://") else server.returncode or 1


def wrong_commands(text, environment):
    found = list(commands(text))
    for command, shown in found:
        out, err, status = serve(environment) if command == SERVER else run(command, environment)
        if status != 0:
            yield f"$ {command}\nends with {status}: {err}"
        elif shown is not None and out != shown:
            yield f"$ {command}\nREADME.md shows:\n{shown}it prints:\n{out}"
    for command in {SERVER, *INSTEAD} - {command for command, _ in found}:
        yield f"{command}: README.md has it no more; take it out of this test"


def wrong_queries(text, environment):
    rows = re.search(r"^\| query \|.*?\n\n", text, re.M | re.S).group().split("\n")[2:]
    queries = re.findall(r"`([^`]+)`", "\n".join(row[:row.find(" | ")] for row in rows))
    for query in queries:
        done = subprocess.run(["tipsearch", "--count", "--", query], env=environment,
                              capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            yield f"query {query}\nends with {done.returncode}: {done.stderr}"


def wrong_options(text, environment):
    known = set()
    for name in ("tipfetch", "tipindex", "tipsearch", "tipserve"):
        known |= set(re.findall(r"--[a-z-]+", run(f"{name} --help", environment)[0]))
    options = {option for code in re.findall(r"`([^`\n]+)`", text)
               for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", code)}
    for option in sorted(options - known):
        yield f"{option}: no command has this option"


def main():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        text = readme.read()
    environment = {**os.environ, "ROOT": ROOT, "PATH": f"{BIN}:{os.environ['PATH']}"}
    wrong = [*wrong_commands(text, environment), *wrong_queries(text, environment),
             *wrong_options(text, environment)]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


sys.exit(main())
