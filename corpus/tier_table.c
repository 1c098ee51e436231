/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/tier_table.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/country.h"
#include "corpus/load.h"
#include "corpus/section.h"
#include "corpus/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_LIMIT = 16 * 1024 * 1024, /* 25 years of 190 countries take a hundredth of this */
    WARNINGS_MAX = 20
};

struct entry {
    char iso3[4];
    int year;
    size_t line;
    const char *tier;
};

struct tip_tier_table {
    struct entry *entries; /* in order of iso3 and year */
    size_t count;
};

/* What reading one keeps. */
struct reader {
    const char *path;
    tip_table *table;
    size_t year;
    size_t tier;
    size_t iso3; /* SIZE_MAX: no such column */
    size_t country;
    tip_buf entries;
    tip_warning_fn warning;
    void *payload;
    size_t warnings;
};

static void take_warning(void *payload, const char *message)
{
    struct reader *reader = payload;
    if (++reader->warnings <= WARNINGS_MAX)
        reader->warning(reader->payload, message);
}

static void warn(struct reader *reader, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void warn(struct reader *reader, size_t line, const char *format, ...)
{
    char what[256];
    tip_error text;
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)tip_fail(&text, TIP_BAD_INPUT, "%s:%zu: %s", reader->path, line, what);
    take_warning(reader, text.message);
}

static void tell_more_warnings(struct reader *reader)
{
    tip_error text;
    if (reader->warnings <= WARNINGS_MAX)
        return;
    (void)tip_fail(&text, TIP_BAD_INPUT, "%s: and %zu more warnings", reader->path,
                   reader->warnings - WARNINGS_MAX);
    reader->warning(reader->payload, text.message);
}

static tip_status no_column(const struct reader *reader, const char *name, tip_error *err)
{
    return tip_fail(err, TIP_BAD_INPUT, "%s: no column \"%s\" in the header row", reader->path,
                    name);
}

static tip_status find_columns(struct reader *reader, tip_error *err)
{
    reader->iso3 = SIZE_MAX;
    reader->country = SIZE_MAX;
    (void)tip_table_find(reader->table, "year", &reader->year); /* the table was opened with it */
    if (!tip_table_find(reader->table, "tier", &reader->tier))
        return no_column(reader, "tier", err);
    bool named = tip_table_find(reader->table, "iso3", &reader->iso3);
    named |= tip_table_find(reader->table, "country", &reader->country);
    return named ? TIP_OK : no_column(reader, "iso3\" or \"country", err);
}

static tip_str cell(const tip_row *row, size_t column)
{
    return column == SIZE_MAX ? (tip_str){NULL, 0} : row->cells[column];
}

/* Four digits; 0 for anything else. */
static int read_year(tip_str text)
{
    int year = 0;
    if (text.size != 4)
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        year = year * 10 + (text.data[i] - '0');
    }
    return year;
}

static void bad_cell(struct reader *reader, const tip_row *row, tip_str text, const char *what)
{
    warn(reader, row->line, "\"%.*s\" is %s; the row was skipped",
         text.size > 80 ? 80 : (int)text.size, text.data ? text.data : "", what);
}

static tip_status add_row(struct reader *reader, const tip_row *row, tip_error *err)
{
    tip_str year = cell(row, reader->year);
    tip_str tier = cell(row, reader->tier);
    tip_str name = cell(row, reader->iso3);
    if (name.size == 0)
        name = cell(row, reader->country);
    const tip_country *country = tip_country_find(name);
    struct entry entry = {"", read_year(year), row->line, tip_tier_of_text(tier)};
    if (!country) {
        bad_cell(reader, row, name, "no country that is known");
    } else if (entry.year == 0) {
        bad_cell(reader, row, year, "no year");
    } else if (!entry.tier) {
        bad_cell(reader, row, tier, "none of the tiers 1, 2, 2WL, 3, special");
    } else {
        memcpy(entry.iso3, country->iso3, sizeof entry.iso3);
        if (tip_buf_add(&reader->entries, &entry, sizeof entry) != TIP_OK)
            return tip_fail_memory(err);
    }
    return TIP_OK;
}

