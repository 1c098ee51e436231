/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/tier_table.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/country.h"
#include "corpus/load.h"
#include "corpus/section.h"
#include "corpus/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 16 * 1024 * 1024 /* 25 years of 190 countries take a hundredth of this */ };

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
    tip_error warning; /* the first one: here it is an error */
    bool warned;
};

static void take_warning(void *payload, const char *message)
{
    struct reader *reader = payload;
    if (!reader->warned)
        (void)tip_fail(&reader->warning, TIP_BAD_INPUT, "%s", message);
    reader->warned = true;
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

static tip_status bad_cell(const struct reader *reader, const tip_row *row, tip_str text,
                           const char *what, tip_error *err)
{
    return tip_fail(err, TIP_BAD_INPUT, "%s:%zu: \"%.*s\" is %s", reader->path, row->line,
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
    if (!country)
        return bad_cell(reader, row, name, "no country that is known", err);
    if (entry.year == 0)
        return bad_cell(reader, row, year, "no year", err);
    if (!entry.tier)
        return bad_cell(reader, row, tier, "none of the tiers 1, 2, 2WL, 3, special", err);
    memcpy(entry.iso3, country->iso3, sizeof entry.iso3);
    if (tip_buf_add(&reader->entries, &entry, sizeof entry) != TIP_OK)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status read_rows(struct reader *reader, tip_error *err)
{
    tip_row row;
    bool more = true;
    tip_status status = find_columns(reader, err);
    while (status == TIP_OK && more) {
        status = tip_table_next(reader->table, &row, &more, err);
        if (status == TIP_OK && reader->warned)
            status = tip_fail(err, TIP_BAD_INPUT, "%s", reader->warning.message);
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

static tip_status sort(struct reader *reader, tip_error *err)
{
    struct entry *entries = (struct entry *)(void *)reader->entries.data;
    size_t count = reader->entries.size / sizeof *entries;
    if (count == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%s: no row below the header", reader->path);
    qsort(entries, count, sizeof *entries, by_report_and_line);
    for (size_t i = 1; i < count; i++)
        if (by_report(&entries[i - 1], &entries[i]) == 0 &&
            strcmp(entries[i - 1].tier, entries[i].tier) != 0)
            return tip_fail(err, TIP_BAD_INPUT,
                            "%s:%zu: another tier for %s in %d than in line %zu", reader->path,
                            entries[i].line, entries[i].iso3, entries[i].year, entries[i - 1].line);
    return TIP_OK;
}

tip_status tip_tier_table_load(const char *path, tip_tier_table **ret_table, tip_error *err)
{
    struct reader reader = {.path = path};
    tip_buf bytes = {0};
    tip_tier_table *tiers = calloc(1, sizeof *tiers);
    tip_status status = tiers ? tip_load(path, FILE_LIMIT, &bytes, err) : tip_fail_memory(err);
    tip_input input = {tip_str_of(path), tip_buf_str(&bytes), 1};
    if (status == TIP_OK)
        status = tip_table_open(&input, "year", take_warning, &reader, &reader.table, err);
    if (status == TIP_OK)
        status = read_rows(&reader, err);
    if (status == TIP_OK)
        status = sort(&reader, err);
    tip_table_free(reader.table);
    tip_buf_free(&bytes);
    if (status != TIP_OK) {
        tip_buf_free(&reader.entries);
        free(tiers);
        return status;
    }
    *tiers = (tip_tier_table){(struct entry *)(void *)reader.entries.data,
                              reader.entries.size / sizeof(struct entry)};
    *ret_table = tiers;
    return TIP_OK;
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
