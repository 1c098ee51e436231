/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/feedback.h"

#include "base/error.h"
#include "search/portable_results.h"
#include "store/strings.h"
#include "text/term.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXPAND_ANSWERS = 10, /* that are taken to be relevant */
    EXPAND_TERMS = 15,   /* that are added */
    SIMILAR_TERMS = 30   /* that stand for a paragraph */
};

/* Chosen by the mean over three collections, looking at neighbouring values and at each collection
 * left out in turn: the best are close together. */
#define EXPAND_WEIGHT 0.2 /* of an added word, where a word of the query has 1 */
#define EXPAND_K 1.0      /* how soon more occurrences in one answer stop to count */
#define SIMILAR_TIMES 3.0 /* more occurrences of a word in a paragraph do not weigh more */

/* As the index counts it. */
enum { TITLE_WEIGHT = 2 };

/* A stem of the paragraphs that were looked at. */
typedef struct term {
    tip_str stem;
    tip_str word;     /* the first one seen with that stem */
    size_t documents; /* that have it */
    size_t with_term; /* how many of all have it */
    double times;     /* it occurs in them */
    double saturated; /* the same, where more in one paragraph counts less and less */
    double weight;    /* how well it tells these paragraphs from others */
    double factor;    /* of its weight in a query */
    bool dropped;
} term;

typedef struct feedback {
    const tip_searcher *searcher;
    tip_strings *stems;
    tip_strings *seen; /* words of texts that no store has the words of */
    tip_buf terms;     /* term, by number of the stem */
    tip_buf words;     /* u32: the stems of the paragraph that is being read */
    double average;    /* words of a paragraph, once that is found */
    size_t documents;
} feedback;

static void feedback_free(feedback *f)
{
    tip_strings_free(f->stems);
    tip_strings_free(f->seen);
    tip_buf_free(&f->terms);
    tip_buf_free(&f->words);
}

