/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipindex. */
#include "base/error.h"
#include "corpus/record_json.h"
#include "indexer/tipindex_explain.h"
#include "tip/index.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_SKIPPED = 1, EXIT_USAGE = 2, EXIT_FAILED = 3, EXIT_LOCKED = 75 };

enum {
    LONG_DB = 0x100,
    LONG_INPUT,
    LONG_TIERS,
    LONG_REBUILD,
    LONG_WAIT,
    LONG_CHECK,
    LONG_STATS,
    LONG_DUMP,
    LONG_EXPLAIN
};

enum action { UPDATE, CHECK, STATS, DUMP };

typedef struct arguments {
    char *directory;
    enum action action;
    bool explain; /* files instead of an index; with DUMP, their records */
    tip_update_options options;
    bool quiet;
    bool verbose;
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
    {"rebuild", LONG_REBUILD, NULL, 0, "Read every file again, changed or not", 1},
    {"jobs", 'j', "N", 0, "Number of threads (default: one per processor)", 1},
    {"wait", LONG_WAIT, "SECONDS", 0, "Wait that long for another update to finish", 1},
    {"check", LONG_CHECK, NULL, 0, "Verify the whole index; change nothing", 2},
    {"stats", LONG_STATS, NULL, 0, "Print figures of the index", 2},
    {"dump", LONG_DUMP, "jsonl", 0, "Print all records, in order, as JSON lines", 2},
    {"explain", LONG_EXPLAIN, NULL, 0,
     "Show what the files PATH are read as, without an index; with --dump jsonl, the records", 2},
    {"quiet", 'q', NULL, 0, "Print errors only", 3},
    {"verbose", 'v', NULL, 0, "Say what is being done", 3},
    {NULL, 0, NULL, 0, NULL, 0},
};

static unsigned read_number(const char *text, const char *option, struct argp_state *state)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number > 1000000)
        argp_error(state, "%s: %s takes a number from 0 to 1000000", text, option);
    return (unsigned)number;
}

static void set_action(arguments *a, enum action action, struct argp_state *state)
{
    if (a->action != UPDATE && a->action != action)
        argp_error(state, "--check, --stats and --dump exclude one another");
    a->action = action;
}

static void check_arguments(const arguments *a, struct argp_state *state)
{
    bool takes_files = a->action == UPDATE || a->explain;
    if (a->explain && a->action != UPDATE && a->action != DUMP)
        argp_error(state, "--explain excludes --check and --stats");
    if (takes_files && a->path_count == 0)
        argp_error(state,
                   "no file or folder to %s; name one, or ask for --stats, --check or "
                   "--dump jsonl",
                   a->explain ? "explain" : "index");
    if (!takes_files && a->path_count > 0)
        argp_error(state, "%s: --check, --stats and --dump take no files", a->paths[0]);
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
    case LONG_REBUILD:
        a->options.rebuild = true;
        break;
    case 'j':
        a->options.jobs = read_number(value, "--jobs", state);
        break;
    case LONG_WAIT:
        a->options.wait_seconds = read_number(value, "--wait", state);
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

/* Names of files may hold anything: what would command a terminal is shown as '?'. */
static void print_line(FILE *stream, const char *prefix, const char *message)
{
    fputs(prefix, stream);
    for (; *message; message++)
        fputc((unsigned char)*message < ' ' || *message == 0x7F ? '?' : *message, stream);
    fputc('\n', stream);
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
    clear_bar(payload);
    print_line(stderr, "tipindex: ", message);
}

static void show_note(void *payload, const char *message)
{
    clear_bar(payload);
    print_line(stderr, "", message);
}

static int fail(tip_status status, const tip_error *err)
{
    print_line(stderr, "tipindex: ", err->message);
    return status == TIP_LOCKED ? EXIT_LOCKED : EXIT_FAILED;
}

/* Data that did not reach its reader is a failure. */
static int end_output(int result)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "tipindex: cannot write the output: %s\n", strerror(errno));
    return EXIT_FAILED;
}

