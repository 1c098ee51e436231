/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generated queries over generated paragraphs: what is found against a slow evaluator that looks at
 * every paragraph of the dump. */
#include "base/buf.h"
#include "corpus/country.h"
#include "tests/unit/scratch.h"
#include "text/text.h"
#include "tip/index.h"
#include "tip/search.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DOCUMENTS = 400, WORDS_MAX = 64, QUERIES = 300, KIDS_MAX = 3, DEPTH = 2 };

/* ---- Paragraphs ---- */

typedef struct word {
    char text[24];
    char stem[24];
} word;

typedef struct document {
    char id[16];
    int year;
    char iso3[8];
    char region[40];
    char tier[8];
    char section[40];
    word words[WORDS_MAX];
    size_t count;
    word name[8]; /* a paragraph of no country is found by its title too */
    size_t name_count;
} document;

struct place {
    char root[64];
    char path[96];
    tip_stemmer *stemmer;
    tip_searcher *whole; /* one index of all */
    tip_searcher *parts; /* two indexes of a half each */
    document documents[DOCUMENTS];
    size_t count;
};

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525u + 1013904223u;
    return *random >> 8;
}

static const char *const vocabulary[] = {
    "the",        "of",          "police",     "trafficking",
    "victims",    "traffickers", "victim",     "court",
    "courts",     "and",         "bribes",     "officials",
    "corruption", "trafficked",  "labor",      "forced",
    "corrupt",    "judge",       "judges",     "official",
    "child",      "sex",         "workers",    "cocoa",
    "to",         "in",          "prosecuted", "prosecution",
    "Tom\u00E9",  "visas",       "worker's",   "sex-trafficking",
    "T-visa",     "U.S.",        "debt",       "bondage"};
enum { VOCABULARY = sizeof vocabulary / sizeof *vocabulary };

/* The first words are the most frequent, as in any language. */
static const char *random_word(uint32_t *random)
{
    uint32_t a = next_random(random) % VOCABULARY;
    uint32_t b = next_random(random) % VOCABULARY;
    return vocabulary[a < b ? a : b];
}

static const char *const countries[] = {"Kyrgyz Republic", "Russia", "South Sudan",
                                        "C\u00F4te d'Ivoire", "Nepal"};
static const char *const tiers[] = {"1", "2", "2WL", "3", "special"};
static const char *const sections[] = {"prosecution", "Prevention", "Legal framework",
                                       "Framework of courts"};

/* Titles make the words of each country's report and of other documents differ. */
static void write_document(FILE *out, size_t number, uint32_t *random)
{
    fprintf(out, "{\"id\":\"d%zu\"", number);
    if (next_random(random) % 8 > 0)
        fprintf(out, ",\"year\":%u", 2015 + next_random(random) % 6);
    if (next_random(random) % 4 > 0)
        fprintf(out, ",\"country\":\"%s\",\"title\":\"Report on police\"",
                countries[next_random(random) % 5]);
    else
        fprintf(out, ",\"title\":\"Debt and %s\"", random_word(random));
    if (next_random(random) % 4 > 0)
        fprintf(out, ",\"tier\":\"%s\"", tiers[next_random(random) % 5]);
    if (next_random(random) % 8 > 0)
        fprintf(out, ",\"section\":\"%s\"", sections[next_random(random) % 4]);
    fputs(",\"text\":\"", out);
    for (size_t i = next_random(random) % 40; i-- > 0;)
        fprintf(out, "%s%s", random_word(random), next_random(random) % 10 ? " " : ". ");
    fputs("end\"}\n", out);
}

static size_t take_words(tip_stemmer *stemmer, tip_str text, word *words, size_t room)
{
    tip_tokenizer tokenizer;
    tip_token token;
    tip_str stem;
    size_t count = 0;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        assert_true(count < room && token.size < sizeof words->text);
        assert_int_equal(tip_stem(stemmer, (tip_str){token.word, token.size}, &stem), TIP_OK);
        snprintf(words[count].text, sizeof words->text, "%s", token.word);
        snprintf(words[count].stem, sizeof words->stem, "%.*s", (int)stem.size, stem.data);
        count++;
    }
    return count;
}

static void copy(char *to, size_t size, tip_str from)
{
    snprintf(to, size, "%.*s", (int)from.size, from.size ? from.data : "");
}

