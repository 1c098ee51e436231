/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/match_set.h"

#include "base/error.h"

#include <stdlib.h>

enum { BITS = 64 };

void match_set_free(match_set *set)
{
    for (size_t i = 0; set->bits && i < set->indexes; i++)
        free(set->bits[i]);
    free(set->bits);
    free(set->documents);
    *set = (match_set){0};
}

static tip_status make_room(const tip_searcher *searcher, match_set *set)
{
    set->bits = calloc(searcher->indexes + 1, sizeof *set->bits);
    set->documents = calloc(searcher->indexes + 1, sizeof *set->documents);
    if (!set->bits || !set->documents)
        return TIP_NO_MEMORY;
    for (; set->indexes < searcher->indexes; set->indexes++) {
        size_t documents = tip_store_documents(searcher->stores[set->indexes]);
        set->documents[set->indexes] = (uint32_t)documents;
        set->bits[set->indexes] = calloc(documents / BITS + 1, sizeof **set->bits);
        if (!set->bits[set->indexes])
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* The postings are not verified while searching: they may name what is not in the store. */
static bool is_in(const match_set *set, size_t index, uint32_t document)
{
    return index < set->indexes && document <= set->documents[index];
}

static void add(void *payload, size_t index, uint32_t document)
{
    match_set *set = payload;
    if (is_in(set, index, document))
        set->bits[index][document / BITS] |= (uint64_t)1 << document % BITS;
}

tip_status match_set_find(const tip_query *query, match_set *ret_set, tip_error *err)
{
    match_set set = {0};
    const tip_searcher *searcher = query->searcher;
    tip_status status = make_room(searcher, &set) == TIP_OK ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK && searcher->database)
        status = xc_visit(searcher->database, query->compiled, add, &set, err);
    if (status == TIP_OK)
        status = query_match_status(query, err);
    if (status == TIP_OK)
        *ret_set = set;
    else
        match_set_free(&set);
    return status;
}

uint32_t match_set_next(const match_set *set, size_t index, uint32_t before)
{
    uint32_t document = before + 1;
    if (!is_in(set, index, document))
        return 0;
    size_t at = document / BITS;
    uint64_t rest = set->bits[index][at] >> document % BITS << document % BITS;
    while (rest == 0) {
        if (at++ == set->documents[index] / BITS)
            return 0;
        rest = set->bits[index][at];
    }
    return (uint32_t)(at * BITS) + (uint32_t)__builtin_ctzll(rest);
}

bool match_set_has(const match_set *set, size_t index, uint32_t document)
{
    return is_in(set, index, document) && set->bits[index][document / BITS] >> document % BITS & 1;
}
