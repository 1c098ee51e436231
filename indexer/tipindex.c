/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipindex. */
#include "base/error.h"
#include "base/record_json.h"
#include "complete/complete.h"
#include "indexer/tipindex_explain.h"
#include "indexer/tipindex_json.h"
#include "output/safe.h"
#include "tip/index.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHARDS_MAX = 100 };

enum { EXIT_SKIPPED = 1, EXIT_USAGE = 2, EXIT_FAILED = 3, EXIT_LOCKED = 75 };

enum {
    LONG_DB = 0x100,
    LONG_INPUT,
    LONG_TIERS,
    LONG_LAYOUT,
    LONG_SHARDS,
    LONG_SHARD,
    LONG_REBUILD,
    LONG_WAIT,
    LONG_KEEP,
    LONG_ROLLBACK,
    LONG_CHECK,
    LONG_STATS,
    LONG_DUMP,
    LONG_EXPLAIN,
    LONG_JSON,
    LONG_COMPLETION
};

enum action { UPDATE, CHECK, STATS, DUMP, ROLLBACK };

static const char *const action_names[] = {"update", "check", "stats", "dump", "rollback"};

typedef struct arguments {
    char *directory;
    enum action action;
    bool explain;    /* files instead of an index; with DUMP, their records */
    unsigned shards; /* of the folder; 0: as many as it has */
    tip_update_options options;
    bool quiet;
    bool verbose;
    bool json;
    run_report *report; /* with --json */
    const char **paths;
    size_t path_count;
    bool bar_shown;
    int last_percent;
} arguments;

/* argp looks for this name, which the other symbols of the program hide from. */
__attribute__((visibility("default"))) const char *argp_program_version = "tipindex " TIP_VERSION;

static const char usage_text[] = "PATH...";

static const char help_text[] =
    "Make the index hold exactly what the files and folders PATH hold: paragraphs of country "
    "reports, as saved state.gov pages (.html), PDF (.pdf), plain text (.txt), JSON lines (.jsonl) "
    "or tables (.csv, .tsv), each also with .gz behind, or many of these in an archive (.tar, "
    ".tar.gz, .tar.xz, .tar.zst, .zip)."
    "\v"
    "The index is a folder: --db, else $TIPSEARCH_DB, else $XDG_DATA_HOME/tipsearch, else "
    "~/.local/share/tipsearch. Searches go on undisturbed while it is updated.\n\n"
    "Exit status: 0 done; 1 done, with files skipped; 2 wrong usage; 3 failed, the old index is "
    "untouched; 75 another tipindex is updating the index.";

static const struct argp_option option_table[] = {
    {"db", LONG_DB, "DIR", 0, "The folder of the index", 1},
    {"input", LONG_INPUT, "FORMAT", 0,
     "What the files hold: auto (by name, the default), html, text, jsonl, csv, pdf or archive", 1},
    {"tiers", LONG_TIERS, "FILE", 0,
     "A table with the columns year, tier, and country or iso3: the tiers of reports that do not "
     "state theirs",
     1},
    {"layout", LONG_LAYOUT, "LAYOUT", 0,
     "How to keep the paragraphs: fast (the default), or portable, which any Xapian program can "
     "open; an index keeps its own until --rebuild",
     1},
    {"shards", LONG_SHARDS, "N", 0,
     "Make N indexes, DIR/shard-00 and so on, that hold the reports together; a folder keeps its "
     "number until --rebuild",
     1},
    {"shard", LONG_SHARD, "I/N", 0,
     "Hold only the reports of shard I of N, from 0: an index keeps that, too", 1},
    {"rebuild", LONG_REBUILD, NULL, 0, "Read every file again, changed or not", 1},
    {"jobs", 'j', "N", 0, "Number of threads (default: one per processor)", 1},
    {"wait", LONG_WAIT, "SECONDS", 0, "Wait that long for another update to finish", 1},
    {"keep", LONG_KEEP, "N", 0, "Keep N older generations of the index (default: 0)", 1},
    {"rollback", LONG_ROLLBACK, NULL, 0,
     "Put the newest generation that was kept back in use, after verifying it", 2},
    {"check", LONG_CHECK, NULL, 0, "Verify the whole index; change nothing", 2},
    {"stats", LONG_STATS, NULL, 0, "Print figures of the index", 2},
    {"dump", LONG_DUMP, "jsonl", 0, "Print all records, in order, as JSON lines", 2},
    {"explain", LONG_EXPLAIN, NULL, 0,
     "Show what the files PATH are read as, without an index; with --dump jsonl, the records", 2},
    {"quiet", 'q', NULL, 0, "Print errors only", 3},
    {"verbose", 'v', NULL, 0, "Say what is being done", 3},
    {"json", LONG_JSON, NULL, 0,
     "Print what was done, or why it failed, as one JSON object; not with --dump and --explain", 3},
    {"completion", LONG_COMPLETION, "SHELL", 0,
     "Print a script that completes this command in bash, zsh or fish", 4},
    {NULL, 0, NULL, 0, NULL, 0},
};

