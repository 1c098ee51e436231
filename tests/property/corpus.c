/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/property/corpus.h"

#include "tests/property/random.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTS = 40, NORMAL_WORDS = 40, MINO_DOCUMENTS = 14, MINO_WORDS = 1000 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

const char *const corpus_words[] = {
    "the",         "of",           "police",     "trafficking", "victims",
    "traffickers", "victim",       "court",      "courts",      "and",
    "bribes",      "officials",    "corruption", "trafficked",  "labor",
    "forced",      "corrupt",      "judge",      "judges",      "official",
    "child",       "sex",          "workers",    "cocoa",       "to",
    "in",          "Labor",        "prosecuted", "prosecution", "Prosecutors",
    "Tom\u00E9",   "visas",        "worker's",   "laborer",     "sex-trafficking",
    "T-visa",      "U.S.",         "debt",       "bondage",     "VICTIMS",
    "not",         "or",           "within",     "don't",       "cafe\u0301",
    "na\u00EFve",  "2016-2017",    "1,234",      "3.5",         "anti-labor",
    "d'Ivoire",    "\u4EBA\u53E3", "NGOs",       "us"};
const size_t corpus_word_count = COUNT_OF(corpus_words);

static const char *const stop_words[] = {"the", "of", "and", "to",     "in",
                                         "not", "or", "who", "within", "don't"};

static const char *const names[] = {"Russia",        "the Kyrgyz Republic",
                                    "Kyrgyzstan",    "South Sudan",
                                    "Russians",      "C\u00F4te d'Ivoire",
                                    "Ivory Coast",   "Nepal",
                                    "Nepali",        "Sudan",
                                    "United States", "Guinea-Bissau",
                                    "North Koreans", "Freedonia",
                                    "Atlantis"};

/* What all paragraphs of a report have in common; NULL: not known. */
typedef struct report {
    int year;
    const char *country;
    const char *iso3;
    const char *region;
    const char *tier;
    const char *title;
    const char *source;
} report;

typedef struct paragraph {
    const report *report;
    const char *section;
    const char *subsection;
    char *text;
} paragraph;

struct corpus {
    report reports[REPORTS];
    char sources[REPORTS][16];
    paragraph paragraphs[CORPUS_DOCUMENTS];
};

static const char *pick(uint64_t *random, const char *const *from, size_t count)
{
    return from[random_below(random, count)];
}

/* As in any language, the first words are the most frequent. */
static const char *pick_word(uint64_t *random)
{
    size_t a = random_below(random, corpus_word_count);
    size_t b = random_below(random, corpus_word_count);
    return corpus_words[a < b ? a : b];
}

/* ---- Reports ---- */

/* A country without a code, one with a code that is none, and reports of no country. */
static void choose_country(uint64_t *random, size_t number, report *r)
{
    static const char *const countries[] = {
        "Kyrgyz Republic", "Russia", "South Sudan", "C\u00F4te d'Ivoire", "Nepal", "Guinea-Bissau",
        "Atlantis",        NULL,     NULL,          "Freedonia"};
    r->country = number < COUNT_OF(countries) ? countries[number]
                                              : pick(random, countries, COUNT_OF(countries));
    if (r->country && strcmp(r->country, "Freedonia") == 0)
        r->iso3 = "QQF";
}

static report make_report(size_t number, uint64_t *random)
{
    static const int years[] = {0, 0, 7, 1999, 2015, 2016, 2017, 2018, 2018, 2019, 2020};
    static const char *const tiers[] = {NULL, "1", "2", "2WL", "3", "special"};
    static const char *const regions[] = {NULL,
                                          NULL,
                                          NULL,
                                          NULL,
                                          NULL,
                                          NULL,
                                          CORPUS_OTHER_REGION,
                                          CORPUS_LONG_REGION_A,
                                          CORPUS_LONG_REGION_B};
    static const char *const titles[] = {"Report on police",   "Second report on police",
                                         "Debt and bondage",   "Tom\u00E9 and courts",
                                         "Country narratives", NULL};
    report r = {.year = years[random_below(random, COUNT_OF(years))],
                .region = pick(random, regions, COUNT_OF(regions)),
                .tier = pick(random, tiers, COUNT_OF(tiers)),
                .title = pick(random, titles, COUNT_OF(titles))};
    choose_country(random, number, &r);
    return r;
}

/* Of four reports the second differs from the first in its title and the third from both in where
 * it was read from: a country may have several reports of one year. */
static void make_reports(corpus *c, uint64_t *random)
{
    for (size_t i = 0; i < REPORTS; i++) {
        report *r = &c->reports[i];
        *r = i % 4 == 1 || i % 4 == 2 ? r[-1] : make_report(i / 4, random);
        if (i % 4 == 1)
            r->title = "Another report";
        else
            snprintf(c->sources[i], sizeof c->sources[i], "%zu.html", i);
        r->source = c->sources[i % 4 == 1 ? i - 1 : i];
    }
}

/* ---- Texts ---- */

