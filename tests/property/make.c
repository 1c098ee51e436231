/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees at random. */
#include "base/buf.h"
#include "corpus/mention.h"
#include "tests/property/random.h"
#include "tests/property/reference.h"
#include "tests/property/tree.h"
#include "tests/property/values.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CODE_MAX = 3, NAME_WORDS_MAX = 6, DISTANCE_MAX = 7 };

void tree_free(tree *t)
{
    for (size_t i = 0; t && i < t->kid_count; i++)
        tree_free(t->kids[i]);
    free(t);
}

bool tree_is_required(const tree *t)
{
    bool is_meant = t->kind == TREE_EXACT || t->kind == TREE_NEAR || t->kind == TREE_FIELD;
    return t->sign == '+' || (!t->sign && is_meant);
}

static tree *new_tree(tree_kind kind)
{
    tree *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->kind = kind;
    return t;
}

static void add_kid(tree *t, tree *kid)
{
    assert_true(t->kid_count < TREE_KIDS_MAX);
    t->kids[t->kid_count++] = kid;
}

/* ---- Words ---- */

/* False when the text is not one word. */
static bool read_item(tip_stemmer *stemmer, const char *written, tree_match match,
                      tree_item *ret_item)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_str stem;
    tip_tokenizer_start(&tokenizer, tip_str_of(written));
    if (!tip_tokenizer_next(&tokenizer, &token))
        return false;
    tree_item item = {.match = match};
    item.stop =
        match == TREE_STEM && !token.acronym && tip_is_stop_word((tip_str){token.word, token.size});
    snprintf(item.written, sizeof item.written, "%s", written);
    snprintf(item.word, sizeof item.word, "%s", token.word);
    assert_int_equal(tip_stem(stemmer, (tip_str){token.word, token.size}, &stem), TIP_OK);
    snprintf(item.stem, sizeof item.stem, "%.*s", (int)stem.size, stem.data);
    if (tip_tokenizer_next(&tokenizer, &token))
        return false;
    *ret_item = item;
    return true;
}

/* Capitals are of no meaning, except that short words in capitals are codes and operators. */
static void restyle(char *word, uint64_t *random)
{
    uint32_t style = random_below(random, 5);
    if (style == 0)
        word[0] = (char)toupper((unsigned char)word[0]);
    for (size_t i = 0; style == 1 && strlen(word) > CODE_MAX + 1 && word[i]; i++)
        word[i] = (char)toupper((unsigned char)word[i]);
}

/* A word of a paragraph, or NULL. */
static const char *word_of_text(tree_maker *m)
{
    const reference_document *d =
        &m->reference->documents[random_below(&m->random, m->reference->count)];
    if (d->word_count == 0)
        return NULL;
    return d->words[random_below(&m->random, d->word_count)].text;
}

static tree_item pick_item(tree_maker *m, tree_match match)
{
    tree_item item;
    char written[TREE_WRITTEN_MAX];
    for (;;) {
        const char *word = random_once_in(&m->random, 2)
                               ? word_of_text(m)
                               : corpus_words[random_below(&m->random, corpus_word_count)];
        if (!word)
            continue;
        snprintf(written, sizeof written, "%s", word);
        restyle(written, &m->random);
        if (read_item(m->stemmer, written, match, &item))
            return item;
    }
}

/* The beginning or the end of a word. */
static tree_item pick_wildcard(tree_maker *m)
{
    /* The first one stands for too many words, the second for as many as there may be. */
    static const char *const parts[] = {"min", "mino", "minu", "mino0", "MINO99", "kyrgyz"};
    tree_match match = random_once_in(&m->random, 2) ? TREE_PREFIX : TREE_SUFFIX;
    tree_item item;
    if (random_once_in(&m->random, 40)) {
        const char *part = parts[random_below(&m->random, sizeof parts / sizeof *parts)];
        assert_true(read_item(m->stemmer, part, TREE_PREFIX, &item));
        return item;
    }
    for (;;) {
        const tree_item whole = pick_item(m, match);
        size_t size = strlen(whole.word);
        if (size < 2 || strspn(whole.word, "abcdefghijklmnopqrstuvwxyz0123456789") != size)
            continue;
        size_t kept = 2 + random_below(&m->random, size - 1);
        char part[TREE_WRITTEN_MAX];
        snprintf(part, sizeof part, "%.*s", (int)kept,
                 whole.word + (match == TREE_PREFIX ? 0 : size - kept));
        restyle(part, &m->random);
        if (read_item(m->stemmer, part, match, &item))
            return item;
    }
}

