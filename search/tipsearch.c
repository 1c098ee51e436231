/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipsearch. */
#include "search/output.h"
#include "tip/tip.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { EXIT_NONE = 1, EXIT_USAGE = 2, EXIT_INDEX = 3 };

enum {
    LONG_DB = 0x100,
    LONG_COUNTRY,
    LONG_YEAR,
    LONG_TIER,
    LONG_SECTION,
    LONG_REGION,
    LONG_OFFSET,
    LONG_FORMAT,
    LONG_COUNT,
    LONG_EXPLAIN,
    LONG_PLAIN,
    LONG_BATCH,
    LONG_COLOR,
    LONG_FACET,
    LONG_TREND,
    LONG_FIELDS
};

enum {
    SNIPPET_BYTES = 300,
    LIMIT_DEFAULT = 10,
    LIMIT_MAX = 1000000,
    WIDTH_MAX = 100,
    FACETS_MAX = 8
};

typedef struct arguments {
    const char **directories;
    size_t directory_count;
    tip_filter *filters;
    tip_query_options query;
    tip_search_options search;
    output out;
    const char *color; /* auto, always or never */
    const char *batch; /* file of queries */
    bool count;
    bool explain;
    tip_facet facets[FACETS_MAX]; /* to count by */
    size_t facet_count;
    bool trend;
    bool limited;       /* --limit was given */
    bool chosen;        /* --fields was given */
    const char **words; /* of the query */
    size_t word_count;
} arguments;

/* argp looks for this name, which the other symbols of the program hide from. */
__attribute__((visibility("default"))) const char *argp_program_version = "tipsearch " TIP_VERSION;

static const char usage_text[] = "QUERY...";

static const char help_text[] =
    "Rank the paragraphs of the index by QUERY and print the best, with a snippet."
    "\v"
    "Query:\n"
    "  police corruption Kyrgyz     any of the words, ranked; a country's name or\n"
    "                               demonym finds its own report too\n"
    "  +police -border              must have, must not have\n"
    "  police AND (bribe OR extort) NOT border\n"
    "  '\"debt bondage\"'             these words exactly, one behind the other\n"
    "  '\"Traffickers\"'              this word exactly, without stemming\n"
    "  sex-trafficking              joined words, one behind the other, by stems\n"
    "  forced near/3 labor          no further apart than 3 words; then/3: in this order\n"
    "  prosecut* *labor             words that begin or end like this\n"
    "  country:nepal iso:NPL region:africa tier:2WL,3 year:2018..2021\n"
    "  section:protection title:words mentions:russia country:(nepal or india)\n"
    "                               only such paragraphs\n"
    "The shell takes quotation marks away: put the query in single quotes.\n\n"
    "Exit status: 0 answers; 1 none; 2 wrong usage or a query that cannot be read; 3 no such "
    "index, or it is damaged.";

static const struct argp_option option_table[] = {
    {"db", LONG_DB, "DIR", 0,
     "The folder of the index (default: $TIPSEARCH_DB, $XDG_DATA_HOME/tipsearch, "
     "~/.local/share/tipsearch); several are searched as one",
     1},
    {"country", LONG_COUNTRY, "NAME", 0, "Only reports about this country; may be repeated", 2},
    {"year", LONG_YEAR, "YEARS", 0, "Only these years: 2020, 2018..2021, 2018.., ..2021", 2},
    {"tier", LONG_TIER, "TIER", 0, "Only reports of this tier: 1, 2, 2WL, 3, special", 2},
    {"section", LONG_SECTION, "WORDS", 0, "Only sections with these words in their heading", 2},
    {"region", LONG_REGION, "NAME", 0, "Only this region, as: africa, \"near east\"", 2},
    {"limit", 'n', "N", 0, "Print at most N answers (default 10)", 3},
    {"offset", LONG_OFFSET, "N", 0, "Leave out the N best answers", 3},
    {"format", LONG_FORMAT, "FORMAT", 0, "text (default), json, jsonl, csv, tsv or trec", 3},
    {"fields", LONG_FIELDS, "LIST", 0,
     "Columns of csv, tsv and jsonl, separated by commas: rank, score, id, year, country, iso3, "
     "region, tier, section, paragraph, title, source, snippet, text",
     3},
    {"facet", LONG_FACET, "FIELD", 0,
     "Count what matches by year, country, region, tier or section; may be repeated", 3},
    {"trend", LONG_TREND, NULL, 0,
     "Count by year: paragraphs, reports, and paragraphs per 10,000 words of the year", 3},
    {"count", LONG_COUNT, NULL, 0, "Print only how many paragraphs match, exactly", 3},
    {"color", LONG_COLOR, "WHEN", 0, "auto (default: on a terminal), always or never", 3},
    {"plain", LONG_PLAIN, NULL, 0, "The query is words only: no signs, quotes or fields", 4},
    {"batch", LONG_BATCH, "FILE", 0, "Run each line of FILE: its name, a tab, a query", 4},
    {"explain", LONG_EXPLAIN, NULL, 0, "Say how the query is read; do not run it", 4},
    {NULL, 0, NULL, 0, NULL, 0},
};

