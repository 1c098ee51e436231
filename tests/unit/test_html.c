/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 64

/* What a sink received: a line "year|iso3|tier|section|paragraph|text" for each record. */
struct result {
    size_t count;
    char *lines[LINES_MAX];
    char title[300];
    char country[100];
    char source[300];
    size_t warnings;
    size_t stop_at; /* the record that is refused; 0: none */
};

#define STR(s) (int)(s).size, (s).data ? (s).data : ""

static tip_status take_record(void *payload, const tip_record *r)
{
    struct result *result = payload;
    if (result->stop_at && result->count + 1 == result->stop_at)
        return TIP_STOPPED;
    assert_true(result->count < LINES_MAX);
    char *line;
    assert_true(asprintf(&line, "%d|%.*s|%.*s|%.*s|%u|%.*s", r->year, STR(r->iso3), STR(r->tier),
                         STR(r->section), r->paragraph, STR(r->text)) > 0);
    result->lines[result->count++] = line;
    snprintf(result->title, sizeof result->title, "%.*s", STR(r->title));
    snprintf(result->country, sizeof result->country, "%.*s", STR(r->country));
    snprintf(result->source, sizeof result->source, "%.*s", STR(r->source));
    return TIP_OK;
}

static void take_warning(void *payload, const char *message)
{
    struct result *result = payload;
    assert_non_null(strstr(message, "page.html"));
    result->warnings++;
}

static tip_status read_bytes(const char *path, tip_str bytes, struct result *result, tip_error *err)
{
    /* An exact copy, so that a sanitizer sees any byte read behind the end. */
    char *copy = malloc(bytes.size ? bytes.size : 1);
    assert_non_null(copy);
    if (bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    tip_input input = {tip_str_of(path), {copy, bytes.size}, 1};
    tip_sink sink = {take_record, take_warning, result};
    tip_status status = tip_read_html(&input, &sink, err);
    free(copy);
    return status;
}

static void release(struct result *result)
{
    for (size_t i = 0; i < result->count; i++)
        free(result->lines[i]);
    *result = (struct result){0};
}

static void expect_lines(const struct result *result, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count && i < result->count; i++)
        assert_string_equal(result->lines[i], lines[i]);
    assert_int_equal(result->count, count);
}

static void expect(const char *path, const char *html, struct result *result,
                   const char *const *lines, size_t count)
{
    tip_error err;
    *result = (struct result){0};
    assert_int_equal(read_bytes(path, tip_str_of(html), result, &err), TIP_OK);
    expect_lines(result, lines, count);
}

#define EXPECT(path, html, result, lines)                                                          \
    expect(path, html, result, lines, sizeof(lines) / sizeof *(lines))

/* Reads a page that must have these texts, whatever its sections. */
static void expect_texts(tip_str html, const char *const *texts, size_t count)
{
    struct result result = {0};
    tip_error err;
    assert_int_equal(read_bytes("page.html", html, &result, &err), TIP_OK);
    for (size_t i = 0; i < count && i < result.count; i++)
        assert_string_equal(strrchr(result.lines[i], '|') + 1, texts[i]);
    assert_int_equal(result.count, count);
    release(&result);
}

#define EXPECT_TEXTS(html, ...)                                                                    \
    do {                                                                                           \
        const char *const texts[] = {__VA_ARGS__};                                                 \
        expect_texts(html, texts, sizeof texts / sizeof *texts);                                   \
    } while (0)

#define SITE_HEAD(url, title)                                                                      \
    "<!DOCTYPE html><html><head><meta charset=\"UTF-8\"><title>" title                             \
    " - United States Department of State</title>"                                                 \
    "<link rel=\"canonical\" href=\"" url "\">"                                                    \
    "<meta property=\"og:site_name\" content=\"United States Department of State\">"               \
    "<style>p { color: red }</style></head><body><header><nav><ul><li>Newsroom</li></ul>"          \
    "<p>Menu text</p></nav><form><select><option>Select a country<option>Albania</select>"         \
    "</form></header><main><article><div class=\"report-header__copy\">"

#define SITE_FOOT                                                                                  \
    "<div class=\"report__tags\"><p>Tags</p></div></article></main><aside><h3>In This Section"     \
    "</h3><p>Related content</p></aside><footer><p>Privacy policy</p></footer>"                    \
    "<script>document.write('<p>no text</p>')</script></body></html>"

