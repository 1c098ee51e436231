/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipserve. */
#include "complete/complete.h"
#include "serve/server.h"
#include "tip/index.h"

#include <argp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_INDEX = 3 };

enum { LONG_DB = 0x100, LONG_LISTEN, LONG_WORKERS, LONG_TIMEOUT, LONG_PARTIAL, LONG_COMPLETION };

/* The time that servers have is a part of that of an answer, twice: for a query, and to connect
 * anew. */
enum {
    WORKERS_MAX = 64,
    WAITING_A_WORKER = 32,
    SECONDS_MAX = 10,
    TIMEOUT_DEFAULT = 3,
    TIMEOUT_MAX = 24 * 60 * 60
};

typedef struct arguments {
    const char **directories;
    size_t directory_count;
    const char *listen;
    size_t workers;
    tip_open_options open;
    unsigned max_seconds; /* for an answer */
} arguments;

/* argp looks for this name, which the other symbols of the program hide from. */
__attribute__((visibility("default"))) const char *argp_program_version = "tipserve " TIP_VERSION;

static const char help_text[] =
    "Show the index in a browser on this machine: search, report by report, what changed, and by "
    "year and country. Open the address that is printed; end it with Ctrl+C."
    "\v"
    "It is meant for one person on one machine: there are no accounts and there is no encryption. "
    "From another machine use a tunnel: ssh -L 8080:localhost:8080 HOST.\n\n"
    "A new generation of the index is shown from the next answer on.\n\n"
    "Exit status: 0 ended by a signal; 2 wrong usage; 3 no such index, or it is damaged, or it "
    "cannot listen at the address.";

static const struct argp_option option_table[] = {
    {"db", LONG_DB, "DIR", 0,
     "The folder of the index (default: $TIPSEARCH_DB, $XDG_DATA_HOME/tipsearch, "
     "~/.local/share/tipsearch); several are searched as one, also behind servers as "
     "tcp:HOST:PORT (man tipsearch-remote)",
     1},
    {"timeout", LONG_TIMEOUT, "SECONDS", 0,
     "Wait so long for a server of an index, and for each of its answers (default 3)", 1},
    {"partial", LONG_PARTIAL, NULL, 0,
     "Answer without the indexes that cannot be reached, and say so", 1},
    {"listen", LONG_LISTEN, "ADDR:PORT", 0,
     "Where to listen (default 127.0.0.1:8080); [::1]:PORT for IPv6; port 0 is one that is free",
     1},
    {"workers", LONG_WORKERS, "N", 0, "Answer N questions at once (default: one per processor)", 1},
    {"completion", LONG_COMPLETION, "SHELL", 0,
     "Print a script that completes this command in bash, zsh or fish", 2},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const complete_value completed_values[] = {
    {LONG_DB, COMPLETE_FOLDERS, NULL},
    {LONG_COMPLETION, COMPLETE_WORD, complete_shell},
};

static const complete_command completed = {"tipserve", NULL, option_table, completed_values,
                                           sizeof completed_values / sizeof *completed_values};

static unsigned read_number(const char *text, const char *option, unsigned max,
                            struct argp_state *state)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '1' || *text > '9' || *end || number > max)
        argp_error(state, "%s: %s takes a number from 1 to %u", text, option, max);
    return (unsigned)number;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case LONG_DB:
        a->directories[a->directory_count++] = value;
        break;
    case LONG_LISTEN:
        a->listen = value;
        break;
    case LONG_WORKERS:
        a->workers = read_number(value, "--workers", WORKERS_MAX, state);
        break;
    case LONG_TIMEOUT:
        a->open.timeout_seconds = read_number(value, "--timeout", TIMEOUT_MAX, state);
        a->max_seconds = SECONDS_MAX + 2 * a->open.timeout_seconds;
        break;
    case LONG_PARTIAL:
        a->open.partial = true;
        break;
    case LONG_COMPLETION:
        complete_print(&completed, value, state, EXIT_INDEX);
        break;
    case ARGP_KEY_ARG:
        argp_error(state, "%s: tipserve takes options only", value);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void warn(const char *message)
{
    fprintf(stderr, "tipserve: %s\n", message);
}

static size_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (size_t)count;
}

/* The address is data: a script reads the port from it. */
static bool print_address(const char *listen, const server *s)
{
    int host = (int)(strrchr(listen, ':') - listen);
    return printf("http://%.*s:%u/\n", host, listen, server_port(s)) > 0 && fflush(stdout) == 0;
}

/* Serves until one of the signals comes; a second one ends it at once. */
static int serve(const arguments *a, const server_address *address, const sigset_t *signals)
{
    const pool_options options = {.names = a->directories,
                                  .name_count = a->directory_count,
                                  .open = a->open,
                                  .workers = a->workers,
                                  .waiting_max = a->workers * WAITING_A_WORKER,
                                  .max_seconds = a->max_seconds,
                                  .warn = warn};
    pool *p;
    server *s;
    tip_error err = {.message = ""};
    int caught;
    if (pool_start(&options, &p, &err) != TIP_OK) {
        warn(err.message);
        return EXIT_INDEX;
    }
    if (server_start(address, p, &s, &err) != TIP_OK) {
        fprintf(stderr, "tipserve: %s: %s\n", a->listen, err.message);
        pool_stop(p);
        return EXIT_INDEX;
    }
    int result = print_address(a->listen, s) ? EXIT_SUCCESS : EXIT_INDEX;
    if (result == EXIT_SUCCESS)
        sigwait(signals, &caught);
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
    server_stop(s);
    pool_stop(p);
    return result;
}

static int run(arguments *a)
{
    server_address address;
    tip_error err = {.message = ""};
    sigset_t signals;
    char *fallback = NULL;
    if (server_read_address(a->listen, &address, &err) != TIP_OK) {
        warn(err.message);
        return EXIT_USAGE;
    }
    if (a->directory_count == 0) {
        fallback = tip_index_default_directory();
        if (!fallback) {
            warn("no index is named: use --db DIR");
            return EXIT_USAGE;
        }
        a->directories[a->directory_count++] = fallback;
    }
    /* Before any thread is started: all have the mask of this one. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    int result = serve(a, &address, &signals);
    free(fallback);
    return result;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table, .parser = parse_option, .doc = help_text};
    arguments a = {.listen = "127.0.0.1:8080",
                   .workers = processors(),
                   .open = {.timeout_seconds = TIMEOUT_DEFAULT},
                   .max_seconds = SECONDS_MAX};
    a.directories = calloc((size_t)argc + 1, sizeof *a.directories);
    if (!a.directories) {
        warn("out of memory");
        return EXIT_INDEX;
    }
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    int result = run(&a);
    free(a.directories);
    return result;
}
