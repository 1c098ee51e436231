/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the tree of a query to a query of Xapian. */
#include "base/error.h"
#include "search/searcher.h"
#include "store/strings.h"
#include "text/term.h"

#include <stdlib.h>

/* Queries on their way into a join. Released with operands_free. */
typedef struct operands {
    xc_query **items;
    size_t count;
} operands;

static void operands_free(operands *o)
{
    for (size_t i = 0; i < o->count; i++)
        xc_query_free(o->items[i]);
    free(o->items);
    *o = (operands){0};
}

/* Takes the query over, also on failure. */
static tip_status operands_add(operands *o, xc_query *query, tip_error *err)
{
    xc_query **items = reallocarray(o->items, o->count + 1, sizeof *items);
    if (!items) {
        xc_query_free(query);
        return tip_fail_memory(err);
    }
    items[o->count++] = query;
    o->items = items;
    return TIP_OK;
}

/* Joins what there is; one operand is itself, none is a query that matches nothing. */
static tip_status operands_join(const operands *o, xc_operator op, xc_query **ret_query,
                                tip_error *err)
{
    if (o->count == 0)
        return xc_query_none(ret_query, err);
    return xc_query_join(op, o->items, o->count, ret_query, err);
}

tip_status query_join_two(xc_operator op, xc_query *left, xc_query *right, xc_query **ret_query,
                          tip_error *err)
{
    xc_query *both[2] = {left, right};
    tip_status status = xc_query_join(op, both, 2, ret_query, err);
    xc_query_free(left);
    xc_query_free(right);
    return status;
}

tip_status query_narrow(xc_query **query, xc_operator op, xc_query *by, tip_error *err)
{
    xc_query *both[2] = {*query, by};
    xc_query *narrowed;
    tip_status status = xc_query_join(op, both, 2, &narrowed, err);
    if (status != TIP_OK)
        return status;
    xc_query_free(*query);
    *query = narrowed;
    return TIP_OK;
}

static tip_status compile(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err);

/* ---- Words and phrases ---- */

/* The words that a wildcard stands for in all indexes together, and their stems. */
typedef struct stem_list {
    tip_strings *words;
    tip_strings *stems;
} stem_list;

static tip_status add_stem(void *payload, tip_str word, tip_str stem)
{
    stem_list *list = payload;
    uint32_t number;
    tip_status status = tip_strings_add(list->words, word, &number);
    return status == TIP_OK ? tip_strings_add(list->stems, stem, &number) : status;
}

