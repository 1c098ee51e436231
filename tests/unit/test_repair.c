/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/repair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* The words of a few made-up lines, NULL at the end. */
static tip_vocabulary *words_of(const char *const *lines)
{
    tip_vocabulary *vocabulary = NULL;
    assert_int_equal(tip_vocabulary_new(&vocabulary), TIP_OK);
    for (; *lines; lines++)
        assert_int_equal(tip_vocabulary_add(vocabulary, tip_str_of(*lines)), TIP_OK);
    return vocabulary;
}

static const char *const lines[] = {
    "The made-up trafficking report was ratified by no one.",
    "Officials of the anti-trafficking office office office took flights, and flights again.",
    "It names Syria and a tier ranking by year for the tier of each year, in the long run.",
    "A word parted at the end is identi-",
    "fication, which no other line has; co-operation and co-operation, cooperation once.",
    "The government, the government.",
    NULL,
};

static void counts_words(void **state)
{
    (void)state;
    tip_vocabulary *words = words_of(lines);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("GOVERNMENT")), 2);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("office")), 3);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("trafficking")), 2);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("anti-trafficking")), 1);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("identi")), 0);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("fication")), 0);
    assert_int_equal(tip_vocabulary_count(words, tip_str_of("")), 0);
    tip_vocabulary_free(words);
}

static void joins(const tip_vocabulary *words, const char *before, const char *line,
                  const char *expected)
{
    tip_buf text = {0};
    assert_int_equal(tip_buf_add_text(&text, before), TIP_OK);
    assert_int_equal(tip_repair_join(words, &text, tip_str_of(line)), TIP_OK);
    assert_int_equal(tip_buf_add_byte(&text, '\0'), TIP_OK);
    assert_string_equal(text.data, expected);
    tip_buf_free(&text);
}

static void joins_lines(void **state)
{
    (void)state;
    tip_vocabulary *words = words_of(lines);
    joins(words, "", "first", "first");
    joins(words, "first", "", "first");
    joins(words, "one", "two", "one two");
    joins(words, "the traffick-", "ing of", "the trafficking of");
    joins(words, "the GOVERN-", "MENT of", "the GOVERNMENT of");
    joins(words, "an anti-", "trafficking law", "an anti-trafficking law");
    joins(words, "an unknown-", "word", "an unknown-word");
    joins(words, "an unknown\xC2\xAD", "word", "an unknownword");
    joins(words, "the co-", "operation", "the co-operation");
    joins(words, "short-", "and long-term", "short- and long-term");
    joins(words, "2014-", "2015", "2014-2015");
    joins(words, "a thought \xE2\x80\x93", "then", "a thought \xE2\x80\x93 then");
    joins(words, "victims\xE2\x80\x94", "boys",
          "victims\xE2\x80\x94"
          "boys");
    joins(words, "victims",
          "\xE2\x80\x94"
          "boys",
          "victims\xE2\x80\x94"
          "boys");
    joins(words, "a -", "b", "a - b");
    tip_vocabulary_free(words);
}

static void repairs(const tip_vocabulary *words, const char *line, const char *expected)
{
    tip_buf text = {0};
    assert_int_equal(tip_repair_line(words, tip_str_of(line), &text), TIP_OK);
    assert_int_equal(tip_buf_add_byte(&text, '\0'), TIP_OK);
    assert_string_equal(text.data, expected);
    tip_buf_free(&text);
}

static void repairs_ligatures(void **state)
{
    (void)state;
    tip_vocabulary *words = words_of(lines);
    repairs(words,
            "o\xEF\xAC\x83"
            "ce \xEF\xAC\x81ve \xEF\xAC\x82y \xEF\xAC\x80",
            "office five fly ff");
    repairs(words, "It ratifed traffcking.", "It ratified trafficking.");
    repairs(words, "Trafcking, ratied", "Trafficking, ratified");
    repairs(words,
            "traf\xC2\xAD"
            "ficking",
            "trafficking");
    /* What is no word of the document, or a word as it stands, stays. */
    repairs(words, "unratifed fights of the ofce", "unratifed fights of the ofce");
    repairs(words, "caf\xC3\xA9 \xE2\x80\xA2 \xFF", "caf\xC3\xA9 \xE2\x80\xA2 \xFF");
    tip_vocabulary_free(words);
}

/* Each letter that many code points lower, without the spaces or with them. */
static void shift(const char *text, int by, bool spaces, char *out)
{
    for (; *text; text++)
        if (*text != ' ')
            *out++ = (char)(*text - by);
        else if (spaces)
            *out++ = ' ';
    *out = '\0';
}

static void decodes_shifted_fonts(void **state)
{
    (void)state;
    tip_vocabulary *words = words_of(lines);
    static const char text[] = "SYRIA TIER RANKING BY YEAR";
    char shifted[64];
    shift(text, 25, false, shifted);
    assert_string_equal(shifted, ":@90(;0,99(5205.)@@,(9");
    repairs(words, shifted, text);
    shift(text, 25, true, shifted);
    repairs(words, shifted, text);
    shift("the long anti-trafficking report", 29, true, shifted);
    repairs(words, shifted, "the long anti-trafficking report");
    repairs(words, ":@90(", "SYRIA");
    /* No text, and no words of the document in any shift. */
    repairs(words, "]^_{}|<>=@[]#", "");
    /* No words, but numbers. */
    repairs(words, "2014 \xE2\x80\x93 2019 (1-4, 17) $1,234",
            "2014 \xE2\x80\x93 2019 (1-4, 17) $1,234");
    repairs(words, "1,234,567 8.9%", "1,234,567 8.9%");
    repairs(words, "PPPN UNHCR MFDW NGT", "PPPN UNHCR MFDW NGT");
    repairs(words, "https://example.org/?a=1&b=2", "https://example.org/?a=1&b=2");
    tip_vocabulary_free(words);
}

static void releases_nothing(void **state)
{
    (void)state;
    tip_vocabulary_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_words),      cmocka_unit_test(joins_lines),
        cmocka_unit_test(repairs_ligatures), cmocka_unit_test(decodes_shifted_fonts),
        cmocka_unit_test(releases_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
