/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/addresses.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/load.h"

#include <curl/curl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS = 4 };

/* A table of addresses is a page of text. */
#define TABLE_MAX ((size_t)1024 * 1024)

static const char *const role_names[] = {
    [FETCH_HOST] = "host",       [FETCH_INDEX] = "index", [FETCH_LIST] = "list",
    [FETCH_COUNTRY] = "country", [FETCH_GROUP] = "group",
};

tip_status fetch_table_load(const char *path, fetch_table *ret_table, tip_error *err)
{
    tip_buf bytes = {0};
    if (!path)
        return fetch_table_read(fetch_table_text(), "addresses.tsv", ret_table, err);
    tip_status status = tip_load(path, TABLE_MAX, &bytes, err);
    if (status == TIP_OK)
        status = fetch_table_read(tip_buf_str(&bytes), path, ret_table, err);
    tip_buf_free(&bytes);
    return status;
}

void fetch_table_free(fetch_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        free(table->rows[i].address);
        free(table->rows[i].words);
    }
    free(table->rows);
    *table = (fetch_table){0};
}

static bool read_year(const char **text, int *ret_year)
{
    int year = 0;
    size_t digits = strspn(*text, "0123456789");
    if (digits != 4 || sscanf(*text, "%4d", &year) != 1)
        return false;
    *text += digits;
    *ret_year = year;
    return year >= FETCH_YEAR_FIRST && year <= FETCH_YEAR_LAST;
}

