/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a reader handed out: one line per record, and one per warning. */
struct heard {
    tip_buf records;
    tip_buf warnings;
    size_t count;
    size_t warned;
    size_t stop_after; /* 0: never */
};

static void put(tip_buf *buf, tip_str text)
{
    assert_int_equal(tip_buf_add(buf, text.data, text.size), TIP_OK);
    assert_int_equal(tip_buf_add_byte(buf, '|'), TIP_OK);
}

static void put_number(tip_buf *buf, unsigned number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    put(buf, tip_str_of(text));
}

static tip_status hear_record(void *payload, const tip_record *record)
{
    struct heard *heard = payload;
    tip_buf *out = &heard->records;
    put(out, record->id);
    put_number(out, (unsigned)record->year);
    put(out, record->country);
    put(out, record->iso3);
    put(out, record->tier);
    put(out, record->section);
    put_number(out, record->paragraph);
    put(out, record->title);
    put(out, record->source);
    assert_int_equal(tip_buf_add(out, record->text.data, record->text.size), TIP_OK);
    assert_int_equal(tip_buf_add_byte(out, '\n'), TIP_OK);
    heard->count++;
    return heard->count == heard->stop_after ? TIP_STOPPED : TIP_OK;
}

static void hear_warning(void *payload, const char *message)
{
    struct heard *heard = payload;
    assert_null(strchr(message, '\n'));
    assert_int_equal(tip_buf_add_text(&heard->warnings, message), TIP_OK);
    assert_int_equal(tip_buf_add_byte(&heard->warnings, '\n'), TIP_OK);
    heard->warned++;
}