static tip_status take_record(void *payload, const tip_record *record)
{
    struct place *place = payload;
    assert_true(place->count < DOCUMENTS);
    document *d = &place->documents[place->count++];
    d->year = record->year;
    copy(d->id, sizeof d->id, record->id);
    copy(d->iso3, sizeof d->iso3, record->iso3);
    copy(d->region, sizeof d->region, record->region);
    copy(d->tier, sizeof d->tier, record->tier);
    copy(d->section, sizeof d->section, record->section);
    d->count = take_words(place->stemmer, record->text, d->words, WORDS_MAX);
    if (record->iso3.size == 0)
        d->name_count = take_words(place->stemmer, record->title, d->name, 8);
    return TIP_OK;
}

static const char *at(struct place *place, const char *name)
{
    snprintf(place->path, sizeof place->path, "%s/%s", place->root, name);
    return place->path;
}

/* Documents first to last in NAME.jsonl, indexed in NAME; they depend on their numbers alone. */
static void make_index(struct place *place, const char *name, size_t first, size_t last)
{
    char file[128];
    tip_update_options options = {.jobs = 2};
    tip_update_summary summary;
    tip_error err = {.message = ""};
    snprintf(file, sizeof file, "%s/%s.jsonl", place->root, name);
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    for (size_t i = first; i <= last; i++) {
        uint32_t random = (uint32_t)i * 7919u + 5u;
        next_random(&random);
        write_document(out, i, &random);
    }
    assert_int_equal(fclose(out), 0);
    const char *paths[] = {file};
    if (tip_index_update(at(place, name), paths, 1, &options, &summary, &err) != TIP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(summary.documents, last - first + 1);
}

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    *state = place;
    strcpy(place->root, "/tmp/tip-brute-XXXXXX");
    if (!mkdtemp(place->root) || tip_stemmer_new(&place->stemmer, NULL) != TIP_OK)
        return -1;
    make_index(place, "whole", 1, DOCUMENTS);
    make_index(place, "one", 1, DOCUMENTS / 3);
    make_index(place, "two", DOCUMENTS / 3 + 1, DOCUMENTS);
    char one[96];
    strcpy(one, at(place, "one"));
    const char *both[] = {one, at(place, "two")};
    assert_int_equal(tip_searcher_open(both, 2, &place->parts, NULL), TIP_OK);
    const char *whole[] = {at(place, "whole")};
    assert_int_equal(tip_searcher_open(whole, 1, &place->whole, NULL), TIP_OK);
    assert_int_equal(tip_index_dump(whole[0], take_record, place, NULL), TIP_OK);
    assert_int_equal(place->count, DOCUMENTS);
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    tip_searcher_free(place->whole);
    tip_searcher_free(place->parts);
    tip_stemmer_free(place->stemmer);
    int failed = scratch_remove(place->root);
    free(place);
    return failed;
}

/* ---- Queries ---- */

typedef enum expr_kind { WORD, EXACT, JOINED, FIELD, SEQUENCE, AND, OR, NOT } expr_kind;

/* A query that is made up. Freed with expr_free. */
typedef struct expr {
    expr_kind kind;
    char sign; /* '+', '-' or 0; of a clause of a sequence */
    word words[3];
    size_t count; /* of words or kids */
    char field[16];
    char value[32];
    struct expr *kids[KIDS_MAX];
} expr;

static void expr_free(expr *e)
{
    for (size_t i = 0; e->kind >= SEQUENCE && i < e->count; i++)
        expr_free(e->kids[i]);
    free(e);
}

static bool is_stop(const word *w)
{
    return tip_is_stop_word(tip_str_of(w->text));
}

/* Words that stand together in some paragraph, so that they are often found. */
static void pick_words(const struct place *place, expr *e, size_t count, uint32_t *random)
{
    const document *d;
    do
        d = &place->documents[next_random(random) % DOCUMENTS];
    while (d->count < count);
    size_t first = next_random(random) % (d->count - count + 1);
    for (size_t i = 0; i < count; i++)
        e->words[i] = d->words[next_random(random) % 8 ? first + i : first];
    e->count = count;
}

static void pick_field(expr *e, uint32_t *random)
{
    static const struct {
        const char *field;
        const char *value;
    } fields[] = {{"year", "2017"},
                  {"year", "2016..2018"},
                  {"year", "2018.."},
                  {"year", "..2016"},
                  {"year", "2015,2020"},
                  {"tier", "2WL"},
                  {"tier", "1,3"},
                  {"country", "kyrgyz"},
                  {"country", "Nepal,Russian"},
                  {"iso", "SS"},
                  {"iso", "civ,npl"},
                  {"section", "prosecution"},
                  {"section", "framework"},
                  {"section", "PREVENTION,legal"},
                  {"region", "Africa"},
                  {"region", "central,EURASIA"},
                  {"year", "1999"},
                  {"tier", "special"}};
    size_t i = next_random(random) % (sizeof fields / sizeof *fields);
    strcpy(e->field, fields[i].field);
    strcpy(e->value, fields[i].value);
}

