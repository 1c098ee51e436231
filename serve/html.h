/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * HTML, written safely. Private to tipserve.
 *
 * Markup is only ever the format, a literal; what comes from queries and paragraphs is only ever an
 * argument, and arguments are escaped. So nothing that is shown can be taken for markup.
 */
#ifndef SERVE_HTML_H
#define SERVE_HTML_H

#include "tip/record.h"

#include <stdio.h>

/**
 * Writes `format` with each %-sign and letter replaced by an argument, escaped for text and for
 * attributes in double quotes:
 *
 *   %s  const char *, UTF-8           %n  size_t, 1,234
 *   %t  tip_str, UTF-8                %d  int
 *   %u  tip_str, as a part of an      %g  double, with up to three digits behind the point
 *       address: percent-encoded      %%  a %-sign
 *
 * Bytes that are no UTF-8 and control characters are written as U+FFFD.
 */
void html(FILE *out, const char *format, ...);

#endif