/* Reads a copy of exactly the given bytes, so that reading behind them is noticed. */
static tip_status hear(struct heard *heard, tip_format format, const char *path, tip_str bytes,
                       tip_error *err)
{
    char *copy = malloc(bytes.size ? bytes.size : 1);
    assert_non_null(copy);
    if (bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    tip_input input = {tip_str_of(path), {copy, bytes.size}, 1};
    tip_sink sink = {hear_record, hear_warning, heard};
    tip_status status = tip_read(format, &input, &sink, err);
    free(copy);
    return status;
}

static const char *text_of(tip_buf *buf)
{
    assert_int_equal(tip_buf_add_byte(buf, '\0'), TIP_OK);
    return buf->data;
}

static void forget(struct heard *heard)
{
    tip_buf_free(&heard->records);
    tip_buf_free(&heard->warnings);
}

/* Expects these records and no warning. */
static void expect_bytes(tip_format format, const char *path, tip_str bytes, const char *records)
{
    struct heard heard = {0};
    tip_error err = {0};
    tip_status status = hear(&heard, format, path, bytes, &err);
    assert_string_equal(text_of(&heard.records), records);
    assert_string_equal(text_of(&heard.warnings), "");
    assert_string_equal(err.message, "");
    assert_int_equal(status, TIP_OK);
    forget(&heard);
}

static void expect(tip_format format, const char *path, const char *bytes, const char *records)
{
    expect_bytes(format, path, tip_str_of(bytes), records);
}

/* Expects these records of a JSONL file "f.jsonl", and one warning that begins so. */
static void expect_warning(tip_format format, const char *bytes, const char *warning,
                           const char *records)
{
    struct heard heard = {0};
    tip_error err;
    assert_int_equal(hear(&heard, format, "f.jsonl", tip_str_of(bytes), &err), TIP_OK);
    assert_string_equal(text_of(&heard.records), records);
    assert_int_equal(heard.warned, 1);
    assert_memory_equal(text_of(&heard.warnings), warning, strlen(warning));
    forget(&heard);
}

static void expect_failure(tip_format format, tip_str bytes, tip_status expected)
{
    struct heard heard = {0};
    tip_error err = {0};
    assert_int_equal(hear(&heard, format, "dir/name", bytes, &err), expected);
    assert_int_equal(heard.count, 0);
    assert_non_null(strstr(err.message, "dir/name"));
    forget(&heard);
}

/* ---- formats ---- */

static void format_names(void **state)
{
    (void)state;
    for (int i = TIP_FORMAT_AUTO; i <= TIP_FORMAT_JSONL; i++) {
        tip_format format = TIP_FORMAT_AUTO;
        assert_true(tip_format_of_name(tip_format_name((tip_format)i), &format));
        assert_int_equal(format, i);
    }
    tip_format format = TIP_FORMAT_HTML;
    assert_string_equal(tip_format_name(TIP_FORMAT_JSONL), "jsonl");
    assert_false(tip_format_of_name("JSON", &format));
    assert_false(tip_format_of_name("", &format));
    assert_int_equal(format, TIP_FORMAT_HTML);
}

static int guess(const char *path, tip_str bytes)
{
    tip_format format = TIP_FORMAT_AUTO;
    return tip_format_guess(tip_str_of(path), bytes, &format) ? (int)format : -1;
}

static void guess_by_name(void **state)
{
    (void)state;
    tip_str none = {0};
    assert_int_equal(guess("a/b.html", none), TIP_FORMAT_HTML);
    assert_int_equal(guess("b.HTM.GZ", none), TIP_FORMAT_HTML);
    assert_int_equal(guess("b.txt", tip_str_of("<html>")), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b.text.gz", none), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b.md", none), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b.jsonl", none), TIP_FORMAT_JSONL);
    assert_int_equal(guess("b.ndjson.gz", none), TIP_FORMAT_JSONL);
    assert_int_equal(guess("b.json", none), -1);
    assert_int_equal(guess("b.gz", none), -1);
    assert_int_equal(guess("html", none), -1);
    assert_int_equal(guess("", none), -1);
}

static void guess_by_bytes(void **state)
{
    (void)state;
    static const char zeros[] = "text\0text";
    assert_int_equal(guess("b", tip_str_of("\xEF\xBB\xBF \r\n<!DOCTYPE html>")), TIP_FORMAT_HTML);
    assert_int_equal(guess("b", tip_str_of("<p>x")), TIP_FORMAT_HTML);
    assert_int_equal(guess("b", tip_str_of("< 3 victims")), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b", tip_str_of("<")), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b", tip_str_of("{ \"text\": \"x\"}\n")), TIP_FORMAT_JSONL);
    assert_int_equal(guess("b", tip_str_of("{\n  \"text\": 1}")), -1);
    assert_int_equal(guess("b", tip_str_of("[\n {\"text\": 1}]")), -1);
    assert_int_equal(guess("b", tip_str_of("[Note] x")), TIP_FORMAT_TEXT);
    assert_int_equal(guess("b", tip_str_of("%PDF-1.4 text")), TIP_FORMAT_PDF);
    assert_int_equal(guess("b.PDF.gz", tip_str_of("")), TIP_FORMAT_PDF);
    assert_int_equal(guess("b", (tip_str){zeros, sizeof zeros - 1}), -1);
    assert_int_equal(guess("b", tip_str_of("\x1F\x8B\x08\x01\x02\x03")), -1);
    assert_int_equal(guess("b", tip_str_of(" \n")), -1);
}

static void wants_a_format(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_error err;
    assert_int_equal(hear(&heard, TIP_FORMAT_AUTO, "f", tip_str_of("x"), &err), TIP_BAD_ARGUMENT);
    assert_int_equal(hear(&heard, TIP_FORMAT_AUTO, "f", tip_str_of("x"), NULL), TIP_BAD_ARGUMENT);
}

static void path_becomes_utf8(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "d/na\xEFve", "Text.", "|0|||||1||d/na\xEF\xBF\xBDve|Text.\n");
}

/* ---- JSON lines ---- */

static void jsonl_all_fields(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f.jsonl",
           "{\"id\":\"2020/KGZ/prosecution/3\",\"year\":2020,\"country\":\"Kyrgyzstan\","
           "\"iso3\":\"KGZ\",\"region\":\"R\",\"tier\":\"Tier 2 Watch List\","
           "\"section\":\"PROSECUTION\",\"paragraph\":3,\"title\":\"T\",\"source\":\"s.html\","
           "\"text\":\"Words.\",\"other\":[1,{}]}\n",
           "2020/KGZ/prosecution/3|2020|Kyrgyz Republic|KGZ|2WL|prosecution|3|T|s.html|Words.\n");
}

