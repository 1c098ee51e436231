/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipsearch. */
#include "complete/complete.h"
#include "search/command.h"
#include "search/fault.h"
#include "search/heap.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
    LONG_FIELDS,
    LONG_SHOW,
    LONG_CONTEXT,
    LONG_SIMILAR,
    LONG_EXPAND,
    LONG_CHANGES,
    LONG_TIERS,
    LONG_COLLAPSE,
    LONG_KWIC,
    LONG_SENTENCE,
    LONG_SORT,
    LONG_TIMEOUT,
    LONG_PARTIAL,
    LONG_COMPLETION
};

enum {
    SNIPPET_BYTES = 300,
    LIMIT_DEFAULT = 10,
    LIMIT_MAX = 1000000,
    WIDTH_MAX = 100,
    CONTEXT_WORDS = 8
};

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
    "  forced near/3 labor          no further apart than 3 words\n"
    "  police then/5 bribes         the same, and in this order\n"
    "  prosecut* *labor             words that begin or end like this\n"
    "  country:nepal iso:NPL region:africa tier:2WL,3 year:2018..2021\n"
    "  section:protection title:words mentions:russia country:(nepal or india)\n"
    "                               only such paragraphs\n"
    "The shell takes quotation marks away: put the query in single quotes. A query that begins "
    "with a minus stands behind --. tipsearch-query(7) describes the language.\n\n"
    "Exit status: 0 answers; 1 none; 2 wrong usage or a query that cannot be read; 3 no such "
    "index, or it is damaged.";

static const struct argp_option option_table[] = {
    {"db", LONG_DB, "INDEX", 0,
     "The folder of the index (default: $TIPSEARCH_DB, $XDG_DATA_HOME/tipsearch, "
     "~/.local/share/tipsearch), tcp:HOST:PORT or a file that lists indexes; several are searched "
     "as one",
     1},
    {"timeout", LONG_TIMEOUT, "SECONDS", 0,
     "How long a server of an index may take for an answer (default 10)", 1},
    {"partial", LONG_PARTIAL, NULL, 0,
     "Answer without the indexes that cannot be reached, and say so", 1},
    {"country", LONG_COUNTRY, "NAME", 0, "Only reports about this country; may be repeated", 2},
    {"year", LONG_YEAR, "YEARS", 0, "Only years: 2020, 2018..2021, 2018.., ..2021", 2},
    {"tier", LONG_TIER, "TIER", 0, "Only reports of this tier: 1, 2, 2WL, 3, special", 2},
    {"section", LONG_SECTION, "WORDS", 0, "Only sections with these words in their heading", 2},
    {"region", LONG_REGION, "NAME", 0, "Only this region, as: africa, \"near east\"", 2},
    {"limit", 'n', "N", 0, "Print at most N answers (default 10)", 3},
    {"offset", LONG_OFFSET, "N", 0, "Leave out the first N answers", 3},
    {"sort", LONG_SORT, "ORDER", 0,
     "relevance (default); year: the oldest first, the best first within a year; country: by name, "
     "within a country as by year; for --kwic, by the words to the left or right",
     3},
    {"format", LONG_FORMAT, "FORMAT", 0, "text (default), json, jsonl, csv, tsv or trec", 3},
    {"fields", LONG_FIELDS, "LIST", 0,
     "Columns of csv, tsv and jsonl, separated by commas: rank, score, id, year, country, iso3, "
     "region, tier, section, paragraph, page, title, source, snippet, text",
     3},
    {"facet", LONG_FACET, "FIELD", 0,
     "Count what matches by year, country, region, tier, section or mentions (the countries that "
     "the paragraphs name); may be repeated",
     3},
    {"trend", LONG_TREND, NULL, 0,
     "Count by year: paragraphs, reports, and paragraphs per 10,000 words of the year", 3},
    {"count", LONG_COUNT, NULL, 0, "Print only how many paragraphs match, exactly", 3},
    {"color", LONG_COLOR, "WHEN", 0, "auto (default: on a terminal), always or never", 3},
    {"show", LONG_SHOW, "ID", 0, "Print the paragraph of this id and those around it", 4},
    {"context", LONG_CONTEXT, "N", 0, "Paragraphs before and behind it (default 1)", 4},
    {"similar", LONG_SIMILAR, "ID", 0,
     "Rank the paragraphs that share most with this one; a QUERY narrows them", 4},
    {"collapse", LONG_COLLAPSE, NULL, 0,
     "Fold what a country's other reports repeat into one answer, with the years", 3},
    {"kwic", LONG_KWIC, "WORDS", OPTION_ARG_OPTIONAL,
     "List every occurrence in context, WORDS words on each side (default 8)", 3},
    {"within-sentence", LONG_SENTENCE, NULL, 0, "End the context of --kwic with the sentence", 3},
    {"changes", LONG_CHANGES, "COUNTRY", 0,
     "Compare the country's reports of successive years, those of --year A..B: what was added, "
     "dropped and reworded, and how old each recommendation is",
     4},
    {"tiers", LONG_TIERS, "COUNTRY", 0,
     "List the country's tier by year, in all years or in --year A..B", 4},
    {"expand", LONG_EXPAND, NULL, 0,
     "Search for words of the best answers too: finds more, says less exactly why", 4},
    {"plain", LONG_PLAIN, NULL, 0, "The query is words only: no signs, quotes or fields", 4},
    {"batch", LONG_BATCH, "FILE", 0, "Run each line of FILE: its name, a tab, a query", 4},
    {"explain", LONG_EXPLAIN, NULL, 0, "Say how the query is read; do not run it", 4},
    {"completion", LONG_COMPLETION, "SHELL", 0,
     "Print a script that completes this command in bash, zsh or fish", 5},
    {NULL, 0, NULL, 0, NULL, 0},
};

