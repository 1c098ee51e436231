/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/strings.h"

#include "base/buf.h"

#define XXH_INLINE_ALL
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* uthash ends the process when memory runs out unless it is told what to do instead. */
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(entry) ((entry)->failed = true)
#define HASH_FUNCTION(key, size, value) ((value) = (unsigned)XXH3_64bits((key), (size)))
#include <uthash.h>

/* Entries and characters live in slabs, so that their addresses never change. */
enum { ENTRIES_PER_SLAB = 1024, BYTES_PER_SLAB = 64 * 1024 };

typedef struct entry {
    const char *data;
    size_t size;
    uint32_t number;
    bool failed;
    UT_hash_handle hh;
} entry;

typedef struct byte_slab {
    struct byte_slab *before;
    char bytes[];
} byte_slab;

struct tip_strings {
    entry *table; /* uthash's head */
    entry **slabs;
    size_t slab_count;
    size_t slab_room;
    size_t count;
    byte_slab *bytes;
    size_t bytes_left; /* at the end of the newest byte slab */
    size_t bytes_size; /* of the newest byte slab */
};

tip_status tip_strings_new(tip_strings **ret_strings)
{
    tip_strings *strings = calloc(1, sizeof *strings);
    if (!strings)
        return TIP_NO_MEMORY;
    *ret_strings = strings;
    return TIP_OK;
}

void tip_strings_free(tip_strings *strings)
{
    if (!strings)
        return;
    HASH_CLEAR(hh, strings->table);
    for (size_t i = 0; i < strings->slab_count; i++)
        free(strings->slabs[i]);
    free(strings->slabs);
    while (strings->bytes) {
        byte_slab *before = strings->bytes->before;
        free(strings->bytes);
        strings->bytes = before;
    }
    free(strings);
}

static char *copy_bytes(tip_strings *strings, tip_str string)
{
    if (string.size > strings->bytes_left || !strings->bytes) {
        size_t size = string.size > BYTES_PER_SLAB ? string.size : BYTES_PER_SLAB;
        byte_slab *slab = malloc(sizeof *slab + size);
        if (!slab)
            return NULL;
        slab->before = strings->bytes;
        strings->bytes = slab;
        strings->bytes_size = strings->bytes_left = size;
    }
    char *copy = strings->bytes->bytes + (strings->bytes_size - strings->bytes_left);
    if (string.size)
        memcpy(copy, string.data, string.size);
    strings->bytes_left -= string.size;
    return copy;
}

static tip_status add_slab(tip_strings *strings)
{
    if (strings->slab_count == strings->slab_room) {
        size_t room = strings->slab_room ? strings->slab_room * 2 : 16;
        entry **slabs = reallocarray(strings->slabs, room, sizeof *slabs);
        if (!slabs)
            return TIP_NO_MEMORY;
        strings->slabs = slabs;
        strings->slab_room = room;
    }
    entry *slab = malloc(ENTRIES_PER_SLAB * sizeof *slab);
    if (!slab)
        return TIP_NO_MEMORY;
    strings->slabs[strings->slab_count++] = slab;
    return TIP_OK;
}

static entry *entry_at(const tip_strings *strings, size_t number)
{
    return &strings->slabs[number / ENTRIES_PER_SLAB][number % ENTRIES_PER_SLAB];
}

static tip_status add_new(tip_strings *strings, tip_str string, unsigned hash, uint32_t *ret_number)
{
    if (strings->count >= UINT32_MAX)
        return TIP_TOO_LARGE;
    if (strings->count == strings->slab_count * ENTRIES_PER_SLAB && add_slab(strings) != TIP_OK)
        return TIP_NO_MEMORY;
    const char *copy = copy_bytes(strings, string);
    if (!copy)
        return TIP_NO_MEMORY;
    entry *added = entry_at(strings, strings->count);
    *added = (entry){.data = copy, .size = string.size, .number = (uint32_t)strings->count};
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, strings->table, added->data, added->size, hash, added);
    if (added->failed)
        return TIP_NO_MEMORY;
    strings->count++;
    *ret_number = added->number;
    return TIP_OK;
}

tip_status tip_strings_add(tip_strings *strings, tip_str string, uint32_t *ret_number)
{
    const char *key = string.data ? string.data : "";
    unsigned hash;
    entry *found;
    HASH_VALUE(key, string.size, hash);
    HASH_FIND_BYHASHVALUE(hh, strings->table, key, string.size, hash, found);
    if (!found)
        return add_new(strings, (tip_str){key, string.size}, hash, ret_number);
    *ret_number = found->number;
    return TIP_OK;
}

size_t tip_strings_count(const tip_strings *strings)
{
    return strings->count;
}

tip_str tip_strings_at(const tip_strings *strings, uint32_t number)
{
    const entry *e = entry_at(strings, number);
    return (tip_str){e->data, e->size};
}

static int compare_numbers(const void *a, const void *b, void *strings)
{
    return tip_str_compare(tip_strings_at(strings, *(const uint32_t *)a),
                           tip_strings_at(strings, *(const uint32_t *)b));
}

tip_status tip_strings_sort(const tip_strings *strings, uint32_t **ret_numbers)
{
    uint32_t *numbers = calloc(strings->count + 1, sizeof *numbers);
    if (!numbers)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < strings->count; i++)
        numbers[i] = (uint32_t)i;
    qsort_r(numbers, strings->count, sizeof *numbers, compare_numbers, (void *)strings);
    *ret_numbers = numbers;
    return TIP_OK;
}
