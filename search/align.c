/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/align.h"

#include <stdlib.h>

/* What it counts that two paragraphs are in the same section, and that they are the same. */
#define SECTION_SHARE 0.1
#define SAME_SHARE 1.0

/* Two paragraphs that may be versions of one. */
typedef struct pair {
    size_t before;
    size_t after;
    double similarity;
    double score;
    size_t distance; /* of their places */
    bool same;
} pair;

static int compare_pairs(const void *a, const void *b)
{
    const pair *x = a;
    const pair *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    if (x->after != y->after)
        return x->after < y->after ? -1 : 1;
    return x->before < y->before ? -1 : x->before > y->before;
}

static bool is_contained(const align_item *before, const align_item *after)
{
    return before->set->run_count >= ALIGN_CONTAINED_RUNS &&
           after->set->run_count >= ALIGN_CONTAINED_RUNS &&
           tip_str_equal(before->section, after->section) &&
           shingles_containment(before->set, after->set) >= ALIGN_CONTAINED;
}

static bool is_pair(const align_item *before, const align_item *after, pair *ret_pair)
{
    ret_pair->same = shingles_same(before->set, after->set);
    ret_pair->similarity = 1;
    if (!ret_pair->same) {
        double least = shingles_by_words(before->set, after->set) ? ALIGN_WORDS : ALIGN_RUNS;
        ret_pair->similarity = shingles_similarity(before->set, after->set, least);
        if (ret_pair->similarity < least) {
            if (!is_contained(before, after))
                return false;
            ret_pair->similarity = shingles_similarity(before->set, after->set, 0);
        }
    }
    ret_pair->score = ret_pair->similarity + (ret_pair->same ? SAME_SHARE : 0) +
                      (tip_str_equal(before->section, after->section) ? SECTION_SHARE : 0);
    return true;
}

static tip_status find_pairs(const align_item *before, size_t before_count, const align_item *after,
                             size_t after_count, tip_buf *ret_pairs)
{
    for (size_t a = 0; a < after_count; a++) {
        for (size_t b = 0; b < before_count; b++) {
            pair found = {.before = b, .after = a, .distance = a > b ? a - b : b - a};
            if (is_pair(&before[b], &after[a], &found) &&
                tip_buf_add(ret_pairs, &found, sizeof found) != TIP_OK)
                return TIP_NO_MEMORY;
        }
    }
    return TIP_OK;
}

static void take_pairs(const pair *pairs, size_t count, bool *taken, align_match *matches)
{
    for (size_t i = 0; i < count; i++) {
        const pair *p = &pairs[i];
        if (taken[p->before] || matches[p->after].before != ALIGN_NONE)
            continue;
        taken[p->before] = true;
        matches[p->after] = (align_match){p->before, p->similarity, p->same};
    }
}

tip_status align_paragraphs(const align_item *before, size_t before_count, const align_item *after,
                            size_t after_count, align_match *ret_matches)
{
    tip_buf found = {0};
    bool *taken = calloc(before_count + 1, sizeof *taken);
    tip_status status = taken ? TIP_OK : TIP_NO_MEMORY;
    if (status == TIP_OK)
        status = find_pairs(before, before_count, after, after_count, &found);
    if (status == TIP_OK) {
        pair *pairs = (pair *)(void *)found.data;
        size_t count = found.size / sizeof *pairs;
        if (count > 0)
            qsort(pairs, count, sizeof *pairs, compare_pairs);
        for (size_t i = 0; i < after_count; i++)
            ret_matches[i] = (align_match){.before = ALIGN_NONE};
        take_pairs(pairs, count, taken, ret_matches);
    }
    tip_buf_free(&found);
    free(taken);
    return status;
}
