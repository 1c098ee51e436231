/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tip/suggest.h"

#include "base/error.h"
#include "search/searcher.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum {
    LETTERS_MIN = 4,  /* a shorter word is near too many others */
    LETTERS_LONG = 8, /* a word as long as this may have two mistakes */
    WORDS_MAX = 16,   /* a query with more unknown words is not misspelled but about other things */
    RARE = 20000,     /* one paragraph of so many is as good as none */
    FAR = 100,        /* more than any distance that counts */
    MORE = 10         /* how much more often another word must occur than a rare one */
};

/* The letters of a word, and which there are, to tell most words apart at a glance. */
typedef struct letters {
    int32_t chars[TIP_WORD_MAX];
    size_t count;
    uint64_t kinds;
} letters;

/* A word that may be misspelled, and the best other one so far. */
typedef struct suspect {
    size_t start; /* where it stands in the query */
    size_t end;
    char word[TIP_WORD_MAX + 1];
    size_t size;
    char stem[TIP_WORD_MAX + 1];
    letters letters;
    size_t limit;      /* the greatest distance */
    size_t paragraphs; /* that have its stem */
    tip_str best;      /* empty while there is none */
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

/* ---- Letters and their distance ---- */

/* False for a word with anything but letters in it. */
static bool read_letters(tip_str word, letters *ret_letters)
{
    ret_letters->count = 0;
    ret_letters->kinds = 0;
    for (size_t at = 0; at < word.size;) {
        utf8proc_int32_t c = (unsigned char)word.data[at];
        utf8proc_ssize_t size = 1;
        if (c >= 0x80)
            size = utf8proc_iterate((const utf8proc_uint8_t *)word.data + at,
                                    (utf8proc_ssize_t)(word.size - at), &c);
        if (size <= 0 || (c < 0x80 && !islower(c)) || ret_letters->count >= TIP_WORD_MAX)
            return false;
        ret_letters->chars[ret_letters->count++] = c;
        ret_letters->kinds |= (uint64_t)1 << (c % 64);
        at += (size_t)size;
    }
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A letter that is missing, too many or wrong, or two that changed places, also with one letter
 * between or instead (Lowrance and Wagner, "An extension of the string-to-string correction
 * problem", JACM 22(2), 1975): all that makes a difference up to a distance of 2. Places that are
 * further apart than the limit are not looked at, and what is further away than it is just far. */
static size_t distance_of(const letters *a, const letters *b, size_t limit)
{
    unsigned char d[TIP_WORD_MAX + 1][TIP_WORD_MAX + 1];
    memset(d, FAR, (a->count + 1) * sizeof *d);
    for (size_t j = 0; j <= smaller(b->count, limit); j++)
        d[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= a->count; i++) {
        const int32_t *x = a->chars + i - 1;
        d[i][0] = (unsigned char)i;
        for (size_t j = i > limit ? i - limit : 1; j <= smaller(b->count, i + limit); j++) {
            const int32_t *y = b->chars + j - 1;
            size_t best = d[i - 1][j - 1] + (size_t)(*x != *y);
            best = smaller(best, smaller(d[i - 1][j], d[i][j - 1]) + (size_t)1);
            if (i > 1 && j > 1 && x[0] == y[-1] && x[-1] == y[0])
                best = smaller(best, d[i - 2][j - 2] + (size_t)1);
            if (i > 2 && j > 1 && x[0] == y[-1] && x[-2] == y[0])
                best = smaller(best, d[i - 3][j - 2] + (size_t)2);
            if (i > 1 && j > 2 && x[0] == y[-2] && x[-1] == y[0])
                best = smaller(best, d[i - 2][j - 3] + (size_t)2);
            d[i][j] = (unsigned char)best;
        }
    }
    return d[a->count][b->count];
}

/* Each mistake changes the length by one at most, and two of the kinds of letters. */
static bool may_be_near(const letters *a, const letters *b, size_t limit)
{
    size_t difference = a->count > b->count ? a->count - b->count : b->count - a->count;
    return difference <= limit && (size_t)__builtin_popcountll(a->kinds ^ b->kinds) <= 2 * limit;
}

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

/* Acronyms are names; a long word in capitals is a word. */
static bool is_candidate(const tip_token *token, const letters *of)
{
    return of->count >= LETTERS_MIN && !(token->acronym && of->count < LETTERS_LONG) &&
           !tip_is_stop_word((tip_str){token->word, token->size});
}

static tip_status look_at(suggester *g, const tip_token *token, size_t start)
{
    suspect *s = &g->suspects[g->count];
    *s = (suspect){.start = start, .size = token->size};
    if (!read_letters((tip_str){token->word, token->size}, &s->letters) ||
        !is_candidate(token, &s->letters))
        return TIP_OK;
    memcpy(s->word, token->word, token->size);
    s->end = without_possessive(g->text, token, start);
    s->limit = s->letters.count < LETTERS_LONG ? 1 : 2;
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

static tip_status look_at_tree(suggester *g, const query_node *node)
{
    tip_status status = TIP_OK;
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
    for (size_t i = 0; i < searcher->shards; i++)
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
                         const letters *other)
{
    tip_str word = tip_store_word(store, number);
    size_t distance = distance_of(&s->letters, other, s->limit);
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
    letters other;
    for (size_t i = 0; i < tip_store_vocabulary(store); i++) {
        if (!read_letters(tip_store_word(store, (uint32_t)i), &other))
            continue;
        for (size_t n = 0; n < g->count; n++)
            if (may_be_near(&g->suspects[n].letters, &other, g->suspects[n].limit))
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
    for (size_t i = 0; g->count > 0 && i < searcher->shards; i++)
        look_through(g, searcher->stores[i]);
    if (status == TIP_OK && write_text(g, ret_text) != TIP_OK)
        status = tip_fail_memory(err);
    node_free(root);
    free(g);
    return status;
}
