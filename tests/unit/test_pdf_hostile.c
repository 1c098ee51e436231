/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no readable PDF ends with an error that names the file, or with what can be read of it,
 * in bounded time. */
#include "base/buf.h"
#include "corpus/pdf_private.h"
#include "corpus/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds that any of them may take, also where all is slow. */
enum { PATIENCE = 120 };

struct found {
    size_t records, bytes;
    unsigned last_page;
    size_t cut_off; /* how often that was said */
};

static tip_status count_record(void *payload, const tip_record *record)
{
    struct found *found = payload;
    found->records++;
    found->bytes += record->text.size;
    found->last_page = record->page;
    return TIP_OK;
}

static void count_warning(void *payload, const char *message)
{
    struct found *found = payload;
    found->cut_off += strstr(message, "made-up.pdf: the PDF is cut off") != NULL;
}

static tip_status read_pdf(tip_str bytes, struct found *found, tip_error *err)
{
    tip_sink sink = {.record = count_record, .warning = count_warning, .payload = found};
    tip_input input = {.path = tip_str_of("made-up.pdf"), .bytes = bytes, .first_line = 1};
    time_t start = time(NULL);
    *found = (struct found){0};
    *err = (tip_error){.message = ""};
    tip_status status = tip_read(TIP_FORMAT_PDF, &input, &sink, err);
    assert_true(time(NULL) - start < PATIENCE);
    return status;
}

static void fails(tip_str bytes, tip_status status, const char *words)
{
    struct found found;
    tip_error err;
    assert_int_equal(read_pdf(bytes, &found, &err), status);
    assert_non_null(strstr(err.message, "made-up.pdf: "));
    assert_non_null(strstr(err.message, words));
    assert_int_equal(found.records, 0);
}

