/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "xapian-c/xapian_c.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/small_database.h"

/* ---- Databases ---- */

enum { INDEXES = 3 };

/* The documents of the first index are 0 to 69, and so on. */
static const size_t index_starts[INDEXES + 1] = {0, 70, 71, DOCUMENTS};

static xc_database *make_shards(struct place *place)
{
    char paths[INDEXES][96];
    for (size_t i = 0; i < INDEXES; i++) {
        char name[] = {'s', (char)('0' + i), '\0'};
        build_compact(place, name, index_starts[i], index_starts[i + 1]);
        strcpy(paths[i], at(place, name));
    }
    return open_paths((const char *const[]){paths[0], paths[1], paths[2]},
                      (const uint32_t[]){70, 1, DOCUMENTS - 71}, INDEXES);
}

static xc_database *make_one(struct place *place)
{
    build_compact(place, "one", 0, DOCUMENTS);
    return open_one(at(place, "one"), DOCUMENTS);
}

/* ---- Queries ---- */

static xc_query *scale(double factor, xc_query *a)
{
    xc_query *query = NULL;
    assert_int_equal(xc_query_scale(a, factor, &query, NULL), TIP_OK);
    xc_query_free(a);
    return query;
}

static xc_query *constant(double weight, xc_query *a)
{
    xc_query *query = NULL;
    assert_int_equal(xc_query_constant(a, weight, &query, NULL), TIP_OK);
    xc_query_free(a);
    return query;
}

/* The weight that a query gives the first document of a database; -1 when it does not match. */
static double weight_of_first(const xc_database *database, xc_query *query)
{
    double weight = -1;
    xc_matches matches = match(database, query, 1.0);
    for (size_t i = 0; i < matches.count; i++)
        if (matches.hits[i].index == 0 && matches.hits[i].document == 1)
            weight = matches.hits[i].weight;
    xc_matches_free(&matches);
    return weight;
}

static void assert_near(double a, double b)
{
    assert_true(a - b < 1e-9 && b - a < 1e-9);
}

/* ---- Random queries against a check of every document ---- */

struct accept {
    size_t remainder;
    size_t calls;
    size_t index;      /* of the last call */
    uint32_t document; /* of the last call */
};

/* Accepts every third document; counting on from index to index. */
static bool accept_third(void *payload, size_t index, uint32_t document)
{
    struct accept *accept = payload;
    accept->calls++;
    return (index_starts[index] + document - 1) % 3 == accept->remainder;
}

/* A query and the documents that it should match. */
struct expected {
    xc_query *query;
    bool matches[DOCUMENTS];
};

static struct accept accepts[3] = {{.remainder = 0}, {.remainder = 1}, {.remainder = 2}};

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static void make_leaf(xc_database *database, uint32_t *random, struct expected *e)
{
    size_t kind = next_random(random) % (TERMS + 5);
    char name[] = {(char)('a' + kind), '\0'};
    tip_status status;
    if (kind < TERMS)
        status = xc_query_term(database, tip_str_of(name), &e->query, NULL);
    else if (kind < TERMS + 3)
        status = xc_query_accept(database, accept_third, &accepts[kind - TERMS], &e->query, NULL);
    else if (kind == TERMS + 3)
        status = xc_query_all(&e->query, NULL);
    else
        status = xc_query_none(&e->query, NULL);
    assert_int_equal(status, TIP_OK);
    for (size_t d = 0; d < DOCUMENTS; d++)
        e->matches[d] =
            kind < TERMS ? wdf_of(d, kind) > 0 : kind == TERMS + 3 || d % 3 + TERMS == kind;
}

static bool combine(xc_operator op, bool first, bool second)
{
    switch (op) {
    case XC_AND:
    case XC_FILTER:
        return first && second;
    case XC_OR:
    case XC_MAX:
        return first || second;
    case XC_AND_NOT:
        return first && !second;
    case XC_AND_MAYBE:
        return first;
    }
    return false;
}

static void make_tree(xc_database *database, uint32_t *random, unsigned depth, struct expected *e);

