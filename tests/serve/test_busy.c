/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tipserve that is asked for more than it can answer at once, and one that ends meanwhile.
 *
 * The server and its pool are those of tipserve; what they answer is this test's, so that it can
 * take as long as the test wants: a request for /hold is answered when the test lets go. What
 * answers /large fills more than what lies between the server and who does not read. */
#include "serve/route.h"
#include "serve/server.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/small_index.h"

enum { PATIENCE_MS = 60000, LARGE = 8 << 20 };

/* ---- What is answered ---- */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned begun; /* answers that a worker has begun */
    bool let_go;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false};

bool route_known(const char *path)
{
    return strcmp(path, "/hold") == 0 || strcmp(path, "/now") == 0 || strcmp(path, "/large") == 0;
}

static void write_reply(reply *r, unsigned status, const char *text, int width)
{
    FILE *out = reply_open(r, "text/plain");
    assert_non_null(out);
    fprintf(out, "%*s", width, text);
    assert_int_equal(reply_close(r, out), TIP_OK);
    r->status = status;
}

void route_answer(tip_searcher *searcher, job *j)
{
    (void)searcher;
    pthread_mutex_lock(&gate.mutex);
    gate.begun++;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.let_go && strcmp(j->request.path, "/hold") == 0)
        pthread_cond_wait(&gate.changed, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
    bool large = strcmp(j->request.path, "/large") == 0;
    write_reply(&j->reply, MHD_HTTP_OK, "answered in full", large ? LARGE : 0);
}

void route_fail(reply *r, const char *path, unsigned http_status, const tip_error *err,
                const char *query)
{
    (void)path, (void)query;
    write_reply(r, http_status, err->message, 0);
}

static void wait_until_begun(unsigned count)
{
    pthread_mutex_lock(&gate.mutex);
    while (gate.begun < count)
        pthread_cond_wait(&gate.changed, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
}

static void let_go(void)
{
    pthread_mutex_lock(&gate.mutex);
    gate.let_go = true;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.mutex);
}

/* ---- The server, and who asks it ---- */

typedef struct fixture {
    small_index index;
    char directory[64];
    const char *directories[1];
    pool *pool;
    server *server;
    server_address address;
} fixture;

/* One worker, and room for one more request that waits. */
static void start(fixture *f, unsigned max_seconds)
{
    static const char *const records[] = {"{\"text\": \"A zebra.\"}\n"};
    f->index = small_index_make(records, 1);
    snprintf(f->directory, sizeof f->directory, "%s/0", f->index.root);
    f->directories[0] = f->directory;
    const pool_options options = {.names = f->directories,
                                  .name_count = 1,
                                  .workers = 1,
                                  .waiting_max = 1,
                                  .max_seconds = max_seconds};
    gate.begun = 0;
    gate.let_go = false;
    assert_int_equal(server_read_address("127.0.0.1:0", &f->address, NULL), TIP_OK);
    assert_int_equal(pool_start(&options, &f->pool, NULL), TIP_OK);
    assert_int_equal(server_start(&f->address, f->pool, &f->server, NULL), TIP_OK);
    f->address.v4.sin_port = htons((uint16_t)server_port(f->server));
}

static void stop(fixture *f)
{
    server_stop(f->server);
    pool_stop(f->pool);
    small_index_remove(&f->index);
}

static int ask(const fixture *f, const char *path)
{
    char text[200];
    int size = snprintf(text, sizeof text,
                        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    int to = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(setsockopt(to, SOL_SOCKET, SO_RCVBUF, &(int){1 << 16}, sizeof(int)), 0);
    assert_int_equal(connect(to, &f->address.any, sizeof f->address.v4), 0);
    assert_int_equal(write(to, text, (size_t)size), size);
    return to;
}

/* The status of the answer, which must be whole; *ret_text holds it and is valid until the next. */
static int answer_of(int from, const char **ret_text)
{
    static char text[4096];
    size_t size = 0;
    int status = 0;
    for (ssize_t got = 1; got > 0; size += (size_t)got) {
        struct pollfd waited = {from, POLLIN, 0};
        assert_int_equal(poll(&waited, 1, PATIENCE_MS), 1);
        got = read(from, text + size, sizeof text - 1 - size);
        assert_true(got >= 0);
    }
    close(from);
    text[size] = '\0';
    assert_int_equal(sscanf(text, "HTTP/1.1 %d ", &status), 1);
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "\r\nContent-Length: ");
    assert_true(body && length);
    assert_int_equal(strlen(body + 4), atol(length + strlen("\r\nContent-Length: ")));
    *ret_text = text;
    return status;
}

