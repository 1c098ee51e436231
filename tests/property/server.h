/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * xapian-tcpsrv on the loopback, on a port that nobody uses.
 */
#ifndef TESTS_PROPERTY_SERVER_H
#define TESTS_PROPERTY_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct server {
    pid_t process; /**< 0: none */
    unsigned port;
} server;

/** Whether there is such a program. */
bool server_is_installed(void);

/** Serves a folder; true once it can be connected to. It ends with this process at the latest. */
bool server_start(server *s, const char *folder);

/** Ends it, if it runs. */
void server_stop(server *s);

#endif
