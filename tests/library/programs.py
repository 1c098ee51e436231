# SPDX-License-Identifier: GPL-2.0-or-later
"""Neither the commands nor the library start a shell or another program, whatever they are given:
none of the functions of the C library that do so is called.

    programs.py NM FILE...
"""
import re
import subprocess
import sys

STARTING = re.compile(r"system|popen|wordexp|exec(l|v)\w*|f?execve(at)?|posix_spawnp?")


def called(nm, file):
    lines = subprocess.run([nm, "-D", "--undefined-only", file], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def main():
    nm, *files = sys.argv[1:]
    failed = False
    for file in files:
        names = called(nm, file)
        found = sorted(filter(STARTING.fullmatch, names))
        failed |= bool(found) or "malloc" not in names
        print(f"{file}: {len(names)} functions are called, of those that start programs:",
              *found or ["none"])
    return 1 if failed else 0


sys.exit(main())