static void make_join(xc_database *database, uint32_t *random, unsigned depth, struct expected *e)
{
    struct expected operands[3];
    xc_query *queries[3];
    size_t count = 2 + next_random(random) % 2;
    xc_operator op = (xc_operator)(next_random(random) % 6);
    for (size_t i = 0; i < count; i++) {
        make_tree(database, random, depth - 1, &operands[i]);
        queries[i] = operands[i].query;
    }
    assert_int_equal(xc_query_join(op, queries, count, &e->query, NULL), TIP_OK);
    for (size_t i = 0; i < count; i++)
        xc_query_free(queries[i]);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        e->matches[d] = operands[0].matches[d];
        for (size_t i = 1; i < count; i++)
            e->matches[d] = combine(op, e->matches[d], operands[i].matches[d]);
    }
}

static void make_tree(xc_database *database, uint32_t *random, unsigned depth, struct expected *e)
{
    uint32_t choice = depth > 0 ? next_random(random) % 8 : 0;
    if (choice < 2) {
        make_leaf(database, random, e);
        return;
    }
    make_join(database, random, depth, e);
    if (choice == 7)
        e->query = scale(next_random(random) % 3, e->query);
    if (choice == 6)
        e->query = constant(1.5, e->query);
}

/* What was told of, and of what last. */
struct visited {
    bool seen[DOCUMENTS];
    size_t index;
    uint32_t document;
};

/* Each document once, index by index, in order. */
static void note(void *payload, size_t index, uint32_t document)
{
    struct visited *v = payload;
    size_t d = index_starts[index] + document - 1;
    assert_true(index > v->index || (index == v->index && document > v->document));
    assert_true(d < DOCUMENTS);
    v->index = index;
    v->document = document;
    v->seen[d] = true;
}

static void visiting_agrees(const xc_database *database, const struct expected *e)
{
    struct visited v = {.document = 0};
    assert_int_equal(xc_visit(database, e->query, note, &v, NULL), TIP_OK);
    assert_memory_equal(v.seen, e->matches, sizeof v.seen);
}

static void random_queries_agree(xc_database *database, size_t rounds)
{
    uint32_t random = 5;
    size_t found = 0;
    for (size_t round = 0; round < rounds; round++) {
        struct expected e = {0};
        bool seen[DOCUMENTS] = {false};
        make_tree(database, &random, 3, &e);
        visiting_agrees(database, &e);
        xc_matches matches = match(database, e.query, round % 2 ? 1.0 : 0.0);
        for (size_t i = 0; i < matches.count; i++) {
            size_t d = index_starts[matches.hits[i].index] + matches.hits[i].document - 1;
            assert_true(d < DOCUMENTS && e.matches[d] && !seen[d]);
            seen[d] = true;
            assert_true(i == 0 || matches.hits[i - 1].weight >= matches.hits[i].weight);
        }
        assert_memory_equal(seen, e.matches, sizeof seen);
        found += matches.count;
        xc_matches_free(&matches);
    }
    assert_true(found > rounds);
}

/* The best are found without what cannot be among them, and are the first of all. */
static void the_best_of_random_queries_on_shards_are_found(void **state)
{
    xc_database *database = make_shards(*state);
    uint32_t random = 6;
    for (size_t round = 0; round < 1000; round++) {
        struct expected e = {0};
        xc_matches best = {0};
        make_tree(database, &random, 3, &e);
        const xc_request request = {e.query, 1.0, 0, 3, true};
        assert_int_equal(xc_match(database, &request, &best, NULL), TIP_OK);
        xc_matches all = match(database, e.query, 1.0);
        assert_int_equal(best.total, all.total);
        assert_int_equal(best.count, all.count < 3 ? all.count : 3);
        for (size_t i = 0; i < best.count; i++)
            assert_near(best.hits[i].weight, all.hits[i].weight);
        xc_matches_free(&best);
        xc_matches_free(&all);
    }
    xc_database_free(database);
}

static void random_queries_agree_on_one(void **state)
{
    xc_database *database = make_one(*state);
    random_queries_agree(database, 400);
    xc_database_free(database);
}

static void random_queries_agree_on_shards(void **state)
{
    xc_database *database = make_shards(*state);
    random_queries_agree(database, 400);
    xc_database_free(database);
}