static tip_status read_rows(struct reader *reader, tip_error *err)
{
    tip_row row;
    bool more = true;
    tip_status status = find_columns(reader, err);
    while (status == TIP_OK && more) {
        status = tip_table_next(reader->table, &row, &more, err);
        if (status == TIP_OK && more)
            status = add_row(reader, &row, err);
    }
    return status;
}

static int by_report(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = strcmp(a->iso3, b->iso3);
    return order ? order : (a->year > b->year) - (a->year < b->year);
}

static int by_report_and_line(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = by_report(left, right);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* One entry for each report; none where the rows do not agree. The entries are in order. */
static size_t drop_doubles(struct reader *reader, struct entry *entries, size_t count)
{
    size_t kept = 0;
    for (size_t from = 0, to; from < count; from = to) {
        const struct entry *other = NULL;
        for (to = from + 1; to < count && by_report(&entries[from], &entries[to]) == 0; to++)
            if (strcmp(entries[from].tier, entries[to].tier) != 0)
                other = &entries[to];
        if (other)
            warn(reader, other->line,
                 "another tier for %s in %d than in line %zu; neither was taken", other->iso3,
                 other->year, entries[from].line);
        else
            entries[kept++] = entries[from];
    }
    return kept;
}

static tip_status read_table(struct reader *reader, const tip_input *input, tip_error *err)
{
    tip_status status = tip_table_open(input, "year", take_warning, reader, &reader->table, err);
    if (status == TIP_OK)
        status = read_rows(reader, err);
    tip_table_free(reader->table);
    return status;
}

/* Takes the entries over from the reader. */
static tip_status finish(struct reader *reader, tip_tier_table *tiers, tip_error *err)
{
    tiers->entries = (struct entry *)(void *)reader->entries.data;
    tiers->count = reader->entries.size / sizeof *tiers->entries;
    reader->entries = (tip_buf){0};
    if (tiers->count > 0) {
        qsort(tiers->entries, tiers->count, sizeof *tiers->entries, by_report_and_line);
        tiers->count = drop_doubles(reader, tiers->entries, tiers->count);
    }
    tell_more_warnings(reader);
    if (tiers->count == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%s: no row below the header that can be used",
                        reader->path);
    return TIP_OK;
}

tip_status tip_tier_table_load(const char *path, tip_warning_fn warning, void *payload,
                               tip_tier_table **ret_table, tip_error *err)
{
    struct reader reader = {.path = path, .warning = warning, .payload = payload};
    tip_buf bytes = {0};
    tip_tier_table *tiers = calloc(1, sizeof *tiers);
    tip_status status = tiers ? tip_load(path, FILE_LIMIT, &bytes, err) : tip_fail_memory(err);
    tip_input input = {tip_str_of(path), tip_buf_str(&bytes), 1};
    if (status == TIP_OK)
        status = read_table(&reader, &input, err);
    if (status == TIP_OK)
        status = finish(&reader, tiers, err);
    tip_buf_free(&reader.entries);
    tip_buf_free(&bytes);
    if (status == TIP_OK)
        *ret_table = tiers;
    else
        tip_tier_table_free(tiers);
    return status;
}

const char *tip_tier_table_find(const tip_tier_table *table, tip_str iso3, int year)
{
    struct entry key = {.year = year};
    if (!table || iso3.size != 3)
        return NULL;
    memcpy(key.iso3, iso3.data, 3);
    const struct entry *found =
        bsearch(&key, table->entries, table->count, sizeof *table->entries, by_report);
    return found ? found->tier : NULL;
}

void tip_tier_table_free(tip_tier_table *table)
{
    if (!table)
        return;
    free(table->entries);
    free(table);
}
