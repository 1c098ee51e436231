/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/record_json.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Each byte that is no UTF-8 becomes three. */
static json_t *repaired_string(tip_str text)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
    char *repaired = malloc(text.size * strlen(replacement));
    size_t size = 0;
    for (size_t i = 0; i < text.size && repaired;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t n =
            utf8proc_iterate(bytes + i, (utf8proc_ssize_t)(text.size - i), &character);
        size_t taken = n > 0 ? (size_t)n : 1;
        size_t put = n > 0 ? taken : strlen(replacement);
        memcpy(repaired + size, n > 0 ? text.data + i : replacement, put);
        size += put;
        i += taken;
    }
    json_t *json = repaired ? json_stringn(repaired, size) : NULL;
    free(repaired);
    return json;
}

json_t *tip_json_loaded(json_t *json, json_error_t *reason)
{
    if (errno != ENOMEM)
        return json;
    json_decref(json);
    reason->text[0] = '\0';
    return NULL;
}

json_t *tip_json_string(tip_str text)
{
    if (text.size == 0)
        return json_null();
    json_t *json = json_stringn(text.data, text.size);
    return json ? json : repaired_string(text);
}

static int set_string(json_t *object, const char *key, tip_str value)
{
    return json_object_set_new(object, key, tip_json_string(value));
}

static int set_number(json_t *object, const char *key, long value)
{
    return json_object_set_new(object, key, value > 0 ? json_integer(value) : json_null());
}

int tip_json_set_record(json_t *object, const tip_record *record)
{
    int failed = set_string(object, "id", record->id);
    failed |= set_number(object, "year", record->year);
    failed |= set_string(object, "country", record->country);
    failed |= set_string(object, "iso3", record->iso3);
    failed |= set_string(object, "region", record->region);
    failed |= set_string(object, "tier", record->tier);
    failed |= set_string(object, "section", record->section);
    failed |= set_number(object, "paragraph", (long)record->paragraph);
    failed |= set_number(object, "page", (long)record->page);
    failed |= set_string(object, "title", record->title);
    failed |= set_string(object, "source", record->source);
    return failed;
}

json_t *tip_json_record(const tip_record *record)
{
    json_t *json = json_object();
    int failed = tip_json_set_record(json, record);
    failed |= set_string(json, "text", record->text);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* ---- Reading ---- */

static bool read_string(const json_t *object, const char *key, tip_str *ret_value)
{
    const json_t *json = json_object_get(object, key);
    *ret_value = (tip_str){NULL, 0};
    if (json_is_string(json))
        *ret_value = (tip_str){json_string_value(json), json_string_length(json)};
    return json_is_string(json) || json_is_null(json);
}

static bool read_number(const json_t *object, const char *key, int *ret_value)
{
    const json_t *json = json_object_get(object, key);
    json_int_t number = json_integer_value(json); /* 0 for null */
    *ret_value = (int)number;
    return (json_is_integer(json) || json_is_null(json)) && number >= 0 && number <= INT_MAX;
}

bool tip_json_read_record(const json_t *object, tip_record *ret_record)
{
    tip_record r;
    int paragraph;
    int page;
    if (!read_string(object, "id", &r.id) || !read_number(object, "year", &r.year) ||
        !read_string(object, "country", &r.country) || !read_string(object, "iso3", &r.iso3) ||
        !read_string(object, "region", &r.region) || !read_string(object, "tier", &r.tier) ||
        !read_string(object, "section", &r.section) ||
        !read_number(object, "paragraph", &paragraph) || !read_number(object, "page", &page) ||
        !read_string(object, "title", &r.title) || !read_string(object, "source", &r.source) ||
        !read_string(object, "text", &r.text))
        return false;
    r.paragraph = (unsigned)paragraph;
    r.page = (unsigned)page;
    *ret_record = r;
    return true;
}