/* Found by the queries above: to the right of a "not", where nothing weighs, libxapian 1.4 lets
 * the weights of AND_MAYBE decide what matches, and never computes them. */
static void what_only_weighs_does_not_filter(void **state)
{
    xc_database *database = make_one(*state);
    size_t wanted = 0;
    for (size_t d = 0; d < DOCUMENTS; d++)
        wanted += wdf_of(d, 0) > 0 && wdf_of(d, 1) == 0;
    for (double factor = 1; factor < 3; factor++) {
        xc_query *left = join(XC_AND_MAYBE, term(database, "b"), term(database, "f"));
        xc_query *right = join(XC_AND_MAYBE, term(database, "b"), term(database, "c"));
        xc_query *query = join(XC_AND_NOT, term(database, "a"), join(XC_FILTER, left, right));
        assert_int_equal(total_of(database, scale(factor, query)), wanted);
    }
    xc_database_free(database);
}

/* Found by queries at random: in libxapian 1.4, OP_MAX reads what it has released when an index is
 * at its end and the matcher asks how much may still come. */
static void the_best_of_several_shards_are_found(void **state)
{
    xc_database *database = make_shards(*state);
    for (size_t count = 1; count < 10; count++) {
        xc_matches best = {0};
        xc_query *names = join(XC_MAX, constant(9, term(database, "none")), term(database, "a"));
        xc_query *query =
            join(XC_MAX, names, join(XC_MAX, term(database, "b"), term(database, "c")));
        const xc_request request = {query, 1.0, 0, count, true};
        assert_int_equal(xc_match(database, &request, &best, NULL), TIP_OK);
        xc_matches all = match(database, query, 1.0);
        assert_int_equal(best.count, count);
        for (size_t i = 0; i < count; i++)
            assert_near(best.hits[i].weight, all.hits[i].weight);
        xc_matches_free(&best);
        xc_matches_free(&all);
    }
    xc_database_free(database);
}

/* ---- Accepting ---- */

/* As a phrase does: only what the others let through, in rising order within an index. */
static bool accept_in_order(void *payload, size_t index, uint32_t document)
{
    struct accept *accept = payload;
    size_t d = index_starts[index] + document - 1;
    if (accept->calls++ > 0 && index == accept->index)
        assert_true(document > accept->document);
    accept->index = index;
    accept->document = document;
    assert_true(wdf_of(d, 0) > 0 && wdf_of(d, 2) > 0);
    return d % 2 == 0;
}

static void accept_sees_what_the_others_let_through(void **state)
{
    xc_database *database = make_shards(*state);
    static const xc_operator ops[] = {XC_AND, XC_FILTER};
    size_t both = 0;
    size_t wanted = 0;
    for (size_t d = 0; d < DOCUMENTS; d++) {
        both += wdf_of(d, 0) > 0 && wdf_of(d, 2) > 0;
        wanted += wdf_of(d, 0) > 0 && wdf_of(d, 2) > 0 && d % 2 == 0;
    }
    assert_in_range(wanted, 5, both - 5);
    for (size_t i = 0; i < 2; i++) {
        struct accept accept = {0};
        xc_query *check = NULL;
        assert_int_equal(xc_query_accept(database, accept_in_order, &accept, &check, NULL), TIP_OK);
        xc_query *stems = join(XC_AND, term(database, "a"), term(database, "c"));
        assert_int_equal(total_of(database, join(ops[i], stems, check)), wanted);
        assert_int_equal(accept.calls, both);
    }
    xc_database_free(database);
}

static void accept_alone_sees_every_document_once(void **state)
{
    xc_database *database = make_shards(*state);
    struct accept accept = {.remainder = 1};
    xc_query *check = NULL;
    assert_int_equal(xc_query_accept(database, accept_third, &accept, &check, NULL), TIP_OK);
    assert_int_equal(total_of(database, check), (DOCUMENTS + 1) / 3);
    assert_int_equal(accept.calls, DOCUMENTS);
    xc_database_free(database);
}

