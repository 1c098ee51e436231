/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the library shares with us. */
typedef struct shim_state {
    uint64_t calls;
    uint64_t fired;
} shim_state;

/* ---- The case ---- */

void fault_case_make(fault_case *c, const char *scratch, bool first)
{
    c->below = text_of("%s/index", scratch);
    c->index = text_of(first ? "%s/made/index" : "%s", c->below);
    c->corpus = text_of("%s/corpus", scratch);
    c->jobs = "1";
    if (!first) {
        c->base = text_of("%s/base", scratch);
        if (c->is_portable)
            make_portable(c->base, c->corpus);
        else
            make_layers(c->base, c->corpus);
        copy_tree(c->base, c->index);
    }
    c->old_hits = hits_now(c);
    make_corpus(c->corpus, "new");
    update_index(c->index, c->corpus, 0);
    if (!first && !c->is_portable)
        check_layers(c->index);
    c->new_hits = hits_now(c);
    assert_string_not_equal(c->old_hits, c->new_hits);
    if (c->is_portable)
        return;
    char *path = text_of("%s/gen-%u/paragraphs.store", c->index, generation_of(c->index));
    c->store = read_file(path, &c->store_size);
    free(path);
}

void fault_case_make_rollback(fault_case *c, const char *scratch)
{
    fault_case_make(c, scratch, false);
    c->is_rollback = true;
    copy_tree(c->base, c->index);
    const char *const argv[] = {tipindex(), "--quiet", "--keep",  "1",
                                "--db",     c->index,  c->corpus, NULL};
    run_result result = run_program(argv, NULL);
    assert_int_equal(result.status, 0);
    run_free(&result);
    copy_tree(c->index, c->base);
    char *hits = c->old_hits;
    c->old_hits = c->new_hits;
    c->new_hits = hits;
}

void fault_case_free(fault_case *c)
{
    free(c->below);
    free(c->base);
    free(c->index);
    free(c->corpus);
    free(c->old_hits);
    free(c->new_hits);
    free(c->store);
    *c = (fault_case){0};
}

static void restore(const fault_case *c)
{
    if (c->base)
        copy_tree(c->base, c->index);
    else
        remove_tree(c->below);
}

/* ---- One disturbed update ---- */

static run_result run_disturbed(const fault_case *c, const char *state_path, uint64_t at)
{
    const char *asan = getenv("ASAN_OPTIONS");
    const char *shim = getenv(c->is_memory ? "TIP_MEMORY_SHIM" : "TIP_SHIM");
    char *texts[] = {
        text_of("LD_PRELOAD=%s", shim ? shim : ""),
        text_of("TIP_FAIL_BELOW=%s", c->below),
        text_of("TIP_FAIL_STATE=%s", state_path),
        text_of("TIP_FAIL_HOW=%s", c->how ? c->how : ""),
        text_of("TIP_FAIL_AT=%llu", (unsigned long long)at),
        text_of("TIP_FAIL_TRACE=%s", c->trace ? c->trace : "/dev/null"),
        text_of("TIP_FAIL_BY=%s", c->by ? c->by : ""),
        text_of("ASAN_OPTIONS=%s:detect_leaks=1:malloc_context_size=30", asan ? asan : "")};
    enum { COUNT = sizeof texts / sizeof *texts };
    const char *environment[COUNT + 1] = {NULL};
    for (size_t i = 0; i < COUNT; i++)
        environment[i] = texts[i];
    const char *shards = c->is_sharded ? "--shards=2" : NULL;
    const char *layout = c->is_relaid && c->is_portable ? "--layout=fast" : "--layout=portable";
    const char *const update[] = {
        tipindex(), "--quiet", "--jobs",  c->jobs,
        "--db",     c->index,  c->corpus, c->is_relaid ? "--rebuild" : shards,
        layout,     NULL};
    const char *const rollback[] = {tipindex(), "--quiet", "--rollback", "--db", c->index, NULL};
    const char *const search[] = {tipsearch(), "--db",   c->index, "--format",
                                  "json",      "police", NULL};
    run_options options = {.environment = environment};
    run_result result = run_program(c->is_search     ? search
                                    : c->is_rollback ? rollback
                                                     : update,
                                    &options);
    for (size_t i = 0; i < COUNT; i++)
        free(texts[i]);
    return result;
}

