/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * tipindex --json: what a run did, as one JSON object for programs that watch over it
 * (tipindex.schema.json). Private to the command.
 */
#ifndef INDEXER_TIPINDEX_JSON_H
#define INDEXER_TIPINDEX_JSON_H

#include "tip/index.h"

/** What is known of a run so far; what is not told stays null. When memory runs out in one of the
 * calls, run_report_print says so. */
typedef struct run_report run_report;

/** A report of a run that starts now; `action` names what it does, `directory` its index, NULL when
 * there is none. Release with run_report_free; NULL when out of memory. */
run_report *run_report_new(const char *action, const char *directory);

/** A line that also went to stderr. The first 1,000 are kept, the others counted. */
void run_report_add_warning(run_report *report, const char *message);

/** Why the run failed. */
void run_report_set_error(run_report *report, const char *message);

void run_report_set_update(run_report *report, const tip_update_summary *summary);
void run_report_set_rollback(run_report *report, const tip_rollback_summary *summary);
/** Of an index that was checked or whose figures were asked for. */
void run_report_set_stats(run_report *report, const tip_index_stats *stats);

/** Prints the object, as a line of ASCII, to stdout, whose errors are the caller's to look for.
 * False when memory ran out, now or before: then nothing is printed. */
bool run_report_print(run_report *report, int exit_status);

/** Releases it; NULL is ignored. */
void run_report_free(run_report *report);

#endif
