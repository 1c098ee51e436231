/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the values of a field. */
#include "base/error.h"
#include "search/query.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { VALUES_MAX = 1024 };

typedef struct value_reader {
    tip_str text;
    size_t next;
    bool spaced;    /* white space may stand in a value and around it */
    bool bracketed; /* they end with a bracket, and "or" may stand between them */
    query_node *node;
    tip_error *err;
} value_reader;

size_t query_quote_size(tip_str text, size_t at)
{
    static const char *const quotes[] = {"\"", "\u201C", "\u201D", "\u201E"};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t size = strlen(quotes[i]);
        if (text.size - at >= size && memcmp(text.data + at, quotes[i], size) == 0)
            return size;
    }
    return 0;
}

static bool is_space(tip_str text, size_t at)
{
    return at < text.size && isspace((unsigned char)text.data[at]);
}

size_t query_run_end(tip_str text, size_t from)
{
    size_t end = from;
    while (end < text.size && !is_space(text, end) && text.data[end] != '(' &&
           text.data[end] != ')' && query_quote_size(text, end) == 0)
        end++;
    return end;
}

/* A filter's text is no part of the query. */
static size_t place_of(const value_reader *r, size_t at)
{
    return r->spaced && !r->bracketed ? TIP_NO_POSITION : at;
}

static bool is_at(const value_reader *r, char c)
{
    return r->next < r->text.size && r->text.data[r->next] == c;
}

static void skip_spaces(value_reader *r)
{
    while (r->spaced && is_space(r->text, r->next))
        r->next++;
}

/* Whether the word "or" stands between two values there. */
static bool is_or(const value_reader *r, size_t at)
{
    return r->bracketed && r->text.size - at > 2 && strncasecmp(r->text.data + at, "or", 2) == 0 &&
           is_space(r->text, at + 2);
}

static bool ends_value(const value_reader *r, size_t at)
{
    char c = r->text.data[at];
    if (c == ',' || (r->bracketed && c == ')'))
        return true;
    if (r->spaced)
        return is_space(r->text, at) && is_or(r, at + 1);
    return is_space(r->text, at) || c == '(' || c == ')' || query_quote_size(r->text, at) > 0;
}

static tip_status add_value(const value_reader *r, size_t start, size_t end)
{
    while (end > start && is_space(r->text, end - 1))
        end--;
    if (end == start)
        return query_fail(r->err, place_of(r, start), "a value of %s: is expected %s",
                          field_name(r->node->field),
                          place_of(r, start) == TIP_NO_POSITION ? "in this option" : "here");
    if (r->node->value_count == VALUES_MAX)
        return query_fail(r->err, place_of(r, start), "more than %d values of %s:", VALUES_MAX,
                          field_name(r->node->field));
    tip_str value = {r->text.data + start, end - start};
    return node_add_value(r->node, value, place_of(r, start)) == TIP_OK ? TIP_OK
                                                                        : tip_fail_memory(r->err);
}

static tip_status read_quoted(value_reader *r, size_t quote)
{
    size_t start = r->next + quote;
    size_t end = start;
    while (end < r->text.size && query_quote_size(r->text, end) == 0)
        end++;
    if (end >= r->text.size)
        return query_fail(r->err, place_of(r, r->next), "this quotation mark is not closed");
    r->next = end + query_quote_size(r->text, end);
    return add_value(r, start, end);
}

static tip_status read_value(value_reader *r)
{
    skip_spaces(r);
    size_t start = r->next;
    size_t quote = query_quote_size(r->text, start);
    if (quote > 0)
        return read_quoted(r, quote);
    while (r->next < r->text.size && !ends_value(r, r->next))
        r->next++;
    return add_value(r, start, r->next);
}

static bool take_separator(value_reader *r)
{
    skip_spaces(r);
    if (is_at(r, ',')) {
        r->next++;
        return true;
    }
    if (!is_or(r, r->next))
        return false;
    r->next += strlen("or");
    return true;
}

/* What must stand behind the last value. */
static tip_status read_end(value_reader *r, size_t open)
{
    bool at_end = r->next >= r->text.size;
    if (!r->spaced || (at_end && !r->bracketed))
        return TIP_OK;
    if (at_end)
        return query_fail(r->err, open, "this bracket is not closed");
    if (!r->bracketed || !is_at(r, ')'))
        return query_fail(r->err, place_of(r, r->next), "values are separated by commas");
    r->next++;
    return TIP_OK;
}

tip_status values_read(tip_str text, value_place place, query_node *node, size_t *next,
                       tip_error *err)
{
    size_t open = *next;
    value_reader r = {.text = text, .next = open, .node = node, .err = err};
    r.bracketed = place == VALUES_IN_QUERY && is_at(&r, '(');
    r.spaced = r.bracketed || place == VALUES_IN_OPTION;
    if (r.bracketed)
        r.next++;
    tip_status status;
    do
        status = read_value(&r);
    while (status == TIP_OK && take_separator(&r));
    if (status == TIP_OK)
        status = read_end(&r, open);
    if (status == TIP_OK)
        *next = r.next;
    return status;
}

const char *value_shown(const query_value *value, tip_error *room)
{
    (void)tip_fail(room, TIP_BAD_QUERY, "%s", value->text);
    return room->message;
}