/* Occurrences and answers are sorted by different things. */
static const struct {
    const char *name;
    tip_sort sort;
    tip_kwic_sort side;
} orders[] = {{"relevance", TIP_SORT_RELEVANCE, TIP_KWIC_UNSORTED},
              {"year", TIP_SORT_YEAR, TIP_KWIC_UNSORTED},
              {"country", TIP_SORT_COUNTRY, TIP_KWIC_UNSORTED},
              {"left", TIP_SORT_RELEVANCE, TIP_KWIC_LEFT},
              {"right", TIP_SORT_RELEVANCE, TIP_KWIC_RIGHT}};

static const char *const color_names[] = {"auto", "always", "never"};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Completion ---- */

static const char *order_name(size_t i)
{
    return i < COUNT_OF(orders) ? orders[i].name : NULL;
}

static const char *color_name(size_t i)
{
    return i < COUNT_OF(color_names) ? color_names[i] : NULL;
}

static const char *facet_name(size_t i)
{
    return i <= TIP_FACET_MENTIONS ? tip_facet_name((tip_facet)i) : NULL;
}

static const char *field_name(size_t i)
{
    return i < FIELD_COUNT ? output_field_name((output_field)i) : NULL;
}

static const complete_value completed_values[] = {
    {LONG_DB, COMPLETE_FOLDERS, NULL},
    {LONG_COUNTRY, COMPLETE_LIST, complete_country},
    {LONG_TIER, COMPLETE_LIST, complete_tier},
    {LONG_SECTION, COMPLETE_LIST, complete_section},
    {LONG_REGION, COMPLETE_LIST, complete_region},
    {LONG_SORT, COMPLETE_WORD, order_name},
    {LONG_FORMAT, COMPLETE_WORD, output_format_name},
    {LONG_FIELDS, COMPLETE_LIST, field_name},
    {LONG_FACET, COMPLETE_WORD, facet_name},
    {LONG_COLOR, COMPLETE_WORD, color_name},
    {LONG_CHANGES, COMPLETE_WORD, complete_country},
    {LONG_TIERS, COMPLETE_WORD, complete_country},
    {LONG_BATCH, COMPLETE_FILES, NULL},
    {LONG_COMPLETION, COMPLETE_WORD, complete_shell},
};

static const complete_command completed = {"tipsearch", usage_text, option_table, completed_values,
                                           sizeof completed_values / sizeof *completed_values};

static size_t read_number(const char *text, const char *option, struct argp_state *state)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number > LIMIT_MAX)
        argp_error(state, "%s: %s takes a number from 0 to %d", text, option, LIMIT_MAX);
    return number;
}

/* The argument behind an option, when it is a number. */
static const char *number_behind(const struct argp_state *state)
{
    const char *next = state->next < state->argc ? state->argv[state->next] : "";
    return *next && next[strspn(next, "0123456789")] == '\0' ? next : NULL;
}

/* The argument that a letter was read from. While more of its letters follow, it is the next one.
 */
static const char *argument_of(int letter, const struct argp_state *state)
{
    const char *next = state->next < state->argc ? state->argv[state->next] : "";
    if (next[0] == '-' && next[1] == letter && next[2])
        return next;
    return state->argv[state->next - 1];
}

/* -nepal is not -n epal. */
static bool is_word_behind_minus(const struct argp_state *state)
{
    const char *option = state->argv[state->next - 1];
    return option[0] == '-' && option[1] == 'n' && isalpha((unsigned char)option[2]);
}

