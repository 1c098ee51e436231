# SPDX-License-Identifier: GPL-2.0-or-later
"""Each folder includes only what it may, and that is the same in CMake, in the table of README.md
and in its drawing.

    rooms.py ROOT TARGETS

TARGETS has a line for each target, as CMake knows it: "room" or "command", its folder, its name,
its source files, and what it uses. A room may include the headers of these rooms, a command those
and its own. Both may include the public headers. An arrow of the drawing joins two rooms one of
which uses the other, as data flows either way.
"""
import os
import re
import sys


def read_targets(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            kind, folder, name, sources, uses = line.rstrip("\n").split("|")
            yield kind, folder, name, set(sources.split()), set(uses.split())


def read_table(root):
    """The rooms of README.md, and which others each uses."""
    table = {}
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        for folder, uses in re.findall(r"^\| `([a-z-]+)/` \|.*\| ([^|]*)\|$", file.read(), re.M):
            others = set(re.findall(r"[a-z-]+", uses))
            if uses.startswith("all above"):
                others = set(table) - set(re.findall(r"but ([a-z-]+)", uses))
            table[folder] = others
    return table


def stem(file):
    return os.path.splitext(file)[0]


def includes(root, folder, file):
    with open(os.path.join(root, folder, file), encoding="utf-8") as text:
        return re.findall(r'^#include "([^/"]+)/([^"]+)"', text.read(), re.M)


def complaints(root, targets, table):
    """Lines about what is not as it should be, and the number of includes looked at."""
    own = {}
    for kind, folder, _, sources, _ in targets:
        if kind == "command":
            own.setdefault(folder, set()).update(map(stem, sources))
    for kind, folder, name, sources, uses in targets:
        if kind == "room" and table.get(name) != uses:
            yield f"{name}: CMake lets it use {sorted(uses)}, README.md {table.get(name)}"
        for file in sorted(os.listdir(os.path.join(root, folder))):
            is_own = stem(file) in own.get(folder, ())
            if not file.endswith((".c", ".cc", ".h")) or is_own != (kind == "command"):
                continue
            for room, header in includes(root, folder, file):
                inside = room == folder and (stem(header) in own.get(folder, ())) == is_own
                if room != "tip" and room not in uses and not inside:
                    yield f"{folder}/{file}: {name} may not include {room}/{header}"


def room_at(line, column):
    """The room, such as "store/", whose name in a line has a column, or None."""
    for found in re.finditer(r"([a-z-]+)/", line):
        if found.start() <= column < found.end():
            return found.group(1)
    return None


def arrows(picture):
    """The pairs of rooms that "-->", "<--" and "v" below "|" join in a drawing."""
    for row, line in enumerate(picture):
        for found in re.finditer(r"([a-z-]+)/ <?-+>? (?=([a-z-]+)/)", line):
            yield found.group(1), found.group(2)
        for column in (found.start() for found in re.finditer(r"\|", line)):
            if picture[row + 1][column:column + 1] == "v":
                yield room_at(picture[row - 1], column), room_at(picture[row + 2], column)


def wrong_drawing(root, targets, table):
    """Lines about what README.md draws otherwise than it is."""
    uses = {}
    for kind, folder, _, _, used in targets:
        uses.setdefault(folder, set()).update(used | (table.get(folder) or set()))
    with open(os.path.join(root, "README.md"), encoding="utf-8") as readme:
        picture = re.search(r"^```\n(.*?)^```", readme.read(), re.M | re.S).group(1)
    for a, b in arrows(picture.split("\n")):
        if a and b and b not in uses[a] and a not in uses[b]:
            yield f"README.md: an arrow joins {a} and {b}, neither of which uses the other"
    for name in set(table) & set(uses) - {"base", "complete"}:
        if f" {name}/" not in picture:
            yield f"README.md: {name} is not drawn"


def main():
    root, path = sys.argv[1:]
    targets = list(read_targets(path))
    table = read_table(root)
    wrong = [*complaints(root, targets, table), *wrong_drawing(root, targets, table)]
    print("\n".join(wrong))
    print(f"{len(targets)} targets")
    return 1 if wrong or len(targets) < 10 else 0


sys.exit(main())