static const char page_2023[] = SITE_HEAD(
    "https://www.state.gov/reports/2023-trafficking-in-persons-report/kenya/",
    "Kenya") "<h1>2023 Trafficking in Persons Report: Kenya</h1></div>"
             "<nav class=\"report-toc\"><p>In this section</p></nav>"
             "<div class=\"report__content\"><section class=\"entry-content\">"
             "<h2 class=\"report__section-title\">KENYA (Tier 2)</h2>"
             "<p>The Government of Kenya does not\n fully&nbsp; meet the <em>minimum</em> "
             "standards.</p>"
             "<p><strong>PRIORITIZED RECOMMENDATIONS:</strong></p>"
             "<ul><li>Train police.</li><li>Prosecute traffickers.</li></ul>"
             "<p><strong>PROSECUTION</strong></p><p>The government increased efforts.</p>"
             "<p>It <b>convicted</b> 10 traffickers.</p>"
             "<p><b>TRAFFICKING PROFILE:</b></p><p>As reported over the past five years.</p>"
             "</section></div>" SITE_FOOT;

static void test_report_of_2023(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2023|KEN|2|overview|1|The Government of Kenya does not fully meet the minimum standards.",
        "2023|KEN|2|recommendations|1|Train police.",
        "2023|KEN|2|recommendations|2|Prosecute traffickers.",
        "2023|KEN|2|prosecution|1|The government increased efforts.",
        "2023|KEN|2|prosecution|2|It convicted 10 traffickers.",
        "2023|KEN|2|profile|1|As reported over the past five years.",
    };
    struct result result;
    EXPECT("saved/kenya.html", page_2023, &result, lines);
    assert_string_equal(result.title, "2023 Trafficking in Persons Report: Kenya");
    assert_string_equal(result.country, "Kenya");
    assert_string_equal(result.source, "saved/kenya.html");
    release(&result);
}

/* No template classes, no useful address, headings in bold, all in one table. */
static const char page_2015[] =
    "<html><head><title>Ghana</title></head><body><table><tr><td><a href=\"/\">Home</a> | "
    "<a href=\"/a\">Under Secretary</a> | <a href=\"/b\">Bureaus and Offices</a></td></tr>"
    "<tr><td><div id=\"banner\"><h1>Trafficking in Persons Report 2015</h1></div>"
    "<div id=\"centerblock\"><p><b>GHANA: Tier 2 Watch List</b></p>"
    "<p>Ghana is a source, transit, and destination country for men, women, and children.</p>"
    "<p>The Government of Ghana does not fully comply with the minimum standards.</p>"
    "<p><b>RECOMMENDATIONS FOR GHANA:</b></p><p>Increase efforts; and train judges.</p>"
    "<P><STRONG>PROSECUTION</STRONG></P><p>The government decreased its efforts.</p>"
    "<p><b>PROTECTION</b><br>The government sustained its efforts.</p>"
    "<p><b>Prevention:</b> The government held a campaign.</p></div></td></tr></table></body>"
    "</html>";

static void test_report_of_2015(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2015|GHA|2WL|profile|1|Ghana is a source, transit, and destination country for men, "
        "women, and children.",
        "2015|GHA|2WL|overview|1|The Government of Ghana does not fully comply with the minimum "
        "standards.",
        "2015|GHA|2WL|recommendations|1|Increase efforts",
        "2015|GHA|2WL|recommendations|2|train judges.",
        "2015|GHA|2WL|prosecution|1|The government decreased its efforts.",
        "2015|GHA|2WL|protection|1|The government sustained its efforts.",
        "2015|GHA|2WL|prevention|1|The government held a campaign.",
    };
    struct result result;
    EXPECT("page.html", page_2015, &result, lines);
    assert_string_equal(result.title, "Trafficking in Persons Report 2015: Ghana");
    release(&result);
}

static void test_bullets_in_a_paragraph(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2019|TON|2|overview|1|Tonga remained \xE2\x80\xA2 on Tier 2.",
        "2019|TON|2|recommendations|1|Increase cases.",
        "2019|TON|2|recommendations|2|Train police.",
    };
    struct result result;
    EXPECT("tonga.html",
           SITE_HEAD("https://www.state.gov/reports/2019-trafficking-in-persons-report-2/tonga/",
                     "Tonga") "</div><div class=\"report__content\"><h2>TONGA: Tier 2</h2>"
                              "<p>Tonga remained &bull; on Tier 2.</p>"
                              "<h3>PRIORITIZED RECOMMENDATIONS</h3>"
                              "<p>&bull; Increase cases. &bull; Train police. "
                              "&bull;</p></div></body></html>",
           &result, lines);
    release(&result);
}

