/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/pool.h"

#include "base/clock.h"
#include "serve/fail.h"
#include "serve/route.h"
#include "tip/index.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <utlist.h>
#include <xxhash.h>

/* For so many times as long as was waited in vain for servers no other job waits for them. */
enum { PAUSE = 5 };

typedef struct worker {
    pthread_t thread;
    bool started;
    pool *pool;
    tip_searcher *searcher; /* NULL while no server can be reached */
    tip_error failure;      /* why */
    uint64_t stamp;         /* of what it has opened */
    double tried;           /* when it has opened that, or tried to, in seconds */
    double took;            /* how long that was */
} worker;

struct pool {
    pool_options options;
    pthread_mutex_t mutex;
    pthread_cond_t work;  /* for the workers: a job, a new generation, the end */
    pthread_cond_t clock; /* for the watch: an earliest deadline, the end */
    pthread_cond_t empty; /* for pool_drain */
    job *queue;           /* next, prev: those that wait */
    size_t waiting;
    job *unfinished; /* later, earlier: all that were taken and not told, by their deadlines */
    size_t busy;
    uint64_t stamp; /* the newest that a worker has seen */
    bool draining;
    bool ending;
    pthread_t watch;
    bool watched;
    worker *workers;
};

/* ---- Jobs ---- */

job *job_new(const char *path)
{
    job *j = calloc(1, sizeof *j);
    if (!j || request_init(&j->request, path) == TIP_OK)
        return j;
    free(j);
    return NULL;
}

static void job_free(job *j)
{
    request_free(&j->request);
    reply_free(&j->reply);
    free(j->known_tags);
    free(j);
}

void pool_release(pool *p, job *j)
{
    pthread_mutex_lock(&p->mutex);
    bool last = --j->owners <= 0;
    pthread_mutex_unlock(&p->mutex);
    if (last)
        job_free(j);
}

bool pool_submit(pool *p, job *j)
{
    pthread_mutex_lock(&p->mutex);
    bool taken = !p->draining && p->waiting < p->options.waiting_max;
    j->owners = taken ? 2 : 1;
    if (taken) {
        clock_gettime(CLOCK_MONOTONIC, &j->deadline);
        j->deadline.tv_sec += p->options.max_seconds;
        DL_APPEND(p->queue, j);
        p->waiting++;
        DL_APPEND2(p->unfinished, j, earlier, later);
        pthread_cond_signal(&p->work);
        pthread_cond_signal(&p->clock);
    }
    pthread_mutex_unlock(&p->mutex);
    return taken;
}

/* Tells whoever waits, once. The mutex is held: who is told must still be there. */
static void tell(pool *p, job *j, bool in_time)
{
    if (j->told)
        return;
    j->told = true;
    j->in_time = in_time;
    DL_DELETE2(p->unfinished, j, earlier, later);
    j->done(j->who);
}

/* ---- Indexes ---- */

static bool add_file(uint64_t *stamp, const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return false;
    const uint64_t parts[] = {found.st_ino, (uint64_t)found.st_mtim.tv_sec,
                              (uint64_t)found.st_mtim.tv_nsec, (uint64_t)found.st_size};
    *stamp = XXH3_64bits_withSeed(parts, sizeof parts, *stamp);
    return true;
}

/* Of a folder, the file that names its generation. */
static bool add_folder(uint64_t *stamp, const char *folder)
{
    char *path;
    if (asprintf(&path, "%s/current", folder) < 0)
        return false;
    bool added = add_file(stamp, path);
    free(path);
    return added;
}

/* A server does not tell of generations, and a list is not looked into. */
static bool add_name(uint64_t *stamp, const char *name)
{
    const unsigned shards = tip_index_shards(name);
    bool added = true;
    if (strncmp(name, "tcp:", strlen("tcp:")) == 0)
        return true;
    for (unsigned i = 0; i < shards && added; i++) {
        char *folder = tip_index_shard_directory(name, i);
        added = folder && add_folder(stamp, folder);
        free(folder);
    }
    return shards > 0 ? added : add_folder(stamp, name) || add_file(stamp, name);
}

