/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several processes at one index: two updates, and queries while updates go on. */
#include "failure.h"

#include "tip/index.h"
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

enum { LOCKED = 75, REBUILDS = 20, READERS_MAX = 50, COMMANDS_EVERY = 10, PAUSE_MS = 100 };

/* An index, its corpus, and the answers of the two corpora that it may hold, of the command and of
 * the library. */
typedef struct place {
    char *index;
    char *corpus;
    char *answers[2];
    char *hits[2];
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
        assert_int_equal(hits_of(p->index, &p->hits[i], NULL), TIP_OK);
    }
    assert_string_not_equal(p->answers[0], p->answers[1]);
    assert_string_not_equal(p->hits[0], p->hits[1]);
}

static void place_free(place *p)
{
    free(p->index);
    free(p->corpus);
    for (size_t i = 0; i < 2; i++) {
        free(p->answers[i]);
        free(p->hits[i]);
    }
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

/* Whether anybody could have the lock, if only a shared one. */
typedef struct look {
    const char *path;
    unsigned times;
    unsigned times_free;
} look;

static void look_at_lock(void *payload, const tip_progress *progress)
{
    look *l = payload;
    (void)progress;
    int fd = open(l->path, O_RDWR | O_CLOEXEC);
    l->times++;
    l->times_free += flock(fd, LOCK_SH | LOCK_NB) == 0;
    close(fd);
}

static void test_lock_held(void **state)
{
    place p;
    tip_update_summary summary;
    place_make(&p, *state);
    char *path = text_of("%s/lock", p.index);
    look l = {.path = path};
    const char *corpus = p.corpus;
    const tip_update_options options = {.rebuild = true, .progress = look_at_lock, .payload = &l};
    assert_int_equal(tip_index_update(p.index, &corpus, 1, &options, &summary, NULL), TIP_OK);
    assert_true(l.times > 0);
    assert_int_equal(l.times_free, 0);
    free(path);
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

static bool is_one_of(const char *answer, char *const *answers)
{
    return strcmp(answer, answers[0]) == 0 || strcmp(answer, answers[1]) == 0;
}

/* Whether the command gives one of the two answers. */
static bool ask_command(const place *p)
{
    const char *const argv[] = {tipsearch(), "--db", p->index, "--format", "json", "police", NULL};
    run_result result = run_program(argv, NULL);
    bool known = result.status == 0 && !*result.err && is_one_of(result.out, p->answers);
    if (!known)
        fprintf(stderr, "exit %d\n%s\n%s\n", result.status, result.err, result.out);
    run_free(&result);
    return known;
}

/* Whether the library does, which opens the index anew. */
static bool ask_library(const place *p)
{
    char *hits;
    tip_error err = {.message = ""};
    bool known = hits_of(p->index, &hits, &err) == TIP_OK && is_one_of(hits, p->hits);
    if (!known)
        fprintf(stderr, "%s\n%s\n", err.message, hits ? hits : "");
    free(hits);
    return known;
}

/* In a process of its own, without cmocka: asks until it is told to stop by a byte in `stop`. The
 * exit status is 0 when every answer was one of the two. */
static int keep_asking(const place *p, int stop, bool (*ask)(const place *p))
{
    struct pollfd told = {.fd = stop, .events = POLLIN};
    do {
        if (!ask(p))
            return 1;
    } while (poll(&told, 1, PAUSE_MS) == 0);
    return 0;
}

static pid_t start_reader(const place *p, int *ret_stop, bool (*ask)(const place *p))
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    pid_t pid = fork_bare();
    if (pid == 0)
        _exit(keep_asking(p, ends[0], ask));
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
        readers[i] =
            start_reader(&p, &stops[i], i % COMMANDS_EVERY == 0 ? ask_command : ask_library);
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
        cmocka_unit_test_setup_teardown(test_lock_held, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_wait, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_two_at_once, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_readers, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(test_held_generation, scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
