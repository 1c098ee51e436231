/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/country.h"
#include "corpus/plain_private.h"
#include "corpus/section.h"
#include "corpus/year.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void set_country(tip_facts *facts, tip_str name)
{
    facts->document.country = tip_country_find(name);
    facts->document.name = name;
}

void tip_facts_free(tip_facts *facts)
{
    tip_buf_free(&facts->values);
    *facts = (tip_facts){0};
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The file's name without its folders and endings. */
static tip_str stem_of_path(tip_str path)
{
    tip_str stem = path;
    const char *slash = path.size ? memrchr(path.data, '/', path.size) : NULL;
    if (slash)
        stem = (tip_str){slash + 1, path.size - (size_t)(slash + 1 - path.data)};
    if (stem.size > 3 && strncasecmp(stem.data + stem.size - 3, ".gz", 3) == 0)
        stem.size -= 3;
    const char *dot = stem.size ? memrchr(stem.data, '.', stem.size) : NULL;
    if (dot && dot > stem.data)
        stem.size = (size_t)(dot - stem.data);
    return stem;
}

/* "kenya" of "2020-kenya" and of "kenya_2020". */
static tip_str without_year(tip_str stem)
{
    size_t start;
    if (!tip_year_last(stem, &start))
        return stem;
    if (start == 0) {
        stem = (tip_str){stem.data + 4, stem.size - 4};
        while (stem.size && !is_alnum(*stem.data) && (unsigned char)*stem.data < 0x80) {
            stem.data++;
            stem.size--;
        }
    } else if (start + 4 == stem.size) {
        stem.size -= 4;
        while (stem.size && !is_alnum(stem.data[stem.size - 1]) &&
               (unsigned char)stem.data[stem.size - 1] < 0x80)
            stem.size--;
    }
    return stem;
}

/* Two letters name a country in "2020/us.txt" or "US.txt", hardly in "to.txt" or "in.txt". */
static bool may_be_country(tip_str stem, bool below_year)
{
    if (stem.size != 2 || below_year)
        return stem.size > 0;
    return stem.data[0] >= 'A' && stem.data[0] <= 'Z' && stem.data[1] >= 'A' && stem.data[1] <= 'Z';
}

/* Whether a title or a path is one of the yearly report's. */
static bool names_trafficking(tip_str text)
{
    static const char *const marks[] = {"Trafficking in Persons", "trafficking-in-persons",
                                        "tiprpt"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (text.size && memmem(text.data, text.size, marks[i], strlen(marks[i])))
            return true;
    return false;
}

void tip_facts_read_path(tip_facts *facts, tip_str path)
{
    tip_document *document = &facts->document;
    size_t ignored;
    int year = tip_year_last(path, &ignored);
    if (document->year == 0)
        document->year = year;
    tip_str stem = without_year(stem_of_path(path));
    if (!document->country_given && may_be_country(stem, year != 0) && tip_country_find(stem))
        set_country(facts, stem);
    if (document->source.size == 0)
        document->source = path;
    document->assumed = !names_trafficking(path) && !names_trafficking(document->title);
    document->trafficking = document->name.size > 0 || !document->assumed;
}

enum key { KEY_NONE, TITLE, COUNTRY, YEAR, TIER, REGION, SOURCE, NOTE };

static const char *const key_names[] = {
    [KEY_NONE] = "", [TITLE] = "title",   [COUNTRY] = "country", [YEAR] = "year",
    [TIER] = "tier", [REGION] = "region", [SOURCE] = "source",   [NOTE] = "note",
};

/* A key of the front matter; its value was collected over one line or more. */
struct entry {
    size_t start; /* of the value in `values` */
    size_t size;
    size_t line;
};

/* The front matter while it is read. */
struct front {
    tip_facts *facts;
    const tip_input *input;
    const tip_sink *sink;
    size_t line;
    struct entry entries[NOTE + 1];
    enum key open; /* what a line that begins with white space continues */
    tip_buf now;   /* the line being looked at, white space collapsed */
};

static void warn(struct front *front, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(struct front *front, const char *format, ...)
{
    if (!front->sink->warning)
        return;
    char what[256];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(what, sizeof what, format, args);
    va_end(args);
    tip_str path = front->input->path;
    tip_error text;
    (void)tip_fail(&text, TIP_BAD_INPUT, "%.*s:%zu: %s", path.size > 512 ? 512 : (int)path.size,
                   path.data ? path.data : "", front->line, written < 0 ? "unreadable" : what);
    front->sink->warning(front->sink->payload, text.message);
}

/* Splits "Key: value". False when the line does not begin with one word and a colon. */
static bool split_key(tip_str line, tip_str *ret_key, tip_str *ret_value)
{
    size_t size = 0;
    while (size < line.size && (is_alnum(line.data[size]) || line.data[size] == '-'))
        size++;
    if (size == 0 || size == line.size || line.data[size] != ':')
        return false;
    *ret_key = (tip_str){line.data, size};
    size_t start = size + 1;
    if (start < line.size && line.data[start] != ' ')
        return false;
    start += start < line.size;
    *ret_value = (tip_str){line.data + start, line.size - start};
    return true;
}

static enum key key_of(tip_str name)
{
    for (size_t i = TITLE; i <= NOTE; i++)
        if (strlen(key_names[i]) == name.size &&
            strncasecmp(key_names[i], name.data, name.size) == 0)
            return (enum key)i;
    return KEY_NONE;
}

static tip_status add_value(struct front *front, tip_str value, struct entry *entry)
{
    tip_buf *values = &front->facts->values;
    if (entry->size && tip_buf_add_byte(values, ' ') != TIP_OK)
        return TIP_NO_MEMORY;
    if (tip_buf_add(values, value.data, value.size) != TIP_OK)
        return TIP_NO_MEMORY;
    entry->size = values->size - entry->start;
    return TIP_OK;
}

/* Takes the line in `now`; *ret_taken false when the text begins with it. */
static tip_status take_line(struct front *front, bool continued, bool *ret_taken)
{
    tip_str line = tip_buf_str(&front->now);
    tip_str name, value, ignored;
    const char *tier;
    *ret_taken = true;
    if (continued)
        return add_value(front, line, &front->entries[front->open]);
    bool is_key = split_key(line, &name, &value);
    enum key key = is_key ? key_of(name) : KEY_NONE;
    if (!is_key || (key == KEY_NONE &&
                    (tip_tier_line(line, &ignored, &tier) || tip_section_of_heading(name)))) {
        *ret_taken = false;
        return TIP_OK;
    }
    if (key == KEY_NONE)
        warn(front, "the key \"%.*s\" is not known and was left out", (int)name.size, name.data);
    front->open = key;
    front->entries[key] = (struct entry){front->facts->values.size, 0, front->line};
    return add_value(front, value, &front->entries[key]);
}

/* The value of a key; warnings are about its line from here on. */
static tip_str use(struct front *front, enum key key)
{
    const struct entry *entry = &front->entries[key];
    front->line = entry->line;
    return entry->size ? (tip_str){front->facts->values.data + entry->start, entry->size}
                       : (tip_str){0};
}

static void use_year(struct front *front, tip_str text)
{
    int year = 0;
    bool good = text.size > 0 && text.size <= 4;
    for (size_t i = 0; good && i < text.size; i++) {
        good = is_digit(text.data[i]);
        year = year * 10 + (text.data[i] - '0');
    }
    if (good && year > 0)
        front->facts->document.year = year;
    else
        warn(front, "\"Year\" is not a number of 1 to 9999 and was left out");
}

static void use_tier(struct front *front, tip_str text)
{
    const char *tier = tip_tier_of_text(text);
    front->facts->document.tier = tier;
    front->facts->document.tier_given = tier != NULL;
    if (!tier)
        warn(front, "\"Tier\" is none of 1, 2, 2WL, 3, special and was left out");
}

static void use_all(struct front *front)
{
    tip_facts *facts = front->facts;
    facts->document.title = use(front, TITLE);
    facts->document.source = use(front, SOURCE);
    facts->document.region = use(front, REGION);
    tip_str country = use(front, COUNTRY);
    facts->document.country_given = country.size > 0;
    if (country.size)
        set_country(facts, country);
    tip_str year = use(front, YEAR);
    if (year.size)
        use_year(front, year);
    tip_str tier = use(front, TIER);
    if (tier.size)
        use_tier(front, tier);
}

/* Only a known key at the very beginning makes the first lines front matter. */
static bool may_begin(tip_str raw, tip_str line)
{
    tip_str name, value;
    return !tip_plain_is_white((unsigned char)raw.data[0]) && split_key(line, &name, &value) &&
           key_of(name) != KEY_NONE;
}

/* Takes one line; *ret_more false at the end of the front matter, with `lines` behind it. */
static tip_status step(struct front *front, tip_lines *lines, bool first, bool *ret_more)
{
    tip_lines before = *lines;
    tip_str raw = {0};
    bool form_feed = false;
    bool taken = false;
    front->line = lines->next;
    tip_buf_clear(&front->now);
    if (!tip_lines_next(lines, &raw, &form_feed)) {
        *ret_more = false;
        return TIP_OK;
    }
    if (tip_plain_collapse(raw, &front->now) != TIP_OK)
        return TIP_NO_MEMORY;
    if (front->now.size && (!first || may_begin(raw, tip_buf_str(&front->now)))) {
        bool continued = tip_plain_is_white((unsigned char)raw.data[0]);
        if (take_line(front, continued, &taken) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    if (!taken)
        *lines = before;
    *ret_more = taken && !form_feed;
    return TIP_OK;
}

tip_status tip_facts_read_front(tip_facts *facts, tip_lines *lines, const tip_input *input,
                                const tip_sink *sink)
{
    struct front front = {.facts = facts, .input = input, .sink = sink};
    tip_status status = TIP_OK;
    bool more = true;
    for (bool first = true; more && status == TIP_OK; first = false)
        status = step(&front, lines, first, &more);
    tip_buf_free(&front.now);
    if (!status)
        use_all(&front);
    return status;
}
