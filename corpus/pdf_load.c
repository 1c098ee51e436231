/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "corpus/pdf_private.h"
#include "corpus/reader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static tip_pdf_extract_fn *loaded;
static char problem[256];

/* Seen from a command, or from where one is built; from libtip.so; and from a program that libtip.a
   is a part of. $ORIGIN is the folder of what calls dlopen: see ld.so(8). */
static const char *const places[] = {"$ORIGIN/../" TIP_MODULES "/" TIP_PDF_MODULE,
                                     "$ORIGIN/tipsearch/" TIP_PDF_MODULE,
                                     TIP_PREFIX "/" TIP_MODULES "/" TIP_PDF_MODULE};

static void load(void)
{
    void *module = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places && !module; i++)
        module = dlopen(places[i], RTLD_NOW | RTLD_LOCAL);
    void *found = module ? dlsym(module, "tip_pdf_extract") : NULL;
    if (!found) {
        const char *text = dlerror();
        (void)snprintf(problem, sizeof problem, "%s", text ? text : TIP_PDF_MODULE);
        return;
    }
    *(void **)&loaded = found; /* as POSIX has it: C knows no other way to a function */
}

bool tip_can_read(tip_format format)
{
    if (format != TIP_FORMAT_PDF)
        return true;
    (void)pthread_once(&once, load);
    return loaded != NULL;
}

tip_status tip_pdf_load(tip_str path, tip_pdf_extract_fn **extract, tip_error *err)
{
    (void)pthread_once(&once, load);
    *extract = loaded;
    if (loaded)
        return TIP_OK;
    return tip_fail(err, TIP_UNSUPPORTED,
                    "%.*s: what reads PDF files is not installed (%s); install tipsearch-pdf, or "
                    "convert the file to text (pdftotext)",
                    (int)path.size, path.data, problem);
}
