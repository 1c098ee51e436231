/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static const char *const status_texts[] = {
    [TIP_OK] = "success",
    [TIP_NO_MEMORY] = "out of memory",
    [TIP_BAD_ARGUMENT] = "invalid argument",
    [TIP_BAD_QUERY] = "the query cannot be read",
    [TIP_IO_ERROR] = "input/output error",
    [TIP_NOT_FOUND] = "not found",
    [TIP_CORRUPT] = "the index is damaged",
    [TIP_BAD_VERSION] = "the index has another format version",
    [TIP_LOCKED] = "the index is locked by another process",
    [TIP_BAD_INPUT] = "the input cannot be read",
    [TIP_TOO_LARGE] = "a limit was exceeded",
    [TIP_UNSUPPORTED] = "not available here",
    [TIP_ENGINE_ERROR] = "search engine error",
    [TIP_STOPPED] = "stopped",
    [TIP_UNREACHABLE] = "a server does not answer",
};

const char *tip_status_text(tip_status status)
{
    size_t i = (size_t)status;
    if (i >= sizeof status_texts / sizeof *status_texts)
        return "unknown status";
    return status_texts[i];
}

static bool is_printable(utf8proc_int32_t c)
{
    bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    bool direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return !control && !direction;
}

/* One line of UTF-8 that commands nothing. A character that was cut at the end is left out. */
static void tidy(char *message, size_t room)
{
    size_t size = strlen(message);
    bool cut = size + 1 >= room;
    size_t to = 0;
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)message + at,
                                              (utf8proc_ssize_t)(size - at), &c);
        if (n <= 0 && cut && size - at < 4)
            break;
        if (n > 0 && is_printable(c)) {
            memmove(message + to, message + at, (size_t)n);
            to += (size_t)n;
        } else {
            message[to++] = '?';
        }
        at += n > 0 ? (size_t)n : 1;
    }
    message[to] = '\0';
}

static void write_message(tip_error *err, const char *suffix, const char *format, va_list args)
{
    err->position = TIP_NO_POSITION;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s", suffix);
    tidy(err->message, sizeof err->message);
}

tip_status tip_vfail(tip_error *err, tip_status status, const char *format, va_list args)
{
    if (err)
        write_message(err, "", format, args);
    return status;
}

tip_status tip_fail(tip_error *err, tip_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tip_vfail(err, status, format, args);
    va_end(args);
    return status;
}

tip_status tip_fail_errno(tip_error *err, tip_status status, int error, const char *format, ...)
{
    if (!err)
        return status;
    char reason[128];
    char suffix[136];
    /* The GNU strerror_r returns its text, which need not be in the buffer. */
    snprintf(suffix, sizeof suffix, ": %s", strerror_r(error, reason, sizeof reason));
    va_list args;
    va_start(args, format);
    write_message(err, suffix, format, args);
    va_end(args);
    return status;
}

tip_status tip_fail_memory(tip_error *err)
{
    return tip_fail(err, TIP_NO_MEMORY, "out of memory");
}