/* ---- Arguments ---- */

static const char *input_name(size_t i)
{
    static const char *const names[] = {"auto", "html", "text", "jsonl", "csv", "pdf", "archive"};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static const char *dump_name(size_t i)
{
    return i == 0 ? "jsonl" : NULL;
}

static const char *layout_name(size_t i)
{
    static const char *const names[] = {"fast", "portable"};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static const complete_value completed_values[] = {
    {0, COMPLETE_FILES, NULL},
    {LONG_DB, COMPLETE_FOLDERS, NULL},
    {LONG_INPUT, COMPLETE_WORD, input_name},
    {LONG_TIERS, COMPLETE_FILES, NULL},
    {LONG_LAYOUT, COMPLETE_WORD, layout_name},
    {LONG_DUMP, COMPLETE_WORD, dump_name},
    {LONG_COMPLETION, COMPLETE_WORD, complete_shell},
};

static const complete_command completed = {"tipindex", usage_text, option_table, completed_values,
                                           sizeof completed_values / sizeof *completed_values};

static unsigned read_number(const char *text, const char *option, struct argp_state *state)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number > 1000000)
        argp_error(state, "%s: %s takes a number from 0 to 1000000", text, option);
    return (unsigned)number;
}

static void read_layout(arguments *a, const char *value, struct argp_state *state)
{
    for (size_t i = 0; layout_name(i); i++)
        if (strcmp(layout_name(i), value) == 0)
            a->options.layout = value;
    if (!a->options.layout)
        argp_error(state, "%s: --layout takes fast or portable", value);
}

static void read_shard(arguments *a, const char *value, struct argp_state *state)
{
    tip_update_options *o = &a->options;
    char end;
    if (strspn(value, "0123456789/") != strlen(value) ||
        sscanf(value, "%2u/%3u%c", &o->shard, &o->shards, &end) != 2 || o->shard >= o->shards ||
        o->shards > SHARDS_MAX)
        argp_error(state, "%s: --shard takes the number of a shard, from 0, and of all, as 0/3",
                   value);
}

static void set_action(arguments *a, enum action action, struct argp_state *state)
{
    if (a->action != UPDATE && a->action != action)
        argp_error(state, "--rollback, --check, --stats and --dump exclude one another");
    a->action = action;
}

