/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How words and fields are spelled as terms of the Xapian database. A stem stands for itself;
 * fields have the prefixes of Xapian's convention (termprefixes.rst) where it has one:
 *
 *   Y2020     year of the report              XT2wl     tier
 *   NKGZ      country by ISO 3166 alpha-3     XR...     region, folded
 *   XC...     unknown country, folded         XS...     section heading, folded
 *   XMKGZ     country that the text names
 *
 * Stems are lower case, so that no stem can be taken for a field.
 */
#ifndef TEXT_TERM_H
#define TEXT_TERM_H

#include "base/buf.h"
#include "tip/record.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Longest term: below Xapian's limit of 245 bytes. */
#define TIP_TERM_MAX 240

/** Prefixes of the fields. */
#define TIP_TERM_YEAR "Y"
#define TIP_TERM_ISO3 "N"
#define TIP_TERM_COUNTRY "XC"
#define TIP_TERM_MENTION "XM"
#define TIP_TERM_TIER "XT"
#define TIP_TERM_REGION "XR"
#define TIP_TERM_SECTION "XS"

/**
 * The term for a field's value: the prefix and the folded value (ISO codes are written in
 * capitals). What is longer than TIP_TERM_MAX ends with "#" and its XXH3 hash of 64 bits in
 * hexadecimal instead of its rest. Written over *ret_term. TIP_OK or TIP_NO_MEMORY.
 */
tip_status tip_term_of_field(const char *prefix, tip_str value, tip_buf *ret_term);

/**
 * The term for a text that is to be told from every other, such as an id: the prefix and its bytes
 * as they are, zero bytes as spaces, shortened as above. Written over *ret_term. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status tip_term_of_text(const char *prefix, tip_str text, tip_buf *ret_term);

/** The term for a year. Written over *ret_term. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_term_of_year(int year, tip_buf *ret_term);

#ifdef __cplusplus
}
#endif

#endif
