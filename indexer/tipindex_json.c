/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/tipindex_json.h"

#include "base/clock.h"
#include "base/record_json.h"

#include <stdlib.h>

enum { FORMAT_VERSION = 1, WARNINGS_MAX = 1000 };

struct run_report {
    json_t *json;
    json_t *warnings; /* part of it */
    size_t left_out;  /* warnings behind the last that is kept */
    double start;     /* tip_seconds_now */
    bool failed;      /* memory ran out */
};

static void set(run_report *report, const char *key, json_t *value)
{
    if (json_object_set_new(report->json, key, value) != 0)
        report->failed = true;
}

static void set_text(run_report *report, const char *key, const char *text)
{
    set(report, key, tip_json_string(tip_str_of(text)));
}

static void set_size(run_report *report, const char *key, size_t size)
{
    set(report, key, json_integer((json_int_t)size));
}

run_report *run_report_new(const char *action, const char *directory)
{
    run_report *report = calloc(1, sizeof *report);
    json_t *warnings = json_array();
    if (!report || !warnings) {
        free(report);
        json_decref(warnings);
        return NULL;
    }
    report->start = tip_seconds_now();
    report->warnings = warnings;
    /* In the order that they are printed in. */
    report->json =
        json_pack("{s:i, s:s, s:s, s:s, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n,"
                  " s:n, s:n, s:n, s:n, s:o, s:i, s:n, s:n}",
                  "format_version", FORMAT_VERSION, "program", "tipindex", "version", TIP_VERSION,
                  "action", action, "index", "generation", "created", "written", "added", "changed",
                  "removed", "unchanged", "failed", "ignored", "paragraphs", "stats", "seconds",
                  "warnings", warnings, "warnings_left_out", 0, "error", "exit_status");
    if (!report->json) {
        free(report);
        return NULL;
    }
    set_text(report, "index", directory);
    return report;
}

void run_report_add_warning(run_report *report, const char *message)
{
    if (json_array_size(report->warnings) == WARNINGS_MAX)
        report->left_out++;
    else if (json_array_append_new(report->warnings, tip_json_string(tip_str_of(message))) != 0)
        report->failed = true;
}

void run_report_set_error(run_report *report, const char *message)
{
    set_text(report, "error", message);
}

void run_report_set_update(run_report *report, const tip_update_summary *summary)
{
    set_size(report, "generation", summary->generation);
    set(report, "written", json_boolean(summary->written));
    set_size(report, "added", summary->added);
    set_size(report, "changed", summary->changed);
    set_size(report, "removed", summary->removed);
    set_size(report, "unchanged", summary->unchanged);
    set_size(report, "failed", summary->failed);
    set_size(report, "ignored", summary->ignored);
    set_size(report, "paragraphs", summary->documents);
}

void run_report_set_rollback(run_report *report, const tip_rollback_summary *summary)
{
    set_size(report, "generation", summary->generation);
    set_text(report, "created", summary->created);
    set_size(report, "paragraphs", summary->documents);
}

void run_report_set_stats(run_report *report, const tip_index_stats *stats)
{
    set_size(report, "generation", stats->generation);
    set_text(report, "created", stats->created);
    set_size(report, "paragraphs", stats->documents);
    set(report, "stats",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o, s:o}", "reports",
                  (json_int_t)stats->reports, "sources", (json_int_t)stats->sources, "sections",
                  (json_int_t)stats->sections, "vocabulary", (json_int_t)stats->vocabulary, "words",
                  (json_int_t)stats->words, "text_bytes", (json_int_t)stats->text_bytes,
                  "store_bytes", (json_int_t)stats->store_bytes, "posting_bytes",
                  (json_int_t)stats->posting_bytes, "delta", (json_int_t)stats->delta_documents,
                  "gone", (json_int_t)stats->gone_documents, "layout", stats->layout, "shard",
                  stats->shards > 0 ? json_integer((json_int_t)stats->shard) : json_null(),
                  "shards",
                  stats->shards > 0 ? json_integer((json_int_t)stats->shards) : json_null()));
}

bool run_report_print(run_report *report, int exit_status)
{
    enum { SECONDS_DIGITS = 6 };
    set(report, "seconds", json_real(tip_seconds_now() - report->start));
    set_size(report, "warnings_left_out", report->left_out);
    set(report, "exit_status", json_integer(exit_status));
    /* In ASCII no character can command a terminal, and no reader need know the encoding. */
    char *text =
        report->failed
            ? NULL
            : json_dumps(report->json, JSON_ENSURE_ASCII | JSON_REAL_PRECISION(SECONDS_DIGITS));
    if (!text)
        return false;
    puts(text);
    free(text);
    return true;
}

void run_report_free(run_report *report)
{
    if (!report)
        return;
    json_decref(report->json);
    free(report);
}