static void add_words(FILE *out, uint64_t *random, size_t count)
{
    static const char *const between[] = {" ",  " ",  " ",  " ",       " ",      " ",
                                          ". ", ", ", "; ", "-",       " - ",    "\n",
                                          " (", ") ", "/",  " \u201C", "\u201D "};
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", pick_word(random),
                i + 1 < count ? pick(random, between, COUNT_OF(between)) : ".");
}

static void add_names(FILE *out, uint64_t *random)
{
    for (size_t i = 1 + random_below(random, 6); i-- > 0;) {
        fprintf(out, "%s%s ", pick(random, names, COUNT_OF(names)),
                random_once_in(random, 4) ? "," : "");
        add_words(out, random, random_below(random, 4));
        fputc(' ', out);
    }
}

static void add_stop_words(FILE *out, uint64_t *random)
{
    for (size_t i = 1 + random_below(random, 8); i-- > 0;)
        fprintf(out, "%s ", pick(random, stop_words, COUNT_OF(stop_words)));
}

static void add_repeats(FILE *out, uint64_t *random)
{
    const char *one = pick_word(random);
    const char *other = pick_word(random);
    for (size_t i = 2 + random_below(random, 14); i-- > 0;)
        fprintf(out, "%s ", random_once_in(random, 3) ? other : one);
}

/* The words that a wildcard may stand for at most, and some more; some of them twice. */
static void add_mino_words(FILE *out, size_t number)
{
    size_t each = MINO_WORDS / MINO_DOCUMENTS + 1;
    for (size_t i = number * each; i < (number + 1) * each + 5; i++)
        fprintf(out, "mino%03zu ", i % MINO_WORDS);
    fprintf(out, "minu%02zu minum%02zu", number, number);
}

/* A text may be empty where there is a title. */
static void add_text(FILE *out, size_t number, bool may_be_empty, uint64_t *random)
{
    size_t step = CORPUS_DOCUMENTS / MINO_DOCUMENTS;
    if (number % step == 0 && number / step < MINO_DOCUMENTS) {
        add_mino_words(out, number / step);
        return;
    }
    if (may_be_empty && random_once_in(random, 40))
        return;
    switch (random_below(random, 16)) {
    case 0:
        fputs(pick_word(random), out);
        break;
    case 1:
        add_stop_words(out, random);
        break;
    case 2:
        add_repeats(out, random);
        break;
    case 3:
        fputs(random_once_in(random, 4) ? "..." : "\u2014 \u2022 \u2014 police", out);
        break;
    case 4:
    case 5:
    case 6:
        add_names(out, random);
        break;
    default:
        add_words(out, random, 1 + random_below(random, NORMAL_WORDS));
    }
}

static char *make_text(size_t number, bool may_be_empty, uint64_t *random)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    add_text(out, number, may_be_empty, random);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- Paragraphs ---- */

/* Mostly one behind the other, as a file has them. */
static const report *pick_report(const corpus *c, size_t number, uint64_t *random)
{
    if (random_once_in(random, 8))
        return &c->reports[random_below(random, REPORTS)];
    return &c->reports[number * REPORTS / CORPUS_DOCUMENTS];
}

corpus *corpus_new(uint64_t seed)
{
    static const char *const sections[] = {NULL,
                                           "prosecution",
                                           "Prevention",
                                           "Legal framework",
                                           "Framework of courts",
                                           "TRAFFICKING PROFILE",
                                           "Profile of workers",
                                           "Prioritized Recommendations:",
                                           CORPUS_LONG_HEADING_A,
                                           CORPUS_LONG_HEADING_B};
    static const char *const subsections[] = {NULL, NULL, NULL, NULL, "Courts", "Tom\u00E9's debt"};
    uint64_t random = seed;
    corpus *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    make_reports(c, &random);
    for (size_t i = 0; i < CORPUS_DOCUMENTS; i++) {
        paragraph *p = &c->paragraphs[i];
        p->report = pick_report(c, i, &random);
        p->section = pick(&random, sections, COUNT_OF(sections));
        p->subsection = pick(&random, subsections, COUNT_OF(subsections));
        p->text = make_text(i, p->report->title != NULL, &random);
        if (!p->text) {
            corpus_free(c);
            return NULL;
        }
    }
    return c;
}

void corpus_free(corpus *c)
{
    for (size_t i = 0; c && i < CORPUS_DOCUMENTS; i++)
        free(c->paragraphs[i].text);
    free(c);
}

static json_t *object_of(const paragraph *p, size_t number)
{
    char id[16];
    const report *r = p->report;
    snprintf(id, sizeof id, "%zu", number);
    return json_pack("{s:s, s:o*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s, s:s*, s:s*, s:s}", "id", id,
                     "year", r->year ? json_integer(r->year) : NULL, "country", r->country, "iso3",
                     r->iso3, "region", r->region, "tier", r->tier, "title", r->title, "source",
                     r->source, "section", p->section, "subsection", p->subsection, "text",
                     p->text);
}

int corpus_write(const corpus *c, size_t first, size_t last, FILE *out)
{
    for (size_t i = first; i < last; i++) {
        json_t *object = object_of(&c->paragraphs[i], i);
        int failed = !object || json_dumpf(object, out, JSON_COMPACT) != 0 || fputc('\n', out) < 0;
        json_decref(object);
        if (failed)
            return -1;
    }
    return 0;
}
