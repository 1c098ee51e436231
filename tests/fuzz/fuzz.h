/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. A target is one function that takes any bytes; it ends the process
 * when something does not hold. libFuzzer finds the bytes; replay.c repeats known ones. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "corpus/reader.h"
#include "tip/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The target. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What a target prepares once; every target has one, though it may do nothing. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/** Ends the process when a condition does not hold. */
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(__FILE__, __LINE__, #condition);                                             \
    } while (0)

_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/** Whether the bytes are valid UTF-8. */
bool fuzz_is_utf8(const char *bytes, size_t size);

/** Requires a string with bytes to have an address, and to be UTF-8. */
void fuzz_check_string(tip_str string);

/** Requires everything that include/tip/record.h promises of a record. */
void fuzz_check_record(const tip_record *record);

/** Requires a message to be one line of UTF-8, and not an empty one. */
void fuzz_check_message(const char *message);

/**
 * Reads the bytes as a file of that name, twice: once to the end, once with a sink that stops at
 * the first record.
 */
void fuzz_read(tip_format format, const char *path, const uint8_t *data, size_t size);

/** A new scratch folder, whose path is borrowed; it goes away when the process ends. */
const char *fuzz_scratch(void);

/** Writes a file of the scratch folder anew. */
void fuzz_write(const char *name, const void *bytes, size_t size);

/** The whole path of a file of the scratch folder; borrowed until the next call. */
const char *fuzz_path(const char *name);

/** Makes an index of a few paragraphs in the scratch folder, as its folder "index". */
void fuzz_make_index(void);

/** Removes the scratch folder now: what is open stays open. */
void fuzz_remove_scratch(void);

#endif
