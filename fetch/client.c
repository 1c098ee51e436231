/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/client.h"

#include "base/error.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An attempt may take this many times the time-out in all: a server that sends a byte now and then
 * does not stall. */
enum { WHOLE_TIMEOUTS = 10 };

struct fetch_client {
    const fetch_manners *manners;
    CURL *curl;
    int64_t next_ns;   /* on CLOCK_MONOTONIC: no request begins before */
    unsigned refusals; /* pages in a row that did not come */
    tip_buf bytes;     /* of the reply that is coming in */
    bool too_large;
    bool no_memory;
    char reason[CURL_ERROR_SIZE];
};

/* What one attempt came to. */
enum verdict { DELIVERED, REDIRECTED, AGAIN, REFUSED, MISSING, USELESS };

struct attempt {
    enum verdict verdict;
    long code;         /* of HTTP; 0: no reply */
    bool unmodified;   /* delivered: nothing, as nothing has changed */
    char *redirect;    /* where to, to be freed */
    int64_t pause_ns;  /* that the server asks for; 0: none */
    char problem[300]; /* in words, unless delivered or redirected */
};

static size_t take_bytes(char *bytes, size_t one, size_t count, void *payload)
{
    fetch_client *client = payload;
    size_t size = one * count;
    client->too_large = size > FETCH_PAGE_MAX - client->bytes.size;
    if (client->too_large)
        return 0;
    client->no_memory = tip_buf_add(&client->bytes, bytes, size) != TIP_OK;
    return client->no_memory ? 0 : size;
}

static tip_status set_up(fetch_client *client)
{
    const fetch_manners *manners = client->manners;
    CURL *curl = client->curl;
    const char *protocols = manners->base_url ? "http,https" : "https";
    long timeout = (long)manners->timeout_seconds;
    int code = 0;
    code |= (int)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    code |= (int)curl_easy_setopt(curl, CURLOPT_USERAGENT, manners->user_agent);
    code |= (int)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    code |= (int)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->reason);
    code |= (int)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    code |= (int)curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    code |= (int)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, timeout);
    code |= (int)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    code |= (int)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, timeout);
    code |= (int)curl_easy_setopt(curl, CURLOPT_TIMEOUT, timeout * WHOLE_TIMEOUTS);
    code |= (int)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    code |= (int)curl_easy_setopt(curl, CURLOPT_FILETIME, 1L);
    return code == CURLE_OK ? TIP_OK : TIP_NO_MEMORY;
}

tip_status fetch_client_new(const fetch_manners *manners, fetch_client **ret_client, tip_error *err)
{
    fetch_client *client = calloc(1, sizeof *client);
    if (!client)
        return tip_fail_memory(err);
    client->manners = manners;
    client->curl = curl_easy_init();
    if (!client->curl || set_up(client) != TIP_OK) {
        fetch_client_free(client);
        return tip_fail_memory(err);
    }
    *ret_client = client;
    return TIP_OK;
}

void fetch_client_free(fetch_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->curl);
    tip_buf_free(&client->bytes);
    free(client);
}

/* ---- Time ---- */

static const int64_t second_ns = 1000000000;

static int64_t now_ns(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * second_ns + now.tv_nsec;
}

