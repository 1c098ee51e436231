/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running the queries that tipsearch was given. */
#include "search/command.h"

#include "output/browse.h"
#include "search/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Errors ---- */

static int exit_status_of(tip_status status)
{
    return status == TIP_BAD_QUERY || status == TIP_BAD_ARGUMENT ? EXIT_USAGE : EXIT_INDEX;
}

static void print_safely(const char *text)
{
    output_safely(stderr, tip_str_of(text));
}

/* Of a longer query, about this many bytes are shown before and behind a place. */
enum { SHOWN_WHOLE = 120, SHOWN_BEFORE = 60, SHOWN_BEHIND = 30 };

static size_t start_of_character(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The query with a mark below a place. */
static void point_at(const char *query, size_t place)
{
    size_t size = strlen(query);
    size_t start = 0;
    size_t end = size;
    if (size > SHOWN_WHOLE && place > SHOWN_BEFORE)
        start = start_of_character(query, place - SHOWN_BEFORE);
    if (size > SHOWN_WHOLE && size - place > SHOWN_BEHIND)
        end = start_of_character(query, place + SHOWN_BEHIND);
    fputs(start > 0 ? "  ..." : "  ", stderr);
    output_safely(stderr, (tip_str){query + start, end - start});
    fputs(end < size ? "...\n  " : "\n  ", stderr);
    size_t before = output_columns((tip_str){query + start, place - start});
    fprintf(stderr, "%*s^\n", (int)(before + (start > 0 ? strlen("...") : 0)), "");
}

int command_fail(tip_status status, const tip_error *err, const char *place, const char *query)
{
    fputs("tipsearch: ", stderr);
    print_safely(place);
    print_safely(err->message);
    fputc('\n', stderr);
    if (status == TIP_BAD_QUERY && query && err->position <= strlen(query))
        point_at(query, err->position);
    return exit_status_of(status);
}

int command_fail_memory(void)
{
    output_message("tipsearch", tip_status_text(TIP_NO_MEMORY));
    return EXIT_INDEX;
}

/* ---- Indexes that cannot be reached ---- */

void command_tell_lost(const tip_searcher *searcher, size_t first)
{
    for (size_t i = first; i < tip_searcher_lost(searcher); i++) {
        fputs("tipsearch: answers are partial: ", stderr);
        print_safely(tip_searcher_lost_at(searcher, i)->message);
        fputc('\n', stderr);
    }
}

/* Whether what has failed can be done once more without the index that failed. */
static bool can_go_on(tip_searcher *searcher, tip_status *status, tip_error *err)
{
    size_t lost = tip_searcher_lost(searcher);
    if (!tip_searcher_reconnect(searcher, status, err))
        return false;
    command_tell_lost(searcher, lost);
    return true;
}

/* ---- One query ---- */

/* A query as it was given. */
typedef struct question {
    const char *place; /* where it stands in a batch, as command_fail has it */
    const char *qid;   /* its name there, else NULL */
    const char *text;
} question;

/* The total is told to a person only: stdout carries data, and scripts have JSON and --count. */
bool command_tells_total(const arguments *a)
{
    return a->out.format == OUTPUT_TEXT && !a->out.batch && !a->count && isatty(STDOUT_FILENO);
}

static void print_total(const arguments *a, const tip_results *results)
{
    size_t count = tip_results_count(results);
    size_t total = tip_results_total(results);
    if (!command_tells_total(a) || a->search.limit == 0)
        return;
    if (count > 0 && count < total)
        fprintf(stderr, "%zu of %zu paragraphs; --limit N shows more\n", count, total);
    else if (total == 0)
        fputs("nothing found\n", stderr);
}

/* A table that is saved does not show that it is the first answers only. */
static void tell_rest(const arguments *a, const tip_results *results)
{
    bool is_table =
        a->out.format == OUTPUT_CSV || a->out.format == OUTPUT_TSV || a->out.format == OUTPUT_JSONL;
    size_t count = tip_results_count(results);
    if (is_table && !a->limited && !a->out.batch && count > 0 &&
        count + a->search.offset < tip_results_total(results))
        fprintf(stderr, "tipsearch: these are the first %zu; --limit N writes more\n", count);
}

static tip_status show_explanation(const arguments *a, const tip_query *query, const question *q,
                                   tip_error *err)
{
    char *explanation;
    tip_status status = tip_query_explain(query, &explanation, err);
    if (status != TIP_OK)
        return status;
    if (q->qid) {
        output_query(&a->out, q->qid, q->text);
        fputc('\n', stdout);
    }
    fputs(explanation, stdout);
    free(explanation);
    return TIP_OK;
}

/* What was searched for besides is part of JSON. */
static void tell_added(const arguments *a, const tip_query *query)
{
    if (tip_query_added(query) == 0 || a->out.format != OUTPUT_TEXT || a->out.batch)
        return;
    fputs("tipsearch: also searched for", stderr);
    for (size_t i = 0; i < tip_query_added(query); i++) {
        fputs(i == 0 ? ": " : ", ", stderr);
        output_safely(stderr, tip_query_added_at(query, i)->word);
    }
    fputc('\n', stderr);
}

/* Whether --offset has left out all there was, of which stderr is told. */
static bool is_past_end(const arguments *a, const char *place, const char *what, size_t count,
                        size_t total)
{
    bool counts = a->facet_count > 0 || a->trend || a->count;
    if (count > 0 || total == 0 || a->search.limit == 0 || counts)
        return false;
    fputs("tipsearch: ", stderr);
    print_safely(place);
    fprintf(stderr, "nothing is left behind --offset %zu: there are %zu %s\n", a->search.offset,
            total, what);
    return true;
}

/* What is counted beside the hits. Released with counted_free. */
typedef struct counted {
    output_facet facets[FACETS_MAX];
    size_t facet_count;
    tip_counts *trend;
} counted;

static void counted_free(counted *c)
{
    for (size_t i = 0; i < c->facet_count; i++)
        tip_counts_free(c->facets[i].counts);
    tip_counts_free(c->trend);
}

static tip_status count(const arguments *a, tip_searcher *searcher, const tip_query *query,
                        counted *c, tip_error *err)
{
    tip_status status = TIP_OK;
    while (c->facet_count < a->facet_count && status == TIP_OK) {
        output_facet *facet = &c->facets[c->facet_count];
        facet->facet = a->facets[c->facet_count];
        status = tip_count_by(searcher, query, facet->facet, &facet->counts, err);
        c->facet_count += status == TIP_OK;
    }
    if (status == TIP_OK && a->trend)
        status = tip_trend(searcher, query, &c->trend, err);
    return status;
}

static tip_status write_answer(const arguments *a, const output_answer *answer, tip_error *err)
{
    tip_status status = TIP_OK;
    if (a->count)
        output_total(&a->out, answer);
    else
        status = output_write(&a->out, answer);
    if (status != TIP_OK)
        strcpy(err->message, tip_status_text(status));
    else {
        print_total(a, answer->results);
        tell_rest(a, answer->results);
    }
    return status;
}

/* A word that may be misspelled is told, never silently replaced. */
static char *suggest(const arguments *a, tip_searcher *searcher, const char *text, size_t total)
{
    char *suggestion = NULL;
    if (a->out.batch || a->search.offset > 0 ||
        tip_suggest(searcher, tip_str_of(text), a->query.plain, total < TIP_FEW_ANSWERS,
                    &suggestion, NULL) != TIP_OK ||
        !suggestion)
        return NULL;
    fputs("tipsearch: did you mean: ", stderr);
    print_safely(suggestion);
    fputc('\n', stderr);
    return suggestion;
}

/* What a query without an answer is told about its fields. Nothing depends on it. */
static void hint(const arguments *a, const tip_query *query, size_t total)
{
    char *text = NULL;
    if (a->out.batch || total > 0 || tip_query_hint(query, &text, NULL) != TIP_OK || !text)
        return;
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        output_message("tipsearch", line);
        line = end;
    }
    free(text);
}