static void jsonl_aliases(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f.jsonl",
           "{\"n\":7,\"file\":\"2017/a.html\",\"section\":\"Section 1\",\"subsection\":\"a. Life\","
           "\"text\":\"A\"}\n"
           "{\"n\":8,\"file\":\"b\",\"section\":\"Section 1\",\"subsection\":\"\",\"text\":\"B\"}\n"
           "{\"subsection\":\"only\",\"text\":\"C\"}\n",
           "|0||||Section 1 > a. Life|7||2017/a.html|A\n"
           "|0||||Section 1|8||b|B\n"
           "|0||||only|0||f.jsonl|C\n");
}

static void jsonl_country_by_code(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f",
           "{\"country\":\"Nowhere\",\"iso3\":\"kgz\",\"text\":\"A\"}\n"
           "{\"iso2\":\"GH\",\"text\":\"B\"}\n"
           "{\"country\":\"Ghana\",\"text\":\"C\"}\n"
           "{\"country\":\"Nowhere\",\"iso3\":\"QQQ\",\"text\":\"D\"}\n"
           "{\"country\":null,\"iso3\":null,\"text\":\"E\"}\n",
           "|0|Kyrgyz Republic|KGZ|||0||f|A\n"
           "|0|Ghana|GHA|||0||f|B\n"
           "|0|Ghana|GHA|||0||f|C\n"
           "|0|Nowhere|QQQ|||0||f|D\n"
           "|0|||||0||f|E\n");
}

static void jsonl_numbers_and_ids(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f",
           "{\"id\":12345678901234,\"year\":\"2006\",\"paragraph\":\"4\",\"tier\":2,"
           "\"text\":\"A\"}\n"
           "{\"id\":-1,\"year\":2006.0,\"paragraph\":null,\"tier\":null,\"text\":\"B\"}\n"
           "{\"year\":\"\",\"text\":\"C\"}",
           "12345678901234|2006|||2||4||f|A\n"
           "-1|2006|||||0||f|B\n"
           "|0|||||0||f|C\n");
}

/* A record that is all there is of a country states its tier; a paragraph of a section need not. */
static void jsonl_digests_state_their_tier(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f",
           "{\"country\":\"Ghana\",\"text\":\"tier rating: Tier 3 - too little\"}\n"
           "{\"country\":\"Ghana\",\"tier\":\"2\",\"text\":\"It remained on Tier 3.\"}\n"
           "{\"country\":\"Ghana\",\"section\":\"S\",\"text\":\"It remained on Tier 3.\"}\n"
           "{\"country\":\"Ghana\",\"n\":2,\"text\":\"It remained on Tier 3.\"}\n"
           "{\"country\":\"World\",\"text\":\"It remained on Tier 3.\"}\n",
           "|0|Ghana|GHA|3||0||f|tier rating: Tier 3 - too little\n"
           "|0|Ghana|GHA|2||0||f|It remained on Tier 3.\n"
           "|0|Ghana|GHA||S|0||f|It remained on Tier 3.\n"
           "|0|Ghana|GHA|||2||f|It remained on Tier 3.\n"
           "|0|World||||0||f|It remained on Tier 3.\n");
}

static void jsonl_bad_numbers(void **state)
{
    (void)state;
    static const char *const fields[] = {
        "\"year\":0",         "\"year\":10000",  "\"year\":\"20x6\"",        "\"year\":2006.5",
        "\"year\":-2006",     "\"year\":true",   "\"year\":1e300",           "\"paragraph\":-1",
        "\"paragraph\":5e11", "\"n\":\"1 000\"", "\"paragraph\":[]",         "\"tier\":\"7\"",
        "\"country\":5",      "\"title\":{}",    "\"year\":\"99999999999\"",
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char line[128];
        snprintf(line, sizeof line, "{%s,\"text\":\"A\"}\n", fields[i]);
        expect_warning(TIP_FORMAT_JSONL, line, "f.jsonl:1: \"", "|0|||||0||f.jsonl|A\n");
    }
}

