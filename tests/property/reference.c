/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/property/reference.h"

#include "base/buf.h"
#include "corpus/country.h"
#include "corpus/mention.h"
#include "tip/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* So many different words a wildcard may stand for. */
enum { WILDCARD_MAX = 1000 };

/* ---- Reading ---- */

static size_t take_words(tip_stemmer *stemmer, const char *text, reference_word *words, size_t room)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t count = 0;
    tip_tokenizer_start(&tokenizer, tip_str_of(text));
    while (tip_tokenizer_next(&tokenizer, &token)) {
        tip_str stem;
        assert_true(count < room);
        assert_int_equal(tip_stem(stemmer, (tip_str){token.word, token.size}, &stem), TIP_OK);
        snprintf(words[count].text, sizeof words->text, "%s", token.word);
        snprintf(words[count].stem, sizeof words->stem, "%.*s", (int)stem.size, stem.data);
        count++;
    }
    return count;
}

static bool is_any_of(const char *text, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count && values[i]; i++)
        if (strcmp(text, values[i]) == 0)
            return true;
    return false;
}

/* At each word the longest name that begins there; names do not overlap. */
static void take_mentions(reference_document *d, tip_str text)
{
    tip_span spans[CORPUS_WORDS_MAX];
    tip_tokenizer tokenizer;
    tip_token token;
    size_t count = 0;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token))
        spans[count++] = (tip_span){(uint32_t)token.start, (uint32_t)(token.start + token.length)};
    for (size_t i = 0; i < count;) {
        size_t used = 1;
        const tip_country *country =
            tip_mention_find(text, spans + i, count - i, CORPUS_WORDS_MAX, &used);
        assert_true(d->mention_count < REFERENCE_MENTIONS_MAX);
        if (country && !is_any_of(country->iso3, d->mentions, d->mention_count))
            d->mentions[d->mention_count++] = country->iso3;
        i += country ? used : 1;
    }
}

static char *copy(tip_str text)
{
    char *made = tip_str_dup(text);
    assert_non_null(made);
    return made;
}

/* A country that is known is found by all its names; what else stands for the report is the name of
 * its country, and the title of a document of no country. */
static const char *name_of(const reference_document *d)
{
    if (d->iso3[0] && tip_country_find(tip_str_of(d->iso3)))
        return "";
    return d->country[0] ? d->country : d->title;
}

static tip_status take_record(void *payload, const tip_record *record)
{
    reference *r = payload;
    assert_true(r->count < CORPUS_DOCUMENTS);
    reference_document *d = &r->documents[r->count++];
    d->id = copy(record->id);
    d->year = record->year;
    d->country = copy(record->country);
    d->iso3 = copy(record->iso3);
    d->region = copy(record->region);
    d->tier = copy(record->tier);
    d->section = copy(record->section);
    d->title = copy(record->title);
    d->source = copy(record->source);
    char *text = copy(record->text);
    d->word_count = take_words(r->stemmer, text, d->words, CORPUS_WORDS_MAX);
    d->name_count = take_words(r->stemmer, name_of(d), d->names, REFERENCE_NAMES_MAX);
    take_mentions(d, tip_str_of(text));
    free(text);
    return TIP_OK;
}

reference *reference_read(const char *directory, tip_stemmer *stemmer)
{
    tip_error err = {.message = ""};
    reference *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->stemmer = stemmer;
    if (tip_index_dump(directory, take_record, r, &err) != TIP_OK)
        fail_msg("%s", err.message);
    return r;
}

void reference_free(reference *r)
{
    for (size_t i = 0; r && i < r->count; i++) {
        reference_document *d = &r->documents[i];
        char *const strings[] = {d->id,   d->country, d->iso3,  d->region,
                                 d->tier, d->section, d->title, d->source};
        for (size_t n = 0; n < sizeof strings / sizeof *strings; n++)
            free(strings[n]);
    }
    free(r);
}

bool reference_same_report(const reference_document *a, const reference_document *b)
{
    return a->year == b->year && strcmp(a->country, b->country) == 0 &&
           strcmp(a->title, b->title) == 0 && strcmp(a->source, b->source) == 0;
}

/* ---- Words ---- */

