/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "records.h"

#include <fcntl.h>
#include <fts.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool read_file(const FTSENT *entry, record_file_taker take, void *payload)
{
    size_t size = (size_t)entry->fts_statp->st_size;
    if (size == 0)
        return true;
    int fd = open(entry->fts_accpath, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(entry->fts_path);
        return false;
    }
    char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED) {
        perror(entry->fts_path);
        return false;
    }
    record_file file = {entry->fts_path, bytes, size};
    bool done = take(payload, &file);
    munmap(bytes, size);
    return done;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool records_files(const char *path, record_file_taker take, void *payload)
{
    char *copy = strdup(path);
    char *paths[] = {copy, NULL};
    FTS *tree = copy ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    bool done = tree != NULL;
    const FTSENT *entry;
    while (done && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_F)
            done = read_file(entry, take, payload);
        else if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR)
            done = false;
    }
    if (!done)
        fprintf(stderr, "%s: not read\n", path);
    if (tree)
        fts_close(tree);
    free(copy);
    return done;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static bool take_line(const json_t *line, record_taker take, void *payload)
{
    record result = {.id = string_of(line, "id"),
                     .year = (int)json_integer_value(json_object_get(line, "year")),
                     .country = string_of(line, "country"),
                     .section = string_of(line, "section"),
                     .tier = string_of(line, "tier"),
                     .text = string_of(line, "text")};
    const char *title = string_of(line, "title");
    if (!*title)
        return take(payload, &result);
    char *text;
    if (asprintf(&text, "%s\n%s", title, result.text) < 0)
        return false;
    result.text = text;
    bool done = take(payload, &result);
    free(text);
    return done;
}

bool records_parse(const record_file *file, record_taker take, void *payload)
{
    const char *end = file->bytes + file->size;
    for (const char *at = file->bytes; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline ? newline : end) - at);
        json_error_t error;
        json_t *line = json_loadb(at, length, 0, &error);
        bool done = line && take_line(line, take, payload);
        if (!line)
            fprintf(stderr, "%s: %s\n", file->path, error.text);
        json_decref(line);
        if (!done)
            return false;
        at += length + 1;
    }
    return true;
}
