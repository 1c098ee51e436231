/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which address is answered by what. Private to tipserve.
 */
#ifndef SERVE_ROUTE_H
#define SERVE_ROUTE_H

#include "serve/pool.h"

/** Whether a path is one that the pool answers. */
bool route_known(const char *path);

/** Answers a job: its reply is complete afterwards, whatever it came to. */
void route_answer(tip_searcher *searcher, job *j);

/** Makes the reply to a path say that something is wrong, in JSON below /api/, else as a page.
 * `query` is what err->position is about, or NULL. */
void route_fail(reply *r, const char *path, unsigned http_status, const tip_error *err,
                const char *query);

#endif
