/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indexes in layers answer as ones that are made anew do. */
#include "base/buf.h"
#include "xapian-c/xapian_c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/small_database.h"

static uint32_t random_state;

static uint32_t below(uint32_t end)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % end;
}

/* ---- Indexes cut into layers ---- */

enum { LAYERS = 4, LIVE_MAX = 160, GONE_MAX = 60, RUNS_MAX = LIVE_MAX, KINDS = 40 };

/* A document is one of few kinds, so that many weigh the same. */
typedef struct layer {
    size_t kinds[LIVE_MAX + GONE_MAX];
    uint32_t count;
    char path[96];
} layer;

typedef struct cut_index {
    size_t kinds[LIVE_MAX]; /* of the documents, in order */
    uint32_t count;
    layer layers[LAYERS];
    uint32_t layer_count;
    layer gone;
    xc_run runs[RUNS_MAX];
    size_t run_count;
    char whole[96]; /* path of what is made anew */
} cut_index;

static void add_to(layer *l, size_t kind)
{
    l->kinds[l->count++] = kind;
}

/* Documents that are no longer there. */
static void lose_some(cut_index *c, layer *l)
{
    for (uint32_t n = below(3) ? 0 : below(6); n > 0 && c->gone.count < GONE_MAX; n--) {
        size_t kind = below(KINDS);
        add_to(l, kind);
        add_to(&c->gone, kind);
    }
}

/* Deals what is to be written out in runs; those of a layer stand in it in a random order. */
static void deal(cut_index *c)
{
    size_t order[RUNS_MAX];
    uint32_t starts[RUNS_MAX];
    for (uint32_t at = 0; at < c->count; at += c->runs[c->run_count++].count) {
        uint32_t left = c->count - at;
        uint32_t size = 1 + below(20);
        c->runs[c->run_count] = (xc_run){below(c->layer_count), 0, size < left ? size : left};
        starts[c->run_count] = at;
        order[c->run_count] = c->run_count;
    }
    for (size_t i = 0; i < c->run_count; i++) {
        size_t other = i + below((uint32_t)(c->run_count - i));
        size_t at = order[other];
        order[other] = order[i];
        xc_run *run = &c->runs[at];
        layer *l = &c->layers[run->layer];
        lose_some(c, l);
        run->first = l->count + 1;
        for (uint32_t d = 0; d < run->count; d++)
            add_to(l, c->kinds[starts[at] + d]);
        lose_some(c, l);
    }
}

/* A word "z" that only makes documents longer stands in all, others in some. */
static void add_kind(xc_writer *writer, size_t kind)
{
    xc_posting postings[TERMS + 2];
    size_t count = 0;
    for (size_t t = 0; t < TERMS; t++)
        if (wdf_of(kind, t) > 0)
            postings[count++] = (xc_posting){{&"abcdef"[t], 1}, wdf_of(kind, t)};
    if (kind % 3 == 0)
        postings[count++] = (xc_posting){tip_str_of("Q"), 0};
    postings[count++] = (xc_posting){tip_str_of("z"), (uint32_t)(kind * kind % 50)};
    assert_int_equal(xc_writer_add(writer, postings, count, NULL), TIP_OK);
}

static void write_kinds(struct place *place, const char *name, const size_t *kinds, size_t count,
                        char *ret_path)
{
    char *folder = strdup(at(place, "folder"));
    assert_non_null(folder);
    xc_writer *writer = new_writer(folder);
    for (size_t i = 0; i < count; i++)
        add_kind(writer, kinds[i]);
    assert_int_equal(xc_writer_finish(writer, NULL), TIP_OK);
    strcpy(ret_path, at(place, name));
    assert_int_equal(xc_compact((const char *const[]){folder}, 1, ret_path, NULL), TIP_OK);
    assert_int_equal(scratch_remove(folder), 0);
    free(folder);
}

static void make_cut(struct place *place, const char *prefix, cut_index *c)
{
    char name[16];
    *c = (cut_index){.count = below(8) ? below(LIVE_MAX) : below(3),
                     .layer_count = 1 + below(LAYERS)};
    for (uint32_t i = 0; i < c->count; i++)
        c->kinds[i] = below(KINDS);
    deal(c);
    for (uint32_t i = 0; i < c->layer_count; i++) {
        snprintf(name, sizeof name, "%s%u", prefix, i);
        write_kinds(place, name, c->layers[i].kinds, c->layers[i].count, c->layers[i].path);
    }
    snprintf(name, sizeof name, "%sgone", prefix);
    write_kinds(place, name, c->gone.kinds, c->gone.count, c->gone.path);
    snprintf(name, sizeof name, "%swhole", prefix);
    write_kinds(place, name, c->kinds, c->count, c->whole);
}

