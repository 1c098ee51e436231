/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Phrases and NEAR: what the matcher asks about each candidate. */
#include "base/error.h"
#include "search/searcher.h"

#include <stdlib.h>
#include <string.h>

static void phrase_free(query_phrase *phrase)
{
    if (!phrase)
        return;
    for (size_t i = 0; i < phrase->indexes; i++)
        tip_pattern_free(phrase->patterns[i]);
    free(phrase->patterns);
    free(phrase);
}

static void near_free(query_near *near)
{
    if (!near)
        return;
    for (size_t i = 0; near->places && i < near->node->child_count; i++)
        tip_buf_free(&near->places[i]);
    tip_buf_free(&near->reached);
    free(near->places);
    free(near);
}

void query_phrases_free(tip_query *query)
{
    for (size_t i = 0; i < query->near_count; i++)
        near_free(query->nears[i]);
    for (size_t i = 0; i < query->phrase_count; i++)
        phrase_free(query->phrases[i]);
    for (size_t i = 0; i < query->title_count; i++)
        titles_free(query->titles[i]);
    free(query->titles);
    free(query->nears);
    free(query->phrases);
    query->titles = NULL;
    query->title_count = 0;
    query->nears = NULL;
    query->phrases = NULL;
    query->near_count = 0;
    query->phrase_count = 0;
}

/* ---- Words with an asterisk ---- */

typedef struct word_walk {
    const tip_store *store;
    word_fn see;
    void *payload;
} word_walk;

static tip_status see_word(void *payload, uint32_t word)
{
    const word_walk *walk = payload;
    return walk->see(walk->payload, tip_store_word(walk->store, word),
                     tip_store_stem(walk->store, tip_store_stem_of(walk->store, word)));
}

tip_status fast_words(const tip_searcher *searcher, const query_word *word, word_fn see,
                      void *payload, tip_error *err)
{
    word_walk walk = {.see = see, .payload = payload};
    tip_pattern_word wanted = {tip_str_of(word->word), word->match};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < searcher->indexes && status == TIP_OK; i++) {
        walk.store = searcher->stores[i];
        status = tip_pattern_words(walk.store, &wanted, see_word, &walk);
    }
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

/* ---- Phrases ---- */

static tip_status make_patterns(query_phrase *phrase, const tip_searcher *searcher,
                                const tip_pattern_phrase *phrases, size_t count, tip_error *err)
{
    phrase->patterns = calloc(searcher->indexes + 1, sizeof *phrase->patterns);
    if (!phrase->patterns)
        return tip_fail_memory(err);
    for (; phrase->indexes < searcher->indexes; phrase->indexes++) {
        tip_status status = tip_pattern_new_several(searcher->stores[phrase->indexes], phrases,
                                                    count, &phrase->patterns[phrase->indexes], err);
        if (status != TIP_OK)
            return status;
    }
    return TIP_OK;
}

static tip_status keep_phrase(tip_query *query, query_phrase *phrase, tip_error *err)
{
    query_phrase **phrases = reallocarray(query->phrases, query->phrase_count + 1, sizeof *phrases);
    if (!phrases)
        return tip_fail_memory(err);
    phrases[query->phrase_count++] = phrase;
    query->phrases = phrases;
    return TIP_OK;
}

/* The words of all phrases, one behind the other. */
static tip_status collect_words(query_node *const *nodes, size_t count, tip_pattern_word *words,
                                tip_pattern_phrase *phrases, tip_error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        const query_node *node = nodes[i];
        if (node->word_count > TIP_PATTERN_MAX - total)
            return query_fail(err, node->start, "%s of more than %d words",
                              count == 1 ? "a phrase" : "near", TIP_PATTERN_MAX);
        phrases[i] = (tip_pattern_phrase){words + total, node->word_count};
        for (size_t n = 0; n < node->word_count; n++) {
            const query_word *word = &node->words[n];
            bool by_stem = word->match == TIP_MATCH_STEM;
            words[total++] =
                (tip_pattern_word){tip_str_of(by_stem ? word->stem : word->word), word->match};
        }
    }
    return TIP_OK;
}

/* Phrases that are looked for at once, kept by the query. */
static tip_status phrases_new(tip_query *query, query_node *const *nodes, size_t count,
                              query_phrase **ret_phrase, tip_error *err)
{
    tip_pattern_word words[TIP_PATTERN_MAX];
    tip_pattern_phrase phrases[TIP_PATTERN_MAX];
    if (count > TIP_PATTERN_MAX)
        return query_fail(err, nodes[TIP_PATTERN_MAX]->start, "near of more than %d words",
                          TIP_PATTERN_MAX);
    tip_status status = collect_words(nodes, count, words, phrases, err);
    if (status != TIP_OK)
        return status;
    query_phrase *phrase = calloc(1, sizeof *phrase);
    if (!phrase)
        return tip_fail_memory(err);
    status = make_patterns(phrase, query->searcher, phrases, count, err);
    if (status == TIP_OK)
        status = keep_phrase(query, phrase, err);
    if (status != TIP_OK) {
        phrase_free(phrase);
        return status;
    }
    *ret_phrase = phrase;
    return TIP_OK;
}

