/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/fetch.h"

#include "base/error.h"
#include "corpus/load.h"
#include "fetch/plan.h"
#include "fetch/save.h"
#include "fetch/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct fetch_run {
    const fetch_options *options;
    fetch_client *client;
    int lock; /* descriptor of the folder; -1 none */
};

/* The year at hand. */
struct job {
    const fetch_run *fetcher;
    int year;
    char *folder; /* of the year */
    fetch_plan plan;
    fetch_summary *summary;
};

/* ---- The run ---- */

static tip_status lock_folder(fetch_run *fetcher, tip_error *err)
{
    const char *folder = fetcher->options->folder;
    tip_status status = fetch_make_folder(folder, err);
    if (status)
        return status;
    fetcher->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fetcher->lock < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot open this folder", folder);
    if (flock(fetcher->lock, LOCK_EX | LOCK_NB) == 0)
        return TIP_OK;
    if (errno == EWOULDBLOCK)
        return tip_fail(err, TIP_LOCKED, "%s: another tipfetch is fetching into this folder",
                        folder);
    return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot lock this folder", folder);
}

tip_status fetch_run_open(const fetch_options *options, fetch_run **ret_run, tip_error *err)
{
    fetch_run *fetcher = calloc(1, sizeof *fetcher);
    if (!fetcher)
        return tip_fail_memory(err);
    fetcher->options = options;
    fetcher->lock = -1;
    tip_status status = fetch_client_new(&options->manners, &fetcher->client, err);
    if (!status && !options->dry_run)
        status = lock_folder(fetcher, err);
    if (status) {
        fetch_run_close(fetcher);
        return status;
    }
    *ret_run = fetcher;
    return TIP_OK;
}

void fetch_run_close(fetch_run *fetcher)
{
    if (!fetcher)
        return;
    fetch_client_free(fetcher->client);
    if (fetcher->lock >= 0)
        close(fetcher->lock);
    free(fetcher);
}

/* ---- One year ---- */

/* A path in the year's folder; to be released with free(), NULL when out of memory. */
static char *path_of(const struct job *job, const char *name, const char *ending)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s%s", job->folder, name, ending) < 0)
        return NULL;
    return path;
}

/* Tells and counts what could not be had; it ends the run only if it is a failure of the whole. */
static tip_status report(const struct job *job, tip_status status, const tip_error *problem,
                         tip_error *err)
{
    const fetch_options *options = job->fetcher->options;
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    job->summary->failed++;
    if (status == TIP_STOPPED)
        return tip_fail(err, status, "%s", problem->message);
    options->warning(options->payload, problem->message);
    return TIP_OK;
}

static tip_status save(const struct job *job, const char *name, const fetch_reply *reply,
                       tip_error *err)
{
    tip_status status = fetch_make_folder(job->folder, err);
    if (status)
        return status;
    return fetch_save(job->folder, name, tip_buf_str(&reply->bytes), reply->modified, err);
}

/* What came instead of a page is kept for a look, under a name that no index takes in. */
static tip_status reject(const struct job *job, const char *address, const char *name,
                         const fetch_reply *reply, const char *why, tip_error *err)
{
    tip_error problem;
    char *kept = NULL;
    if (job->fetcher->options->dry_run) {
        tip_fail(&problem, TIP_BAD_INPUT, "%s: %s", address, why);
        return report(job, TIP_BAD_INPUT, &problem, err);
    }
    if (asprintf(&kept, "%s.rejected", name) < 0)
        return tip_fail_memory(err);
    tip_status status = save(job, kept, reply, err);
    if (!status) {
        tip_fail(&problem, TIP_BAD_INPUT, "%s: %s (kept as %s/%s)", address, why, job->folder,
                 kept);
        status = report(job, TIP_BAD_INPUT, &problem, err);
    }
    free(kept);
    return status;
}

/* Saves a page, and forgets what came instead of it before. */
static tip_status keep(const struct job *job, const char *name, const fetch_reply *reply,
                       tip_error *err)
{
    char *rejected = path_of(job, name, ".rejected");
    if (!rejected)
        return tip_fail_memory(err);
    tip_status status = save(job, name, reply, err);
    if (!status && unlink(rejected) != 0 && errno != ENOENT)
        status = tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot remove", rejected);
    free(rejected);
    return status;
}

/* ---- The index ---- */

/* The name under which an index page is kept. */
static char *index_name(const char *address)
{
    char *slug = fetch_slug(tip_str_of(address + strlen("https://"))), *name = NULL;
    int size = slug ? asprintf(&name, ".index-%s.html", slug) : -1;
    free(slug);
    return size < 0 ? NULL : name;
}

/* Adds to the plan; a page that leads nowhere is not kept, or the next run would be told that it
 * has not changed. */
static tip_status use_index(struct job *job, const char *address, const char *name,
                            const fetch_reply *reply, tip_error *err)
{
    size_t known = 0;
    tip_error problem;
    char why[160];
    tip_status status = fetch_plan_add(&job->plan, job->fetcher->options->manners.table, job->year,
                                       address, tip_buf_str(&reply->bytes), &known, &problem);
    if (status)
        return report(job, status, &problem, err);
    if (known == 0) {
        snprintf(why, sizeof why,
                 "has no link to a narrative of %d: it blocks programs, or the site has changed "
                 "(see tipfetch(1), ADDRESSES)",
                 job->year);
        return reject(job, address, name, reply, why, err);
    }
    if (reply->unmodified || job->fetcher->options->dry_run)
        return TIP_OK;
    return keep(job, name, reply, err);
}

