/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of queries in terms, positions and values of the portable layout. */
#include "base/error.h"
#include "search/portable.h"
#include "store/strings.h"
#include "text/term.h"

#include <stdlib.h>
#include <string.h>

static tip_status query_of_term(const tip_searcher *searcher, const char *prefix, tip_str text,
                                xc_query **ret_query, tip_error *err)
{
    tip_buf term = {0};
    tip_status status = tip_term_of_text(prefix, text, &term) == TIP_OK
                            ? xc_query_term(searcher->database, tip_buf_str(&term), ret_query, err)
                            : tip_fail_memory(err);
    tip_buf_free(&term);
    return status;
}

/* left OP right, where left may be nothing yet; takes both over, also on failure. */
static tip_status join_on(xc_query **left, xc_operator op, xc_query *right, tip_error *err)
{
    xc_query *before = *left;
    *left = NULL;
    if (!before) {
        *left = right;
        return TIP_OK;
    }
    return query_join_two(op, before, right, left, err);
}

/* ---- Words with an asterisk ---- */

typedef struct word_walk {
    const tip_searcher *searcher;
    const query_word *wanted;
    size_t prefix; /* bytes of it before the words */
    word_fn see;
    void *payload;
} word_walk;

static bool is_wanted(const query_word *wanted, tip_str word)
{
    size_t size = strlen(wanted->word);
    if (wanted->match != TIP_MATCH_SUFFIX)
        return true;
    return word.size >= size && memcmp(word.data + word.size - size, wanted->word, size) == 0;
}

static tip_status see_word(void *payload, tip_str term, size_t documents)
{
    word_walk *walk = payload;
    tip_str word = {term.data + walk->prefix, term.size - walk->prefix};
    tip_str stem;
    (void)documents;
    if (!is_wanted(walk->wanted, word))
        return TIP_OK;
    if (tip_stem(walk->searcher->stemmer, word, &stem) != TIP_OK)
        return TIP_NO_MEMORY;
    return walk->see(walk->payload, word, stem);
}

/* Terms are in order of their beginnings; for an ending all are looked at. */
static tip_status walk_words(const tip_searcher *searcher, const query_word *word,
                             const char *prefix, word_fn see, void *payload, tip_error *err)
{
    word_walk walk = {searcher, word, strlen(prefix), see, payload};
    tip_buf start = {0};
    bool by_start = word->match == TIP_MATCH_PREFIX;
    if (tip_buf_add_text(&start, prefix) != TIP_OK ||
        tip_buf_add_text(&start, by_start ? word->word : "") != TIP_OK) {
        tip_buf_free(&start);
        return tip_fail_memory(err);
    }
    tip_status status =
        xc_shards_terms(searcher->database, tip_buf_str(&start), see_word, &walk, err);
    tip_buf_free(&start);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

tip_status portable_words(const tip_searcher *searcher, const query_word *word, word_fn see,
                          void *payload, tip_error *err)
{
    tip_status status = walk_words(searcher, word, PORTABLE_TERM_EXACT, see, payload, err);
    if (status == TIP_OK)
        status = walk_words(searcher, word, PORTABLE_TERM_NAME, see, payload, err);
    return status;
}

/* ---- Phrases, near and then ---- */

/* Any of some words. */
typedef struct any_word {
    const tip_searcher *searcher;
    xc_query **words;
    size_t count;
    tip_error *err;
} any_word;

/* More than a query may have: it is refused for them where its words are compiled. */
static tip_status add_word(void *payload, tip_str word, tip_str stem)
{
    any_word *any = payload;
    (void)stem;
    if (any->count == WILDCARD_WORDS_MAX)
        return TIP_OK;
    tip_status status =
        query_of_term(any->searcher, PORTABLE_TERM_EXACT, word, &any->words[any->count], any->err);
    any->count += status == TIP_OK;
    return status;
}

static tip_status query_of_wildcard(const tip_searcher *searcher, const query_word *word,
                                    xc_query **ret_query, tip_error *err)
{
    any_word any = {.searcher = searcher, .err = err};
    any.words = calloc(WILDCARD_WORDS_MAX, sizeof(xc_query *));
    if (!any.words)
        return tip_fail_memory(err);
    tip_status status = walk_words(searcher, word, PORTABLE_TERM_EXACT, add_word, &any, err);
    if (status == TIP_OK)
        status = any.count == 0 ? xc_query_none(ret_query, err)
                                : xc_query_join(XC_OR, any.words, any.count, ret_query, err);
    for (size_t i = 0; i < any.count; i++)
        xc_query_free(any.words[i]);
    free(any.words);
    return status;
}

/* What has the positions of a word. */
static tip_status query_of_word(const tip_searcher *searcher, const query_word *word,
                                xc_query **ret_query, tip_error *err)
{
    switch (word->match) {
    case TIP_MATCH_STEM:
        return xc_query_term(searcher->database, tip_str_of(word->stem), ret_query, err);
    case TIP_MATCH_WORD:
        return query_of_term(searcher, PORTABLE_TERM_EXACT, tip_str_of(word->word), ret_query, err);
    default:
        return query_of_wildcard(searcher, word, ret_query, err);
    }
}

static bool has_stem(const query_word *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i]->match == TIP_MATCH_STEM)
            return true;
    return false;
}

