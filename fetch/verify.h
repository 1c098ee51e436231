/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Whether a page is what was asked for. Private to fetch/.
 */
#ifndef FETCH_VERIFY_H
#define FETCH_VERIFY_H

#include "corpus/country.h"
#include "tip/record.h"
#include "tip/status.h"

/**
 * Checks that a page holds a narrative: that a paragraph of 200 bytes or more speaks of
 * trafficking; that the page names no year but this one; and that some paragraph is the country's
 * (NULL: of any), as the page itself says. What else may come with status 200 (a page that blocks
 * programs, a notice that the page has moved, another country's page) fails in one of these.
 * TIP_OK; TIP_BAD_INPUT with a message that says only what is wrong, to stand behind a name;
 * TIP_TOO_LARGE; TIP_NO_MEMORY.
 */
tip_status fetch_verify(tip_str html, int year, const tip_country *country, tip_error *err);

#endif