static size_t read_number(const char *text, const char *option, struct argp_state *state)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number > LIMIT_MAX)
        argp_error(state, "%s: %s takes a number from 0 to %d", text, option, LIMIT_MAX);
    return number;
}

static void add_filter(arguments *a, tip_field field, const char *value)
{
    a->filters[a->query.filter_count++] = (tip_filter){field, value};
}

static void check_arguments(const arguments *a, struct argp_state *state)
{
    if (a->batch && a->word_count > 0)
        argp_error(state, "--batch takes its queries from the file: leave \"%s\" out", a->words[0]);
    if (!a->batch && a->word_count == 0)
        argp_error(state, "a query is missing");
    if (a->count && a->out.format != OUTPUT_TEXT)
        argp_error(state, "--count prints a number: leave --format out");
    if (a->count && (a->facet_count || a->trend))
        argp_error(state, "--count excludes --facet and --trend");
    if (a->out.format == OUTPUT_TREC && (a->facet_count || a->trend))
        argp_error(state, "--format trec has no place for --facet and --trend");
    if (a->chosen && (a->out.format == OUTPUT_TEXT || a->out.format == OUTPUT_JSON ||
                      a->out.format == OUTPUT_TREC))
        argp_error(state, "--fields goes with --format csv, tsv or jsonl");
}

static void add_facet(arguments *a, const char *name, struct argp_state *state)
{
    tip_facet facet;
    if (!tip_facet_of_name(name, &facet))
        argp_error(state, "%s: --facet takes year, country, region, tier or section", name);
    for (size_t i = 0; i < a->facet_count; i++)
        if (a->facets[i] == facet)
            return;
    a->facets[a->facet_count++] = facet;
}

static void choose_fields(arguments *a, const char *list, struct argp_state *state)
{
    const char *bad;
    size_t size;
    a->chosen = true;
    if (!output_read_fields(&a->out, list, &bad, &size))
        argp_error(state, "%.*s: --fields knows no such column", (int)size, bad);
}

static error_t parse_filter(int key, const char *value, arguments *a)
{
    static const struct {
        int key;
        tip_field field;
    } keys[] = {{LONG_COUNTRY, TIP_FIELD_COUNTRY},
                {LONG_YEAR, TIP_FIELD_YEAR},
                {LONG_TIER, TIP_FIELD_TIER},
                {LONG_SECTION, TIP_FIELD_SECTION},
                {LONG_REGION, TIP_FIELD_REGION}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].key != key)
            continue;
        add_filter(a, keys[i].field, value);
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    arguments *a = state->input;
    switch (key) {
    case LONG_DB:
        a->directories[a->directory_count++] = value;
        break;
    case 'n':
        a->search.limit = read_number(value, "--limit", state);
        a->limited = true;
        break;
    case LONG_OFFSET:
        a->search.offset = read_number(value, "--offset", state);
        break;
    case LONG_FORMAT:
        if (!output_format_of_name(value, &a->out.format))
            argp_error(state, "%s: --format takes text, json, jsonl, csv, tsv or trec", value);
        break;
    case LONG_COLOR:
        if (strcmp(value, "auto") && strcmp(value, "always") && strcmp(value, "never"))
            argp_error(state, "%s: --color takes auto, always or never", value);
        a->color = value;
        break;
    case LONG_COUNT:
        a->count = true;
        break;
    case LONG_FACET:
        add_facet(a, value, state);
        break;
    case LONG_TREND:
        a->trend = true;
        break;
    case LONG_FIELDS:
        choose_fields(a, value, state);
        break;
    case LONG_EXPLAIN:
        a->explain = true;
        break;
    case LONG_PLAIN:
        a->query.plain = true;
        break;
    case LONG_BATCH:
        a->batch = value;
        break;
    case ARGP_KEY_ARG:
        a->words[a->word_count++] = value;
        break;
    case ARGP_KEY_END:
        check_arguments(a, state);
        break;
    default:
        return parse_filter(key, value, a);
    }
    return 0;
}

