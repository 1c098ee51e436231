/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The country that a misspelled name may mean. Private to this room.
 */
#ifndef SEARCH_NEAREST_H
#define SEARCH_NEAREST_H

#include "tip/record.h"

/**
 * The name or demonym of a country that is nearest to `name`, as tip_letters_distance measures, but
 * is not it; of equally near ones the first by ISO code. Static storage, NUL-terminated. Empty when
 * none is within tip_letters_limit, or memory ran out.
 */
tip_str nearest_country(tip_str name);

#endif
