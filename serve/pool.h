/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Threads that answer, each with a searcher of its own. Private to tipserve.
 *
 * The thread that talks to browsers never searches: it hands over a job, and is told when it is
 * done. A job that takes longer than its time is given up by the browser's side; what searches for
 * it cannot be interrupted, and its answer is dropped.
 *
 * While servers of indexes cannot be reached, answers are failures or partial, and each job tries
 * to reach them; but when that took its time to fail, only after some more.
 */
#ifndef SERVE_POOL_H
#define SERVE_POOL_H

#include "serve/reply.h"
#include "serve/request.h"
#include "tip/search.h"

#include <time.h>

/** One question on its way. Made with job_new, released with job_free. */
typedef struct job {
    request request;
    reply reply;             /**< once it is done */
    bool gzip;               /**< the answer may be compressed */
    char *known_tags;        /**< If-None-Match; NULL for none */
    uint64_t address_hash;   /**< of the whole address as it came */
    void (*done)(void *who); /**< called once, by another thread: it is done, or its time is up */
    void *who;
    bool in_time; /**< it was done before its time was up; else there is no reply */

    /* The pool's own. */
    struct timespec deadline;
    int owners;
    bool told; /* done was called */
    struct job *next, *prev;
    struct job *later, *earlier;
} job;

/** An empty job for a path; NULL when out of memory. */
job *job_new(const char *path);

typedef struct pool pool;

/** How the pool works. */
typedef struct pool_options {
    const char *const *names; /**< of the indexes, as tip_searcher_open_with has them; must outlive
                                   the pool */
    size_t name_count;
    tip_open_options open;
    size_t workers;       /**< threads, and searchers */
    size_t waiting_max;   /**< jobs that wait for one */
    unsigned max_seconds; /**< that a job may take, waiting included */
    /** A line about an index that cannot be opened. May be NULL; called by any thread. */
    void (*warn)(const char *message);
} pool_options;

/** Opens the indexes and starts the threads. Servers that cannot be reached do not keep it from
 * that: they are asked again for the next job. Release with pool_stop. TIP_OK, or as
 * tip_searcher_open_with; TIP_NO_MEMORY also when no thread can be started. */
tip_status pool_start(const pool_options *options, pool **ret_pool, tip_error *err);

/**
 * Hands over a job, which the caller still owns too: job_release it when it is done with it. False
 * when too many wait or the pool is closing: the job is the caller's alone.
 */
bool pool_submit(pool *p, job *j);

/** Gives up the caller's part of a job, and releases it when nobody else has one. */
void pool_release(pool *p, job *j);

/** Takes no more jobs, and returns once all that were taken are done. */
void pool_drain(pool *p);

/** Ends the threads, closes the indexes, and releases the pool. Drain it before. */
void pool_stop(pool *p);

#endif
