/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the failure tests share: a scratch folder, running the commands, looking at an index. The
 * functions fail the test at hand when the machine refuses something. */
#ifndef FAILURE_FAILURE_H
#define FAILURE_FAILURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tip/status.h"

#include <stdbool.h>
#include <sys/types.h>

/** Exit status that makes ctest say "skipped". */
enum { SKIPPED = 77 };

/* ---- Files ---- */

/** A cmocka setup and teardown: the test's own scratch folder as *state. */
int scratch_make(void **state);
int scratch_remove(void **state);

/** A string that is made as by printf, to be released with free(). */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Writes a whole file. */
void write_file(const char *path, const void *bytes, size_t size);

/** Reads a whole file, to be released with free(). */
char *read_file(const char *path, size_t *ret_size);

/** Copies a folder and all in it to a new place; what is there is removed before. */
void copy_tree(const char *from, const char *to);

/** Removes a file or folder and all in it, if it is there. */
void remove_tree(const char *path);

/** The names of all that is below a folder, in order, a line each; release with free(). */
char *list_tree(const char *path);

/* ---- Running ---- */

/** How a program is to be run. */
typedef struct run_options {
    const char *const *environment; /**< "NAME=VALUE", NULL-ended; may be NULL */
    size_t memory;                  /**< limit of the address space in bytes; 0 for none */
    bool bare;                      /**< without the wrapper that TIP_WRAPPER names */
} run_options;

/** What came of it. Release with run_free. */
typedef struct run_result {
    int status; /**< exit status, or minus the signal's number */
    char *out;
    char *err;
} run_result;

/** Runs a program to its end; argv is NULL-ended. */
run_result run_program(const char *const *argv, const run_options *options);

/** Starts one, whose output goes nowhere, and waits for it: its status. */
pid_t start_program(const char *const *argv);
int wait_program(pid_t pid);

void run_free(run_result *result);

/** Starts a process of this program in which a crash is not cmocka's business: it ends the process.
 * As fork(2). */
pid_t fork_bare(void);

/** From now on a signal ends this process unless it calls this again in time. The commands get as
 * much time. */
void limit_time(void);

/** The commands under test. */
const char *tipindex(void);
const char *tipsearch(void);

/** How many times slower than usual programs are, about: with sanitizers, or below a wrapper such
 * as valgrind. 1 for not at all. */
unsigned slowness(void);
bool is_slow(void);

/** Whether all is to be tried that can be (TIP_FAILURE_ALL=1), not only samples. */
bool is_thorough(void);

/* ---- An index ---- */

/** Writes the corpus: `variant` tells the paragraphs of one from those of another. */
void make_corpus(const char *folder, const char *variant);

/**
 * Makes an index of a corpus of the variant "old", changed so often that its postings are in
 * layers: documents that stay are in its base and in its delta, and some are gone.
 */
void make_layers(const char *index, const char *corpus);

/** Makes an index of the portable layout, of a corpus of the variant "old". */
void make_portable(const char *index, const char *corpus);

/** Requires the postings of an index to be in layers. */
void check_layers(const char *index);

/** Runs tipindex on a corpus and requires an exit status. */
void update_index(const char *index, const char *corpus, int status);

/** The answer of tipsearch to the one query that all of the corpus answers; release with free(). It
 * must be the exit status, and nothing else than an answer. */
char *answer_of(const char *index, int status);

/** The same update in this process, which takes a fraction of the time. */
void update_here(const char *index, const char *corpus);

/**
 * What the library answers to the same query, in this process: a line for each hit with its id, its
 * score and its text; release with free(). As tip_searcher_open and tip_search; on any other status
 * than TIP_OK *ret_hits is NULL. Nothing of cmocka.
 */
tip_status hits_of(const char *index, char **ret_hits, tip_error *err);

/** Requires the whole index to be sound, and only one generation to be there and nothing else. In
 * this process, as tipindex --check does it. */
void check_clean(const char *index);
/** The same of an index of the portable layout. */
void check_clean_portable(const char *index);

/** The number of the generation in use. */
unsigned generation_of(const char *index);

#endif
