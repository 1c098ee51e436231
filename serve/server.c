/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/server.h"

#include "serve/asset.h"
#include "serve/fail.h"
#include "serve/route.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum {
    CONNECTIONS_MAX = 256,
    CONNECTION_SECONDS = 30, /* of silence */
    CONNECTION_BYTES = 32 * 1024,
    STOP_SECONDS = 2 /* to send the last answers */
};

struct server {
    struct MHD_Daemon *daemon;
    pool *pool;
    bool loopback;
    pthread_mutex_t mutex;
    pthread_cond_t idle;
    size_t exchanges; /* that are on their way */
};

/* One request and its answer, from its first line to the last byte that is sent. */
typedef struct exchange {
    server *server;
    struct MHD_Connection *connection; /* while it is suspended */
    uint64_t address_hash;
    size_t address_size;
    bool has_zero; /* the path names a character that would end a string */
    bool seen;     /* its headers were read */
    job *job;      /* that was handed over */
} exchange;

/* ---- Addresses ---- */

static tip_status fail_address(const char *text, tip_error *err)
{
    return fail(err, TIP_BAD_ARGUMENT,
                "%.100s: an address and a port are expected, as 127.0.0.1:8080 or [::1]:8080",
                text);
}

tip_status server_read_address(const char *text, server_address *ret_address, tip_error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *found;
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[';
    char host[64];
    size_t size = colon ? (size_t)(colon - text) : 0;
    if (bracketed && (size < 2 || text[size - 1] != ']'))
        return fail_address(text, err);
    if (bracketed)
        size -= 2;
    if (!colon || size == 0 || size >= sizeof host || !colon[1] ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1) || atol(colon + 1) > 65535)
        return fail_address(text, err);
    memcpy(host, text + bracketed, size);
    host[size] = '\0';
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return fail_address(text, err);
    memcpy(ret_address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return TIP_OK;
}

static bool is_loopback(const server_address *address)
{
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* On one's own machine a page of somebody else's must not reach us under a name of its own, which
 * it may have pointed here (DNS rebinding). The port may be that of a tunnel. */
static bool is_own_host(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; host && i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);
        const char *port = host + size;
        if (strncasecmp(host, names[i], size) != 0)
            continue;
        if (!*port || (*port == ':' && strspn(port + 1, "0123456789") == strlen(port + 1)))
            return true;
    }
    return false;
}

/* ---- Answers ---- */

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_safety(struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
         "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        add_header(response, headers[i][0], headers[i][1]);
}

static void add_caching(struct MHD_Response *response, const reply *r)
{
    char tag[32];
    if (r->tag == 0) {
        add_header(response, "Cache-Control", "no-store");
        return;
    }
    snprintf(tag, sizeof tag, "W/\"%016llx\"", (unsigned long long)r->tag);
    add_header(response, "ETag", tag);
    add_header(response, "Cache-Control", "no-cache");
    add_header(response, "Vary", "Accept-Encoding");
}

