/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.json: writing and reading. */
#include "store/manifest.h"

#include "base/error.h"
#include "store/file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT_NAME "tipsearch index"

void tip_manifest_free(tip_manifest *manifest)
{
    for (size_t i = 0; i < manifest->segment_count; i++) {
        free(manifest->segments[i].store_path);
        free(manifest->segments[i].postings_path);
    }
    free(manifest->segments);
    *manifest = (tip_manifest){0};
}

static char *segment_file(const char *folder, const char *name, const char *ending)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s%s", folder, name, ending) < 0 ? NULL : path;
}

tip_status tip_manifest_add(tip_manifest *manifest, const char *folder, const char *name,
                            size_t documents, uint64_t postings_checksum, tip_error *err)
{
    size_t count = manifest->segment_count;
    tip_segment *segments = reallocarray(manifest->segments, count + 1, sizeof *segments);
    if (!segments)
        return tip_fail_memory(err);
    manifest->segments = segments;
    tip_segment segment = {
        .store_path = segment_file(folder, name, ".store"),
        .postings_path = segment_file(folder, name, ".postings"),
        .postings_checksum = postings_checksum,
        .documents = documents,
    };
    if (!segment.store_path || !segment.postings_path) {
        free(segment.store_path);
        free(segment.postings_path);
        return tip_fail_memory(err);
    }
    segments[count] = segment;
    manifest->segment_count = count + 1;
    return TIP_OK;
}

/* ---- Writing ---- */

