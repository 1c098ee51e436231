/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/sources.h"

#include "base/error.h"
#include "base/record_json.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "sources.json"

/* Far more than a million sources take; read whole, a larger one would fill the memory. */
enum { FILE_BYTES_MAX = 1024 * 1024 * 1024 };

void tip_known_list_free(tip_known_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
        free(list->items[i].problem);
    }
    free(list->items);
    *list = (tip_known_list){0};
}

tip_status tip_known_list_from_scan(const tip_source_list *scan, tip_known_list *ret_list)
{
    tip_known_list list = {calloc(scan->count + 1, sizeof *list.items), 0};
    if (!list.items)
        return TIP_NO_MEMORY;
    for (; list.count < scan->count; list.count++) {
        const tip_source *source = &scan->items[list.count];
        list.items[list.count] = (tip_known_source){
            .path = strdup(source->path),
            .size = source->size,
            .mtime_ns = source->mtime_ns,
            .ctime_ns = source->ctime_ns,
            .inode = source->inode,
            .format = source->format,
        };
        if (!list.items[list.count].path) {
            tip_known_list_free(&list);
            return TIP_NO_MEMORY;
        }
    }
    *ret_list = list;
    return TIP_OK;
}

/* ---- sources.json ---- */

/* A file's name may be any bytes; JSON strings are UTF-8. Such a name is written in hexadecimal. */
static json_t *json_path(const char *path)
{
    json_t *json = json_string(path);
    if (json)
        return json;
    size_t size = strlen(path);
    char *hex = malloc(2 * size + 1);
    if (!hex)
        return NULL;
    for (size_t i = 0; i < size; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)path[i]);
    hex[2 * size] = '\0';
    json = json_pack("{s:s}", "hex", hex);
    free(hex);
    return json;
}

static char *read_hex(const char *hex)
{
    size_t size = strlen(hex) / 2;
    char *path = malloc(size + 1);
    for (size_t i = 0; path && i < size; i++) {
        unsigned byte = 0;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1 || byte == 0) {
            free(path);
            return NULL;
        }
        path[i] = (char)byte;
    }
    if (path)
        path[size] = '\0';
    return path;
}

static char *read_path(const json_t *json)
{
    const char *text = json_string_value(json);
    const char *hex = json_string_value(json_object_get(json, "hex"));
    if (text)
        return strdup(text);
    return hex ? read_hex(hex) : NULL;
}

static json_t *json_source(const tip_known_source *source)
{
    json_t *json = json_pack(
        "{s:o, s:I, s:I, s:I, s:I, s:s, s:o, s:I}", "path", json_path(source->path), "size",
        (json_int_t)source->size, "mtime_ns", (json_int_t)source->mtime_ns, "ctime_ns",
        (json_int_t)source->ctime_ns, "inode", (json_int_t)source->inode, "format",
        tip_format_name(source->format), "checksum", json_sprintf("%016" PRIx64, source->checksum),
        "documents", (json_int_t)source->documents);
    if (json && source->text_bytes)
        json_object_set_new(json, "text_bytes", json_integer((json_int_t)source->text_bytes));
    if (json && source->ignored)
        json_object_set_new(json, "ignored", json_integer((json_int_t)source->ignored));
    if (json && source->problem) {
        json_t *problem = json_string(source->problem);
        if (!problem)
            problem = json_string("cannot be read");
        json_object_set_new(json, "problem", problem);
    }
    return json;
}

