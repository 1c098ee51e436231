/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/shingle.h"

#include "text/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Short inputs of a fixed size: worth compiling in. */
#define XXH_INLINE_ALL
#include <xxhash.h>

struct shingler {
    const tip_store *const *stores;
    size_t count;
    uint64_t **hashes; /* by store, by word number; 0: not yet made */
    size_t *sizes;     /* by store: of its vocabulary */
    tip_buf sequence;  /* uint64_t: the words of the document at hand, in order */
    tip_buf sorted;    /* uint64_t: room for sorting, ... */
    tip_buf starts;    /* uint32_t: ... and where its buckets start */
};

tip_status shingler_new(const tip_store *const *stores, size_t count, shingler **ret_shingler)
{
    shingler *maker = calloc(1, sizeof *maker);
    if (!maker)
        return TIP_NO_MEMORY;
    maker->stores = stores;
    maker->hashes = calloc(count + 1, sizeof *maker->hashes);
    maker->sizes = calloc(count + 1, sizeof *maker->sizes);
    for (; maker->hashes && maker->sizes && maker->count < count; maker->count++) {
        size_t size = tip_store_vocabulary(stores[maker->count]);
        uint64_t *hashes = calloc(size + 1, sizeof *hashes);
        if (!hashes)
            break;
        maker->hashes[maker->count] = hashes;
        maker->sizes[maker->count] = size;
    }
    if (!maker->hashes || !maker->sizes || maker->count < count) {
        shingler_free(maker);
        return TIP_NO_MEMORY;
    }
    *ret_shingler = maker;
    return TIP_OK;
}

void shingler_free(shingler *maker)
{
    if (!maker)
        return;
    for (size_t i = 0; maker->hashes && i < maker->count; i++)
        free(maker->hashes[i]);
    free(maker->hashes);
    free(maker->sizes);
    tip_buf_free(&maker->sequence);
    tip_buf_free(&maker->sorted);
    tip_buf_free(&maker->starts);
    free(maker);
}

void shingles_free(shingles *set)
{
    tip_buf_free(&set->items);
    *set = (shingles){0};
}

const uint64_t *shingles_words(const shingles *set)
{
    return (const uint64_t *)(const void *)set->items.data;
}

const uint64_t *shingles_runs(const shingles *set)
{
    return set->run_count ? shingles_words(set) + set->word_count : NULL;
}

/* ---- Making sets ---- */

static uint64_t hash_text(tip_str word)
{
    return XXH3_64bits(word.data, word.size) | 1;
}

static uint64_t hash_word(shingler *maker, size_t store, uint32_t word)
{
    if (word >= maker->sizes[store])
        return 1;
    uint64_t *hash = &maker->hashes[store][word];
    if (*hash == 0)
        *hash = hash_text(tip_store_word(maker->stores[store], word));
    return *hash;
}

/* A word takes a byte at least. */
static tip_status read_words(shingler *maker, size_t store, uint32_t document, size_t *ret_count)
{
    tip_words words = tip_store_words_of(maker->stores[store], document);
    size_t most = (size_t)(words.end - words.next);
    size_t count = 0;
    tip_buf_clear(&maker->sequence);
    if (tip_buf_reserve(&maker->sequence, (most + 1) * sizeof(uint64_t)) != TIP_OK)
        return TIP_NO_MEMORY;
    uint64_t *sequence = (uint64_t *)(void *)maker->sequence.data;
    for (uint32_t word = tip_words_next(&words); word != TIP_STORE_NONE && count < most;
         word = tip_words_next(&words))
        sequence[count++] = hash_word(maker, store, word);
    *ret_count = count;
    return TIP_OK;
}