static void wait_for_turn(const fetch_client *client)
{
    struct timespec until = {.tv_sec = (time_t)(client->next_ns / second_ns),
                             .tv_nsec = (long)(client->next_ns % second_ns)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
}

/* ---- One request ---- */

static void note(const fetch_client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(const fetch_client *client, const char *format, ...)
{
    if (!client->manners->note)
        return;
    tip_error line;
    va_list args;
    va_start(args, format);
    tip_vfail(&line, TIP_OK, format, args);
    va_end(args);
    client->manners->note(client->manners->payload, line.message);
}

/* Where the page of an address is asked for; to be released with free(). */
static char *request_url(const fetch_client *client, const char *address)
{
    const char *base = client->manners->base_url;
    char *url = NULL;
    if (!base)
        return strdup(address);
    if (asprintf(&url, "%s/%s", base, address + strlen("https://")) < 0)
        return NULL;
    return url;
}

/* The opposite: what a mirror calls a page. */
static tip_status address_of_url(const fetch_client *client, const char *url, char **ret_address)
{
    const char *base = client->manners->base_url;
    size_t size = base ? strlen(base) : 0;
    char *address = NULL;
    if (!base || strncmp(url, base, size) != 0 || url[size] != '/')
        return fetch_address_resolve(url, url, ret_address);
    if (asprintf(&address, "https://%s", url + size + 1) < 0)
        return TIP_NO_MEMORY;
    tip_status status = fetch_address_resolve(address, address, ret_address);
    free(address);
    return status;
}

/* Failures that another attempt would only repeat. */
static bool is_final(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT;
}

static void judge_failure(const fetch_client *client, CURLcode code, struct attempt *attempt)
{
    bool large = client->too_large || code == CURLE_FILESIZE_EXCEEDED;
    const char *reason = *client->reason ? client->reason : curl_easy_strerror(code);
    attempt->verdict = large ? USELESS : is_final(code) ? REFUSED : AGAIN;
    if (large)
        snprintf(attempt->problem, sizeof attempt->problem, "has more than %zu MB",
                 FETCH_PAGE_MAX / 1024 / 1024);
    else
        snprintf(attempt->problem, sizeof attempt->problem, "%s", reason);
}

static bool is_html(const char *type)
{
    static const char *const types[] = {"text/html", "application/xhtml+xml"};
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++) {
        size_t size = strlen(types[i]);
        if (strncasecmp(type, types[i], size) == 0 && strchr("; \t", type[size]))
            return true;
    }
    return false;
}

static void judge_page(const fetch_client *client, struct attempt *attempt)
{
    const char *type = NULL;
    curl_easy_getinfo(client->curl, CURLINFO_CONTENT_TYPE, &type);
    attempt->verdict = is_html(type) ? DELIVERED : USELESS;
    if (attempt->verdict == USELESS)
        snprintf(attempt->problem, sizeof attempt->problem, "is no HTML page but %s",
                 type ? type : "of no stated type");
}

static void judge_redirect(fetch_client *client, struct attempt *attempt)
{
    char *url = NULL, *address = NULL;
    curl_easy_getinfo(client->curl, CURLINFO_REDIRECT_URL, &url);
    tip_status status = url ? address_of_url(client, url, &address) : TIP_BAD_INPUT;
    client->no_memory = status == TIP_NO_MEMORY;
    if (status == TIP_OK && fetch_address_allowed(client->manners->table, address)) {
        attempt->verdict = REDIRECTED;
        attempt->redirect = address;
        return;
    }
    free(address);
    attempt->verdict = USELESS;
    snprintf(attempt->problem, sizeof attempt->problem,
             "redirects to %.200s, which is not on the publisher's hosts", url ? url : "nowhere");
}

static bool may_come_yet(long code)
{
    return code == 408 || code == 429 || code == 500 || code == 502 || code == 503 || code == 504;
}

static void judge_status(const fetch_client *client, struct attempt *attempt)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RETRY_AFTER, &seconds);
    bool missing = attempt->code == 404 || attempt->code == 410;
    attempt->verdict = missing ? MISSING : may_come_yet(attempt->code) ? AGAIN : REFUSED;
    snprintf(attempt->problem, sizeof attempt->problem, "HTTP status %ld%s", attempt->code,
             attempt->code == 403 ? ", refused (is --user-agent one that the site takes?)" : "");
    if (attempt->verdict == AGAIN && seconds > FETCH_PAUSE_MAX) {
        attempt->verdict = REFUSED;
        snprintf(attempt->problem, sizeof attempt->problem,
                 "HTTP status %ld, and not to be asked again for %lld seconds", attempt->code,
                 (long long)seconds);
    }
    attempt->pause_ns = (int64_t)seconds * second_ns;
}

static void judge(fetch_client *client, CURLcode code, struct attempt *attempt)
{
    long unmet = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &attempt->code);
    curl_easy_getinfo(client->curl, CURLINFO_CONDITION_UNMET, &unmet);
    attempt->unmodified = code == CURLE_OK && unmet;
    if (attempt->unmodified)
        attempt->verdict = DELIVERED;
    else if (attempt->code / 100 == 3)
        judge_redirect(client, attempt);
    else if (attempt->code >= 400)
        judge_status(client, attempt);
    else if (code != CURLE_OK)
        judge_failure(client, code, attempt);
    else if (attempt->code == 200)
        judge_page(client, attempt);
    else
        judge_status(client, attempt);
}

static tip_status try_once(fetch_client *client, const char *address, time_t since,
                           struct attempt *ret_attempt)
{
    char *url = request_url(client, address);
    CURL *curl = client->curl;
    if (!url)
        return TIP_NO_MEMORY;
    tip_buf_clear(&client->bytes);
    client->too_large = client->no_memory = false;
    client->reason[0] = '\0';
    long condition = since ? CURL_TIMECOND_IFMODSINCE : CURL_TIMECOND_NONE;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_TIMECONDITION, condition);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_TIMEVALUE_LARGE, (curl_off_t)since);
    wait_for_turn(client);
    note(client, "GET %s", url);
    if (code == CURLE_OK)
        code = curl_easy_perform(curl);
    client->next_ns = now_ns() + (int64_t)(client->manners->delay_seconds * (double)second_ns);
    free(url);
    if (code == CURLE_OUT_OF_MEMORY || client->no_memory)
        return TIP_NO_MEMORY;
    judge(client, code, ret_attempt);
    return client->no_memory ? TIP_NO_MEMORY : TIP_OK;
}

