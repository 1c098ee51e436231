/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Values of fields and what they mean, by hand. Private to the making of trees.
 */
#ifndef TESTS_PROPERTY_VALUES_H
#define TESTS_PROPERTY_VALUES_H

#include "tests/property/tree.h"

extern const tree_value tree_values[];
extern const size_t tree_value_count;

#endif