static tip_status feedback_start(feedback *f, const tip_searcher *searcher, tip_error *err)
{
    *f = (feedback){.searcher = searcher, .average = 1};
    if (tip_strings_new(&f->stems) != TIP_OK || tip_strings_new(&f->seen) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status find_average(feedback *f, tip_error *err)
{
    uint64_t words;
    tip_status status = f->searcher->layout->all_words(f->searcher, &words, err);
    if (status == TIP_OK)
        f->average = fmax(1, (double)words / (double)(tip_searcher_documents(f->searcher) + 1));
    return status;
}

static term *terms_of(const feedback *f)
{
    return (term *)(void *)f->terms.data;
}

static size_t count_of(const feedback *f)
{
    return f->terms.size / sizeof(term);
}

/* ---- Reading paragraphs ---- */

static tip_status add_stem(feedback *f, tip_str stem, tip_str word, unsigned times)
{
    uint32_t number;
    tip_status status = tip_strings_add(f->stems, stem, &number);
    if (status == TIP_OK && number == count_of(f)) {
        term added = {.stem = tip_strings_at(f->stems, number),
                      .word = word,
                      .dropped = tip_is_stop_word(word)};
        status = tip_buf_add(&f->terms, &added, sizeof added);
    }
    for (unsigned i = 0; i < times && status == TIP_OK; i++)
        status = tip_buf_add(&f->words, &number, sizeof number);
    return status;
}

static tip_status read_text(feedback *f, const tip_store *store, uint32_t document)
{
    tip_words words = tip_store_words_of(store, document);
    tip_status status = TIP_OK;
    uint32_t word;
    while (status == TIP_OK && (word = tip_words_next(&words)) != TIP_STORE_NONE) {
        tip_str stem = tip_store_stem(store, tip_store_stem_of(store, word));
        if (stem.size > 0)
            status = add_stem(f, stem, tip_store_word(store, word), 1);
    }
    return status;
}

/* A title is about its paragraphs, but for that of a country's report, which names the series. The
 * store has the words of titles only where they stand in a text, too: others are rare enough to be
 * left out. */
static tip_status read_title(feedback *f, const tip_store *store, uint32_t document, tip_error *err)
{
    tip_record report = {0};
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = tip_store_report(store, tip_store_report_of(store, document), &report, err);
    if (status != TIP_OK || report.iso3.size || report.country.size)
        return status;
    tip_tokenizer_start(&tokenizer, report.title);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        uint32_t word = tip_store_find_word(store, (tip_str){token.word, token.size});
        if (word == TIP_STORE_NONE)
            continue;
        tip_str stem = tip_store_stem(store, tip_store_stem_of(store, word));
        if (add_stem(f, stem, tip_store_word(store, word), TITLE_WEIGHT) != TIP_OK)
            status = tip_fail_memory(err);
    }
    return status;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void count_words(feedback *f)
{
    uint32_t *words = (uint32_t *)(void *)f->words.data;
    size_t count = f->words.size / sizeof *words;
    double length = (double)count / f->average;
    if (count > 0)
        qsort(words, count, sizeof *words, compare_numbers);
    for (size_t i = 0; i < count;) {
        term *t = &terms_of(f)[words[i]];
        size_t first = i;
        while (i < count && words[i] == words[first])
            i++;
        double times = (double)(i - first);
        t->documents++;
        t->times += times;
        t->saturated += (EXPAND_K + 1) * times / (EXPAND_K * length + times);
    }
    f->documents++;
    tip_buf_clear(&f->words);
}

static tip_status read_paragraph(feedback *f, size_t index, uint32_t document, tip_error *err)
{
    const tip_store *store = f->searcher->stores[index];
    if (read_text(f, store, document) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = read_title(f, store, document, err);
    if (status == TIP_OK)
        count_words(f);
    return status;
}

/* ---- Reading paragraphs of the portable layout ---- */

static tip_status add_token(feedback *f, const tip_token *token, unsigned times)
{
    tip_str word = {token->word, token->size};
    tip_str stem;
    uint32_t number;
    if (tip_strings_add(f->seen, word, &number) != TIP_OK ||
        tip_stem(f->searcher->stemmer, word, &stem) != TIP_OK)
        return TIP_NO_MEMORY;
    return add_stem(f, stem, tip_strings_at(f->seen, number), times);
}

/* Whether a store would have the word: it stands in a text, or for a report. */
static tip_status is_known(const feedback *f, const tip_token *token, bool *ret_is, tip_error *err)
{
    static const char *const prefixes[] = {PORTABLE_TERM_EXACT, PORTABLE_TERM_NAME};
    size_t documents = 0;
    tip_buf name = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < 2 && documents == 0 && status == TIP_OK; i++) {
        tip_buf_clear(&name);
        if (tip_term_of_text(prefixes[i], (tip_str){token->word, token->size}, &name) == TIP_OK)
            status = xc_term_documents(f->searcher->database, tip_buf_str(&name), &documents, err);
        else
            status = tip_fail_memory(err);
    }
    tip_buf_free(&name);
    *ret_is = documents > 0;
    return status;
}

/* As read_title. */
static tip_status read_title_of(feedback *f, const tip_record *record, tip_error *err)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_status status = TIP_OK;
    if (record->iso3.size || record->country.size)
        return TIP_OK;
    tip_tokenizer_start(&tokenizer, record->title);
    while (status == TIP_OK && tip_tokenizer_next(&tokenizer, &token)) {
        bool counts;
        status = is_known(f, &token, &counts, err);
        if (status == TIP_OK && counts && add_token(f, &token, TITLE_WEIGHT) != TIP_OK)
            status = tip_fail_memory(err);
    }
    return status;
}

static tip_status read_record(feedback *f, const tip_record *record, tip_error *err)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, record->text);
    while (tip_tokenizer_next(&tokenizer, &token))
        if (add_token(f, &token, 1) != TIP_OK)
            return tip_fail_memory(err);
    tip_status status = read_title_of(f, record, err);
    if (status == TIP_OK)
        count_words(f);
    return status;
}

/* ---- Weighing terms ---- */

/* The expand weight of Xapian's scheme "trad" (https://xapian.org/docs/intro_ir.html, after
 * Robertson and Sparck Jones, "Relevance weighting of search terms", JASIS 27(3), 1976): what it
 * says of relevance that a paragraph has the term, times how often the relevant ones have it.
 * Logarithms of less than 2 are flattened so that none is negative. */
static double expand_weight(const feedback *f, const term *t)
{
    double all = (double)tip_searcher_documents(f->searcher);
    double relevant = (double)f->documents;
    double both = (double)t->documents;
    double rest = fmax((double)t->with_term - both, 0);
    double odds = (both + 0.5) * (fmax(all - relevant - rest, 0) + 0.5) /
                  ((relevant - both + 0.5) * (rest + 0.5));
    if (odds < 2)
        odds = odds / 2 + 1;
    return log(odds) * t->saturated;
}

/* tf * idf (Sparck Jones, "A statistical interpretation of term specificity", Journal of
 * Documentation 28(1), 1972). */