static tip_status show_results(const arguments *a, tip_searcher *searcher, const tip_query *query,
                               const question *q, bool *ret_found, tip_error *err)
{
    tip_results *results;
    counted c = {0};
    tip_status status = tip_search(searcher, query, &a->search, &results, err);
    if (status != TIP_OK)
        return status;
    size_t total = tip_results_total(results);
    status = count(a, searcher, query, &c, err);
    if (status == TIP_OK) {
        output_answer answer = {.qid = q->qid,
                                .query = q->text,
                                .offset = a->search.offset,
                                .searcher = searcher,
                                .results = results,
                                .facets = c.facets,
                                .facet_count = c.facet_count,
                                .trend = c.trend,
                                .expanded = a->query.expand ? query : NULL};
        char *suggestion = suggest(a, searcher, q->text, total);
        hint(a, query, total);
        answer.suggestion = suggestion;
        tell_added(a, query);
        status = write_answer(a, &answer, err);
        *ret_found =
            total > 0 && !is_past_end(a, q->place, "answers", tip_results_count(results), total);
        free(suggestion);
    }
    counted_free(&c);
    tip_results_free(results);
    return status;
}

static tip_status show_kwic(const arguments *a, tip_searcher *searcher, const tip_query *query,
                            const question *q, bool *ret_found, tip_error *err)
{
    tip_kwic_list *list;
    tip_kwic_options options = a->context_words;
    options.offset = a->search.offset;
    options.limit = a->search.limit;
    tip_status status = tip_kwic(searcher, query, &options, &list, err);
    if (status != TIP_OK)
        return status;
    size_t total = tip_kwic_total(list);
    size_t lines = tip_kwic_count(list);
    hint(a, query, total);
    if (lines > 0 && lines < total && isatty(STDOUT_FILENO))
        fprintf(stderr, "%zu of %zu occurrences; --limit N shows more\n", lines, total);
    status = output_kwic(&a->out, q->text, options.offset, list);
    if (status != TIP_OK)
        strcpy(err->message, tip_status_text(status));
    *ret_found = total > 0 && !is_past_end(a, q->place, "occurrences", lines, total);
    tip_kwic_list_free(list);
    return status;
}