static bool is_item(const tree_item *item, const reference_word *word)
{
    size_t size = strlen(item->word);
    size_t length = strlen(word->text);
    switch (item->match) {
    case TREE_STEM:
        return strcmp(item->stem, word->stem) == 0;
    case TREE_SAME:
        return strcmp(item->word, word->text) == 0;
    case TREE_PREFIX:
        return strncmp(item->word, word->text, size) == 0;
    case TREE_SUFFIX:
        return length >= size && strcmp(item->word, word->text + length - size) == 0;
    }
    return false;
}

/* Whether the words stand one behind the other from a place of the text on. */
static bool stands_at(const reference_document *d, const tree *t, size_t place)
{
    if (place + t->item_count > d->word_count)
        return false;
    for (size_t i = 0; i < t->item_count; i++)
        if (!is_item(&t->items[i], &d->words[place + i]))
            return false;
    return true;
}

static bool stands_anywhere(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < d->word_count; i++)
        if (stands_at(d, t, i))
            return true;
    return false;
}

static bool has_word(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < d->name_count; i++)
        if (is_item(&t->items[0], &d->names[i]))
            return true;
    return stands_anywhere(d, t);
}

/* Words from the end of one run of words to the beginning of the other: 1 when they are
 * neighbours. Runs that overlap are not beside one another. */
static bool is_near(size_t first, const tree *a, size_t second, const tree *b)
{
    size_t behind_a = first + a->item_count;
    size_t behind_b = second + b->item_count;
    if (second >= behind_a)
        return second - behind_a + 1 <= b->distance;
    return !b->ordered && first >= behind_b && first - behind_b + 1 <= b->distance;
}

/* Whether the operands behind the one at hand, which stands at `place`, can be reached from it. */
static bool reaches_end(const reference_document *d, const tree *near, size_t operand, size_t place)
{
    if (operand + 1 == near->kid_count)
        return true;
    const tree *this = near->kids[operand];
    const tree *next = near->kids[operand + 1];
    for (size_t i = 0; i < d->word_count; i++)
        if (stands_at(d, next, i) && is_near(place, this, i, next) &&
            reaches_end(d, near, operand + 1, i))
            return true;
    return false;
}

static bool matches_near(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < d->word_count; i++)
        if (stands_at(d, t->kids[0], i) && reaches_end(d, t, 0, i))
            return true;
    return false;
}

/* ---- Fields ---- */

/* "2020", "2018..2021", "2018..", "..2021"; what has no year is in none. */
static bool is_year(int year, const char *written)
{
    int first = 1;
    int last = 9999;
    const char *dots = strstr(written, "..");
    if (year == 0)
        return false;
    if (!dots)
        return year == atoi(written);
    if (dots > written)
        first = atoi(written);
    if (dots[2])
        last = atoi(dots + 2);
    return year >= first && year <= last;
}

static bool has_all_words(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && words[i]; i++) {
        tip_tokenizer tokenizer;
        tip_token token;
        bool found = false;
        tip_tokenizer_start(&tokenizer, tip_str_of(text));
        while (!found && tip_tokenizer_next(&tokenizer, &token))
            found = strcmp(token.word, words[i]) == 0;
        if (!found)
            return false;
    }
    return true;
}

static bool is_value(const reference_document *d, const tree_value *value)
{
    const size_t means = sizeof value->means / sizeof *value->means;
    switch (value->field) {
    case TIP_FIELD_YEAR:
        return is_year(d->year, value->written);
    case TIP_FIELD_TIER:
        return is_any_of(d->tier, value->means, means);
    case TIP_FIELD_REGION:
        return is_any_of(d->region, value->means, means);
    case TIP_FIELD_SECTION:
        return has_all_words(d->section, value->means, means);
    case TIP_FIELD_TITLE:
        return has_all_words(d->title, value->means, means);
    case TIP_FIELD_COUNTRY:
    case TIP_FIELD_ISO:
        return is_any_of(d->iso3, value->means, means) ||
               is_any_of(d->country, value->means, means);
    case TIP_FIELD_MENTIONS:
        for (size_t i = 0; i < d->mention_count; i++)
            if (is_any_of(d->mentions[i], value->means, means))
                return true;
        return false;
    }
    return false;
}

static bool has_field(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (is_value(d, t->values[i]))
            return true;
    return false;
}

