/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/pattern.h"

#include "base/error.h"
#include "store/view.h"
#include "store/word_code.h"

#include <stdlib.h>
#include <string.h>

/* Words that may stand at the same places of the phrase are one class: a byte a word of the
 * vocabulary keeps the table in the processor's cache. */
struct tip_pattern {
    const tip_store *store;
    uint64_t last;            /* the bit of the last place */
    uint64_t places[256];     /* by class: the places at which its words may stand */
    unsigned classes;         /* class 0: nowhere */
    unsigned char class_of[]; /* by word number */
};

static tip_status add_place(tip_pattern *pattern, uint32_t word, uint64_t place)
{
    uint64_t places = pattern->places[pattern->class_of[word]] | place;
    unsigned class = 0;
    while (class < pattern->classes && pattern->places[class] != places)
        class ++;
    if (class == pattern->classes) {
        if (class == 256)
            return TIP_BAD_ARGUMENT;
        pattern->places[pattern->classes++] = places;
    }
    pattern->class_of[word] = (unsigned char)class;
    return TIP_OK;
}

static bool begins_like(tip_str word, tip_str part)
{
    return word.size >= part.size && memcmp(word.data, part.data, part.size) == 0;
}

static bool ends_like(tip_str word, tip_str part)
{
    return word.size >= part.size &&
           memcmp(word.data + word.size - part.size, part.data, part.size) == 0;
}

/* The words of the vocabulary are looked at one by one: a tenth of a millisecond, once a query. */
tip_status tip_pattern_words(const tip_store *store, const tip_pattern_word *word,
                             tip_status (*found)(void *payload, uint32_t number), void *payload)
{
    uint32_t stem = TIP_STORE_NONE;
    tip_status status = TIP_OK;
    if (word->match == TIP_MATCH_WORD) {
        uint32_t number = tip_store_find_word(store, word->text);
        return number == TIP_STORE_NONE ? TIP_OK : found(payload, number);
    }
    if (word->match == TIP_MATCH_STEM) {
        stem = tip_store_find_stem(store, word->text);
        if (stem == TIP_STORE_NONE)
            return TIP_OK;
    }
    for (uint32_t i = 0; i < store->words.count && status == TIP_OK; i++) {
        bool matches = word->match == TIP_MATCH_STEM ? column_u32(&store->word_stem, i) == stem
                       : word->match == TIP_MATCH_PREFIX
                           ? begins_like(tip_store_word(store, i), word->text)
                           : ends_like(tip_store_word(store, i), word->text);
        if (matches)
            status = found(payload, i);
    }
    return status;
}

/* A word of the vocabulary that may stand at a place of the phrase. */
typedef struct place_adder {
    tip_pattern *pattern;
    uint64_t place;
} place_adder;

static tip_status add_found(void *payload, uint32_t number)
{
    const place_adder *adder = payload;
    return add_place(adder->pattern, number, adder->place);
}

tip_status tip_pattern_new(const tip_store *store, const tip_pattern_word *words, size_t count,
                           tip_pattern **ret_pattern, tip_error *err)
{
    if (count < 1 || count > TIP_PATTERN_MAX)
        return tip_fail(err, TIP_BAD_ARGUMENT, "a phrase has 1 to %d words", TIP_PATTERN_MAX);
    tip_pattern *pattern = calloc(1, sizeof *pattern + store->words.count + 1);
    if (!pattern)
        return tip_fail_memory(err);
    pattern->store = store;
    pattern->classes = 1;
    pattern->last = (uint64_t)1 << (count - 1);
    for (size_t i = 0; i < count; i++) {
        place_adder adder = {pattern, (uint64_t)1 << i};
        tip_status status = tip_pattern_words(store, &words[i], add_found, &adder);
        if (status != TIP_OK) {
            tip_pattern_free(pattern);
            return tip_fail(err, status, "a phrase of too many different words");
        }
    }
    *ret_pattern = pattern;
    return TIP_OK;
}

void tip_pattern_free(tip_pattern *pattern)
{
    free(pattern);
}

tip_status tip_pattern_places(const tip_pattern *pattern, uint32_t document, tip_buf *ret_places)
{
    const size_t vocabulary = pattern->store->words.count;
    tip_words words = tip_store_words_of(pattern->store, document);
    uint64_t state = 0;
    tip_buf_clear(ret_places);
    for (uint32_t place = 0; words.next < words.end; place++) {
        uint32_t word = word_decode(&words.next, words.end);
        uint64_t places = word < vocabulary ? pattern->places[pattern->class_of[word]] : 0;
        state = ((state << 1) | 1) & places;
        if ((state & pattern->last) && tip_buf_add(ret_places, &place, sizeof place) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

bool tip_pattern_matches(const tip_pattern *pattern, uint32_t document)
{
    const size_t vocabulary = pattern->store->words.count;
    tip_words words = tip_store_words_of(pattern->store, document);
    uint64_t state = 0;
    while (words.next < words.end) {
        uint32_t word = word_decode(&words.next, words.end);
        uint64_t places = word < vocabulary ? pattern->places[pattern->class_of[word]] : 0;
        state = ((state << 1) | 1) & places;
        if (state & pattern->last)
            return true;
    }
    return false;
}
