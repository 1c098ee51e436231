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

/* The checksum of the store, which no input would guess: inputs have a stand-in for it. */
static char store_sum[17];

static void read_store_sum(void)
{
    tip_store *store;
    tip_error err;
    REQUIRE(tip_store_open(fuzz_path("index/gen-1/" TIP_STORE_NAME), &store, &err) == TIP_OK);
    snprintf(store_sum, sizeof store_sum, "%016" PRIx64, tip_store_checksum(store));
    tip_store_free(store);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_index();
    read_store_sum();
    return 0;
}

static uint8_t *put_store_sum(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    REQUIRE(copy);
    memcpy(copy, data, size);
    for (uint8_t *at = copy; (at = memmem(at, size - (size_t)(at - copy), "0123456789abcdef", 16));)
        memcpy(at, store_sum, 16);
    return copy;
}

static void write_generation(const uint8_t *input, size_t size)
{
    char line[64];
    uint8_t *data = put_store_sum(input, size);
    int length = snprintf(line, sizeof line, "gen-1 %016" PRIx64 "\n", store_checksum(data, size));
    fuzz_write("index/gen-1/manifest.json", data, size);
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
