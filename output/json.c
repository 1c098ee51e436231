/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/record_json.h"
#include "output/browse.h"

#include <math.h>
#include <stdlib.h>

/* Six digits: as many as scores can be compared by, the same on every machine. */
enum { SCORE_DIGITS = 6 };

static const size_t line_flags = JSON_REAL_PRECISION(SCORE_DIGITS) | JSON_COMPACT;

/* Unicode characters in some bytes of UTF-8. */
static json_int_t count_characters(const char *bytes, size_t size)
{
    json_int_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}

/* Appends a new reference, or releases the array and gives NULL. */
static json_t *append(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) == 0)
        return array;
    json_decref(array);
    return NULL;
}

static json_t *json_marks(const tip_hit *hit)
{
    json_t *marks = json_array();
    const char *snippet = hit->snippet.data;
    for (size_t i = 0; i < hit->mark_count && marks; i++) {
        const tip_mark *mark = &hit->marks[i];
        marks = append(marks, json_pack("[I, I]", count_characters(snippet, mark->start),
                                        count_characters(snippet + mark->start, mark->length)));
    }
    return marks;
}

static json_t *json_hit(const tip_hit *hit, size_t rank, const tip_hit *asked)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "rank", json_integer((json_int_t)rank));
    failed |= json_object_set_new(json, "score", json_real(hit->score));
    failed |= tip_json_set_record(json, &hit->record);
    failed |= json_object_set_new(json, "snippet", tip_json_string(hit->snippet));
    failed |= json_object_set_new(json, "marks", json_marks(hit));
    failed |= json_object_set_new(json, "text", tip_json_string(hit->record.text));
    if (asked)
        failed |= json_object_set_new(json, "asked", json_boolean(hit == asked));
    if (hit->repeat_count > 0)
        failed |= json_object_set_new(json, "repeats", output_json_repeats(hit));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *json_hits(const output_answer *answer)
{
    json_t *hits = json_array();
    for (size_t i = 0; answer->results && i < tip_results_count(answer->results) && hits; i++)
        hits = append(hits, json_hit(tip_results_hit(answer->results, i), answer->offset + i + 1,
                                     answer->asked));
    return hits;
}

static json_t *json_counts(const tip_counts *counts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tip_counts_size(counts) && array; i++) {
        const tip_count *count = tip_counts_at(counts, i);
        array = append(array, json_pack("{s:o, s:I, s:I}", "value", tip_json_string(count->value),
                                        "count", (json_int_t)count->paragraphs, "reports",
                                        (json_int_t)count->reports));
    }
    return array;
}

static json_t *json_facets(const output_answer *answer)
{
    json_t *facets = json_object();
    for (size_t i = 0; i < answer->facet_count; i++)
        if (json_object_set_new(facets, tip_facet_name(answer->facets[i].facet),
                                json_counts(answer->facets[i].counts)) != 0) {
            json_decref(facets);
            return NULL;
        }
    return facets;
}

/* A trend has known years only, and they are written in digits. */
static json_int_t year_of(const tip_count *count)
{
    json_int_t year = 0;
    for (size_t i = 0; i < count->value.size; i++)
        year = year * 10 + (count->value.data[i] - '0');
    return year;
}

static json_t *json_trend(const tip_counts *trend)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tip_counts_size(trend) && array; i++) {
        const tip_count *count = tip_counts_at(trend, i);
        /* Rounded, so that a script sees the figure that a person sees. */
        double share = round(output_per_10000(count) * 1000) / 1000;
        array = append(array, json_pack("{s:I, s:I, s:I, s:I, s:f}", "year", year_of(count),
                                        "paragraphs", (json_int_t)count->paragraphs, "reports",
                                        (json_int_t)count->reports, "words",
                                        (json_int_t)count->words, "per_10000_words", share));
    }
    return array;
}

static json_t *json_expansion(const tip_query *query)
{
    json_t *array = json_array();
    for (size_t i = 0; i < tip_query_added(query) && array; i++) {
        const tip_added_word *added = tip_query_added_at(query, i);
        array = append(array, json_pack("{s:o, s:f}", "word", tip_json_string(added->word),
                                        "weight", added->weight));
    }
    return array;
}

/* Nothing is said where all indexes have answered. */
int output_json_lost(json_t *json, const tip_searcher *searcher)
{
    size_t count = searcher ? tip_searcher_lost(searcher) : 0;
    json_t *array = json_array();
    for (size_t i = 0; i < count && array; i++) {
        const tip_lost_index *lost = tip_searcher_lost_at(searcher, i);
        array =
            append(array, json_pack("{s:o, s:o}", "index", tip_json_string(tip_str_of(lost->name)),
                                    "error", tip_json_string(tip_str_of(lost->message))));
    }
    if (count == 0) {
        json_decref(array);
        return 0;
    }
    int failed = json_object_set_new(json, "partial", json_true());
    return failed | json_object_set_new(json, "unreachable", array);
}

