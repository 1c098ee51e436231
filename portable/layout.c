/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "portable/layout.h"

#include "base/error.h"
#include "base/record_json.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR_DIGITS_MAX = 9 };

tip_status portable_order_write(tip_str path, uint32_t number, tip_buf *ret_value)
{
    const unsigned char bytes[] = {0, (unsigned char)(number >> 24), (unsigned char)(number >> 16),
                                   (unsigned char)(number >> 8), (unsigned char)number};
    tip_buf_clear(ret_value);
    if (tip_buf_add(ret_value, path.data, path.size) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(ret_value, bytes, sizeof bytes);
}

/* ---- Reports and sections ---- */

static tip_status add_field(tip_buf *value, tip_str field)
{
    size_t start = value->size + 1;
    if (tip_buf_add_byte(value, '\0') != TIP_OK ||
        tip_buf_add(value, field.data, field.size) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = start; i < value->size; i++)
        if (value->data[i] == '\0')
            value->data[i] = ' ';
    return TIP_OK;
}

tip_status portable_report_write(const tip_record *record, tip_buf *ret_value)
{
    const tip_str fields[] = {record->iso3, record->country, record->region,
                              record->tier, record->title,   record->source};
    char year[16] = "";
    if (record->year > 0)
        snprintf(year, sizeof year, "%04d", record->year);
    tip_buf_clear(ret_value);
    tip_status status = tip_buf_add_text(ret_value, year);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == TIP_OK; i++)
        status = add_field(ret_value, fields[i]);
    return status;
}

tip_status portable_section_write(const tip_record *record, tip_buf *ret_value)
{
    tip_status status = portable_report_write(record, ret_value);
    return status == TIP_OK ? add_field(ret_value, record->section) : status;
}

/* Up to the next zero byte, which is taken too, or to the end, behind which there is nothing. */
static bool take_field(tip_str *value, tip_str *ret_field)
{
    if (!value->data)
        return false;
    const char *end = memchr(value->data, '\0', value->size);
    size_t size = end ? (size_t)(end - value->data) : value->size;
    *ret_field = (tip_str){size ? value->data : NULL, size};
    *value = end ? (tip_str){end + 1, value->size - size - 1} : (tip_str){NULL, 0};
    return true;
}

static bool take_year(tip_str *value, int *ret_year)
{
    tip_str digits;
    int year = 0;
    if (!take_field(value, &digits) || digits.size > YEAR_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (!isdigit((unsigned char)digits.data[i]))
            return false;
        year = year * 10 + (digits.data[i] - '0');
    }
    *ret_year = year;
    return true;
}

/* Leaves in *value what is behind the fields; {NULL, 0} at the end. */
static bool take_report(tip_str *value, tip_record *record)
{
    tip_str *const fields[] = {&record->iso3, &record->country, &record->region,
                               &record->tier, &record->title,   &record->source};
    if (!take_year(value, &record->year))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!take_field(value, fields[i]))
            return false;
    return true;
}

bool portable_report_read(tip_str value, tip_record *ret_record)
{
    tip_record record = *ret_record;
    if (!take_report(&value, &record) || value.data)
        return false;
    *ret_record = record;
    return true;
}

bool portable_section_read(tip_str value, tip_record *ret_record)
{
    tip_record record = *ret_record;
    if (!take_report(&value, &record) || !take_field(&value, &record.section) || value.data)
        return false;
    *ret_record = record;
    return true;
}

/* ---- Data ---- */

tip_status portable_data_write(const tip_record *record, tip_buf *ret_data)
{
    json_t *json = tip_json_record(record);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    tip_buf_clear(ret_data);
    tip_status status = text ? tip_buf_add_text(ret_data, text) : TIP_NO_MEMORY;
    free(text);
    return status;
}

tip_status portable_data_read(tip_str data, const char *path, json_t **ret_json,
                              tip_record *ret_record, tip_error *err)
{
    json_error_t reason;
    errno = 0;
    json_t *json =
        tip_json_loaded(json_loadb(data.data, data.size, JSON_ALLOW_NUL, &reason), &reason);
    if (!json && !*reason.text)
        return tip_fail_memory(err);
    if (json && tip_json_read_record(json, ret_record)) {
        *ret_json = json;
        return TIP_OK;
    }
    json_decref(json);
    return tip_fail(err, TIP_CORRUPT,
                    "%s: damaged (the data of a paragraph); rebuild the index with tipindex "
                    "--rebuild",
                    path);
}
