/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

tip_status tip_buf_reserve(tip_buf *buf, size_t more)
{
    if (more <= buf->room - buf->size)
        return TIP_OK;
    if (more > SIZE_MAX / 2 - buf->size)
        return TIP_NO_MEMORY;
    size_t room = buf->room ? buf->room : 64;
    while (room < buf->size + more)
        room += room / 2;
    char *data = realloc(buf->data, room);
    if (!data)
        return TIP_NO_MEMORY;
    buf->data = data;
    buf->room = room;
    return TIP_OK;
}

tip_status tip_buf_add(tip_buf *buf, const void *bytes, size_t size)
{
    if (size == 0)
        return TIP_OK;
    if (tip_buf_reserve(buf, size) != TIP_OK)
        return TIP_NO_MEMORY;
    memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
    return TIP_OK;
}

tip_status tip_buf_add_byte(tip_buf *buf, char byte)
{
    return tip_buf_add(buf, &byte, 1);
}

tip_status tip_buf_add_text(tip_buf *buf, const char *text)
{
    return tip_buf_add(buf, text, strlen(text));
}

tip_str tip_buf_str(const tip_buf *buf)
{
    return (tip_str){buf->data, buf->size};
}

void tip_buf_clear(tip_buf *buf)
{
    buf->size = 0;
}

void tip_buf_free(tip_buf *buf)
{
    free(buf->data);
    *buf = (tip_buf){0};
}

tip_str tip_str_of(const char *text)
{
    return (tip_str){text, text ? strlen(text) : 0};
}

bool tip_str_equal(tip_str a, tip_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int tip_str_compare(tip_str a, tip_str b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

char *tip_str_dup(tip_str str)
{
    char *copy = malloc(str.size + 1);
    if (!copy)
        return NULL;
    if (str.size)
        memcpy(copy, str.data, str.size);
    copy[str.size] = '\0';
    return copy;
}
