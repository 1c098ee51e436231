/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Paragraphs from JSON lines, for the engines that do not read them themselves.
 */
#ifndef BENCH_RECORDS_H
#define BENCH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

/** A paragraph. Strings are NUL-terminated, "" when not known, and valid during the call. */
typedef struct record {
    const char *id;
    int year;
    const char *country;
    const char *section;
    const char *tier;
    const char *text; /**< behind the title, if there is one */
} record;

typedef bool (*record_taker)(void *payload, const record *record);

/** A file of records; its bytes are valid during the call. */
typedef struct record_file {
    const char *path;
    const char *bytes;
    size_t size;
} record_file;

typedef bool (*record_file_taker)(void *payload, const record_file *file);

/** Calls `take` for a file, or for each file below a folder in order of their names. False after a
 * message on stderr, or when `take` returned it. */
bool records_files(const char *path, record_file_taker take, void *payload);

/** Calls `take` for each record of a file. False as above. */
bool records_parse(const record_file *file, record_taker take, void *payload);

#endif