static void jsonl_bad_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"text\":\"x\"",
        "not json",
        "[\"text\"]",
        "\"text\"",
        "{\"text\":5}",
        "{\"t\":1}",
        "{}",
        "{\"text\":\"\"}",
        "{\"text\":\" \\t \"}",
        "5",
        "null",
        "{\"text\":\"\\ud800\"}",
        "{\"text\":\"x\"} {}",
        "{\"text\":null}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char file[128];
        snprintf(file, sizeof file, "\n{\"text\":\"A\"}\n%s\n{\"text\":\"B\"}\n", lines[i]);
        expect_warning(TIP_FORMAT_JSONL, file,
                       "f.jsonl:3: ", "|0|||||0||f.jsonl|A\n|0|||||0||f.jsonl|B\n");
    }
    expect_warning(TIP_FORMAT_JSONL, "not json", "f.jsonl:1: ", "");
}

static void jsonl_message_is_printable(void **state)
{
    (void)state;
    struct heard heard = {0};
    assert_int_equal(
        hear(&heard, TIP_FORMAT_JSONL, "a\x1B[31m", tip_str_of("{\"text\": x\x1B]\n"), NULL),
        TIP_OK);
    assert_int_equal(heard.warned, 1);
    assert_null(strchr(text_of(&heard.warnings), 0x1B));
    forget(&heard);
}

static void jsonl_lines(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f", "\xEF\xBB\xBF{\"text\":\"A\"}\r\n\r\n  \n{\"text\":\"B\"}",
           "|0|||||0||f|A\n|0|||||0||f|B\n");
    expect(TIP_FORMAT_JSONL, "f", "", "");
    expect(TIP_FORMAT_JSONL, "f", "\n \n", "");
}

static void jsonl_first_line(void **state)
{
    (void)state;
    struct heard heard = {0};
    tip_input input = {tip_str_of("f"), tip_str_of("\nbad\n"), 1001};
    tip_sink sink = {hear_record, hear_warning, &heard};
    assert_int_equal(tip_read(TIP_FORMAT_JSONL, &input, &sink, NULL), TIP_OK);
    assert_memory_equal(text_of(&heard.warnings), "f:1002: ", 8);
    forget(&heard);
}

static void jsonl_odd_bytes(void **state)
{
    (void)state;
    expect(TIP_FORMAT_JSONL, "f", "{\"text\":\"A\\u0000B\",\"section\":\"c\\u0000d\"}\n",
           "|0||||c d|0||f|A B\n");
    expect_warning(TIP_FORMAT_JSONL, "{\"text\":\"C\xF4te \xC3\xA9 \xED\xA0\x80\"}\n",
                   "f.jsonl:1: bytes that are not UTF-8",
                   "|0|||||0||f.jsonl|C\xEF\xBF\xBDte \xC3\xA9 "
                   "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n");
    expect_warning(TIP_FORMAT_JSONL, "{\"text\":\"\xF4\n", "f.jsonl:1: not JSON", "");
}

static void reading_stops(void **state)
{
    (void)state;
    struct heard heard = {.stop_after = 2};
    assert_int_equal(hear(&heard, TIP_FORMAT_JSONL, "f",
                          tip_str_of("{\"text\":\"A\"}\n{\"text\":\"B\"}\n{\"text\":\"C\"}\n"),
                          NULL),
                     TIP_STOPPED);
    assert_int_equal(heard.count, 2);
    assert_int_equal(hear(&heard, TIP_FORMAT_TEXT, "f", tip_str_of("A\n\nB"), NULL), TIP_OK);
    heard.stop_after = 5;
    assert_int_equal(hear(&heard, TIP_FORMAT_TEXT, "f", tip_str_of("A\n\nB"), NULL), TIP_STOPPED);
    assert_int_equal(heard.count, 5);
    forget(&heard);
}

/* ---- plain text ---- */

static const char ghana[] = "GHANA: Tier 2 Watch List\n"
                            "Ghana is a source\n"
                            "country.\n"
                            "\n"
                            "RECOMMENDATIONS FOR GHANA:\n"
                            "* Increase efforts to\n"
                            "  prosecute.\n"
                            "* Train the police.\n"
                            "\n"
                            "\xE2\x80\xA2 Fund shelters\n"
                            "- and lawyers\n"
                            "\n"
                            "Prosecution\n"
                            "The government prosecuted anti-\n"
                            "trafficking cases in 2014-\n"
                            "2015 and anti-\n"
                            "Ghanaian ones.\n"
                            "\n"
                            "\tA second   paragraph.\n"
                            "PROTECTION\n"
                            "Victims.\n"
                            "OTHER MATTERS:\n"
                            "More.\n";

