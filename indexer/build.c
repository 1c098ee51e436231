/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/build.h"

#include "base/error.h"
#include "corpus/reader.h"
#include "indexer/chunk.h"
#include "indexer/paths.h"
#include "indexer/portable_part.h"
#include "indexer/shard.h"
#include "indexer/task.h"
#include "store/generation.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PROBLEM_LINES = 20, /* what is kept of a file's warnings */
    JOBS_MAX = 64
};

/* What the jobs share. */
typedef struct build {
    const tip_build_request *request;
    tip_known_list *sources;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t turn_ended;
    tip_planner planner;
    size_t turn; /* number of the task whose paragraphs are to be numbered next */
    tip_numbering numbering;
    tip_buf dictionary; /* of all parts */
    bool has_dictionary;
    tip_buf parts; /* tip_built_part, one a task */
    tip_progress progress;
    tip_status status; /* of the first failure */
    tip_error error;
} build;

/* What one job has to itself. */
typedef struct job {
    build *build;
    tip_stemmer *stemmer;
    tip_chunk *chunk;
    tip_known_source *source; /* being read */
    size_t documents;         /* of that source in this task */
    uint64_t text_bytes;      /* of these */
    uint32_t records;         /* of that source in this task, with those of other shards */
    tip_buf orders;           /* tip_order, one a document of the chunk */
    tip_buf key;              /* of the last record's shard */
    tip_buf problem;          /* warnings about that source, a line each */
    size_t problem_lines;
    bool unread;          /* the machine failed while that source was read, or lacks a module */
    tip_text_block block; /* of the old store */
    tip_status status;    /* of the chunk, which can fail while a reader is at work */
    tip_error error;
} job;

/* ---- Receiving what a reader finds ---- */

static void receive_warning(void *payload, const char *message)
{
    job *j = payload;
    if (++j->problem_lines > PROBLEM_LINES)
        return;
    tip_error line;
    (void)tip_fail(&line, TIP_BAD_INPUT, "%s", message);
    if (j->problem.size > 0)
        (void)tip_buf_add_byte(&j->problem, '\n');
    (void)tip_buf_add_text(&j->problem, line.message);
}

static tip_status is_ours(job *j, const tip_record *record, bool *ret_ours)
{
    const tip_build_request *r = j->build->request;
    unsigned shard = r->shard;
    tip_status status = TIP_OK;
    if (r->shards > 0)
        status = tip_shard_of(record, j->source->path, r->shards, &j->key, &shard);
    *ret_ours = shard == r->shard;
    return status == TIP_OK ? TIP_OK : tip_fail_memory(&j->error);
}

static tip_status add_record(job *j, const tip_record *record, uint32_t number)
{
    const tip_order order = {j->source->path, number};
    tip_record full = *record;
    if (full.tier.size == 0)
        full.tier = tip_str_of(tip_tier_table_find(j->build->request->tiers, full.iso3, full.year));
    tip_status status = tip_chunk_add(j->chunk, &full, &j->error);
    if (status != TIP_OK)
        return status;
    j->documents++;
    j->text_bytes += full.text.size;
    return tip_buf_add(&j->orders, &order, sizeof order) == TIP_OK ? TIP_OK
                                                                   : tip_fail_memory(&j->error);
}

/* A paragraph that is too large is left out; any other failure ends the build. */
static tip_status receive_record(void *payload, const tip_record *record)
{
    job *j = payload;
    bool ours;
    uint32_t number = j->records++;
    tip_status status = is_ours(j, record, &ours);
    if (status == TIP_OK && ours)
        status = add_record(j, record, number);
    if (status == TIP_TOO_LARGE) {
        receive_warning(j, j->error.message);
        status = TIP_OK;
    }
    if (status != TIP_OK)
        j->status = status;
    return status;
}

static tip_status append_problem(tip_known_source *source, tip_str text)
{
    tip_buf all = {0};
    tip_status status = TIP_OK;
    if (source->problem) {
        status = tip_buf_add_text(&all, source->problem);
        if (status == TIP_OK)
            status = tip_buf_add_byte(&all, '\n');
    }
    if (status == TIP_OK)
        status = tip_buf_add(&all, text.data, text.size);
    char *problem = status == TIP_OK ? tip_str_dup(tip_buf_str(&all)) : NULL;
    tip_buf_free(&all);
    if (!problem)
        return TIP_NO_MEMORY;
    free(source->problem);
    source->problem = problem;
    return TIP_OK;
}

