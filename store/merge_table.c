/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A merge of many sorted tables by a binary heap of cursors (Knuth, TAOCP vol. 3, 5.4.1). */
#include "store/merge_table.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct cursor {
    const table_part *part;
    size_t input;
    size_t next;
    tip_str string;
} cursor;

typedef struct heap {
    cursor *cursors;
    size_t count;
} heap;

/* Equal strings come in order of input, so that the merge does not depend on the heap's shape. */
static bool comes_first(const cursor *a, const cursor *b)
{
    int order = tip_str_compare(a->string, b->string);
    return order < 0 || (order == 0 && a->input < b->input);
}

static void sift_down(heap *h, size_t i)
{
    cursor moving = h->cursors[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && comes_first(&h->cursors[child + 1], &h->cursors[child]))
            child++;
        if (comes_first(&moving, &h->cursors[child]))
            break;
        h->cursors[i] = h->cursors[child];
        i = child;
    }
    h->cursors[i] = moving;
}

/* Goes on to the next string that is used, from `next` itself; false at the end. */
static bool cursor_settle(cursor *c)
{
    size_t count = c->part->table->count;
    while (c->next < count && c->part->used && !c->part->used[c->next])
        c->next++;
    if (c->next < count)
        c->string = string_table_at(c->part->table, c->next);
    return c->next < count;
}

static tip_status heap_start(heap *h, const table_part *inputs, size_t count)
{
    h->cursors = calloc(count + 1, sizeof *h->cursors);
    if (!h->cursors)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        h->cursors[h->count] = (cursor){&inputs[i], i, 0, {NULL, 0}};
        h->count += cursor_settle(&h->cursors[h->count]);
    }
    for (size_t i = h->count / 2; i-- > 0;)
        sift_down(h, i);
    return TIP_OK;
}

static void heap_advance(heap *h)
{
    cursor *first = &h->cursors[0];
    first->next++;
    if (!cursor_settle(first))
        *first = h->cursors[--h->count];
    if (h->count > 0)
        sift_down(h, 0);
}

static tip_status make_maps(const table_part *inputs, size_t count, table_merge *merge)
{
    merge->maps = calloc(count + 1, sizeof *merge->maps);
    if (!merge->maps)
        return TIP_NO_MEMORY;
    for (; merge->count < count; merge->count++) {
        merge->maps[merge->count] = calloc(inputs[merge->count].table->count + 1, sizeof(uint32_t));
        if (!merge->maps[merge->count])
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

static tip_status drain(heap *h, table_merge *merge)
{
    tip_str last = {NULL, 0};
    while (h->count > 0) {
        const cursor *first = &h->cursors[0];
        if (!first->string.data)
            return TIP_CORRUPT;
        if (!last.data || !tip_str_equal(last, first->string)) {
            tip_status status = table_writer_add(&merge->table, first->string);
            if (status != TIP_OK)
                return status;
            last = first->string;
        }
        merge->maps[first->input][first->next] = (uint32_t)(table_writer_count(&merge->table) - 1);
        heap_advance(h);
    }
    return TIP_OK;
}

tip_status table_merge_run(const table_part *inputs, size_t count, table_merge *ret_merge,
                           tip_error *err)
{
    heap h = {0};
    table_merge merge = {0};
    tip_status status = make_maps(inputs, count, &merge);
    if (status == TIP_OK)
        status = heap_start(&h, inputs, count);
    if (status == TIP_OK)
        status = drain(&h, &merge);
    free(h.cursors);
    if (status != TIP_OK) {
        table_merge_free(&merge);
        return tip_fail(err, status, "cannot merge the tables of an index: %s",
                        tip_status_text(status));
    }
    *ret_merge = merge;
    return TIP_OK;
}

void table_merge_free(table_merge *merge)
{
    for (size_t i = 0; merge->maps && i < merge->count; i++)
        free(merge->maps[i]);
    free(merge->maps);
    table_writer_free(&merge->table);
    *merge = (table_merge){0};
}
