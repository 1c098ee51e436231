/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at a generation in the portable layout. */
#include "base/error.h"
#include "indexer/portable.h"
#include "indexer/portable_words.h"
#include "portable/layout.h"
#include "store/strings.h"
#include "text/term.h"
#include "xapian-c/full.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static tip_status damaged(const char *path, const char *what, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT, "%s: damaged (%s); rebuild the index with tipindex --rebuild",
                    path, what);
}

static tip_status open_database(const tip_generation *g, xc_full **ret_database, tip_error *err)
{
    const char *path = g->manifest.database.path;
    tip_status status = xc_full_open(path, ret_database, err);
    return status == TIP_NOT_FOUND ? damaged(path, "missing", err) : status;
}

/* ---- Check ---- */

static tip_status check_metadata(const xc_full *database, const char *path, const char *key,
                                 const char *wanted, tip_error *err)
{
    tip_buf value = {0};
    tip_status status = xc_full_get(database, tip_str_of(key), &value, err);
    if (status == TIP_OK && !tip_str_equal(tip_buf_str(&value), tip_str_of(wanted)))
        status = damaged(path, key, err);
    tip_buf_free(&value);
    return status;
}

static tip_status check_number(const xc_full *database, const char *path, const char *key,
                               unsigned wanted, tip_error *err)
{
    char text[16];
    snprintf(text, sizeof text, "%u", wanted);
    return check_metadata(database, path, key, text, err);
}

static tip_status check_content(const xc_full *database, const tip_index_file *file, tip_error *err)
{
    const char *path = file->path;
    if (xc_full_documents(database) != file->documents)
        return damaged(path, "numbers of documents", err);
    tip_status status = check_number(database, path, PORTABLE_KEY_SCHEMA, PORTABLE_SCHEMA, err);
    if (status == TIP_OK)
        status = check_number(database, path, PORTABLE_KEY_ANALYSIS, TIP_ANALYSIS_VERSION, err);
    if (status == TIP_OK)
        status = check_metadata(database, path, PORTABLE_KEY_LAYOUT, PORTABLE_LAYOUT, err);
    return status == TIP_OK ? tip_portable_words_check(database, path, err) : status;
}

tip_status tip_portable_check(const tip_generation *g, tip_error *err)
{
    const tip_index_file *file = &g->manifest.database;
    xc_full *database;
    uint64_t checksum;
    tip_status status = tip_folder_checksum(file->path, &checksum, err);
    if (status == TIP_NOT_FOUND)
        return damaged(file->path, "missing", err);
    if (status == TIP_OK && checksum != file->checksum)
        status = damaged(file->path, "checksum", err);
    if (status == TIP_OK)
        status = xc_database_check(file->path, err);
    if (status == TIP_OK)
        status = open_database(g, &database, err);
    if (status != TIP_OK)
        return status;
    status = check_content(database, file, err);
    xc_full_discard(database);
    return status;
}

/* ---- Figures ---- */

/* What the values of the documents have, each once. */
typedef struct seen {
    const char *path;
    tip_strings *reports;
    tip_strings *sections;
    tip_error *err;
} seen;

static tip_status see_document(void *payload, const tip_str *values)
{
    const seen *s = payload;
    uint32_t number;
    tip_record record;
    if (!portable_section_read(values[1], &record))
        return damaged(s->path, "values", s->err);
    if (tip_strings_add(s->reports, values[0], &number) != TIP_OK ||
        tip_strings_add(s->sections, record.section, &number) != TIP_OK)
        return tip_fail_memory(s->err);
    return TIP_OK;
}