static tip_status collect_stems(const tip_query *query, const query_node *node,
                                const query_word *word, tip_strings *stems, tip_error *err)
{
    stem_list list = {.stems = stems};
    if (tip_strings_new(&list.words) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = query->searcher->layout->words(query->searcher, word, add_stem, &list, err);
    size_t count = tip_strings_count(list.words);
    tip_strings_free(list.words);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (status != TIP_OK)
        return status;
    if (count > WILDCARD_WORDS_MAX)
        return query_fail(err, node->start,
                          "%s%s%s stands for %zu words, more than %d: write more letters",
                          word->match == TIP_MATCH_SUFFIX ? "*" : "", word->word,
                          word->match == TIP_MATCH_PREFIX ? "*" : "", count, WILDCARD_WORDS_MAX);
    return TIP_OK;
}

/* Any of the stems; the heaviest counts, as if it were the word that was asked for. */
static tip_status compile_wildcard(tip_query *query, const query_node *node, const query_word *word,
                                   xc_query **ret_query, tip_error *err)
{
    tip_strings *stems;
    operands any = {0};
    if (tip_strings_new(&stems) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = collect_stems(query, node, word, stems, err);
    for (uint32_t i = 0; i < tip_strings_count(stems) && status == TIP_OK; i++) {
        xc_query *term;
        status = xc_query_term(query->searcher->database, tip_strings_at(stems, i), &term, err);
        if (status == TIP_OK)
            status = operands_add(&any, term, err);
    }
    if (status == TIP_OK)
        status = operands_join(&any, XC_MAX, ret_query, err);
    operands_free(&any);
    tip_strings_free(stems);
    return status;
}

static tip_status compile_word(tip_query *query, const query_node *node, const query_word *word,
                               xc_query **ret_query, tip_error *err)
{
    if (word->match == TIP_MATCH_PREFIX || word->match == TIP_MATCH_SUFFIX)
        return compile_wildcard(query, node, word, ret_query, err);
    return xc_query_term(query->searcher->database, tip_str_of(word->stem), ret_query, err);
}

/* All words of some phrases. */
static tip_status compile_words(tip_query *query, query_node *const *phrases, size_t count,
                                xc_query **ret_query, tip_error *err)
{
    operands words = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < phrases[i]->word_count && status == TIP_OK; n++) {
            xc_query *word;
            status = compile_word(query, phrases[i], &phrases[i]->words[n], &word, err);
            if (status == TIP_OK)
                status = operands_add(&words, word, err);
        }
    if (status == TIP_OK)
        status = operands_join(&words, XC_AND, ret_query, err);
    operands_free(&words);
    return status;
}

/* The paragraphs that have all words of some phrases, of those the ones that `narrow` finds. */
static tip_status
compile_places(tip_query *query, query_node *node, query_node *const *phrases, size_t count,
               tip_status (*narrow)(tip_query *, query_node *, xc_query **, tip_error *),
               xc_query **ret_query, tip_error *err)
{
    xc_query *check;
    xc_query *words;
    tip_status status = narrow(query, node, &check, err);
    if (status != TIP_OK)
        return status;
    status = compile_words(query, phrases, count, &words, err);
    if (status != TIP_OK || !check) {
        xc_query_free(check);
        if (status == TIP_OK)
            *ret_query = words;
        return status;
    }
    return query_join_two(XC_FILTER, words, check, ret_query, err);
}

static tip_status compile_phrase(tip_query *query, query_node *node, xc_query **ret_query,
                                 tip_error *err)
{
    return compile_places(query, node, &node, 1, query->searcher->layout->phrase, ret_query, err);
}

static tip_status compile_near(tip_query *query, query_node *node, xc_query **ret_query,
                               tip_error *err)
{
    return compile_places(query, node, node->children, node->child_count,
                          query->searcher->layout->near, ret_query, err);
}

/* ---- Fields and countries ---- */

/* The terms of a field, each once: many values may stand for the same. */
typedef struct term_list {
    xc_database *database;
    operands terms;
    tip_strings *known;
    tip_error *err;
} term_list;

static tip_status add_term(void *payload, tip_str text)
{
    term_list *list = payload;
    xc_query *term;
    uint32_t number;
    if (tip_strings_add(list->known, text, &number) != TIP_OK)
        return tip_fail_memory(list->err);
    if (number < list->terms.count)
        return TIP_OK;
    tip_status status = xc_query_term(list->database, text, &term, list->err);
    return status == TIP_OK ? operands_add(&list->terms, term, list->err) : status;
}

/* A filter does not weigh. */
static tip_status compile_field(tip_query *query, const query_node *node, xc_query **ret_query,
                                tip_error *err)
{
    term_list list = {.database = query->searcher->database, .err = err};
    xc_query *any = NULL;
    if (node->field == TIP_FIELD_TITLE)
        return query->searcher->layout->titles(query, node, ret_query, err);
    if (tip_strings_new(&list.known) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = field_terms(query->searcher, node, add_term, &list, err);
    if (status == TIP_OK)
        status = operands_join(&list.terms, XC_OR, &any, err);
    operands_free(&list.terms);
    tip_strings_free(list.known);
    if (status == TIP_OK)
        status = xc_query_scale(any, 0, ret_query, err);
    xc_query_free(any);
    return status;
}

static tip_status compile_children(tip_query *query, const query_node *node, operands *ret_operands,
                                   tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++) {
        xc_query *child;
        if (node->children[i]->ignored)
            continue;
        status = compile(query, node->children[i], &child, err);
        if (status == TIP_OK)
            status = operands_add(ret_operands, child, err);
    }
    return status;
}

/* More than the words of the name can weigh anywhere. */
static tip_status bound_words(const tip_query *query, const query_node *node, double *weight,
                              tip_error *err)
{
    tip_status status = TIP_OK;
    if (node->ignored)
        return TIP_OK;
    for (size_t i = 0; i < node->word_count && status == TIP_OK; i++) {
        double bound = 0;
        if (query->searcher->database)
            status = xc_term_weight_bound(query->searcher->database,
                                          tip_str_of(node->words[i].stem), &bound, err);
        *weight += bound;
    }
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++)
        status = bound_words(query, node->children[i], weight, err);
    return status;
}