/* ---- Clauses and operators ---- */

/* Whether something is looked for besides words of the stop list. */
static bool has_content(const tree *t)
{
    if (t->kind == TREE_FIELD)
        return false;
    if (t->kind == TREE_WORD)
        return !t->items[0].stop;
    if (t->kind == TREE_NOT)
        return t->kid_count == 2 && has_content(t->kids[0]);
    for (size_t i = 0; i < t->kid_count; i++)
        if (t->kids[i]->sign != '-' && has_content(t->kids[i]))
            return true;
    return t->kid_count == 0;
}

/* Words of the stop list are not looked for where there is something else to look for. */
static bool is_ignored(const tree *clause, const tree *all)
{
    return clause->kind == TREE_WORD && !clause->sign && clause->items[0].stop && has_content(all);
}

static bool matches_country(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < t->kid_count; i++)
        if (!is_ignored(t->kids[i], t) && reference_matches(d, t->kids[i]))
            return true;
    return strcmp(d->iso3, t->iso3) == 0 || is_any_of(t->iso3, d->mentions, d->mention_count);
}

/* All that is required, nothing that is excluded; and where no word is required, any of those that
 * are not, if there are any. */
static bool matches_sequence(const reference_document *d, const tree *t)
{
    bool any_required = false;
    bool any_optional = false;
    bool found = false;
    for (size_t i = 0; i < t->kid_count; i++) {
        const tree *kid = t->kids[i];
        if (is_ignored(kid, t))
            continue;
        bool matches = reference_matches(d, kid);
        if (kid->sign == '-' ? matches : tree_is_required(kid) && !matches)
            return false;
        if (kid->sign == '-' || kid->kind == TREE_FIELD)
            continue;
        any_required = any_required || tree_is_required(kid);
        any_optional = any_optional || !tree_is_required(kid);
        found = found || matches;
    }
    return any_required || !any_optional || found;
}

static bool matches_and(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < t->kid_count; i++)
        if (!reference_matches(d, t->kids[i]))
            return false;
    return true;
}

static bool matches_or(const reference_document *d, const tree *t)
{
    for (size_t i = 0; i < t->kid_count; i++)
        if (reference_matches(d, t->kids[i]))
            return true;
    return false;
}

bool reference_matches(const reference_document *d, const tree *t)
{
    switch (t->kind) {
    case TREE_WORD:
        return has_word(d, t);
    case TREE_WILDCARD:
    case TREE_EXACT:
    case TREE_JOINED:
        return stands_anywhere(d, t);
    case TREE_COUNTRY:
        return matches_country(d, t);
    case TREE_FIELD:
        return has_field(d, t);
    case TREE_NEAR:
        return matches_near(d, t);
    case TREE_SEQUENCE:
        return matches_sequence(d, t);
    case TREE_AND:
        return matches_and(d, t);
    case TREE_OR:
        return matches_or(d, t);
    case TREE_NOT:
        return t->kid_count == 2
                   ? reference_matches(d, t->kids[0]) && !reference_matches(d, t->kids[1])
                   : !reference_matches(d, t->kids[0]);
    }
    return false;
}

/* ---- Wildcards ---- */

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different words an item stands for. */
static size_t count_words(const reference *r, const tree_item *item)
{
    size_t count = 0;
    size_t different = 0;
    const char **words = calloc(CORPUS_DOCUMENTS * CORPUS_WORDS_MAX, sizeof *words);
    assert_non_null(words);
    for (size_t i = 0; i < r->count; i++)
        for (size_t n = 0; n < r->documents[i].word_count; n++)
            if (is_item(item, &r->documents[i].words[n]))
                words[count++] = r->documents[i].words[n].text;
    qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || strcmp(words[i - 1], words[i]) != 0;
    free(words);
    return different;
}

bool reference_refuses(const reference *r, const tree *t)
{
    for (size_t i = 0; i < t->item_count; i++)
        if ((t->items[i].match == TREE_PREFIX || t->items[i].match == TREE_SUFFIX) &&
            count_words(r, &t->items[i]) > WILDCARD_MAX)
            return true;
    for (size_t i = 0; i < t->kid_count; i++)
        if (reference_refuses(r, t->kids[i]))
            return true;
    return false;
}