static void a_query_of_another_database_is_refused(void **state)
{
    struct place *place = *state;
    xc_database *one = make_one(place);
    build_compact(place, "other", 0, 5);
    xc_database *other = open_one(at(place, "other"), 5);
    struct accept accept = {0};
    xc_query *check = NULL;
    xc_matches matches = {0};
    tip_error err;
    assert_int_equal(xc_query_accept(one, accept_third, &accept, &check, NULL), TIP_OK);
    xc_request request = {.query = check, .count = 10};
    assert_int_equal(xc_match(other, &request, &matches, &err), TIP_ENGINE_ERROR);
    assert_non_null(strstr(err.message, "not made for"));
    assert_null(matches.hits);
    assert_int_equal(accept.calls, 0);
    xc_query_free(check);
    xc_database_free(one);
    xc_database_free(other);
}

/* ---- Weights, order, pages ---- */

static void operators_weigh_as_documented(void **state)
{
    xc_database *database = make_one(*state);
    double a = weight_of_first(database, term(database, "a"));
    double b = weight_of_first(database, term(database, "b"));
    assert_true(a > 0 && b > 0 && a != b); /* the first document holds both */
    assert_near(weight_of_first(database, join(XC_AND, term(database, "a"), term(database, "b"))),
                a + b);
    assert_near(weight_of_first(database, join(XC_OR, term(database, "a"), term(database, "b"))),
                a + b);
    assert_near(
        weight_of_first(database, join(XC_AND_MAYBE, term(database, "a"), term(database, "b"))),
        a + b);
    assert_near(
        weight_of_first(database, join(XC_FILTER, term(database, "a"), term(database, "b"))), a);
    assert_near(weight_of_first(database, join(XC_MAX, term(database, "a"), term(database, "b"))),
                a > b ? a : b);
    assert_near(
        weight_of_first(database, join(XC_AND_NOT, term(database, "a"), term(database, "none"))),
        a);
    assert_near(
        weight_of_first(database, join(XC_AND_NOT, term(database, "a"), term(database, "b"))), -1);
    assert_near(weight_of_first(database, scale(2.5, term(database, "a"))), 2.5 * a);
    assert_near(weight_of_first(database, scale(0, term(database, "a"))), 0);
    assert_near(weight_of_first(database, constant(7, term(database, "a"))), 7);
    assert_near(weight_of_first(database, constant(7, term(database, "none"))), -1);
    xc_database_free(database);
}

static void no_weight_exceeds_its_bound(void **state)
{
    struct place *place = *state;
    xc_database *databases[] = {make_one(place), make_shards(place)};
    double bound;
    for (size_t i = 0; i < 2; i++) {
        for (size_t t = 0; t < TERMS; t++) {
            char name[] = {(char)('a' + t), '\0'};
            assert_int_equal(xc_term_weight_bound(databases[i], tip_str_of(name), &bound, NULL),
                             TIP_OK);
            xc_matches matches = match(databases[i], term(databases[i], name), 1.0);
            assert_true(matches.count > 0 && bound > 0);
            assert_true(matches.hits[0].weight < bound);
            xc_matches_free(&matches);
        }
        assert_int_equal(xc_term_weight_bound(databases[i], tip_str_of("none"), &bound, NULL),
                         TIP_OK);
        assert_true(bound == 0);
        xc_database_free(databases[i]);
    }
}

/* Document 1 of each index, then document 2 of each, ... */
static void without_weights_documents_come_in_order(void **state)
{
    xc_database *database = make_shards(*state);
    xc_matches matches = match(database, join(XC_OR, term(database, "a"), term(database, "b")), 0);
    assert_true(matches.count > DOCUMENTS / 2);
    for (size_t i = 0; i < matches.count; i++) {
        const xc_hit *hit = &matches.hits[i];
        assert_true(hit->weight == 0 && hit->index < INDEXES);
        if (i == 0)
            continue;
        const xc_hit *before = hit - 1;
        assert_true(before->document < hit->document ||
                    (before->document == hit->document && before->index < hit->index));
    }
    xc_matches_free(&matches);
    xc_database_free(database);
}

