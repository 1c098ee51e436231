/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/fault.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

void fault_install(int status)
{
    (void)status;
}

#else

/* Enough to write one line from. */
enum { STACK_SIZE = 64 * 1024 };

static char stack[STACK_SIZE];
static volatile sig_atomic_t exit_status;

/* Only what is safe in a signal handler: no stdio, no memory. */
static void end_program(int signal)
{
    static const char message[] =
        "tipsearch: a memory fault while reading the index: it is probably damaged; tipindex "
        "--check tells, tipindex --rebuild mends\n";
    (void)signal;
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(exit_status);
}

void fault_install(int status)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE};
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action;
    exit_status = status;
    memset(&action, 0, sizeof action);
    action.sa_handler = end_program;
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    if (sigaltstack(&alternative, NULL) != 0)
        return;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)sigaction(signals[i], &action, NULL);
}

#endif
