/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include "tip/index.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

static char scratch[4096];
static char path[sizeof scratch + 256];

_Noreturn void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

/* ---- Checks ---- */

bool fuzz_is_utf8(const char *bytes, size_t size)
{
    const utf8proc_uint8_t *next = (const utf8proc_uint8_t *)bytes;
    utf8proc_ssize_t left = (utf8proc_ssize_t)size;
    while (left > 0) {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate(next, left, &code);
        if (n <= 0)
            return false;
        next += n;
        left -= n;
    }
    return true;
}

void fuzz_check_string(tip_str string)
{
    REQUIRE(string.data || string.size == 0);
    REQUIRE(fuzz_is_utf8(string.data, string.size));
}

static bool is_one_of(tip_str string, const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(values[i]) == string.size && memcmp(values[i], string.data, string.size) == 0)
            return true;
    return false;
}

void fuzz_check_record(const tip_record *record)
{
    static const char *const tiers[] = {"1", "2", "2WL", "3", "special"};
    const tip_str strings[] = {record->id,   record->country, record->iso3,
                               record->tier, record->region,  record->section,
                               record->text, record->title,   record->source};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        fuzz_check_string(strings[i]);
    REQUIRE(record->text.size > 0 || record->title.size > 0);
    REQUIRE(record->year >= 0);
    REQUIRE(record->tier.size == 0 || is_one_of(record->tier, tiers, sizeof tiers / sizeof *tiers));
}

void fuzz_check_message(const char *message)
{
    REQUIRE(*message);
    REQUIRE(!strchr(message, '\n'));
    REQUIRE(fuzz_is_utf8(message, strlen(message)));
}

/* ---- Readers ---- */

/* JSON lines and tables may bring codes of their own, and may be some lines of a file that have no
 * record; what is read from a page or a text is a country's. */
static bool is_lines(tip_format format)
{
    return format == TIP_FORMAT_JSONL || format == TIP_FORMAT_CSV;
}

static void check_code(tip_str iso3)
{
    REQUIRE(iso3.size == 0 || iso3.size == 3);
    for (size_t i = 0; i < iso3.size; i++)
        REQUIRE(iso3.data[i] >= 'A' && iso3.data[i] <= 'Z');
}

/* What a sink has received. */
typedef struct received {
    tip_format format;
    size_t count;
} received;

static tip_status take_record(void *payload, const tip_record *record)
{
    received *r = payload;
    fuzz_check_record(record);
    if (!is_lines(r->format))
        check_code(record->iso3);
    r->count++;
    return TIP_OK;
}

static tip_status refuse_record(void *payload, const tip_record *record)
{
    received *r = payload;
    (void)record;
    r->count++;
    return TIP_STOPPED;
}

static void take_warning(void *payload, const char *message)
{
    (void)payload;
    fuzz_check_message(message);
}

void fuzz_read(tip_format format, const char *name, const uint8_t *data, size_t size)
{
    tip_input input = {{name, strlen(name)}, {(const char *)data, size}, 1};
    tip_error err = {.message = ""};
    received found = {format, 0};
    tip_sink all = {take_record, take_warning, &found};
    tip_status status = tip_read(format, &input, &all, &err);
    REQUIRE(status == TIP_OK || status == TIP_BAD_INPUT || status == TIP_TOO_LARGE);
    REQUIRE(status != TIP_OK || found.count > 0 || is_lines(format));
    if (status != TIP_OK)
        fuzz_check_message(err.message);
    received refused = {format, 0};
    tip_sink one = {refuse_record, NULL, &refused};
    tip_status stopped = tip_read(format, &input, &one, &err);
    REQUIRE(refused.count == (found.count > 0 ? 1 : 0));
    REQUIRE(stopped == (found.count > 0 ? TIP_STOPPED : status));
}

/* ---- The scratch folder ---- */

static int remove_entry(const char *entry, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(entry);
}

void fuzz_remove_scratch(void)
{
    if (*scratch)
        (void)nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    *scratch = '\0';
}

const char *fuzz_scratch(void)
{
    const char *parent = getenv("TMPDIR");
    if (*scratch)
        return scratch;
    /* In memory where that can be had: some targets write much. */
    if (!parent || !*parent)
        parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(scratch, sizeof scratch, "%s/tip-fuzz.XXXXXX", parent);
    REQUIRE(mkdtemp(scratch));
    REQUIRE(atexit(fuzz_remove_scratch) == 0);
    return scratch;
}

const char *fuzz_path(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", fuzz_scratch(), name);
    return path;
}

void fuzz_write(const char *name, const void *bytes, size_t size)
{
    int fd = open(fuzz_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, bytes, size) == (ssize_t)size);
    REQUIRE(close(fd) == 0);
}

/* ---- A tiny index ---- */

void fuzz_make_index(void)
{
    static const char lines[] =
        "{\"year\": 2020, \"country\": \"Kenya\", \"tier\": \"2\", \"section\": \"Prosecution\", "
        "\"text\": \"The police arrested two officers for corruption in sex-trafficking cases.\"}\n"
        "{\"year\": 2021, \"country\": \"Kyrgyz Republic\", \"tier\": \"2WL\", "
        "\"section\": \"Protection\", \"text\": \"Victims of forced labor had no shelter in "
        "Bishkek; the government's T-visa rules didn't help.\"}\n"
        "{\"year\": 2021, \"country\": \"C\\u00f4te d'Ivoire\", \"tier\": \"3\", "
        "\"section\": \"Prevention\", \"text\": \"Officials went to the cocoa farms.\"}\n"
        "{\"title\": \"A note\", \"text\": \"Neither a year nor a country: only police.\"}\n";
    const char *paths[1];
    char *folder = strdup(fuzz_path("index"));
    tip_update_summary summary;
    tip_error err = {.message = ""};
    fuzz_write("lines.jsonl", lines, sizeof lines - 1);
    paths[0] = fuzz_path("lines.jsonl");
    REQUIRE(folder);
    tip_status status = tip_index_update(folder, paths, 1, NULL, &summary, &err);
    if (status != TIP_OK)
        fprintf(stderr, "%s\n", err.message);
    REQUIRE(status == TIP_OK && summary.documents == 4);
    free(folder);
}