/* Writes into the source what this task found. */
static tip_status note_source(job *j, const tip_task *task)
{
    char more[64];
    tip_status status = TIP_OK;
    if (j->problem_lines > PROBLEM_LINES) {
        snprintf(more, sizeof more, "\n%s: and %zu more warnings", "...",
                 j->problem_lines - PROBLEM_LINES);
        (void)tip_buf_add_text(&j->problem, more);
    }
    j->source->documents += j->documents;
    j->source->text_bytes += j->text_bytes;
    j->source->records += j->records;
    j->source->ignored += task->ignored;
    if (j->unread) /* the next update tries again */
        j->source->checksum = 0;
    if (j->problem.size > 0)
        status = append_problem(j->source, tip_buf_str(&j->problem));
    return status;
}

/* ---- One task ---- */

/* A failure of the machine ends the build; a failure of the file only skips it. */
static tip_status skip_file(job *j, tip_status status, tip_error *err)
{
    if (j->status != TIP_OK) {
        *err = j->error;
        return j->status;
    }
    if (!tip_is_about_file(status))
        return status;
    j->unread =
        j->unread || status == TIP_IO_ERROR || status == TIP_NOT_FOUND || status == TIP_UNSUPPORTED;
    receive_warning(j, err->message);
    return TIP_OK;
}

static tip_status read_part(job *j, const tip_part *part, tip_error *err)
{
    tip_sink sink = {receive_record, receive_warning, j};
    return skip_file(j, tip_part_read(part, &sink, err), err);
}

static tip_status read_parts(job *j, const tip_task *task, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < task->part_count && status == TIP_OK; i++)
        status = read_part(j, &task->parts[i], err);
    if (status == TIP_OK && task->status != TIP_OK) {
        *err = task->problem;
        status = skip_file(j, task->status, err);
    }
    return status;
}

static tip_status read_file(job *j, tip_error *err)
{
    tip_parts *parts;
    tip_part part = {0};
    bool found = false;
    tip_status status = tip_parts_open(j->source->path, j->source->format, &parts, err);
    if (status != TIP_OK)
        return skip_file(j, status, err);
    status = tip_parts_next(parts, TIP_TASK_BYTES, &part, &found, err);
    status = status == TIP_OK ? read_part(j, &part, err) : skip_file(j, status, err);
    tip_part_free(&part);
    tip_parts_close(parts);
    return status;
}

/* The paragraphs of each file are numbered for themselves, whatever is read beside it. */
static tip_status end_file(job *j, const tip_task *task, tip_error *err)
{
    tip_numbering numbering = {0};
    tip_status status = tip_chunk_number(j->chunk, &numbering, err);
    tip_numbering_free(&numbering);
    return status == TIP_OK && note_source(j, task) != TIP_OK ? tip_fail_memory(err) : status;
}

static tip_status read_source(job *j, size_t source, const tip_task *task, tip_error *err)
{
    bool is_parts = task->kind == TIP_TASK_PARTS;
    j->source = &j->build->sources->items[source];
    j->documents = 0;
    j->text_bytes = 0;
    j->records = 0;
    j->problem_lines = 0;
    j->unread = false;
    tip_buf_clear(&j->problem);
    tip_status status = TIP_OK;
    /* Before it is read: what changes meanwhile is a change to the next update. */
    if (!is_parts)
        status = tip_file_checksum(j->source->path, &j->source->checksum, err);
    else if (task->is_first)
        j->source->checksum = task->checksum;
    if (status != TIP_OK)
        status = skip_file(j, status, err);
    else
        status = is_parts ? read_parts(j, task, err) : read_file(j, err);
    /* Parts of one file are read by several jobs: their turn brings what was found in order. */
    return status == TIP_OK && !is_parts ? end_file(j, task, err) : status;
}

static tip_status read_files(job *j, const tip_task *task, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < task->files && status == TIP_OK; i++)
        status = read_source(j, task->work[i].source, task, err);
    return status;
}

/* Documents that are in the old store already, as they are. */
static tip_status read_known(job *j, const tip_task *task, tip_error *err)
{
    const tip_store *store = j->build->request->store;
    const tip_work *work = task->work;
    uint32_t passed = task->skipped;
    tip_status status = TIP_OK;
    for (uint32_t i = 0; i < task->documents && status == TIP_OK; i++, passed++) {
        tip_record record;
        if (passed == work->count) {
            work++;
            passed = 0;
        }
        status = tip_store_record(store, work->first + passed, &j->block, &record, err);
        if (status == TIP_OK)
            status = tip_chunk_post(j->chunk, &record, err);
    }
    tip_store_forget_pages(store);
    return status;
}

