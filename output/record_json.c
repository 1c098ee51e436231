/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/record_json.h"

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

json_t *output_json_string(tip_str text)
{
    if (text.size == 0)
        return json_null();
    json_t *json = json_stringn(text.data, text.size);
    return json ? json : repaired_string(text);
}

static int set_string(json_t *object, const char *key, tip_str value)
{
    return json_object_set_new(object, key, output_json_string(value));
}

static int set_number(json_t *object, const char *key, long value)
{
    return json_object_set_new(object, key, value > 0 ? json_integer(value) : json_null());
}

int output_json_set_record(json_t *object, const tip_record *record)
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

json_t *output_json_record(const tip_record *record)
{
    json_t *json = json_object();
    int failed = output_json_set_record(json, record);
    failed |= set_string(json, "text", record->text);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}
