/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.json: writing and reading. */
#include "store/manifest.h"

#include "base/error.h"
#include "base/record_json.h"
#include "store/file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define FORMAT_NAME "tipsearch index"

void tip_manifest_free(tip_manifest *manifest)
{
    for (size_t i = 0; i < TIP_LAYERS_MAX; i++)
        free(manifest->layers[i].path);
    free(manifest->database.path);
    free(manifest->store.path);
    free(manifest->gone.path);
    free(manifest->runs);
    *manifest = (tip_manifest){0};
}

/* ---- Layouts ---- */

static const char *const layout_names[] = {
    [TIP_LAYOUT_FAST] = "fast", [TIP_LAYOUT_PORTABLE] = "portable"};

bool tip_layout_of_name(const char *name, tip_layout *ret_layout)
{
    for (size_t i = 0; i < sizeof layout_names / sizeof *layout_names; i++)
        if (strcmp(layout_names[i], name) == 0) {
            *ret_layout = (tip_layout)i;
            return true;
        }
    return false;
}

const char *tip_layout_name(tip_layout layout)
{
    return layout_names[layout];
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

static json_t *json_file(const tip_index_file *file)
{
    return json_pack("{s:s, s:o, s:I}", "file", file_name(file->path), "checksum",
                     json_checksum(file->checksum), "documents", (json_int_t)file->documents);
}

static json_t *json_layers(const tip_manifest *manifest)
{
    json_t *array = json_array();
    for (size_t i = 0; i < manifest->layer_count; i++)
        if (json_array_append_new(array, json_file(&manifest->layers[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *json_runs(const tip_manifest *manifest)
{
    json_t *array = json_array();
    for (size_t i = 0; i < manifest->run_count; i++) {
        const xc_run *run = &manifest->runs[i];
        json_t *entry = json_pack("[I, I, I]", (json_int_t)run->layer, (json_int_t)run->first,
                                  (json_int_t)run->count);
        if (json_array_append_new(array, entry) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static bool add_file(json_t *json, const char *key, const tip_index_file *file)
{
    return !file->path || json_object_set_new(json, key, json_file(file)) == 0;
}

static bool add_tiers(json_t *json, uint64_t checksum)
{
    return !checksum || json_object_set_new(json, "tiers", json_checksum(checksum)) == 0;
}

/* A whole index of the fast layout says nothing of either. */
static bool add_form(json_t *json, const tip_manifest *manifest)
{
    if (manifest->layout != TIP_LAYOUT_FAST &&
        json_object_set_new(json, "layout", json_string(tip_layout_name(manifest->layout))) != 0)
        return false;
    return manifest->shards == 0 ||
           json_object_set_new(json, "shard",
                               json_pack("{s:i, s:i}", "number", (int)manifest->shard, "of",
                                         (int)manifest->shards)) == 0;
}

static json_t *json_manifest(const tip_manifest *manifest)
{
    json_t *json =
        json_pack("{s:s, s:i, s:i, s:i, s:s, s:{s:s, s:s}, s:{s:s, s:I, s:o}, s:o, s:o}", "format",
                  FORMAT_NAME, "schema", TIP_SCHEMA_VERSION, "analysis", TIP_ANALYSIS_VERSION,
                  "generation", (int)manifest->number, "created", manifest->created, "libraries",
                  "zstd", ZSTD_versionString(), "jansson", jansson_version_str(), "sources", "file",
                  "sources.json", "count", (json_int_t)manifest->sources, "checksum",
                  json_checksum(manifest->sources_checksum), "layers", json_layers(manifest),
                  "runs", json_runs(manifest));
    if (json && add_tiers(json, manifest->tiers_checksum) && add_form(json, manifest) &&
        add_file(json, "database", &manifest->database) &&
        add_file(json, "store", &manifest->store) && add_file(json, "gone", &manifest->gone))
        return json;
    json_decref(json);
    return NULL;
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

/* A file that is not spoken of is not there; one that is has so many documents at least. */
static tip_status read_index_file(const json_t *json, const char *folder, json_int_t least,
                                  tip_index_file *file, tip_error *err)
{
    const char *name = json_string_value(json_object_get(json, "file"));
    json_int_t documents = json_integer_value(json_object_get(json, "documents"));
    if (!json)
        return TIP_OK;
    if (!is_plain_name(name) || documents < least || documents >= UINT32_MAX ||
        !read_checksum(json_object_get(json, "checksum"), &file->checksum))
        return damaged(folder, "files", err);
    file->documents = (size_t)documents;
    file->path = tip_path_join(folder, name);
    return file->path ? TIP_OK : tip_fail_memory(err);
}

static tip_status read_layers(const json_t *json, const char *folder, tip_manifest *manifest,
                              tip_error *err)
{
    size_t count = json_array_size(json);
    tip_status status = TIP_OK;
    if (!json_is_array(json) || count > TIP_LAYERS_MAX)
        return damaged(folder, "layers", err);
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = read_index_file(json_array_get(json, i), folder, 1, &manifest->layers[i], err);
    manifest->layer_count = count;
    return status;
}

static bool read_number(const json_t *json, json_int_t least, uint32_t *ret_number)
{
    json_int_t number = json_integer_value(json);
    if (!json_is_integer(json) || number < least || number >= UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool read_run(const json_t *json, xc_run *run)
{
    return json_array_size(json) == 3 && read_number(json_array_get(json, 0), 0, &run->layer) &&
           read_number(json_array_get(json, 1), 1, &run->first) &&
           read_number(json_array_get(json, 2), 1, &run->count);
}

static tip_status read_runs(const json_t *json, const char *folder, tip_manifest *manifest,
                            tip_error *err)
{
    size_t count = json_array_size(json);
    manifest->runs = calloc(count + 1, sizeof *manifest->runs);
    if (!manifest->runs)
        return tip_fail_memory(err);
    for (; manifest->run_count < count; manifest->run_count++)
        if (!read_run(json_array_get(json, manifest->run_count),
                      &manifest->runs[manifest->run_count]))
            return damaged(folder, "runs", err);
    return json_is_array(json) ? TIP_OK : damaged(folder, "runs", err);
}

/* Each document of the store is in a layer, and of the layers what no run has is gone. */
static tip_status check_documents(const tip_manifest *manifest, const char *folder, tip_error *err)
{
    uint64_t posted = 0;
    uint64_t left = 0;
    for (size_t i = 0; i < manifest->layer_count; i++)
        posted += manifest->layers[i].documents;
    for (size_t i = 0; i < manifest->run_count; i++) {
        if (manifest->runs[i].layer >= manifest->layer_count)
            return damaged(folder, "runs", err);
        left += manifest->runs[i].count;
    }
    if (left != manifest->store.documents || left + manifest->gone.documents != posted)
        return damaged(folder, "numbers of documents", err);
    return TIP_OK;
}

static tip_status read_files(const json_t *json, const char *folder, tip_manifest *manifest,
                             tip_error *err)
{
    tip_status status =
        read_index_file(json_object_get(json, "store"), folder, 1, &manifest->store, err);
    if (status == TIP_OK)
        status =
            read_index_file(json_object_get(json, "database"), folder, 0, &manifest->database, err);
    if (status == TIP_OK)
        status = read_layers(json_object_get(json, "layers"), folder, manifest, err);
    if (status == TIP_OK)
        status = read_index_file(json_object_get(json, "gone"), folder, 1, &manifest->gone, err);
    if (status == TIP_OK)
        status = read_runs(json_object_get(json, "runs"), folder, manifest, err);
    return status == TIP_OK ? check_documents(manifest, folder, err) : status;
}

static bool read_shard(const json_t *json, tip_manifest *manifest)
{
    json_int_t number = json_integer_value(json_object_get(json, "number"));
    json_int_t of = json_integer_value(json_object_get(json, "of"));
    if (number < 0 || number >= of || of > TIP_SHARDS_MAX)
        return false;
    manifest->shard = (unsigned)number;
    manifest->shards = (unsigned)of;
    return true;
}

/* The portable layout has a database and nothing else, the fast one has none. */
static tip_status read_form(const json_t *json, const char *folder, tip_manifest *manifest,
                            tip_error *err)
{
    const char *layout = json_string_value(json_object_get(json, "layout"));
    const json_t *shard = json_object_get(json, "shard");
    if ((layout && !tip_layout_of_name(layout, &manifest->layout)) ||
        (shard && !read_shard(shard, manifest)))
        return damaged(folder, "layout", err);
    bool is_portable = manifest->layout == TIP_LAYOUT_PORTABLE;
    if (is_portable != (manifest->database.path != NULL) ||
        (is_portable && (manifest->store.path || manifest->layer_count > 0 || manifest->gone.path)))
        return damaged(folder, "files", err);
    return TIP_OK;
}

static tip_status read_fields(const json_t *json, const char *folder, tip_manifest *manifest,
                              tip_error *err)
{
    const json_t *sources = json_object_get(json, "sources");
    const json_t *tiers = json_object_get(json, "tiers");
    const char *created = json_string_value(json_object_get(json, "created"));
    tip_status status = check_version(json, folder, err);
    if (status != TIP_OK)
        return status;
    if (!created || strlen(created) >= sizeof manifest->created ||
        !read_checksum(json_object_get(sources, "checksum"), &manifest->sources_checksum) ||
        (tiers && !read_checksum(tiers, &manifest->tiers_checksum)))
        return damaged(folder, "fields", err);
    strcpy(manifest->created, created);
    manifest->number = (unsigned)json_integer_value(json_object_get(json, "generation"));
    manifest->sources = (size_t)json_integer_value(json_object_get(sources, "count"));
    status = read_files(json, folder, manifest, err);
    return status == TIP_OK ? read_form(json, folder, manifest, err) : status;
}

tip_status manifest_parse(tip_str text, const char *folder, tip_manifest *ret_manifest,
                          tip_error *err)
{
    json_error_t reason;
    errno = 0;
    json_t *json =
        tip_json_loaded(json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &reason), &reason);
    if (!json)
        return *reason.text ? damaged(folder, reason.text, err) : tip_fail_memory(err);
    tip_manifest manifest = {0};
    tip_status status = read_fields(json, folder, &manifest, err);
    json_decref(json);
    if (status == TIP_OK)
        *ret_manifest = manifest;
    else
        tip_manifest_free(&manifest);
    return status;
}
