/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/generation.h"

#include "base/error.h"
#include "store/file.h"
#include "store/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A generation can be replaced and removed between reading its name and opening it. */
enum { OPEN_TRIES = 20, MANIFEST_MAX = 64 * 1024 * 1024 };

/* What `current` says. */
typedef struct current_generation {
    unsigned number;
    uint64_t checksum;
} current_generation;

/* A line that says the same in other characters has changed on its way as well. */
static bool parse_current(const char *line, current_generation *ret_current)
{
    char exact[64];
    if (sscanf(line, "gen-%u %16" SCNx64, &ret_current->number, &ret_current->checksum) != 2)
        return false;
    snprintf(exact, sizeof exact, "gen-%u %016" PRIx64 "\n", ret_current->number,
             ret_current->checksum);
    return strcmp(line, exact) == 0;
}

static tip_status fail_missing(const char *directory, tip_error *err)
{
    unsigned shard;
    const char *slash = strrchr(directory, '/');
    if (tip_shard_of_name(slash ? slash + 1 : directory, &shard))
        return tip_fail(err, TIP_NOT_FOUND,
                        "%s: this shard of the index is missing; is its disk there?", directory);
    return tip_fail(err, TIP_NOT_FOUND,
                    "%s: no index here; make one with: tipindex --db %s PATH...", directory,
                    directory);
}

static tip_status read_current(const char *directory, current_generation *ret_current,
                               tip_error *err)
{
    char *path = tip_path_join(directory, "current");
    if (!path)
        return tip_fail_memory(err);
    int fd = -1;
    tip_status status = tip_open_in_index(path, &fd, err);
    free(path);
    if (status == TIP_NOT_FOUND)
        return fail_missing(directory, err);
    if (status != TIP_OK)
        return status;
    FILE *file = fdopen(fd, "re");
    if (!file) {
        close(fd);
        return tip_fail_memory(err);
    }
    char line[64] = "";
    bool complete = fgets(line, sizeof line, file) && fgetc(file) == EOF;
    fclose(file);
    if (!complete || !parse_current(line, ret_current))
        return tip_fail(err, TIP_CORRUPT,
                        "%s/current: damaged; rebuild the index with tipindex --rebuild",
                        directory);
    return TIP_OK;
}