static shim_state run_once(const fault_case *c, uint64_t at, run_result *ret_result)
{
    shim_state state = {0, 0};
    restore(c);
    char *path = text_of("%s.state", c->below);
    write_file(path, &state, sizeof state);
    *ret_result = run_disturbed(c, path, at);
    char *bytes = read_file(path, NULL);
    memcpy(&state, bytes, sizeof state);
    free(bytes);
    free(path);
    if (state.calls == 0)
        fail_msg("no call was counted: tipindex exited with %d: %s", ret_result->status,
                 ret_result->err);
    return state;
}

bool fault_once(const fault_case *c, uint64_t at, run_result *ret_result)
{
    return run_once(c, at, ret_result).fired != 0;
}

uint64_t fault_calls(const fault_case *c)
{
    run_result result;
    shim_state state = run_once(c, 0, &result);
    assert_int_equal(result.status, 0);
    run_free(&result);
    return state.calls;
}

/* ---- What must be true then ---- */

char *hits_now(const fault_case *c)
{
    char *hits;
    tip_error err = {.message = ""};
    tip_status status = hits_of(c->index, &hits, &err);
    if (status == TIP_NOT_FOUND && !c->base)
        return text_of("%s", "");
    if (status != TIP_OK)
        fail_msg("%s at call %llu: search: %s", c->how ? c->how : "nothing",
                 (unsigned long long)c->at, err.message);
    return hits;
}

/* Whatever happened, the answer is whole, and the one that the exit status tells. */
static void check_hits(const fault_case *c, const run_result *result)
{
    char *hits = hits_now(c);
    bool is_old = strcmp(hits, c->old_hits) == 0;
    bool is_new = strcmp(hits, c->new_hits) == 0;
    if (!is_old && !is_new)
        fail_msg("%s at call %llu: neither the old answer nor the new one:\n%s", c->how,
                 (unsigned long long)c->at, hits);
    if (result->status == 0 && !is_new)
        fail_msg("%s at call %llu: exit 0, but the index is the old one", c->how,
                 (unsigned long long)c->at);
    if (result->status == 3 && !is_old)
        fail_msg("%s at call %llu: exit 3 (%s), but the index is the new one", c->how,
                 (unsigned long long)c->at, result->err);
    free(hits);
}

static void check_status(fault_case *c, const run_result *result)
{
    bool killed = strcmp(c->how, "kill") == 0;
    if (c->tells && !strstr(result->err, c->tells))
        fail_msg("%s at call %llu: exit %d, and this is not told: %s", c->how,
                 (unsigned long long)c->at, result->status, result->err);
    c->failed += result->status == 3;
    c->finished += result->status == 0;
    if (killed ? result->status == -SIGKILL : result->status == 0)
        return;
    if (killed || result->status != 3 || strncmp(result->err, "tipindex: ", 10) != 0)
        fail_msg("%s at call %llu: exit %d: %s", c->how, (unsigned long long)c->at, result->status,
                 result->err);
}

/* The store does not depend on what happened before; the rest of a generation has a time in it. */
static void check_store(const fault_case *c)
{
    size_t size;
    char *path = text_of("%s/gen-%u/paragraphs.store", c->index, generation_of(c->index));
    char *store = read_file(path, &size);
    assert_int_equal(size, c->store_size);
    assert_memory_equal(store, c->store, size);
    free(store);
    free(path);
}

/* The tables depend on what happened before; what they say does not. */
static void check_portable(const fault_case *c)
{
    char *hits = hits_now(c);
    assert_string_equal(hits, c->new_hits);
    check_clean_portable(c->index);
    free(hits);
}

static bool is_portable_now(const fault_case *c)
{
    char *name = text_of("%s/XAPIANDB", c->index);
    bool is_portable = access(name, F_OK) == 0;
    free(name);
    return is_portable;
}

