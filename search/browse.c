/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a paragraph by its id, what stands around it and what is like it. */
#include "tip/browse.h"

#include "base/error.h"
#include "search/feedback.h"
#include "search/results.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Finding an id ---- */

/* What an id looks like is told with one of at most so many bytes. */
enum { EXAMPLE_MAX = 80 };

/* A paragraph. */
typedef struct place {
    size_t index;
    uint32_t document;
} place;

/* A search for an id. Released with finder_end. */
typedef struct finder {
    const tip_searcher *searcher;
    tip_str id;
    tip_text_block block;
    tip_buf made;  /* an id that tip_store_id_of makes */
    tip_buf maybe; /* a byte for each report of the index: whether its ids start as this one */
    bool is_alike; /* a paragraph was found whose id differs in case, ... */
    place alike;   /* ... the first one */
    tip_error *err;
} finder;

static void finder_end(finder *f)
{
    tip_text_block_free(&f->block);
    tip_buf_free(&f->made);
    tip_buf_free(&f->maybe);
}

static bool starts_with(tip_str text, tip_str start)
{
    return text.size >= start.size &&
           (start.size == 0 || strncasecmp(text.data, start.data, start.size) == 0);
}

/* Whether this is the id; one that differs only in case is noted. */
static bool is_wanted(finder *f, tip_str id, place at)
{
    if (id.size != f->id.size || !starts_with(id, f->id))
        return false;
    if (tip_str_equal(id, f->id))
        return true;
    if (!f->is_alike)
        f->alike = at;
    f->is_alike = true;
    return false;
}

/* All ids that are made for a report start with what is known of it. */
static tip_status mark_reports(finder *f, const tip_store *store)
{
    tip_buf_clear(&f->maybe);
    for (uint32_t i = 0; i < tip_store_reports(store); i++) {
        tip_record report = {0};
        tip_status status = tip_store_report(store, i, &report, f->err);
        if (status != TIP_OK)
            return status;
        if (tip_store_id_of(&report, &f->made) != TIP_OK ||
            tip_buf_add_byte(&f->maybe, starts_with(f->id, tip_buf_str(&f->made))) != TIP_OK)
            return tip_fail_memory(f->err);
    }
    return TIP_OK;
}

static bool is_in_marked(const finder *f, place at)
{
    uint32_t report = tip_store_report_of(f->searcher->stores[at.index], at.document);
    return report < f->maybe.size && f->maybe.data[report];
}

/* The id that the paragraph has unless it brought its own. */
static tip_status make_id(finder *f, place at)
{
    const tip_store *store = f->searcher->stores[at.index];
    tip_record record = {0};
    tip_status status =
        tip_store_report(store, tip_store_report_of(store, at.document), &record, f->err);
    if (status != TIP_OK)
        return status;
    record.section = tip_store_section(store, tip_store_section_of(store, at.document));
    record.paragraph = tip_store_paragraph_of(store, at.document);
    return tip_store_id_of(&record, &f->made) == TIP_OK ? TIP_OK : tip_fail_memory(f->err);
}

/* Looks at the id that is made, which stands in memory, and only where that fits into the text. */
static tip_status try_made(finder *f, place at, bool *ret_found)
{
    tip_str own;
    if (!is_in_marked(f, at))
        return TIP_OK;
    tip_status status = make_id(f, at);
    if (status != TIP_OK || f->made.size != f->id.size ||
        !starts_with(tip_buf_str(&f->made), f->id))
        return status;
    status = tip_store_own_id(f->searcher->stores[at.index], at.document, &f->block, &own, f->err);
    if (status == TIP_OK && own.size == 0)
        *ret_found = is_wanted(f, tip_buf_str(&f->made), at);
    return status;
}

static tip_status try_own(finder *f, place at, bool *ret_found)
{
    tip_str own;
    tip_status status =
        tip_store_own_id(f->searcher->stores[at.index], at.document, &f->block, &own, f->err);
    if (status == TIP_OK && own.size > 0)
        *ret_found = is_wanted(f, own, at);
    return status;
}

/* Tries every paragraph in order; TIP_NOT_FOUND, without a message, when it was none of them. */
static tip_status walk(finder *f, tip_status (*try)(finder *, place, bool *), bool mark,
                       place *ret_place)
{
    bool found = false;
    for (place at = {0, 1}; at.index < f->searcher->indexes; at = (place){at.index + 1, 1}) {
        const tip_store *store = f->searcher->stores[at.index];
        tip_status status = mark ? mark_reports(f, store) : TIP_OK;
        for (; status == TIP_OK && at.document <= tip_store_documents(store); at.document++) {
            status = try(f, at, &found);
            if (status == TIP_OK && found) {
                *ret_place = at;
                return TIP_OK;
            }
        }
        if (status != TIP_OK)
            return status;
    }
    if (!f->is_alike)
        return TIP_NOT_FOUND;
    *ret_place = f->alike;
    return TIP_OK;
}

