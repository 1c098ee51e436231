/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/target.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* One thing that is looked for: a word, or some words one behind the other. */
typedef struct target {
    const query_node *node;
    uint64_t state; /* shift-and over the words of the text, see store/pattern.h */
} target;

struct target_finder {
    tip_stemmer *stemmer;
    target targets[TARGETS_MAX];
    size_t count;
    bool initials[UCHAR_MAX + 1]; /* first bytes of the stems that are looked for */
    tip_buf words;                /* target_word */
};

tip_status targets_of(const query_node *root, tip_buf *ret_nodes)
{
    if (root->occur == OCCUR_EXCLUDED || root->ignored)
        return TIP_OK;
    if ((root->kind == NODE_WORD || root->kind == NODE_PHRASE) &&
        tip_buf_add(ret_nodes, &root, sizeof(const query_node *)) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < root->child_count; i++)
        if (targets_of(root->children[i], ret_nodes) != TIP_OK)
            return TIP_NO_MEMORY;
    return TIP_OK;
}

static void note_initials(target_finder *finder, const query_node *node)
{
    for (size_t i = 0; i < node->word_count; i++)
        if (node->words[i].stem)
            finder->initials[(unsigned char)*node->words[i].stem] = true;
}

tip_status target_finder_new(const query_node *root, tip_stemmer *stemmer,
                             target_finder **ret_finder)
{
    tip_buf nodes = {0};
    target_finder *finder = calloc(1, sizeof *finder);
    if (!finder || targets_of(root, &nodes) != TIP_OK) {
        free(finder);
        tip_buf_free(&nodes);
        return TIP_NO_MEMORY;
    }
    const query_node *const *items = (const query_node *const *)(const void *)nodes.data;
    finder->stemmer = stemmer;
    finder->count =
        nodes.size / sizeof *items < TARGETS_MAX ? nodes.size / sizeof *items : TARGETS_MAX;
    for (size_t i = 0; i < finder->count; i++) {
        finder->targets[i].node = items[i];
        note_initials(finder, items[i]);
    }
    tip_buf_free(&nodes);
    *ret_finder = finder;
    return TIP_OK;
}

void target_finder_free(target_finder *finder)
{
    if (!finder)
        return;
    tip_buf_free(&finder->words);
    free(finder);
}

static target_word *words_of(const target_finder *finder)
{
    return (target_word *)(void *)finder->words.data;
}

const target_word *target_words(const target_finder *finder)
{
    return words_of(finder);
}

size_t target_word_count(const target_finder *finder)
{
    return finder->words.size / sizeof(target_word);
}

/* ---- Reading a text ---- */

static bool is_word(const query_node *node, size_t i, tip_str word, tip_str stem)
{
    tip_str wanted = tip_str_of(node->words[i].word);
    switch (node->words[i].match) {
    case TIP_MATCH_WORD:
        return tip_str_equal(wanted, word);
    case TIP_MATCH_PREFIX:
        return word.size >= wanted.size && memcmp(word.data, wanted.data, wanted.size) == 0;
    case TIP_MATCH_SUFFIX:
        return word.size >= wanted.size &&
               memcmp(word.data + word.size - wanted.size, wanted.data, wanted.size) == 0;
    default:
        return tip_str_equal(tip_str_of(node->words[i].stem), stem);
    }
}

/* Steps each target with the word at `place`; a complete one is noted at its first word. */
static void step_targets(target_finder *finder, size_t place, tip_str word, tip_str stem)
{
    for (size_t t = 0; t < finder->count; t++) {
        const query_node *node = finder->targets[t].node;
        uint64_t places = 0;
        for (size_t i = 0; i < node->word_count; i++)
            if (is_word(node, i, word, stem))
                places |= (uint64_t)1 << i;
        uint64_t state = ((finder->targets[t].state << 1) | 1) & places;
        finder->targets[t].state = state;
        if (state >> (node->word_count - 1) & 1)
            words_of(finder)[place + 1 - node->word_count].targets |= (uint32_t)1 << t;
    }
}

/* Most words of a text need no stemming: a stem begins as its word does. */
static tip_status stem_of(const target_finder *finder, tip_str word, tip_str *ret_stem)
{
    if (finder->initials[(unsigned char)*word.data])
        return tip_stem(finder->stemmer, word, ret_stem);
    *ret_stem = (tip_str){NULL, 0};
    return TIP_OK;
}

static bool ends_sentence(tip_str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if ((text.data[i] == '.' || text.data[i] == '!' || text.data[i] == '?' ||
             text.data[i] == ';') &&
            i + 1 < to)
            return true;
    return false;
}

tip_status target_find(target_finder *finder, tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t last_end = 0;
    tip_buf_clear(&finder->words);
    for (size_t t = 0; t < finder->count; t++)
        finder->targets[t].state = 0;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        target_word added = {token.start, token.start + token.length, 0,
                             last_end == 0 || ends_sentence(text, last_end, token.start)};
        tip_str word = {token.word, token.size};
        tip_str stem;
        if (stem_of(finder, word, &stem) != TIP_OK ||
            tip_buf_add(&finder->words, &added, sizeof added) != TIP_OK)
            return TIP_NO_MEMORY;
        step_targets(finder, target_word_count(finder) - 1, word, stem);
        last_end = added.end;
    }
    return TIP_OK;
}

size_t target_longest(const target_finder *finder, uint32_t targets)
{
    size_t longest = 0;
    for (size_t t = 0; t < finder->count; t++)
        if (targets >> t & 1 && finder->targets[t].node->word_count > longest)
            longest = finder->targets[t].node->word_count;
    return longest;
}

size_t target_sum(const target_finder *finder, uint32_t targets)
{
    size_t sum = 0;
    for (size_t t = 0; t < finder->count; t++)
        if (targets >> t & 1)
            sum += finder->targets[t].node->word_count;
    return sum;
}
