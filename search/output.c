/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/output.h"

#include <string.h>

bool output_format_of_name(const char *name, output_format *ret_format)
{
    static const char *const names[] = {
        [OUTPUT_TEXT] = "text", [OUTPUT_JSON] = "json", [OUTPUT_TREC] = "trec"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_format = (output_format)i;
            return true;
        }
    }
    return false;
}

tip_status output_results(const output *out, const char *qid, const char *query, size_t offset,
                          const tip_results *results)
{
    switch (out->format) {
    case OUTPUT_JSON:
        return output_json(out, qid, query, offset, results);
    case OUTPUT_TREC:
        return output_trec(out, qid, offset, results);
    default:
        return output_text(out, qid, query, offset, results);
    }
}

/* qid Q0 document rank score run, as trec_eval reads it: no field holds white space. */
tip_status output_trec(const output *out, const char *qid, size_t offset,
                       const tip_results *results)
{
    for (size_t i = 0; i < tip_results_count(results); i++) {
        const tip_hit *hit = tip_results_hit(results, i);
        fprintf(out->stream, "%s Q0 ", qid ? qid : "1");
        for (size_t c = 0; c < hit->record.id.size; c++) {
            unsigned char byte = (unsigned char)hit->record.id.data[c];
            fputc(byte <= ' ' || byte == 0x7F ? '_' : byte, out->stream);
        }
        fprintf(out->stream, " %zu %.9g tipsearch\n", offset + i + 1, hit->score);
    }
    return TIP_OK;
}
