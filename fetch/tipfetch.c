/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command tipfetch. */
#include "complete/complete.h"
#include "fetch/fetch.h"
#include "output/safe.h"

#include <argp.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

enum {
    LONG_DIR = 0x100,
    LONG_COUNTRY,
    LONG_UPDATE,
    LONG_DELAY,
    LONG_TIMEOUT,
    LONG_RETRIES,
    LONG_AGENT,
    LONG_ADDRESSES,
    LONG_PRINT,
    LONG_BASE,
    LONG_COMPLETION
};

/* The site answers 403 to agents that do not begin like a browser. The form in brackets is how
 * programs that fetch pages have long named themselves behind that. */
#define USER_AGENT "Mozilla/5.0 (compatible; tipfetch/" TIP_VERSION ")"

/* What nobody should go below on the publisher's own hosts, in seconds. */
#define DELAY_MIN 1.0

typedef struct arguments {
    fetch_options options;
    fetch_table table;
    const char *table_path; /* NULL: the built-in table */
    char *base_url;
    const tip_country **countries;
    bool years[FETCH_YEAR_LAST + 1];
    bool any_year;
    bool print;
    bool quiet;
    bool verbose;
    bool progress_shown;
} arguments;

/* argp looks for this name, which the other symbols of the program hide from. */
__attribute__((visibility("default"))) const char *argp_program_version = "tipfetch " TIP_VERSION;

static const char usage_text[] = "YEAR...";

static const char help_text[] =
    "Download the narratives of the Trafficking in Persons Reports of the years YEAR (2019, or "
    "2018..2021) from the site of the U.S. State Department, as pages that tipindex reads. What is "
    "there already is not fetched again."
    "\v"
    "Exit status: 0 done; 1 done, but some pages could not be had; 2 wrong usage; 3 failed.";

static const struct argp_option option_table[] = {
    {"dir", LONG_DIR, "DIR", 0, "Write DIR/YEAR/country-name.html (default: here)", 1},
    {"country", LONG_COUNTRY, "NAME", 0, "Only this country; may be repeated", 1},
    {"update", LONG_UPDATE, NULL, 0, "Ask for what is there, too, in case it has changed", 1},
    {"dry-run", 'n', NULL, 0, "Print what would be fetched: address, tab, file", 1},
    {"delay", LONG_DELAY, "SECONDS", 0, "Time between requests (default: 2; at least 1)", 2},
    {"timeout", LONG_TIMEOUT, "SECONDS", 0, "Give up an attempt without data (default: 60)", 2},
    {"retries", LONG_RETRIES, "N", 0, "Further attempts at a page (default: 3)", 2},
    {"user-agent", LONG_AGENT, "TEXT", 0, "What to call itself (default: " USER_AGENT ")", 2},
    {"addresses", LONG_ADDRESSES, "FILE", 0, "Use this table of addresses", 3},
    {"print-addresses", LONG_PRINT, NULL, 0, "Print the built-in table of addresses", 3},
    {"base-url", LONG_BASE, "URL", 0,
     "Ask this mirror, which has each host's pages below the host's name", 3},
    {"quiet", 'q', NULL, 0, "Print errors only", 4},
    {"verbose", 'v', NULL, 0, "Print each request", 4},
    {"completion", LONG_COMPLETION, "SHELL", 0,
     "Print a script that completes this command in bash, zsh or fish", 5},
    {NULL, 0, NULL, 0, NULL, 0},
};

/* ---- Arguments ---- */

static const complete_value completed_values[] = {
    {LONG_DIR, COMPLETE_FOLDERS, NULL},
    {LONG_COUNTRY, COMPLETE_WORD, complete_country},
    {LONG_ADDRESSES, COMPLETE_FILES, NULL},
    {LONG_COMPLETION, COMPLETE_WORD, complete_shell},
};

static const complete_command completed = {"tipfetch", usage_text, option_table, completed_values,
                                           sizeof completed_values / sizeof *completed_values};

static double read_seconds(const char *text, const char *option, struct argp_state *state)
{
    char *end;
    double seconds = strtod(text, &end);
    if (*text < '0' || *text > '9' || *end || !(seconds <= 3600))
        argp_error(state, "%s: %s takes a number of seconds from 0 to 3600", text, option);
    return seconds;
}