/* To libxapian 1.4, a stem without positions, of what stands for a report, stands before the first
 * word of its text where a window has no room to spare; in a wider one it stands nowhere. */
static tip_status need_places(xc_query *const *operands, size_t count, xc_query **query,
                              tip_error *err)
{
    xc_query *wider;
    tip_status status = xc_query_window(operands, count, count + 1, &wider, err);
    if (status == TIP_OK)
        return join_on(query, XC_AND, wider, err);
    xc_query_free(*query);
    return status;
}

/* Words in this order within a window. */
static tip_status query_of_window(const tip_searcher *searcher, const query_word *const *words,
                                  size_t count, size_t window, xc_query **ret_query, tip_error *err)
{
    xc_query *operands[TIP_PATTERN_MAX] = {NULL};
    size_t made = 0;
    tip_status status = TIP_OK;
    while (made < count && status == TIP_OK) {
        status = query_of_word(searcher, words[made], &operands[made], err);
        made += status == TIP_OK;
    }
    if (status == TIP_OK)
        status = xc_query_window(operands, count, window, ret_query, err);
    if (status == TIP_OK && window == count && has_stem(words, count))
        status = need_places(operands, count, ret_query, err);
    for (size_t i = 0; i < made; i++)
        xc_query_free(operands[i]);
    return status;
}

tip_status portable_phrase(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err)
{
    const query_word *words[TIP_PATTERN_MAX];
    if (node->word_count > TIP_PATTERN_MAX)
        return query_fail(err, node->start, "a phrase of more than %d words", TIP_PATTERN_MAX);
    for (size_t i = 0; i < node->word_count; i++)
        words[i] = &node->words[i];
    return query_of_window(query->searcher, words, node->word_count, node->word_count, ret_query,
                           err);
}

/* Windows of Xapian are of single words, and do not tell where a word stood that another one is to
 * be near. In either order is in this one or that one: OP_NEAR misses words that both operands
 * stand for. */
tip_status portable_near(tip_query *query, query_node *node, xc_query **ret_query, tip_error *err)
{
    const query_node *first = node->children[0];
    const query_node *second = node->children[1];
    if (node->child_count > 2 || first->word_count > 1 || second->word_count > 1)
        return query_fail(err, node->start,
                          "in an index of the portable layout, near and then stand between two "
                          "single words; an index of the fast layout can do more");
    const query_word *words[] = {&first->words[0], &second->words[0], &first->words[0]};
    size_t window = second->distance + 1;
    xc_query *other;
    tip_status status = query_of_window(query->searcher, words, 2, window, ret_query, err);
    if (status != TIP_OK || second->ordered)
        return status;
    status = query_of_window(query->searcher, words + 1, 2, window, &other, err);
    if (status == TIP_OK)
        return join_on(ret_query, XC_OR, other, err);
    xc_query_free(*ret_query);
    return status;
}

/* ---- Titles and sections ---- */

/* All words of a value; NULL when there is none. */
static tip_status query_of_title(const tip_searcher *searcher, const char *value,
                                 xc_query **ret_query, tip_error *err)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    *ret_query = NULL;
    tip_tokenizer_start(&tokenizer, tip_str_of(value));
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        xc_query *word;
        status = query_of_term(searcher, PORTABLE_TERM_TITLE, (tip_str){token.word, token.size},
                               &word, err);
        if (status == TIP_OK)
            status = join_on(ret_query, XC_AND, word, err);
    }
    if (status != TIP_OK) {
        xc_query_free(*ret_query);
        *ret_query = NULL;
    }
    return status;
}

