/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tip/suggest.h"

#include "base/error.h"
#include "corpus/section.h"
#include "search/searcher.h"
#include "text/distance.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACRONYM_MAX = 7, /* letters; a longer word in capitals is a word */
    WORDS_MAX = 16,  /* a query with more unknown words is not misspelled but about other things */
    RARE = 20000,    /* one paragraph of so many is as good as none */
    MORE = 10        /* how much more often another word must occur than a rare one */
};

/* A word that may be misspelled, and the best other one so far. */
typedef struct suspect {
    size_t start; /* where it stands in the query */
    size_t end;
    char word[TIP_WORD_MAX + 1];
    size_t size;
    char stem[TIP_WORD_MAX + 1];
    tip_letters letters;
    size_t limit;                 /* the greatest distance */
    size_t paragraphs;            /* that have its stem */
    char value[TIP_WORD_MAX + 1]; /* room for the best word of a field */
    tip_str best;                 /* empty while there is none */
    size_t distance;
    uint64_t times;
} suspect;

typedef struct suggester {
    tip_searcher *searcher;
    size_t few; /* paragraphs that are as good as none */
    tip_str text;
    suspect suspects[WORDS_MAX];
    size_t count;
    tip_error *err;
} suggester;

/* ---- Finding words that may be misspelled ---- */

/* A possessive s is no part of the word that is replaced: "goverment's". */
static size_t without_possessive(tip_str text, const tip_token *token, size_t start)
{
    size_t end = start + token->length;
    size_t at = end - 1;
    if (token->length < 3 || (text.data[at] != 's' && text.data[at] != 'S'))
        return end;
    do
        at--;
    while (at > start && ((unsigned char)text.data[at] & 0xC0) == 0x80);
    size_t size = end - 1 - at;
    bool is_apostrophe = (size == 1 && text.data[at] == '\'') ||
                         (size == 3 && (memcmp(text.data + at, "\u2018", 3) == 0 ||
                                        memcmp(text.data + at, "\u2019", 3) == 0));
    return is_apostrophe ? at : end;
}

static tip_status count_paragraphs(const suggester *g, suspect *s)
{
    tip_str stem;
    if (tip_stem(g->searcher->stemmer, (tip_str){s->word, s->size}, &stem) != TIP_OK)
        return tip_fail_memory(g->err);
    memcpy(s->stem, stem.data, stem.size);
    s->stem[stem.size] = '\0';
    return xc_term_documents(g->searcher->database, stem, &s->paragraphs, g->err);
}

static bool has_letters_only(tip_str word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((unsigned char)word.data[i] < 0x80 && !islower((unsigned char)word.data[i]))
            return false;
    return true;
}

/* Notes a word that may be misspelled; false when it is of a kind that is left alone. Acronyms are
 * names; a long word in capitals is a word. */
static bool read_suspect(suspect *s, const tip_token *token, size_t start)
{
    tip_str word = {token->word, token->size};
    *s = (suspect){.start = start, .end = start + token->length, .size = token->size};
    if (!has_letters_only(word) || !tip_letters_read(word, &s->letters))
        return false;
    s->limit = tip_letters_limit(&s->letters);
    memcpy(s->word, word.data, word.size);
    return s->limit > 0 && !(token->acronym && s->letters.count <= ACRONYM_MAX) &&
           !tip_is_stop_word(word);
}

static tip_status look_at(suggester *g, const tip_token *token, size_t start)
{
    suspect *s = &g->suspects[g->count];
    if (!read_suspect(s, token, start))
        return TIP_OK;
    s->end = without_possessive(g->text, token, start);
    tip_status status = count_paragraphs(g, s);
    if (status == TIP_OK && s->paragraphs <= g->few)
        g->count++;
    return status;
}

static tip_status look_at_words(suggester *g, const query_node *node)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    tip_tokenizer_start(&tokenizer, (tip_str){g->text.data + node->start, node->end - node->start});
    while (status == TIP_OK && g->count < WORDS_MAX && tip_tokenizer_next(&tokenizer, &token))
        status = look_at(g, &token, node->start + token.start);
    return status;
}

static bool has_wildcard(const query_node *node)
{
    for (size_t i = 0; i < node->word_count; i++)
        if (node->words[i].match == TIP_MATCH_PREFIX || node->words[i].match == TIP_MATCH_SUFFIX)
            return true;
    return false;
}

/* ---- Values of fields: there are few words to choose from ---- */

/* Compares a word of a value with those of one that the index knows. */
static tip_status compare_with_known(void *payload, tip_str known)
{
    suspect *s = payload;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_letters other;
    tip_tokenizer_start(&tokenizer, known);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        tip_str word = {token.word, token.size};
        if (!tip_letters_read(word, &other) ||
            !tip_letters_may_be_near(&s->letters, &other, s->limit))
            continue;
        size_t distance = tip_letters_distance(&s->letters, &other, s->limit);
        if (distance > s->limit || (s->best.size > 0 && distance >= s->distance))
            continue;
        memcpy(s->value, word.data, word.size);
        s->best = (tip_str){s->value, word.size};
        s->distance = distance;
    }
    return TIP_OK;
}

static void look_at_values(suggester *g, const query_node *node)
{
    for (size_t i = 0; i < node->value_count; i++) {
        const query_value *value = &node->values[i];
        tip_tokenizer tokenizer;
        tip_token token;
        if (tip_section_of_heading(tip_str_of(value->text)))
            continue;
        tip_tokenizer_start(&tokenizer, tip_str_of(value->text));
        while (g->count < WORDS_MAX && tip_tokenizer_next(&tokenizer, &token)) {
            suspect *s = &g->suspects[g->count];
            if (!read_suspect(s, &token, value->at + token.start))
                continue;
            (void)field_each_known(g->searcher, node->field, compare_with_known, s, NULL);
            s->limit = 0; /* no word of the text is meant */
            if (s->best.size > 0 && s->distance > 0)
                g->count++;
        }
    }
}

