/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the manifest of a generation whose other files are good. */
#include "fuzz.h"

#include "store/file.h"
#include "store/generation.h"
#include "tip/index.h"
#include "tip/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The files beside the manifest. Inputs have stand-ins for their checksums, which none would guess.
 */
enum { SUM_DIGITS = 16, FILES = 5 };
static struct {
    const char *name; /* the store is the first: it tells its sum itself */
    const char *stand_in;
    char sum[SUM_DIGITS + 1];
} files[FILES] = {{TIP_STORE_NAME, "aaaaaaaaaaaaaaaa", ""},
                  {TIP_BASE_NAME, "bbbbbbbbbbbbbbbb", ""},
                  {"sources.json", "cccccccccccccccc", ""},
                  {TIP_DELTA_NAME, "dddddddddddddddd", ""},
                  {TIP_GONE_NAME, "eeeeeeeeeeeeeeee", ""}};

static void update(const char *last_text)
{
    enum { LINES = 30 };
    char lines[LINES * 64 + 64];
    size_t size = 0;
    tip_update_summary summary;
    char *paths[] = {strdup(fuzz_path("many.jsonl")), strdup(fuzz_path("last.jsonl"))};
    for (int i = 0; i < LINES; i++)
        size += (size_t)sprintf(lines + size, "{\"text\": \"The police of town %d.\"}\n", i);
    fuzz_write("many.jsonl", lines, size);
    fuzz_write("last.jsonl", last_text, strlen(last_text));
    REQUIRE(tip_index_update(fuzz_path("index"), (const char *const *)paths, 2, NULL, &summary,
                             NULL) == TIP_OK);
    free(paths[0]);
    free(paths[1]);
}

static void put_sum(size_t file, uint64_t sum)
{
    snprintf(files[file].sum, sizeof files[file].sum, "%016" PRIx64, sum);
}

static void read_sums(void)
{
    tip_store *store;
    uint64_t sum;
    REQUIRE(tip_store_open(fuzz_path("index/gen-2/" TIP_STORE_NAME), &store, NULL) == TIP_OK);
    put_sum(0, tip_store_checksum(store));
    tip_store_free(store);
    for (size_t i = 1; i < FILES; i++) {
        char path[64];
        snprintf(path, sizeof path, "index/gen-2/%s", files[i].name);
        REQUIRE(tip_file_checksum(fuzz_path(path), &sum, NULL) == TIP_OK);
        put_sum(i, sum);
    }
}

/* An index with a delta, and with something gone. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    update("{\"text\": \"The police were there.\"}\n");
    update("{\"text\": \"They are gone.\"}\n");
    read_sums();
    return 0;
}

static uint8_t *put_sums(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    REQUIRE(copy);
    memcpy(copy, data, size);
    for (size_t i = 0; i < FILES; i++)
        for (uint8_t *at = copy;
             (at = memmem(at, size - (size_t)(at - copy), files[i].stand_in, SUM_DIGITS));)
            memcpy(at, files[i].sum, SUM_DIGITS);
    return copy;
}

static void write_generation(const uint8_t *input, size_t size)
{
    char line[64];
    uint8_t *data = put_sums(input, size);
    int length = snprintf(line, sizeof line, "gen-2 %016" PRIx64 "\n", store_checksum(data, size));
    fuzz_write("index/gen-2/manifest.json", data, size);
    fuzz_write("index/current", line, (size_t)length);
    free(data);
}

static void check_failure(tip_status status, const tip_error *err)
{
    REQUIRE(status == TIP_OK || status == TIP_CORRUPT || status == TIP_BAD_VERSION);
    if (status != TIP_OK)
        fuzz_check_message(err->message);
}

static void search(const char *folder)
{
    tip_searcher *searcher;
    tip_query *query;
    tip_results *results;
    tip_error err = {.message = ""};
    tip_search_options options = {.limit = 2, .snippet_bytes = 60};
    tip_status status = tip_searcher_open(&folder, 1, &searcher, &err);
    check_failure(status, &err);
    if (status != TIP_OK)
        return;
    status = tip_query_parse(searcher, (tip_str){"police", 6}, NULL, &query, &err);
    REQUIRE(status == TIP_OK);
    status = tip_search(searcher, query, &options, &results, &err);
    check_failure(status, &err);
    if (status == TIP_OK)
        tip_results_free(results);
    tip_query_free(query);
    tip_searcher_free(searcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tip_generation *generation;
    tip_index_stats stats;
    tip_error err = {.message = ""};
    write_generation(data, size);
    const char *folder = fuzz_path("index");
    tip_status status = tip_generation_open(folder, &generation, &err);
    check_failure(status, &err);
    if (status == TIP_OK) {
        REQUIRE(strlen(generation->manifest.created) < sizeof generation->manifest.created);
        tip_generation_free(generation);
        check_failure(tip_index_check(folder, &err), &err);
        check_failure(tip_index_stats_read(folder, &stats, &err), &err);
    }
    search(folder);
    return 0;
}
