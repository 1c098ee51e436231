/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/request.h"

#include "serve/fail.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 10, SNIPPET_BYTES = 300, CONTEXT_DEFAULT = 1 };

static const char *const filter_names[] = {
    [TIP_FIELD_COUNTRY] = "country",   [TIP_FIELD_ISO] = "iso",     [TIP_FIELD_REGION] = "region",
    [TIP_FIELD_YEAR] = "year",         [TIP_FIELD_TIER] = "tier",   [TIP_FIELD_SECTION] = "section",
    [TIP_FIELD_MENTIONS] = "mentions", [TIP_FIELD_TITLE] = "title",
};

tip_status request_init(request *r, const char *path)
{
    *r = (request){.path = strdup(path), .context = CONTEXT_DEFAULT, .format = OUTPUT_JSON};
    r->search = (tip_search_options){.limit = LIMIT_DEFAULT, .snippet_bytes = SNIPPET_BYTES};
    return r->path ? TIP_OK : TIP_NO_MEMORY;
}

void request_free(request *r)
{
    for (size_t i = 0; i < r->string_count; i++)
        free(r->strings[i]);
    free(r->path);
}

const char *request_query(const request *r)
{
    return r->query_count > 0 ? r->queries[0] : "";
}

const char *request_filter(const request *r, tip_field field)
{
    for (size_t i = 0; i < r->query.filter_count; i++)
        if (r->filters[i].field == field)
            return r->filters[i].value;
    return NULL;
}

const char *request_filter_name(tip_field field)
{
    return filter_names[field];
}

/* ---- Parameters ---- */

static tip_status add_query(request *r, const char *value, tip_error *err)
{
    if (r->query_count == REQUEST_QUERIES_MAX)
        return fail(err, TIP_BAD_ARGUMENT, "q: at most %d queries are compared",
                    REQUEST_QUERIES_MAX);
    if (strlen(value) > REQUEST_QUERY_MAX)
        return fail(err, TIP_BAD_ARGUMENT, "q: a query is at most %d bytes long",
                    REQUEST_QUERY_MAX);
    r->queries[r->query_count++] = value;
    return TIP_OK;
}

static tip_status read_number(const char *value, const char *name, size_t most, size_t *ret_number,
                              tip_error *err)
{
    size_t number = 0;
    const char *at = value;
    while (*at >= '0' && *at <= '9' && number <= most)
        number = number * 10 + (size_t)(*at++ - '0');
    if (*at || number > most)
        return fail(err, TIP_BAD_ARGUMENT, "%s: a number from 0 to %zu is expected", name, most);
    *ret_number = number;
    return TIP_OK;
}

static tip_status read_flag(const char *value, const char *name, bool *ret_flag, tip_error *err)
{
    if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
        return fail(err, TIP_BAD_ARGUMENT, "%s: 0 or 1 is expected", name);
    *ret_flag = *value == '1';
    return TIP_OK;
}

static tip_status add_limit(request *r, const char *value, tip_error *err)
{
    r->limited = true;
    return read_number(value, "limit", REQUEST_EXPORT_MAX, &r->search.limit, err);
}

static tip_status add_offset(request *r, const char *value, tip_error *err)
{
    return read_number(value, "offset", REQUEST_OFFSET_MAX, &r->search.offset, err);
}

static tip_status add_context(request *r, const char *value, tip_error *err)
{
    return read_number(value, "context", REQUEST_CONTEXT_MAX, &r->context, err);
}

static tip_status add_collapse(request *r, const char *value, tip_error *err)
{
    return read_flag(value, "collapse", &r->search.collapse, err);
}

static tip_status add_expand(request *r, const char *value, tip_error *err)
{
    return read_flag(value, "expand", &r->query.expand, err);
}

static tip_status add_plain(request *r, const char *value, tip_error *err)
{
    return read_flag(value, "plain", &r->query.plain, err);
}

static tip_status add_trend(request *r, const char *value, tip_error *err)
{
    return read_flag(value, "trend", &r->trend, err);
}

static tip_status add_shares(request *r, const char *value, tip_error *err)
{
    return read_flag(value, "shares", &r->shares, err);
}

