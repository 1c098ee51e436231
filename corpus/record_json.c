/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/record_json.h"

#include "base/buf.h"

#include <utf8proc.h>

static json_t *repaired_string(tip_str text)
{
    tip_buf repaired = {0};
    json_t *json = NULL;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
    size_t i = 0;
    while (i < text.size) {
        utf8proc_int32_t character;
        utf8proc_ssize_t n =
            utf8proc_iterate(bytes + i, (utf8proc_ssize_t)(text.size - i), &character);
        tip_status status = n > 0 ? tip_buf_add(&repaired, bytes + i, (size_t)n)
                                  : tip_buf_add_text(&repaired, "\xEF\xBF\xBD");
        if (status != TIP_OK)
            break;
        i += n > 0 ? (size_t)n : 1;
    }
    if (i >= text.size)
        json = json_stringn(repaired.data, repaired.size);
    tip_buf_free(&repaired);
    return json;
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