static unsigned read_number(const char *text, unsigned least, unsigned most, const char *option,
                            struct argp_state *state)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number < least || number > most)
        argp_error(state, "%s: %s takes a number from %u to %u", text, option, least, most);
    return (unsigned)number;
}

static void add_country(arguments *a, const char *name, struct argp_state *state)
{
    const tip_country *country = tip_country_find_any(tip_str_of(name));
    if (!country)
        argp_error(state, "%s: no such country", name);
    a->countries[a->options.country_count++] = country;
}

static void add_years(arguments *a, const char *text, struct argp_state *state)
{
    int first = 0, last = -1;
    if (!fetch_years_read(text, &first, &last))
        argp_error(state, "%s: years are like 2019 or 2018..2021, from %d on", text,
                   FETCH_YEAR_FIRST);
    for (int year = first; year <= last; year++)
        a->years[year] = true;
    a->any_year = true;
}

static void set_base(arguments *a, const char *url, struct argp_state *state)
{
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
        argp_error(state, "%s: --base-url takes an address that begins with http:// or https://",
                   url);
    free(a->base_url);
    a->base_url = strdup(url);
    size_t size = a->base_url ? strlen(a->base_url) : 0;
    while (size > 0 && a->base_url[size - 1] == '/')
        a->base_url[--size] = '\0';
    a->options.manners.base_url = a->base_url;
}

static void set_agent(arguments *a, const char *agent, struct argp_state *state)
{
    for (const char *c = agent; *c; c++)
        if (*c < ' ' || *c > '~')
            argp_error(state, "--user-agent takes printable ASCII characters only");
    a->options.manners.user_agent = agent;
}

