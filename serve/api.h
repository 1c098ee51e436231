/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What programs are answered: what the command tipsearch writes, byte for byte. Private to
 * tipserve.
 *
 * Each makes *r, or returns why not: the statuses of the functions of libtip behind it, and
 * TIP_BAD_ARGUMENT for a parameter that is missing or does not belong.
 */
#ifndef SERVE_API_H
#define SERVE_API_H

#include "serve/reply.h"
#include "serve/request.h"

/** tipsearch QUERY; with --facet and --trend when parameters say so. */
tip_status api_search(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** The same with no answers, but counts: by all facets when none is named. */
tip_status api_facets(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** The same with counts by year. */
tip_status api_trend(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** tipsearch --show ID --context N. */
tip_status api_paragraph(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** tipsearch --changes COUNTRY --year A..B. */
tip_status api_changes(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

/** tipsearch --tiers COUNTRY --year A..B. */
tip_status api_tiers(tip_searcher *searcher, const request *q, reply *r, tip_error *err);

#endif
