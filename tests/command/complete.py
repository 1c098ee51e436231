# SPDX-License-Identifier: GPL-2.0-or-later
"""What a shell makes of a line when a key is pressed: complete.py SHELL FOLDER LINE...

FOLDER holds the scripts as they are installed. A LINE ends with <TAB>, or with <ALL>, which puts
all candidates into the line. It is typed into an interactive shell in which the command writes down
its arguments, so that quoting is seen as well. fish is asked for its candidates instead."""
import os
import pty
import subprocess
import sys
import time

RECORD = "{ printf '%s\\n' \"$@\" > arguments.new; mv arguments.new arguments; }"
COMMANDS = ("tipindex", "tipsearch", "tipfetch", "tipserve")
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             "bind 'set bell-style none'; for c in %s; do . FOLDER/$c; done" % " ".join(COMMANDS)),
    "zsh": (["zsh", "-f", "-i"],
            "PROMPT=; fpath=(FOLDER ${(M)fpath:#*/Completion(|/Base|/Unix)}); "
            "autoload -Uz compinit; compinit -u -D; "
            "zle -C all-matches complete-word _generic; bindkey '\\e*' all-matches; "
            "zstyle ':completion:all-matches::::' completer _all_matches _complete; "
            "zstyle ':completion:all-matches:*' insert true"),
}
SECONDS = 120


def wait_for(path, terminal):
    """The lines of a file that the shell makes; what it writes to its terminal is read and lost."""
    seen = b""
    os.set_blocking(terminal, False)
    for _ in range(SECONDS * 100):
        try:
            seen += os.read(terminal, 65536)
        except BlockingIOError:
            time.sleep(.01)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
            os.remove(path)
            return lines
    sys.exit("no answer; the terminal shows: %r" % seen[-2000:])


def type_lines(shell, folder, lines):
    """The arguments that each line comes to."""
    program, setup = START[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(program[0], program)
    record = "; ".join("%s() %s" % (command, RECORD) for command in COMMANDS)
    for line in [record, setup.replace("FOLDER", folder), "tipsearch ready"]:
        os.write(terminal, line.encode() + b"\r")
    wait_for("arguments", terminal)
    for line in lines:
        os.write(terminal, line.replace("<TAB>", "\t").replace("<ALL>", "\x1b*").encode() + b"\r")
        yield wait_for("arguments", terminal)
    os.write(terminal, b"exit\r")
    os.close(terminal)
    os.waitpid(child, 0)


def ask_fish(folder, lines):
    """The candidates for each line."""
    for line in lines:
        line = line.replace("<TAB>", "").replace("<ALL>", "")
        command = line.split()[0]
        found = subprocess.run(
            ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
             "%s/%s.fish" % (folder, command), line], check=True, stdout=subprocess.PIPE)
        yield [candidate.split("\t")[0] for candidate in found.stdout.decode().splitlines()]


def main():
    """Prints each line and what became of it."""
    shell, folder, *lines = sys.argv[1:]
    ask = ask_fish(folder, lines) if shell == "fish" else type_lines(shell, folder, lines)
    for line, words in zip(lines, ask):
        print("%s$ %s\n    %s" % (shell, line, " | ".join(words)), flush=True)


main()
