/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the engines' counts are held against: every paragraph is looked at.
 *
 *   brute ask PARAGRAPHS QUESTIONS ROUNDS STEMMER
 *
 * STEMMER is one of libstemmer's ("english", "porter"), or "none" for words as they are. A word is
 * a run of letters and digits, without case and accents; a possessive 's is none but with "porter",
 * since of the engines only FTS5 takes it for one. A question is "and", "or", "phrase" or
 * "near/N" and its words; nothing is ranked: "top" and "run" are not answered. */
#include "ask.h"
#include "records.h"

#include <libstemmer.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define HASH_NONFATAL_OOM 1
#include <utf8proc.h>
#include <uthash.h>

#define WORDS_MAX 32
#define YEARS 3000

/* A word and the number of its stem. */
typedef struct entry {
    UT_hash_handle hh;
    uint32_t stem;
    char word[];
} entry;

typedef struct paragraph {
    size_t first; /* of its words among all */
    size_t end;
    int year;
    uint32_t country;
} paragraph;

typedef struct corpus {
    struct sb_stemmer *stemmer; /* NULL: words stay as they are */
    bool has_possessives;       /* as words of their own */
    entry *words;
    entry *stems;
    entry *countries;
    uint32_t *text; /* stems of all paragraphs, one behind the other */
    size_t text_size;
    size_t text_room;
    paragraph *paragraphs;
    size_t count;
} corpus;

typedef enum kind { KIND_AND, KIND_OR, KIND_PHRASE, KIND_NEAR } kind;

typedef struct pattern {
    kind kind;
    size_t distance; /* of KIND_NEAR */
    uint32_t words[WORDS_MAX];
    size_t count;
} pattern;

/* The number of a string in a table: how many were there before it. */
static uint32_t number_of(entry **table, const char *text, size_t size)
{
    entry *found;
    HASH_FIND(hh, *table, text, size, found);
    if (found)
        return found->stem;
    found = malloc(sizeof *found + size + 1);
    if (!found)
        abort();
    memcpy(found->word, text, size);
    found->word[size] = '\0';
    found->stem = HASH_COUNT(*table);
    HASH_ADD(hh, *table, word, size, found);
    return found->stem;
}

static uint32_t stem_of(corpus *in, const char *word, size_t size)
{
    if (!in->stemmer)
        return number_of(&in->words, word, size);
    entry *found;
    HASH_FIND(hh, in->words, word, size, found);
    if (found)
        return found->stem;
    const sb_symbol *stem = sb_stemmer_stem(in->stemmer, (const sb_symbol *)word, (int)size);
    uint32_t number =
        number_of(&in->stems, (const char *)stem, (size_t)sb_stemmer_length(in->stemmer));
    number_of(&in->words, word, size);
    HASH_FIND(hh, in->words, word, size, found);
    found->stem = number;
    return number;
}

static void append(corpus *in, uint32_t stem)
{
    if (in->text_size == in->text_room) {
        in->text_room = in->text_room ? in->text_room * 2 : 1 << 16;
        in->text = reallocarray(in->text, in->text_room, sizeof *in->text);
        if (!in->text)
            abort();
    }
    in->text[in->text_size++] = stem;
}

static bool in_word(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

/* Whether a word is an s behind an apostrophe. */
static bool is_possessive(const char *text, utf8proc_ssize_t start, utf8proc_ssize_t end)
{
    static const char curly[] = "\xE2\x80\x99";
    size_t size = sizeof curly - 1;
    return end - start == 1 && text[start] == 's' && start > 0 &&
           (text[start - 1] == '\'' ||
            ((size_t)start >= size && memcmp(text + start - size, curly, size) == 0));
}

/* Appends the words of a text to those of the corpus. */
static void append_text(corpus *in, const char *text)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size =
        utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
                     UTF8PROC_NULLTERM | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (size < 0)
        abort();
    utf8proc_ssize_t start = 0;
    int32_t c;
    for (utf8proc_ssize_t at = 0, next; at <= size; at = next) {
        utf8proc_ssize_t step = at < size ? utf8proc_iterate(folded + at, size - at, &c) : 1;
        next = at + (step > 0 ? step : 1);
        if (at < size && step > 0 && in_word(c))
            continue;
        if (at > start && (in->has_possessives || !is_possessive((const char *)folded, start, at)))
            append(in, stem_of(in, (const char *)folded + start, (size_t)(at - start)));
        start = next;
    }
    free(folded);
}

static bool take_record(void *payload, const record *read)
{
    corpus *in = payload;
    if ((in->count & (in->count - 1)) == 0) {
        size_t room = in->count ? in->count * 2 : 1;
        in->paragraphs = reallocarray(in->paragraphs, room, sizeof *in->paragraphs);
        if (!in->paragraphs)
            abort();
    }
    paragraph *next = &in->paragraphs[in->count++];
    *next = (paragraph){.first = in->text_size, .year = read->year};
    next->country = number_of(&in->countries, read->country, strlen(read->country));
    append_text(in, read->text);
    next->end = in->text_size;
    return true;
}