static void remove_cut(const cut_index *c)
{
    for (uint32_t i = 0; i < c->layer_count; i++)
        unlink(c->layers[i].path);
    unlink(c->gone.path);
    unlink(c->whole);
}

static tip_status open_cut(const cut_index *cuts, size_t count, xc_database **ret_database,
                           tip_error *err)
{
    const char *paths[INDEXES_MAX][LAYERS];
    xc_index indexes[INDEXES_MAX];
    for (size_t i = 0; i < count; i++) {
        for (uint32_t n = 0; n < cuts[i].layer_count; n++)
            paths[i][n] = cuts[i].layers[n].path;
        indexes[i] = (xc_index){paths[i], cuts[i].layer_count,
                                cuts[i].gone.count > 0 ? cuts[i].gone.path : NULL, cuts[i].runs,
                                cuts[i].run_count};
    }
    return xc_database_open(indexes, count, ret_database, err);
}

/* The same documents twice: as they were cut, and made anew. */
typedef struct pair {
    xc_database *cut;
    xc_database *whole;
} pair;

static pair open_pair(const cut_index *cuts, size_t count)
{
    tip_error err;
    pair p;
    const char *paths[INDEXES_MAX];
    uint32_t sizes[INDEXES_MAX];
    for (size_t i = 0; i < count; i++) {
        paths[i] = cuts[i].whole;
        sizes[i] = cuts[i].count;
    }
    if (open_cut(cuts, count, &p.cut, &err) != TIP_OK)
        fail_msg("%s", err.message);
    p.whole = open_paths(paths, sizes, count);
    return p;
}

/* ---- The same query for both ---- */

static bool accept_some(void *payload, size_t index, uint32_t document)
{
    (void)payload;
    assert_true(document > 0 && document <= LIVE_MAX);
    return (document + index) % 3 != 0;
}

static xc_query *make_leaf(xc_database *database)
{
    static const char *const terms[] = {"a", "b", "c", "d", "e", "f", "Q", "z", "none"};
    size_t kind = below(12);
    xc_query *query = NULL;
    tip_status status;
    if (kind < 9)
        status = xc_query_term(database, tip_str_of(terms[kind]), &query, NULL);
    else if (kind == 9)
        status = xc_query_all(&query, NULL);
    else
        status = xc_query_accept(database, accept_some, NULL, &query, NULL);
    assert_int_equal(status, TIP_OK);
    return query;
}

static xc_query *make_tree(xc_database *database, unsigned depth);

static xc_query *make_join(xc_database *database, unsigned depth)
{
    xc_query *operands[4];
    xc_query *query = NULL;
    size_t count = 1 + below(4);
    xc_operator op = (xc_operator)below(6);
    for (size_t i = 0; i < count; i++)
        operands[i] = make_tree(database, depth - 1);
    assert_int_equal(xc_query_join(op, operands, count, &query, NULL), TIP_OK);
    for (size_t i = 0; i < count; i++)
        xc_query_free(operands[i]);
    return query;
}

static xc_query *make_tree(xc_database *database, unsigned depth)
{
    static const double factors[] = {0, 0.25, 1.75, 3};
    uint32_t choice = depth > 0 ? below(8) : 0;
    if (choice < 2)
        return make_leaf(database);
    xc_query *joined = make_join(database, depth);
    xc_query *query = joined;
    if (choice == 6)
        assert_int_equal(xc_query_scale(joined, factors[below(4)], &query, NULL), TIP_OK);
    if (choice == 7)
        assert_int_equal(xc_query_constant(joined, 0.1 * below(30), &query, NULL), TIP_OK);
    if (query != joined)
        xc_query_free(joined);
    return query;
}

typedef struct query_pair {
    xc_query *cut;
    xc_query *whole;
} query_pair;

static query_pair make_both(const pair *p)
{
    uint32_t before = random_state;
    query_pair q = {.cut = make_tree(p->cut, 3)};
    random_state = before;
    q.whole = make_tree(p->whole, 3);
    return q;
}