static tip_status add_sort(request *r, const char *value, tip_error *err)
{
    static const char *const names[] = {[TIP_SORT_RELEVANCE] = "relevance",
                                        [TIP_SORT_YEAR] = "year",
                                        [TIP_SORT_COUNTRY] = "country"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], value) != 0)
            continue;
        r->search.sort = (tip_sort)i;
        return TIP_OK;
    }
    return fail(err, TIP_BAD_ARGUMENT, "sort: relevance, year or country is expected");
}

static tip_status read_facet(const char *value, const char *name, tip_facet *ret_facet,
                             tip_error *err)
{
    if (tip_facet_of_name(value, ret_facet))
        return TIP_OK;
    return fail(err, TIP_BAD_ARGUMENT,
                "%s: year, country, region, tier, section or mentions is expected", name);
}

static tip_status add_all(request *r, const char *value, tip_error *err)
{
    r->unfolded = true;
    return read_facet(value, "all", &r->unfolded_facet, err);
}

static tip_status add_facet(request *r, const char *value, tip_error *err)
{
    tip_facet facet;
    tip_status status = read_facet(value, "facet", &facet, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < r->facet_count; i++)
        if (r->facets[i] == facet)
            return TIP_OK;
    r->facets[r->facet_count++] = facet;
    return TIP_OK;
}

static tip_status add_format(request *r, const char *value, tip_error *err)
{
    r->formatted = true;
    if (!output_format_of_name(value, &r->format) || r->format == OUTPUT_TEXT ||
        r->format == OUTPUT_TREC)
        return fail(err, TIP_BAD_ARGUMENT, "format: json, jsonl, csv or tsv is expected");
    return TIP_OK;
}

static const struct {
    const char *name;
    tip_status (*add)(request *r, const char *value, tip_error *err);
} parameters[] = {{"q", add_query},         {"limit", add_limit},       {"offset", add_offset},
                  {"context", add_context}, {"collapse", add_collapse}, {"expand", add_expand},
                  {"plain", add_plain},     {"trend", add_trend},       {"shares", add_shares},
                  {"all", add_all},         {"sort", add_sort},         {"facet", add_facet},
                  {"format", add_format}};

static tip_status add_known(request *r, const char *name, const char *value, tip_error *err)
{
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (strcmp(parameters[i].name, name) == 0)
            return parameters[i].add(r, value, err);
    for (size_t i = 0; i < sizeof filter_names / sizeof *filter_names; i++) {
        if (strcmp(filter_names[i], name) != 0)
            continue;
        r->filters[r->query.filter_count++] = (tip_filter){(tip_field)i, value};
        return TIP_OK;
    }
    return fail(err, TIP_BAD_ARGUMENT, "%.40s: there is no such parameter", name);
}

tip_status request_add(request *r, tip_str name, tip_str value, tip_error *err)
{
    char known[16];
    if (value.size == 0)
        return TIP_OK;
    if (r->string_count == REQUEST_PARAMETERS_MAX)
        return fail(err, TIP_BAD_ARGUMENT, "an address has at most %d parameters",
                    REQUEST_PARAMETERS_MAX);
    if (memchr(value.data, '\0', value.size) || name.size >= sizeof known ||
        memchr(name.data, '\0', name.size))
        return fail(err, TIP_BAD_ARGUMENT, "%.*s: the parameter cannot be read",
                    (int)(name.size < sizeof known ? name.size : sizeof known), name.data);
    memcpy(known, name.data, name.size);
    known[name.size] = '\0';
    char *copy = strndup(value.data, value.size);
    if (!copy)
        return fail_memory(err);
    r->strings[r->string_count++] = copy;
    return add_known(r, known, copy, err);
}

/* ---- Years ---- */

static const char *read_year(const char *text, int *ret_year)
{
    *ret_year = 0;
    while (*text >= '0' && *text <= '9' && *ret_year < 1000)
        *ret_year = *ret_year * 10 + (*text++ - '0');
    return text;
}

tip_status request_years(const request *r, int *ret_first, int *ret_last, tip_error *err)
{
    const char *value = request_filter(r, TIP_FIELD_YEAR);
    int first = 0;
    int last = 0;
    if (value) {
        const char *end = read_year(value, &first);
        if (strncmp(end, "..", 2) == 0)
            end = read_year(end + 2, &last);
        else
            last = first;
        if (*end || (first == 0 && last == 0))
            return fail(err, TIP_BAD_ARGUMENT,
                        "year: 2020, 2018..2021, 2018.. or ..2021 is expected");
    }
    *ret_first = first;
    *ret_last = last;
    return TIP_OK;
}
