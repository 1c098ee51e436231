/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How tipsearch ends when the index leads it astray, each time in a process of its own. */
#include "search/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS = 3, SECONDS = 5000 };

/* What a process that does `act` exits with, and what it says. */
static int status_of(void (*act)(void), char ret_message[512])
{
    int ends[2];
    int status;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (dup2(ends[1], STDERR_FILENO) < 0)
            _exit(126);
        act();
        _exit(0);
    }
    close(ends[1]);
    ssize_t size = read(ends[0], ret_message, 511);
    close(ends[0]);
    assert_true(size >= 0);
    ret_message[size] = '\0';
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void check_told(void (*act)(void), const char *what)
{
    char message[512];
    assert_int_equal(status_of(act, message), STATUS);
    assert_memory_equal(message, "tipsearch: ", 11);
    assert_non_null(strstr(message, what));
    assert_non_null(strstr(message, "tipindex --rebuild"));
    assert_ptr_equal(strchr(message, '\n'), message + strlen(message) - 1);
}

static void run_for_ever(void)
{
    fault_install(STATUS);
    fault_limit_time(0);
    for (volatile unsigned n = 0;;)
        n++;
}

static void test_no_end(void **state)
{
    (void)state;
    check_told(run_for_ever, "too long a time");
}

static void fault_at_once(void)
{
    (void)signal(SIGBUS, SIG_DFL); /* cmocka's ends */
    fault_install(STATUS);
    (void)raise(SIGBUS);
}

static void test_memory_fault(void **state)
{
    (void)state;
    if (strstr(TIP_SANITIZE, "address")) /* which reports it itself */
        skip();
    check_told(fault_at_once, "a memory fault");
}

/* The seconds that are left, about, or 0 for no limit. */
static rlim_t seconds_left(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return 0;
    return limit.rlim_cur;
}

static bool is_about(rlim_t seconds, rlim_t expected)
{
    return seconds > expected && seconds < expected + 100;
}

static void renew(void)
{
    fault_install(STATUS);
    fault_limit_time(SECONDS);
    bool first = is_about(seconds_left(), SECONDS);
    fault_limit_time(2 * SECONDS);
    _exit(first && is_about(seconds_left(), 2 * SECONDS) ? 0 : 1);
}

static void renew_below_a_limit(void)
{
    struct rlimit limit = {SECONDS, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CPU, &limit) != 0)
        _exit(2);
    fault_install(STATUS);
    fault_limit_time(2 * SECONDS);
    bool lower = seconds_left() == SECONDS;
    fault_limit_time(SECONDS / 2);
    _exit(lower && is_about(seconds_left(), SECONDS / 2) ? 0 : 1);
}

static void test_renewal(void **state)
{
    char message[512];
    (void)state;
    assert_int_equal(status_of(renew, message), 0);
    assert_int_equal(status_of(renew_below_a_limit, message), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_end),
        cmocka_unit_test(test_memory_fault),
        cmocka_unit_test(test_renewal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