static expr *make_leaf(const struct place *place, uint32_t *random)
{
    expr *e = calloc(1, sizeof *e);
    assert_non_null(e);
    uint32_t kind = next_random(random) % 10;
    e->kind = kind < 5 ? WORD : kind < 7 ? EXACT : kind < 8 ? JOINED : FIELD;
    if (e->kind == FIELD)
        pick_field(e, random);
    else if (e->kind == JOINED)
        pick_words(place, e, 2 + next_random(random) % 2, random);
    else if (e->kind == EXACT)
        pick_words(place, e, 1 + next_random(random) % 3, random);
    else
        do /* which stop words are left out is tested elsewhere */
            pick_words(place, e, 1, random);
        while (is_stop(&e->words[0]));
    return e;
}

static expr *make_expr(const struct place *place, int depth, uint32_t *random)
{
    if (depth == 0 || next_random(random) % 4 == 0)
        return make_leaf(place, random);
    expr *e = calloc(1, sizeof *e);
    assert_non_null(e);
    e->kind = SEQUENCE + next_random(random) % 4;
    e->count = e->kind == NOT ? 2 : 2 + next_random(random) % (KIDS_MAX - 1);
    for (size_t i = 0; i < e->count; i++) {
        e->kids[i] = make_expr(place, depth - 1, random);
        if (e->kind == SEQUENCE)
            e->kids[i]->sign = "\0\0\0\0+-"[next_random(random) % 6];
    }
    return e;
}

static void print(FILE *out, const expr *e, bool brackets);

static void print_kids(FILE *out, const expr *e, bool brackets)
{
    static const char *const between[] = {
        [SEQUENCE] = " ", [AND] = " AND ", [OR] = " OR ", [NOT] = " NOT "};
    fputs(brackets ? "(" : "", out);
    for (size_t i = 0; i < e->count; i++) {
        fputs(i > 0 ? between[e->kind] : "", out);
        print(out, e->kids[i], true);
    }
    fputs(brackets ? ")" : "", out);
}

static void print(FILE *out, const expr *e, bool brackets)
{
    if (e->sign)
        fputc(e->sign, out);
    if (e->kind >= SEQUENCE) {
        print_kids(out, e, brackets);
        return;
    }
    if (e->kind == FIELD)
        fprintf(out, "%s:%s", e->field, e->value);
    fputs(e->kind == EXACT ? "\"" : "", out);
    for (size_t i = 0; i < e->count; i++)
        fprintf(out, "%s%s", i == 0 ? "" : e->kind == EXACT ? " " : "-", e->words[i].text);
    fputs(e->kind == EXACT ? "\"" : "", out);
}

/* ---- The slow evaluator ---- */

static bool has_stem(const document *d, const char *stem)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->words[i].stem, stem) == 0)
            return true;
    for (size_t i = 0; i < d->name_count; i++)
        if (strcmp(d->name[i].stem, stem) == 0)
            return true;
    return false;
}

static bool has_phrase(const document *d, const expr *e)
{
    for (size_t i = 0; i + e->count <= d->count; i++) {
        size_t n = 0;
        while (n < e->count &&
               (e->kind == EXACT ? strcmp(d->words[i + n].text, e->words[n].text)
                                 : strcmp(d->words[i + n].stem, e->words[n].stem)) == 0)
            n++;
        if (n == e->count)
            return true;
    }
    return false;
}

static bool year_is(int year, const char *value)
{
    int first = 1;
    int last = 9999;
    const char *dots = strstr(value, "..");
    if (year == 0)
        return false;
    if (dots != value)
        first = atoi(value);
    if (!dots)
        last = first;
    else if (dots[2])
        last = atoi(dots + 2);
    return year >= first && year <= last;
}

static bool value_is(const document *d, const char *field, const char *value)
{
    if (strcmp(field, "year") == 0)
        return year_is(d->year, value);
    if (strcmp(field, "tier") == 0)
        return strcmp(d->tier, value) == 0;
    if (strcmp(field, "section") == 0)
        return strcasestr(d->section, value) != NULL;
    if (strcmp(field, "region") == 0)
        return strcasestr(d->region, value) != NULL;
    const tip_country *country = tip_country_find_any(tip_str_of(value));
    assert_non_null(country);
    return strcmp(d->iso3, country->iso3) == 0;
}

static bool has_field(const document *d, const expr *e)
{
    char values[32];
    char *rest;
    strcpy(values, e->value);
    for (char *v = strtok_r(values, ",", &rest); v; v = strtok_r(NULL, ",", &rest))
        if (value_is(d, e->field, v))
            return true;
    return false;
}

