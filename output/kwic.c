/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyword in context. */
#include "base/record_json.h"
#include "output/browse.h"
#include "output/row.h"

enum { ID_WIDTH_MAX = 40, CONTEXT_WIDTH_MIN = 10 };

/* ---- For people ---- */

static size_t character_size(tip_str text, size_t at)
{
    size_t size = 1;
    while (at + size < text.size && ((unsigned char)text.data[at + size] & 0xC0) == 0x80)
        size++;
    return size;
}

static size_t columns_at(tip_str text, size_t at)
{
    return output_columns((tip_str){text.data + at, character_size(text, at)});
}

/* A line has no line ends in it. */
static void put_flat(const output *out, tip_str text)
{
    for (size_t at = 0; at < text.size;) {
        char c = text.data[at];
        if (c == '\n' || c == '\r' || c == '\t') {
            fputc(' ', out->stream);
            at++;
        } else {
            output_character(out->stream, text, &at);
        }
    }
}

/* The last `columns` columns of a text, and the first ones. */
static tip_str cut_left(tip_str text, size_t columns)
{
    size_t all = output_columns(text);
    size_t at = 0;
    while (all > columns) {
        all -= columns_at(text, at);
        at += character_size(text, at);
    }
    return (tip_str){text.data + at, text.size - at};
}

static tip_str cut_right(tip_str text, size_t columns)
{
    size_t taken = 0;
    size_t at = 0;
    while (at < text.size && taken + columns_at(text, at) <= columns) {
        taken += columns_at(text, at);
        at += character_size(text, at);
    }
    return (tip_str){text.data, at};
}

/* Where the columns of a page lie. */
typedef struct layout {
    size_t id;
    size_t left;
    size_t width; /* of the whole line; 0: as long as it takes */
} layout;

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Context gets half of the rest of the line on either side, and what the other side leaves. */
static layout lay_out(const output *out, const tip_kwic_list *list)
{
    layout l = {0, 0, out->width};
    size_t match = 0;
    size_t right = 0;
    for (size_t i = 0; i < tip_kwic_count(list); i++) {
        const tip_kwic_line *line = tip_kwic_at(list, i);
        l.id = larger(l.id, output_columns(line->record->id));
        l.left = larger(l.left, output_columns(line->left));
        match = larger(match, output_columns(line->match));
        right = larger(right, output_columns(line->right));
    }
    l.id = l.id < ID_WIDTH_MAX ? l.id : ID_WIDTH_MAX;
    if (l.width == 0)
        return l;
    size_t used = l.id + 2 + match;
    size_t rest = larger(l.width > used ? l.width - used : 0, (size_t)2 * CONTEXT_WIDTH_MIN);
    size_t room = right < rest / 2 ? rest - right : rest / 2;
    l.left = l.left < room ? l.left : room;
    return l;
}

static void put_spaces(const output *out, size_t count)
{
    fprintf(out->stream, "%*s", (int)count, "");
}

/* A long id moves its line to the right rather than being cut: it is there to be copied. */
static void put_line(const output *out, const layout *l, const tip_kwic_line *line)
{
    tip_str left = cut_left(line->left, l->left);
    size_t id = output_columns(line->record->id);
    size_t used = (id > l->id ? id : l->id) + 2 + l->left + output_columns(line->match);
    output_style(out, STYLE_DIM);
    put_flat(out, line->record->id);
    output_style(out, STYLE_RESET);
    put_spaces(out, (id < l->id ? l->id - id : 0) + 2 + l->left - output_columns(left));
    put_flat(out, left);
    output_style(out, STYLE_MARK);
    put_flat(out, line->match);
    output_style(out, STYLE_RESET);
    size_t room = l->width > used ? l->width - used : 0;
    put_flat(out, l->width == 0 ? line->right : cut_right(line->right, room));
    fputc('\n', out->stream);
}

/* ---- For machines ---- */