static void check_recovery(const fault_case *c)
{
    update_here(c->index, c->corpus);
    if (c->is_relaid ? is_portable_now(c) : c->is_portable) {
        check_portable(c);
        return;
    }
    check_clean(c->index);
    if (c->store)
        check_store(c);
}

/* Whether it came to that. */
static bool try_at(fault_case *c, uint64_t at)
{
    run_result result;
    c->at = at;
    bool fired = fault_once(c, at, &result);
    if (fired) {
        check_status(c, &result);
        check_hits(c, &result);
        check_recovery(c);
    } else {
        assert_int_equal(result.status, 0);
    }
    run_free(&result);
    return fired;
}

uint64_t fault_sweep(fault_case *c, uint64_t first, uint64_t stride)
{
    uint64_t points = 0;
    for (uint64_t at = first; try_at(c, at); at += stride)
        points++;
    return points;
}

/* ---- Kinds of calls ---- */

/* The calls of an update that is not disturbed, a line each. */
static char *list_calls(const fault_case *c)
{
    run_result result;
    fault_case undisturbed = *c;
    char *path = text_of("%s.trace", c->below);
    write_file(path, "", 0);
    undisturbed.trace = path;
    assert_false(fault_once(&undisturbed, 0, &result));
    assert_int_equal(result.status, 0);
    run_free(&result);
    char *calls = read_file(path, NULL);
    free(path);
    return calls;
}

static bool is_among(const fault_case *c, const char *line, const char *calls)
{
    char *name = text_of(" %.*s ", (int)strcspn(line, " "), line);
    char *one = text_of("%.*s", (int)strcspn(line, "\n"), line);
    bool among = (!calls || strstr(calls, name)) && (!c->about || strstr(one, c->about));
    free(name);
    free(one);
    return among;
}

/* Whether it is the first such line of the text that it is in. */
static bool is_first(const char *line, const char *text)
{
    size_t size = strcspn(line, "\n") + 1;
    while (text < line && strncmp(text, line, size) != 0)
        text += strcspn(text, "\n") + 1;
    return text == line;
}

static bool tells_failure(const fault_case *c, const char *line)
{
    char *one = text_of("%.*s", (int)strcspn(line, "\n"), line);
    bool tells = c->is_told && c->is_told(one);
    free(one);
    return tells;
}

/* Whether it is a part of a file, and the last that is written or read. */
static bool is_last_part(const char *line)
{
    size_t size = strcspn(line, "\n") + 1;
    const char *next = line + size;
    while (*next && strncmp(next, line, size) != 0)
        next += strcspn(next, "\n") + 1;
    return !*next && (strncmp(line, "pwrite ", 7) == 0 || strncmp(line, "read ", 5) == 0);
}

uint64_t fault_last_call(const fault_case *c, const char *line)
{
    char *text = list_calls(c);
    uint64_t at = 0;
    uint64_t last = 0;
    for (char *next = text; *next;) {
        char *end = next + strcspn(next, "\n");
        *end = '\0';
        at++;
        if (strcmp(next, line) == 0)
            last = at;
        next = end + 1;
    }
    free(text);
    assert_true(last > 0);
    return last;
}

uint64_t fault_sweep_kinds(fault_case *c, const char *calls, uint64_t stride)
{
    char *text = list_calls(c);
    uint64_t at = 0;
    uint64_t kinds = 0;
    uint64_t points = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        at++;
        if (!is_among(c, line, calls) || !(is_first(line, text) || is_last_part(line)) ||
            kinds++ % stride != 0)
            continue;
        c->tells = tells_failure(c, line) ? strerror(EIO) : NULL;
        assert_true(try_at(c, at));
        points++;
    }
    free(text);
    c->tells = NULL;
    return points;
}

int fault_unavailable(void)
{
    const char *sanitizers = getenv("TIP_SANITIZE");
    if (sanitizers && strstr(sanitizers, "thread")) {
        puts("skipped: the thread sanitizer cannot be run below another preloaded library");
        return SKIPPED;
    }
    return 0;
}
