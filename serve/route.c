/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/route.h"

#include "serve/api.h"
#include "serve/page.h"

#include <microhttpd.h>
#include <string.h>
#include <xxhash.h>

/* One that ends with a slash stands for all below it. */
static const struct {
    const char *path;
    tip_status (*answer)(tip_searcher *searcher, const request *q, reply *r, tip_error *err);
} routes[] = {
    {"/", page_search},        {"/countries", page_all_countries}, {"/report", page_report},
    {"/report/", page_report}, {"/country", page_country},         {"/changes", page_changes},
    {"/trend", page_trend},    {"/api/search", api_search},        {"/api/facets", api_facets},
    {"/api/trend", api_trend}, {"/api/paragraph/", api_paragraph}, {"/api/changes", api_changes},
    {"/api/tiers", api_tiers},
};

enum { ROUTES = sizeof routes / sizeof *routes };

static size_t find(const char *path)
{
    for (size_t i = 0; i < ROUTES; i++) {
        size_t size = strlen(routes[i].path);
        bool below = size > 1 && routes[i].path[size - 1] == '/';
        if (below ? strncmp(path, routes[i].path, size) == 0 && path[size]
                  : strcmp(path, routes[i].path) == 0)
            return i;
    }
    return ROUTES;
}

bool route_known(const char *path)
{
    return find(path) < ROUTES;
}

void route_fail(reply *r, const char *path, unsigned http_status, const tip_error *err,
                const char *query)
{
    if (strncmp(path, "/api/", strlen("/api/")) == 0)
        reply_fail_json(r, http_status, err, query);
    else
        page_fail(r, http_status, err, query);
}

/* The same address, the same paragraphs, the same program: the same answer. */
static uint64_t tag_of(const tip_searcher *searcher, const job *j)
{
    const uint64_t parts[] = {tip_searcher_fingerprint(searcher), j->address_hash};
    uint64_t tag = XXH3_64bits_withSeed(parts, sizeof parts, XXH3_64bits(TIP_VERSION, 5));
    return tag ? tag : 1;
}

static bool is_known(const job *j, uint64_t tag)
{
    char text[32];
    snprintf(text, sizeof text, "\"%016llx\"", (unsigned long long)tag);
    return j->known_tags && strstr(j->known_tags, text) != NULL;
}

/* What was begun with an index that was lost on the way is begun anew without it. */
static tip_status answer(tip_searcher *searcher, job *j, tip_error *err)
{
    tip_status status;
    size_t lost;
    do {
        lost = tip_searcher_lost(searcher);
        status = routes[find(j->request.path)].answer(searcher, &j->request, &j->reply, err);
    } while (status == TIP_OK ? tip_searcher_lost(searcher) > lost
                              : tip_searcher_reconnect(searcher, &status, err));
    return status;
}

void route_answer(tip_searcher *searcher, job *j)
{
    tip_error err = {.position = TIP_NO_POSITION, .message = ""};
    reply *r = &j->reply;
    uint64_t tag = tag_of(searcher, j);
    if (is_known(j, tag)) {
        *r = (reply){.status = MHD_HTTP_NOT_MODIFIED, .tag = tag};
        return;
    }
    tip_status status = answer(searcher, j, &err);
    if (status == TIP_OK)
        r->tag = tag;
    else
        route_fail(r, j->request.path, reply_status_of(status), &err, request_query(&j->request));
    if (j->gzip)
        reply_gzip(r);
}
