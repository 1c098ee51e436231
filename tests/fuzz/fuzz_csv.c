/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a table: read whole, and cut between rows as large files are. */
#include "fuzz.h"

#include "corpus/table.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

static tip_status count_record(void *payload, const tip_record *record)
{
    size_t *count = payload;
    (void)record;
    ++*count;
    return TIP_OK;
}

static tip_status count_records(const char *bytes, size_t size, size_t *count)
{
    tip_input input = {{"t.csv", 5}, {bytes, size}, 1};
    tip_sink sink = {count_record, NULL, count};
    return tip_read(TIP_FORMAT_CSV, &input, &sink, NULL);
}

/* The header row and what stands behind the first `from` bytes. */
static tip_status count_behind(const char *bytes, size_t size, size_t header, size_t from,
                               size_t *count)
{
    char *copy = malloc(header + size - from + 1);
    REQUIRE(copy);
    memcpy(copy, bytes, header);
    memcpy(copy + header, bytes + from, size - from);
    tip_status status = count_records(copy, header + size - from, count);
    free(copy);
    return status;
}

static void check_cut(const char *bytes, size_t size)
{
    tip_input input = {{"t.csv", 5}, {bytes, size}, 1};
    tip_table *table;
    size_t whole = 0;
    size_t all = 0;
    size_t cut = 0;
    if (tip_table_open(&input, "text", NULL, NULL, &table, NULL) != TIP_OK)
        return;
    char delimiter = tip_table_delimiter(table);
    size_t header = tip_table_header_size(table);
    tip_table_free(table);
    REQUIRE(header > 0 && header <= size);
    REQUIRE(tip_table_whole_rows(delimiter, (tip_str){bytes, size / 2}, &whole) == TIP_OK);
    REQUIRE(whole <= size / 2);
    if (whole < header || bytes[header - 1] != '\n' || count_records(bytes, size, &all) != TIP_OK)
        return;
    REQUIRE(count_records(bytes, whole, &cut) == TIP_OK);
    REQUIRE(count_behind(bytes, size, header, whole, &cut) == TIP_OK);
    REQUIRE(cut == all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(TIP_FORMAT_CSV, "table.csv", data, size);
    check_cut((const char *)data, size);
    return 0;
}