static int set_answer(json_t *json, const output_answer *answer)
{
    size_t total = answer->results ? tip_results_total(answer->results) : 0;
    int failed = json_object_set_new(json, "format_version", json_integer(TIP_FORMAT_VERSION));
    if (answer->qid)
        failed |= json_object_set_new(json, "qid", tip_json_string(tip_str_of(answer->qid)));
    failed |= json_object_set_new(json, "query", tip_json_string(tip_str_of(answer->query)));
    failed |= json_object_set_new(json, "total", json_integer((json_int_t)total));
    failed |= json_object_set_new(json, "offset", json_integer((json_int_t)answer->offset));
    failed |= output_json_lost(json, answer->searcher);
    failed |= json_object_set_new(json, "hits", json_hits(answer));
    failed |= json_object_set_new(json, "facets", json_facets(answer));
    if (answer->trend)
        failed |= json_object_set_new(json, "trend", json_trend(answer->trend));
    if (answer->expanded)
        failed |= json_object_set_new(json, "expansion", json_expansion(answer->expanded));
    failed |=
        json_object_set_new(json, "suggestion", tip_json_string(tip_str_of(answer->suggestion)));
    return failed;
}

/* Not by json_dumpf, which leaves half of it where memory does not suffice. */
tip_status output_put_json(const output *out, json_t *json, int failed, size_t flags)
{
    char *text = failed ? NULL : json_dumps(json, flags);
    if (text) {
        fputs(text, out->stream);
        fputc('\n', out->stream);
    }
    json_decref(json);
    free(text);
    return text ? TIP_OK : TIP_NO_MEMORY;
}

tip_status output_json(const output *out, const output_answer *answer)
{
    json_t *json = json_object();
    int failed = set_answer(json, answer);
    size_t flags =
        JSON_REAL_PRECISION(SCORE_DIGITS) | (out->batch ? JSON_COMPACT : (size_t)JSON_INDENT(1));
    return output_put_json(out, json, failed, flags);
}

/* Only the chosen fields; marks belong to the snippet. */
static json_t *choose_fields(const output *out, json_t *hit)
{
    json_t *chosen = json_object();
    int failed = 0;
    for (size_t i = 0; i < out->field_count; i++) {
        const char *name = output_field_name(out->fields[i]);
        failed |= json_object_set(chosen, name, json_object_get(hit, name));
        if (out->fields[i] == FIELD_SNIPPET)
            failed |= json_object_set(chosen, "marks", json_object_get(hit, "marks"));
    }
    json_decref(hit);
    if (!failed)
        return chosen;
    json_decref(chosen);
    return NULL;
}

/* One value of a facet, or one year of a trend, a line. */
static tip_status write_counts(const output *out, const char *facet, json_t *counts)
{
    tip_status status = counts ? TIP_OK : TIP_NO_MEMORY;
    for (size_t i = 0; i < json_array_size(counts) && status == TIP_OK; i++) {
        json_t *line = json_object();
        int failed = facet ? json_object_set_new(line, "facet", json_string(facet)) : 0;
        failed |= json_object_update(line, json_array_get(counts, i));
        status = output_put_json(out, line, failed, line_flags);
    }
    json_decref(counts);
    return status;
}

tip_status output_jsonl(const output *out, const output_answer *answer)
{
    tip_status status = TIP_OK;
    if (answer->trend)
        return write_counts(out, NULL, json_trend(answer->trend));
    for (size_t i = 0; i < answer->facet_count && status == TIP_OK; i++)
        status = write_counts(out, tip_facet_name(answer->facets[i].facet),
                              json_counts(answer->facets[i].counts));
    if (answer->facet_count > 0)
        return status;
    for (size_t i = 0; i < tip_results_count(answer->results) && status == TIP_OK; i++) {
        json_t *hit = json_hit(tip_results_hit(answer->results, i), answer->offset + i + 1, NULL);
        json_t *line = hit ? choose_fields(out, hit) : NULL;
        if (line && answer->qid &&
            json_object_set_new(line, "qid", tip_json_string(tip_str_of(answer->qid))) != 0) {
            json_decref(line);
            line = NULL;
        }
        status = output_put_json(out, line, !line, line_flags);
    }
    return status;
}