static json_t *json_sources(const tip_known_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < list->count; i++)
        if (json_array_append_new(array, json_source(&list->items[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

tip_status tip_known_list_write(const tip_known_list *list, const char *folder,
                                uint64_t *ret_checksum, tip_error *err)
{
    char *path = tip_path_join(folder, FILE_NAME);
    json_t *json = json_sources(list);
    tip_status status = TIP_OK;
    if (!path || !json)
        status = tip_fail_memory(err);
    else if (json_dump_file(json, path, JSON_COMPACT) != 0)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot write", path);
    else
        status = tip_file_checksum(path, ret_checksum, err);
    json_decref(json);
    free(path);
    return status;
}

static tip_status damaged(const char *path, const char *what, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT, "%s: damaged (%s); rebuild the index with tipindex --rebuild",
                    path, what);
}

static bool read_source(const json_t *json, tip_known_source *ret_source)
{
    const char *format = json_string_value(json_object_get(json, "format"));
    const char *checksum = json_string_value(json_object_get(json, "checksum"));
    const char *problem = json_string_value(json_object_get(json, "problem"));
    tip_known_source source = {
        .size = (uint64_t)json_integer_value(json_object_get(json, "size")),
        .mtime_ns = json_integer_value(json_object_get(json, "mtime_ns")),
        .ctime_ns = json_integer_value(json_object_get(json, "ctime_ns")),
        .inode = (uint64_t)json_integer_value(json_object_get(json, "inode")),
        .documents = (size_t)json_integer_value(json_object_get(json, "documents")),
        .text_bytes = (uint64_t)json_integer_value(json_object_get(json, "text_bytes")),
        .ignored = (size_t)json_integer_value(json_object_get(json, "ignored")),
    };
    if (!format || !checksum || !tip_format_of_name(format, &source.format))
        return false;
    source.checksum = strtoull(checksum, NULL, 16);
    source.path = read_path(json_object_get(json, "path"));
    source.problem = problem ? strdup(problem) : NULL;
    *ret_source = source;
    return source.path && (!problem || source.problem);
}

static tip_status read_list(const json_t *json, const char *path, tip_known_list *list,
                            tip_error *err)
{
    size_t count = json_array_size(json);
    list->items = calloc(count + 1, sizeof *list->items);
    if (!list->items)
        return tip_fail_memory(err);
    while (list->count < count) {
        tip_known_source *source = &list->items[list->count++];
        if (!read_source(json_array_get(json, list->count - 1), source))
            return damaged(path, "entries", err);
    }
    return TIP_OK;
}

/* Reads the list once it is known to be the one that was written. */
static tip_status parse_list(FILE *file, const char *path, uint64_t checksum, json_t **ret_json,
                             tip_error *err)
{
    struct stat st;
    uint64_t found = 0;
    json_error_t reason;
    int fd = fileno(file);
    if (fstat(fd, &st) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", path);
    if (st.st_size > FILE_BYTES_MAX)
        return damaged(path, "size", err);
    tip_status status = tip_open_file_checksum(fd, path, &found, err);
    if (status == TIP_OK && found != checksum)
        return damaged(path, "checksum", err);
    if (status == TIP_OK && lseek(fd, 0, SEEK_SET) != 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot read", path);
    if (status != TIP_OK)
        return status;
    errno = 0;
    *ret_json = tip_json_loaded(json_loadf(file, 0, &reason), &reason);
    if (!*ret_json)
        return *reason.text ? damaged(path, reason.text, err) : tip_fail_memory(err);
    return TIP_OK;
}

static tip_status load_list(const char *path, uint64_t checksum, json_t **ret_json, tip_error *err)
{
    int fd;
    tip_status status = tip_open_in_index(path, &fd, err);
    if (status == TIP_NOT_FOUND)
        return damaged(path, "missing", err);
    if (status != TIP_OK)
        return status;
    FILE *file = fdopen(fd, "r");
    if (!file) {
        close(fd);
        return tip_fail_memory(err);
    }
    status = parse_list(file, path, checksum, ret_json, err);
    (void)fclose(file);
    return status;
}

tip_status tip_known_list_read(const char *folder, uint64_t checksum, tip_known_list *ret_list,
                               tip_error *err)
{
    char *path = tip_path_join(folder, FILE_NAME);
    if (!path)
        return tip_fail_memory(err);
    tip_known_list list = {0};
    json_t *json = NULL;
    tip_status status = load_list(path, checksum, &json, err);
    if (status == TIP_OK)
        status = read_list(json, path, &list, err);
    json_decref(json);
    free(path);
    if (status == TIP_OK)
        *ret_list = list;
    else
        tip_known_list_free(&list);
    return status;
}

/* ---- Where the documents are ---- */

static bool place_all(tip_known_list *list, const tip_manifest *manifest)
{
    size_t stored = 0;
    size_t run = 0;
    size_t passed = 0; /* documents of that run */
    for (size_t i = 0; i < list->count; i++) {
        tip_known_source *source = &list->items[i];
        source->stored = (uint32_t)stored + 1;
        if (source->documents == 0)
            continue;
        if (run < manifest->run_count && passed == manifest->runs[run].count) {
            run++;
            passed = 0;
        }
        /* Layers have sources as a whole. */
        if (run == manifest->run_count || source->documents > manifest->runs[run].count - passed)
            return false;
        if (manifest->runs[run].layer == TIP_BASE)
            source->posted = manifest->runs[run].first + (uint32_t)passed;
        passed += source->documents;
        stored += source->documents;
    }
    return stored == manifest->store.documents;
}

/* A database has its documents in an order of its own. */
static bool counts_all(const tip_known_list *list, const tip_manifest *manifest)
{
    size_t documents = 0;
    for (size_t i = 0; i < list->count; i++)
        documents += list->items[i].documents;
    return documents == manifest->database.documents;
}

tip_status tip_known_list_place(tip_known_list *list, const tip_manifest *manifest,
                                const char *folder, tip_error *err)
{
    bool is_portable = manifest->layout == TIP_LAYOUT_PORTABLE;
    if (is_portable ? counts_all(list, manifest) : place_all(list, manifest))
        return TIP_OK;
    return tip_fail(err, TIP_CORRUPT,
                    "%s/" FILE_NAME ": damaged (numbers of documents); rebuild the index with "
                    "tipindex --rebuild",
                    folder);
}

/* ---- Comparing ---- */

/* What could not be read has not changed as long as it cannot be read. */
static bool is_same_file(const tip_known_source *before, const tip_known_source *now)
{
    uint64_t checksum;
    if (before->format != now->format || before->size != now->size)
        return false;
    if (before->checksum == 0)
        return !tip_can_read(now->format) ||
               tip_file_checksum(now->path, &checksum, NULL) != TIP_OK;
    if (before->mtime_ns == now->mtime_ns && before->ctime_ns == now->ctime_ns &&
        before->inode == now->inode)
        return true;
    return tip_file_checksum(now->path, &checksum, NULL) == TIP_OK && checksum == before->checksum;
}

static tip_status copy_knowledge(tip_known_source *before, tip_known_source *now)
{
    before->known = true;
    now->known = true;
    now->stored = before->stored;
    now->posted = before->posted;
    now->checksum = before->checksum;
    now->documents = before->documents;
    now->text_bytes = before->text_bytes;
    now->ignored = before->ignored;
    if (before->problem && !(now->problem = strdup(before->problem)))
        return TIP_NO_MEMORY;
    return TIP_OK;
}

tip_status tip_known_list_compare(tip_known_list *before, tip_known_list *now,
                                  tip_update_summary *summary)
{
    size_t i = 0;
    size_t j = 0;
    while (i < before->count || j < now->count) {
        int order = i == before->count ? 1
                    : j == now->count  ? -1
                                       : strcmp(before->items[i].path, now->items[j].path);
        if (order < 0) {
            summary->removed++;
        } else if (order > 0) {
            summary->added++;
        } else if (!is_same_file(&before->items[i], &now->items[j])) {
            summary->changed++;
        } else {
            summary->unchanged++;
            if (copy_knowledge(&before->items[i], &now->items[j]) != TIP_OK)
                return TIP_NO_MEMORY;
        }
        i += order <= 0;
        j += order >= 0;
    }
    return TIP_OK;
}