/* An id of this very index shows best how they look. */
static tip_status fail_not_found(finder *f)
{
    tip_str example = tip_str_of("2020/KGZ/prosecution/3");
    tip_record first;
    if (f->searcher->indexes > 0 &&
        tip_store_record(f->searcher->stores[0], 1, &f->block, &first, NULL) == TIP_OK &&
        first.id.size > 0 && first.id.size <= EXAMPLE_MAX)
        example = first.id;
    return tip_fail(f->err, TIP_NOT_FOUND,
                    "no paragraph has the id \"%.*s\"; an id looks like \"%.*s\", and every answer "
                    "of a search bears one",
                    (int)(f->id.size < 200 ? f->id.size : 200), f->id.data, (int)example.size,
                    example.data);
}

static tip_status find_id(const tip_searcher *searcher, tip_str id, place *ret_place,
                          tip_error *err)
{
    finder f = {.searcher = searcher, .id = id, .err = err};
    tip_status status = id.size ? walk(&f, try_made, true, ret_place) : TIP_NOT_FOUND;
    if (status == TIP_NOT_FOUND && id.size)
        status = walk(&f, try_own, false, ret_place);
    if (status == TIP_NOT_FOUND)
        status = fail_not_found(&f);
    finder_end(&f);
    return status;
}

/* ---- What stands around it ---- */

/* The first of at most `before` paragraphs of the same report. A report lies in one index, since
 * the paragraphs of a source stay together. */
static uint32_t first_around(const tip_store *store, uint32_t document, size_t before)
{
    uint32_t report = tip_store_report_of(store, document);
    uint32_t first = document;
    while (first > 1 && document - first < before &&
           tip_store_report_of(store, first - 1) == report)
        first--;
    return first;
}

static uint32_t last_around(const tip_store *store, uint32_t document, size_t after)
{
    uint32_t report = tip_store_report_of(store, document);
    uint32_t last = document;
    while (last < tip_store_documents(store) && last - document < after &&
           tip_store_report_of(store, last + 1) == report)
        last++;
    return last;
}

tip_status tip_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                    tip_results **ret_results, size_t *ret_at, tip_error *err)
{
    return searcher->layout->show(searcher, id, before, after, ret_results, ret_at, err);
}

tip_status fast_show(tip_searcher *searcher, tip_str id, size_t before, size_t after,
                     tip_results **ret_results, size_t *ret_at, tip_error *err)
{
    place at;
    tip_status status = find_id(searcher, id, &at, err);
    if (status != TIP_OK)
        return status;
    const tip_store *store = searcher->stores[at.index];
    uint32_t first = first_around(store, at.document, before);
    size_t count = last_around(store, at.document, after) - first + 1;
    xc_matches around = {.count = count, .total = count};
    around.hits = calloc(count, sizeof *around.hits);
    if (!around.hits)
        return tip_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        around.hits[i] = (xc_hit){.index = at.index, .document = first + (uint32_t)i};
    status = results_fetch(searcher, &around, NULL, 0, ret_results, err);
    free(around.hits);
    if (status == TIP_OK)
        *ret_at = at.document - first;
    return status;
}

/* ---- What is like it ---- */

static bool is_another(void *payload, size_t index, uint32_t document)
{
    const place *at = payload;
    return index != at->index || document != at->document;
}

/* Leaves the paragraph itself out, and what is not within. */
static tip_status narrow(tip_query *query, const tip_query *within, place *at, tip_error *err)
{
    xc_query *others;
    tip_status status = TIP_OK;
    if (within)
        status = query_narrow(&query->compiled, XC_FILTER, within->compiled, err);
    if (status == TIP_OK)
        status = xc_query_accept(query->searcher->database, is_another, at, &others, err);
    if (status != TIP_OK)
        return status;
    status = query_narrow(&query->compiled, XC_FILTER, others, err);
    xc_query_free(others);
    return status;
}

tip_status tip_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                       const tip_search_options *options, tip_results **ret_results, tip_error *err)
{
    return searcher->layout->similar(searcher, id, within, options, ret_results, err);
}

tip_status fast_similar(tip_searcher *searcher, tip_str id, const tip_query *within,
                        const tip_search_options *options, tip_results **ret_results,
                        tip_error *err)
{
    tip_query query = {.searcher = searcher, .ranked = true};
    place at;
    tip_status status = find_id(searcher, id, &at, err);
    if (status == TIP_OK)
        status =
            feedback_similar(searcher, at.index, at.document, &query.root, &query.compiled, err);
    if (status == TIP_OK)
        status = narrow(&query, within, &at, err);
    if (status == TIP_OK)
        status = tip_search(searcher, &query, options, ret_results, err);
    xc_query_free(query.compiled);
    node_free(query.root);
    return status;
}