static void free_both(const query_pair *q)
{
    xc_query_free(q->cut);
    xc_query_free(q->whole);
}

/* ---- Comparing answers ---- */

static void assert_same_hits(const xc_matches *a, const xc_matches *b)
{
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->hits[i].index, b->hits[i].index);
        assert_int_equal(a->hits[i].document, b->hits[i].document);
        assert_memory_equal(&a->hits[i].weight, &b->hits[i].weight, sizeof(double));
    }
}

static size_t assert_same_matches(const pair *p, const query_pair *q, double c, size_t first,
                                  size_t count)
{
    xc_matches a = {0};
    xc_matches b = {0};
    assert_int_equal(xc_match(p->cut, &(xc_request){q->cut, c, first, count, true}, &a, NULL),
                     TIP_OK);
    assert_int_equal(xc_match(p->whole, &(xc_request){q->whole, c, first, count, true}, &b, NULL),
                     TIP_OK);
    assert_same_hits(&a, &b);
    size_t total = a.total;
    xc_matches_free(&a);
    xc_matches_free(&b);
    return total;
}

/* What a visit told of, in order. */
typedef struct visited {
    xc_hit hits[INDEXES_MAX * LIVE_MAX];
    size_t count;
} visited;

static void note(void *payload, size_t index, uint32_t document)
{
    visited *v = payload;
    assert_true(v->count < INDEXES_MAX * LIVE_MAX);
    v->hits[v->count++] = (xc_hit){index, document, 0};
}

static void assert_same_visits(const visited *a, const visited *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->hits[i].index, b->hits[i].index);
        assert_int_equal(a->hits[i].document, b->hits[i].document);
    }
}

static size_t assert_same_query(const pair *p)
{
    static visited a;
    static visited b;
    query_pair q = make_both(p);
    size_t total = assert_same_matches(p, &q, 1.0, 0, SIZE_MAX);
    for (int i = 0; i < 3; i++) {
        assert_same_matches(p, &q, 0.5 + i, below((uint32_t)total + 2), below(12));
        assert_same_matches(p, &q, 0, below((uint32_t)total + 2), below(12));
    }
    a.count = b.count = 0;
    assert_int_equal(xc_visit(p->cut, q.cut, note, &a, NULL), TIP_OK);
    assert_int_equal(xc_visit(p->whole, q.whole, note, &b, NULL), TIP_OK);
    assert_same_visits(&a, &b);
    assert_int_equal(a.count, total);
    free_both(&q);
    return total;
}

static void assert_same_term(const pair *p, tip_str term)
{
    static visited a;
    static visited b;
    size_t counts[2];
    double bounds[2];
    assert_int_equal(xc_term_documents(p->cut, term, &counts[0], NULL), TIP_OK);
    assert_int_equal(xc_term_documents(p->whole, term, &counts[1], NULL), TIP_OK);
    assert_int_equal(counts[0], counts[1]);
    assert_int_equal(xc_term_weight_bound(p->cut, term, &bounds[0], NULL), TIP_OK);
    assert_int_equal(xc_term_weight_bound(p->whole, term, &bounds[1], NULL), TIP_OK);
    assert_memory_equal(&bounds[0], &bounds[1], sizeof(double));
    a.count = b.count = 0;
    assert_int_equal(xc_term_visit(p->cut, term, note, &a, NULL), TIP_OK);
    assert_int_equal(xc_term_visit(p->whole, term, note, &b, NULL), TIP_OK);
    assert_same_visits(&a, &b);
    assert_int_equal(a.count, counts[0]);
}

static void assert_same_counts(const pair *p)
{
    static const char *const terms[] = {"a", "b", "c", "d", "e", "f", "Q", "z", "none"};
    assert_int_equal(xc_database_documents(p->cut), xc_database_documents(p->whole));
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        assert_same_term(p, tip_str_of(terms[i]));
}

static void compare_databases(struct place *place, size_t indexes, size_t rounds)
{
    static cut_index cuts[INDEXES_MAX];
    size_t found = 0;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < indexes; i++)
            make_cut(place, (char[]){(char)('A' + i), '\0'}, &cuts[i]);
        pair p = open_pair(cuts, indexes);
        assert_same_counts(&p);
        for (int i = 0; i < 50; i++)
            found += assert_same_query(&p);
        xc_database_free(p.cut);
        xc_database_free(p.whole);
        for (size_t i = 0; i < indexes; i++)
            remove_cut(&cuts[i]);
    }
    assert_true(found > rounds * 500);
}