static void test_many_countries(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2006|HND|2|profile|1|Honduras is a source country for trafficking in persons.",
        "2006|HND|2|prosecution|1|The government convicted two.",
        "2006|QAT|2WL|profile|1|Qatar is a destination country for men and women.",
        "2006|QAT|2WL|prosecution|1|There were no convictions in the year.",
    };
    struct result result;
    EXPECT("tiprpt/2006/65989.htm",
           "<title>VI. Country Narratives</title><body>"
           "<p><b>HONDURAS (TIER 2)</b></p>"
           "<p>Honduras is a source country for trafficking in persons.</p>"
           "<p><b>Prosecution</b><br>The government convicted two.</p>"
           "<p><b>QATAR (TIER 2 WATCH LIST)</b></p>"
           "<p>Qatar is a destination country for men and women.</p>"
           "<p><b>Prosecution</b><br>There were no convictions in the year.</p>",
           &result, lines);
    release(&result);
}

#define SECTION_1 "Section 1. Respect for the Integrity of the Person > a. Disappearance"

#define RIGHTS_BODY                                                                                \
    "<h1>2021 Country Reports on Human Rights Practices: Kyrgyzstan</h1></div>"                    \
    "<div class=\"report__content\"><section><h2 class=\"report__section-title\">"                 \
    "EXECUTIVE SUMMARY</h2><p>First.</p></section><section><a class=\"accordion-title\">"          \
    "<h4 class=\"report-toc-section\">Section 1.</h4><h3 class=\"report__section-title\">"         \
    "Respect for the Integrity of the Person <span><svg><g>x</g></svg></span></h3></a>"            \
    "<section><h3 class=\"report__section-subtitle\">a. Disappearance</h3><p>None.</p>"            \
    "<h4>Prison Conditions</h4><p><b>Physical Conditions:</b> Bad.</p><p><b>Prevention</b></p>"    \
    "</section></section>"                                                                         \
    "<section><h4 class=\"report-toc-section\">Section 2.</h4><h3 class=\"report__section-title"   \
    "\">Respect for Civil Liberties</h3><p>Text <a href=\"/x\">of a link</a>.</p>"                 \
    "<h3 class=\"report__section-subtitle\">Section 3. Political Process</h3><p>Free.</p>"         \
    "</section></div>" SITE_FOOT

static const char *const rights_lines[] = {
    "2021|KGZ||EXECUTIVE SUMMARY|1|First.",
    ("2021|KGZ||" SECTION_1 "|1|None."),
    ("2021|KGZ||" SECTION_1 "|2|Physical Conditions: Bad."),
    ("2021|KGZ||" SECTION_1 "|3|Prevention"),
    "2021|KGZ||Section 2. Respect for Civil Liberties|1|Text of a link.",
    "2021|KGZ||Section 3. Political Process|1|Free.",
};

static void test_other_report(void **state)
{
    (void)state;
    struct result result;
    EXPECT("a.html",
           SITE_HEAD("https://www.state.gov/reports/"
                     "2021-country-reports-on-human-rights-practices/kyrgyzstan/",
                     "Kyrgyzstan") RIGHTS_BODY,
           &result, rights_lines);
    assert_string_equal(result.title, "2021 Country Reports on Human Rights Practices: Kyrgyzstan");
    assert_string_equal(result.country, "Kyrgyz Republic");
    release(&result);
}

static void test_capture(void **state)
{
    (void)state;
    static const char html[] =
        SITE_HEAD("https://web.archive.org/web/20250118010203/https://www.state.gov/reports/"
                  "2021-country-reports-on-human-rights-practices/kyrgyzstan/",
                  "Kyrgyzstan") "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=\"wm-ipp-base\"><div "
                                "id=\"wm-ipp\">"
                                "<p>The Wayback Machine - 41 captures</p><h2>About this "
                                "capture</h2></div></div>"
                                "<!-- END WAYBACK TOOLBAR INSERT -->" RIGHTS_BODY;
    struct result result;
    EXPECT("2016/a.html", html, &result, rights_lines);
    release(&result);
}