static tip_status ask(const arguments *a, tip_searcher *searcher, const question *q,
                      bool *ret_found, tip_error *err)
{
    tip_query *query;
    tip_status status = tip_query_parse(searcher, tip_str_of(q->text), &a->query, &query, err);
    if (status != TIP_OK)
        return status;
    if (a->explain)
        status = show_explanation(a, query, q, err);
    else if (a->kwic)
        status = show_kwic(a, searcher, query, q, ret_found, err);
    else
        status = show_results(a, searcher, query, q, ret_found, err);
    tip_query_free(query);
    return status;
}

static int run_query(const arguments *a, tip_searcher *searcher, const question *q)
{
    tip_error err = {.message = ""};
    bool found = true;
    tip_status status;
    do
        status = ask(a, searcher, q, &found, &err);
    while (status != TIP_OK && can_go_on(searcher, &status, &err));
    if (status != TIP_OK)
        return command_fail(status, &err, q->place, q->text);
    return found ? EXIT_SUCCESS : EXIT_NONE;
}

/* ---- One paragraph ---- */

/* That there is no such paragraph is no answer, and no failure. */
static int fail_to_find(tip_status status, const tip_error *err)
{
    int result = command_fail(status, err, "", NULL);
    return status == TIP_NOT_FOUND ? EXIT_NONE : result;
}

/* Releases the results. */
static int write_paragraphs(const arguments *a, const output_answer *answer, tip_results *results)
{
    tip_error err = {.message = ""};
    size_t total = tip_results_total(results);
    tip_status status = write_answer(a, answer, &err);
    bool found = total > 0 && !is_past_end(a, "", "answers", tip_results_count(results), total);
    tip_results_free(results);
    if (status != TIP_OK)
        return command_fail(status, &err, "", NULL);
    return found ? EXIT_SUCCESS : EXIT_NONE;
}

static int run_show(const arguments *a, tip_searcher *searcher)
{
    tip_results *results;
    size_t place;
    tip_error err = {.message = ""};
    tip_status status;
    do
        status =
            tip_show(searcher, tip_str_of(a->show), a->context, a->context, &results, &place, &err);
    while (status != TIP_OK && can_go_on(searcher, &status, &err));
    if (status != TIP_OK)
        return fail_to_find(status, &err);
    const output_answer answer = {.query = a->show,
                                  .searcher = searcher,
                                  .results = results,
                                  .asked = tip_results_hit(results, place)};
    return write_paragraphs(a, &answer, results);
}

static tip_status find_similar(const arguments *a, tip_searcher *searcher, const char *text,
                               tip_results **ret_results, tip_error *err)
{
    tip_query *within = NULL;
    tip_status status = TIP_OK;
    if (*text)
        status = tip_query_parse(searcher, tip_str_of(text), &a->query, &within, err);
    if (status == TIP_OK)
        status =
            tip_similar(searcher, tip_str_of(a->similar), within, &a->search, ret_results, err);
    tip_query_free(within);
    return status;
}