static void refuse_minus(int letter, struct argp_state *state)
{
    argp_error(state,
               "%s: there is no such option; a query that begins with a minus stands behind --, as "
               "in: tipsearch -- '-border police'",
               argument_of(letter, state));
}

static void add_filter(arguments *a, tip_field field, const char *value)
{
    a->filters[a->query.filter_count++] = (tip_filter){field, value};
}

static void check_sort(const arguments *a, bool no_query, struct argp_state *state)
{
    if (!a->sort)
        return;
    if (no_query)
        argp_error(state, "--sort goes with a query or --similar");
    if (a->kwic && !a->context_words.sort)
        argp_error(state,
                   "%s: occurrences are sorted by the words to the left or right: use "
                   "--sort left or right, or leave out --kwic",
                   a->sort);
    if (!a->kwic && a->context_words.sort)
        argp_error(state,
                   "%s: answers are sorted by relevance, year or country; left and right "
                   "go with --kwic",
                   a->sort);
}

/* What is done is one thing, and takes a query or does not. */
static void check_action(const arguments *a, struct argp_state *state)
{
    bool no_query = a->show || a->changes || a->tiers;
    bool counts = a->facet_count || a->trend || a->count;
    int actions = (a->show != NULL) + (a->similar != NULL) + (a->batch != NULL) +
                  (a->changes != NULL) + (a->tiers != NULL) + (a->explain && !a->batch ? 1 : 0) +
                  (a->kwic ? 1 : 0);
    if (actions > 1)
        argp_error(state, "--show, --similar, --changes, --tiers, --kwic, --batch and --explain "
                          "exclude one another, but for --batch --explain");
    if (actions > 0 && counts && !a->batch && !a->explain)
        argp_error(state, "--count, --facet and --trend go with a plain query");
    if (no_query && a->word_count > 0)
        argp_error(state, "%s: --show, --changes and --tiers take no query", a->words[0]);
    if (a->show && a->query.filter_count > 0)
        argp_error(state, "--show takes no filters");
    if (a->query.expand && (no_query || a->similar || a->kwic))
        argp_error(state, "--expand goes with a plain query");
    if (!no_query && !a->batch && !a->similar && a->word_count == 0)
        argp_error(state, "a query is missing");
    if (a->kwic_number && a->word_count > 1)
        fprintf(stderr,
                "tipsearch: \"%s\" is taken for a word of the query; for so many words of context "
                "write --kwic=%s\n",
                a->kwic_number, a->kwic_number);
    if (!a->kwic && a->context_words.within_sentence)
        argp_error(state, "--within-sentence goes with --kwic");
    check_sort(a, no_query, state);
}

/* The last one counts. */
static void read_sort(arguments *a, const char *order, struct argp_state *state)
{
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        if (strcmp(orders[i].name, order) != 0)
            continue;
        a->sort = order;
        a->search.sort = orders[i].sort;
        a->context_words.sort = orders[i].side;
        return;
    }
    argp_error(state, "%s: --sort takes relevance, year or country, and with --kwic left or right",
               order);
}

static void read_color(arguments *a, const char *when, struct argp_state *state)
{
    for (size_t i = 0; i < COUNT_OF(color_names); i++)
        if (strcmp(when, color_names[i]) == 0)
            a->color = when;
    if (a->color != when)
        argp_error(state, "%s: --color takes auto, always or never", when);
}

/* A year at `text`, or none: 0. Returns what stands behind it. */
static const char *read_year(const char *text, int *ret_year)
{
    *ret_year = 0;
    while (*text >= '0' && *text <= '9' && *ret_year < 1000)
        *ret_year = *ret_year * 10 + (*text++ - '0');
    return text;
}

/* The years of --changes and --tiers, from the --year that narrows any other query. */
static void read_years(arguments *a, struct argp_state *state)
{
    const char *option = a->changes ? "--changes" : "--tiers";
    for (size_t i = 0; i < a->query.filter_count; i++) {
        const char *value = a->filters[i].value;
        if (a->filters[i].field != TIP_FIELD_YEAR || i > 0)
            argp_error(state, "%s takes a country and one --year A..B only", option);
        const char *end = read_year(value, &a->first_year);
        bool range = strncmp(end, "..", 2) == 0;
        if (range)
            end = read_year(end + 2, &a->last_year);
        else
            a->last_year = a->first_year;
        if (*end || (a->first_year == 0 && a->last_year == 0))
            argp_error(state, "%s: %s takes years as 2020, 2018..2021, 2018.. or ..2021", value,
                       option);
    }
}