bool fetch_years_read(const char *text, int *ret_first, int *ret_last)
{
    int first, last;
    if (!read_year(&text, &first))
        return false;
    last = first;
    if (strncmp(text, "..", 2) == 0) {
        text += 2;
        if (!read_year(&text, &last))
            return false;
    }
    if (*text || first > last)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

static bool read_role(const char *text, fetch_role *ret_role)
{
    for (size_t i = 0; i < sizeof role_names / sizeof *role_names; i++)
        if (strcmp(text, role_names[i]) == 0) {
            *ret_role = (fetch_role)i;
            return true;
        }
    return false;
}

/* A copy with the year for each "{year}"; NULL when out of memory. */
static char *with_year(const char *text, int year)
{
    static const char mark[] = "{year}";
    tip_buf copy = {0};
    tip_status status = TIP_OK;
    for (const char *found; !status && (found = strstr(text, mark));
         text = found + sizeof mark - 1) {
        char digits[16];
        snprintf(digits, sizeof digits, "%d", year);
        status = tip_buf_add(&copy, text, (size_t)(found - text));
        if (!status)
            status = tip_buf_add_text(&copy, digits);
    }
    if (!status)
        status = tip_buf_add_text(&copy, text);
    char *result = status ? NULL : tip_str_dup(tip_buf_str(&copy));
    tip_buf_free(&copy);
    return result;
}

static tip_status add_row(fetch_table *table, int year, fetch_role role, const char *address,
                          const char *words)
{
    fetch_row *rows = reallocarray(table->rows, table->count + 1, sizeof *rows);
    if (!rows)
        return TIP_NO_MEMORY;
    table->rows = rows;
    fetch_row *row = &rows[table->count];
    *row = (fetch_row){year, role, with_year(address, year), strdup(words)};
    table->count++;
    return row->address && row->words ? TIP_OK : TIP_NO_MEMORY;
}

static bool is_address(fetch_role role, const char *address)
{
    bool https = strncmp(address, "https://", 8) == 0;
    return role == FETCH_HOST ? *address && !strchr(address, '/') : https;
}

/* `row` is changed. */
static tip_status read_row(fetch_table *table, char *row, const char *name, size_t line,
                           tip_error *err)
{
    char none[] = "";
    char *column[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = strsep(&row, "\t");
        if (!column[i])
            column[i] = none;
    }
    int first = 0, last = 0;
    fetch_role role;
    if (row)
        return tip_fail(err, TIP_BAD_INPUT, "%s:%zu: more than %d columns", name, line, COLUMNS);
    if (strcmp(column[0], "*") != 0 && !fetch_years_read(column[0], &first, &last))
        return tip_fail(err, TIP_BAD_INPUT,
                        "%s:%zu: \"%s\" is neither a year, nor years as 2018..2021, nor *", name,
                        line, column[0]);
    if (!read_role(column[1], &role))
        return tip_fail(err, TIP_BAD_INPUT,
                        "%s:%zu: \"%s\" is none of host, index, list, country and group", name,
                        line, column[1]);
    if (!is_address(role, column[2]))
        return tip_fail(err, TIP_BAD_INPUT, "%s:%zu: \"%s\" does not begin with https://", name,
                        line, column[2]);
    if ((role == FETCH_INDEX && first == 0) || (role == FETCH_HOST && first != 0))
        return tip_fail(err, TIP_BAD_INPUT,
                        "%s:%zu: an index needs its years, and a host is one for all (*)", name,
                        line);
    for (int year = first; year <= last; year++)
        if (add_row(table, year, role, column[2], column[3]) != TIP_OK)
            return tip_fail_memory(err);
    return TIP_OK;
}

tip_status fetch_table_read(tip_str text, const char *name, fetch_table *ret_table, tip_error *err)
{
    fetch_table table = {0};
    tip_status status = TIP_OK;
    char *copy = tip_str_dup(text), *rest = copy;
    if (!copy)
        return tip_fail_memory(err);
    for (size_t line = 1; rest && !status; line++) {
        char *row = strsep(&rest, "\n");
        row[strcspn(row, "\r")] = '\0';
        if (*row && *row != '#')
            status = read_row(&table, row, name, line, err);
    }
    free(copy);
    if (status) {
        fetch_table_free(&table);
        return status;
    }
    *ret_table = table;
    return TIP_OK;
}

const fetch_row *fetch_table_next(const fetch_table *table, int year, fetch_role role,
                                  const fetch_row *after)
{
    size_t i = after ? (size_t)(after - table->rows) + 1 : 0;
    for (; i < table->count; i++) {
        const fetch_row *row = &table->rows[i];
        if (row->role == role && (row->year == 0 || row->year == year))
            return row;
    }
    return NULL;
}

static bool matches(const fetch_row *row, const char *address, const char *words)
{
    return fnmatch(row->address, address, FNM_PATHNAME | FNM_NOESCAPE) == 0 &&
           (!*row->words || fnmatch(row->words, words, FNM_NOESCAPE | FNM_CASEFOLD) == 0);
}

bool fetch_table_matches(const fetch_table *table, int year, fetch_role role, const char *address,
                         const char *words)
{
    for (const fetch_row *row = fetch_table_next(table, year, role, NULL); row;
         row = fetch_table_next(table, year, role, row))
        if (matches(row, address, words))
            return true;
    return false;
}

/* ---- Addresses ---- */

/* Whether a part of the address is there. */
static bool has(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(url, part, &text, 0);
    curl_free(text);
    return code == CURLUE_OK;
}

static tip_status make_address(CURLU *url, char **ret_address)
{
    char *scheme = NULL, *text = NULL;
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OUT_OF_MEMORY)
        return TIP_NO_MEMORY;
    bool web = scheme && (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
    curl_free(scheme);
    if (!web || has(url, CURLUPART_USER) || has(url, CURLUPART_PASSWORD) ||
        has(url, CURLUPART_PORT))
        return TIP_BAD_INPUT;
    if (curl_url_set(url, CURLUPART_SCHEME, "https", 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_QUERY, NULL, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
        return TIP_NO_MEMORY;
    char *address = strdup(text);
    curl_free(text);
    if (!address)
        return TIP_NO_MEMORY;
    *ret_address = address;
    return TIP_OK;
}

tip_status fetch_address_resolve(const char *base, const char *link, char **ret_address)
{
    CURLU *url = curl_url();
    if (!url)
        return TIP_NO_MEMORY;
    CURLUcode code = curl_url_set(url, CURLUPART_URL, base, 0);
    if (code == CURLUE_OK)
        code = curl_url_set(url, CURLUPART_URL, link, CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME);
    tip_status status = code == CURLUE_OUT_OF_MEMORY ? TIP_NO_MEMORY : TIP_BAD_INPUT;
    if (code == CURLUE_OK)
        status = make_address(url, ret_address);
    curl_url_cleanup(url);
    return status;
}

bool fetch_address_allowed(const fetch_table *table, const char *address)
{
    static const char scheme[] = "https://";
    if (strncmp(address, scheme, sizeof scheme - 1) != 0)
        return false;
    const char *host = address + sizeof scheme - 1;
    size_t size = strcspn(host, "/");
    for (const fetch_row *row = fetch_table_next(table, 0, FETCH_HOST, NULL); row;
         row = fetch_table_next(table, 0, FETCH_HOST, row))
        if (strlen(row->address) == size && strncasecmp(row->address, host, size) == 0)
            return true;
    return false;
}

bool fetch_address_part(tip_str *rest, tip_str *ret_part)
{
    while (rest->size > 0 && rest->data[rest->size - 1] == '/')
        rest->size--;
    if (rest->size == 0)
        return false;
    const char *slash = memrchr(rest->data, '/', rest->size);
    size_t start = slash ? (size_t)(slash - rest->data) + 1 : 0;
    *ret_part = (tip_str){rest->data + start, rest->size - start};
    rest->size = start;
    return true;
}