static void test_links_to_parts(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2021|ISR||Read a Section|1|Gaza \xE2\x86\x92",
        "2021|ISR||Read a Section|2|Note: see below.",
        "2021|ISR||Read a Section|3|https://www.state.gov/other/",
    };
    struct result result;
    EXPECT(
        "a.html",
        SITE_HEAD(
            "https://www.state.gov/reports/2021-report/israel/",
            "Israel") "</div><div class=\"report__content\"><h2 class=\"report__section-title\">"
                      "Read a Section</h2><p><a "
                      "href=\"https://www.state.gov/reports/2021-report/israel/"
                      "gaza/\">Gaza</a> \xE2\x86\x92</p><p>Note: see below.</p>"
                      "<p><a "
                      "href=\"https://www.state.gov/other/\">https://www.state.gov/other/</a></p>"
                      "<ul><li><a href=\"/share\">Share</a></li><li><a "
                      "href=\"/print\">Print</a></li></ul>"
                      "</div></body></html>",
        &result, lines);
    release(&result);
}

/* A menu that was never closed swallows the rest of the page. */
static void test_damaged(void **state)
{
    (void)state;
    static const char html[] =
        "<html><head><title>Peru</title><body><header><nav><ul><li>Menu<div><p>Choose"
        "</header></nav><main><div class=report__content><h2>Section 1. A</h2>"
        "<p>One <b>two</p><p>three &amp; four &bogus; <i>five</b> six<p>seven<td>eight"
        "<p title='\"unclosed>nine</p>";
    struct result result = {0};
    tip_error err;
    assert_int_equal(read_bytes("2019/page.html", tip_str_of(html), &result, &err), TIP_OK);
    assert_true(result.count >= 3);
    assert_string_equal(result.lines[0], "2019|PER||Section 1. A|1|One two");
    assert_string_equal(result.lines[1], "2019|PER||Section 1. A|2|three & four &bogus; five six");
    assert_non_null(strstr(result.lines[2], "seven"));
    assert_int_equal(result.warnings, 1); /* it has no end */
    release(&result);
}

/* Every prefix of a page, which is said to be one, and the page with every byte damaged in turn,
 * ends in good order. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    char copy[sizeof page_2015];
    size_t end = sizeof page_2015 - sizeof ">"; /* nothing but which is missing */
    for (size_t i = 0; i < sizeof page_2015 - 1; i++) {
        struct result result = {0};
        tip_status status = read_bytes("page.html", (tip_str){page_2015, i}, &result, NULL);
        assert_true(status == TIP_OK || status == TIP_BAD_INPUT);
        if (status == TIP_OK)
            assert_int_equal(result.warnings, i < end);
        release(&result);
        memcpy(copy, page_2015, sizeof copy);
        copy[i] = (char)(i % 3 == 0 ? '<' : i % 3 == 1 ? '\xFF' : '\0');
        assert_int_equal(read_bytes("page.html", tip_str_of(page_2015), &result, NULL), TIP_OK);
        release(&result);
        status = read_bytes("page.html", (tip_str){copy, sizeof copy - 1}, &result, NULL);
        assert_true(status == TIP_OK || status == TIP_BAD_INPUT);
        release(&result);
    }
}

static void expect_bad(tip_str bytes, tip_status expected, const char *word)
{
    struct result result = {0};
    tip_error err;
    assert_int_equal(read_bytes("dir/page.html", bytes, &result, &err), expected);
    assert_non_null(strstr(err.message, "dir/page.html"));
    assert_non_null(strstr(err.message, word));
    assert_int_equal(result.count, 0);
}

static void test_nothing_to_read(void **state)
{
    (void)state;
    expect_bad((tip_str){NULL, 0}, TIP_BAD_INPUT, "empty");
    expect_bad((tip_str){"\0\0\0", 3}, TIP_BAD_INPUT, "empty");
    expect_bad(tip_str_of("\xEF\xBB\xBF"), TIP_BAD_INPUT, "empty");
    expect_bad(tip_str_of(" \n"), TIP_BAD_INPUT, "no paragraph");
    expect_bad(tip_str_of("<html><body><h1>Only</h1></body></html>"), TIP_BAD_INPUT,
               "no paragraph");
    expect_bad(tip_str_of("<body><nav><p><a href=\"/\">Menu</a></nav><script>x</script>"),
               TIP_BAD_INPUT, "no paragraph");
}