static double rarity_weight(const feedback *f, const term *t)
{
    double all = (double)tip_searcher_documents(f->searcher);
    return t->times * log((all + 1) / ((double)t->with_term + 0.5));
}

static int compare_terms(const void *a, const void *b)
{
    const term *x = a;
    const term *y = b;
    if (x->weight > y->weight || x->weight < y->weight)
        return x->weight > y->weight ? -1 : 1;
    return tip_str_compare(x->stem, y->stem);
}

/* Asks all servers for all terms at once. */
static tip_status count_far(const feedback *f, term *terms, size_t count, tip_error *err)
{
    tip_str *stems = calloc(count + 1, sizeof *stems);
    size_t *documents = calloc(count + 1, sizeof *documents);
    tip_status status = stems && documents ? TIP_OK : tip_fail_memory(err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        stems[i] = terms[i].stem;
    if (status == TIP_OK)
        status = xc_shards_documents(f->searcher->database, stems, count, documents, err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        terms[i].with_term = documents[i];
    free(stems);
    free(documents);
    return status;
}

static tip_status count_documents(const feedback *f, term *terms, size_t count, tip_error *err)
{
    tip_status status = TIP_OK;
    if (f->searcher->portable)
        return count_far(f, terms, count, err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = xc_term_documents(f->searcher->database, terms[i].stem, &terms[i].with_term, err);
    return status;
}

/* Weighs the terms that are not dropped and puts the best first, `most` at most, which are counted;
 * the numbers of the stems do not hold any more. */
static tip_status choose_terms(feedback *f, double (*weigh)(const feedback *, const term *),
                               size_t most, size_t *ret_count, tip_error *err)
{
    term *terms = terms_of(f);
    size_t count = 0;
    for (size_t i = 0; i < count_of(f); i++)
        if (!terms[i].dropped)
            terms[count++] = terms[i];
    tip_status status = count_documents(f, terms, count, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        terms[i].weight = weigh(f, &terms[i]);
    if (count > 0)
        qsort(terms, count, sizeof *terms, compare_terms);
    *ret_count = count < most ? count : most;
    return TIP_OK;
}

/* ---- Terms as a query ---- */

static tip_status scaled_term(const tip_searcher *searcher, const term *t, xc_query **ret_query,
                              tip_error *err)
{
    xc_query *plain;
    tip_status status = xc_query_term(searcher->database, t->stem, &plain, err);
    if (status != TIP_OK)
        return status;
    status = xc_query_scale(plain, t->factor, ret_query, err);
    xc_query_free(plain);
    return status;
}

/* Any of the terms, each with its factor. */
static tip_status join_terms(const tip_searcher *searcher, const term *terms, size_t count,
                             xc_query **ret_query, tip_error *err)
{
    tip_status status = TIP_OK;
    size_t made = 0;
    xc_query **queries = calloc(count + 1, sizeof *queries);
    if (!queries)
        return tip_fail_memory(err);
    while (made < count && status == TIP_OK) {
        status = scaled_term(searcher, &terms[made], &queries[made], err);
        made += status == TIP_OK;
    }
    if (status == TIP_OK)
        status = count > 0 ? xc_query_join(XC_OR, queries, count, ret_query, err)
                           : xc_query_none(ret_query, err);
    for (size_t i = 0; i < made; i++)
        xc_query_free(queries[i]);
    free(queries);
    return status;
}

/* ---- Expanding a query ---- */

static bool has_stem(const query_node *node, tip_str stem)
{
    for (size_t i = 0; i < node->word_count; i++)
        if (tip_str_equal(tip_str_of(node->words[i].stem), stem))
            return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (has_stem(node->children[i], stem))
            return true;
    return false;
}

static void drop_stems_of(feedback *f, const query_node *root)
{
    for (size_t i = 0; i < count_of(f); i++)
        if (has_stem(root, terms_of(f)[i].stem))
            terms_of(f)[i].dropped = true;
}

static tip_status read_answers(feedback *f, const tip_query *query, tip_error *err)
{
    xc_request request = {.query = query->compiled, .ineb2_c = 1.0, .count = EXPAND_ANSWERS};
    xc_matches best;
    tip_status status = xc_match(query->searcher->database, &request, &best, err);
    if (status != TIP_OK)
        return status;
    status = query_match_status(query, err);
    for (size_t i = 0; i < best.count && status == TIP_OK; i++)
        status = read_paragraph(f, best.hits[i].index, best.hits[i].document, err);
    xc_matches_free(&best);
    return status;
}

static tip_status read_found(feedback *f, const xc_found *found, tip_error *err)
{
    tip_record record = {0};
    json_t *json;
    tip_status status =
        portable_data_read(found->data, portable_name(f->searcher), &json, &record, err);
    if (status != TIP_OK)
        return status;
    status = read_record(f, &record, err);
    json_decref(json);
    return status;
}

/* The same of the portable layout. */
static tip_status read_answers_of(feedback *f, const tip_query *query, tip_error *err)
{
    const xc_shards_request request = {.query = query->compiled,
                                       .ineb2_c = 1.0,
                                       .order = PORTABLE_SLOT_ORDER,
                                       .count = EXPAND_ANSWERS};
    xc_found_list best;
    tip_status status = xc_shards_match(query->searcher->database, &request, &best, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < best.count && status == TIP_OK; i++)
        status = read_found(f, &best.items[i], err);
    xc_found_free(&best);
    return status;
}

/* Whether a clause of a sequence only says which paragraphs are looked at. */
static bool is_bound(const query_node *node)
{
    return node->kind == NODE_FIELD || node->occur == OCCUR_EXCLUDED;
}

/* Whether a query asks for any of its words, so that a paragraph with others may answer it, too. */
static bool asks_for_any(const query_node *root)
{
    if (root->kind != NODE_SEQUENCE)
        return root->kind == NODE_WORD || root->kind == NODE_COUNTRY;
    for (size_t i = 0; i < root->child_count; i++)
        if (!is_bound(root->children[i]) && root->children[i]->occur == OCCUR_REQUIRED)
            return false;
    return true;
}

/* A sequence of what bounds the query; its children stay those of `root`. */
static tip_status bounds_of(const query_node *root, query_node *ret_bounds)
{
    *ret_bounds = (query_node){.kind = NODE_SEQUENCE};
    ret_bounds->children = calloc(root->child_count + 1, sizeof *ret_bounds->children);
    if (!ret_bounds->children)
        return TIP_NO_MEMORY;
    for (size_t i = 0; root->kind == NODE_SEQUENCE && i < root->child_count; i++)
        if (is_bound(root->children[i]))
            ret_bounds->children[ret_bounds->child_count++] = root->children[i];
    return TIP_OK;
}

/* The paragraphs that the query allows whatever their words; NULL for all. The query keeps what is
 * made for them besides. */
static tip_status compile_bounds(tip_query *query, xc_query **ret_bounds, tip_error *err)
{
    query_node bounds;
    tip_query asked = *query;
    tip_status status = TIP_OK;
    if (bounds_of(query->root, &bounds) != TIP_OK)
        return tip_fail_memory(err);
    query->root = &bounds;
    query->compiled = NULL;
    if (bounds.child_count > 0 || query->filters)
        status = query_compile(query, err);
    free(bounds.children);
    if (status == TIP_OK)
        *ret_bounds = query->compiled;
    query->root = asked.root;
    query->compiled = asked.compiled;
    query->ranked = asked.ranked;
    return status;
}

/* Keeps of the terms' matches those within the bounds of the query. Takes the terms over, also on
 * failure. */
static tip_status bound_terms(tip_query *query, xc_query *terms, xc_query **ret_bound,
                              tip_error *err)
{
    xc_query *bounds = NULL;
    tip_status status = compile_bounds(query, &bounds, err);
    if (status != TIP_OK) {
        xc_query_free(terms);
        return status;
    }
    if (!bounds) {
        *ret_bound = terms;
        return TIP_OK;
    }
    return query_join_two(XC_FILTER, terms, bounds, ret_bound, err);
}

/* There must be room. */
static void keep_words(feedback *f, size_t count, tip_query *query)
{
    const term *terms = terms_of(f);
    for (size_t i = 0; i < count; i++) {
        tip_added_word added = {terms[i].word, terms[i].weight};
        (void)tip_buf_add(&query->added, &added, sizeof added);
    }
    query->seen = f->seen;
    f->seen = NULL;
}

static tip_status add_terms(feedback *f, tip_query *query, size_t count, tip_error *err)
{
    const term *terms = terms_of(f);
    xc_query *any;
    xc_query *expanded;
    bool widen = asks_for_any(query->root);
    if (count == 0)
        return TIP_OK;
    if (tip_buf_reserve(&query->added, count * sizeof(tip_added_word)) != TIP_OK)
        return tip_fail_memory(err);
    tip_status status = join_terms(query->searcher, terms, count, &any, err);
    if (status == TIP_OK && widen)
        status = bound_terms(query, any, &any, err);
    if (status != TIP_OK)
        return status;
    xc_query *both[2] = {query->compiled, any};
    status = xc_query_join(widen ? XC_OR : XC_AND_MAYBE, both, 2, &expanded, err);
    xc_query_free(any);
    if (status != TIP_OK)
        return status;
    xc_query_free(query->compiled);
    query->compiled = expanded;
    keep_words(f, count, query);
    return TIP_OK;
}

tip_status query_expand(tip_query *query, tip_error *err)
{
    feedback f;
    size_t count;
    if (!query->ranked || !query->searcher->database)
        return TIP_OK;
    tip_status status = feedback_start(&f, query->searcher, err);
    if (status == TIP_OK)
        status = find_average(&f, err);
    if (status == TIP_OK)
        status = query->searcher->portable ? read_answers_of(&f, query, err)
                                           : read_answers(&f, query, err);
    if (status == TIP_OK) {
        drop_stems_of(&f, query->root);
        status = choose_terms(&f, expand_weight, EXPAND_TERMS, &count, err);
    }
    for (size_t i = 0; status == TIP_OK && i < count; i++)
        terms_of(&f)[i].factor = EXPAND_WEIGHT;
    if (status == TIP_OK)
        status = add_terms(&f, query, count, err);
    feedback_free(&f);
    return status;
}

/* ---- The words of one paragraph ---- */

static tip_status add_node(query_node *sequence, tip_str word, tip_stemmer *stemmer)
{
    /* A word that is marked as an acronym is never taken for a stop word. */
    tip_token token = {.word = word.data, .size = word.size, .acronym = true};
    query_node *node = node_new(NODE_WORD, TIP_NO_POSITION, TIP_NO_POSITION);
    if (node_add(sequence, node) != TIP_OK)
        return TIP_NO_MEMORY;
    return node_add_word(node, &token, TIP_MATCH_STEM, stemmer);
}

static tip_status make_words(const feedback *f, size_t count, query_node **ret_words,
                             tip_error *err)
{
    query_node *sequence = node_new(NODE_SEQUENCE, TIP_NO_POSITION, TIP_NO_POSITION);
    tip_status status = sequence ? TIP_OK : TIP_NO_MEMORY;
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = add_node(sequence, terms_of(f)[i].word, f->searcher->stemmer);
    if (status != TIP_OK) {
        node_free(sequence);
        return tip_fail_memory(err);
    }
    *ret_words = sequence;
    return TIP_OK;
}

/* The words for snippets, the query to be run. */
static tip_status make_similar(const feedback *f, size_t count, query_node **ret_words,
                               xc_query **ret_query, tip_error *err)
{
    query_node *words = NULL;
    term *terms = terms_of(f);
    for (size_t i = 0; i < count; i++)
        terms[i].factor = fmin(terms[i].times, SIMILAR_TIMES);
    tip_status status = make_words(f, count, &words, err);
    if (status != TIP_OK)
        return status;
    status = join_terms(f->searcher, terms, count, ret_query, err);
    if (status == TIP_OK)
        *ret_words = words;
    else
        node_free(words);
    return status;
}

/* Of the paragraph that was read, with this status. */
static tip_status end_similar(feedback *f, tip_status status, query_node **ret_words,
                              xc_query **ret_query, tip_error *err)
{
    size_t count;
    if (status == TIP_OK)
        status = choose_terms(f, rarity_weight, SIMILAR_TERMS, &count, err);
    if (status == TIP_OK)
        status = make_similar(f, count, ret_words, ret_query, err);
    feedback_free(f);
    return status;
}

tip_status feedback_similar(const tip_searcher *searcher, size_t index, uint32_t document,
                            query_node **ret_words, xc_query **ret_query, tip_error *err)
{
    feedback f;
    tip_status status = feedback_start(&f, searcher, err);
    if (status == TIP_OK)
        status = read_paragraph(&f, index, document, err);
    return end_similar(&f, status, ret_words, ret_query, err);
}

tip_status feedback_similar_to(const tip_searcher *searcher, const tip_record *record,
                               query_node **ret_words, xc_query **ret_query, tip_error *err)
{
    feedback f;
    tip_status status = feedback_start(&f, searcher, err);
    if (status == TIP_OK)
        status = read_record(&f, record, err);
    return end_similar(&f, status, ret_words, ret_query, err);
}