/* Another one whenever one of the indexes here has another generation; 0 when one is missing. */
static uint64_t stamp_now(const pool_options *options)
{
    uint64_t stamp = 0;
    for (size_t i = 0; i < options->name_count; i++)
        if (!add_name(&stamp, options->names[i]))
            return 0;
    return stamp;
}

static tip_status open_searcher(worker *w, tip_searcher **ret_searcher, tip_error *err)
{
    const pool_options *options = &w->pool->options;
    double begun = tip_seconds_now();
    tip_status status = tip_searcher_open_with(options->names, options->name_count, &options->open,
                                               ret_searcher, err);
    w->tried = tip_seconds_now();
    w->took = w->tried - begun;
    return status;
}

/* Whether to look for what could not be reached; where a server has let its time pass not so often
 * that most of the time is waited. */
static bool is_due(const worker *w)
{
    if (w->searcher && tip_searcher_lost(w->searcher) == 0)
        return false;
    return w->took < w->pool->options.open.timeout_seconds ||
           tip_seconds_now() >= w->tried + PAUSE * w->took;
}

/* Opens what is in use now. What cannot be opened leaves the old one in use until it changes. */
static void refresh(worker *w, uint64_t stamp)
{
    const pool_options *options = &w->pool->options;
    bool changed = stamp != 0 && stamp != w->stamp;
    tip_searcher *searcher;
    tip_error err = {.message = ""};
    if (!changed && !is_due(w))
        return;
    if (changed)
        w->stamp = stamp;
    if (open_searcher(w, &searcher, &err) != TIP_OK) {
        if (!w->searcher)
            w->failure = err;
        if (changed && options->warn)
            options->warn(err.message);
        return;
    }
    tip_searcher_free(w->searcher);
    w->searcher = searcher;
}

/* ---- Threads ---- */

/* The other workers are woken by a new generation, so that none holds an old one while idle. */
static void look_for_generation(worker *w)
{
    pool *p = w->pool;
    uint64_t stamp = stamp_now(&p->options);
    pthread_mutex_lock(&p->mutex);
    if (stamp != 0 && stamp != p->stamp) {
        p->stamp = stamp;
        pthread_cond_broadcast(&p->work);
    }
    pthread_mutex_unlock(&p->mutex);
    refresh(w, stamp);
}

static void work_on(worker *w, job *j)
{
    pool *p = w->pool;
    pthread_mutex_lock(&p->mutex);
    bool too_late = j->told;
    pthread_mutex_unlock(&p->mutex);
    if (!too_late) {
        look_for_generation(w);
        if (w->searcher)
            route_answer(w->searcher, j);
        else
            route_fail(&j->reply, j->request.path, reply_status_of(TIP_UNREACHABLE), &w->failure,
                       NULL);
    }
    pthread_mutex_lock(&p->mutex);
    tell(p, j, true);
    bool last = --j->owners == 0;
    pthread_mutex_unlock(&p->mutex);
    if (last)
        job_free(j);
}

/* With the mutex held: sleeps until there is something to do. */
static void wait_for_work(worker *w)
{
    pool *p = w->pool;
    while (!p->queue && !p->ending && p->stamp == w->stamp)
        pthread_cond_wait(&p->work, &p->mutex);
}

