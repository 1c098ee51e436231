/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/reply.h"

#include "output/output.h"

#include <jansson.h>
#include <libdeflate.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

/* Smaller bodies fit into a packet as they are; level 1 is fast, and the machine is one's own. */
enum { GZIP_MIN = 1400, GZIP_LEVEL = 1 };

void reply_free(reply *r)
{
    free(r->body);
    *r = (reply){0};
}

FILE *reply_open(reply *r, const char *type)
{
    reply_free(r);
    r->status = MHD_HTTP_OK;
    r->type = type;
    return open_memstream(&r->body, &r->size);
}

tip_status reply_close(reply *r, FILE *stream)
{
    bool failed = ferror(stream) != 0;
    if (fclose(stream) == 0 && !failed)
        return TIP_OK;
    reply_free(r);
    return TIP_NO_MEMORY;
}

unsigned reply_status_of(tip_status status)
{
    switch (status) {
    case TIP_OK:
        return MHD_HTTP_OK;
    case TIP_BAD_QUERY:
    case TIP_BAD_ARGUMENT:
        return MHD_HTTP_BAD_REQUEST;
    case TIP_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case TIP_UNSUPPORTED:
        return MHD_HTTP_NOT_IMPLEMENTED;
    case TIP_NO_MEMORY:
    case TIP_UNREACHABLE:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    default:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
}

/* A position is one of bytes; people and scripts count characters. */
static json_t *json_position(const tip_error *err, const char *query)
{
    json_int_t count = 0;
    if (!query || err->position > strlen(query))
        return json_null();
    for (size_t i = 0; i < err->position; i++)
        count += ((unsigned char)query[i] & 0xC0) != 0x80;
    return json_integer(count);
}

void reply_fail_json(reply *r, unsigned http_status, const tip_error *err, const char *query)
{
    reply_free(r);
    json_t *json = json_pack("{s:i, s:{s:i, s:s, s:o}}", "format_version", TIP_FORMAT_VERSION,
                             "error", "status", (int)http_status, "message", err->message,
                             "position", json_position(err, query));
    r->body = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
    json_decref(json);
    r->size = r->body ? strlen(r->body) : 0;
    r->status = http_status;
    r->type = "application/json";
}

void reply_gzip(reply *r)
{
    if (r->size < GZIP_MIN)
        return;
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(GZIP_LEVEL);
    char *packed = malloc(r->size);
    size_t size = 0;
    if (compressor && packed)
        size = libdeflate_gzip_compress(compressor, r->body, r->size, packed, r->size);
    libdeflate_free_compressor(compressor);
    if (size == 0) {
        free(packed);
        return;
    }
    free(r->body);
    r->body = packed;
    r->size = size;
    r->gzipped = true;
}
