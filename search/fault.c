/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/fault.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* Enough to write one line from. */
enum { STACK_SIZE = 64 * 1024 };

static char stack[STACK_SIZE];
static volatile sig_atomic_t exit_status;
static rlim_t seconds_allowed = RLIM_INFINITY; /* by the caller */

/* Only what is safe in a signal handler: no stdio, no memory. */
static void end_program(int signal)
{
    static const char fault[] =
        "tipsearch: a memory fault while reading the index: it is probably damaged; tipindex "
        "--check tells, tipindex --rebuild mends\n";
    static const char endless[] =
        "tipsearch: ended after too long a time: the index is probably damaged; tipindex --check "
        "tells, tipindex --rebuild mends; if it is not, ask for less\n";
    ssize_t written = signal == SIGXCPU ? write(STDERR_FILENO, endless, sizeof endless - 1)
                                        : write(STDERR_FILENO, fault, sizeof fault - 1);
    (void)written;
    _exit(exit_status);
}

void fault_install(int status)
{
    static const int signals[] = {SIGXCPU, SIGSEGV, SIGBUS, SIGFPE};
    const size_t count = SANITIZED ? 1 : sizeof signals / sizeof *signals;
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action;
    struct rlimit limit;
    exit_status = status;
    if (getrlimit(RLIMIT_CPU, &limit) == 0)
        seconds_allowed = limit.rlim_cur;
    memset(&action, 0, sizeof action);
    action.sa_handler = end_program;
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    if (!SANITIZED && sigaltstack(&alternative, NULL) != 0)
        return;
    for (size_t i = 0; i < count; i++)
        (void)sigaction(signals[i], &action, NULL);
}

void fault_limit_time(unsigned seconds)
{
    const rlim_t used = (rlim_t)(clock() / CLOCKS_PER_SEC);
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) != 0)
        return;
    limit.rlim_cur = used + seconds + 1;
    if (limit.rlim_cur > seconds_allowed)
        limit.rlim_cur = seconds_allowed;
    (void)setrlimit(RLIMIT_CPU, &limit);
}
