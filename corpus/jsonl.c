/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "base/error.h"
#include "base/record_json.h"
#include "corpus/country.h"
#include "corpus/formula.h"
#include "corpus/json_line.h"
#include "corpus/object.h"
#include "corpus/reader.h"
#include "corpus/section.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Room for any 64-bit integer in decimal. */
enum { INTEGER_ROOM = 24 };

/* What one call of the reader keeps. Neighbouring records mostly name the same country and section,
 * so the last answers of the tables are kept. */
struct reader {
    const tip_input *input;
    const tip_sink *sink;
    tip_error *err;
    size_t line;
    tip_json_line *fast;
    tip_buf repaired; /* a line whose bytes were not UTF-8 */
    tip_buf section;  /* "SECTION > SUBSECTION" */
    tip_buf last_name;
    const tip_country *last_country;
    tip_buf last_heading;
    const char *last_section;
    char id[INTEGER_ROOM];
    char iso3[4];
};

/* A message is one line: what the file put into it must not break it or command a terminal. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = '?';
}

static void warn(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(struct reader *reader, const char *format, ...)
{
    if (!reader->sink->warning)
        return;
    char what[512];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(what, sizeof what, format, args);
    va_end(args);
    tip_str path = reader->input->path;
    tip_error text;
    (void)tip_fail(&text, TIP_BAD_INPUT, "%.*s:%zu: %s", path.size > 512 ? 512 : (int)path.size,
                   path.data ? path.data : "", reader->line, written < 0 ? "unreadable" : what);
    make_printable(text.message);
    reader->sink->warning(reader->sink->payload, text.message);
}

/* NUL is legal in JSON but ends a C string somewhere on its way: it becomes a space. */
static tip_status blank_nuls(json_t *value)
{
    size_t size = json_string_length(value);
    char *copy = tip_str_dup((tip_str){json_string_value(value), size});
    if (!copy)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < size; i++)
        if (copy[i] == '\0')
            copy[i] = ' ';
    int failed = json_string_setn_nocheck(value, copy, size);
    free(copy);
    return failed ? TIP_NO_MEMORY : TIP_OK;
}

static tip_status take_string(json_t *value, tip_str *ret_text)
{
    const char *text = json_string_value(value);
    if (memchr(text, '\0', json_string_length(value))) {
        if (blank_nuls(value) != TIP_OK)
            return TIP_NO_MEMORY;
        text = json_string_value(value);
    }
    *ret_text = (tip_str){text, json_string_length(value)};
    return TIP_OK;
}

/* A field that is a string; left as it is when missing or null, warned of when anything else. */
static tip_status string_field(struct reader *reader, const json_t *object, const char *key,
                               tip_str *ret_text)
{
    json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return TIP_OK;
    if (json_is_string(value))
        return take_string(value, ret_text);
    warn(reader, "\"%s\" is not a string and was left out", key);
    return TIP_OK;
}

/* As string_field, but an integer is written out into `room`, which lives as long as the result. */
static tip_status name_field(struct reader *reader, const json_t *object, const char *key,
                             char room[INTEGER_ROOM], tip_str *ret_text)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return string_field(reader, object, key, ret_text);
    snprintf(room, INTEGER_ROOM, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    *ret_text = tip_str_of(room);
    return TIP_OK;
}