static tip_status read_task(job *j, const tip_task *task, tip_error *err)
{
    if (task->kind == TIP_TASK_KNOWN)
        return read_known(j, task, err);
    if (task->kind == TIP_TASK_PARTS)
        return read_source(j, task->work->source, task, err);
    return read_files(j, task, err);
}

static char *part_path(const build *b, size_t number, const char *ending)
{
    char *path = NULL;
    return asprintf(&path, "%s/part-%zu.%s", b->request->folder, number, ending) < 0 ? NULL : path;
}

/* Parts go on from the numbers that the parts before them ended with. */
static tip_status end_parts(job *j, const tip_task *task, tip_error *err)
{
    build *b = j->build;
    tip_order *orders = (tip_order *)(void *)j->orders.data;
    for (size_t i = 0; i < j->orders.size / sizeof *orders; i++)
        orders[i].number += j->source->records;
    if (note_source(j, task) != TIP_OK)
        return tip_fail_memory(err);
    if (task->is_first)
        tip_numbering_free(&b->numbering);
    return tip_chunk_number(j->chunk, &b->numbering, err);
}

/* The first task whose texts are to be stored decides by what all are compressed: the old store's
 * dictionary, so that its blocks stay as they are, unless that was made from far less text. */
static tip_status settle_dictionary(job *j, tip_error *err)
{
    build *b = j->build;
    const tip_store *store = b->request->store;
    tip_str old = store ? tip_store_dictionary(store) : (tip_str){NULL, 0};
    tip_status status = tip_chunk_dictionary(j->chunk, &b->dictionary, err);
    if (status != TIP_OK || b->dictionary.size > 2 * old.size)
        return status;
    tip_buf_clear(&b->dictionary);
    return tip_buf_add(&b->dictionary, old.data, old.size) == TIP_OK ? TIP_OK
                                                                     : tip_fail_memory(err);
}

/* Waits until all tasks before this one have had their turn, then notes and numbers its own. */
static tip_status take_turn(job *j, const tip_task *task, tip_built_part *ret_part, tip_error *err)
{
    build *b = j->build;
    pthread_mutex_lock(&b->lock);
    while (b->turn != task->number && b->status == TIP_OK)
        pthread_cond_wait(&b->turn_ended, &b->lock);
    tip_status status = TIP_OK;
    tip_built_part part = {
        .documents = tip_chunk_documents(j->chunk) + task->documents,
        .is_gone = task->work->is_gone,
        .is_known = task->kind == TIP_TASK_KNOWN,
    };
    b->progress.documents += part.is_gone ? 0 : part.documents;
    if (task->kind == TIP_TASK_PARTS && b->status == TIP_OK)
        status = end_parts(j, task, err);
    if (status == TIP_OK && !b->has_dictionary && !part.is_known && part.documents > 0) {
        status = settle_dictionary(j, err);
        b->has_dictionary = true;
    }
    if (status == TIP_OK && tip_buf_add(&b->parts, &part, sizeof part) != TIP_OK)
        status = tip_fail_memory(err);
    b->turn++;
    pthread_cond_broadcast(&b->turn_ended);
    pthread_mutex_unlock(&b->lock);
    *ret_part = part;
    return status;
}

static bool is_portable(const job *j)
{
    return j->build->request->layout == TIP_LAYOUT_PORTABLE;
}

/* The postings that come of a task: in the portable layout, a database that has all of it. */
static tip_status finish_part(job *j, const tip_built_part *part, const char *store,
                              const char *postings, tip_error *err)
{
    tip_status status;
    if (part->is_known) /* it has no texts, and the dictionary may still be made by another job */
        status = tip_chunk_finish(j->chunk, (tip_str){NULL, 0}, NULL, err);
    else
        status = tip_chunk_finish(j->chunk, tip_buf_str(&j->build->dictionary), store, err);
    if (status == TIP_OK && is_portable(j))
        status = tip_portable_part_write(
            j->stemmer, store, (const tip_order *)(const void *)j->orders.data, postings, err);
    if (status == TIP_OK && is_portable(j))
        status = tip_remove_tree(store, err);
    return status;
}

static tip_status fill_chunk(job *j, const tip_task *task, const char *store, const char *postings,
                             tip_error *err)
{
    tip_built_part part;
    tip_status status = read_task(j, task, err);
    if (status == TIP_OK)
        status = take_turn(j, task, &part, err);
    if (status == TIP_OK && part.documents > 0)
        status = finish_part(j, &part, store, postings, err);
    return status;
}