static void check_arguments(const arguments *a, struct argp_state *state)
{
    const fetch_manners *manners = &a->options.manners;
    if (!a->any_year && !a->print)
        argp_error(state, "no year to fetch; name one, as 2019 or 2018..2021");
    if (manners->delay_seconds < DELAY_MIN && !manners->base_url)
        argp_error(state,
                   "--delay takes at least %g second; less is for a test server only "
                   "(--base-url)",
                   DELAY_MIN);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    arguments *a = state->input;
    fetch_manners *manners = &a->options.manners;
    switch (key) {
    case LONG_DIR:
        a->options.folder = value;
        break;
    case LONG_COUNTRY:
        add_country(a, value, state);
        break;
    case LONG_UPDATE:
        a->options.update = true;
        break;
    case 'n':
        a->options.dry_run = true;
        break;
    case LONG_DELAY:
        manners->delay_seconds = read_seconds(value, "--delay", state);
        break;
    case LONG_TIMEOUT:
        manners->timeout_seconds = read_number(value, 1, 3600, "--timeout", state);
        break;
    case LONG_RETRIES:
        manners->retries = read_number(value, 0, 10, "--retries", state);
        break;
    case LONG_AGENT:
        set_agent(a, value, state);
        break;
    case LONG_ADDRESSES:
        a->table_path = value;
        break;
    case LONG_PRINT:
        a->print = true;
        break;
    case LONG_BASE:
        set_base(a, value, state);
        break;
    case 'q':
        a->quiet = true;
        break;
    case 'v':
        a->verbose = true;
        break;
    case LONG_COMPLETION:
        complete_print(&completed, value, state, EXIT_FAILED);
        break;
    case ARGP_KEY_ARG:
        add_years(a, value, state);
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

static void clear_progress(arguments *a)
{
    if (a->progress_shown)
        fputs("\r\033[K", stderr);
    a->progress_shown = false;
}

static void show_progress(void *payload, const char *address, const char *path, size_t done,
                          size_t total)
{
    arguments *a = payload;
    (void)address;
    fprintf(stderr, "\r%s (%zu of %zu)\033[K", path, done + 1, total);
    a->progress_shown = true;
}

static void list_page(void *payload, const char *address, const char *path, size_t done,
                      size_t total)
{
    (void)payload;
    (void)done;
    (void)total;
    printf("%s\t%s\n", address, path);
}

static void show_warning(void *payload, const char *message)
{
    clear_progress(payload);
    output_message("tipfetch", message);
}

static void show_note(void *payload, const char *message)
{
    clear_progress(payload);
    fprintf(stderr, "%s\n", message);
}

static int fail(tip_status status, const tip_error *err)
{
    output_message("tipfetch", err->message);
    return status == TIP_BAD_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

/* Data that did not reach its reader is a failure. */
static int end_output(int result)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "tipfetch: cannot write the output: %s\n", strerror(errno));
    return EXIT_FAILED;
}

static void print_summary(const arguments *a, int year, const fetch_summary *s)
{
    if (a->quiet || a->options.dry_run)
        return;
    printf("%s/%d: %zu fetched, %zu already there", a->options.folder, year, s->fetched,
           s->present);
    if (s->failed)
        printf(", %zu failed", s->failed);
    putchar('\n');
    fflush(stdout);
}

/* ---- Fetching ---- */

static tip_status check_years(const arguments *a, tip_error *err)
{
    for (int year = FETCH_YEAR_FIRST; year <= FETCH_YEAR_LAST; year++) {
        if (!a->years[year] || fetch_table_next(&a->table, year, FETCH_INDEX, NULL))
            continue;
        snprintf(err->message, sizeof err->message,
                 "%d: no address of an index for this year is known; give one with --addresses, "
                 "see tipfetch(1)",
                 year);
        return TIP_BAD_ARGUMENT;
    }
    return TIP_OK;
}

/* Year after year; the sums of all in *total. */
static tip_status fetch_years(arguments *a, fetch_run *fetcher, fetch_summary *total,
                              tip_error *err)
{
    tip_status status = TIP_OK;
    for (int year = FETCH_YEAR_FIRST; year <= FETCH_YEAR_LAST && !status; year++) {
        fetch_summary summary = {0};
        if (!a->years[year])
            continue;
        status = fetch_year(fetcher, year, &summary, err);
        clear_progress(a);
        print_summary(a, year, &summary);
        total->fetched += summary.fetched;
        total->present += summary.present;
        total->failed += summary.failed;
    }
    return status;
}

static int fetch(arguments *a)
{
    tip_error err = {.message = ""};
    fetch_run *fetcher = NULL;
    fetch_summary total = {0};
    tip_status status = fetch_table_load(a->table_path, &a->table, &err);
    if (!status)
        status = check_years(a, &err);
    if (!status)
        status = fetch_run_open(&a->options, &fetcher, &err);
    if (!status)
        status = fetch_years(a, fetcher, &total, &err);
    fetch_run_close(fetcher);
    if (status)
        return fail(status, &err);
    if (total.failed == 0)
        return end_output(EXIT_SUCCESS);
    return end_output(total.fetched + total.present ? EXIT_SOME_FAILED : EXIT_FAILED);
}

static int print_addresses(void)
{
    tip_str text = fetch_table_text();
    fwrite(text.data, 1, text.size, stdout);
    return end_output(EXIT_SUCCESS);
}

static void prepare(arguments *a)
{
    fetch_options *options = &a->options;
    options->payload = options->manners.payload = a;
    options->countries = a->countries;
    options->manners.table = &a->table;
    options->manners.note = a->verbose ? show_note : NULL;
    options->warning = show_warning;
    if (options->dry_run)
        options->page = list_page;
    else if (!a->quiet && !a->verbose && isatty(STDERR_FILENO))
        options->page = show_progress;
}

int main(int argc, char **argv)
{
    static const struct argp parser = {option_table, parse_option, usage_text, help_text,
                                       NULL,         NULL,         NULL};
    arguments a = {
        .options = {.folder = ".",
                    .manners = {.user_agent = USER_AGENT,
                                .delay_seconds = 2,
                                .timeout_seconds = 60,
                                .retries = 3}},
        .countries = calloc((size_t)argc, sizeof *a.countries),
    };
    if (!a.countries || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("tipfetch: out of memory\n", stderr);
        free(a.countries);
        return EXIT_FAILED;
    }
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&parser, argc, argv, 0, NULL, &a);
    prepare(&a);
    int result = a.print ? print_addresses() : fetch(&a);
    fetch_table_free(&a.table);
    free(a.base_url);
    free(a.countries);
    curl_global_cleanup();
    return result;
}
