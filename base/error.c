/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
    [TIP_UNSUPPORTED] = "not available in this build",
    [TIP_ENGINE_ERROR] = "search engine error",
    [TIP_STOPPED] = "stopped",
};

const char *tip_status_text(tip_status status)
{
    size_t i = (size_t)status;
    if (i >= sizeof status_texts / sizeof *status_texts)
        return "unknown status";
    return status_texts[i];
}

/* A message cut in the middle of a character would no longer be UTF-8. */
static void end_at_character(char *message, size_t size)
{
    if (strlen(message) + 1 < size)
        return;
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)message[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && (unsigned char)message[end - 1] >= 0xC0)
        end--;
    message[end] = '\0';
}

static void write_message(tip_error *err, const char *suffix, const char *format, va_list args)
{
    err->position = TIP_NO_POSITION;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s", suffix);
    end_at_character(err->message, sizeof err->message);
}

tip_status tip_fail(tip_error *err, tip_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    write_message(err, "", format, args);
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