static tip_status run_task(job *j, const tip_task *task, tip_error *err)
{
    tip_buf_clear(&j->orders);
    char *store = part_path(j->build, task->number, "store");
    char *postings = part_path(j->build, task->number, "postings");
    tip_status status = store && postings ? TIP_OK : tip_fail_memory(err);
    if (status == TIP_OK)
        status = tip_chunk_new(j->stemmer, is_portable(j) ? NULL : postings, &j->chunk, err);
    if (status == TIP_OK)
        status = fill_chunk(j, task, store, postings, err);
    tip_chunk_free(j->chunk);
    j->chunk = NULL;
    free(store);
    free(postings);
    return status;
}

/* ---- Jobs ---- */

static void end_build(build *b, tip_status status, const tip_error *err)
{
    pthread_mutex_lock(&b->lock);
    if (b->status == TIP_OK) {
        b->status = status;
        b->error = *err;
    }
    pthread_cond_broadcast(&b->turn_ended);
    pthread_mutex_unlock(&b->lock);
}

static tip_status next_task(build *b, tip_task *task, bool *ret_found, tip_error *err)
{
    tip_status status = TIP_OK;
    tip_task_free(task);
    pthread_mutex_lock(&b->lock);
    *ret_found = false;
    if (b->status == TIP_OK)
        status = tip_planner_next(&b->planner, task, ret_found, err);
    pthread_mutex_unlock(&b->lock);
    return status;
}

static void show_progress(build *b, uint64_t size, bool merging)
{
    pthread_mutex_lock(&b->lock);
    b->progress.done += size;
    if (b->progress.done > b->progress.total)
        b->progress.done = b->progress.total;
    b->progress.merging = merging;
    const tip_update_options *options = b->request->options;
    if (options->progress)
        options->progress(options->payload, &b->progress);
    pthread_mutex_unlock(&b->lock);
}

static void *run_job(void *payload)
{
    job j = {.build = payload};
    tip_task task = {0};
    tip_error err;
    bool more = true;
    tip_status status = tip_stemmer_new(&j.stemmer, &err);
    while (status == TIP_OK && more) {
        status = next_task(j.build, &task, &more, &err);
        if (status == TIP_OK && more)
            status = run_task(&j, &task, &err);
        show_progress(j.build, task.size, false);
    }
    if (status != TIP_OK)
        end_build(j.build, status, &err);
    tip_stemmer_free(j.stemmer);
    tip_task_free(&task);
    tip_buf_free(&j.problem);
    tip_buf_free(&j.orders);
    tip_buf_free(&j.key);
    tip_text_block_free(&j.block);
    return NULL;
}

unsigned tip_build_jobs(const tip_update_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned jobs = options->jobs;
    if (jobs == 0)
        jobs = processors > 0 ? (unsigned)processors : 1;
    return jobs < JOBS_MAX ? jobs : JOBS_MAX;
}

/* The caller's thread is one of the jobs: where no thread can be started it does it all. */
static void run_jobs(build *b)
{
    pthread_t threads[JOBS_MAX];
    unsigned started = 0;
    unsigned jobs = tip_build_jobs(b->request->options);
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, run_job, b) == 0)
        started++;
    run_job(b);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static uint64_t bytes_to_read(const build *b)
{
    uint64_t total = 0;
    for (size_t i = 0; i < b->sources->count; i++)
        if (!b->sources->items[i].known)
            total += b->sources->items[i].size;
    return total;
}

tip_status tip_build_parts(const tip_build_request *request, tip_known_list *sources,
                           tip_buf *ret_parts, tip_error *err)
{
    build b = {.request = request, .sources = sources};
    b.planner = (tip_planner){.sources = sources, .plan = request->plan};
    b.progress.total = bytes_to_read(&b);
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.turn_ended, NULL);
    run_jobs(&b);
    tip_status status = b.status;
    if (status != TIP_OK && err)
        *err = b.error;
    if (status == TIP_OK) {
        show_progress(&b, 0, true);
        *ret_parts = b.parts;
        b.parts = (tip_buf){0};
    }
    tip_planner_free(&b.planner);
    tip_numbering_free(&b.numbering);
    tip_buf_free(&b.dictionary);
    tip_buf_free(&b.parts);
    pthread_cond_destroy(&b.turn_ended);
    pthread_mutex_destroy(&b.lock);
    return status;
}