#define GHANA "|2015|Ghana|GHA|2WL|"
#define GHANA_END "||tip/2015/ghana.txt|"

static const char ghana_records[] =
    GHANA "profile|1" GHANA_END "Ghana is a source country.\n" GHANA "recommendations|1" GHANA_END
          "Increase efforts to prosecute.\n" GHANA "recommendations|2" GHANA_END
          "Train the police.\n" GHANA "recommendations|3" GHANA_END "Fund shelters\n" GHANA
          "recommendations|4" GHANA_END "and lawyers\n" GHANA "prosecution|1" GHANA_END
          "The government prosecuted anti-trafficking cases in 2014- 2015 and anti- Ghanaian "
          "ones.\n" GHANA "prosecution|2" GHANA_END "A second paragraph.\n" GHANA
          "protection|1" GHANA_END "Victims.\n" GHANA "OTHER MATTERS|1" GHANA_END "More.\n";

static void text_narrative(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "tip/2015/ghana.txt", ghana, ghana_records);
}

/* The same text with each line feed written as `end`. */
static void with_line_ends(const char *end)
{
    tip_buf text = {0};
    assert_int_equal(tip_buf_add_text(&text, "\xEF\xBB\xBF"), TIP_OK);
    for (const char *at = ghana; *at; at++) {
        if (*at == '\n')
            assert_int_equal(tip_buf_add_text(&text, end), TIP_OK);
        else
            assert_int_equal(tip_buf_add_byte(&text, *at), TIP_OK);
    }
    expect_bytes(TIP_FORMAT_TEXT, "tip/2015/ghana.txt", tip_buf_str(&text), ghana_records);
    tip_buf_free(&text);
}

static void text_line_ends(void **state)
{
    (void)state;
    with_line_ends("\r\n");
    with_line_ends("\r");
}

static void text_many_countries(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "2006/a-to-h.txt",
           "VI. COUNTRY NARRATIVES\n\nA caption.\n\n"
           "ALBANIA (TIER 3)\nFirst.\n\nProsecution\nSecond.\n\n"
           "HONDURAS (TIER 2)\nThird.\n\nHONDURAS (TIER 2)\nFourth.\nProsecution\nFifth.\n",
           "|2006|Albania|ALB|3|overview|1||2006/a-to-h.txt|First.\n"
           "|2006|Albania|ALB|3|prosecution|1||2006/a-to-h.txt|Second.\n"
           "|2006|Honduras|HND|2|overview|1||2006/a-to-h.txt|Third.\n"
           "|2006|Honduras|HND|2|overview|2||2006/a-to-h.txt|Fourth.\n"
           "|2006|Honduras|HND|2|prosecution|1||2006/a-to-h.txt|Fifth.\n");
}

static void text_front_matter(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "2001/x.txt",
           "title: Trafficking in Persons\n  Report\nCountry: Kyrgyzstan\nYEAR: 2020\n"
           "Tier: Tier 2 Watch List\nSource: https://example.org/x\nNote: one\nNote: two\n\n"
           "GHANA: Tier 3\n\nWords.\n",
           "|2020|Kyrgyz Republic|KGZ|2WL|overview|1|Trafficking in Persons Report|"
           "https://example.org/x|Words.\n");
    expect(TIP_FORMAT_TEXT, "x", "Note: only\n\nWords.\n", "|0|||||1||x|Words.\n");
    expect(TIP_FORMAT_TEXT, "x", "Title: T\nGHANA: Tier 1\nWords.\n",
           "|0|Ghana|GHA|1|overview|1|T|x|Words.\n");
    expect(TIP_FORMAT_TEXT, "x", "Title: T\nWords.\n", "|0|||||1|T|x|Words.\n");
    expect(TIP_FORMAT_TEXT, "x", "Words: many.\nTitle: T\n", "|0|||||1||x|Words: many. Title: T\n");
}

