/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/report.h"

#include <stdint.h>
#include <string.h>

static tip_status add_field(tip_buf *bytes, tip_str field)
{
    uint32_t size = (uint32_t)field.size;
    if (field.size > UINT32_MAX)
        return TIP_NO_MEMORY;
    if (tip_buf_add(bytes, &size, sizeof size) != TIP_OK)
        return TIP_NO_MEMORY;
    return tip_buf_add(bytes, field.data, field.size);
}

tip_status report_encode(const tip_record *record, tip_buf *ret_bytes)
{
    const tip_str fields[] = {record->country, record->iso3,  record->region,
                              record->tier,    record->title, record->source};
    uint32_t year = record->year > 0 ? (uint32_t)record->year : 0;
    tip_buf_clear(ret_bytes);
    if (tip_buf_add(ret_bytes, &year, sizeof year) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (add_field(ret_bytes, fields[i]) != TIP_OK)
            return TIP_NO_MEMORY;
    return TIP_OK;
}

static bool take_number(tip_str *bytes, uint32_t *ret_number)
{
    if (bytes->size < sizeof *ret_number)
        return false;
    memcpy(ret_number, bytes->data, sizeof *ret_number);
    bytes->data += sizeof *ret_number;
    bytes->size -= sizeof *ret_number;
    return true;
}

static bool take_field(tip_str *bytes, tip_str *ret_field)
{
    uint32_t size;
    if (!take_number(bytes, &size) || size > bytes->size)
        return false;
    *ret_field = (tip_str){size ? bytes->data : NULL, size};
    bytes->data += size;
    bytes->size -= size;
    return true;
}

bool report_decode(tip_str bytes, tip_record *ret_record)
{
    tip_record r = *ret_record;
    uint32_t year;
    if (!take_number(&bytes, &year) || year > INT32_MAX)
        return false;
    r.year = (int)year;
    tip_str *const fields[] = {&r.country, &r.iso3, &r.region, &r.tier, &r.title, &r.source};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!take_field(&bytes, fields[i]))
            return false;
    *ret_record = r;
    return bytes.size == 0;
}