static void put_rows(const output *out, const tip_kwic_list *list)
{
    static const char *const names[] = {"id",   "year",  "country", "section", "paragraph",
                                        "left", "match", "right",   NULL};
    output_row row = {out, false};
    row_header(&row, names);
    for (size_t i = 0; i < tip_kwic_count(list); i++) {
        const tip_kwic_line *line = tip_kwic_at(list, i);
        row_text(&row, line->record->id);
        row_known(&row, (unsigned long long)line->record->year);
        row_text(&row, line->record->country);
        row_text(&row, line->record->section);
        row_known(&row, line->record->paragraph);
        row_text(&row, line->left);
        row_text(&row, line->match);
        row_text(&row, line->right);
        row_end(&row);
    }
}

/* The empty string is one here, not "unknown". */
static json_t *json_context(tip_str text)
{
    return text.size ? tip_json_string(text) : json_string("");
}

static json_t *json_line(const tip_kwic_line *line)
{
    json_t *json = json_object();
    int failed = tip_json_set_record(json, line->record);
    failed |= json_object_set_new(json, "left", json_context(line->left));
    failed |= json_object_set_new(json, "match", json_context(line->match));
    failed |= json_object_set_new(json, "right", json_context(line->right));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static tip_status put_json(const output *out, const char *query, size_t offset,
                           const tip_kwic_list *list)
{
    json_t *json = json_object();
    json_t *lines = json_array();
    int failed = json_object_set_new(json, "format_version", json_integer(TIP_FORMAT_VERSION));
    failed |= json_object_set_new(json, "query", tip_json_string(tip_str_of(query)));
    failed |= json_object_set_new(json, "total", json_integer((json_int_t)tip_kwic_total(list)));
    failed |= json_object_set_new(json, "paragraphs",
                                  json_integer((json_int_t)tip_kwic_paragraphs(list)));
    failed |= json_object_set_new(json, "offset", json_integer((json_int_t)offset));
    for (size_t i = 0; i < tip_kwic_count(list) && !failed; i++)
        failed |= json_array_append_new(lines, json_line(tip_kwic_at(list, i)));
    failed |= json_object_set_new(json, "lines", lines);
    size_t flags = out->batch ? JSON_COMPACT : (size_t)JSON_INDENT(1);
    return output_put_json(out, json, failed, flags);
}

static tip_status put_json_lines(const output *out, const tip_kwic_list *list)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < tip_kwic_count(list) && status == TIP_OK; i++) {
        json_t *json = json_line(tip_kwic_at(list, i));
        status = output_put_json(out, json, !json, JSON_COMPACT);
    }
    return status;
}

tip_status output_kwic(const output *out, const char *query, size_t offset,
                       const tip_kwic_list *list)
{
    switch (out->format) {
    case OUTPUT_JSON:
        return put_json(out, query, offset, list);
    case OUTPUT_JSONL:
        return put_json_lines(out, list);
    case OUTPUT_CSV:
    case OUTPUT_TSV:
        put_rows(out, list);
        return TIP_OK;
    default:
        break;
    }
    layout l = lay_out(out, list);
    for (size_t i = 0; i < tip_kwic_count(list); i++)
        put_line(out, &l, tip_kwic_at(list, i));
    return TIP_OK;
}

/* ---- Folded paragraphs ---- */

void output_repeats(const output *out, const tip_hit *hit)
{
    int last = 0;
    for (size_t i = 0; i < hit->repeat_count; i++) {
        int year = hit->repeats[i].year;
        if (year == last)
            continue;
        fprintf(out->stream, "%s%d", i == 0 ? "    also in " : ", ", year);
        last = year;
    }
    if (hit->repeat_count > 0)
        fputc('\n', out->stream);
}

json_t *output_json_repeats(const tip_hit *hit)
{
    json_t *array = json_array();
    for (size_t i = 0; i < hit->repeat_count && array; i++) {
        json_t *item = json_pack("{s:i, s:o}", "year", hit->repeats[i].year, "id",
                                 tip_json_string(hit->repeats[i].id));
        if (json_array_append_new(array, item) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}