tip_status portable_titles(tip_query *query, const query_node *node, xc_query **ret_query,
                           tip_error *err)
{
    xc_query *any = NULL;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < node->value_count && status == TIP_OK; i++) {
        xc_query *title;
        status = query_of_title(query->searcher, node->values[i].text, &title, err);
        if (status == TIP_OK && title)
            status = join_on(&any, XC_OR, title, err);
    }
    if (status == TIP_OK)
        status = any ? xc_query_scale(any, 0, ret_query, err) : xc_query_none(ret_query, err);
    xc_query_free(any);
    return status;
}

static tip_status see_section(void *payload, tip_str value, size_t documents)
{
    tip_strings *known = payload;
    tip_record record = {0};
    uint32_t number;
    (void)documents;
    if (!portable_section_read(value, &record))
        return TIP_OK;
    return tip_strings_add(known, record.section, &number);
}

static tip_status keep_sections(portable_index *index, const tip_strings *known)
{
    tip_buf_clear(&index->sections);
    for (uint32_t i = 0; i < tip_strings_count(known); i++) {
        tip_str section = tip_strings_at(known, i);
        if (tip_buf_add(&index->sections, section.data, section.size) != TIP_OK ||
            tip_buf_add_byte(&index->sections, '\0') != TIP_OK)
            return TIP_NO_MEMORY;
    }
    index->has_sections = true;
    return TIP_OK;
}

/* Terms of headings are folded and cut: only the values have them as they are. All paragraphs are
 * counted for that, so they are kept. */
static tip_status read_sections(const tip_searcher *searcher, tip_error *err)
{
    tip_strings *known;
    xc_query *all;
    if (tip_strings_new(&known) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = xc_query_all(&all, err);
    if (status == TIP_OK) {
        status = xc_shards_count(searcher->database, all, PORTABLE_SLOT_SECTION, see_section, known,
                                 err);
        xc_query_free(all);
    }
    if (status == TIP_OK)
        status = keep_sections(searcher->portable, known);
    tip_strings_free(known);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}

tip_status portable_sections(const tip_searcher *searcher, known_fn see, void *payload,
                             tip_error *err)
{
    const portable_index *index = searcher->portable;
    tip_status status = TIP_OK;
    if (!index->has_sections)
        status = read_sections(searcher, err);
    for (size_t at = 0; at < index->sections.size && status == TIP_OK;) {
        tip_str section = tip_str_of(index->sections.data + at);
        status = see(payload, section);
        at += section.size + 1;
    }
    return status;
}

/* ---- Reports ---- */

static tip_status keep_report(void *payload, tip_str value, size_t documents)
{
    portable_index *index = payload;
    (void)documents;
    if (tip_buf_add(&index->reports, &value.size, sizeof value.size) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(&index->reports, value.data, value.size);
}

/* All paragraphs are counted for them, so they are kept. */
static tip_status read_reports(const tip_searcher *searcher, tip_error *err)
{
    portable_index *index = searcher->portable;
    xc_query *all;
    tip_buf_clear(&index->reports);
    tip_status status = xc_query_all(&all, err);
    if (status != TIP_OK)
        return status;
    status =
        xc_shards_count(searcher->database, all, PORTABLE_SLOT_REPORT, keep_report, index, err);
    xc_query_free(all);
    index->has_reports = status == TIP_OK;
    return status;
}

tip_status portable_reports(const tip_searcher *searcher, report_fn see, void *payload,
                            tip_error *err)
{
    const tip_buf *reports = &searcher->portable->reports;
    uint32_t number = 0;
    size_t size;
    tip_status status = TIP_OK;
    if (!searcher->portable->has_reports)
        status = read_reports(searcher, err);
    for (size_t at = 0; at < reports->size && status == TIP_OK; at += size) {
        tip_record report = {0};
        memcpy(&size, reports->data + at, sizeof size);
        at += sizeof size;
        if (portable_report_read((tip_str){reports->data + at, size}, &report))
            status = see(payload, 0, number++, &report);
    }
    return status;
}

/* ---- Years ---- */

typedef struct year_walk {
    year_fn see;
    void *payload;
} year_walk;

static tip_status see_year(void *payload, tip_str term, size_t documents)
{
    const year_walk *walk = payload;
    int year = 0;
    (void)documents;
    for (size_t i = strlen(TIP_TERM_YEAR); i < term.size && i < 8; i++)
        year = year * 10 + (term.data[i] - '0');
    return walk->see(walk->payload, year);
}

tip_status portable_years(const tip_searcher *searcher, year_fn see, void *payload, tip_error *err)
{
    year_walk walk = {see, payload};
    return xc_shards_terms(searcher->database, tip_str_of(TIP_TERM_YEAR), see_year, &walk, err);
}