/* JSON numbers are doubles to many readers; a checksum has all 64 bits. */
static json_t *json_checksum(uint64_t checksum)
{
    return json_sprintf("%016" PRIx64, checksum);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static json_t *json_segments(const tip_manifest *manifest)
{
    json_t *array = json_array();
    for (size_t i = 0; i < manifest->segment_count; i++) {
        const tip_segment *segment = &manifest->segments[i];
        json_t *entry = json_pack("{s:s, s:s, s:o, s:I}", "store", file_name(segment->store_path),
                                  "postings", file_name(segment->postings_path),
                                  "postings_checksum", json_checksum(segment->postings_checksum),
                                  "documents", (json_int_t)segment->documents);
        if (json_array_append_new(array, entry) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *json_manifest(const tip_manifest *manifest)
{
    json_t *tiers = manifest->tiers_checksum ? json_checksum(manifest->tiers_checksum) : NULL;
    return json_pack("{s:s, s:i, s:i, s:i, s:s, s:{s:s, s:s}, s:{s:s, s:I, s:o}, s:o*, s:o}",
                     "format", FORMAT_NAME, "schema", TIP_SCHEMA_VERSION, "analysis",
                     TIP_ANALYSIS_VERSION, "generation", (int)manifest->number, "created",
                     manifest->created, "libraries", "libdeflate", LIBDEFLATE_VERSION_STRING,
                     "jansson", jansson_version_str(), "sources", "file", "sources.json", "count",
                     (json_int_t)manifest->sources, "checksum",
                     json_checksum(manifest->sources_checksum), "tiers", tiers, "segments",
                     json_segments(manifest));
}

static tip_status write_text(const char *path, const char *text, tip_error *err)
{
    FILE *file = fopen(path, "wxe");
    if (!file)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot create", path);
    bool failed = fputs(text, file) == EOF;
    if (fclose(file) != 0 || failed)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot write", path);
    return TIP_OK;
}

tip_status tip_manifest_write(const tip_manifest *manifest, const char *folder,
                              uint64_t *ret_checksum, tip_error *err)
{
    json_t *json = json_manifest(manifest);
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    char *path = tip_path_join(folder, "manifest.json");
    tip_status status = text && path ? write_text(path, text, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        *ret_checksum = store_checksum(text, strlen(text));
    free(path);
    free(text);
    json_decref(json);
    return status;
}

/* ---- Reading ---- */

static tip_status damaged(const char *folder, const char *what, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT,
                    "%s/manifest.json: damaged (%s); rebuild the index with tipindex --rebuild",
                    folder, what);
}

static tip_status check_version(const json_t *json, const char *folder, tip_error *err)
{
    const char *format = json_string_value(json_object_get(json, "format"));
    json_int_t schema = json_integer_value(json_object_get(json, "schema"));
    json_int_t analysis = json_integer_value(json_object_get(json, "analysis"));
    if (!format || strcmp(format, FORMAT_NAME) != 0)
        return damaged(folder, "not a manifest", err);
    if (schema != TIP_SCHEMA_VERSION || analysis != TIP_ANALYSIS_VERSION)
        return tip_fail(
            err, TIP_BAD_VERSION,
            "%s: index format %lld.%lld, but this program reads %d.%d; rebuild the index "
            "with tipindex --rebuild",
            folder, (long long)schema, (long long)analysis, TIP_SCHEMA_VERSION,
            TIP_ANALYSIS_VERSION);
    return TIP_OK;
}

static bool read_checksum(const json_t *json, uint64_t *ret_checksum)
{
    const char *text = json_string_value(json);
    char *end;
    if (!text || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return false;
    *ret_checksum = strtoull(text, &end, 16);
    return *end == '\0';
}

/* Files are named, not placed: nothing outside the generation's folder is ever opened. */
static bool is_plain_name(const char *name)
{
    return name && *name && *name != '.' && !strchr(name, '/');
}

static tip_status read_segment(const json_t *json, const char *folder, tip_manifest *manifest,
                               tip_error *err)
{
    const char *store = json_string_value(json_object_get(json, "store"));
    const char *postings = json_string_value(json_object_get(json, "postings"));
    json_int_t documents = json_integer_value(json_object_get(json, "documents"));
    uint64_t checksum;
    if (!is_plain_name(store) || !is_plain_name(postings) || documents < 1 ||
        !read_checksum(json_object_get(json, "postings_checksum"), &checksum))
        return damaged(folder, "segments", err);
    tip_status status = tip_manifest_add(manifest, folder, "", (size_t)documents, checksum, err);
    if (status != TIP_OK)
        return status;
    tip_segment *segment = &manifest->segments[manifest->segment_count - 1];
    free(segment->store_path);
    free(segment->postings_path);
    segment->store_path = tip_path_join(folder, store);
    segment->postings_path = tip_path_join(folder, postings);
    if (!segment->store_path || !segment->postings_path)
        return tip_fail_memory(err);
    return TIP_OK;
}

static tip_status read_fields(const json_t *json, const char *folder, tip_manifest *manifest,
                              tip_error *err)
{
    const json_t *sources = json_object_get(json, "sources");
    const json_t *segments = json_object_get(json, "segments");
    const json_t *tiers = json_object_get(json, "tiers");
    const char *created = json_string_value(json_object_get(json, "created"));
    tip_status status = check_version(json, folder, err);
    if (status != TIP_OK)
        return status;
    if (!created || strlen(created) >= sizeof manifest->created || !json_is_array(segments) ||
        !read_checksum(json_object_get(sources, "checksum"), &manifest->sources_checksum) ||
        (tiers && !read_checksum(tiers, &manifest->tiers_checksum)))
        return damaged(folder, "fields", err);
    strcpy(manifest->created, created);
    manifest->number = (unsigned)json_integer_value(json_object_get(json, "generation"));
    manifest->sources = (size_t)json_integer_value(json_object_get(sources, "count"));
    for (size_t i = 0; i < json_array_size(segments) && status == TIP_OK; i++)
        status = read_segment(json_array_get(segments, i), folder, manifest, err);
    return status;
}

tip_status manifest_parse(tip_str text, const char *folder, tip_manifest *ret_manifest,
                          tip_error *err)
{
    json_error_t reason;
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &reason);
    if (!json)
        return damaged(folder, reason.text, err);
    tip_manifest manifest = {0};
    tip_status status = read_fields(json, folder, &manifest, err);
    json_decref(json);
    if (status == TIP_OK)
        *ret_manifest = manifest;
    else
        tip_manifest_free(&manifest);
    return status;
}