static void add_headers(struct MHD_Response *response, const reply *r)
{
    char disposition[64];
    add_safety(response);
    add_caching(response, r);
    if (r->type)
        add_header(response, "Content-Type", r->type);
    if (r->gzipped)
        add_header(response, "Content-Encoding", "gzip");
    if (r->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        add_header(response, "Allow", "GET, HEAD");
    if (r->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        add_header(response, "Retry-After", "1");
    if (r->file_name) {
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", r->file_name);
        add_header(response, "Content-Disposition", disposition);
    }
}

/* The body is taken over. */
static enum MHD_Result send_reply(struct MHD_Connection *connection, reply *r)
{
    struct MHD_Response *response =
        r->body ? MHD_create_response_from_buffer(r->size, r->body, MHD_RESPMEM_MUST_FREE)
                : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    r->body = NULL;
    add_headers(response, r);
    enum MHD_Result result = MHD_queue_response(connection, r->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_failure(struct MHD_Connection *connection, const char *path,
                                    unsigned http_status, const char *message)
{
    reply r = {0};
    tip_error err;
    fail(&err, TIP_BAD_ARGUMENT, "%s", message);
    route_fail(&r, path, http_status, &err, NULL);
    enum MHD_Result result = send_reply(connection, &r);
    reply_free(&r);
    return result;
}

static bool takes_gzip(struct MHD_Connection *connection)
{
    const char *accepted =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    const char *gzip = accepted ? strcasestr(accepted, "gzip") : NULL;
    if (!gzip)
        return false;
    gzip += strlen("gzip");
    return strncmp(gzip, ";q=0", 4) != 0 || (gzip[4] == '.' && strpbrk(gzip + 5, "123456789"));
}

static enum MHD_Result send_asset(struct MHD_Connection *connection, const asset *file)
{
    char tag[32];
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    reply r = {.status = MHD_HTTP_OK, .type = file->type, .tag = asset_tag(file)};
    snprintf(tag, sizeof tag, "\"%016llx\"", (unsigned long long)r.tag);
    if (known && strstr(known, tag)) {
        r.status = MHD_HTTP_NOT_MODIFIED;
    } else {
        r.body = malloc(file->size);
        if (!r.body)
            return MHD_NO;
        memcpy(r.body, file->data, file->size);
        r.size = file->size;
        if (takes_gzip(connection))
            reply_gzip(&r);
    }
    enum MHD_Result result = send_reply(connection, &r);
    reply_free(&r);
    return result;
}

/* ---- Jobs ---- */

typedef struct reading {
    request *request;
    tip_status status;
    tip_error err;
} reading;

static enum MHD_Result read_parameter(void *payload, enum MHD_ValueKind kind, const char *name,
                                      size_t name_size, const char *value, size_t value_size)
{
    reading *r = payload;
    (void)kind;
    r->status =
        request_add(r->request, (tip_str){name, name_size}, (tip_str){value, value_size}, &r->err);
    return r->status == TIP_OK ? MHD_YES : MHD_NO;
}

static char *copy_header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value ? strdup(value) : NULL;
}

/* Called by a thread of the pool. */
static void resume(void *payload)
{
    exchange *e = payload;
    MHD_resume_connection(e->connection);
}

static enum MHD_Result hand_over(exchange *e, struct MHD_Connection *connection, const char *path)
{
    job *j = job_new(path);
    if (!j)
        return MHD_NO;
    reading r = {&j->request, TIP_OK, {.message = ""}};
    (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, read_parameter, &r);
    j->gzip = takes_gzip(connection);
    j->known_tags = copy_header(connection, "If-None-Match");
    j->address_hash = e->address_hash;
    j->done = resume;
    j->who = e;
    if (r.status != TIP_OK) {
        pool_release(e->server->pool, j);
        return send_failure(connection, path, reply_status_of(r.status), r.err.message);
    }
    /* It may be done before pool_submit returns. */
    e->connection = connection;
    e->job = j;
    MHD_suspend_connection(connection);
    if (!pool_submit(e->server->pool, j)) {
        j->in_time = false;
        MHD_resume_connection(connection);
    }
    return MHD_YES;
}

static enum MHD_Result take_answer(exchange *e, struct MHD_Connection *connection, const char *path)
{
    job *j = e->job;
    if (j->in_time)
        return send_reply(connection, &j->reply);
    return send_failure(connection, path, MHD_HTTP_SERVICE_UNAVAILABLE,
                        "too much is asked at once, or this takes too long: try again, or ask for "
                        "less");
}

/* ---- Requests ---- */

static enum MHD_Result answer(exchange *e, struct MHD_Connection *connection, const char *path,
                              const char *method)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    if (e->address_size > REQUEST_URI_MAX)
        return send_failure(connection, path, MHD_HTTP_URI_TOO_LONG, "the address is too long");
    if (e->server->loopback && !is_own_host(host))
        return send_failure(connection, path, MHD_HTTP_MISDIRECTED_REQUEST,
                            "this server is asked as localhost, 127.0.0.1 or [::1] only");
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return send_failure(connection, path, MHD_HTTP_METHOD_NOT_ALLOWED,
                            "only GET and HEAD are answered");
    const asset *file = asset_find(path);
    if (file && !e->has_zero)
        return send_asset(connection, file);
    if (!route_known(path) || e->has_zero)
        return send_failure(connection, path, MHD_HTTP_NOT_FOUND, "there is no such page");
    return hand_over(e, connection, path);
}

static enum MHD_Result handle(void *payload, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **ret_exchange)
{
    exchange *e = *ret_exchange;
    (void)payload, (void)version, (void)upload;
    if (!e)
        return MHD_NO;
    if (e->job)
        return take_answer(e, connection, path);
    /* What is sent along is not read: such a request is refused at once. */
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if (!e->seen && get) {
        e->seen = true;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(e, connection, path, method);
}

/* The first that is heard of a request: its address as it came. */
static void *begin_exchange(void *payload, const char *address, struct MHD_Connection *connection)
{
    server *s = payload;
    exchange *e = calloc(1, sizeof *e);
    (void)connection;
    if (!e)
        return NULL;
    e->server = s;
    e->address_size = strlen(address);
    e->address_hash = XXH3_64bits(address, e->address_size);
    const char *zero = strstr(address, "%00");
    e->has_zero = zero && zero < address + strcspn(address, "?");
    pthread_mutex_lock(&s->mutex);
    s->exchanges++;
    pthread_mutex_unlock(&s->mutex);
    return e;
}

static void end_exchange(void *payload, struct MHD_Connection *connection, void **ret_exchange,
                         enum MHD_RequestTerminationCode how)
{
    server *s = payload;
    exchange *e = *ret_exchange;
    (void)connection, (void)how;
    if (!e)
        return;
    if (e->job)
        pool_release(s->pool, e->job);
    free(e);
    *ret_exchange = NULL;
    pthread_mutex_lock(&s->mutex);
    s->exchanges--;
    pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->mutex);
}

/* ---- Start and end ---- */

/* What clients do wrong is nothing to print. */
static void say_nothing(void *payload, const char *format, va_list arguments)
{
    (void)payload, (void)format, (void)arguments;
}

static struct MHD_Daemon *listen_at(server *s, const server_address *address)
{
    unsigned flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    if (address->any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_SOCK_ADDR, &address->any, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, s,
        MHD_OPTION_NOTIFY_COMPLETED, end_exchange, s, MHD_OPTION_END);
}

tip_status server_start(const server_address *address, pool *p, server **ret_server, tip_error *err)
{
    server *s = calloc(1, sizeof *s);
    if (!s)
        return fail_memory(err);
    s->pool = p;
    s->loopback = is_loopback(address);
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->idle, NULL);
    errno = 0;
    s->daemon = listen_at(s, address);
    if (!s->daemon) {
        fail(err, TIP_IO_ERROR, "%s", errno ? strerror(errno) : "the address is not usable");
        pthread_cond_destroy(&s->idle);
        pthread_mutex_destroy(&s->mutex);
        free(s);
        return TIP_IO_ERROR;
    }
    *ret_server = s;
    return TIP_OK;
}

unsigned server_port(const server *s)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void server_stop(server *s)
{
    struct timespec end;
    MHD_socket socket = MHD_quiesce_daemon(s->daemon);
    pool_drain(s->pool);
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += STOP_SECONDS;
    pthread_mutex_lock(&s->mutex);
    while (s->exchanges > 0 && pthread_cond_timedwait(&s->idle, &s->mutex, &end) == 0)
        continue;
    pthread_mutex_unlock(&s->mutex);
    MHD_stop_daemon(s->daemon);
    if (socket != MHD_INVALID_SOCKET)
        (void)close(socket);
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->mutex);
    free(s);
}