static bool matches(const document *d, const expr *e);

/* Signs say what they say; a quoted phrase and a field are required without one; what is optional
 * is needed only where nothing that ranks is required. */
static bool matches_sequence(const document *d, const expr *e)
{
    bool any = false;
    bool has_optional = false;
    bool has_required = false;
    for (size_t i = 0; i < e->count; i++) {
        const expr *kid = e->kids[i];
        bool found = matches(d, kid);
        bool required = kid->sign == '+' || kid->kind == EXACT || kid->kind == FIELD;
        if (kid->sign == '-' ? found : required && !found)
            return false;
        if (kid->sign == '-')
            continue;
        has_required = has_required || (required && kid->kind != FIELD);
        has_optional = has_optional || !required;
        any = any || (!required && found);
    }
    return has_required || !has_optional || any;
}

static bool matches(const document *d, const expr *e)
{
    bool found = e->kind == AND;
    switch (e->kind) {
    case WORD:
        return has_stem(d, e->words[0].stem);
    case EXACT:
    case JOINED:
        return has_phrase(d, e);
    case FIELD:
        return has_field(d, e);
    case SEQUENCE:
        return matches_sequence(d, e);
    case NOT:
        return matches(d, e->kids[0]) && !matches(d, e->kids[1]);
    default:
        for (size_t i = 0; i < e->count; i++)
            found =
                e->kind == AND ? found && matches(d, e->kids[i]) : found || matches(d, e->kids[i]);
        return found;
    }
}

/* ---- The comparison ---- */

static tip_results *search(tip_searcher *searcher, const char *text, size_t offset, size_t limit)
{
    tip_error err = {.message = ""};
    tip_query *query = NULL;
    tip_results *results = NULL;
    const tip_search_options options = {.offset = offset, .limit = limit};
    if (tip_query_parse(searcher, tip_str_of(text), NULL, &query, &err) != TIP_OK ||
        tip_search(searcher, query, &options, &results, &err) != TIP_OK)
        fail_msg("%s: %s", text, err.message);
    tip_query_free(query);
    return results;
}

static document *find_document(struct place *place, tip_str id)
{
    for (size_t i = 0; i < place->count; i++)
        if (tip_str_equal(tip_str_of(place->documents[i].id), id))
            return &place->documents[i];
    fail_msg("%.*s is not in the index", (int)id.size, id.data);
    return NULL;
}

static void check_hits(struct place *place, const char *text, const expr *e,
                       const tip_results *results)
{
    bool seen[DOCUMENTS] = {false};
    double last = INFINITY;
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        const document *d = find_document(place, hit->record.id);
        if (seen[d - place->documents] || !matches(d, e) || hit->score > last)
            fail_msg("%s: %s is no answer here", text, d->id);
        seen[d - place->documents] = true;
        last = hit->score;
    }
}

static size_t count_matches(const struct place *place, const expr *e)
{
    size_t count = 0;
    for (size_t i = 0; i < place->count; i++)
        count += matches(&place->documents[i], e);
    return count;
}

static char *text_of(const expr *e)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    print(out, e, false);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void for_each_query(struct place *place, uint32_t random,
                           void (*check)(struct place *, const char *, const expr *))
{
    size_t empty = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        expr *e = make_expr(place, (int)(i % (DEPTH + 1)), &random);
        char *text = text_of(e);
        empty += count_matches(place, e) == 0;
        check(place, text, e);
        free(text);
        expr_free(e);
    }
    /* Else there would be little to compare. */
    assert_in_range(empty, 1, QUERIES / 3);
}

static void check_query(struct place *place, const char *text, const expr *e)
{
    tip_searcher *const searchers[] = {place->whole, place->parts};
    size_t wanted = count_matches(place, e);
    for (size_t i = 0; i < 2; i++) {
        tip_results *all = search(searchers[i], text, 0, DOCUMENTS);
        tip_results *one = search(searchers[i], text, 0, 1);
        if (tip_results_total(all) != wanted || tip_results_total(one) != wanted)
            fail_msg("%s: %zu and %zu, not %zu", text, tip_results_total(all),
                     tip_results_total(one), wanted);
        assert_int_equal(tip_results_count(all), wanted);
        assert_int_equal(tip_results_count(one), wanted > 0);
        check_hits(place, text, e, all);
        tip_results_free(all);
        tip_results_free(one);
    }
}

static void what_is_found_is_what_matches(void **state)
{
    for_each_query(*state, 1, check_query);
}