/* Nine digits at most, so that nothing can overflow; -1 when it is no number. */
static json_int_t number_of_digits(tip_str text)
{
    json_int_t number = 0;
    if (text.size > 9)
        return -1;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return -1;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

/* A number of 1 to `most`, or digits in a string; 0, which is "unknown", when missing, null or an
 * empty string, and with a warning when anything else. */
static json_int_t number_field(struct reader *reader, const json_t *object, const char *key,
                               json_int_t least, json_int_t most)
{
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return 0;
    json_int_t number = -1;
    if (json_is_integer(value)) {
        number = json_integer_value(value);
    } else if (json_is_string(value)) {
        if (json_string_length(value) == 0)
            return 0;
        number = number_of_digits((tip_str){json_string_value(value), json_string_length(value)});
    } else if (json_is_real(value)) {
        double real = json_real_value(value);
        if (real >= 0 && real <= (double)most && real == (double)(json_int_t)real)
            number = (json_int_t)real;
    }
    if (number >= least && number <= most)
        return number;
    warn(reader, "\"%s\" is not a number of %lld to %lld and was left out", key, (long long)least,
         (long long)most);
    return 0;
}

static tip_status find_country(struct reader *reader, tip_str name, const tip_country **ret_country)
{
    if (name.size == 0) {
        *ret_country = NULL;
        return TIP_OK;
    }
    if (!tip_str_equal(name, tip_buf_str(&reader->last_name))) {
        tip_buf_clear(&reader->last_name);
        if (tip_buf_add(&reader->last_name, name.data, name.size) != TIP_OK)
            return TIP_NO_MEMORY;
        reader->last_country = tip_country_find(name);
    }
    *ret_country = reader->last_country;
    return TIP_OK;
}

static bool is_code(tip_str text, size_t size)
{
    if (text.size != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((text.data[i] | 0x20) < 'a' || (text.data[i] | 0x20) > 'z')
            return false;
    return true;
}

/* Codes only: a name in the place of a code would say less than it seems to. */
static const tip_country *country_of_codes(tip_str iso3, tip_str iso2)
{
    if (is_code(iso3, 3))
        return tip_country_find(iso3);
    if (iso3.size == 0 && is_code(iso2, 2))
        return tip_country_find(iso2);
    return NULL;
}

/* Codes are in capitals; anything else that was given stays as it is. */
static tip_str upper_iso3(struct reader *reader, tip_str iso3)
{
    if (!is_code(iso3, 3))
        return iso3;
    for (size_t i = 0; i < 3; i++)
        reader->iso3[i] = (char)(iso3.data[i] & ~0x20);
    return (tip_str){reader->iso3, 3};
}

static tip_status read_country(struct reader *reader, const json_t *object, tip_record *record)
{
    tip_str iso2 = {0};
    if (string_field(reader, object, "country", &record->country) != TIP_OK ||
        string_field(reader, object, "iso3", &record->iso3) != TIP_OK ||
        string_field(reader, object, "iso2", &iso2) != TIP_OK ||
        string_field(reader, object, "region", &record->region) != TIP_OK)
        return TIP_NO_MEMORY;
    const tip_country *country;
    if (find_country(reader, record->country, &country) != TIP_OK)
        return TIP_NO_MEMORY;
    if (!country)
        country = country_of_codes(record->iso3, iso2);
    record->iso3 = upper_iso3(reader, record->iso3);
    if (!country)
        return TIP_OK;
    record->country = tip_str_of(country->name);
    if (record->iso3.size == 0)
        record->iso3 = tip_str_of(country->iso3);
    if (record->region.size == 0)
        record->region = tip_str_of(country->region);
    return TIP_OK;
}

/* The canonical section when the heading is one of those, else the heading. */
static tip_status canonical_section(struct reader *reader, tip_str *section)
{
    if (section->size == 0)
        return TIP_OK;
    if (!tip_str_equal(*section, tip_buf_str(&reader->last_heading))) {
        tip_buf_clear(&reader->last_heading);
        if (tip_buf_add(&reader->last_heading, section->data, section->size) != TIP_OK)
            return TIP_NO_MEMORY;
        reader->last_section = tip_section_of_heading(*section);
    }
    if (reader->last_section)
        *section = tip_str_of(reader->last_section);
    return TIP_OK;
}

static tip_status read_section(struct reader *reader, const json_t *object, tip_str *ret_section)
{
    tip_str section = {0};
    tip_str below = {0};
    if (string_field(reader, object, "section", &section) != TIP_OK ||
        string_field(reader, object, "subsection", &below) != TIP_OK ||
        canonical_section(reader, &section) != TIP_OK)
        return TIP_NO_MEMORY;
    *ret_section = section.size ? section : below;
    if (section.size == 0 || below.size == 0)
        return TIP_OK;
    tip_buf_clear(&reader->section);
    if (tip_buf_add(&reader->section, section.data, section.size) != TIP_OK ||
        tip_buf_add_text(&reader->section, " > ") != TIP_OK ||
        tip_buf_add(&reader->section, below.data, below.size) != TIP_OK)
        return TIP_NO_MEMORY;
    *ret_section = tip_buf_str(&reader->section);
    return TIP_OK;
}

static tip_status read_tier(struct reader *reader, const json_t *object, tip_str *ret_tier)
{
    char room[INTEGER_ROOM];
    tip_str text = {0};
    if (name_field(reader, object, "tier", room, &text) != TIP_OK)
        return TIP_NO_MEMORY;
    if (text.size == 0)
        return TIP_OK;
    const char *tier = tip_tier_of_text(text);
    if (!tier)
        warn(reader, "\"tier\" is none of 1, 2, 2WL, 3, special and was left out");
    *ret_tier = tip_str_of(tier);
    return TIP_OK;
}

static void read_numbers(struct reader *reader, const json_t *object, tip_record *record)
{
    record->year = (int)number_field(reader, object, "year", 1, 9999);
    record->paragraph = (unsigned)number_field(reader, object, "paragraph", 0, INT_MAX);
    if (record->paragraph == 0)
        record->paragraph = (unsigned)number_field(reader, object, "n", 0, INT_MAX);
    record->page = (unsigned)number_field(reader, object, "page", 1, INT_MAX);
}

/* A record that is no paragraph of anything, but all that is said of a country, states its tier. */
static void find_tier(tip_record *record)
{
    if (record->tier.size == 0 && record->iso3.size > 0 && record->section.size == 0 &&
        record->paragraph == 0)
        record->tier = tip_str_of(tip_tier_of_sentence(record->text));
}

static tip_status fill_record(struct reader *reader, const json_t *object, tip_record *record)
{
    read_numbers(reader, object, record);
    if (name_field(reader, object, "id", reader->id, &record->id) != TIP_OK ||
        read_country(reader, object, record) != TIP_OK ||
        read_section(reader, object, &record->section) != TIP_OK ||
        read_tier(reader, object, &record->tier) != TIP_OK ||
        string_field(reader, object, "source", &record->source) != TIP_OK)
        return TIP_NO_MEMORY;
    if (record->source.size == 0 && string_field(reader, object, "file", &record->source) != TIP_OK)
        return TIP_NO_MEMORY;
    find_tier(record);
    if (record->source.size == 0)
        record->source = reader->input->path;
    return TIP_OK;
}

/* JSON strings hold any white space; only what separates words in ASCII matters here. */
static bool is_blank(tip_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != ' ' && (text.data[i] < '\t' || text.data[i] > '\r'))
            return false;
    return true;
}

static tip_status read_object(struct reader *reader, const json_t *object)
{
    json_t *text = json_object_get(object, "text");
    if (!json_is_string(text)) {
        warn(reader, "%s; the line was skipped",
             !json_is_object(object) ? "not a JSON object"
             : text                  ? "\"text\" is not a string"
                                     : "there is no \"text\"");
        return TIP_OK;
    }
    tip_record record = {0};
    if (take_string(text, &record.text) != TIP_OK ||
        string_field(reader, object, "title", &record.title) != TIP_OK)
        return tip_fail_memory(reader->err);
    if (is_blank(record.text) && is_blank(record.title)) {
        warn(reader, "\"text\" is empty; the line was skipped");
        return TIP_OK;
    }
    if (fill_record(reader, object, &record) != TIP_OK)
        return tip_fail_memory(reader->err);
    return reader->sink->record(reader->sink->payload, &record);
}

/* Copies a line with every byte that is not UTF-8 as U+FFFD. */
static tip_status repair(struct reader *reader, tip_str line)
{
    tip_buf_clear(&reader->repaired);
    tip_status status = TIP_OK;
    for (size_t i = 0; i < line.size && status == TIP_OK;) {
        utf8proc_int32_t ignored;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)line.data + i,
                                                 (utf8proc_ssize_t)(line.size - i), &ignored);
        if (size < 1) {
            status = tip_buf_add_text(&reader->repaired, "\xEF\xBF\xBD");
            i++;
        } else {
            status = tip_buf_add(&reader->repaired, line.data + i, (size_t)size);
            i += (size_t)size;
        }
    }
    return status;
}

