/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In place of pdf_extract.c where there is nothing to extract text with. */
#include "base/error.h"
#include "corpus/pdf_private.h"

tip_status tip_pdf_extract_apart(const tip_input *input, const tip_pdf_sink *sink, tip_error *err)
{
    (void)sink;
    return tip_fail(err, TIP_UNSUPPORTED,
                    "%.*s: this tipsearch was built without PDF support; convert the file to text "
                    "(pdftotext), or build with libpoppler-glib-dev installed",
                    (int)input->path.size, input->path.data);
}