/* Scores are of the whole collection, however many indexes it is in. */
static void check_scores(struct place *place, const char *text, const expr *e)
{
    (void)e;
    tip_results *whole = search(place->whole, text, 0, DOCUMENTS);
    tip_results *parts = search(place->parts, text, 0, DOCUMENTS);
    for (size_t i = 0; i < tip_results_count(whole); i++) {
        double a = tip_results_hit(whole, i)->score;
        double b = tip_results_hit(parts, i)->score;
        if (fabs(a - b) > 1e-9 * (fabs(a) + 1))
            fail_msg("%s: hit %zu weighs %.17g, in two indexes %.17g", text, i, a, b);
    }
    tip_results_free(whole);
    tip_results_free(parts);
}

static void two_indexes_are_searched_as_one(void **state)
{
    for_each_query(*state, 2, check_scores);
}

static void check_pages(struct place *place, const char *text, const expr *e)
{
    enum { PAGE = 37 };
    (void)e;
    tip_searcher *searcher = place->parts;
    tip_results *all = search(searcher, text, 0, DOCUMENTS);
    for (size_t offset = 0; offset <= tip_results_count(all); offset += PAGE) {
        tip_results *page = search(searcher, text, offset, PAGE);
        size_t left = tip_results_count(all) - offset;
        assert_int_equal(tip_results_total(page), tip_results_total(all));
        assert_int_equal(tip_results_count(page), left < PAGE ? left : PAGE);
        for (size_t i = 0; i < tip_results_count(page); i++) {
            const tip_hit *a = tip_results_hit(all, offset + i);
            const tip_hit *b = tip_results_hit(page, i);
            if (!tip_str_equal(a->record.id, b->record.id) || fabs(a->score - b->score) > 1e-12)
                fail_msg("%s: hit %zu is another on its page", text, offset + i);
        }
        tip_results_free(page);
    }
    tip_results_free(all);
}

static void pages_are_parts_of_the_whole_list(void **state)
{
    for_each_query(*state, 3, check_pages);
}

static const char *value_of(const document *d, tip_facet facet, char year[16])
{
    year[0] = '\0';
    if (d->year)
        snprintf(year, 16, "%04d", d->year);
    return facet == TIP_FACET_YEAR     ? year
           : facet == TIP_FACET_REGION ? d->region
           : facet == TIP_FACET_TIER   ? d->tier
                                       : d->section;
}

/* How many of the paragraphs found have a value. */
static size_t count_value(const struct place *place, const bool *found, tip_facet facet,
                          tip_str value)
{
    char year[16];
    size_t count = 0;
    for (size_t i = 0; i < place->count; i++)
        count += found[i] &&
                 tip_str_equal(value, tip_str_of(value_of(&place->documents[i], facet, year)));
    return count;
}

static void check_facet(struct place *place, const tip_query *query, const char *text,
                        const bool *found, tip_facet facet)
{
    tip_counts *counts;
    size_t sum = 0;
    size_t all = 0;
    assert_int_equal(tip_count_by(place->parts, query, facet, &counts, NULL), TIP_OK);
    for (size_t i = 0; i < tip_counts_size(counts); i++) {
        const tip_count *count = tip_counts_at(counts, i);
        size_t wanted = count_value(place, found, facet, count->value);
        if (count->paragraphs != wanted)
            fail_msg("%s: %zu of \"%.*s\", not %zu", text, count->paragraphs,
                     (int)count->value.size, count->value.data, wanted);
        sum += wanted;
    }
    for (size_t i = 0; i < place->count; i++)
        all += found[i];
    assert_int_equal(sum, all);
    tip_counts_free(counts);
}

static void check_facets(struct place *place, const char *text, const expr *e)
{
    static const tip_facet facets[] = {TIP_FACET_YEAR, TIP_FACET_REGION, TIP_FACET_TIER,
                                       TIP_FACET_SECTION};
    bool found[DOCUMENTS];
    tip_query *query;
    for (size_t i = 0; i < place->count; i++)
        found[i] = matches(&place->documents[i], e);
    assert_int_equal(tip_query_parse(place->parts, tip_str_of(text), NULL, &query, NULL), TIP_OK);
    for (size_t i = 0; i < sizeof facets / sizeof *facets; i++)
        check_facet(place, query, text, found, facets[i]);
    tip_query_free(query);
}

static void counts_are_of_what_matches(void **state)
{
    for_each_query(*state, 4, check_facets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_what_matches),
        cmocka_unit_test(two_indexes_are_searched_as_one),
        cmocka_unit_test(pages_are_parts_of_the_whole_list),
        cmocka_unit_test(counts_are_of_what_matches),
    };
    return cmocka_run_group_tests_name("search, by brute force", tests, make_place, remove_place);
}