static void test_binary(void **state)
{
    (void)state;
    char bytes[4096];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (char)(seed >> 24);
    }
    expect_bad((tip_str){bytes, sizeof bytes}, TIP_BAD_INPUT, "binary");
}

static void test_too_large(void **state)
{
    (void)state;
    size_t size = (size_t)64 * 1024 * 1024 + 1;
    char *bytes = calloc(1, size);
    assert_non_null(bytes);
    memset(bytes, ' ', size);
    tip_input input = {tip_str_of("page.html"), {bytes, size}, 1};
    tip_sink sink = {take_record, NULL, NULL};
    tip_error err;
    assert_int_equal(tip_read_html(&input, &sink, &err), TIP_TOO_LARGE);
    free(bytes);
}

static void test_nuls(void **state)
{
    (void)state;
    static const char html[] = "<body><p\0>One\0two three four five six seven eight nine ten "
                               "eleven</p><p>twelve thirteen fourteen fifteen</p>\0\0\0\0\0\0\0";
    EXPECT_TEXTS(((tip_str){html, sizeof html}),
                 "One two three four five six seven eight nine ten eleven",
                 "twelve thirteen fourteen fifteen");
}

static void test_encodings(void **state)
{
    (void)state;
    EXPECT_TEXTS(tip_str_of("<p>C\xC3\xB4te d\xE2\x80\x99Ivoire&nbsp;&mdash; x</p>"),
                 "C\xC3\xB4te d\xE2\x80\x99Ivoire \xE2\x80\x94 x");
    EXPECT_TEXTS(tip_str_of("\xEF\xBB\xBF<p>C\xC3\xB4te</p>"), "C\xC3\xB4te");
    EXPECT_TEXTS(tip_str_of("<p>C\xF4te d\x92Ivoire \x81 x</p>"),
                 "C\xC3\xB4te d\xE2\x80\x99Ivoire x");
    EXPECT_TEXTS(tip_str_of("<meta charset=\"iso-8859-1\"><p>d\x92Ivoire</p>"),
                 "d\xE2\x80\x99Ivoire");
    EXPECT_TEXTS(tip_str_of("<meta http-equiv=\"Content-Type\" content=\"text/html; "
                            "charset=windows-1252\"><p>d\x92Ivoire</p>"),
                 "d\xE2\x80\x99Ivoire");
    EXPECT_TEXTS(tip_str_of("<meta charset=\"windows-1251\"><p>\xCA\xE8\xE5\xE2</p>"),
                 "\xD0\x9A\xD0\xB8\xD0\xB5\xD0\xB2");
    EXPECT_TEXTS(tip_str_of("<meta charset=\"utf-8\"><p>one\xFFtwo</p><p>C\xC3\xB4te</p>"),
                 "one\xEF\xBF\xBDtwo", "C\xC3\xB4te");
    EXPECT_TEXTS(((tip_str){"\xFF\xFE<\0p\0>\0a\0\xF4\0<\0/\0p\0>\0", 18}), "a\xC3\xB4");
}

static tip_str nested(tip_buf *buf, const char *start, size_t depth, const char *end)
{
    tip_buf_clear(buf);
    assert_int_equal(tip_buf_add_text(buf, "<body><p>before</p>"), TIP_OK);
    for (size_t i = 0; i < depth; i++)
        assert_int_equal(tip_buf_add_text(buf, start), TIP_OK);
    assert_int_equal(tip_buf_add_text(buf, "<p>inside</p>"), TIP_OK);
    for (size_t i = 0; i < depth; i++)
        assert_int_equal(tip_buf_add_text(buf, end), TIP_OK);
    assert_int_equal(tip_buf_add_text(buf, "<p>after</p>"), TIP_OK);
    return tip_buf_str(buf);
}

static void test_deep_nesting(void **state)
{
    (void)state;
    tip_buf buf = {0};
    EXPECT_TEXTS(nested(&buf, "<div>", 150, "</div>"), "before", "inside", "after");
    EXPECT_TEXTS(nested(&buf, "<div>", 700, "</div>"), "before", "inside", "after");
    struct result result = {0};
    assert_int_equal(
        read_bytes("page.html", nested(&buf, "<div>", 200000, "</div>"), &result, NULL), TIP_OK);
    assert_string_equal(result.lines[0], "0||||1|before");
    assert_int_equal(result.warnings, 1);
    release(&result);
    tip_buf_free(&buf);
}

