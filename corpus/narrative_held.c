/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/narrative_private.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->count = 0)
#include <uthash.h>

static tip_status make_room(tip_held *held)
{
    if (held->count < held->room)
        return TIP_OK;
    size_t room = held->room ? 2 * held->room : 16;
    tip_held_record *records = reallocarray(held->records, room, sizeof *records);
    if (!records)
        return TIP_NO_MEMORY;
    held->records = records;
    held->room = room;
    return TIP_OK;
}

tip_status tip_held_add(tip_held *held, tip_str section, tip_str text, unsigned page)
{
    tip_held_record record = {held->bytes.size, section.size, text.size, page};
    if (make_room(held) || tip_buf_reserve(&held->bytes, section.size + text.size) ||
        tip_buf_add(&held->bytes, section.data, section.size) ||
        tip_buf_add(&held->bytes, text.data, text.size))
        return TIP_NO_MEMORY;
    held->records[held->count++] = record;
    return TIP_OK;
}

tip_str tip_held_section(const tip_held *held, size_t i)
{
    const tip_held_record *record = &held->records[i];
    return (tip_str){held->bytes.data + record->section, record->section_size};
}

tip_str tip_held_text(const tip_held *held, size_t i)
{
    const tip_held_record *record = &held->records[i];
    return (tip_str){held->bytes.data + record->section + record->section_size, record->text_size};
}

void tip_held_drop(tip_held *held, size_t count)
{
    if (count == 0)
        return;
    held->count -= count;
    memmove(held->records, held->records + count, held->count * sizeof *held->records);
    if (held->count == 0)
        tip_buf_clear(&held->bytes);
}

void tip_held_free(tip_held *held)
{
    tip_buf_free(&held->bytes);
    free(held->records);
    *held = (tip_held){0};
}

/* The key is the country's name, NUL, the section. */
struct tip_section_count {
    UT_hash_handle hh;
    unsigned count;
    char key[];
};

/* Puts a fresh entry in, or finds the one that is there and releases the fresh one. NULL when out
 * of memory. */
static tip_section_count *find_or_add(tip_section_count **counts, tip_section_count *fresh,
                                      size_t size)
{
    tip_section_count *found = NULL;
    HASH_FIND(hh, *counts, fresh->key, size, found);
    if (!found) {
        fresh->count = 1;
        HASH_ADD_KEYPTR(hh, *counts, fresh->key, size, fresh);
        if (fresh->count == 1)
            return fresh;
    } else {
        found->count++;
    }
    free(fresh);
    return found;
}

tip_status tip_section_count_next(tip_section_count **counts, tip_str country, tip_str section,
                                  unsigned *ret_number)
{
    size_t size = country.size + 1 + section.size;
    tip_section_count *fresh = calloc(1, sizeof *fresh + size);
    if (!fresh)
        return TIP_NO_MEMORY;
    if (country.size)
        memcpy(fresh->key, country.data, country.size);
    if (section.size)
        memcpy(fresh->key + country.size + 1, section.data, section.size);
    const tip_section_count *entry = find_or_add(counts, fresh, size);
    if (!entry)
        return TIP_NO_MEMORY;
    *ret_number = entry->count;
    return TIP_OK;
}

void tip_section_count_free(tip_section_count *counts)
{
    tip_section_count *entry, *next;
    HASH_ITER(hh, counts, entry, next)
    {
        HASH_DEL(counts, entry);
        free(entry);
    }
}