static void text_front_matter_warnings(void **state)
{
    (void)state;
    expect_warning(TIP_FORMAT_TEXT, "Title: T\nYear: MMXX\n\nA", "f.jsonl:2: \"Year\"",
                   "|0|||||1|T|f.jsonl|A\n");
    expect_warning(TIP_FORMAT_TEXT, "Tier: none\n\nA", "f.jsonl:1: \"Tier\"",
                   "|0|||||1||f.jsonl|A\n");
    expect_warning(TIP_FORMAT_TEXT, "Title: T\nAuthor: me\n and you\nYear: 2020\n\nA",
                   "f.jsonl:2: the key \"Author\"", "|2020|||||1|T|f.jsonl|A\n");
}

static void text_path(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "2020/kyrgyz-republic.txt", "A",
           "|2020|Kyrgyz Republic|KGZ||overview|1||2020/kyrgyz-republic.txt|A\n");
    expect(TIP_FORMAT_TEXT, "2018-trafficking-in-persons-report/ghana.txt.gz", "A",
           "|2018|Ghana|GHA||overview|1||2018-trafficking-in-persons-report/ghana.txt.gz|A\n");
    expect(TIP_FORMAT_TEXT, "d/2019_ghana.txt", "A",
           "|2019|Ghana|GHA||overview|1||d/2019_ghana.txt|A\n");
    expect(TIP_FORMAT_TEXT, "d/ghana-2019.txt", "A",
           "|2019|Ghana|GHA||overview|1||d/ghana-2019.txt|A\n");
    expect(TIP_FORMAT_TEXT, "d/243444/1989/2100/notes.txt", "A",
           "|0|||||1||d/243444/1989/2100/notes.txt|A\n");
    expect(TIP_FORMAT_TEXT, "d/gh.txt", "A", "|0|||||1||d/gh.txt|A\n");
    expect(TIP_FORMAT_TEXT, "d/GH.txt", "A", "|0|Ghana|GHA||overview|1||d/GH.txt|A\n");
    expect(TIP_FORMAT_TEXT, "2020.txt", "A", "|2020|||||1||2020.txt|A\n");
    expect(TIP_FORMAT_TEXT, "", "A", "|0|||||1|||A\n");
}

static void text_headings(void **state)
{
    (void)state;
    /* A short line of capitals heads; a paragraph in capitals does not, nor does a wrapped line. */
    expect(TIP_FORMAT_TEXT, "x", "ABOUT THIS REPORT\nA.\n\nTHIS IS ALL\nIN CAPITALS.\n",
           "|0||||ABOUT THIS REPORT|1||x|A.\n"
           "|0||||ABOUT THIS REPORT|2||x|THIS IS ALL IN CAPITALS.\n");
    expect(TIP_FORMAT_TEXT, "x", "Funds went to\nprevention\nand training.\n\nU.S.\n\n2020\n",
           "|0|||||1||x|Funds went to prevention and training.\n|0|||||2||x|U.S.\n"
           "|0|||||3||x|2020\n");
    expect(TIP_FORMAT_TEXT, "x", "A.\nPrevention\nB.\n\nPREVENTION:\nC.\n",
           "|0|||||1||x|A.\n|0||||prevention|1||x|B.\n|0||||prevention|2||x|C.\n");
    expect(TIP_FORMAT_TEXT, "x",
           "Recommendations for Ghana: Do this; and do that.\n\n- Prevention: a\n",
           "|0||||recommendations|1||x|Do this; and do that.\n"
           "|0||||recommendations|2||x|Prevention: a\n");
    expect(TIP_FORMAT_TEXT, "x.md", "# Ghana (Tier 2)\nA.\n## Prosecution\nB.\n## My own\nC.\n",
           "|0|Ghana|GHA|2|overview|1||x.md|A.\n|0|Ghana|GHA|2|prosecution|1||x.md|B.\n"
           "|0|Ghana|GHA|2|My own|1||x.md|C.\n");
}

static void text_bullets(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "x",
           "Do the\n- as it is called -\nwork:\n- one\n- two\nand a half\n\xE2\x80\xA2\nthree\n",
           "|0|||||1||x|Do the - as it is called - work:\n|0|||||2||x|one\n"
           "|0|||||3||x|two and a half\n|0|||||4||x|three\n");
    expect(TIP_FORMAT_TEXT, "x", "Increase cases. \xE2\x80\xA2 Train. \xE2\x80\xA2 Fund.\n",
           "|0|||||1||x|Increase cases.\n|0|||||2||x|Train.\n|0|||||3||x|Fund.\n");
}