/* ---- Actions ---- */

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(const arguments *a, const tip_update_summary *s)
{
    if (s->written)
        printf("%s: %zu paragraph%s; files: %zu added, %zu changed, %zu removed, %zu unchanged",
               a->directory, s->documents, plural(s->documents), s->added, s->changed, s->removed,
               s->unchanged);
    else
        printf("%s: nothing has changed; %zu paragraph%s of %zu file%s", a->directory, s->documents,
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
    a->options.progress = !a->quiet && isatty(STDERR_FILENO) ? show_progress : NULL;
    tip_status status = tip_index_update(a->directory, (const char *const *)a->paths, a->path_count,
                                         &a->options, &summary, &err);
    clear_bar(a);
    if (status != TIP_OK)
        return fail(status, &err);
    if (!a->quiet)
        print_summary(a, &summary);
    /* The index is made: that its summary was not printed is no reason to call it failed. */
    int result = summary.failed ? EXIT_SKIPPED : EXIT_SUCCESS;
    return end_output(result) == result ? result : EXIT_SKIPPED;
}

static int check(const arguments *a)
{
    tip_error err = {.message = ""};
    tip_status status = tip_index_check(a->directory, &err);
    if (status != TIP_OK)
        return fail(status, &err);
    if (!a->quiet)
        printf("%s: no damage found\n", a->directory);
    return end_output(EXIT_SUCCESS);
}

static int print_stats(const arguments *a)
{
    tip_index_stats s;
    tip_error err = {.message = ""};
    tip_status status = tip_index_stats_read(a->directory, &s, &err);
    if (status != TIP_OK)
        return fail(status, &err);
    printf("index:       %s\n", a->directory);
    printf("generation:  %u, made %s\n", s.generation, s.created);
    printf("paragraphs:  %zu\n", s.documents);
    printf("reports:     %zu\n", s.reports);
    printf("files:       %zu\n", s.sources);
    printf("sections:    %zu\n", s.sections);
    printf("words:       %llu, %zu different\n", (unsigned long long)s.words, s.vocabulary);
    printf("text:        %llu bytes\n", (unsigned long long)s.text_bytes);
    printf("updates:     %zu paragraphs beside the base, %zu gone from it\n", s.delta_documents,
           s.gone_documents);
    printf("on disk:     %llu bytes (postings %llu, texts and words %llu), %.2f of the text\n",
           (unsigned long long)(s.posting_bytes + s.store_bytes),
           (unsigned long long)s.posting_bytes, (unsigned long long)s.store_bytes,
           s.text_bytes ? (double)(s.posting_bytes + s.store_bytes) / (double)s.text_bytes : 0.0);
    return end_output(EXIT_SUCCESS);
}

static tip_status print_record(void *payload, const tip_record *record)
{
    (void)payload;
    json_t *object = json_object();
    int failed = tip_json_set_record(object, record);
    failed |= json_object_set_new(object, "text", tip_json_string(record->text));
    failed |= json_dumpf(object, stdout, JSON_COMPACT);
    failed |= putchar('\n') == EOF;
    json_decref(object);
    return failed ? TIP_STOPPED : TIP_OK;
}

static int dump(const arguments *a)
{
    tip_error err = {.message = ""};
    tip_status status = tip_index_dump(a->directory, print_record, NULL, &err);
    if (status != TIP_OK && status != TIP_STOPPED)
        return fail(status, &err);
    return end_output(EXIT_SUCCESS);
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
    print_line(stderr, "tipindex: ", message);
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
        return fail(status, &err);
    return end_output(skipped ? EXIT_SKIPPED : EXIT_SUCCESS);
}

static int run(arguments *a)
{
    if (a->explain)
        return explain(a);
    if (!a->directory)
        a->directory = tip_index_default_directory();
    if (!a->directory) {
        fputs("tipindex: no folder for the index: use --db DIR or set HOME\n", stderr);
        return EXIT_FAILED;
    }
    switch (a->action) {
    case CHECK:
        return check(a);
    case STATS:
        return print_stats(a);
    case DUMP:
        return dump(a);
    default:
        return update(a);
    }
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
    argp_parse(&parser, argc, argv, 0, NULL, &a);
    int result = run(&a);
    free(a.directory);
    free(a.paths);
    return result;
}
