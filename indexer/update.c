/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_update: look what has changed, build the next generation aside, swap it in. */
#include "base/error.h"
#include "corpus/tier_table.h"
#include "indexer/build.h"
#include "indexer/folder.h"
#include "indexer/merge.h"
#include "indexer/sources.h"
#include "store/generation.h"
#include "tip/index.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What one update has at hand. */
typedef struct update {
    const char *directory;
    const tip_update_options *options;
    int lock;
    unsigned number;       /* of the generation in use; 0 for none that can be read */
    unsigned next;         /* of the generation to be made */
    tip_known_list before; /* its sources */
    tip_known_list now;
    tip_tier_table *tiers;    /* that the user supplied; NULL for none */
    bool tiers_skipped;       /* some rows of their file were */
    uint64_t tiers_checksum;  /* of their file; 0 for none */
    uint64_t tiers_of_before; /* and of those of the generation in use */
    tip_update_summary summary;
    bool unsure; /* the new generation may not be the one in use after a power failure */
    char *fresh; /* the folder of the generation being made */
} update;

static void note(const update *u, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(const update *u, const char *format, ...)
{
    char message[512];
    va_list args;
    if (!u->options->note)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    u->options->note(u->options->payload, message);
}

static void warn(void *payload, const char *message)
{
    const update *u = payload;
    if (u->options->warning)
        u->options->warning(u->options->payload, message);
}

bool tip_index_knows_input(const char *name)
{
    tip_format format;
    return tip_format_of_name(name, &format);
}

/* ---- What is there, and what was ---- */

static tip_status read_before(update *u, tip_error *err)
{
    tip_generation *generation;
    tip_error reason = {.message = ""};
    tip_status status = tip_generation_open(u->directory, &generation, &reason);
    if (status == TIP_OK) {
        u->number = generation->manifest.number;
        u->tiers_of_before = generation->manifest.tiers_checksum;
        status = tip_known_list_read(generation->path, generation->manifest.sources_checksum,
                                     &u->before, &reason);
        tip_generation_free(generation);
    }
    if (status == TIP_NOT_FOUND)
        return TIP_OK;
    /* An index that cannot be read is made anew, as its message says. */
    if (status == TIP_CORRUPT || status == TIP_BAD_VERSION) {
        if (!u->options->rebuild) {
            if (err)
                *err = reason;
            return status;
        }
        note(u, "%s", reason.message);
        return TIP_OK;
    }
    if (status != TIP_OK && err)
        *err = reason;
    return status;
}

/* A path that does not exist is a mistake or a disk that is not there: emptying the index for it
 * would lose what it holds. */
static tip_status check_request(const tip_update_options *options, const char *const *paths,
                                size_t count, tip_error *err)
{
    if (options->input && !tip_index_knows_input(options->input))
        return tip_fail(err, TIP_BAD_ARGUMENT, "%s: no such input format", options->input);
    if (count == 0)
        return tip_fail(err, TIP_BAD_ARGUMENT, "no file or folder to index");
    for (size_t i = 0; i < count; i++)
        if (access(paths[i], F_OK) != 0)
            return tip_fail_errno(err, TIP_NOT_FOUND, errno, "%s", paths[i]);
    return TIP_OK;
}

/* The file of tiers is one with errors, however many rows were skipped. */
static void warn_of_tiers(void *payload, const char *message)
{
    update *u = payload;
    u->tiers_skipped = true;
    warn(u, message);
}

static tip_status load_tiers(update *u, tip_error *err)
{
    const char *path = u->options->tiers;
    if (!path)
        return TIP_OK;
    tip_status status = tip_tier_table_load(path, warn_of_tiers, u, &u->tiers, err);
    u->summary.failed += u->tiers_skipped;
    return status == TIP_OK ? tip_file_checksum(path, &u->tiers_checksum, err) : status;
}

static tip_status scan(update *u, const char *const *paths, size_t count, tip_error *err)
{
    tip_format format = TIP_FORMAT_AUTO;
    if (u->options->input)
        (void)tip_format_of_name(u->options->input, &format);
    tip_source_list found = {0};
    tip_status status = tip_scan(paths, count, format, warn, u, &found, err);
    if (status != TIP_OK)
        return status;
    u->summary.failed += found.errors;
    u->summary.ignored = found.ignored;
    note(u, "%zu files found", found.count);
    status = tip_known_list_from_scan(&found, &u->now);
    tip_source_list_free(&found);
    if (status != TIP_OK)
        return tip_fail_memory(err);
    if (u->now.count == 0)
        return tip_fail(err, TIP_BAD_INPUT, "%s: no file of a kind that can be indexed here",
                        paths[0]);
    return TIP_OK;
}

/* ---- The next generation ---- */

static void now_as_text(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static tip_status sync_generation(const char *folder, const tip_manifest *manifest, tip_error *err)
{
    const char *const names[] = {"sources.json", "manifest.json"};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < manifest->segment_count && status == TIP_OK; i++) {
        status = tip_sync_path(manifest->segments[i].store_path, err);
        if (status == TIP_OK)
            status = tip_sync_path(manifest->segments[i].postings_path, err);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && status == TIP_OK; i++) {
        char *path = tip_path_join(folder, names[i]);
        status = path ? tip_sync_path(path, err) : tip_fail_memory(err);
        free(path);
    }
    return status == TIP_OK ? tip_sync_path(folder, err) : status;
}

static tip_status add_segment(const update *u, tip_manifest *manifest, tip_error *err)
{
    uint64_t checksum;
    char *postings = tip_path_join(u->fresh, "1.postings");
    tip_status status =
        postings ? tip_file_checksum(postings, &checksum, err) : tip_fail_memory(err);
    free(postings);
    if (status != TIP_OK)
        return status;
    return tip_manifest_add(manifest, u->fresh, "1", u->summary.documents, checksum, err);
}

/* Everything of the generation is on disk before its folder gets its name. */
static tip_status complete_generation(update *u, uint64_t *ret_checksum, tip_error *err)
{
    tip_manifest manifest = {
        .number = u->next, .sources = u->now.count, .tiers_checksum = u->tiers_checksum};
    now_as_text(manifest.created, sizeof manifest.created);
    tip_status status = add_segment(u, &manifest, err);
    if (status == TIP_OK)
        status = tip_known_list_write(&u->now, u->fresh, &manifest.sources_checksum, err);
    if (status == TIP_OK)
        status = tip_manifest_write(&manifest, u->fresh, ret_checksum, err);
    if (status == TIP_OK)
        status = sync_generation(u->fresh, &manifest, err);
    tip_manifest_free(&manifest);
    return status;
}

static tip_status swap_in(update *u, uint64_t checksum, tip_error *err)
{
    char *path = NULL;
    if (asprintf(&path, "%s/gen-%u", u->directory, u->next) < 0)
        return tip_fail_memory(err);
    tip_status status = TIP_OK;
    if (rename(u->fresh, path) != 0)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot rename", u->fresh);
    if (status == TIP_OK)
        status = tip_sync_path(u->directory, err);
    if (status == TIP_OK)
        status = tip_generation_publish(u->directory, u->next, checksum, err);
    /* From here on the new generation is the one in use, whatever else goes wrong. */
    tip_error reason;
    if (status == TIP_OK && tip_sync_path(u->directory, &reason) != TIP_OK) {
        warn(u, reason.message);
        u->unsure = true;
    }
    free(path);
    return status;
}

static tip_status make_generation(update *u, tip_error *err)
{
    if (asprintf(&u->fresh, "%s/new-%u", u->directory, u->next) < 0) {
        u->fresh = NULL;
        return tip_fail_memory(err);
    }
    note(u, "building %s", u->fresh);
    uint64_t checksum;
    tip_status status = tip_remove_tree(u->fresh, err);
    if (status == TIP_OK)
        status = tip_folder_make(u->fresh, err);
    if (status == TIP_OK)
        status = tip_build_segment(u->fresh, "1", &u->now, u->tiers, u->options,
                                   &u->summary.documents, err);
    if (status == TIP_OK && u->summary.documents == 0)
        status = tip_fail(err, TIP_BAD_INPUT, "no paragraph in any of %zu files", u->now.count);
    if (status == TIP_OK)
        status = complete_generation(u, &checksum, err);
    if (status == TIP_OK)
        status = swap_in(u, checksum, err);
    if (status == TIP_OK)
        u->summary.written = true;
    return status;
}

/* ---- The whole ---- */

/* What is known of the unchanged files is learned again when everything is read again. */
static void forget_knowledge(tip_known_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].problem);
        list->items[i].problem = NULL;
        list->items[i].documents = 0;
        list->items[i].ignored = 0;
        list->items[i].checksum = 0;
    }
}

