/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The paragraphs of some reports, in indexes of the portable layout. */
#include "base/error.h"
#include "search/country_reports.h"
#include "search/portable_results.h"
#include "text/term.h"

typedef struct reader {
    const tip_searcher *searcher;
    const country_reports *reports;
    tip_buf report; /* PORTABLE_SLOT_REPORT of the paragraph at hand */
    paragraph_fn see;
    void *payload;
} reader;

/* ---- What is asked ---- */

static tip_status query_of_term(const tip_searcher *searcher, tip_status made, tip_buf *term,
                                xc_query **ret_query, tip_error *err)
{
    tip_status status = made == TIP_OK
                            ? xc_query_term(searcher->database, tip_buf_str(term), ret_query, err)
                            : tip_fail_memory(err);
    tip_buf_free(term);
    return status;
}

/* Its country's paragraphs of its year: few others, which are left out when they are read. */
static tip_status query_of_report(const tip_searcher *searcher, const tip_record *report,
                                  xc_query **ret_query, tip_error *err)
{
    tip_buf term = {0};
    xc_query *country;
    xc_query *year;
    tip_status made = report->iso3.size > 0
                          ? tip_term_of_field(TIP_TERM_ISO3, report->iso3, &term)
                          : tip_term_of_field(TIP_TERM_COUNTRY, report->country, &term);
    tip_status status = query_of_term(searcher, made, &term, &country, err);
    if (status != TIP_OK)
        return status;
    status = query_of_term(searcher, tip_term_of_year(report->year, &term), &term, &year, err);
    if (status == TIP_OK)
        return query_join_two(XC_AND, country, year, ret_query, err);
    xc_query_free(country);
    return status;
}

static tip_status query_of_reports(const reader *r, xc_query **ret_query, tip_error *err)
{
    tip_status status = xc_query_none(ret_query, err);
    for (size_t i = 0; i < r->reports->count && status == TIP_OK; i++) {
        xc_query *report;
        xc_query *before = *ret_query;
        *ret_query = NULL;
        status = query_of_report(r->searcher, &r->reports->items[i].record, &report, err);
        if (status == TIP_OK)
            status = query_join_two(XC_OR, before, report, ret_query, err);
        else
            xc_query_free(before);
    }
    return status;
}

/* ---- What comes ---- */

/* A value has no zero bytes in its fields, where a record may. */
static tip_status tell(reader *r, const tip_record *record)
{
    tip_record report = {0};
    if (portable_report_write(record, &r->report) != TIP_OK)
        return TIP_NO_MEMORY;
    (void)portable_report_read(tip_buf_str(&r->report), &report);
    for (size_t i = 0; i < r->reports->count; i++)
        if (portable_is_same_report(&report, &r->reports->items[i].record))
            return r->see(r->payload, i, record);
    return TIP_OK;
}

static tip_status tell_all(reader *r, const xc_found_list *found, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < found->count && status == TIP_OK; i++) {
        tip_record record = {0};
        json_t *json;
        status = portable_data_read(found->items[i].data, portable_name(r->searcher), &json,
                                    &record, err);
        if (status != TIP_OK)
            return status;
        status = tell(r, &record);
        json_decref(json);
    }
    return status;
}

tip_status portable_paragraphs(tip_searcher *searcher, const country_reports *reports,
                               paragraph_fn see, void *payload, tip_error *err)
{
    reader r = {.searcher = searcher, .reports = reports, .see = see, .payload = payload};
    xc_query *query = NULL;
    xc_found_list found = {0};
    tip_status status = query_of_reports(&r, &query, err);
    if (status == TIP_OK)
        status = portable_fetch(searcher, query, "--changes", &found, err);
    if (status == TIP_OK)
        status = tell_all(&r, &found, err);
    xc_query_free(query);
    xc_found_free(&found);
    tip_buf_free(&r.report);
    return status;
}