static void *run_worker(void *payload)
{
    worker *w = payload;
    pool *p = w->pool;
    pthread_mutex_lock(&p->mutex);
    for (;;) {
        wait_for_work(w);
        uint64_t stamp = p->stamp;
        job *j = p->queue;
        if (!j && p->ending)
            break;
        if (j) {
            DL_DELETE(p->queue, j);
            p->waiting--;
        }
        p->busy++;
        pthread_mutex_unlock(&p->mutex);
        if (j)
            work_on(w, j);
        else
            refresh(w, stamp);
        pthread_mutex_lock(&p->mutex);
        p->busy--;
        pthread_cond_broadcast(&p->empty);
    }
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

static bool is_over(const struct timespec *deadline)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > deadline->tv_sec ||
           (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

/* All jobs have the same time, so that the first one's is over first. */
static void *run_watch(void *payload)
{
    pool *p = payload;
    pthread_mutex_lock(&p->mutex);
    while (!p->ending) {
        if (!p->unfinished) {
            pthread_cond_wait(&p->clock, &p->mutex);
        } else if (is_over(&p->unfinished->deadline)) {
            tell(p, p->unfinished, false);
        } else {
            struct timespec deadline = p->unfinished->deadline;
            pthread_cond_timedwait(&p->clock, &p->mutex, &deadline);
        }
    }
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

/* ---- Start and end ---- */

static tip_status start_threads(pool *p, tip_error *err)
{
    for (size_t i = 0; i < p->options.workers; i++) {
        worker *w = &p->workers[i];
        if (pthread_create(&w->thread, NULL, run_worker, w) != 0)
            return fail(err, TIP_NO_MEMORY, "no thread can be started");
        w->started = true;
    }
    if (pthread_create(&p->watch, NULL, run_watch, p) != 0)
        return fail(err, TIP_NO_MEMORY, "no thread can be started");
    p->watched = true;
    return TIP_OK;
}

static void tell_lost(const pool *p, const tip_searcher *searcher)
{
    for (size_t i = 0; i < tip_searcher_lost(searcher) && p->options.warn; i++)
        p->options.warn(tip_searcher_lost_at(searcher, i)->message);
}

/* What the first worker cannot reach the others look for when they have something to do. */
static tip_status open_searchers(pool *p, tip_error *err)
{
    worker *first = &p->workers[0];
    tip_error failure = {.position = TIP_NO_POSITION};
    p->stamp = stamp_now(&p->options);
    for (size_t i = 0; i < p->options.workers; i++) {
        p->workers[i].pool = p;
        p->workers[i].stamp = p->stamp;
    }
    tip_status status = open_searcher(first, &first->searcher, &failure);
    if (status == TIP_UNREACHABLE && p->options.warn)
        p->options.warn(failure.message);
    if (status == TIP_OK)
        tell_lost(p, first->searcher);
    first->failure = failure;
    bool is_whole = status == TIP_OK && tip_searcher_lost(first->searcher) == 0;
    for (size_t i = 1; i < p->options.workers && is_whole && status == TIP_OK; i++)
        status = open_searcher(&p->workers[i], &p->workers[i].searcher, &failure);
    if (status == TIP_OK || status == TIP_UNREACHABLE)
        return TIP_OK;
    *err = failure;
    return status;
}

static void init_conditions(pool *p)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->clock, &monotonic);
    pthread_cond_init(&p->empty, NULL);
    pthread_condattr_destroy(&monotonic);
}

tip_status pool_start(const pool_options *options, pool **ret_pool, tip_error *err)
{
    pool *p = calloc(1, sizeof *p);
    worker *workers = calloc(options->workers, sizeof *workers);
    if (!p || !workers) {
        free(p);
        free(workers);
        return fail_memory(err);
    }
    p->options = *options;
    p->workers = workers;
    init_conditions(p);
    tip_status status = open_searchers(p, err);
    if (status == TIP_OK)
        status = start_threads(p, err);
    if (status != TIP_OK) {
        pool_stop(p);
        return status;
    }
    *ret_pool = p;
    return TIP_OK;
}

void pool_drain(pool *p)
{
    pthread_mutex_lock(&p->mutex);
    p->draining = true;
    while (p->queue || p->busy > 0)
        pthread_cond_wait(&p->empty, &p->mutex);
    pthread_mutex_unlock(&p->mutex);
}

void pool_stop(pool *p)
{
    pthread_mutex_lock(&p->mutex);
    p->ending = true;
    pthread_cond_broadcast(&p->work);
    pthread_cond_broadcast(&p->clock);
    pthread_mutex_unlock(&p->mutex);
    for (size_t i = 0; i < p->options.workers; i++) {
        if (p->workers[i].started)
            pthread_join(p->workers[i].thread, NULL);
        tip_searcher_free(p->workers[i].searcher);
    }
    if (p->watched)
        pthread_join(p->watch, NULL);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->clock);
    pthread_cond_destroy(&p->empty);
    pthread_mutex_destroy(&p->mutex);
    free(p->workers);
    free(p);
}
