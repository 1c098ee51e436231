/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/verify.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/reader.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Links and headings that name the subject are shorter than any paragraph of a narrative. */
#define PARAGRAPH_MIN 200

struct findings {
    int year; /* the first that is not the one asked for; 0 none */
    int wanted_year;
    const tip_country *wanted;
    bool country;
    bool subject;
};

static bool speaks_of_trafficking(tip_str text)
{
    static const char word[] = "traffick";
    size_t size = sizeof word - 1;
    for (size_t i = 0; text.size >= size && i <= text.size - size; i++)
        if (strncasecmp(text.data + i, word, size) == 0)
            return true;
    return false;
}

static tip_status look_at(void *payload, const tip_record *record)
{
    struct findings *found = payload;
    if (record->year && record->year != found->wanted_year && !found->year)
        found->year = record->year;
    if (!found->wanted || tip_str_equal(record->iso3, tip_str_of(found->wanted->iso3)))
        found->country = true;
    if (!found->subject && record->text.size >= PARAGRAPH_MIN)
        found->subject = speaks_of_trafficking(record->text);
    return TIP_OK;
}

tip_status fetch_verify(tip_str html, int year, const tip_country *country, tip_error *err)
{
    struct findings found = {.wanted_year = year, .wanted = country};
    tip_sink sink = {.record = look_at, .payload = &found};
    /* The reader falls back on the path for what the page does not say: this one says nothing. */
    tip_input input = {.path = tip_str_of("page"), .bytes = html, .first_line = 1};
    tip_error ignored;
    tip_status status = tip_read_html(&input, &sink, &ignored);
    if (status == TIP_NO_MEMORY)
        return tip_fail_memory(err);
    if (status == TIP_TOO_LARGE)
        return tip_fail(err, status, "too large a page");
    if (status || !found.subject)
        return tip_fail(err, TIP_BAD_INPUT,
                        "holds no narrative: it may be a page that blocks "
                        "programs, or a notice");
    if (found.year)
        return tip_fail(err, TIP_BAD_INPUT, "holds a report of %d, not of %d", found.year, year);
    if (!found.country)
        return tip_fail(err, TIP_BAD_INPUT, "does not say that it is the narrative of %s",
                        country->name);
    return TIP_OK;
}