/* The same for the words of a name. */
static tip_status bound_name(const tip_query *query, const char *name, double *weight,
                             tip_error *err)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, tip_str_of(name));
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        double bound = 0;
        tip_str stem;
        if (tip_stem(query->searcher->stemmer, (tip_str){token.word, token.size}, &stem) != TIP_OK)
            return tip_fail_memory(err);
        if (query->searcher->database)
            status = xc_term_weight_bound(query->searcher->database, stem, &bound, err);
        *weight += bound;
    }
    return status;
}

/* What weighs the same in every paragraph that has a term of the country. */
static tip_status compile_country_term(const tip_query *query, const tip_country *country,
                                       const char *prefix, double weight, xc_query **ret_query,
                                       tip_error *err)
{
    tip_buf term = {0};
    xc_query *plain = NULL;
    tip_status status = TIP_OK;
    if (tip_term_of_field(prefix, tip_str_of(country->iso3), &term) != TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = xc_query_term(query->searcher->database, tip_buf_str(&term), &plain, err);
    if (status == TIP_OK)
        status = xc_query_constant(plain, weight, ret_query, err);
    xc_query_free(plain);
    tip_buf_free(&term);
    return status;
}

/*
 * A country is found in three ways, and the heaviest counts. The paragraphs of its own report weigh
 * more than any that only mentions it, and all the same, so that the other words of the query rank
 * them. The words that were written weigh as words do. A paragraph that names it otherwise (Turkey,
 * Türkiye) weighs half of the most they can weigh: about what IneB2 gives to a word that stands
 * once in a paragraph of average length, where tf / (tf + 1) is 1/2.
 */
static tip_status compile_country(tip_query *query, const query_node *node, xc_query **ret_query,
                                  tip_error *err)
{
    operands ways = {0};
    operands words = {0};
    xc_query *way[3] = {NULL};
    double bound = 0;
    tip_status status = compile_children(query, node, &words, err);
    if (status == TIP_OK)
        status = operands_join(&words, XC_OR, &way[0], err);
    operands_free(&words);
    if (status == TIP_OK)
        status = bound_words(query, node, &bound, err);
    if (status == TIP_OK && bound <= 0)
        status = bound_name(query, node->country->name, &bound, err);
    if (status == TIP_OK)
        status = compile_country_term(query, node->country, TIP_TERM_ISO3, bound + 1, &way[1], err);
    if (status == TIP_OK)
        status =
            compile_country_term(query, node->country, TIP_TERM_MENTION, bound / 2, &way[2], err);
    for (size_t i = 0; i < 3; i++) {
        if (status == TIP_OK)
            status = operands_add(&ways, way[i], err);
        else
            xc_query_free(way[i]);
    }
    if (status == TIP_OK)
        status = operands_join(&ways, XC_MAX, ret_query, err);
    operands_free(&ways);
    return status;
}

/* ---- Sequences ---- */

/* The clauses of a sequence by what they do. */
typedef struct clauses {
    operands optional;
    operands required;
    operands filters;
    operands excluded;
} clauses;

static operands *place_of(clauses *c, const query_node *node)
{
    if (node->occur == OCCUR_EXCLUDED)
        return &c->excluded;
    if (node->kind == NODE_FIELD)
        return &c->filters;
    return node->occur == OCCUR_REQUIRED ? &c->required : &c->optional;
}

static tip_status sort_clauses(tip_query *query, const query_node *node, clauses *c, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++) {
        query_node *child = node->children[i];
        xc_query *compiled;
        if (child->ignored)
            continue;
        status = compile(query, child, &compiled, err);
        if (status == TIP_OK)
            status = operands_add(place_of(c, child), compiled, err);
    }
    return status;
}

