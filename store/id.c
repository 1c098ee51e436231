/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id of a record that brings none of its own. */
#include "store/store.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Headings are cut there, at a word, so that an id can be typed. */
enum { SLUG_MAX = 40 };

static bool is_separator(char c)
{
    unsigned char u = (unsigned char)c;
    return u < 0x80 && !isalnum(u);
}

/* Lower case, with a hyphen for each run of other ASCII characters; none at the ends. */
static tip_status add_slug(tip_buf *id, tip_str text)
{
    size_t start = id->size;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (is_separator(c)) {
            if (id->size - start >= SLUG_MAX)
                break;
            if (id->size > start && id->data[id->size - 1] == '-')
                continue;
            c = '-';
        }
        if (c == '-' && id->size == start)
            continue;
        if (tip_buf_add_byte(id, (char)tolower((unsigned char)c)) != TIP_OK)
            return TIP_NO_MEMORY;
    }
    if (id->size > start && id->data[id->size - 1] == '-')
        id->size--;
    return TIP_OK;
}

/* The number that a heading starts with: "Section 12. ..." or "b. ..."; empty when there is none.
 */
static tip_str enumerator(tip_str heading)
{
    static const char word[] = "section ";
    size_t i = 0;
    if (heading.size > sizeof word && strncasecmp(heading.data, word, sizeof word - 1) == 0)
        i = sizeof word - 1;
    size_t first = i;
    while (i < heading.size && i - first < 3 && isalnum((unsigned char)heading.data[i]))
        i++;
    bool numbered = i > first && i < heading.size && heading.data[i] == '.';
    if (numbered && first == 0 && i > 1 && !isdigit((unsigned char)heading.data[0]))
        numbered = false;
    return (tip_str){heading.data, numbered ? i : 0};
}

/* "TOP > SUB" becomes the slugs of both, "section-1b" where both are numbered. */
static tip_status add_section(tip_buf *id, tip_str section)
{
    const char *split = memmem(section.data, section.size, " > ", 3);
    tip_str top = {section.data, split ? (size_t)(split - section.data) : section.size};
    tip_str number = enumerator(top);
    tip_status status = add_slug(id, number.size ? number : top);
    if (status != TIP_OK || !split)
        return status;
    tip_str sub = {split + 3, section.size - top.size - 3};
    tip_str letter = enumerator(sub);
    if (letter.size && number.size)
        return add_slug(id, letter);
    if (tip_buf_add_byte(id, '-') != TIP_OK)
        return TIP_NO_MEMORY;
    return add_slug(id, sub);
}

static tip_status add_number(tip_buf *id, long number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", number);
    return tip_buf_add_text(id, digits);
}

static tip_status add_slash(tip_buf *id)
{
    return id->size ? tip_buf_add_byte(id, '/') : TIP_OK;
}

static tip_status add_place(const tip_record *record, tip_buf *id)
{
    if (record->year > 0 && add_number(id, record->year) != TIP_OK)
        return TIP_NO_MEMORY;
    if (record->iso3.size || record->country.size) {
        if (add_slash(id) != TIP_OK)
            return TIP_NO_MEMORY;
        if (record->iso3.size)
            return tip_buf_add(id, record->iso3.data, record->iso3.size);
        return add_slug(id, record->country);
    }
    if (record->year <= 0)
        return tip_buf_add(id, record->source.data, record->source.size);
    return TIP_OK;
}

/* A heading of signs only leaves nothing, and no slash either. */
static tip_status add_heading(tip_buf *id, tip_str section)
{
    size_t before = id->size;
    if (add_slash(id) != TIP_OK)
        return TIP_NO_MEMORY;
    size_t start = id->size;
    tip_status status = add_section(id, section);
    if (status == TIP_OK && id->size == start)
        id->size = before;
    return status;
}

tip_status tip_store_id_of(const tip_record *record, tip_buf *ret_id)
{
    tip_buf_clear(ret_id);
    if (add_place(record, ret_id) != TIP_OK)
        return TIP_NO_MEMORY;
    if (record->section.size && add_heading(ret_id, record->section) != TIP_OK)
        return TIP_NO_MEMORY;
    if (record->paragraph > 0 &&
        (add_slash(ret_id) != TIP_OK || add_number(ret_id, (long)record->paragraph) != TIP_OK))
        return TIP_NO_MEMORY;
    return TIP_OK;
}