static tip_status count_reports(const xc_full *database, const char *path, tip_index_stats *stats,
                                tip_error *err)
{
    static const uint32_t slots[] = {PORTABLE_SLOT_REPORT, PORTABLE_SLOT_SECTION};
    seen s = {.path = path, .err = err};
    tip_status status = TIP_OK;
    if (tip_strings_new(&s.reports) != TIP_OK || tip_strings_new(&s.sections) != TIP_OK)
        status = tip_fail_memory(err);
    if (status == TIP_OK)
        status = xc_full_each_value(database, slots, 2, see_document, &s, err);
    if (status == TIP_OK) {
        stats->reports = tip_strings_count(s.reports);
        stats->sections = tip_strings_count(s.sections);
    }
    tip_strings_free(s.reports);
    tip_strings_free(s.sections);
    return status;
}

static tip_status add_sizes(const char *folder, uint64_t *size, tip_error *err)
{
    for (size_t i = 0; tip_glass_files[i]; i++) {
        struct stat st;
        char *path = tip_path_join(folder, tip_glass_files[i]);
        if (!path)
            return tip_fail_memory(err);
        if (stat(path, &st) == 0)
            *size += (uint64_t)st.st_size;
        free(path);
    }
    return TIP_OK;
}

static tip_status add_text_bytes(const tip_generation *g, uint64_t *bytes, tip_error *err)
{
    tip_known_list sources = {0};
    tip_status status = tip_known_list_read(g->path, g->manifest.sources_checksum, &sources, err);
    for (size_t i = 0; i < sources.count; i++)
        *bytes += sources.items[i].text_bytes;
    tip_known_list_free(&sources);
    return status;
}

tip_status tip_portable_stats(const tip_generation *g, tip_index_stats *stats, tip_error *err)
{
    const char *path = g->manifest.database.path;
    xc_full *database;
    tip_status status = open_database(g, &database, err);
    if (status != TIP_OK)
        return status;
    stats->documents = xc_full_documents(database);
    status = count_reports(database, path, stats, err);
    if (status == TIP_OK)
        status = xc_full_terms(database, tip_str_of(PORTABLE_TERM_EXACT), &stats->vocabulary, err);
    if (status == TIP_OK)
        status = tip_portable_words_total(database, path, &stats->words, err);
    if (status == TIP_OK)
        status = add_text_bytes(g, &stats->text_bytes, err);
    if (status == TIP_OK)
        status = add_sizes(path, &stats->posting_bytes, err);
    xc_full_discard(database);
    return status;
}

/* ---- Dump ---- */

typedef struct dumping {
    const char *path;
    tip_status (*record)(void *payload, const tip_record *record);
    void *payload;
    tip_error *err;
} dumping;

static tip_status dump_data(void *payload, tip_str data)
{
    const dumping *d = payload;
    json_t *json;
    tip_record record;
    tip_status status = portable_data_read(data, d->path, &json, &record, d->err);
    if (status != TIP_OK)
        return status;
    status = d->record(d->payload, &record);
    json_decref(json);
    return status;
}

/* Files are in order of their paths, and so are the values by which a file's paragraphs are. */
static tip_status dump_sources(const xc_full *database, const tip_known_list *sources, dumping *d,
                               tip_error *err)
{
    tip_buf term = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < sources->count && status == TIP_OK; i++) {
        status = tip_term_of_text(PORTABLE_TERM_FILE, tip_str_of(sources->items[i].path), &term);
        status = status == TIP_OK ? xc_full_each_data(database, tip_buf_str(&term),
                                                      PORTABLE_SLOT_ORDER, dump_data, d, err)
                                  : tip_fail_memory(err);
    }
    tip_buf_free(&term);
    return status;
}

tip_status tip_portable_dump(const tip_generation *g,
                             tip_status (*record)(void *payload, const tip_record *record),
                             void *payload, tip_error *err)
{
    xc_full *database;
    tip_known_list sources = {0};
    dumping d = {g->manifest.database.path, record, payload, err};
    tip_status status = tip_known_list_read(g->path, g->manifest.sources_checksum, &sources, err);
    if (status == TIP_OK)
        status = open_database(g, &database, err);
    if (status == TIP_OK) {
        status = dump_sources(database, &sources, &d, err);
        xc_full_discard(database);
    }
    tip_known_list_free(&sources);
    return status;
}
