/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_update: look what has changed, build the next generation aside, swap it in. */
#include "base/error.h"
#include "corpus/tier_table.h"
#include "indexer/build.h"
#include "indexer/folder.h"
#include "indexer/merge.h"
#include "indexer/paths.h"
#include "indexer/plan.h"
#include "indexer/portable.h"
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
    tip_generation *old;   /* the same; NULL when nothing of it can be used */
    tip_known_list before; /* its sources */
    tip_known_list now;
    tip_tier_table *tiers;    /* that the user supplied; NULL for none */
    bool tiers_skipped;       /* some rows of their file were */
    uint64_t tiers_checksum;  /* of their file; 0 for none */
    uint64_t tiers_of_before; /* and of those of the generation in use */
    tip_layout layout;        /* of the generation to be made */
    unsigned shard;           /* what it holds, as in the options */
    unsigned shards;
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

static void close_old(update *u)
{
    tip_generation_free(u->old);
    u->old = NULL;
}

static tip_status open_old(update *u, tip_error *err)
{
    tip_status status = tip_generation_open(u->directory, &u->old, err);
    if (status != TIP_OK)
        return status;
    const tip_manifest *manifest = &u->old->manifest;
    u->number = manifest->number;
    u->tiers_of_before = manifest->tiers_checksum;
    status = tip_known_list_read(u->old->path, manifest->sources_checksum, &u->before, err);
    if (status == TIP_OK)
        status = tip_known_list_place(&u->before, manifest, u->old->path, err);
    return status;
}

static tip_status read_before(update *u, tip_error *err)
{
    tip_error reason = {.message = ""};
    tip_status status = open_old(u, &reason);
    if (status == TIP_OK)
        return TIP_OK;
    close_old(u);
    if (status == TIP_NOT_FOUND)
        return TIP_OK;
    /* An index that cannot be read is made anew, as its message says. */
    if (u->options->rebuild && (status == TIP_CORRUPT || status == TIP_BAD_VERSION)) {
        note(u, "%s", reason.message);
        return TIP_OK;
    }
    if (err)
        *err = reason;
    return status;
}

/* ---- What the index is to be ---- */

static tip_status refuse_form(const update *u, const char *is, const char *wanted, tip_error *err)
{
    return tip_fail(err, TIP_BAD_ARGUMENT,
                    "%s: the index is %s; to make it %s, read every file again with --rebuild",
                    u->directory, is, wanted);
}

static void name_shard(unsigned shard, unsigned shards, char *text, size_t size)
{
    if (shards > 0)
        snprintf(text, size, "shard %u of %u", shard, shards);
    else
        snprintf(text, size, "no shard");
}

static tip_status choose_layout(update *u, tip_error *err)
{
    const char *asked = u->options->layout;
    bool is_left = !u->old && tip_folder_has_stub(u->directory);
    tip_layout before = is_left ? TIP_LAYOUT_PORTABLE : TIP_LAYOUT_FAST;
    if (u->old)
        before = u->old->manifest.layout;
    u->layout = before;
    if (asked)
        (void)tip_layout_of_name(asked, &u->layout);
    if (u->old && u->layout != before && !u->options->rebuild)
        return refuse_form(u, tip_layout_name(before), tip_layout_name(u->layout), err);
    return TIP_OK;
}

static tip_status choose_shard(update *u, tip_error *err)
{
    char is[64];
    char wanted[64];
    const tip_update_options *o = u->options;
    const tip_manifest *before = u->old ? &u->old->manifest : NULL;
    u->shard = o->shards > 0 ? o->shard : before ? before->shard : 0;
    u->shards = o->shards > 0 ? o->shards : before ? before->shards : 0;
    if (!before || (u->shard == before->shard && u->shards == before->shards))
        return TIP_OK;
    name_shard(before->shard, before->shards, is, sizeof is);
    name_shard(u->shard, u->shards, wanted, sizeof wanted);
    return o->rebuild ? TIP_OK : refuse_form(u, is, wanted, err);
}

static tip_status choose_form(update *u, tip_error *err)
{
    tip_status status = choose_layout(u, err);
    return status == TIP_OK ? choose_shard(u, err) : status;
}

/* A path that does not exist is a mistake or a disk that is not there: emptying the index for it
 * would lose what it holds. */