/* Some words that stand one behind the other in a paragraph, now and then one that does not. */
static void pick_items(tree_maker *m, tree *t, tree_match match, size_t count)
{
    const reference_document *d =
        &m->reference->documents[random_below(&m->random, m->reference->count)];
    size_t first = d->word_count > count ? random_below(&m->random, d->word_count - count + 1) : 0;
    for (size_t i = 0; i < count; i++) {
        if (first + i >= d->word_count || random_once_in(&m->random, 12) ||
            !read_item(m->stemmer, d->words[first + i].text, match, &t->items[i]))
            t->items[i] = pick_item(m, match);
        t->item_count++;
    }
}

static tree *make_exact(tree_maker *m)
{
    tree *t = new_tree(TREE_EXACT);
    pick_items(m, t, TREE_SAME, 1 + random_below(&m->random, TREE_ITEMS_MAX));
    if (random_once_in(&m->random, 5))
        t->items[random_below(&m->random, t->item_count)] = pick_wildcard(m);
    return t;
}

/* A wildcard may be the first or the last of joined words. */
static tree *make_joined(tree_maker *m)
{
    tree *t = new_tree(TREE_JOINED);
    pick_items(m, t, TREE_STEM, 2 + random_below(&m->random, 2));
    if (random_once_in(&m->random, 6)) {
        tree_item wildcard = pick_wildcard(m);
        t->items[wildcard.match == TREE_PREFIX ? t->item_count - 1 : 0] = wildcard;
    }
    return t;
}

static tree *make_words(tree_maker *m)
{
    static const tree_kind kinds[] = {TREE_WORD,  TREE_WORD,   TREE_WORD,    TREE_WORD,
                                      TREE_EXACT, TREE_JOINED, TREE_WILDCARD};
    tree_kind kind = kinds[random_below(&m->random, sizeof kinds / sizeof *kinds)];
    if (kind == TREE_EXACT)
        return make_exact(m);
    if (kind == TREE_JOINED)
        return make_joined(m);
    tree *t = new_tree(kind);
    t->items[0] = kind == TREE_WORD ? pick_item(m, TREE_STEM) : pick_wildcard(m);
    t->item_count = 1;
    return t;
}

/* Operands of NEAR are picked from the neighbourhood of one another, as whoever asks would. */
static tree *make_near(tree_maker *m)
{
    tree *t = new_tree(TREE_NEAR);
    size_t count = 2 + random_once_in(&m->random, 3);
    const reference_document *d =
        &m->reference->documents[random_below(&m->random, m->reference->count)];
    size_t place = d->word_count ? random_below(&m->random, d->word_count) : 0;
    for (size_t i = 0; i < count; i++) {
        tree *kid = make_words(m);
        if (kid->kind == TREE_WORD && place < d->word_count)
            (void)read_item(m->stemmer, d->words[place].text, TREE_STEM, &kid->items[0]);
        place += random_below(&m->random, DISTANCE_MAX);
        if (i > 0) {
            kid->distance = 1 + random_below(&m->random, DISTANCE_MAX);
            kid->ordered = random_once_in(&m->random, 2);
        }
        add_kid(t, kid);
    }
    return t;
}

/* ---- Countries ---- */