/* The delay, doubled with each attempt, or what the server asks for. */
static void push_back(fetch_client *client, unsigned tried, int64_t pause_ns)
{
    double seconds = client->manners->delay_seconds;
    for (unsigned i = 0; i <= tried && seconds < FETCH_PAUSE_MAX; i++)
        seconds *= 2;
    if (seconds > FETCH_PAUSE_MAX)
        seconds = FETCH_PAUSE_MAX;
    int64_t pause = (int64_t)(seconds * (double)second_ns);
    int64_t next = now_ns() + (pause > pause_ns ? pause : pause_ns);
    if (next > client->next_ns)
        client->next_ns = next;
}

static tip_status try_repeatedly(fetch_client *client, const char *address, time_t since,
                                 struct attempt *ret_attempt)
{
    for (unsigned tried = 0;; tried++) {
        *ret_attempt = (struct attempt){0};
        tip_status status = try_once(client, address, since, ret_attempt);
        if (status)
            return status;
        if (ret_attempt->verdict != AGAIN)
            return TIP_OK;
        push_back(client, tried, ret_attempt->pause_ns);
        if (tried >= client->manners->retries)
            return TIP_OK;
        note(client, "%s: %s; trying again in %.1f seconds", address, ret_attempt->problem,
             (double)(client->next_ns - now_ns()) / (double)second_ns);
    }
}

/* ---- A page ---- */

static time_t modification_time(const fetch_client *client)
{
    curl_off_t modified = -1;
    struct curl_header *header;
    time_t now = time(NULL);
    curl_easy_getinfo(client->curl, CURLINFO_FILETIME_T, &modified);
    if (modified < 0 && curl_easy_header(client->curl, "Date", 0, CURLH_HEADER, -1, &header) == 0)
        modified = (curl_off_t)curl_getdate(header->value, NULL);
    return modified > 0 ? (time_t)modified : now;
}

static tip_status fail(fetch_client *client, const char *address, const struct attempt *attempt,
                       tip_error *err)
{
    enum verdict verdict = attempt->verdict;
    bool refused = verdict == AGAIN || verdict == REFUSED;
    client->refusals = refused ? client->refusals + 1 : 0;
    if (client->refusals >= FETCH_REFUSALS_MAX)
        return tip_fail(err, TIP_STOPPED,
                        "%s: %s. These are %d pages in a row: the site is left alone. Run again "
                        "later; what is there is not fetched again",
                        address, attempt->problem, FETCH_REFUSALS_MAX);
    tip_status status = verdict == MISSING  ? TIP_NOT_FOUND
                        : refused           ? TIP_IO_ERROR
                        : client->too_large ? TIP_TOO_LARGE
                                            : TIP_BAD_INPUT;
    return tip_fail(err, status, "%s: %s", address, attempt->problem);
}

static void deliver(fetch_client *client, const struct attempt *attempt, fetch_reply *ret_reply)
{
    client->refusals = 0;
    *ret_reply = (fetch_reply){.unmodified = attempt->unmodified};
    if (attempt->unmodified)
        return;
    ret_reply->modified = modification_time(client);
    ret_reply->bytes = client->bytes;
    client->bytes = (tip_buf){0};
}

/* Takes over `address` of a redirect. */
static tip_status follow(fetch_client *client, char *address, time_t since, fetch_reply *ret_reply,
                         tip_error *err)
{
    struct attempt attempt;
    tip_status status = TIP_OK;
    for (unsigned hops = 0; !status; hops++) {
        status = try_repeatedly(client, address, since, &attempt);
        if (status || attempt.verdict != REDIRECTED)
            break;
        free(address);
        address = attempt.redirect;
        if (hops == FETCH_REDIRECTS_MAX)
            status = tip_fail(err, TIP_BAD_INPUT, "%s: more than %d redirects", address,
                              FETCH_REDIRECTS_MAX);
    }
    if (status == TIP_NO_MEMORY)
        tip_fail_memory(err);
    else if (!status && attempt.verdict == DELIVERED)
        deliver(client, &attempt, ret_reply);
    else if (!status)
        status = fail(client, address, &attempt, err);
    free(address);
    return status;
}

tip_status fetch_get(fetch_client *client, const char *address, time_t since,
                     fetch_reply *ret_reply, tip_error *err)
{
    char *start = strdup(address);
    if (!start)
        return tip_fail_memory(err);
    return follow(client, start, since, ret_reply, err);
}