static tip_status read_index_as(struct job *job, const char *address, const char *name,
                                const char *path, tip_error *err)
{
    tip_error problem;
    fetch_reply reply = {0};
    tip_status status =
        fetch_get(job->fetcher->client, address, fetch_saved_time(path), &reply, &problem);
    if (!status && reply.unmodified)
        status = tip_load(path, FETCH_PAGE_MAX, &reply.bytes, &problem);
    status =
        status ? report(job, status, &problem, err) : use_index(job, address, name, &reply, err);
    tip_buf_free(&reply.bytes);
    return status;
}

static tip_status read_index(struct job *job, const char *address, tip_error *err)
{
    char *name = index_name(address);
    char *path = name ? path_of(job, name, "") : NULL;
    tip_status status = path ? read_index_as(job, address, name, path, err) : tip_fail_memory(err);
    free(name);
    free(path);
    return status;
}

static void note_strangers(const struct job *job)
{
    const fetch_manners *manners = &job->fetcher->options->manners;
    const fetch_list *strangers = &job->plan.strangers;
    for (size_t i = 0; manners->note && i < strangers->count; i++) {
        tip_error line;
        tip_fail(&line, TIP_OK, "%s: passed over, as it names no country", strangers->items[i]);
        manners->note(manners->payload, line.message);
    }
}

/* The first index that leads anywhere: those before it do not count as failed then. */
static tip_status read_indexes(struct job *job, tip_error *err)
{
    const fetch_table *table = job->fetcher->options->manners.table;
    size_t failed = job->summary->failed;
    const fetch_row *row = NULL;
    while ((row = fetch_table_next(table, job->year, FETCH_INDEX, row))) {
        tip_status status = read_index(job, row->address, err);
        if (status)
            return status;
        if (job->plan.count + job->plan.lists.count > 0) {
            job->summary->failed = failed;
            return TIP_OK;
        }
    }
    return TIP_OK;
}

static tip_status make_plan(struct job *job, tip_error *err)
{
    size_t failed = job->summary->failed;
    tip_status status = read_indexes(job, err);
    for (size_t i = 0; !status && i < job->plan.lists.count; i++)
        status = read_index(job, job->plan.lists.items[i], err);
    note_strangers(job);
    if (status || job->plan.count > 0 || job->summary->failed > failed)
        return status;
    tip_error problem;
    tip_fail(&problem, TIP_NOT_FOUND, "%d: the index leads to no narrative", job->year);
    return report(job, TIP_NOT_FOUND, &problem, err);
}

/* ---- The pages ---- */

static bool is_wanted(const fetch_options *options, const fetch_page *page)
{
    for (size_t i = 0; i < options->country_count; i++)
        if (options->countries[i] == page->country)
            return true;
    return options->country_count == 0 || !page->country;
}

/* A country that was asked for and is on no page of its own. Pages of many countries do not say
 * which. */
static tip_status report_absent(const struct job *job, tip_error *err)
{
    const fetch_options *options = job->fetcher->options;
    tip_status status = TIP_OK;
    if (job->plan.count == 0 || job->plan.groups > 0)
        return TIP_OK;
    for (size_t i = 0; i < options->country_count && !status; i++) {
        bool found = false;
        for (size_t j = 0; j < job->plan.count; j++)
            found |= job->plan.pages[j].country == options->countries[i];
        if (found)
            continue;
        tip_error problem;
        tip_fail(&problem, TIP_NOT_FOUND, "%d: the index leads to no page of %s", job->year,
                 options->countries[i]->name);
        status = report(job, TIP_NOT_FOUND, &problem, err);
    }
    return status;
}

static tip_status take_page(const struct job *job, const fetch_page *page, const fetch_reply *reply,
                            tip_error *err)
{
    tip_error problem;
    tip_status status =
        fetch_verify(tip_buf_str(&reply->bytes), job->year, page->country, &problem);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (status)
        return reject(job, page->address, page->name, reply, problem.message, err);
    status = keep(job, page->name, reply, err);
    job->summary->fetched += !status;
    return status;
}

static tip_status fetch_page_from(const struct job *job, const fetch_page *page, time_t since,
                                  tip_error *err)
{
    tip_error problem;
    fetch_reply reply = {0};
    tip_status status = fetch_get(job->fetcher->client, page->address, since, &reply, &problem);
    if (status)
        return report(job, status, &problem, err);
    if (reply.unmodified)
        job->summary->present++;
    else
        status = take_page(job, page, &reply, err);
    tip_buf_free(&reply.bytes);
    return status;
}

static tip_status visit(const struct job *job, size_t i, tip_error *err)
{
    const fetch_options *options = job->fetcher->options;
    const fetch_page *page = &job->plan.pages[i];
    char *path = path_of(job, page->name, "");
    if (!path)
        return tip_fail_memory(err);
    time_t since = fetch_saved_time(path);
    bool there = since && !options->update;
    if (!there && options->page)
        options->page(options->payload, page->address, path, i, job->plan.count);
    free(path);
    if (there)
        job->summary->present++;
    else if (options->dry_run)
        job->summary->fetched++;
    else
        return fetch_page_from(job, page, since, err);
    return TIP_OK;
}

static tip_status fetch_all(struct job *job, tip_error *err)
{
    tip_status status = make_plan(job, err);
    if (!status)
        status = report_absent(job, err);
    for (size_t i = 0; !status && i < job->plan.count; i++)
        if (is_wanted(job->fetcher->options, &job->plan.pages[i]))
            status = visit(job, i, err);
    return status;
}

tip_status fetch_year(fetch_run *fetcher, int year, fetch_summary *summary, tip_error *err)
{
    struct job job = {.fetcher = fetcher, .year = year, .summary = summary};
    if (asprintf(&job.folder, "%s/%d", fetcher->options->folder, year) < 0)
        return tip_fail_memory(err);
    tip_status status = fetch_all(&job, err);
    fetch_plan_free(&job.plan);
    free(job.folder);
    return status;
}