/* What ranks: all that is required, and any of the rest. */
static tip_status join_ranked(const clauses *c, xc_query **ret_query, tip_error *err)
{
    xc_query *required;
    xc_query *optional;
    if (c->required.count == 0 && c->optional.count == 0)
        return xc_query_all(ret_query, err);
    if (c->required.count == 0)
        return operands_join(&c->optional, XC_OR, ret_query, err);
    if (c->optional.count == 0)
        return operands_join(&c->required, XC_AND, ret_query, err);
    tip_status status = operands_join(&c->required, XC_AND, &required, err);
    if (status != TIP_OK)
        return status;
    status = operands_join(&c->optional, XC_OR, &optional, err);
    if (status != TIP_OK) {
        xc_query_free(required);
        return status;
    }
    return query_join_two(XC_AND_MAYBE, required, optional, ret_query, err);
}

static tip_status join_clauses(const clauses *c, xc_query **ret_query, tip_error *err)
{
    xc_query *query;
    xc_query *other;
    tip_status status = join_ranked(c, &query, err);
    if (status == TIP_OK && c->filters.count > 0) {
        status = operands_join(&c->filters, XC_AND, &other, err);
        if (status != TIP_OK)
            xc_query_free(query);
        else
            status = query_join_two(XC_FILTER, query, other, &query, err);
    }
    if (status == TIP_OK && c->excluded.count > 0) {
        status = operands_join(&c->excluded, XC_OR, &other, err);
        if (status != TIP_OK)
            xc_query_free(query);
        else
            status = query_join_two(XC_AND_NOT, query, other, &query, err);
    }
    if (status == TIP_OK)
        *ret_query = query;
    return status;
}

static tip_status compile_sequence(tip_query *query, const query_node *node, xc_query **ret_query,
                                   tip_error *err)
{
    clauses c = {0};
    tip_status status = sort_clauses(query, node, &c, err);
    if (status == TIP_OK)
        status = join_clauses(&c, ret_query, err);
    operands_free(&c.optional);
    operands_free(&c.required);
    operands_free(&c.filters);
    operands_free(&c.excluded);
    return status;
}

/* ---- Operators ---- */

static tip_status compile_join(tip_query *query, const query_node *node, xc_operator op,
                               xc_query **ret_query, tip_error *err)
{
    operands children = {0};
    tip_status status = compile_children(query, node, &children, err);
    if (status == TIP_OK)
        status = operands_join(&children, op, ret_query, err);
    operands_free(&children);
    return status;
}

static tip_status compile(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err)
{
    switch (node->kind) {
    case NODE_WORD:
        return compile_word(query, node, &node->words[0], ret_query, err);
    case NODE_PHRASE:
        return compile_phrase(query, node, ret_query, err);
    case NODE_NEAR:
        return compile_near(query, node, ret_query, err);
    case NODE_COUNTRY:
        return compile_country(query, node, ret_query, err);
    case NODE_FIELD:
        return compile_field(query, node, ret_query, err);
    case NODE_SEQUENCE:
        return compile_sequence(query, node, ret_query, err);
    case NODE_AND:
        return compile_join(query, node, XC_AND, ret_query, err);
    case NODE_OR:
        return compile_join(query, node, XC_OR, ret_query, err);
    }
    return tip_fail(err, TIP_BAD_ARGUMENT, "unknown part of a query");
}

/* Whether anything in the tree weighs. */
static bool is_ranked(const query_node *node)
{
    if (node->kind == NODE_FIELD)
        return false;
    if (node->child_count == 0)
        return !node->ignored;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->occur != OCCUR_EXCLUDED && is_ranked(node->children[i]))
            return true;
    return false;
}

tip_status query_compile(tip_query *query, tip_error *err)
{
    xc_query *asked;
    xc_query *filters;
    tip_status status = compile(query, query->root, &asked, err);
    if (status != TIP_OK)
        return status;
    query->ranked = is_ranked(query->root);
    if (!query->filters) {
        query->compiled = asked;
        return TIP_OK;
    }
    status = compile_sequence(query, query->filters, &filters, err);
    if (status != TIP_OK) {
        xc_query_free(asked);
        return status;
    }
    return query_join_two(XC_FILTER, asked, filters, &query->compiled, err);
}
