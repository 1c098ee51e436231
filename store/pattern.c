/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/pattern.h"

#include "base/error.h"
#include "store/view.h"
#include "store/word_code.h"

#include <stdlib.h>
#include <string.h>

/* Words that may stand at the same places are one class: a byte a word of the vocabulary keeps the
 * table in the processor's cache. */
typedef struct classes {
    uint64_t places[256];    /* by class: the places at which its words may stand */
    unsigned count;          /* class 0: nowhere */
    unsigned char of_word[]; /* by word number */
} classes;

/* What bytes the codes of two words begin with, to pass over all others without decoding them: a
 * word may begin where by_first[byte] & by_second[next byte] is not 0. */
typedef struct pair {
    unsigned char by_first[256];
    unsigned char by_second[256];
} pair;

/* Its bits: codes of one byte, and longer ones. */
enum { PAIR_SHORT = 1, PAIR_LONG = 2 };

/* The places of all phrases are numbered through. A single phrase of words that are each one of the
 * vocabulary is looked for by their codes, without decoding any. */
struct tip_pattern {
    const tip_store *store;
    size_t phrases;
    uint64_t first;   /* the bits of the first places of the phrases */
    uint64_t last;    /* and of their last ones */
    classes *classes; /* NULL: by code */
    pair pair;        /* of two phrases of a word each */
    size_t code_size; /* 0: a word is not in the vocabulary */
    unsigned char code[TIP_PATTERN_MAX * WORD_CODE_MAX];
};

static tip_status add_place(classes *all, uint32_t word, uint64_t place)
{
    uint64_t places = all->places[all->of_word[word]] | place;
    unsigned class = 0;
    while (class < all->count && all->places[class] != places)
        class ++;
    if (class == all->count) {
        if (class == 256)
            return TIP_BAD_ARGUMENT;
        all->places[all->count++] = places;
    }
    all->of_word[word] = (unsigned char)class;
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
static tip_status affix_words(const tip_store *store, const tip_pattern_word *word,
                              tip_status (*found)(void *payload, uint32_t number), void *payload)
{
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < store->words.count && status == TIP_OK; i++) {
        tip_str candidate = tip_store_word(store, i);
        if (word->match == TIP_MATCH_PREFIX ? begins_like(candidate, word->text)
                                            : ends_like(candidate, word->text))
            status = found(payload, i);
    }
    return status;
}

static tip_status stem_words(const tip_store *store, tip_str text,
                             tip_status (*found)(void *payload, uint32_t number), void *payload)
{
    const uint32_t stem = tip_store_find_stem(store, text);
    const size_t count = store->words.count;
    tip_status status = TIP_OK;
    if (stem == TIP_STORE_NONE)
        return TIP_OK;
    for (size_t i = 0; (i = column_find(&store->word_stem, i, stem)) < count; i++)
        if ((status = found(payload, (uint32_t)i)) != TIP_OK)
            break;
    return status;
}

tip_status tip_pattern_words(const tip_store *store, const tip_pattern_word *word,
                             tip_status (*found)(void *payload, uint32_t number), void *payload)
{
    if (word->match == TIP_MATCH_STEM)
        return stem_words(store, word->text, found, payload);
    if (word->match != TIP_MATCH_WORD)
        return affix_words(store, word, found, payload);
    uint32_t number = tip_store_find_word(store, word->text);
    return number == TIP_STORE_NONE ? TIP_OK : found(payload, number);
}

/* ---- Making ---- */

/* A word of the vocabulary that may stand at a place of the phrases. */
typedef struct place_adder {
    tip_pattern *pattern;
    uint64_t place;
} place_adder;

static void add_to_pair(pair *words, uint32_t number)
{
    unsigned char code[WORD_CODE_MAX];
    if (word_encode(number, code) == 1) {
        words->by_first[code[0]] |= PAIR_SHORT;
    } else {
        words->by_first[code[0]] |= PAIR_LONG;
        words->by_second[code[1]] |= PAIR_LONG;
    }
}

static tip_status add_found(void *payload, uint32_t number)
{
    const place_adder *adder = payload;
    add_to_pair(&adder->pattern->pair, number);
    return add_place(adder->pattern->classes, number, adder->place);
}

