# SPDX-License-Identifier: GPL-2.0-or-later
"""The names that the library gives away are those that its headers declare, neither more nor fewer.

    exports.py INCLUDE NM LIBTIP.SO LIBTIP.A
"""
import glob
import re
import subprocess
import sys


def declared(include):
    """Functions, as a name before a bracket outside of comments; pointers to them begin "(*"."""
    names = set()
    for path in glob.glob(include + "/tip/*.h"):
        with open(path, encoding="utf-8") as header:
            text = re.sub(r"/\*.*?\*/", "", header.read(), flags=re.S)
        names |= set(re.findall(r"\b(tip_\w+)\s*\((?!\*)", text))
    return names


def given(nm, *arguments):
    """Strong names; the weak ones of an archive are templates of the C++ library."""
    lines = subprocess.run([nm, "--defined-only", *arguments], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    symbols = [line.split()[1:] for line in lines if len(line.split()) == 3]
    return {name.split("@")[0] for kind, name in symbols if kind not in "AVWu"}


def main():
    include, nm, shared, archive = sys.argv[1:]
    names = declared(include)
    failed = len(names) < 40
    for what, found in (shared, given(nm, "-D", shared)), (archive, given(nm, "-g", archive)):
        for name in sorted(names ^ found):
            failed = True
            print(f"{what}: {name} is {'not given away' if name in names else 'not declared'}")
    weak = subprocess.run([nm, "-D", "--defined-only", shared], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()
    # The version itself is TIP_1 to one nm and TIP_1@@TIP_1 to another.
    others = [line for line in weak if " tip_" not in line and " A TIP_1" not in line]
    print("\n".join(others))
    print(f"{len(names)} functions are declared")
    return 1 if failed or others else 0


sys.exit(main())
