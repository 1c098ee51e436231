/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "text/spelling.h"
#include "text/text.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

/* The entry that could not be added is told by its table, which stays NULL. */
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) ((element)->hh.tbl = NULL)
#include <uthash.h>

/* A year's reports have about 30,000 different words; what is rarer is not worth the memory. */
#define CACHE_MAX 65536

typedef struct entry {
    UT_hash_handle hh;
    size_t word_size;
    size_t stem_size;
    char bytes[]; /* the word, then the stem */
} entry;

struct tip_stemmer {
    struct sb_stemmer *english;
    entry *cache;
};

static void clear_cache(tip_stemmer *stemmer)
{
    entry *each = stemmer->cache;
    HASH_CLEAR(hh, stemmer->cache);
    while (each) {
        entry *next = each->hh.next;
        free(each);
        each = next;
    }
}

tip_status tip_stemmer_new(tip_stemmer **ret_stemmer, tip_error *err)
{
    tip_stemmer *stemmer = calloc(1, sizeof *stemmer);
    if (!stemmer)
        return tip_fail_memory(err);
    stemmer->english = sb_stemmer_new("english", "UTF_8");
    if (!stemmer->english) {
        free(stemmer);
        return tip_fail_memory(err);
    }
    *ret_stemmer = stemmer;
    return TIP_OK;
}

void tip_stemmer_free(tip_stemmer *stemmer)
{
    if (!stemmer)
        return;
    clear_cache(stemmer);
    sb_stemmer_delete(stemmer->english);
    free(stemmer);
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool has_letter(tip_str word)
{
    for (size_t i = 0; i < word.size; i++)
        if (is_letter(word.data[i]) || (unsigned char)word.data[i] >= 0x80)
            return true;
    return false;
}

/* Whether a word is the plural of an acronym ("mps", "ngos"): an s behind at least two letters
 * that are no vowels, or behind those and an o. A number ("1990s") is none. */
static bool is_acronym_plural(tip_str word)
{
    if (word.size < 3 || word.data[word.size - 1] != 's' || word.data[word.size - 2] == 's')
        return false;
    size_t body = word.size - 1;
    if (body >= 3 && word.data[body - 1] == 'o')
        body--;
    for (size_t i = 0; i < body; i++)
        if (!is_letter(word.data[i]) || memchr("aeiouy", word.data[i], 6))
            return false;
    return true;
}

/* The stem, borrowed from the word or from libstemmer. */
static tip_status find_stem(tip_stemmer *stemmer, tip_str word, tip_str *ret_stem)
{
    char room[TIP_WORD_MAX];
    *ret_stem = word;
    if (!has_letter(word))
        return TIP_OK;
    tip_str spelled = tip_spelling_american(word, room);
    const sb_symbol *found =
        sb_stemmer_stem(stemmer->english, (const sb_symbol *)spelled.data, (int)spelled.size);
    if (!found)
        return TIP_NO_MEMORY;
    tip_str stem = {(const char *)found, (size_t)sb_stemmer_length(stemmer->english)};
    if (stem.size > 0 && stem.size <= TIP_WORD_MAX)
        *ret_stem = stem;
    if (tip_str_equal(*ret_stem, word) && is_acronym_plural(word))
        ret_stem->size--;
    return TIP_OK;
}

/* Copies the word and its stem into the cache; NULL when out of memory. */
static entry *remember(tip_stemmer *stemmer, tip_str word, tip_str stem)
{
    if (HASH_COUNT(stemmer->cache) >= CACHE_MAX)
        clear_cache(stemmer);
    entry *new_entry = calloc(1, sizeof *new_entry + word.size + stem.size);
    if (!new_entry)
        return NULL;
    new_entry->word_size = word.size;
    new_entry->stem_size = stem.size;
    memcpy(new_entry->bytes, word.data, word.size);
    memcpy(new_entry->bytes + word.size, stem.data, stem.size);
    HASH_ADD_KEYPTR(hh, stemmer->cache, new_entry->bytes, word.size, new_entry);
    if (!new_entry->hh.tbl) {
        free(new_entry);
        return NULL;
    }
    return new_entry;
}

/* Callers may pass a word that no tokenizer made. */
static tip_str cut(tip_str word)
{
    if (word.size <= TIP_WORD_MAX)
        return word;
    size_t end = TIP_WORD_MAX;
    while (end > 0 && ((unsigned char)word.data[end] & 0xC0) == 0x80)
        end--;
    return (tip_str){word.data, end > 0 ? end : TIP_WORD_MAX};
}

tip_status tip_stem(tip_stemmer *stemmer, tip_str word, tip_str *ret_stem)
{
    word = cut(word);
    *ret_stem = word;
    if (word.size == 0)
        return TIP_OK;
    entry *known = NULL;
    HASH_FIND(hh, stemmer->cache, word.data, word.size, known);
    if (!known) {
        tip_str stem;
        if (find_stem(stemmer, word, &stem) != TIP_OK)
            return TIP_NO_MEMORY;
        known = remember(stemmer, word, stem);
    }
    if (!known)
        return TIP_NO_MEMORY;
    *ret_stem = (tip_str){known->bytes + known->word_size, known->stem_size};
    return TIP_OK;
}
