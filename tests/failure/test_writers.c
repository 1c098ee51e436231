/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several processes at one index: two updates, and queries while updates go on. */
#include "failure.h"

#include "tip/search.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOCKED = 75, REBUILDS = 20, READERS_MAX = 50, PAUSE_MS = 500 };

/* An index, its corpus, and the answers of the two corpora that it may hold. */
typedef struct place {
    char *index;
    char *corpus;
    char *answers[2];
} place;

static const char *const variants[] = {"old", "new"};

static void place_make(place *p, const char *scratch)
{
    p->index = text_of("%s/index", scratch);
    p->corpus = text_of("%s/corpus", scratch);
    for (size_t i = 0; i < 2; i++) {
        make_corpus(p->corpus, variants[i]);
        update_index(p->index, p->corpus, 0);
        p->answers[i] = answer_of(p->index, 0);
    }
    assert_string_not_equal(p->answers[0], p->answers[1]);
}

static void place_free(place *p)
{
    free(p->index);
    free(p->corpus);
    free(p->answers[0]);
    free(p->answers[1]);
}

static void check_holds(const place *p, size_t variant)
{
    char *answer = answer_of(p->index, 0);
    assert_string_equal(answer, p->answers[variant]);
    free(answer);
    check_clean(p->index);
}

/* ---- Two updates ---- */

static int take_lock(const place *p)
{
    char *path = text_of("%s/lock", p->index);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    free(path);
    return fd;
}

static void test_locked(void **state)
{
    place p;
    place_make(&p, *state);
    int lock = take_lock(&p);
    const char *const argv[] = {tipindex(), "--quiet", "--rebuild", "--db",
                                p.index,    p.corpus,  NULL};
    run_result result = run_program(argv, NULL);
    assert_int_equal(result.status, LOCKED);
    assert_non_null(strstr(result.err, p.index));
    assert_non_null(strstr(result.err, "--wait"));
    run_free(&result);
    check_holds(&p, 1);
    close(lock);
    update_index(p.index, p.corpus, 0);
    place_free(&p);
}

static void test_wait(void **state)
{
    place p;
    place_make(&p, *state);
    make_corpus(p.corpus, variants[0]);
    int lock = take_lock(&p);
    const char *const argv[] = {tipindex(), "--wait", "60", "--db", p.index, p.corpus, NULL};
    pid_t pid = start_program(argv);
    check_holds(&p, 1);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    close(lock);
    assert_int_equal(wait_program(pid), 0);
    check_holds(&p, 0);
    place_free(&p);
}

/* Both begin at the same time: each is done or finds it locked; with --wait both are done. */
static void test_two_at_once(void **state)
{
    place p;
    place_make(&p, *state);
    make_corpus(p.corpus, variants[0]);
    for (int round = 0; round < 4; round++) {
        bool waits = round % 2 == 1;
        const char *const argv[] = {tipindex(), "--rebuild",        "--db",   p.index,
                                    "--wait",   waits ? "60" : "0", p.corpus, NULL};
        pid_t first = start_program(argv);
        pid_t second = start_program(argv);
        int results[] = {wait_program(first), wait_program(second)};
        for (size_t i = 0; i < 2; i++)
            assert_true(results[i] == 0 || (!waits && results[i] == LOCKED));
        assert_true(results[0] == 0 || results[1] == 0);
        check_holds(&p, 0);
    }
    place_free(&p);
}

/* ---- Queries while updates go on ---- */

/* In a process of its own, without cmocka: asks until it is told to stop by a byte in `stop`. The
 * exit status is 0 when every answer was one of the two. */
static int keep_asking(const place *p, int stop)
{
    const char *const argv[] = {tipsearch(), "--db", p->index, "--format", "json", "police", NULL};
    struct pollfd told = {.fd = stop, .events = POLLIN};
    unsigned asked = 0;
    do {
        run_result result = run_program(argv, NULL);
        bool known =
            strcmp(result.out, p->answers[0]) == 0 || strcmp(result.out, p->answers[1]) == 0;
        if (result.status != 0 || *result.err || !known) {
            fprintf(stderr, "query %u: exit %d\n%s\n%s\n", asked, result.status, result.err,
                    result.out);
            return 1;
        }
        run_free(&result);
        asked++;
    } while (poll(&told, 1, PAUSE_MS) == 0);
    return 0;
}

static pid_t start_reader(const place *p, int *ret_stop)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    pid_t pid = fork_bare();
    if (pid == 0)
        _exit(keep_asking(p, ends[0]));
    close(ends[0]);
    *ret_stop = ends[1];
    return pid;
}

static void test_readers(void **state)
{
    place p;
    int stops[READERS_MAX];
    pid_t readers[READERS_MAX];
    const size_t count = is_slow() ? READERS_MAX / 5 : READERS_MAX;
    place_make(&p, *state);
    for (size_t i = 0; i < count; i++)
        readers[i] = start_reader(&p, &stops[i]);
    for (size_t i = 0; i < (is_slow() ? REBUILDS / 5 : REBUILDS); i++) {
        make_corpus(p.corpus, variants[i % 2]);
        update_index(p.index, p.corpus, 0);
    }
    for (size_t i = 0; i < count; i++) {
        (void)send(stops[i], "", 1, MSG_NOSIGNAL);
        assert_int_equal(wait_program(readers[i]), 0);
        close(stops[i]);
    }
    /* A generation that a reader held to the last goes with the next update. */
    update_index(p.index, p.corpus, 0);
    check_holds(&p, 1);
    place_free(&p);
}

static size_t count_new(tip_searcher *searcher)
{
    tip_query *query;
    tip_results *results;
    tip_error err = {.message = ""};
    tip_search_options options = {.limit = 10, .snippet_bytes = 100};
    const char *text = "+new police";
    assert_int_equal(tip_query_parse(searcher, (tip_str){text, strlen(text)}, NULL, &query, &err),
                     TIP_OK);
    assert_int_equal(tip_search(searcher, query, &options, &results, &err), TIP_OK);
    size_t count = tip_results_count(results);
    tip_results_free(results);
    tip_query_free(query);
    return count;
}

/* A reader keeps its generation, however many updates come and go. */
static void test_held_generation(void **state)
{
    place p;
    tip_searcher *searcher;
    tip_error err = {.message = ""};
    place_make(&p, *state);
    const char *index = p.index;
    assert_int_equal(tip_searcher_open(&index, 1, &searcher, &err), TIP_OK);
    size_t before = count_new(searcher);
    assert_true(before > 0);
    for (size_t i = 0; i < 3; i++) {
        make_corpus(p.corpus, variants[i % 2]);
        update_index(p.index, p.corpus, 0);
        assert_int_equal(count_new(searcher), before);
    }
    char *held = text_of("%s/gen-2", p.index);
    assert_int_equal(access(held, F_OK), 0);
    tip_searcher_free(searcher);
    update_index(p.index, p.corpus, 0);
    assert_int_not_equal(access(held, F_OK), 0);
    check_holds(&p, 0);
    free(held);
    place_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_locked, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_wait, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_two_at_once, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_readers, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_held_generation, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