static tip_status read_file(int fd, const char *path, tip_buf *ret_text, tip_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", path);
    if (st.st_size > MANIFEST_MAX)
        return tip_fail(err, TIP_CORRUPT,
                        "%s: damaged (too large); rebuild the index with tipindex --rebuild", path);
    if (tip_buf_reserve(ret_text, (size_t)st.st_size + 1) != TIP_OK)
        return tip_fail_memory(err);
    while (ret_text->size < (size_t)st.st_size) {
        ssize_t n = read(fd, ret_text->data + ret_text->size, (size_t)st.st_size - ret_text->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", path);
        if (n == 0)
            break;
        ret_text->size += (size_t)n;
    }
    return TIP_OK;
}

/* Opens and locks manifest.json; TIP_NOT_FOUND when the generation has gone away meanwhile. */
static tip_status lock_manifest(tip_generation *g, const char *path, tip_error *err)
{
    tip_status status = tip_open_in_index(path, &g->lock, err);
    if (status != TIP_OK)
        return status;
    while (flock(g->lock, LOCK_SH) != 0)
        if (errno != EINTR)
            return tip_fail_errno(
                err, TIP_IO_ERROR, errno,
                "%s: cannot lock; an index needs a file system with locks, such as "
                "a local disk",
                path);
    struct stat st;
    if (fstat(g->lock, &st) != 0 || st.st_nlink == 0)
        return tip_fail(err, TIP_NOT_FOUND, "%s: was removed", path);
    return TIP_OK;
}

static tip_status read_manifest(tip_generation *g, const current_generation *current,
                                tip_error *err)
{
    tip_buf text = {0};
    char *path = tip_path_join(g->path, "manifest.json");
    tip_status status = path ? lock_manifest(g, path, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        status = read_file(g->lock, path, &text, err);
    if (status == TIP_OK && store_checksum(text.data, text.size) != current->checksum)
        status =
            tip_fail(err, TIP_CORRUPT,
                     "%s: damaged (checksum); rebuild the index with tipindex --rebuild", path);
    if (status == TIP_OK)
        status = manifest_parse(tip_buf_str(&text), g->path, &g->manifest, err);
    free(path);
    tip_buf_free(&text);
    return status;
}

static tip_status open_store(tip_generation *g, tip_error *err)
{
    const tip_index_file *file = &g->manifest.store;
    if (!file->path)
        return TIP_OK;
    tip_status status = tip_store_open(file->path, &g->store, err);
    if (status == TIP_NOT_FOUND)
        return tip_fail(err, TIP_CORRUPT, "%s: missing; rebuild the index with tipindex --rebuild",
                        file->path);
    if (status != TIP_OK)
        return status;
    if (tip_store_documents(g->store) != file->documents ||
        tip_store_checksum(g->store) != file->checksum)
        return tip_fail(err, TIP_CORRUPT,
                        "%s: not the store that belongs here; rebuild the index with "
                        "tipindex --rebuild",
                        file->path);
    return TIP_OK;
}

/* Nothing outside the folder of the index is ever opened: see also is_plain_name in manifest.c. */
static tip_status refuse_link(const char *path, tip_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
        return TIP_OK;
    return tip_fail(err, TIP_CORRUPT,
                    "%s: damaged (a symbolic link); rebuild the index with tipindex --rebuild",
                    path);
}

/* Xapian would follow links, and wait for a pipe. */
static tip_status check_table(const char *folder, const char *name, tip_error *err)
{
    int fd;
    char *path = tip_path_join(folder, name);
    tip_status status = path ? tip_open_in_index(path, &fd, err) : tip_fail_memory(err);
    free(path);
    if (status == TIP_OK)
        close(fd);
    return status;
}

tip_status tip_database_check_files(const char *path, tip_error *err)
{
    tip_status status = refuse_link(path, err);
    for (size_t i = 0; tip_glass_files[i] && status == TIP_OK; i++) {
        status = check_table(path, tip_glass_files[i], err);
        if (status == TIP_NOT_FOUND && i > 0)
            status = TIP_OK;
    }
    return status;
}

static tip_status check_database(const tip_generation *g, tip_error *err)
{
    const char *path = g->manifest.database.path;
    tip_status status = path ? tip_database_check_files(path, err) : TIP_OK;
    if (status != TIP_NOT_FOUND)
        return status;
    return tip_fail(err, TIP_CORRUPT, "%s: missing; rebuild the index with tipindex --rebuild",
                    path);
}

static void describe_postings(tip_generation *g)
{
    const tip_manifest *m = &g->manifest;
    for (size_t i = 0; i < m->layer_count; i++)
        g->layer_paths[i] = m->layers[i].path;
    g->postings = (xc_index){
        .layers = g->layer_paths,
        .layer_count = m->layer_count,
        .gone = m->gone.path,
        .runs = m->runs,
        .run_count = m->run_count,
    };
}

static tip_status new_generation(const char *directory, const current_generation *current,
                                 tip_generation **ret_generation, tip_error *err)
{
    tip_generation *g = calloc(1, sizeof *g);
    if (!g)
        return tip_fail_memory(err);
    g->lock = -1;
    tip_status status = TIP_OK;
    if (asprintf(&g->path, "%s/gen-%u", directory, current->number) < 0) {
        g->path = NULL;
        status = tip_fail_memory(err);
    }
    if (status == TIP_OK)
        status = refuse_link(g->path, err);
    if (status == TIP_OK)
        status = read_manifest(g, current, err);
    if (status == TIP_OK)
        *ret_generation = g;
    else
        tip_generation_free(g);
    return status;
}

static tip_status open_once(const char *directory, const current_generation *current,
                            tip_generation **ret_generation, tip_error *err)
{
    tip_generation *g;
    tip_status status = new_generation(directory, current, &g, err);
    if (status != TIP_OK)
        return status;
    status = open_store(g, err);
    if (status == TIP_OK)
        status = check_database(g, err);
    if (status != TIP_OK) {
        tip_generation_free(g);
        return status;
    }
    describe_postings(g);
    *ret_generation = g;
    return TIP_OK;
}

tip_status tip_generation_open(const char *directory, tip_generation **ret_generation,
                               tip_error *err)
{
    current_generation before = {0};
    for (int i = 0; i < OPEN_TRIES; i++) {
        current_generation current;
        tip_status status = read_current(directory, &current, err);
        if (status != TIP_OK)
            return status;
        status = open_once(directory, &current, ret_generation, err);
        if (status != TIP_NOT_FOUND)
            return status;
        if (i > 0 && current.number == before.number)
            break; /* not replaced, but gone */
        before = current;
    }
    return tip_fail(err, TIP_CORRUPT,
                    "%s: the generation in use is missing; rebuild the index with tipindex "
                    "--rebuild",
                    directory);
}

unsigned tip_generation_shards(const char *directory)
{
    current_generation current;
    tip_generation *g;
    if (read_current(directory, &current, NULL) != TIP_OK ||
        new_generation(directory, &current, &g, NULL) != TIP_OK)
        return 0;
    unsigned shards = g->manifest.shards;
    tip_generation_free(g);
    return shards;
}

tip_status tip_generation_current(const char *directory, unsigned *ret_number, tip_error *err)
{
    current_generation current;
    tip_status status = read_current(directory, &current, err);
    if (status == TIP_OK)
        *ret_number = current.number;
    return status;
}

static tip_status open_numbered(const char *directory, const current_generation *wanted,
                                tip_generation **ret_generation, tip_error *err)
{
    tip_generation *g;
    tip_status status = open_once(directory, wanted, &g, err);
    if (status == TIP_OK && g->manifest.number != wanted->number) {
        status = tip_fail(err, TIP_CORRUPT,
                          "%s: damaged (it says to be generation %u); remove this folder", g->path,
                          g->manifest.number);
        tip_generation_free(g);
    }
    if (status == TIP_OK)
        *ret_generation = g;
    return status;
}

tip_status tip_generation_open_kept(const char *directory, unsigned number,
                                    tip_generation **ret_generation, uint64_t *ret_checksum,
                                    tip_error *err)
{
    char *manifest = NULL;
    current_generation wanted = {.number = number};
    if (asprintf(&manifest, "%s/gen-%u/manifest.json", directory, number) < 0)
        return tip_fail_memory(err);
    tip_status status = tip_file_checksum(manifest, &wanted.checksum, err);
    free(manifest);
    if (status == TIP_OK)
        status = open_numbered(directory, &wanted, ret_generation, err);
    if (status == TIP_NOT_FOUND)
        return tip_fail(err, TIP_CORRUPT,
                        "%s/gen-%u: damaged (no manifest.json); remove this folder", directory,
                        number);
    if (status == TIP_OK)
        *ret_checksum = wanted.checksum;
    return status;
}

void tip_generation_free(tip_generation *generation)
{
    if (!generation)
        return;
    tip_store_free(generation->store);
    tip_manifest_free(&generation->manifest);
    if (generation->lock >= 0)
        close(generation->lock);
    free(generation->path);
    free(generation);
}

tip_status tip_generation_publish(const char *directory, unsigned number,
                                  uint64_t manifest_checksum, tip_error *err)
{
    char line[64];
    char *path = tip_path_join(directory, "current");
    snprintf(line, sizeof line, "gen-%u %016" PRIx64 "\n", number, manifest_checksum);
    tip_status status = path ? tip_replace_file(path, line, err) : tip_fail_memory(err);
    free(path);
    return status;
}