/* Adds the words of a name; those that are joined in it are one behind the other. */
static void add_name_words(tree_maker *m, tree *t)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, tip_str_of(t->written));
    while (tip_tokenizer_next(&tokenizer, &token)) {
        char word[TREE_WRITTEN_MAX];
        snprintf(word, sizeof word, "%.*s", (int)token.length, t->written + token.start);
        tree *last = t->kid_count ? t->kids[t->kid_count - 1] : NULL;
        if (!last || !token.joined)
            add_kid(t, last = new_tree(TREE_WORD));
        assert_true(read_item(m->stemmer, word, TREE_STEM, &last->items[last->item_count++]));
        last->kind = last->item_count > 1 ? TREE_JOINED : TREE_WORD;
    }
}

static tree *new_country(tree_maker *m, const char *written, const char *iso3)
{
    tree *t = new_tree(TREE_COUNTRY);
    t->iso3 = iso3;
    snprintf(t->written, sizeof t->written, "%s", written);
    add_name_words(m, t);
    return t;
}

static tree *make_country(tree_maker *m)
{
    static const struct {
        const char *written;
        const char *iso3;
    } names[] = {{"Kyrgyz", "KGZ"},
                 {"kyrgyzstan", "KGZ"},
                 {"the Kyrgyz Republic", "KGZ"},
                 {"RUSSIA", "RUS"},
                 {"Russians", "RUS"},
                 {"Russia's", "RUS"},
                 {"south sudan", "SSD"},
                 {"South Sudan's", "SSD"},
                 {"Ivory Coast", "CIV"},
                 {"C\u00F4te d'Ivoire", "CIV"},
                 {"cote d\u2019ivoire", "CIV"},
                 {"Guinea-Bissau", "GNB"},
                 {"nepal", "NPL"},
                 {"Nepali", "NPL"},
                 {"DRC", "COD"},
                 {"Democratic Republic of the Congo", "COD"},
                 {"US", "USA"},
                 {"U.S.", "USA"},
                 {"North Koreans", "PRK"}};
    size_t i = random_below(&m->random, sizeof names / sizeof *names);
    return new_country(m, names[i].written, names[i].iso3);
}

static const tip_country *country_of(const char *text)
{
    tip_str name = tip_str_of(text);
    if (name.size <= CODE_MAX)
        return NULL;
    return strchr(text, '.') ? tip_country_written(name) : tip_country_named(name);
}

/* A word that is the name of a country is that. */
static tree *name_country(tree_maker *m, tree *t)
{
    if (t->kind != TREE_WORD)
        return t;
    const tip_country *country = country_of(t->items[0].written);
    if (!country)
        return t;
    tree *named = new_country(m, t->items[0].written, country->iso3);
    tree_free(t);
    return named;
}

/* ---- Fields ---- */

static bool can_be_listed(const tree_value *value)
{
    return !strchr(value->written, ',');
}

/* Values of one field, all of which can be in a list if there are several or `listed`. */
static tree *make_field(tree_maker *m, bool listed)
{
    tree *t = new_tree(TREE_FIELD);
    tip_field field = (tip_field)random_below(&m->random, TIP_FIELD_TITLE + 1);
    size_t count = 1 + (random_once_in(&m->random, 3) ? random_below(&m->random, 3) : 0);
    while (t->value_count < count) {
        const tree_value *value = &tree_values[random_below(&m->random, tree_value_count)];
        if (value->field == field && ((count == 1 && !listed) || can_be_listed(value)))
            t->values[t->value_count++] = value;
    }
    return t;
}

tree *tree_make_filter(tree_maker *m)
{
    return make_field(m, true);
}

/* ---- The whole ---- */

static tree *make_leaf(tree_maker *m)
{
    switch (random_below(&m->random, 10)) {
    case 0:
        return make_country(m);
    case 1:
    case 2:
        return make_field(m, false);
    case 3:
    case 4:
        return make_near(m);
    default:
        return name_country(m, make_words(m));
    }
}