static tip_status make_classes(tip_pattern *pattern, const tip_pattern_phrase *phrases,
                               tip_error *err)
{
    pattern->classes = calloc(1, sizeof *pattern->classes + pattern->store->words.count + 1);
    if (!pattern->classes)
        return tip_fail_memory(err);
    pattern->classes->count = 1;
    memset(pattern->pair.by_second, PAIR_SHORT, sizeof pattern->pair.by_second);
    place_adder adder = {pattern, 1};
    for (size_t i = 0; i < pattern->phrases; i++)
        for (size_t n = 0; n < phrases[i].count; n++, adder.place <<= 1) {
            tip_status status =
                tip_pattern_words(pattern->store, &phrases[i].words[n], add_found, &adder);
            if (status != TIP_OK)
                return tip_fail(err, status, "a phrase of too many different words");
        }
    return TIP_OK;
}

/* Whether the words are each one of the vocabulary, or not there; gives their code. */
static bool make_code(tip_pattern *pattern, const tip_pattern_phrase *phrase)
{
    bool known = true;
    for (size_t i = 0; i < phrase->count; i++)
        if (phrase->words[i].match != TIP_MATCH_WORD)
            return false;
    for (size_t i = 0; i < phrase->count && known; i++) {
        uint32_t number = tip_store_find_word(pattern->store, phrase->words[i].text);
        known = number != TIP_STORE_NONE;
        if (known)
            pattern->code_size += word_encode(number, pattern->code + pattern->code_size);
    }
    if (!known)
        pattern->code_size = 0;
    return true;
}

static bool number_places(tip_pattern *pattern, const tip_pattern_phrase *phrases)
{
    size_t place = 0;
    for (size_t i = 0; i < pattern->phrases; i++) {
        if (phrases[i].count < 1 || phrases[i].count > TIP_PATTERN_MAX - place)
            return false;
        pattern->first |= (uint64_t)1 << place;
        place += phrases[i].count;
        pattern->last |= (uint64_t)1 << (place - 1);
    }
    return place > 0;
}

tip_status tip_pattern_new_several(const tip_store *store, const tip_pattern_phrase *phrases,
                                   size_t count, tip_pattern **ret_pattern, tip_error *err)
{
    tip_status status = TIP_OK;
    tip_pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern)
        return tip_fail_memory(err);
    pattern->store = store;
    pattern->phrases = count;
    if (!number_places(pattern, phrases))
        status = tip_fail(err, TIP_BAD_ARGUMENT, "phrases have 1 to %d words", TIP_PATTERN_MAX);
    else if (count > 1 || !make_code(pattern, phrases))
        status = make_classes(pattern, phrases, err);
    if (status != TIP_OK) {
        tip_pattern_free(pattern);
        return status;
    }
    *ret_pattern = pattern;
    return TIP_OK;
}

tip_status tip_pattern_new(const tip_store *store, const tip_pattern_word *words, size_t count,
                           tip_pattern **ret_pattern, tip_error *err)
{
    const tip_pattern_phrase phrase = {words, count};
    return tip_pattern_new_several(store, &phrase, 1, ret_pattern, err);
}

void tip_pattern_free(tip_pattern *pattern)
{
    if (pattern)
        free(pattern->classes);
    free(pattern);
}

/* ---- By code ---- */

/* Whether a code begins at `at`, and not within one that begins before. The bytes before it say so
 * unless they can themselves be within a code. */
static bool begins_code(const unsigned char *start, const unsigned char *at,
                        const unsigned char *end)
{
    const size_t before = (size_t)(at - start);
    bool clear = true;
    for (size_t i = 1; i < WORD_CODE_MAX && i <= before && clear; i++)
        clear = at[-(ptrdiff_t)i] < (i == 1 ? WORD_TWO : i == 2 ? WORD_THREE : WORD_FIVE);
    while (!clear && start < at)
        (void)word_decode(&start, end);
    return clear || start == at;
}

/* The next occurrence from `from` on; NULL when there is none. */
static const unsigned char *find_code(const tip_pattern *pattern, const tip_words *words,
                                      const unsigned char *from)
{
    const unsigned char *at = from;
    if (pattern->code_size == 0 || !from)
        return NULL;
    while ((at = memmem(at, (size_t)(words->end - at), pattern->code, pattern->code_size)) !=
               NULL &&
           !begins_code(words->next, at, words->end))
        at++;
    return at;
}