static tip_status read_text(shingler *maker, tip_str text, size_t *ret_count)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t count = 0;
    tip_buf_clear(&maker->sequence);
    tip_tokenizer_start(&tokenizer, text);
    for (; tip_tokenizer_next(&tokenizer, &token); count++) {
        uint64_t hash = hash_text((tip_str){token.word, token.size});
        if (tip_buf_add(&maker->sequence, &hash, sizeof hash) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    *ret_count = count;
    return TIP_OK;
}

/* Hashes are spread evenly: as many buckets as there are values hold one or two each. */
static size_t bucket_of(uint64_t value, size_t buckets)
{
    return (size_t)(((value >> 32) * buckets) >> 32);
}

static void distribute(const uint64_t *values, size_t count, uint32_t *starts, uint64_t *sorted)
{
    memset(starts, 0, (count + 1) * sizeof *starts);
    for (size_t i = 0; i < count; i++)
        starts[bucket_of(values[i], count) + 1]++;
    for (size_t i = 1; i < count; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < count; i++)
        sorted[starts[bucket_of(values[i], count)]++] = values[i];
}

/* Insertion sort, for what is almost in order. */
static void finish_sort(uint64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i];
        size_t place = i;
        for (; place > 0 && values[place - 1] > value; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
}

/* Puts the different ones of `count` values behind the items, in order. There must be room. */
static size_t add_set(shingler *maker, const uint64_t *values, size_t count, shingles *set)
{
    uint64_t *sorted = (uint64_t *)(void *)maker->sorted.data;
    size_t different = 0;
    if (count == 0)
        return 0;
    distribute(values, count, (uint32_t *)(void *)maker->starts.data, sorted);
    finish_sort(sorted, count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[different++] = sorted[i];
    (void)tip_buf_add(&set->items, sorted, different * sizeof *sorted);
    return different;
}

static tip_status make_room(shingler *maker, size_t count, shingles *set)
{
    tip_buf_clear(&set->items);
    if (tip_buf_reserve(&maker->sorted, (count + 1) * sizeof(uint64_t)) != TIP_OK ||
        tip_buf_reserve(&maker->starts, (count + 1) * sizeof(uint32_t)) != TIP_OK)
        return TIP_NO_MEMORY;
    size_t words = count < SHINGLE_WORDS ? count : 0;
    return tip_buf_reserve(&set->items, (words + count + 1) * sizeof(uint64_t));
}

/* Of the first words of the sequence. */
static tip_status make_sets(shingler *maker, size_t count, shingles *ret_shingles)
{
    if (make_room(maker, count, ret_shingles) != TIP_OK)
        return TIP_NO_MEMORY;
    uint64_t *sequence = (uint64_t *)(void *)maker->sequence.data;
    ret_shingles->length = count;
    ret_shingles->digest = XXH3_64bits(sequence, count * sizeof *sequence);
    ret_shingles->word_count =
        count < SHINGLE_WORDS ? add_set(maker, sequence, count, ret_shingles) : 0;
    size_t runs = count < SHINGLE_RUN ? 0 : count + 1 - SHINGLE_RUN;
    for (size_t i = 0; i < runs; i++)
        sequence[i] = XXH3_64bits(&sequence[i], SHINGLE_RUN * sizeof *sequence);
    ret_shingles->run_count = add_set(maker, sequence, runs, ret_shingles);
    return TIP_OK;
}

tip_status shingles_make(shingler *maker, size_t store, uint32_t document, shingles *ret_shingles)
{
    size_t count;
    tip_status status = read_words(maker, store, document, &count);
    return status == TIP_OK ? make_sets(maker, count, ret_shingles) : status;
}

tip_status shingles_of_text(shingler *maker, tip_str text, shingles *ret_shingles)
{
    size_t count;
    tip_status status = read_text(maker, text, &count);
    return status == TIP_OK ? make_sets(maker, count, ret_shingles) : status;
}

/* ---- Comparing ---- */

bool shingles_same(const shingles *a, const shingles *b)
{
    return a->length == b->length && a->digest == b->digest;
}

/* How many items are in both; given up once more than `spare` are in one only. */
static size_t count_common(const uint64_t *a, size_t a_size, const uint64_t *b, size_t b_size,
                           size_t spare)
{
    size_t i = 0;
    size_t k = 0;
    size_t common = 0;
    while (i < a_size && k < b_size && i + k - 2 * common <= spare) {
        uint64_t x = a[i];
        uint64_t y = b[k];
        i += x <= y;
        k += y <= x;
        common += x == y;
    }
    return common;
}

/* Jaccard similarity; given up as soon as it cannot reach `least` any more. With c in common it is
 * c / (a + b - c), so that at least least / (1 + least) * (a + b) must be in common. */
static double resemblance(const uint64_t *a, size_t a_size, const uint64_t *b, size_t b_size,
                          double least)
{
    double needed = least / (1 + least) * (double)(a_size + b_size) - 1e-9;
    size_t smaller = a_size < b_size ? a_size : b_size;
    if (smaller == 0 || (double)smaller < needed)
        return 0;
    size_t spare = (size_t)((double)(a_size + b_size) - 2 * needed);
    size_t common = count_common(a, a_size, b, b_size, spare);
    double similarity = (double)common / (double)(a_size + b_size - common);
    return (double)common >= needed ? similarity : 0;
}

bool shingles_by_words(const shingles *a, const shingles *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    size_t longer = a->length < b->length ? b->length : a->length;
    return shorter < SHINGLE_SHORT && longer < SHINGLE_WORDS;
}

double shingles_similarity(const shingles *a, const shingles *b, double least)
{
    if (shingles_by_words(a, b))
        return resemblance(shingles_words(a), a->word_count, shingles_words(b), b->word_count,
                           least);
    return resemblance(shingles_runs(a), a->run_count, shingles_runs(b), b->run_count, least);
}

double shingles_containment(const shingles *a, const shingles *b)
{
    size_t smaller = a->run_count < b->run_count ? a->run_count : b->run_count;
    size_t common =
        count_common(shingles_runs(a), a->run_count, shingles_runs(b), b->run_count, SIZE_MAX);
    return smaller > 0 ? (double)common / (double)smaller : 0;
}

size_t shingles_prefix(size_t size, double least)
{
    size_t needed = (size_t)ceil(least * (double)size - 1e-9);
    return size == 0 ? 0 : size - (needed > 0 ? needed : 1) + 1;
}