static bool has_changed(const update *u)
{
    const tip_update_summary *s = &u->summary;
    return u->options->rebuild || u->number == 0 || s->added || s->changed || s->removed ||
           u->tiers_checksum != u->tiers_of_before;
}

/* Problems are told in the order of the files, also those that an earlier update has met: a file
 * that cannot be read is not forgotten because it has not changed. */
static void tell_problems(update *u)
{
    for (size_t i = 0; i < u->now.count; i++) {
        char *problem = u->now.items[i].problem;
        if (!problem)
            continue;
        u->summary.failed++;
        for (char *line = problem; line;) {
            char *end = strchr(line, '\n');
            if (end)
                *end = '\0';
            warn(u, line);
            line = end ? end + 1 : NULL;
        }
    }
}

static void count_documents(update *u)
{
    u->summary.documents = 0;
    for (size_t i = 0; i < u->now.count; i++) {
        u->summary.documents += u->now.items[i].documents;
        u->summary.ignored += u->now.items[i].ignored;
    }
}

static tip_status run_update(update *u, const char *const *paths, size_t count, tip_error *err)
{
    tip_status status = check_request(u->options, paths, count, err);
    if (status == TIP_OK)
        status = load_tiers(u, err);
    if (status == TIP_OK)
        status = tip_folder_prepare(u->directory, err);
    if (status == TIP_OK)
        status = tip_folder_lock(u->directory, u->options->wait_seconds, &u->lock, err);
    if (status == TIP_OK)
        status = read_before(u, err);
    if (status == TIP_OK)
        status = scan(u, paths, count, err);
    if (status != TIP_OK)
        return status;
    u->next = tip_folder_next_number(u->directory);
    if (tip_known_list_compare(&u->before, &u->now, &u->summary) != TIP_OK)
        return tip_fail_memory(err);
    if (has_changed(u)) {
        forget_knowledge(&u->now);
        status = make_generation(u, err);
    }
    u->summary.generation = u->summary.written ? u->next : u->number;
    if (status == TIP_OK && !u->unsure && u->summary.generation > 0)
        tip_folder_clean(u->directory, u->summary.generation, u->number, u->options);
    count_documents(u);
    tell_problems(u);
    return status;
}

tip_status tip_index_update(const char *directory, const char *const *paths, size_t count,
                            const tip_update_options *options, tip_update_summary *ret_summary,
                            tip_error *err)
{
    static const tip_update_options defaults = {0};
    update u = {.directory = directory, .options = options ? options : &defaults, .lock = -1};
    tip_status status = run_update(&u, paths, count, err);
    if (status != TIP_OK && u.fresh)
        (void)tip_remove_tree(u.fresh, NULL);
    if (u.lock >= 0)
        close(u.lock);
    tip_known_list_free(&u.before);
    tip_known_list_free(&u.now);
    tip_tier_table_free(u.tiers);
    free(u.fresh);
    if (status == TIP_OK)
        *ret_summary = u.summary;
    return status;
}