/* What the matcher asks about a document is asked of candidates only. */
static tip_status accept(const tip_query *query, xc_accept_fn accepts, void *payload,
                         xc_query **ret_query, tip_error *err)
{
    *ret_query = NULL;
    if (!query->searcher->database)
        return TIP_OK;
    return xc_query_accept(query->searcher->database, accepts, payload, ret_query, err);
}

static bool phrase_accepts(void *payload, size_t index, uint32_t document)
{
    const query_phrase *phrase = payload;
    return index < phrase->indexes && tip_pattern_matches(phrase->patterns[index], document);
}

tip_status fast_phrase(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err)
{
    query_phrase *phrase = NULL;
    tip_status status = phrases_new(query, &node, 1, &phrase, err);
    return status == TIP_OK ? accept(query, phrase_accepts, phrase, ret_query, err) : status;
}

/* ---- NEAR ---- */

static tip_status keep_near(tip_query *query, query_near *near, tip_error *err)
{
    query_near **nears = reallocarray(query->nears, query->near_count + 1, sizeof *nears);
    if (!nears)
        return tip_fail_memory(err);
    nears[query->near_count++] = near;
    query->nears = nears;
    return TIP_OK;
}

static tip_status near_new(tip_query *query, const query_node *node, query_near **ret_near,
                           tip_error *err)
{
    query_near *near = calloc(1, sizeof *near);
    if (!near)
        return tip_fail_memory(err);
    near->node = node;
    near->places = calloc(node->child_count, sizeof *near->places);
    tip_status status = near->places ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK)
        status = phrases_new(query, node->children, node->child_count, &near->operands, err);
    if (status == TIP_OK)
        status = keep_near(query, near, err);
    if (status != TIP_OK) {
        near_free(near);
        return status;
    }
    *ret_near = near;
    return TIP_OK;
}

/* An occurrence: the places of its first and its last word. */
typedef struct span {
    size_t first;
    size_t last;
} span;

static size_t span_count(const query_near *near, size_t operand)
{
    return near->places[operand].size / sizeof(uint32_t);
}

static span span_at(const query_near *near, size_t operand, size_t i)
{
    const uint32_t *places = (const uint32_t *)(const void *)near->places[operand].data;
    const size_t words = near->node->children[operand]->word_count;
    return (span){places[i] + 1 - words, places[i]};
}

/* Words from one occurrence to the other: 1 for neighbours; occurrences that overlap are not
 * beside one another at all. */
static bool is_near(span a, span b, const query_node *operand)
{
    if (b.first > a.last)
        return b.first - a.last <= operand->distance;
    return !operand->ordered && a.first > b.last && a.first - b.last <= operand->distance;
}

/* Which occurrences of an operand are near one of the operand before that was reached itself. */
static bool reach_operand(query_near *near, size_t operand)
{
    const query_node *node = near->node->children[operand];
    size_t before = span_count(near, operand - 1);
    size_t count = span_count(near, operand);
    bool *reached_before = (bool *)near->reached.data;
    bool *reached = reached_before + before;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        reached[i] = false;
        for (size_t n = 0; n < before && !reached[i]; n++)
            reached[i] = reached_before[n] &&
                         is_near(span_at(near, operand - 1, n), span_at(near, operand, i), node);
        any = any || reached[i];
    }
    memmove(reached_before, reached, count * sizeof *reached);
    return any;
}

static bool reach_all(query_near *near)
{
    size_t most = 0;
    for (size_t i = 0; i < near->node->child_count; i++)
        most = span_count(near, i) > most ? span_count(near, i) : most;
    tip_buf_clear(&near->reached);
    if (tip_buf_reserve(&near->reached, 2 * most * sizeof(bool) + 1) != TIP_OK) {
        near->no_memory = true;
        return false;
    }
    memset(near->reached.data, true, span_count(near, 0) * sizeof(bool));
    for (size_t i = 1; i < near->node->child_count; i++)
        if (!reach_operand(near, i))
            return false;
    return true;
}

static bool near_accepts(void *payload, size_t index, uint32_t document)
{
    query_near *near = payload;
    const query_phrase *operands = near->operands;
    if (index >= operands->indexes)
        return false;
    const tip_pattern *pattern = operands->patterns[index];
    const query_node *second = near->node->children[1];
    if (tip_pattern_is_pair(pattern))
        return tip_pattern_near(pattern, document, second->distance, second->ordered);
    if (tip_pattern_places(pattern, document, near->places) != TIP_OK)
        near->no_memory = true;
    for (size_t i = 0; i < near->node->child_count; i++)
        if (near->places[i].size == 0)
            return false;
    return reach_all(near);
}

tip_status fast_near(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err)
{
    query_near *near = NULL;
    tip_status status = near_new(query, node, &near, err);
    return status == TIP_OK ? accept(query, near_accepts, near, ret_query, err) : status;
}

tip_status query_match_status(const tip_query *query, tip_error *err)
{
    for (size_t i = 0; i < query->near_count; i++)
        if (query->nears[i]->no_memory)
            return tip_fail_memory(err);
    return TIP_OK;
}