static void text_white_space(void **state)
{
    (void)state;
    static const char text[] = "\f\xC2\xA0one\0two\xE2\x80\x83\xE2\x80\xA8three\fnext\n-----\nlast";
    expect_bytes(TIP_FORMAT_TEXT, "x", (tip_str){text, sizeof text - 1},
                 "|0|||||1||x|one two three\n|0|||||2||x|next\n|0|||||3||x|last\n");
    expect(TIP_FORMAT_TEXT, "x", "caf\xC3\xA9-\n\xC3\xA9lan\n",
           "|0|||||1||x|caf\xC3\xA9-\xC3\xA9lan\n");
}

static void text_windows_1252(void **state)
{
    (void)state;
    expect(TIP_FORMAT_TEXT, "x", "C\xF4te d\x92Ivoire \x93x\x94 \x81!",
           "|0|||||1||x|C\xC3\xB4te d\xE2\x80\x99Ivoire \xE2\x80\x9Cx\xE2\x80\x9D \xEF\xBF\xBD!\n");
}

static void text_nothing(void **state)
{
    (void)state;
    static const char wide[] = "T\0h\0e\0 \0t\0e\0x\0t\0";
    char noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 2654435761U >> 13);
    expect_failure(TIP_FORMAT_TEXT, tip_str_of(""), TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, tip_str_of("\xEF\xBB\xBF"), TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, tip_str_of(" \r\n\f\n"), TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, tip_str_of("Title: T\n"), TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, tip_str_of("PROSECUTION\n"), TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, (tip_str){wide, sizeof wide - 1}, TIP_BAD_INPUT);
    expect_failure(TIP_FORMAT_TEXT, (tip_str){noise, sizeof noise}, TIP_BAD_INPUT);
}

static void text_long_paragraph(void **state)
{
    (void)state;
    tip_buf text = {0};
    tip_buf record = {0};
    assert_int_equal(tip_buf_add_text(&record, "|0|||||1||x|"), TIP_OK);
    for (size_t i = 0; i < 3000; i++) {
        char word[16];
        snprintf(word, sizeof word, "word%zu", i);
        assert_int_equal(tip_buf_add_text(&text, word), TIP_OK);
        assert_int_equal(tip_buf_add_text(&text, i % 12 == 11 ? "\n" : " "), TIP_OK);
        assert_int_equal(tip_buf_add_text(&record, word), TIP_OK);
        assert_int_equal(tip_buf_add_text(&record, i < 2999 ? " " : "\n"), TIP_OK);
    }
    expect_bytes(TIP_FORMAT_TEXT, "x", tip_buf_str(&text), text_of(&record));
    tip_buf_free(&text);
    tip_buf_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_names),
        cmocka_unit_test(guess_by_name),
        cmocka_unit_test(guess_by_bytes),
        cmocka_unit_test(wants_a_format),
        cmocka_unit_test(path_becomes_utf8),
        cmocka_unit_test(jsonl_all_fields),
        cmocka_unit_test(jsonl_aliases),
        cmocka_unit_test(jsonl_country_by_code),
        cmocka_unit_test(jsonl_numbers_and_ids),
        cmocka_unit_test(jsonl_digests_state_their_tier),
        cmocka_unit_test(jsonl_bad_numbers),
        cmocka_unit_test(jsonl_bad_lines),
        cmocka_unit_test(jsonl_message_is_printable),
        cmocka_unit_test(jsonl_lines),
        cmocka_unit_test(jsonl_first_line),
        cmocka_unit_test(jsonl_odd_bytes),
        cmocka_unit_test(reading_stops),
        cmocka_unit_test(text_narrative),
        cmocka_unit_test(text_line_ends),
        cmocka_unit_test(text_many_countries),
        cmocka_unit_test(text_front_matter),
        cmocka_unit_test(text_front_matter_warnings),
        cmocka_unit_test(text_path),
        cmocka_unit_test(text_headings),
        cmocka_unit_test(text_bullets),
        cmocka_unit_test(text_white_space),
        cmocka_unit_test(text_windows_1252),
        cmocka_unit_test(text_nothing),
        cmocka_unit_test(text_long_paragraph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