static tree *make(tree_maker *m, int depth)
{
    static const tree_kind kinds[] = {TREE_SEQUENCE, TREE_SEQUENCE, TREE_SEQUENCE,
                                      TREE_AND,      TREE_OR,       TREE_NOT};
    if (depth == 0 || random_once_in(&m->random, 4))
        return make_leaf(m);
    tree *t = new_tree(kinds[random_below(&m->random, sizeof kinds / sizeof *kinds)]);
    size_t count = 2 + random_below(&m->random, 3);
    if (t->kind == TREE_NOT)
        count = random_once_in(&m->random, 4) ? 1 : 2;
    for (size_t i = 0; i < count; i++) {
        add_kid(t, make(m, depth - 1));
        if (t->kind == TREE_SEQUENCE)
            t->kids[i]->sign = "\0\0\0\0\0+-"[random_below(&m->random, 7)];
    }
    return t;
}

/* Words that stand beside one another and are of several clauses. */
typedef struct run {
    const char *words[TREE_KIDS_MAX * TREE_KIDS_MAX];
    size_t clauses[TREE_KIDS_MAX * TREE_KIDS_MAX];
    size_t count;
} run;

static void add_to_run(run *r, const tree *t, size_t clause)
{
    for (size_t i = 0; i < t->item_count; i++) {
        r->words[r->count] = t->items[i].written;
        r->clauses[r->count++] = clause;
    }
    for (size_t i = 0; i < t->kid_count; i++)
        add_to_run(r, t->kids[i], clause);
}

static bool names_country(const run *r, size_t first, size_t count)
{
    char text[NAME_WORDS_MAX * TREE_WRITTEN_MAX + NAME_WORDS_MAX] = "";
    if (r->clauses[first] == r->clauses[first + count - 1])
        return false;
    for (size_t i = 0; i < count; i++) {
        strcat(text, r->words[first + i]);
        strcat(text, i + 1 < count ? " " : "");
    }
    return tip_country_named(tip_str_of(text)) != NULL;
}

static bool run_names_country(run *r)
{
    bool any = false;
    for (size_t i = 0; i < r->count; i++)
        for (size_t n = 2; n <= NAME_WORDS_MAX && i + n <= r->count; n++)
            any = any || names_country(r, i, n);
    r->count = 0;
    return any;
}

static bool joined_name_country(const tree *t)
{
    run r = {.count = 0};
    for (size_t i = 0; i < t->item_count; i++) {
        r.words[i] = t->items[i].written;
        r.clauses[i] = i;
    }
    return t->kind == TREE_JOINED && names_country(&r, 0, t->item_count);
}

/* Whether words that happen to stand beside one another name a country: the text of such a tree
 * would mean something else. */
static bool is_ambiguous(const tree *t)
{
    run r = {.count = 0};
    if (t->kind == TREE_COUNTRY)
        return false;
    if (joined_name_country(t))
        return true;
    for (size_t i = 0; i < t->kid_count; i++) {
        const tree *kid = t->kids[i];
        bool plain =
            t->kind == TREE_SEQUENCE && !kid->sign &&
            (kid->kind == TREE_WORD || kid->kind == TREE_JOINED || kid->kind == TREE_COUNTRY);
        if (is_ambiguous(kid) || (!plain && run_names_country(&r)))
            return true;
        if (plain)
            add_to_run(&r, kid, i);
    }
    return run_names_country(&r);
}

tree *tree_make(tree_maker *m, int depth)
{
    for (;;) {
        tree *t = make(m, depth);
        if (!is_ambiguous(t))
            return t;
        tree_free(t);
    }
}

tree *tree_make_plain(tree_maker *m)
{
    for (;;) {
        tree *t = new_tree(TREE_SEQUENCE);
        for (size_t i = 1 + random_below(&m->random, 5); i-- > 0;) {
            tree *kid = new_tree(TREE_WORD);
            kid->items[0] = pick_item(m, TREE_STEM);
            kid->item_count = 1;
            add_kid(t, name_country(m, kid));
        }
        if (!is_ambiguous(t))
            return t;
        tree_free(t);
    }
}
