/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The links of an HTML page, such as the page that leads to the narratives of a year. For the rooms
 * of libtip; not public.
 */
#ifndef CORPUS_LINKS_H
#define CORPUS_LINKS_H

#include "corpus/reader.h"
#include "tip/record.h"
#include "tip/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Receives one link: its target as the page writes it (most often not yet a whole address), without
 * white space around it, and its words with white space collapsed. Both are UTF-8 and valid during
 * the call only. A status other than TIP_OK ends the reading and is returned.
 */
typedef tip_status (*tip_link_fn)(void *payload, tip_str target, tip_str words);

/**
 * Hands over every link of the page in its order, menus included: <a href="..."> and, because the
 * year pages have a menu of countries, <option value="...">. Empty targets are left out. TIP_OK,
 * also when there is none; TIP_NO_MEMORY; TIP_BAD_INPUT (empty, or binary data); TIP_TOO_LARGE; or
 * what the callback returned. Messages name input->path.
 */
tip_status tip_read_links(const tip_input *input, tip_link_fn link, void *payload, tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