static void assert_answered(int from)
{
    const char *text;
    assert_int_equal(answer_of(from, &text), 200);
    assert_non_null(strstr(text, "answered in full"));
}

static void assert_refused(int from)
{
    const char *text;
    assert_int_equal(answer_of(from, &text), 503);
    assert_non_null(strstr(text, "try again"));
    assert_non_null(strstr(text, "\r\nRetry-After: 1\r\n"));
}

/* ---- Tests ---- */

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Which of two requests came first is not known; the other one finds no room. */
static void what_finds_no_room_is_refused_at_once(void **state)
{
    fixture f;
    (void)state;
    start(&f, PATIENCE_MS / 1000);
    int held = ask(&f, "/hold");
    wait_until_begun(1);
    struct pollfd others[] = {{ask(&f, "/hold"), POLLIN, 0}, {ask(&f, "/hold"), POLLIN, 0}};
    assert_int_equal(poll(others, 2, PATIENCE_MS / 2), 1);
    size_t refused = others[1].revents != 0;
    assert_refused(others[refused].fd);
    let_go();
    assert_answered(held);
    assert_answered(others[!refused].fd);
    assert_answered(ask(&f, "/now"));
    stop(&f);
}

static void what_takes_too_long_is_given_up(void **state)
{
    fixture f;
    (void)state;
    start(&f, 1);
    int held = ask(&f, "/hold");
    wait_until_begun(1);
    int waiting = ask(&f, "/hold");
    assert_refused(held);
    assert_refused(waiting);
    let_go();
    /* The one that waited takes up its room until the worker gets to it, and is not begun. */
    const char *text;
    while (answer_of(ask(&f, "/now"), &text) == 503)
        sleep_ms(10);
    assert_non_null(strstr(text, "answered in full"));
    assert_int_equal(gate.begun, 2);
    stop(&f);
}

typedef struct ending {
    fixture *fixture;
    atomic_bool ended;
} ending;

static void *run_stop(void *payload)
{
    ending *e = payload;
    stop(e->fixture);
    e->ended = true;
    return NULL;
}

/* The request takes longer than the server waits for clients to read their last answers. */
static void the_end_waits_for_what_is_under_way(void **state)
{
    fixture f;
    pthread_t thread;
    ending e = {.fixture = &f, .ended = false};
    (void)state;
    start(&f, PATIENCE_MS / 1000);
    int held = ask(&f, "/hold");
    wait_until_begun(1);
    assert_int_equal(pthread_create(&thread, NULL, run_stop, &e), 0);
    sleep_ms(2500);
    assert_false(e.ended);
    let_go();
    assert_answered(held);
    pthread_join(thread, NULL);
    assert_true(e.ended);
}

/* The answer is there, but not on its way to who reads it later. */
static void the_end_waits_for_who_reads_late(void **state)
{
    static char piece[1 << 16];
    fixture f;
    pthread_t thread;
    ending e = {.fixture = &f, .ended = false};
    ssize_t got;
    size_t size = 0;
    (void)state;
    start(&f, PATIENCE_MS / 1000);
    int from = ask(&f, "/large");
    wait_until_begun(1);
    assert_int_equal(pthread_create(&thread, NULL, run_stop, &e), 0);
    sleep_ms(300);
    while ((got = read(from, piece, sizeof piece)) > 0)
        size += (size_t)got;
    close(from);
    assert_true(size > LARGE);
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_finds_no_room_is_refused_at_once),
        cmocka_unit_test(what_takes_too_long_is_given_up),
        cmocka_unit_test(the_end_waits_for_what_is_under_way),
        cmocka_unit_test(the_end_waits_for_who_reads_late),
    };
    return cmocka_run_group_tests_name("busy", tests, NULL, NULL);
}