static int run_similar(const arguments *a, tip_searcher *searcher, const char *text)
{
    tip_results *results;
    tip_error err = {.message = ""};
    tip_status status;
    do
        status = find_similar(a, searcher, text, &results, &err);
    while (status != TIP_OK && can_go_on(searcher, &status, &err));
    if (status == TIP_BAD_QUERY)
        return command_fail(status, &err, "", text);
    if (status != TIP_OK)
        return fail_to_find(status, &err);
    const output_answer answer = {
        .query = a->similar, .offset = a->search.offset, .searcher = searcher, .results = results};
    return write_paragraphs(a, &answer, results);
}

/* ---- Countries ---- */

static int run_changes(const arguments *a, tip_searcher *searcher)
{
    tip_comparison *comparison;
    tip_error err = {.message = ""};
    tip_status status;
    do
        status = tip_changes(searcher, tip_str_of(a->changes), a->first_year, a->last_year,
                             &comparison, &err);
    while (status != TIP_OK && can_go_on(searcher, &status, &err));
    if (status != TIP_OK)
        return fail_to_find(status, &err);
    status = output_changes(&a->out, searcher, comparison);
    tip_comparison_free(comparison);
    return status == TIP_OK ? EXIT_SUCCESS : command_fail_memory();
}

static int run_tiers(const arguments *a, tip_searcher *searcher)
{
    tip_tier_history *tiers;
    tip_error err = {.message = ""};
    tip_status status;
    do
        status =
            tip_tiers(searcher, tip_str_of(a->tiers), a->first_year, a->last_year, &tiers, &err);
    while (status != TIP_OK && can_go_on(searcher, &status, &err));
    if (status != TIP_OK)
        return fail_to_find(status, &err);
    status = output_tiers(&a->out, searcher, tiers);
    tip_tier_history_free(tiers);
    return status == TIP_OK ? EXIT_SUCCESS : command_fail_memory();
}

/* ---- Many queries ---- */

/* The worst of what the queries came to; that some of many have no answer is no failure. */
static int worse(int a, int b)
{
    return b > EXIT_NONE && b > a ? b : a;
}

static int run_lines(const arguments *a, tip_searcher *searcher, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    size_t number = 0;
    ssize_t size;
    int result = EXIT_SUCCESS;
    while ((size = getline(&line, &room, file)) >= 0 && !ferror(stdout)) {
        number++;
        for (char *zero; (zero = memchr(line, '\0', (size_t)size));)
            *zero = ' ';
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (!*line)
            continue;
        if (!tab || tab == line) {
            fputs("tipsearch: ", stderr);
            print_safely(a->batch);
            fprintf(stderr, ":%zu: a name, a tab and a query are expected\n", number);
            result = worse(result, EXIT_USAGE);
            continue;
        }
        *tab = '\0';
        char place[512];
        snprintf(place, sizeof place, "%.400s:%zu: ", a->batch, number);
        const question q = {place, line, tab + 1};
        fault_limit_time(FAULT_SECONDS);
        result = worse(result, run_query(a, searcher, &q));
    }
    free(line);
    return result;
}

static int fail_batch(const char *path, int error)
{
    fputs("tipsearch: ", stderr);
    print_safely(path);
    fprintf(stderr, ": %s\n", strerror(error));
    return EXIT_USAGE;
}

static int run_batch(const arguments *a, tip_searcher *searcher)
{
    FILE *file = strcmp(a->batch, "-") == 0 ? stdin : fopen(a->batch, "re");
    if (!file)
        return fail_batch(a->batch, errno);
    int result = run_lines(a, searcher, file);
    if (ferror(file))
        result = fail_batch(a->batch, errno);
    if (file != stdin)
        fclose(file);
    return result;
}

/* ---- The whole ---- */

static char *join_words(const arguments *a)
{
    size_t size = 1;
    for (size_t i = 0; i < a->word_count; i++)
        size += strlen(a->words[i]) + 1;
    char *text = malloc(size);
    if (!text)
        return NULL;
    char *end = text;
    *end = '\0';
    for (size_t i = 0; i < a->word_count; i++) {
        if (i > 0)
            *end++ = ' ';
        end = stpcpy(end, a->words[i]);
    }
    return text;
}

int command_run(const arguments *a, tip_searcher *searcher)
{
    if (a->batch)
        return run_batch(a, searcher);
    if (a->show)
        return run_show(a, searcher);
    if (a->changes)
        return run_changes(a, searcher);
    if (a->tiers)
        return run_tiers(a, searcher);
    char *text = join_words(a);
    if (!text)
        return command_fail_memory();
    const question q = {"", NULL, text};
    int result = a->similar ? run_similar(a, searcher, text) : run_query(a, searcher, &q);
    free(text);
    return result;
}
