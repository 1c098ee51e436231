/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/line.h"
#include "corpus/plain_private.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

/* Bytes looked at to refuse what is no text. */
enum { SAMPLE = 4096 };

bool tip_plain_is_white(utf8proc_int32_t code)
{
    if (code <= ' ')
        return code == ' ' || code == 0 || (code >= '\t' && code <= '\r');
    if (code < 0x80)
        return false;
    utf8proc_category_t category = utf8proc_category(code);
    return code == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

static bool is_utf8(tip_str text)
{
    utf8proc_int32_t code;
    for (size_t i = 0; i < text.size;) {
        size_t length = (unsigned char)text.data[i] < 0x80
                            ? 1
                            : tip_line_first((tip_str){text.data + i, text.size - i}, &code);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

tip_status tip_plain_collapse(tip_str line, tip_buf *out)
{
    size_t from = out->size;
    bool space = false;
    if (tip_buf_reserve(out, line.size) != TIP_OK)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < line.size;) {
        utf8proc_int32_t code = (unsigned char)line.data[i];
        size_t length =
            code < 0x80 ? 1 : tip_line_first((tip_str){line.data + i, line.size - i}, &code);
        if (tip_plain_is_white(code)) {
            space = true;
        } else {
            if (space && out->size > from)
                out->data[out->size++] = ' ';
            memcpy(out->data + out->size, line.data + i, length);
            out->size += length;
            space = false;
        }
        i += length;
    }
    return TIP_OK;
}

/* glibc's windows-1252 has no character for five of the bytes: they become U+FFFD. */
static tip_status convert(iconv_t converter, tip_str bytes, tip_buf *out)
{
    char *from = (char *)(uintptr_t)bytes.data; /* iconv reads only, whatever its prototype says */
    size_t left = bytes.size;
    while (left) {
        if (tip_buf_reserve(out, left + 16) != TIP_OK)
            return TIP_NO_MEMORY;
        char *to = out->data + out->size;
        size_t room = out->room - out->size;
        size_t code = iconv(converter, &from, &left, &to, &room);
        out->size = (size_t)(to - out->data);
        if (code != (size_t)-1 || errno == E2BIG)
            continue;
        if (tip_buf_add_text(out, "\xEF\xBF\xBD") != TIP_OK)
            return TIP_NO_MEMORY;
        from++;
        left--;
    }
    return TIP_OK;
}

static tip_status from_windows(const tip_input *input, tip_buf *out, tip_error *err)
{
    iconv_t converter = iconv_open("UTF-8", "WINDOWS-1252");
    if (converter == (iconv_t)-1)
        return errno == ENOMEM
                   ? tip_fail_memory(err)
                   : tip_fail_errno(err, TIP_BAD_INPUT, errno,
                                    "%.*s: not UTF-8, and windows-1252 cannot be converted",
                                    (int)input->path.size, input->path.data);
    tip_status status = convert(converter, input->bytes, out);
    (void)iconv_close(converter); /* fails only for a converter that was never open */
    return status == TIP_OK ? status : tip_fail_memory(err);
}

/* Compressed or encrypted data has a control character in ten bytes, UTF-16 a NUL in two. */
static bool is_binary(tip_str bytes)
{
    size_t size = bytes.size > SAMPLE ? SAMPLE : bytes.size;
    size_t controls = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        controls += (byte < ' ' && !tip_plain_is_white(byte)) || byte == 0 || byte == 0x7F;
    }
    return controls > size / 20 + 1;
}

tip_status tip_plain_decode(const tip_input *input, tip_buf *converted, tip_str *ret_text,
                            tip_error *err)
{
    tip_str text = input->bytes;
    if (is_binary(text))
        return tip_fail(err, TIP_BAD_INPUT, "%.*s: this is binary data, not text",
                        (int)input->path.size, input->path.data);
    if (text.size >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        text = (tip_str){text.data + 3, text.size - 3};
    if (!is_utf8(text)) {
        tip_status status = from_windows(input, converted, err);
        if (status != TIP_OK)
            return status;
        text = tip_buf_str(converted);
    }
    *ret_text = text;
    return TIP_OK;
}

bool tip_lines_next(tip_lines *lines, tip_str *ret_line, bool *ret_form_feed)
{
    tip_str rest = lines->rest;
    if (rest.size == 0)
        return false;
    size_t size = 0;
    while (size < rest.size && rest.data[size] != '\n' && rest.data[size] != '\r' &&
           rest.data[size] != '\f')
        size++;
    *ret_line = (tip_str){rest.data, size};
    *ret_form_feed = size < rest.size && rest.data[size] == '\f';
    if (size < rest.size) {
        lines->next += !*ret_form_feed;
        if (rest.data[size] == '\r' && size + 1 < rest.size && rest.data[size + 1] == '\n')
            size++;
        size++;
    }
    lines->rest = (tip_str){rest.data + size, rest.size - size};
    return true;
}