static void add(tip_buf *pdf, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(tip_buf *pdf, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_int_equal(tip_buf_add_text(pdf, text), TIP_OK);
}

/* The objects that every document here has; there is no table of them, so that the reader has to
 * look for them. Pages are 5, 6, ...; all show the stream 4. */
static void add_head_sized(tip_buf *pdf, unsigned pages, unsigned width, unsigned height)
{
    add(pdf,
        "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "2 0 obj<</Type/Pages/Count %u/Kids[",
        pages);
    for (unsigned i = 0; i < pages; i++)
        add(pdf, "%u 0 R ", 5 + i);
    add(pdf, "]>>endobj\n");
    for (unsigned i = 0; i < pages; i++)
        add(pdf,
            "%u 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %u %u]/Contents 4 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>endobj\n",
            5 + i, width, height);
}

static void add_head(tip_buf *pdf, unsigned pages)
{
    add_head_sized(pdf, pages, 612, 792);
}

static void add_stream(tip_buf *pdf, const tip_buf *content)
{
    add(pdf, "4 0 obj<</Length %zu>>stream\n", content->size);
    assert_int_equal(tip_buf_add(pdf, content->data, content->size), TIP_OK);
    add(pdf, "\nendstream endobj\n");
}

static void add_trailer(tip_buf *pdf, const char *more)
{
    add(pdf, "trailer<</Root 1 0 R/Size 9%s>>\n%%%%EOF\n", more);
}

static void small_pdf(tip_buf *pdf, const char *trailer)
{
    tip_buf content = {0};
    add(&content, "BT /F 10 Tf 72 700 Td (A made-up sentence of one made-up page.) Tj ET");
    add_head(pdf, 1);
    add_stream(pdf, &content);
    add_trailer(pdf, trailer);
    tip_buf_free(&content);
}

static void reads_a_small_one(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    struct found found;
    tip_error err;
    small_pdf(&pdf, "");
    assert_int_equal(read_pdf(tip_buf_str(&pdf), &found, &err), TIP_OK);
    assert_int_equal(found.records, 1);
    assert_int_equal(found.last_page, 1);
    assert_int_equal(found.bytes, strlen("A made-up sentence of one made-up page."));
    assert_int_equal(found.cut_off, 0);
    tip_buf_free(&pdf);
}

static void no_pdf(void **state)
{
    (void)state;
    char noise[4096];
    uint32_t value = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        value = value * 1664525u + 1013904223u;
        noise[i] = (char)(value >> 24);
    }
    fails((tip_str){noise, sizeof noise}, TIP_BAD_INPUT, "no PDF, or it is damaged");
    fails((tip_str){noise, 0}, TIP_BAD_INPUT, "no PDF, or it is damaged");
    fails(tip_str_of("%PDF-1.7\n"), TIP_BAD_INPUT, "no PDF, or it is damaged");
}

static void cut_off(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    struct found found;
    tip_error err;
    small_pdf(&pdf, "");
    for (size_t size = 0; size < pdf.size; size += 37) {
        tip_status status = read_pdf((tip_str){pdf.data, size}, &found, &err);
        assert_true(status == TIP_OK || status == TIP_BAD_INPUT);
        assert_true((status == TIP_OK) == (found.records > 0));
        assert_true(found.cut_off == found.records);
    }
    assert_int_equal(read_pdf((tip_str){pdf.data, pdf.size - 2}, &found, &err), TIP_OK);
    assert_int_equal(found.cut_off, 1);
    tip_buf_free(&pdf);
}

static bool kills_children;

static void in_child(void)
{
    if (kills_children)
        (void)raise(SIGKILL);
}

/* As the kernel does where memory runs out: no fault of the file. */
static void killed(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    small_pdf(&pdf, "");
    assert_int_equal(pthread_atfork(NULL, NULL, in_child), 0);
    kills_children = true;
    fails(tip_buf_str(&pdf), TIP_IO_ERROR, "was killed");
    kills_children = false;
    tip_buf_free(&pdf);
}

static void encrypted(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    small_pdf(&pdf, "/ID[(0123456789abcdef)(0123456789abcdef)]/Encrypt<</Filter/Standard/V 1/R 2"
                    "/P -4/O(0123456789abcdef0123456789abcdef)"
                    "/U(0123456789abcdef0123456789abcdef)>>");
    fails(tip_buf_str(&pdf), TIP_BAD_INPUT, "encrypted");
    tip_buf_free(&pdf);
}

static void no_pages(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    add_head(&pdf, 0);
    add_trailer(&pdf, "");
    fails(tip_buf_str(&pdf), TIP_BAD_INPUT, "");
    tip_buf_free(&pdf);
}

static void many_pages(void **state)
{
    (void)state;
    tip_buf pdf = {0}, content = {0};
    struct found found;
    tip_error err;
    add(&content, "BT /F 10 Tf 72 400 Td (A made-up sentence of two lines stands on every) Tj "
                  "0 -12 Td (made-up page.) Tj ET");
    add_head(&pdf, 10000);
    add_stream(&pdf, &content);
    add_trailer(&pdf, "");
    assert_int_equal(read_pdf(tip_buf_str(&pdf), &found, &err), TIP_OK);
    assert_int_equal(found.last_page, 10000);
    assert_int_equal(found.records, 10000);
    tip_buf_clear(&pdf);
    add_head(&pdf, 20001);
    add_stream(&pdf, &content);
    add_trailer(&pdf, "");
    fails(tip_buf_str(&pdf), TIP_TOO_LARGE, "more than 20000 pages");
    tip_buf_free(&content);
    tip_buf_free(&pdf);
}

/* A million letters on one page, in words all over each other. */
static void crowded_page(void **state)
{
    (void)state;
    tip_buf pdf = {0}, content = {0};
    struct found found;
    tip_error err;
    add(&content, "BT /F 3 Tf ");
    for (unsigned i = 0; i < 100000; i++)
        add(&content, "1 0 0 1 %u %u Tm (made-up %u ) Tj ", i * 7 % 600, i * 13 % 790, i % 90 + 10);
    add(&content, "ET");
    add_head(&pdf, 1);
    add_stream(&pdf, &content);
    add_trailer(&pdf, "");
    tip_status status = read_pdf(tip_buf_str(&pdf), &found, &err);
    assert_true(status == TIP_OK || status == TIP_TOO_LARGE || status == TIP_BAD_INPUT);
    assert_true(found.bytes < 2000000);
    tip_buf_free(&content);
    tip_buf_free(&pdf);
}

/* More words than a page may have: others than the first are not even sent. */
static void full_page(void **state)
{
    (void)state;
    tip_buf pdf = {0}, content = {0};
    struct found found;
    tip_error err;
    add(&content, "BT /F 9 Tf ");
    for (unsigned line = 0; line < 1100; line++) {
        add(&content, "1 0 0 1 0 %u Tm (", line * 11);
        for (unsigned i = 0; i < TIP_PDF_WORDS_MAX / 1000; i++)
            add(&content, "word ");
        add(&content, ") Tj ");
    }
    add(&content, "ET");
    add_head_sized(&pdf, 1, 1400, 12200);
    add_stream(&pdf, &content);
    add_trailer(&pdf, "");
    assert_int_equal(read_pdf(tip_buf_str(&pdf), &found, &err), TIP_OK);
    assert_in_range(found.bytes, 1, 5 * TIP_PDF_WORDS_MAX);
    tip_buf_free(&content);
    tip_buf_free(&pdf);
}

/* A stream that shows itself again and again. */
static void endless_page(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    struct found found;
    tip_error err;
    add(&pdf, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
              "2 0 obj<</Type/Pages/Count 1/Kids[2 0 R 3 0 R]>>endobj\n"
              "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
              "/Resources<</XObject<</X 4 0 R>>>>>>endobj\n"
              "4 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11"
              "/Resources<</XObject<</X 4 0 R>>>>>>stream\n/X Do /X Do\nendstream endobj\n");
    add_trailer(&pdf, "");
    assert_int_equal(read_pdf(tip_buf_str(&pdf), &found, &err), TIP_BAD_INPUT);
    tip_buf_free(&pdf);
}

static tip_status stop_at_once(void *payload, const tip_record *record)
{
    (void)payload;
    (void)record;
    return TIP_STOPPED;
}

static void stops_when_told(void **state)
{
    (void)state;
    tip_buf pdf = {0};
    tip_error err;
    small_pdf(&pdf, "");
    tip_sink sink = {.record = stop_at_once};
    tip_input input = {
        .path = tip_str_of("made-up.pdf"), .bytes = tip_buf_str(&pdf), .first_line = 1};
    assert_int_equal(tip_read(TIP_FORMAT_PDF, &input, &sink, &err), TIP_STOPPED);
    tip_buf_free(&pdf);
}

/* The address sanitizer's allocator may be locked by another thread at the moment of a fork(2), and
 * is then locked in the child for good; the C library's own takes care of that. */
#if defined(__SANITIZE_ADDRESS__)
#define FORKS_BESIDE_THREADS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FORKS_BESIDE_THREADS false
#endif
#endif
#ifndef FORKS_BESIDE_THREADS
#define FORKS_BESIDE_THREADS true
#endif

static void *read_often(void *payload)
{
    const tip_buf *pdf = payload;
    size_t good = 0;
    for (int i = 0; i < 20; i++) {
        struct found found = {0};
        tip_error err;
        tip_sink sink = {.record = count_record, .payload = &found};
        tip_input input = {
            .path = tip_str_of("made-up.pdf"), .bytes = tip_buf_str(pdf), .first_line = 1};
        good += tip_read(TIP_FORMAT_PDF, &input, &sink, &err) == TIP_OK && found.records == 1;
    }
    return good == 20 ? payload : NULL;
}

static void reads_in_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    tip_buf pdf = {0};
    if (!FORKS_BESIDE_THREADS) {
        print_message("skipped: the address sanitizer cannot fork beside other threads\n");
        skip();
    }
    small_pdf(&pdf, "");
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &pdf), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, &pdf);
    }
    tip_buf_free(&pdf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_small_one), cmocka_unit_test(no_pdf),
        cmocka_unit_test(cut_off),           cmocka_unit_test(killed),
        cmocka_unit_test(encrypted),         cmocka_unit_test(no_pages),
        cmocka_unit_test(many_pages),        cmocka_unit_test(crowded_page),
        cmocka_unit_test(full_page),         cmocka_unit_test(endless_page),
        cmocka_unit_test(stops_when_told),   cmocka_unit_test(reads_in_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