static bool take_file(void *payload, const record_file *file)
{
    return records_parse(file, take_record, payload);
}

/* The words of a question are read like a text, then taken away again. */
static bool pattern_read(corpus *in, const char *text, pattern *ret_pattern)
{
    static const char *const names[] = {"and ", "or ", "phrase ", "near/"};
    pattern result = {0};
    size_t kinds = sizeof names / sizeof *names;
    size_t i = 0;
    while (i < kinds && strncmp(text, names[i], strlen(names[i])) != 0)
        i++;
    if (i == kinds)
        return false;
    result.kind = (kind)i;
    text += strlen(names[i]);
    if (result.kind == KIND_NEAR)
        result.distance = strtoul(text, (char **)&text, 10);
    size_t first = in->text_size;
    append_text(in, text);
    result.count = in->text_size - first;
    in->text_size = first;
    if (result.count == 0 || result.count > WORDS_MAX)
        return false;
    memcpy(result.words, in->text + first, result.count * sizeof *result.words);
    *ret_pattern = result;
    return true;
}

static bool has_word(const uint32_t *text, size_t size, uint32_t word)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] == word)
            return true;
    return false;
}

static bool has_phrase(const uint32_t *text, size_t size, const pattern *sought)
{
    for (size_t i = 0; i + sought->count <= size; i++)
        if (memcmp(text + i, sought->words, sought->count * sizeof *text) == 0)
            return true;
    return false;
}

/* Of two words. */
static bool has_near(const uint32_t *text, size_t size, const pattern *sought)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = i + 1; j < size && j - i <= sought->distance; j++)
            if ((text[i] == sought->words[0] && text[j] == sought->words[1]) ||
                (text[j] == sought->words[0] && text[i] == sought->words[1]))
                return true;
    return false;
}

static bool matches(const uint32_t *text, size_t size, const pattern *sought)
{
    if (sought->kind == KIND_PHRASE)
        return has_phrase(text, size, sought);
    if (sought->kind == KIND_NEAR)
        return has_near(text, size, sought);
    size_t found = 0;
    for (size_t i = 0; i < sought->count; i++)
        found += has_word(text, size, sought->words[i]);
    return sought->kind == KIND_AND ? found == sought->count : found > 0;
}

static bool within(const corpus *in, const paragraph *looked, const question *asked)
{
    if (asked->first_year && (looked->year < asked->first_year || looked->year > asked->last_year))
        return false;
    entry *country = NULL;
    if (*asked->country)
        HASH_FIND_STR(in->countries, asked->country, country);
    return !*asked->country || (country && country->stem == looked->country);
}

static void write_count(FILE *out, const char *value, size_t count)
{
    if (count > 0)
        fprintf(out, "%s%s=%zu", ftello(out) > 0 ? " " : "", value, count);
}

static void write_year(FILE *out, int year, size_t count)
{
    char text[16];
    snprintf(text, sizeof text, "%d", year);
    write_count(out, text, count);
}

static bool answer(void *engine, const question *asked, FILE *out)
{
    corpus *in = engine;
    pattern sought;
    bool counted = asked->operation != OPERATION_TOP && asked->operation != OPERATION_RUN;
    if (!counted || !pattern_read(in, asked->text, &sought))
        return counted == false;
    size_t total = 0;
    size_t years[YEARS] = {0};
    size_t *countries = calloc(HASH_COUNT(in->countries) + 1, sizeof *countries);
    if (!countries)
        return false;
    for (size_t i = 0; i < in->count; i++) {
        const paragraph *looked = &in->paragraphs[i];
        if (!within(in, looked, asked) ||
            !matches(in->text + looked->first, looked->end - looked->first, &sought))
            continue;
        total++;
        if (looked->year >= 0 && looked->year < YEARS)
            years[looked->year]++;
        countries[looked->country]++;
    }
    if (asked->operation == OPERATION_COUNT)
        fprintf(out, "%zu", total);
    else if (asked->operation == OPERATION_YEAR)
        for (int year = 0; year < YEARS; year++)
            write_year(out, year, years[year]);
    else
        for (entry *each = in->countries; each; each = each->hh.next)
            write_count(out, each->word, countries[each->stem]);
    free(countries);
    return true;
}

/* What it holds is left to the end of the process. */
int main(int argc, char **argv)
{
    if (argc != 6 || strcmp(argv[1], "ask") != 0) {
        fprintf(stderr, "usage: brute ask PARAGRAPHS QUESTIONS ROUNDS STEMMER\n");
        return 2;
    }
    corpus in = {0};
    if (strcmp(argv[5], "none") != 0 && !(in.stemmer = sb_stemmer_new(argv[5], NULL))) {
        fprintf(stderr, "%s: no such stemmer\n", argv[5]);
        return 2;
    }
    in.has_possessives = strcmp(argv[5], "porter") == 0;
    bool done = records_files(argv[2], take_file, &in);
    return done && ask_all(argv[3], atoi(argv[4]), answer, &in) ? 0 : 1;
}