/* ---- Errors ---- */

static int exit_status_of(tip_status status)
{
    return status == TIP_BAD_QUERY || status == TIP_BAD_ARGUMENT ? EXIT_USAGE : EXIT_INDEX;
}

/* Characters before a place, to point at it. */
static size_t characters_before(const char *text, size_t position)
{
    size_t count = 0;
    for (size_t i = 0; i < position && text[i]; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static void print_safely(const char *text)
{
    const output out = {.stream = stderr};
    output_safely(&out, (tip_str){text, strlen(text)});
}

/* `place` is where the query stands in a batch, with a colon and a space behind it; else "". */
static int fail(tip_status status, const tip_error *err, const char *place, const char *query)
{
    fputs("tipsearch: ", stderr);
    print_safely(place);
    print_safely(err->message);
    fputc('\n', stderr);
    if (status == TIP_BAD_QUERY && query && err->position != TIP_NO_POSITION) {
        fputs("  ", stderr);
        print_safely(query);
        fprintf(stderr, "\n  %*s^\n", (int)characters_before(query, err->position), "");
    }
    return exit_status_of(status);
}

static int fail_memory(void)
{
    fputs("tipsearch: out of memory\n", stderr);
    return EXIT_INDEX;
}

/* ---- One query ---- */

/* The total is told to a person only: stdout carries data, and scripts have JSON and --count. */
static bool tells_total(const arguments *a)
{
    return a->out.format == OUTPUT_TEXT && !a->out.batch && !a->count && isatty(STDOUT_FILENO);
}

static void print_total(const arguments *a, const tip_results *results)
{
    size_t count = tip_results_count(results);
    size_t total = tip_results_total(results);
    if (!tells_total(a) || a->search.limit == 0)
        return;
    if (count < total)
        fprintf(stderr, "%zu of %zu paragraphs; --limit N shows more\n", count, total);
    else if (total == 0)
        fputs("nothing found\n", stderr);
}

static tip_status show_explanation(const tip_query *query, tip_error *err)
{
    char *text;
    tip_status status = tip_query_explain(query, &text, err);
    if (status == TIP_OK) {
        fputs(text, stdout);
        free(text);
    }
    return status;
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
        strcpy(err->message, "out of memory");
    else
        print_total(a, answer->results);
    return status;
}

static tip_status show_results(const arguments *a, tip_searcher *searcher, const tip_query *query,
                               const char *qid, const char *text, size_t *ret_total, tip_error *err)
{
    tip_results *results;
    counted c = {0};
    tip_status status = tip_search(searcher, query, &a->search, &results, err);
    if (status != TIP_OK)
        return status;
    *ret_total = tip_results_total(results);
    status = count(a, searcher, query, &c, err);
    if (status == TIP_OK) {
        output_answer answer = {qid,      text,          a->search.offset, results,
                                c.facets, c.facet_count, c.trend};
        status = write_answer(a, &answer, err);
    }
    counted_free(&c);
    tip_results_free(results);
    return status;
}

static int run_query(const arguments *a, tip_searcher *searcher, const char *place, const char *qid,
                     const char *text)
{
    tip_query *query;
    tip_error err = {.message = ""};
    size_t total = 1;
    tip_str string = {text, strlen(text)};
    tip_status status = tip_query_parse(searcher, string, &a->query, &query, &err);
    if (status != TIP_OK)
        return fail(status, &err, place, text);
    if (a->explain)
        status = show_explanation(query, &err);
    else
        status = show_results(a, searcher, query, qid, text, &total, &err);
    tip_query_free(query);
    if (status != TIP_OK)
        return fail(status, &err, place, text);
    return total > 0 ? EXIT_SUCCESS : EXIT_NONE;
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
    int result = EXIT_SUCCESS;
    while (getline(&line, &room, file) >= 0 && !ferror(stdout)) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (!*line)
            continue;
        if (!tab) {
            fprintf(stderr, "tipsearch: %s:%zu: a name, a tab and a query are expected\n", a->batch,
                    number);
            result = worse(result, EXIT_USAGE);
            continue;
        }
        *tab = '\0';
        char place[512];
        snprintf(place, sizeof place, "%.400s:%zu: ", a->batch, number);
        result = worse(result, run_query(a, searcher, place, line, tab + 1));
    }
    free(line);
    return result;
}

static int run_batch(const arguments *a, tip_searcher *searcher)
{
    FILE *file = strcmp(a->batch, "-") == 0 ? stdin : fopen(a->batch, "re");
    if (!file) {
        fprintf(stderr, "tipsearch: %s: %s\n", a->batch, strerror(errno));
        return EXIT_USAGE;
    }
    int result = run_lines(a, searcher, file);
    if (ferror(file)) {
        fprintf(stderr, "tipsearch: %s: %s\n", a->batch, strerror(errno));
        result = EXIT_USAGE;
    }
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

/* https://no-color.org: NO_COLOR, when set and not empty, wins over the terminal. */
static void set_style(arguments *a)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool terminal = isatty(STDOUT_FILENO);
    bool dumb = !term || strcmp(term, "dumb") == 0;
    struct winsize size;
    if (strcmp(a->color, "auto") == 0)
        a->out.color = terminal && !dumb && !(no_color && *no_color);
    else
        a->out.color = strcmp(a->color, "always") == 0;
    a->out.bars = terminal;
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        a->out.width = size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

static int run_searcher(const arguments *a, tip_searcher *searcher)
{
    if (a->batch)
        return run_batch(a, searcher);
    char *text = join_words(a);
    if (!text)
        return fail_memory();
    int result = run_query(a, searcher, "", NULL, text);
    free(text);
    return result;
}

static int run(arguments *a)
{
    tip_searcher *searcher;
    tip_error err = {.message = ""};
    char *fallback = NULL;
    if (a->directory_count == 0) {
        fallback = tip_index_default_directory();
        if (!fallback) {
            fputs("tipsearch: no folder for the index: use --db DIR or set HOME\n", stderr);
            return EXIT_INDEX;
        }
        a->directories[a->directory_count++] = fallback;
    }
    tip_status status = tip_searcher_open(a->directories, a->directory_count, &searcher, &err);
    int result;
    if (status != TIP_OK) {
        result = fail(status, &err, "", NULL);
    } else {
        result = run_searcher(a, searcher);
        tip_searcher_free(searcher);
    }
    free(fallback);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "tipsearch: cannot write the output: %s\n", strerror(errno));
        return EXIT_INDEX;
    }
    return result;
}