static tip_status code_places(const tip_pattern *pattern, tip_words words, tip_buf *ret_places)
{
    const size_t more = (size_t)__builtin_ctzll(pattern->last);
    const unsigned char *at = words.next;
    const unsigned char *counted = words.next;
    size_t place = 0;
    while ((at = find_code(pattern, &words, at)) != NULL) {
        for (; counted < at; place++)
            (void)word_decode(&counted, words.end);
        const uint32_t last = (uint32_t)(place + more);
        if (tip_buf_add(ret_places, &last, sizeof last) != TIP_OK)
            return TIP_NO_MEMORY;
        at++;
    }
    return TIP_OK;
}

/* ---- By class ---- */

/* Where the phrases have come to once the next word is read. */
static uint64_t next_state(const tip_pattern *pattern, tip_words *words, uint64_t state)
{
    const size_t vocabulary = pattern->store->words.count;
    const classes *all = pattern->classes;
    const uint32_t word = word_decode(&words->next, words->end);
    return ((state << 1) | pattern->first) &
           (word < vocabulary ? all->places[all->of_word[word]] : 0);
}

static tip_status add_places(const tip_pattern *pattern, uint64_t ended, uint32_t place,
                             tip_buf *ret_places)
{
    for (; ended; ended &= ended - 1) {
        const uint64_t before = pattern->last & ((ended & -ended) - 1);
        if (tip_buf_add(&ret_places[__builtin_popcountll(before)], &place, sizeof place) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

tip_status tip_pattern_places(const tip_pattern *pattern, uint32_t document, tip_buf *ret_places)
{
    tip_words words = tip_store_words_of(pattern->store, document);
    uint64_t state = 0;
    for (size_t i = 0; i < pattern->phrases; i++)
        tip_buf_clear(&ret_places[i]);
    if (!pattern->classes)
        return code_places(pattern, words, ret_places);
    for (uint32_t place = 0; words.next < words.end; place++) {
        state = next_state(pattern, &words, state);
        const uint64_t ended = state & pattern->last;
        if (ended && add_places(pattern, ended, place, ret_places) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

bool tip_pattern_matches(const tip_pattern *pattern, uint32_t document)
{
    tip_words words = tip_store_words_of(pattern->store, document);
    uint64_t state = 0;
    if (!pattern->classes)
        return find_code(pattern, &words, words.next) != NULL;
    while (words.next < words.end && !(state & pattern->last))
        state = next_state(pattern, &words, state);
    return (state & pattern->last) != 0;
}

/* ---- Pairs ---- */

/* Whether there are no more than `distance` words from the code at `from` to the one at `to`. */
static bool within(const unsigned char *from, const unsigned char *to, size_t distance)
{
    for (; from < to && distance > 0; distance--)
        (void)word_decode(&from, to);
    return from >= to;
}

/* The next place from `at` on where a word of the pair may begin; the end when there is none. */
static const unsigned char *skip_others(const pair *words, const unsigned char *at,
                                        const unsigned char *end)
{
    while (end - at > 1 && !(words->by_first[at[0]] & words->by_second[at[1]]))
        at++;
    if (end - at == 1 && !(words->by_first[at[0]] & PAIR_SHORT))
        at++;
    return at;
}

bool tip_pattern_is_pair(const tip_pattern *pattern)
{
    return pattern->phrases == 2 && pattern->last == 3;
}

bool tip_pattern_near(const tip_pattern *pattern, uint32_t document, size_t distance, bool ordered)
{
    const tip_words words = tip_store_words_of(pattern->store, document);
    const size_t vocabulary = pattern->store->words.count;
    const unsigned char *seen[2] = {NULL, NULL};
    const unsigned char *at = words.next;
    while ((at = skip_others(&pattern->pair, at, words.end)) < words.end) {
        const unsigned char *next = at;
        const uint32_t word = word_decode(&next, words.end);
        const classes *all = pattern->classes;
        uint64_t places = word < vocabulary ? all->places[all->of_word[word]] : 0;
        if (!places || !begins_code(words.next, at, words.end)) {
            at++;
            continue;
        }
        if ((places & 2 && seen[0] && within(seen[0], at, distance)) ||
            (places & 1 && !ordered && seen[1] && within(seen[1], at, distance)))
            return true;
        for (size_t i = 0; i < 2; i++)
            seen[i] = places >> i & 1 ? at : seen[i];
        at = next;
    }
    return false;
}