static tip_status look_at_tree(suggester *g, const query_node *node)
{
    tip_status status = TIP_OK;
    if (node->kind == NODE_FIELD)
        look_at_values(g, node);
    if (node->kind == NODE_FIELD || node->kind == NODE_COUNTRY)
        return TIP_OK;
    if (node->word_count > 0)
        return has_wildcard(node) ? TIP_OK : look_at_words(g, node);
    for (size_t i = 0; i < node->child_count && status == TIP_OK; i++)
        status = look_at_tree(g, node->children[i]);
    return status;
}

/* ---- Finding what they may have been ---- */

static uint64_t times_in_all(const tip_searcher *searcher, tip_str word)
{
    uint64_t times = 0;
    for (size_t i = 0; i < searcher->indexes; i++)
        times += tip_store_word_count(searcher->stores[i],
                                      tip_store_find_word(searcher->stores[i], word));
    return times;
}

static bool is_better(const suspect *s, size_t distance, uint64_t times, tip_str word)
{
    if (s->best.size == 0 || distance != s->distance)
        return s->best.size == 0 || distance < s->distance;
    return times != s->times ? times > s->times : tip_str_compare(word, s->best) < 0;
}

static void compare_with(const suggester *g, suspect *s, const tip_store *store, uint32_t number,
                         const tip_letters *other)
{
    tip_str word = tip_store_word(store, number);
    size_t distance = tip_letters_distance(&s->letters, other, s->limit);
    if (distance == 0 || distance > s->limit ||
        tip_str_equal(tip_store_stem(store, tip_store_stem_of(store, number)), tip_str_of(s->stem)))
        return;
    uint64_t times = times_in_all(g->searcher, word);
    if (times < (uint64_t)MORE * s->paragraphs || !is_better(s, distance, times, word))
        return;
    s->best = word;
    s->distance = distance;
    s->times = times;
}

static void look_through(suggester *g, const tip_store *store)
{
    tip_letters other;
    for (size_t i = 0; i < tip_store_vocabulary(store); i++) {
        tip_str word = tip_store_word(store, (uint32_t)i);
        if (!has_letters_only(word) || !tip_letters_read(word, &other))
            continue;
        for (size_t n = 0; n < g->count; n++)
            if (tip_letters_may_be_near(&g->suspects[n].letters, &other, g->suspects[n].limit))
                compare_with(g, &g->suspects[n], store, (uint32_t)i, &other);
    }
}

/* ---- Writing it ---- */

/* As the word before was written: in capitals, with one at the beginning, or small. */
static tip_status add_word(tip_buf *buf, tip_str word, tip_str written)
{
    bool first = isupper((unsigned char)written.data[0]);
    bool all = first;
    for (size_t i = 1; i < written.size; i++)
        all = all && !islower((unsigned char)written.data[i]);
    for (size_t i = 0; i < word.size; i++) {
        int c = (unsigned char)word.data[i];
        if ((all || (first && i == 0)) && c < 0x80)
            c = toupper(c);
        if (tip_buf_add_byte(buf, (char)c) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    return TIP_OK;
}

/* Suspects stand in the order of the query. */
static tip_status write_text(const suggester *g, char **ret_text)
{
    tip_buf buf = {0};
    size_t done = 0;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < g->count && status == TIP_OK; i++) {
        const suspect *s = &g->suspects[i];
        if (s->best.size == 0)
            continue;
        status = tip_buf_add(&buf, g->text.data + done, s->start - done);
        if (status == TIP_OK)
            status = add_word(&buf, s->best, (tip_str){g->text.data + s->start, s->end - s->start});
        done = s->end;
    }
    if (status == TIP_OK && done > 0) {
        status = tip_buf_add(&buf, g->text.data + done, g->text.size - done);
        char *text = status == TIP_OK ? tip_str_dup(tip_buf_str(&buf)) : NULL;
        status = text ? TIP_OK : TIP_NO_MEMORY;
        *ret_text = text ? text : *ret_text;
    } else if (status == TIP_OK) {
        *ret_text = NULL;
    }
    tip_buf_free(&buf);
    return status;
}

tip_status tip_suggest(tip_searcher *searcher, tip_str text, bool plain, bool rare, char **ret_text,
                       tip_error *err)
{
    query_node *root;
    if (searcher->portable) { /* which has no list of words by how often they occur */
        *ret_text = NULL;
        return TIP_OK;
    }
    tip_status status = query_read(text, plain, searcher->stemmer, &root, err);
    if (status != TIP_OK)
        return status;
    suggester *g = calloc(1, sizeof *g);
    if (!g) {
        node_free(root);
        return tip_fail_memory(err);
    }
    g->searcher = searcher;
    g->few = rare ? tip_searcher_documents(searcher) / RARE : 0;
    g->text = text;
    g->err = err;
    if (searcher->database)
        status = look_at_tree(g, root);
    for (size_t i = 0; g->count > 0 && i < searcher->indexes; i++)
        look_through(g, searcher->stores[i]);
    if (status == TIP_OK && write_text(g, ret_text) != TIP_OK)
        status = tip_fail_memory(err);
    node_free(root);
    free(g);
    return status;
}
