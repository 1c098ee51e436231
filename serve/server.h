/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * HTTP: addresses, headers, limits. Private to tipserve.
 */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include "serve/pool.h"

#include <netinet/in.h>

/** An address to listen at. */
typedef union server_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} server_address;

/** Reads "127.0.0.1:8080" or "[::1]:8080"; a port of 0 is one that is free. TIP_OK or
 * TIP_BAD_ARGUMENT. */
tip_status server_read_address(const char *text, server_address *ret_address, tip_error *err);

typedef struct server server;

/** Starts to listen, and answers by the pool, which must outlive the server. Release with
 * server_stop. TIP_OK; TIP_IO_ERROR when it cannot listen there; TIP_NO_MEMORY. */
tip_status server_start(const server_address *address, pool *p, server **ret_server,
                        tip_error *err);

/** The port it listens at. */
unsigned server_port(const server *s);

/** Takes no more connections, sends what was asked for, and releases the server. */
void server_stop(server *s);

#endif
