/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/fail.h"

#include <stdarg.h>
#include <stdio.h>

tip_status fail(tip_error *err, tip_status status, const char *format, ...)
{
    va_list arguments;
    if (!err)
        return status;
    err->position = TIP_NO_POSITION;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return status;
}

tip_status fail_memory(tip_error *err)
{
    return fail(err, TIP_NO_MEMORY, "out of memory");
}