static void pages_add_up(void **state)
{
    xc_database *database = make_shards(*state);
    xc_matches all = match(database, join(XC_OR, term(database, "a"), term(database, "c")), 1.0);
    xc_query *query = join(XC_OR, term(database, "a"), term(database, "c"));
    static const size_t sizes[] = {1, 7, 50, DOCUMENTS};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t first = 0; first < all.count + 10; first += sizes[s]) {
            xc_matches page = {0};
            xc_request request = {query, 1.0, first, sizes[s], true};
            size_t left = first < all.count ? all.count - first : 0;
            assert_int_equal(xc_match(database, &request, &page, NULL), TIP_OK);
            assert_int_equal(page.total, all.total);
            assert_int_equal(page.count, left < sizes[s] ? left : sizes[s]);
            for (size_t i = 0; i < page.count; i++) {
                assert_int_equal(page.hits[i].document, all.hits[first + i].document);
                assert_int_equal(page.hits[i].index, all.hits[first + i].index);
            }
            xc_matches_free(&page);
            assert_null(page.hits);
        }
    xc_query_free(query);
    xc_matches_free(&all);
    xc_database_free(database);
}

static void postings_are_visited(void **state)
{
    xc_database *database = make_shards(*state);
    for (size_t t = 0; t < TERMS + 1; t++) {
        char name[] = {(char)('a' + t), '\0'};
        struct visited v = {.document = 0};
        assert_int_equal(xc_term_visit(database, tip_str_of(name), note, &v, NULL), TIP_OK);
        for (size_t d = 0; d < DOCUMENTS; d++)
            assert_int_equal(v.seen[d], t < TERMS && wdf_of(d, t) > 0);
    }
    xc_database_free(database);
}

static void totals_are_exact_without_hits(void **state)
{
    xc_database *database = make_shards(*state);
    static const size_t firsts[] = {0, 1, DOCUMENTS, SIZE_MAX};
    size_t wanted = 0;
    for (size_t d = 0; d < DOCUMENTS; d++)
        wanted += (wdf_of(d, 0) > 0 || wdf_of(d, 1) > 0) && wdf_of(d, 2) == 0;
    xc_query *query = join(XC_AND_NOT, join(XC_OR, term(database, "a"), term(database, "b")),
                           term(database, "c"));
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (size_t count = 0; count < 3; count++) {
            xc_matches matches = {0};
            xc_request request = {query, i % 2 ? 1.0 : 0.0, firsts[i], count, true};
            assert_int_equal(xc_match(database, &request, &matches, NULL), TIP_OK);
            assert_int_equal(matches.total, wanted);
            assert_int_equal(matches.count, firsts[i] < wanted ? count : 0);
            xc_matches_free(&matches);
        }
    xc_query_free(query);
    xc_database_free(database);
}

static void no_operands_match_nothing(void **state)
{
    xc_database *database = make_one(*state);
    for (int op = XC_AND; op <= XC_MAX; op++) {
        xc_query *query = NULL;
        assert_int_equal(xc_query_join((xc_operator)op, NULL, 0, &query, NULL), TIP_OK);
        assert_int_equal(total_of(database, query), 0);
        xc_query *alone = term(database, "a");
        size_t wanted = total_of(database, term(database, "a"));
        assert_int_equal(xc_query_join((xc_operator)op, &alone, 1, &query, NULL), TIP_OK);
        xc_query_free(alone);
        assert_int_equal(total_of(database, query), wanted);
    }
    xc_database_free(database);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    /* Memory comes filled with what makes small negative numbers, so that a match that depends on
     * what was there before is seen. Sanitizers do the same. */
    mallopt(M_PERTURB, 0x41);
    const struct CMUnitTest tests[] = {
        in_place(random_queries_agree_on_one),
        in_place(random_queries_agree_on_shards),
        in_place(what_only_weighs_does_not_filter),
        in_place(the_best_of_several_shards_are_found),
        in_place(the_best_of_random_queries_on_shards_are_found),
        in_place(accept_sees_what_the_others_let_through),
        in_place(accept_alone_sees_every_document_once),
        in_place(a_query_of_another_database_is_refused),
        in_place(operators_weigh_as_documented),
        in_place(no_weight_exceeds_its_bound),
        in_place(without_weights_documents_come_in_order),
        in_place(pages_add_up),
        in_place(postings_are_visited),
        in_place(totals_are_exact_without_hits),
        in_place(no_operands_match_nothing),
    };
    return cmocka_run_group_tests_name("xapian_c_query", tests, NULL, NULL);
}