/* NUL is allowed in strings so that it can be blanked, not refused; json_loadb takes no BOM. */
static json_t *parse(tip_str line, json_error_t *ret_error)
{
    errno = 0;
    json_t *json = json_loadb(line.data, line.size, JSON_ALLOW_NUL | JSON_DECODE_ANY, ret_error);
    return tip_json_loaded(json, ret_error);
}

/* *ret_root is NULL after a warning. */
static tip_status parse_line(struct reader *reader, tip_str line, json_t **ret_root)
{
    json_error_t error;
    bool repaired = false;
    json_t *root = tip_json_line_object(reader->fast, line);
    if (!root)
        root = parse(line, &error);
    if (!root && json_error_code(&error) == json_error_invalid_utf8) {
        if (repair(reader, line) != TIP_OK)
            return tip_fail_memory(reader->err);
        repaired = true;
        root = parse(tip_buf_str(&reader->repaired), &error);
    }
    if (!root && !*error.text)
        return tip_fail_memory(reader->err);
    if (!root)
        warn(reader, "not JSON (column %d: %s); the line was skipped", error.column, error.text);
    else if (repaired)
        warn(reader, "bytes that are not UTF-8 were replaced by U+FFFD");
    *ret_root = root;
    return TIP_OK;
}

static tip_status read_line(struct reader *reader, tip_str line)
{
    if (is_blank(line))
        return TIP_OK;
    json_t *root = NULL;
    tip_status status = parse_line(reader, line, &root);
    if (status == TIP_OK && root)
        status = read_object(reader, root);
    json_decref(root);
    return status;
}

