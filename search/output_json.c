/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/record_json.h"
#include "search/output.h"

/* Six digits: as many as scores can be compared by, the same on every machine. */
enum { SCORE_DIGITS = 6 };

/* Unicode characters in some bytes of UTF-8. */
static json_int_t count_characters(const char *bytes, size_t size)
{
    json_int_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}

static json_t *json_marks(const tip_hit *hit)
{
    json_t *marks = json_array();
    const char *snippet = hit->snippet.data;
    for (size_t i = 0; i < hit->mark_count; i++) {
        const tip_mark *mark = &hit->marks[i];
        json_t *pair = json_pack("[I, I]", count_characters(snippet, mark->start),
                                 count_characters(snippet + mark->start, mark->length));
        if (json_array_append_new(marks, pair) != 0) {
            json_decref(marks);
            return NULL;
        }
    }
    return marks;
}

static json_t *json_hit(const tip_hit *hit, size_t rank)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "rank", json_integer((json_int_t)rank));
    failed |= json_object_set_new(json, "score", json_real(hit->score));
    failed |= tip_json_set_record(json, &hit->record);
    failed |= json_object_set_new(json, "snippet", tip_json_string(hit->snippet));
    failed |= json_object_set_new(json, "marks", json_marks(hit));
    failed |= json_object_set_new(json, "text", tip_json_string(hit->record.text));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *json_hits(size_t offset, const tip_results *results)
{
    json_t *hits = json_array();
    for (size_t i = 0; i < tip_results_count(results); i++)
        if (json_array_append_new(hits, json_hit(tip_results_hit(results, i), offset + i + 1)) !=
            0) {
            json_decref(hits);
            return NULL;
        }
    return hits;
}

tip_status output_json(const output *out, const char *qid, const char *query, size_t offset,
                       const tip_results *results)
{
    json_t *json = json_object();
    tip_str text = tip_str_of(query);
    int failed = json_object_set_new(json, "format_version", json_integer(TIP_FORMAT_VERSION));
    if (qid)
        failed |= json_object_set_new(json, "qid", tip_json_string(tip_str_of(qid)));
    failed |= json_object_set_new(json, "query", tip_json_string(text));
    failed |=
        json_object_set_new(json, "total", json_integer((json_int_t)tip_results_total(results)));
    failed |= json_object_set_new(json, "offset", json_integer((json_int_t)offset));
    failed |= json_object_set_new(json, "hits", json_hits(offset, results));
    failed |= json_object_set_new(json, "facets", json_object());
    failed |= json_object_set_new(json, "suggestion", json_null());
    size_t flags =
        JSON_REAL_PRECISION(SCORE_DIGITS) | (out->batch ? JSON_COMPACT : (size_t)JSON_INDENT(1));
    if (!failed && json_dumpf(json, out->stream, flags) == 0)
        fputc('\n', out->stream);
    json_decref(json);
    return failed ? TIP_NO_MEMORY : TIP_OK;
}