static void test_blocks(void **state)
{
    (void)state;
    EXPECT_TEXTS(tip_str_of("<div>one<p>two<ul><li>three<li>four <p>five</ul>six</div>"
                            "<table><tr><td>seven<td>eight</table><blockquote>nine</blockquote>"
                            "ten<br>eleven<div hidden>no</div><dl><dt>twelve<dd>13</dl>"
                            "<textarea>no</textarea><button>no</button><svg><text>no</text></svg>"),
                 "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                 "ten eleven", "twelve", "13");
}

/* A form around the whole page is no search form. */
static void test_page_in_form(void **state)
{
    (void)state;
    EXPECT_TEXTS(tip_str_of("<body><div>Skip</div><form id=\"aspnetForm\"><div><p>All of the text "
                            "is here.</p></div></form>"),
                 "All of the text is here.");
}

/* Headings without classes: the two highest levels are sections, deeper ones are not. */
static void test_plain_headings(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "2020|||Alpha|1|One.",  "2020|||Alpha > Beta|1|Two.", "2020|||Alpha > Beta|2|Three.",
        "2020|||Delta|1|Four.", "2020|||Alpha|2|Five.",
    };
    struct result result;
    EXPECT("2020/unknown.html",
           "<title>Report on Nothing | Some Office</title><h1>Report on Nothing</h1><h2>Alpha</h2>"
           "<p>One.</p><h3>Beta</h3><p>Two.</p><h4>Gamma</h4><p>Three.</p><h2>Delta</h2>"
           "<p>Four.</p><h2>Alpha</h2><p>Five.</p>",
           &result, lines);
    assert_string_equal(result.title, "Report on Nothing");
    assert_string_equal(result.country, "");
    release(&result);
}

static void test_unknown_country(void **state)
{
    (void)state;
    struct result result = {0};
    tip_error err;
    assert_int_equal(read_bytes("a.html",
                                tip_str_of("<title>Atlantis - Office</title><h1>2020 Report on "
                                           "Rights: Atlantis</h1><p>Text.</p>"),
                                &result, &err),
                     TIP_OK);
    assert_string_equal(result.country, "Atlantis");
    assert_string_equal(result.lines[0], "2020||||1|Text.");
    release(&result);
}

static void test_year_and_country_of_path(void **state)
{
    (void)state;
    static const struct {
        const char *path, *html, *line;
    } cases[] = {
        {"x/2019/peru.html", "<p>T.</p>", "2019|PER|||1|T."},
        {"2016/2018-reports/x.html", "<p>T.</p>", "2018||||1|T."},
        {"x/peru-2014.html", "<p>T.</p>", "2014||||1|T."},
        {"x/200512.html", "<p>T.</p>", "0||||1|T."},
        {"2019/a.html", "<title>Chad 2013 - Office</title><h1>Chad</h1><p>T.</p>",
         "2013|TCD|||1|T."},
        {"a.html",
         "<link rel=canonical href=\"http://a.gov/j/tip/rls/tiprpt/countries/2015/243444.htm\">"
         "<p>T.</p>",
         "2015|||overview|1|T."},
        {"a.html",
         "<meta property=og:url content=\"https://a.gov/reports/2020-x-2/togo/?p=1\"><p>T.</p>",
         "2020|TGO|||1|T."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result result;
        expect(cases[i].path, cases[i].html, &result, &cases[i].line, 1);
        release(&result);
    }
}

static void test_sink_stops(void **state)
{
    (void)state;
    struct result result = {.stop_at = 3};
    assert_int_equal(read_bytes("page.html", tip_str_of(page_2015), &result, NULL), TIP_STOPPED);
    assert_int_equal(result.count, 2);
    release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report_of_2023),
        cmocka_unit_test(test_report_of_2015),
        cmocka_unit_test(test_bullets_in_a_paragraph),
        cmocka_unit_test(test_many_countries),
        cmocka_unit_test(test_other_report),
        cmocka_unit_test(test_capture),
        cmocka_unit_test(test_links_to_parts),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_nothing_to_read),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_nuls),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_page_in_form),
        cmocka_unit_test(test_plain_headings),
        cmocka_unit_test(test_unknown_country),
        cmocka_unit_test(test_year_and_country_of_path),
        cmocka_unit_test(test_sink_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
