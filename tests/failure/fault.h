/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Updates in which one call goes wrong (shim.c), and what must be true afterwards. */
#ifndef FAILURE_FAULT_H
#define FAILURE_FAULT_H

#include "failure.h"

/** An update to be disturbed. Initialize with {0}. */
typedef struct fault_case {
    char *base;     /**< the index before; NULL: there is none */
    char *index;    /**< the index at hand */
    char *below;    /**< its folder, or the first of the folders that are made for it */
    char *corpus;   /**< what it is to hold */
    char *old_hits; /**< as hits_of; "" when there is no index before */
    char *new_hits;
    char *store; /**< the store of an update that was not disturbed; NULL if it was of another
                    layout */
    size_t store_size;
    const char *how;   /**< as shim.c has it */
    const char *by;    /**< what a file is replaced by; NULL for nothing: it is removed */
    const char *trace; /**< file for the calls, as shim.c writes it; NULL for none */
    const char *jobs;
    bool is_portable; /**< the index has the portable layout */
    bool is_relaid;   /**< it gets the other layout; then is_portable is what it has before */
    bool is_sharded;  /**< it is made as two shards of that layout; only to be traced */
    bool is_rollback; /**< not an update, but tipindex --rollback */
    bool is_search;   /**< nor that, but tipsearch for "police", as JSON */
    bool is_memory;   /**< calls are allocations: as shim_memory.c has it */
    /** Whether a failure of a call, a line of the trace, is told in any case, as the system names
     * it; NULL for none. */
    bool (*is_told)(const char *line);
    const char *about; /**< what a call must have in its line to be one of a kind; NULL: all */
    const char *tells; /**< what the message must hold, such a call being disturbed; else NULL */
    uint64_t at;       /**< the call at which it was disturbed last, by a sweep */
    uint64_t failed;   /**< updates that said that they failed */
    uint64_t finished; /**< updates that said that they are done */
} fault_case;

/** Prepares it, `is_portable` being set, in the scratch folder; `first` for an index that is not
 * there before. */
void fault_case_make(fault_case *c, const char *scratch, bool first);
/** Prepares a rollback, from the hits of the new corpus to those of the old one. */
void fault_case_make_rollback(fault_case *c, const char *scratch);

void fault_case_free(fault_case *c);

/**
 * Disturbs the update at call first, first + stride, ... until it is not reached any more, each
 * time from the beginning, and requires each time what the case's fault allows. The number of
 * times.
 */
uint64_t fault_sweep(fault_case *c, uint64_t first, uint64_t stride);

/**
 * The same at the first call of each kind only, which is another function or another file, and the
 * last part of a file that is written or read; of the `calls`, names with a space around each, if
 * that is not NULL; of these at each `stride`th.
 */
uint64_t fault_sweep_kinds(fault_case *c, const char *calls, uint64_t stride);

/** How many calls an update makes that is not disturbed, and which is the last that is `line`, as
 * in the trace. */
uint64_t fault_calls(const fault_case *c);
uint64_t fault_last_call(const fault_case *c, const char *line);

/** What the index at hand answers, as hits_of; "" when there was none before and is none yet. Any
 * other failure fails the test. */
char *hits_now(const fault_case *c);

/** The index as it was before, then one update with call `at` going wrong (0 for none). Whether it
 * came to that. Release the result with run_free. */
bool fault_once(const fault_case *c, uint64_t at, run_result *ret_result);

/** The program's exit status when the library cannot be preloaded; else 0. Says why. */
int fault_unavailable(void);

#endif