static void check_arguments(arguments *a, struct argp_state *state)
{
    if (a->changes || a->tiers)
        read_years(a, state);
    if (a->batch && a->word_count > 0)
        argp_error(state, "--batch takes its queries from the file: leave \"%s\" out", a->words[0]);
    check_action(a, state);
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
        argp_error(state, "%s: --facet takes year, country, region, tier, section or mentions",
                   name);
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
        if (is_word_behind_minus(state))
            refuse_minus(key, state);
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
        read_color(a, value, state);
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
    case LONG_CHANGES:
        a->changes = value;
        break;
    case LONG_TIERS:
        a->tiers = value;
        break;
    case LONG_COLLAPSE:
        a->search.collapse = true;
        break;
    case LONG_KWIC:
        a->kwic = true;
        if (value)
            a->context_words.words = read_number(value, "--kwic", state);
        else
            a->kwic_number = number_behind(state);
        break;
    case LONG_SENTENCE:
        a->context_words.within_sentence = true;
        break;
    case LONG_SORT:
        read_sort(a, value, state);
        break;
    case LONG_SHOW:
        a->show = value;
        break;
    case LONG_CONTEXT:
        a->context = read_number(value, "--context", state);
        break;
    case LONG_SIMILAR:
        a->similar = value;
        break;
    case LONG_EXPAND:
        a->query.expand = true;
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
    case LONG_TIMEOUT:
        a->open.timeout_seconds = (unsigned)read_number(value, "--timeout", state);
        if (a->open.timeout_seconds == 0)
            argp_error(state, "--timeout takes a second at least");
        break;
    case LONG_PARTIAL:
        a->open.partial = true;
        break;
    case LONG_BATCH:
        a->batch = value;
        break;
    case LONG_COMPLETION:
        complete_print(&completed, value, state, EXIT_INDEX);
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

/* What can stand behind a minus and is no option: a query that begins with a minus is told what to
 * do instead of "invalid option -- 'b'". */
static error_t refuse_character(int key, char *value, struct argp_state *state)
{
    (void)value;
    if (key >= LONG_DB || !isgraph(key))
        return ARGP_ERR_UNKNOWN;
    refuse_minus(key, state);
    return 0;
}

enum { CHARACTERS = '~' - '!' + 1 };

/* All but the options and what getopt(3) takes for something else. */
static void list_characters(struct argp_option ret_options[CHARACTERS + 1])
{
    size_t count = 0;
    for (int c = '!'; c <= '~'; c++)
        if (!strchr("nV?-+:;", c))
            ret_options[count++] = (struct argp_option){NULL, c, NULL, OPTION_HIDDEN, NULL, 0};
    ret_options[count] = (struct argp_option){NULL, 0, NULL, 0, NULL, 0};
}

/* ---- The whole ---- */

static void exit_at_once(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_SUCCESS);
}

/* A reader that has seen enough ("| head -1") ends the command at once, without a word, and as a
 * success, also where the caller has told programs to ignore the signal. */
static void end_quietly(void)
{
    struct sigaction action = {.sa_handler = exit_at_once};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
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

/* Connecting to servers makes libxapian ignore the signal, so that a server that goes away is an
 * error like others: then the reader is asked for. */
static bool is_reader_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
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
    fault_install(EXIT_INDEX);
    fault_limit_time(FAULT_SECONDS);
    tip_status status =
        tip_searcher_open_with(a->directories, a->directory_count, &a->open, &searcher, &err);
    int result;
    if (status != TIP_OK) {
        result = command_fail(status, &err, "", NULL);
    } else {
        command_tell_lost(searcher, 0);
        result = command_run(a, searcher);
        tip_searcher_free(searcher);
    }
    free(fallback);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (is_reader_gone())
            return EXIT_SUCCESS;
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
                               !(text && (a->out.batch || command_tells_total(a)));
    a->out.whole = a->show != NULL;
    if (!a->chosen)
        output_all_fields(&a->out);
}

int main(int argc, char **argv)
{
    struct argp_option characters[CHARACTERS + 1];
    const struct argp no_option = {characters, refuse_character, NULL, NULL, NULL, NULL, NULL};
    const struct argp_child children[] = {{&no_option, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp parser = {option_table, parse_option, usage_text, help_text,
                                children,     NULL,         NULL};
    size_t room = (size_t)argc + 1;
    arguments a = {.color = "auto",
                   .context = NEIGHBOURS,
                   .context_words = {.words = CONTEXT_WORDS},
                   .search = {.limit = LIMIT_DEFAULT}};
    a.directories = calloc(room, sizeof *a.directories);
    a.filters = calloc(room, sizeof *a.filters);
    a.words = calloc(room, sizeof *a.words);
    int result = EXIT_INDEX;
    heap_prepare();
    argp_err_exit_status = EXIT_USAGE;
    end_quietly();
    list_characters(characters);
    if (!a.directories || !a.filters || !a.words) {
        result = command_fail_memory();
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