static tip_status read_lines(struct reader *reader)
{
    const char *at = reader->input->bytes.data;
    const char *end = at + reader->input->bytes.size;
    if (reader->line == 1 && end - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *stop = feed ? feed : end;
        tip_status status = read_line(reader, (tip_str){at, (size_t)(stop - at)});
        if (status != TIP_OK)
            return status;
        at = feed ? feed + 1 : end;
        reader->line++;
    }
    return TIP_OK;
}

static void release(struct reader *reader)
{
    tip_json_line_free(reader->fast);
    tip_buf_free(&reader->repaired);
    tip_buf_free(&reader->section);
    tip_buf_free(&reader->last_name);
    tip_buf_free(&reader->last_heading);
}

tip_status tip_read_jsonl(const tip_input *input, const tip_sink *sink, tip_error *err)
{
    if (input->bytes.size == 0)
        return TIP_OK;
    struct reader reader = {.input = input,
                            .sink = sink,
                            .err = err,
                            .line = input->first_line ? input->first_line : 1};
    reader.fast = tip_json_line_new();
    tip_status status = reader.fast ? read_lines(&reader) : tip_fail_memory(err);
    release(&reader);
    return status;
}

struct tip_object_reader {
    struct reader reader;
};

tip_status tip_object_reader_new(const tip_input *input, const tip_sink *sink,
                                 tip_object_reader **ret_reader, tip_error *err)
{
    tip_object_reader *objects = calloc(1, sizeof *objects);
    if (!objects)
        return tip_fail_memory(err);
    objects->reader.input = input;
    objects->reader.sink = sink;
    *ret_reader = objects;
    return TIP_OK;
}

tip_status tip_object_read(tip_object_reader *objects, size_t line, const json_t *object,
                           tip_error *err)
{
    objects->reader.line = line;
    objects->reader.err = err;
    return read_object(&objects->reader, object);
}

void tip_object_reader_free(tip_object_reader *objects)
{
    if (!objects)
        return;
    release(&objects->reader);
    free(objects);
}