static void layers_answer_as_one_database(void **state)
{
    random_state = 1;
    compare_databases(*state, 1, 40);
}

static void several_indexes_of_layers_answer_as_several_databases(void **state)
{
    random_state = 2;
    compare_databases(*state, 2, 10);
    compare_databases(*state, 3, 10);
}

/* ---- Damage ---- */

/* What `runs` say of a layer of 10 documents, a second one of 5, and `gone` documents. */
static void assert_damaged(struct place *place, const xc_run *runs, size_t count, size_t gone)
{
    static const size_t kinds[10];
    char paths[3][96];
    tip_error err = {.message = ""};
    xc_database *database = NULL;
    write_kinds(place, "one", kinds, 10, paths[0]);
    write_kinds(place, "two", kinds, 5, paths[1]);
    write_kinds(place, "gone", kinds, gone, paths[2]);
    const char *const layers[] = {paths[0], paths[1]};
    const xc_index index = {layers, 2, gone > 0 ? paths[2] : NULL, runs, count};
    tip_status status = xc_database_open(&index, 1, &database, &err);
    if (status != TIP_CORRUPT)
        fail_msg("%s: %s", tip_status_text(status), err.message);
    assert_null(database);
    assert_non_null(strstr(err.message, "tipindex --rebuild"));
    for (size_t i = 0; i < 3; i++)
        unlink(paths[i]);
}

static void runs_that_cannot_be_are_damage(void **state)
{
    struct place *place = *state;
    static const xc_run beyond[] = {{0, 1, 11}, {1, 1, 5}};
    static const xc_run wraps[] = {{0, 1, 10}, {1, 2, UINT32_MAX}};
    static const xc_run no_first[] = {{0, 0, 10}, {1, 1, 5}};
    static const xc_run overlaps[] = {{0, 1, 6}, {1, 1, 5}, {0, 6, 5}};
    static const xc_run twice[] = {{0, 1, 10}, {1, 1, 5}, {1, 1, 5}};
    static const xc_run no_layer[] = {{0, 1, 10}, {1, 1, 5}, {2, 1, 1}};
    static const xc_run some[] = {{0, 1, 8}, {1, 1, 5}};
    static const xc_run all[] = {{0, 1, 10}, {1, 1, 5}, {1, 9, 0}};
    assert_damaged(place, beyond, 2, 0);
    assert_damaged(place, wraps, 2, 0);
    assert_damaged(place, no_first, 2, 0);
    assert_damaged(place, overlaps, 3, 0);
    assert_damaged(place, twice, 3, 0);
    assert_damaged(place, no_layer, 3, 0);
    assert_damaged(place, some, 2, 0);
    assert_damaged(place, some, 2, 1);
    assert_damaged(place, some, 2, 3);
    assert_damaged(place, all, 3, 1);
}

/* More of a word is gone than there was: the files are not of one index. */
static void what_is_gone_was_there(void **state)
{
    struct place *place = *state;
    char paths[2][96];
    tip_error err = {.message = ""};
    size_t count;
    size_t kinds[] = {7, 7, 7}; /* long ones */
    xc_database *database = NULL;
    write_kinds(place, "one", kinds, 3, paths[0]);
    kinds[0] = 3; /* has the filter "Q" */
    write_kinds(place, "gone", kinds, 1, paths[1]);
    const char *const layers[] = {paths[0]};
    const xc_run run = {0, 2, 2};
    const xc_index index = {layers, 1, paths[1], &run, 1};
    assert_int_equal(xc_database_open(&index, 1, &database, &err), TIP_OK);
    assert_int_equal(xc_term_documents(database, tip_str_of("Q"), &count, &err), TIP_CORRUPT);
    assert_non_null(strstr(err.message, "more is gone"));
    xc_database_free(database);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(layers_answer_as_one_database),
        in_place(several_indexes_of_layers_answer_as_several_databases),
        in_place(runs_that_cannot_be_are_damage),
        in_place(what_is_gone_was_there),
    };
    return cmocka_run_group_tests_name("xapian_c_layers", tests, NULL, NULL);
}
