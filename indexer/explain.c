/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_explain: reads files as an update would, and tells what it finds. */
#include "base/error.h"
#include "corpus/parts.h"
#include "corpus/scan.h"
#include "corpus/tier_table.h"
#include "indexer/task.h"
#include "text/text.h"
#include "tip/index.h"

typedef struct explain {
    const tip_explanation *to;
    tip_tier_table *tiers;
    tip_buf path;      /* of the file that was told last, NUL-terminated */
    tip_status status; /* of a callback */
} explain;

static size_t count_words(tip_str text)
{
    size_t words = 0;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token))
        words++;
    return words;
}

static tip_status tell_record(void *payload, const tip_record *record)
{
    explain *e = payload;
    tip_record full = *record;
    if (full.tier.size == 0)
        full.tier = tip_str_of(tip_tier_table_find(e->tiers, full.iso3, full.year));
    e->status = e->to->record(e->to->payload, &full, count_words(full.text));
    return e->status;
}

static void tell_warning(void *payload, const char *message)
{
    const explain *e = payload;
    e->to->warning(e->to->payload, message);
}

/* Tells of a file once, however many parts it has. */
static tip_status tell_file(explain *e, tip_str path, tip_format format, tip_error *err)
{
    if (e->path.size > 0 && tip_str_equal(path, (tip_str){e->path.data, e->path.size - 1}))
        return TIP_OK;
    tip_buf_clear(&e->path);
    if (tip_buf_add(&e->path, path.data, path.size) != TIP_OK ||
        tip_buf_add_byte(&e->path, '\0') != TIP_OK)
        return tip_fail_memory(err);
    e->status = e->to->file(e->to->payload, e->path.data, tip_format_name(format));
    return e->status;
}

/* A failure of a file is told; any other ends it all. */
static tip_status skip_file(explain *e, tip_status status, const tip_error *err)
{
    if (e->status != TIP_OK || !tip_is_about_file(status))
        return status;
    tell_warning(e, err->message);
    return TIP_OK;
}

static tip_status explain_parts(explain *e, tip_parts *parts, tip_error *err)
{
    tip_sink sink = {tell_record, tell_warning, e};
    tip_status status;
    bool found;
    do {
        tip_part part = {0};
        status = tip_parts_next(parts, TIP_TASK_BYTES, &part, &found, err);
        found = found && status == TIP_OK;
        if (found)
            status = tell_file(e, tip_buf_str(&part.path), part.format, err);
        if (found && status == TIP_OK)
            status = skip_file(e, tip_part_read(&part, &sink, err), err);
        tip_part_free(&part);
    } while (found && status == TIP_OK);
    return status;
}

static tip_status explain_source(explain *e, const tip_source *source, tip_error *err)
{
    tip_parts *parts = NULL;
    tip_status status = tip_parts_open(source->path, source->format, &parts, err);
    if (status == TIP_OK)
        status = explain_parts(e, parts, err);
    tip_parts_close(parts);
    if (e->status == TIP_OK && tip_is_about_file(status)) {
        tip_error why = *err;
        status = tell_file(e, tip_str_of(source->path), source->format, err);
        if (status == TIP_OK)
            tell_warning(e, why.message);
    }
    return status;
}

static tip_status explain_all(explain *e, const tip_source_list *sources, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sources->count && status == TIP_OK; i++)
        status = explain_source(e, &sources->items[i], err);
    return status;
}

tip_status tip_index_explain(const char *const *paths, size_t count,
                             const tip_update_options *options, const tip_explanation *explanation,
                             tip_error *err)
{
    explain e = {.to = explanation};
    tip_error local;
    tip_error *reason = err ? err : &local;
    tip_format format = TIP_FORMAT_AUTO;
    tip_source_list sources = {0};
    tip_status status = TIP_OK;
    if (options && options->input && !tip_format_of_name(options->input, &format))
        status = tip_fail(reason, TIP_BAD_ARGUMENT, "%s: no such input format", options->input);
    if (status == TIP_OK && options && options->tiers)
        status = tip_tier_table_load(options->tiers, tell_warning, &e, &e.tiers, reason);
    if (status == TIP_OK)
        status = tip_scan(paths, count, format, tell_warning, &e, &sources, reason);
    if (status == TIP_OK)
        status = explain_all(&e, &sources, reason);
    tip_source_list_free(&sources);
    tip_tier_table_free(e.tiers);
    tip_buf_free(&e.path);
    return status;
}