/* No more is looked up than is shown. */
static void choose_amount(arguments *a)
{
    bool text = a->out.format == OUTPUT_TEXT;
    bool counts = a->facet_count > 0 || a->trend;
    a->search.snippet_bytes = a->out.format == OUTPUT_TREC || a->count ? 0 : SNIPPET_BYTES;
    if (a->count || (counts && !a->limited && a->out.format != OUTPUT_JSON))
        a->search.limit = 0;
    a->search.estimate_total = !a->count && !counts && a->search.limit > 0 &&
                               a->out.format != OUTPUT_JSON &&
                               !(text && (a->out.batch || tells_total(a)));
    if (!a->chosen)
        output_all_fields(&a->out);
}

int main(int argc, char **argv)
{
    static const struct argp parser = {option_table, parse_option, usage_text, help_text,
                                       NULL,         NULL,         NULL};
    size_t room = (size_t)argc + 1;
    arguments a = {.color = "auto", .search = {.limit = LIMIT_DEFAULT}};
    a.directories = calloc(room, sizeof *a.directories);
    a.filters = calloc(room, sizeof *a.filters);
    a.words = calloc(room, sizeof *a.words);
    int result = EXIT_INDEX;
    argp_err_exit_status = EXIT_USAGE;
    if (!a.directories || !a.filters || !a.words) {
        result = fail_memory();
    } else {
        argp_parse(&parser, argc, argv, 0, NULL, &a);
        a.query.filters = a.filters;
        a.out.stream = stdout;
        a.out.batch = a.batch != NULL;
        choose_amount(&a);
        set_style(&a);
        result = run(&a);
    }
    free(a.directories);
    free(a.filters);
    free(a.words);
    return result;
}