static void check_arguments(const arguments *a, struct argp_state *state)
{
    bool takes_files = a->action == UPDATE || a->explain;
    if (a->explain && a->action != UPDATE && a->action != DUMP)
        argp_error(state, "--explain excludes --rollback, --check and --stats");
    if (a->json && (a->explain || a->action == DUMP))
        argp_error(state, "--json excludes --dump and --explain");
    if (a->shards > 0 && a->options.shards > 0)
        argp_error(state, "--shards excludes --shard");
    if (takes_files && a->path_count == 0)
        argp_error(state,
                   "no file or folder to %s; name one, or ask for --stats, --check or "
                   "--dump jsonl",
                   a->explain ? "explain" : "index");
    if (!takes_files && a->path_count > 0) {
        tip_error err; /* the name may hold anything */
        (void)tip_fail(&err, TIP_BAD_ARGUMENT,
                       "%s: --rollback, --check, --stats and --dump take no files", a->paths[0]);
        argp_error(state, "%s", err.message);
    }
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case LONG_DB:
        free(a->directory);
        a->directory = strdup(value);
        break;
    case LONG_INPUT:
        if (!tip_index_knows_input(value))
            argp_error(state, "%s: --input takes auto, html, text, jsonl, csv, pdf or archive",
                       value);
        a->options.input = value;
        break;
    case LONG_TIERS:
        a->options.tiers = value;
        break;
    case LONG_LAYOUT:
        read_layout(a, value, state);
        break;
    case LONG_SHARDS:
        a->shards = read_number(value, "--shards", state);
        if (a->shards < 1 || a->shards > SHARDS_MAX)
            argp_error(state, "%s: --shards takes a number from 1 to %d", value, SHARDS_MAX);
        break;
    case LONG_SHARD:
        read_shard(a, value, state);
        break;
    case LONG_REBUILD:
        a->options.rebuild = true;
        break;
    case 'j':
        a->options.jobs = read_number(value, "--jobs", state);
        break;
    case LONG_WAIT:
        a->options.wait_seconds = read_number(value, "--wait", state);
        break;
    case LONG_KEEP:
        a->options.keep = read_number(value, "--keep", state);
        break;
    case LONG_ROLLBACK:
        set_action(a, ROLLBACK, state);
        break;
    case LONG_CHECK:
        set_action(a, CHECK, state);
        break;
    case LONG_STATS:
        set_action(a, STATS, state);
        break;
    case LONG_DUMP:
        if (strcmp(value, "jsonl") != 0)
            argp_error(state, "%s: the only format of --dump is jsonl", value);
        set_action(a, DUMP, state);
        break;
    case LONG_EXPLAIN:
        a->explain = true;
        break;
    case 'q':
        a->quiet = true;
        break;
    case 'v':
        a->verbose = true;
        break;
    case LONG_JSON:
        a->json = true;
        break;
    case LONG_COMPLETION:
        complete_print(&completed, value, state, EXIT_FAILED);
        break;
    case ARGP_KEY_ARG:
        a->paths[a->path_count++] = value;
        break;
    case ARGP_KEY_END:
        check_arguments(a, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* ---- Talking ---- */

static void clear_bar(arguments *a)
{
    if (a->bar_shown)
        fputs("\r\033[K", stderr);
    a->bar_shown = false;
}

/* Names of files may hold anything. */
static void print_safely(FILE *stream, const char *text)
{
    output_safely(stream, tip_str_of(text));
}

static void show_progress(void *payload, const tip_progress *progress)
{
    enum { WIDTH = 30 };
    arguments *a = payload;
    uint64_t total = progress->total ? progress->total : 1;
    int percent = (int)(progress->done * 100 / total);
    if (percent == a->last_percent && !progress->merging)
        return;
    a->last_percent = percent;
    a->bar_shown = true;
    fputs("\r[", stderr);
    for (int i = 0; i < WIDTH; i++)
        fputc(i * 100 < percent * WIDTH ? '#' : '.', stderr);
    fprintf(stderr, "] %3d%% %zu paragraphs%s\033[K", percent, progress->documents,
            progress->merging ? ", merging" : "");
}

static void show_warning(void *payload, const char *message)
{
    const arguments *a = payload;
    clear_bar(payload);
    output_message("tipindex", message);
    if (a->report)
        run_report_add_warning(a->report, message);
}

static void show_note(void *payload, const char *message)
{
    clear_bar(payload);
    print_safely(stderr, message);
    fputc('\n', stderr);
}

static int fail(const arguments *a, tip_status status, const tip_error *err)
{
    output_message("tipindex", err->message);
    if (a->report)
        run_report_set_error(a->report, err->message);
    return status == TIP_LOCKED ? EXIT_LOCKED : EXIT_FAILED;
}

/* Data that did not reach its reader is a failure; but an index that was changed is changed. */
static int end_output(const arguments *a, int result)
{
    bool reported = !a->report || run_report_print(a->report, result);
    if (fflush(stdout) == 0 && !ferror(stdout) && reported)
        return result;
    fprintf(stderr, "tipindex: cannot write the output: %s\n", strerror(reported ? errno : ENOMEM));
    if (result > EXIT_SKIPPED)
        return result;
    return a->action == UPDATE || a->action == ROLLBACK ? EXIT_SKIPPED : EXIT_FAILED;
}

/* ---- Actions ---- */

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(const arguments *a, const tip_update_summary *s)
{
    print_safely(stdout, a->directory);
    if (s->written)
        printf(": %zu paragraph%s; files: %zu added, %zu changed, %zu removed, %zu unchanged",
               s->documents, plural(s->documents), s->added, s->changed, s->removed, s->unchanged);
    else
        printf(": nothing has changed; %zu paragraph%s of %zu file%s", s->documents,
               plural(s->documents), s->unchanged, plural(s->unchanged));
    if (s->failed)
        printf(", %zu with errors", s->failed);
    if (s->ignored && a->verbose)
        printf(", %zu of other kinds ignored", s->ignored);
    putchar('\n');
}

static int update(arguments *a)
{
    tip_update_summary summary;
    tip_error err = {.message = ""};
    a->options.payload = a;
    a->options.warning = show_warning;
    a->options.note = a->verbose ? show_note : NULL;
    a->options.progress = !a->quiet && !a->json && isatty(STDERR_FILENO) ? show_progress : NULL;
    const char *const *paths = (const char *const *)a->paths;
    bool is_sharded = a->shards > 0 || tip_index_shards(a->directory) > 0;
    tip_status status =
        is_sharded
            ? tip_index_update_shards(a->directory, a->shards, paths, a->path_count, &a->options,
                                      &summary, &err)
            : tip_index_update(a->directory, paths, a->path_count, &a->options, &summary, &err);
    clear_bar(a);
    if (status != TIP_OK)
        return fail(a, status, &err);
    if (a->report)
        run_report_set_update(a->report, &summary);
    else if (!a->quiet)
        print_summary(a, &summary);
    return summary.failed ? EXIT_SKIPPED : EXIT_SUCCESS;
}

static int roll_back(const arguments *a)
{
    tip_rollback_summary s;
    tip_error err = {.message = ""};
    tip_status status = tip_index_rollback(a->directory, a->options.wait_seconds, &s, &err);
    if (status != TIP_OK)
        return fail(a, status, &err);
    if (a->report) {
        run_report_set_rollback(a->report, &s);
    } else if (!a->quiet) {
        print_safely(stdout, a->directory);
        printf(": generation %u of %s, %zu paragraph%s, is in use again\n", s.generation, s.created,
               s.documents, plural(s.documents));
    }
    return EXIT_SUCCESS;
}

static int check(const arguments *a)
{
    tip_index_stats s;
    tip_error err = {.message = ""};
    tip_status status = tip_index_check(a->directory, &err);
    if (status == TIP_OK && a->report)
        status = tip_index_stats_read(a->directory, &s, &err);
    if (status != TIP_OK)
        return fail(a, status, &err);
    if (a->report)
        run_report_set_stats(a->report, &s);
    else if (!a->quiet) {
        print_safely(stdout, a->directory);
        puts(": no damage found");
    }
    return EXIT_SUCCESS;
}

static void print_size(const tip_index_stats *s)
{
    unsigned long long postings = s->posting_bytes;
    unsigned long long store = s->store_bytes;
    double share = s->text_bytes ? (double)(postings + store) / (double)s->text_bytes : 0.0;
    printf("on disk:     %llu bytes", postings + store);
    if (store > 0)
        printf(" (postings %llu, texts and words %llu)", postings, store);
    printf(", %.2f of the text\n", share);
}

static void print_stats(const arguments *a, const tip_index_stats *s)
{
    fputs("index:       ", stdout);
    print_safely(stdout, a->directory);
    putchar('\n');
    printf("generation:  %u, made %s\n", s->generation, s->created);
    printf("layout:      %s", s->layout);
    if (s->shards > 0)
        printf(", shard %u of %u", s->shard, s->shards);
    putchar('\n');
    printf("paragraphs:  %zu\n", s->documents);
    printf("reports:     %zu\n", s->reports);
    printf("files:       %zu\n", s->sources);
    printf("sections:    %zu\n", s->sections);
    printf("words:       %llu, %zu different\n", (unsigned long long)s->words, s->vocabulary);
    printf("text:        %llu bytes\n", (unsigned long long)s->text_bytes);
    if (s->store_bytes > 0)
        printf("updates:     %zu paragraphs beside the base, %zu gone from it\n",
               s->delta_documents, s->gone_documents);
    print_size(s);
}

static int show_stats(const arguments *a)
{
    tip_index_stats s;
    tip_error err = {.message = ""};
    tip_status status = tip_index_stats_read(a->directory, &s, &err);
    if (status != TIP_OK)
        return fail(a, status, &err);
    if (a->report)
        run_report_set_stats(a->report, &s);
    else
        print_stats(a, &s);
    return EXIT_SUCCESS;
}

static tip_status print_record(void *payload, const tip_record *record)
{
    (void)payload;
    json_t *object = tip_json_record(record);
    int failed = json_dumpf(object, stdout, JSON_COMPACT);
    failed |= putchar('\n') == EOF;
    json_decref(object);
    if (failed && !ferror(stdout))
        return TIP_NO_MEMORY;
    return failed ? TIP_STOPPED : TIP_OK;
}

static int dump(const arguments *a)
{
    tip_error err = {.message = ""};
    tip_status status = tip_index_dump(a->directory, print_record, NULL, &err);
    if (status == TIP_NO_MEMORY)
        strcpy(err.message, tip_status_text(status));
    if (status != TIP_OK && status != TIP_STOPPED)
        return fail(a, status, &err);
    return EXIT_SUCCESS;
}

static tip_status pass_file(void *payload, const char *path, const char *format)
{
    (void)payload;
    (void)path;
    (void)format;
    return TIP_OK;
}

static tip_status print_read_record(void *payload, const tip_record *record, size_t words)
{
    (void)words;
    return print_record(payload, record);
}

static void show_skipped(void *payload, const char *message)
{
    bool *skipped = payload;
    *skipped = true;
    output_message("tipindex", message);
}

static int explain(const arguments *a)
{
    bool skipped = false;
    tip_error err = {.message = ""};
    const char *const *paths = (const char *const *)a->paths;
    const tip_explanation records = {pass_file, print_read_record, show_skipped, &skipped};
    tip_status status = a->action == DUMP
                            ? tip_index_explain(paths, a->path_count, &a->options, &records, &err)
                            : print_explanation(paths, a->path_count, &a->options, &skipped, &err);
    if (status != TIP_OK && status != TIP_STOPPED)
        return fail(a, status, &err);
    return skipped ? EXIT_SKIPPED : EXIT_SUCCESS;
}

static int look(const arguments *a)
{
    switch (a->action) {
    case ROLLBACK:
        return roll_back(a);
    case CHECK:
        return check(a);
    case STATS:
        return show_stats(a);
    default:
        return dump(a);
    }
}

/* One shard is rolled back at a time, and told of as JSON: each has generations of its own. */
static int refuse_shards(const arguments *a)
{
    tip_error err;
    (void)tip_fail(&err, TIP_BAD_ARGUMENT, "%s: has shards; name one of them, as --db %s/shard-00",
                   a->directory, a->directory);
    return fail(a, TIP_BAD_ARGUMENT, &err);
}

/* The first failure is the end. */
static int look_at_shards(arguments *a, unsigned shards)
{
    int result = EXIT_SUCCESS;
    char *directory = a->directory;
    if (a->action == ROLLBACK || a->json)
        return refuse_shards(a);
    for (unsigned i = 0; i < shards && result == EXIT_SUCCESS; i++) {
        a->directory = tip_index_shard_directory(directory, i);
        if (i > 0 && a->action == STATS)
            putchar('\n');
        result = a->directory ? look(a) : EXIT_FAILED;
        free(a->directory);
    }
    a->directory = directory;
    return result;
}

static int act(arguments *a)
{
    static const tip_error nowhere = {.message =
                                          "no folder for the index: use --db DIR or set HOME"};
    if (!a->explain && !a->directory)
        return fail(a, TIP_NOT_FOUND, &nowhere);
    if (a->explain)
        return explain(a);
    if (a->action == UPDATE)
        return update(a);
    unsigned shards = tip_index_shards(a->directory);
    return shards > 0 ? look_at_shards(a, shards) : look(a);
}

static int run(arguments *a)
{
    if (!a->explain && !a->directory)
        a->directory = tip_index_default_directory();
    if (a->json)
        a->report = run_report_new(action_names[a->action], a->directory);
    if (a->json && !a->report) {
        fputs("tipindex: out of memory\n", stderr);
        return EXIT_FAILED;
    }
    return end_output(a, act(a));
}

int main(int argc, char **argv)
{
    static const struct argp parser = {option_table, parse_option, usage_text, help_text,
                                       NULL,         NULL,         NULL};
    arguments a = {.last_percent = -1};
    a.paths = calloc((size_t)argc + 1, sizeof *a.paths);
    if (!a.paths) {
        fputs("tipindex: out of memory\n", stderr);
        return EXIT_FAILED;
    }
    argp_err_exit_status = EXIT_USAGE;
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is a write that fails */
    argp_parse(&parser, argc, argv, 0, NULL, &a);
    int result = run(&a);
    run_report_free(a.report);
    free(a.directory);
    free(a.paths);
    return result;
}
