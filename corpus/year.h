/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Years in titles and paths. Private to corpus/.
 */
#ifndef CORPUS_YEAR_H
#define CORPUS_YEAR_H

#include "tip/record.h"

/**
 * The first year that a text names, and the byte it begins at: four digits from 1990 to 2099 with
 * neither letter nor digit at their sides. A range of years ("2001-2009.state.gov") names none. 0,
 * and nothing written, when there is none.
 */
int tip_year_first(tip_str text, size_t *ret_start);

/** As tip_year_first, the last one. */
int tip_year_last(tip_str text, size_t *ret_start);

#endif