static tip_status check_request(const tip_update_options *options, const char *const *paths,
                                size_t count, tip_error *err)
{
    tip_layout layout;
    if (options->input && !tip_index_knows_input(options->input))
        return tip_fail(err, TIP_BAD_ARGUMENT, "%s: no such input format", options->input);
    if (options->layout && !tip_layout_of_name(options->layout, &layout))
        return tip_fail(err, TIP_BAD_ARGUMENT, "%s: no such layout", options->layout);
    if (options->shards > TIP_SHARDS_MAX ||
        (options->shards > 0 && options->shard >= options->shards))
        return tip_fail(err, TIP_BAD_ARGUMENT, "no such shard: %u of %u", options->shard,
                        options->shards);
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

/* Of the folder, as it is named now. */
static size_t files_before(const update *u, const char *folder)
{
    size_t size = strlen(folder), files = 0;
    while (size > 1 && folder[size - 1] == '/')
        size--;
    for (size_t i = 0; i < u->before.count; i++) {
        const char *path = u->before.items[i].path;
        files += strncmp(path, folder, size) == 0 && path[size] == '/';
    }
    return files;
}

/* A folder that has become empty is a disk that is not there, too. */
static tip_status check_folders(const update *u, const tip_source_list *found,
                                const char *const *paths, size_t count, tip_error *err)
{
    for (size_t i = 0; i < count && !u->options->rebuild; i++) {
        size_t files = found->empty[i] ? files_before(u, paths[i]) : 0;
        if (files > 0)
            return tip_fail(err, TIP_BAD_INPUT,
                            "%s: no file is left of %zu that the index has from there; is its disk "
                            "there? To take them out of the index, name the other folders only",
                            paths[i], files);
    }
    return TIP_OK;
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
    if (found.count == 0)
        status = tip_fail(err, TIP_BAD_INPUT, "%s: no file of a kind that can be indexed here",
                          paths[0]);
    if (status == TIP_OK)
        status = check_folders(u, &found, paths, count, err);
    if (status == TIP_OK && tip_known_list_from_scan(&found, &u->now) != TIP_OK)
        status = tip_fail_memory(err);
    tip_source_list_free(&found);
    return status;
}

/* ---- The next generation ---- */

static void now_as_text(char *text, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static tip_status sync_file(const tip_index_file *file, tip_error *err)
{
    return file->path ? tip_sync_path(file->path, err) : TIP_OK;
}

static tip_status sync_generation(const char *folder, const tip_manifest *manifest, tip_error *err)
{
    const char *const names[] = {"sources.json", "manifest.json"};
    tip_status status = sync_file(&manifest->store, err);
    for (size_t i = 0; i < TIP_LAYERS_MAX && status == TIP_OK; i++)
        status = sync_file(&manifest->layers[i], err);
    if (status == TIP_OK)
        status = sync_file(&manifest->gone, err);
    if (status == TIP_OK && manifest->database.path)
        status = tip_portable_sync(manifest->database.path, err);
    for (size_t i = 0; i < sizeof names / sizeof *names && status == TIP_OK; i++) {
        char *path = tip_path_join(folder, names[i]);
        status = path ? tip_sync_path(path, err) : tip_fail_memory(err);
        free(path);
    }
    return status == TIP_OK ? tip_sync_path(folder, err) : status;
}

/* Everything of the generation is on disk before its folder gets its name. */
static tip_status complete_generation(update *u, tip_manifest *manifest, uint64_t *ret_checksum,
                                      tip_error *err)
{
    manifest->number = u->next;
    manifest->sources = u->now.count;
    manifest->tiers_checksum = u->tiers_checksum;
    manifest->layout = u->layout;
    manifest->shard = u->shard;
    manifest->shards = u->shards;
    now_as_text(manifest->created, sizeof manifest->created);
    tip_status status = tip_known_list_write(&u->now, u->fresh, &manifest->sources_checksum, err);
    if (status == TIP_OK)
        status = tip_manifest_write(manifest, u->fresh, ret_checksum, err);
    if (status == TIP_OK)
        status = sync_generation(u->fresh, manifest, err);
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
        status = tip_folder_put_in_use(u->directory, u->layout, u->next, checksum, err);
    /* From here on the new generation is the one in use, whatever else goes wrong. */
    tip_error reason;
    if (status == TIP_OK && tip_sync_path(u->directory, &reason) != TIP_OK) {
        warn(u, reason.message);
        u->unsure = true;
    }
    free(path);
    return status;
}

static void count_documents(update *u)
{
    u->summary.documents = 0;
    for (size_t i = 0; i < u->now.count; i++)
        u->summary.documents += u->now.items[i].documents;
}

static tip_status build_files(update *u, const tip_plan *plan, tip_manifest *manifest,
                              tip_error *err)
{
    tip_buf parts = {0}; /* tip_built_part */
    const tip_build_request build = {.folder = u->fresh,
                                     .plan = plan,
                                     .store = u->old ? u->old->store : NULL,
                                     .tiers = u->tiers,
                                     .layout = u->layout,
                                     .shard = u->shard,
                                     .shards = u->shards,
                                     .options = u->options};
    tip_status status = tip_build_parts(&build, &u->now, &parts, err);
    if (status == TIP_OK) {
        count_documents(u);
        /* A shard is made of what falls to it, if that is nothing. */
        if (u->summary.documents == 0 && u->shards == 0)
            status = tip_fail(err, TIP_BAD_INPUT, "no paragraph in any of %zu files", u->now.count);
    }
    const tip_merge_request merge = {.folder = u->fresh,
                                     .old = u->old,
                                     .plan = plan,
                                     .sources = &u->now,
                                     .parts = (const tip_built_part *)(const void *)parts.data,
                                     .part_count = parts.size / sizeof(tip_built_part),
                                     .parallel = tip_build_jobs(u->options) > 1};
    if (status == TIP_OK)
        status = u->layout == TIP_LAYOUT_PORTABLE
                     ? tip_portable_merge(&merge, &u->before, manifest, err)
                     : tip_merge_parts(&merge, manifest, err);
    tip_buf_free(&parts);
    return status;
}

static tip_status make_plan(update *u, tip_plan *ret_plan)
{
    if (u->layout == TIP_LAYOUT_PORTABLE)
        return tip_plan_make_portable(&u->now, ret_plan);
    return tip_plan_make(&u->before, &u->now, u->old ? &u->old->manifest : NULL, ret_plan);
}

static tip_status fill_generation(update *u, uint64_t *ret_checksum, tip_error *err)
{
    tip_plan plan = {0};
    tip_manifest manifest = {0};
    if (make_plan(u, &plan) != TIP_OK)
        return tip_fail_memory(err);
    note(u, "building %s, %s", u->fresh, plan.anew ? "with a new base" : "on the old base");
    tip_status status = build_files(u, &plan, &manifest, err);
    if (status == TIP_OK)
        status = complete_generation(u, &manifest, ret_checksum, err);
    tip_manifest_free(&manifest);
    tip_plan_free(&plan);
    return status;
}

static tip_status make_generation(update *u, tip_error *err)
{
    if (asprintf(&u->fresh, "%s/new-%u", u->directory, u->next) < 0) {
        u->fresh = NULL;
        return tip_fail_memory(err);
    }
    uint64_t checksum;
    tip_status status = tip_remove_tree(u->fresh, err);
    if (status == TIP_OK)
        status = tip_folder_make(u->fresh, err);
    if (status == TIP_OK)
        status = fill_generation(u, &checksum, err);
    if (status == TIP_OK)
        status = swap_in(u, checksum, err);
    if (status == TIP_OK)
        u->summary.written = true;
    return status;
}

/* ---- The whole ---- */

/* What is known of a file is learned again when it is read again. */
static void forget_unknown(tip_known_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        tip_known_source *source = &list->items[i];
        if (source->known)
            continue;
        free(source->problem);
        source->problem = NULL;
        source->documents = 0;
        source->text_bytes = 0;
        source->records = 0;
        source->ignored = 0;
        source->checksum = 0;
    }
}

/* Whether each file is to be read again, changed or not. */
static bool reads_all(const update *u)
{
    return u->options->rebuild || !u->old || u->tiers_checksum != u->tiers_of_before;
}

static bool has_changed(const update *u)
{
    const tip_update_summary *s = &u->summary;
    return reads_all(u) || s->added || s->changed || s->removed;
}

/* With nothing known, nothing of the old generation is used. */
static tip_status update_generation(update *u, tip_error *err)
{
    if (reads_all(u)) {
        close_old(u);
        for (size_t i = 0; i < u->now.count; i++)
            u->now.items[i].known = false;
    }
    forget_unknown(&u->now);
    return make_generation(u, err);
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

static void count_ignored(update *u)
{
    for (size_t i = 0; i < u->now.count; i++)
        u->summary.ignored += u->now.items[i].ignored;
}

static tip_status run_update(update *u, const char *const *paths, size_t count, tip_error *err)
{
    tip_status status = check_request(u->options, paths, count, err);
    if (status == TIP_OK && tip_index_shards(u->directory) > 0)
        status = tip_fail(err, TIP_BAD_ARGUMENT, "%s: has shards; update them, or name one of them",
                          u->directory);
    if (status == TIP_OK)
        status = load_tiers(u, err);
    if (status == TIP_OK)
        status = tip_folder_prepare(u->directory, err);
    if (status == TIP_OK)
        status = tip_folder_lock(u->directory, u->options->wait_seconds, &u->lock, err);
    if (status == TIP_OK)
        status = read_before(u, err);
    if (status == TIP_OK)
        status = choose_form(u, err);
    if (status == TIP_OK)
        status = scan(u, paths, count, err);
    if (status != TIP_OK)
        return status;
    u->next = tip_folder_next_number(u->directory);
    if (tip_known_list_compare(&u->before, &u->now, &u->summary) != TIP_OK)
        return tip_fail_memory(err);
    if (has_changed(u))
        status = update_generation(u, err);
    else /* an update that was killed may not have */
        status = tip_folder_name_database(u->directory, u->layout, u->number, err);
    /* Its lock would keep it from being removed. */
    close_old(u);
    u->summary.generation = u->summary.written ? u->next : u->number;
    if (status == TIP_OK && !u->unsure && u->summary.generation > 0)
        tip_folder_clean(u->directory, u->summary.generation, u->number, u->options);
    count_documents(u);
    count_ignored(u);
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
    close_old(&u);
    tip_known_list_free(&u.before);
    tip_known_list_free(&u.now);
    tip_tier_table_free(u.tiers);
    free(u.fresh);
    if (status == TIP_OK)
        *ret_summary = u.summary;
    return status;
}
