/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define STR(literal) ((tip_str){"" literal, sizeof(literal) - 1})

/* All words of a text in one line: "~" when joined to the word before, the word, "*" when an
 * acronym, "@start+length". */
static char *describe(tip_str text)
{
    tip_buf line = {0};
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        char part[256];
        assert_int_equal(strlen(token.word), token.size);
        snprintf(part, sizeof part, "%s%s%s%s@%zu+%zu", line.size ? " " : "",
                 token.joined ? "~" : "", token.word, token.acronym ? "*" : "", token.start,
                 token.length);
        assert_int_equal(tip_buf_add_text(&line, part), TIP_OK);
    }
    assert_false(tip_tokenizer_next(&tokenizer, &token));
    char *result = tip_str_dup(tip_buf_str(&line));
    tip_buf_free(&line);
    assert_non_null(result);
    return result;
}

static void expect_in(tip_str text, const char *expected)
{
    char *copy = malloc(text.size ? text.size : 1); /* so that a read behind the end is noticed */
    assert_non_null(copy);
    memcpy(copy, text.data, text.size);
    char *found = describe((tip_str){copy, text.size});
    assert_string_equal(found, expected);
    free(found);
    free(copy);
}

#define expect(literal, expected) expect_in(STR(literal), expected)

/* The words alone, for texts whose spelling matters and not its place. */
static void expect_words(const char *text, const char *expected)
{
    tip_buf line = {0};
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, tip_str_of(text));
    while (tip_tokenizer_next(&tokenizer, &token)) {
        if (line.size)
            assert_int_equal(tip_buf_add_byte(&line, ' '), TIP_OK);
        assert_int_equal(tip_buf_add(&line, token.word, token.size), TIP_OK);
    }
    assert_int_equal(tip_buf_add_byte(&line, '\0'), TIP_OK);
    assert_string_equal(line.data, expected);
    tip_buf_free(&line);
}

static void test_plain_words(void **state)
{
    (void)state;
    expect("", "");
    expect(" \t\n.,;!?()\"", "");
    expect("The police", "the@0+3 police@4+6");
    expect("  a b ", "a@2+1 b@4+1");
    expect("(victims), 12 girls", "victims@1+7 12@11+2 girls@14+5");
    expect("end. Next", "end@0+3 next@5+4");
    expect("1990s H2O2x", "1990s@0+5 h2o2x@6+5");
    expect_in((tip_str){"", 0}, "");
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, (tip_str){NULL, 0});
    assert_false(tip_tokenizer_next(&tokenizer, &token));
}

static void test_case_and_accents(void **state)
{
    (void)state;
    expect_words("Côte São Tomé Türkiye TÜRKİYE turkiye", "cote sao tome turkiye turkiye turkiye");
    expect_words("Łódź ŁÓDŹ lodz", "lodz lodz lodz");
    expect_words("ø Ø ł đ Đ ħ ı æ Æ œ þ Þ ð Ð ǿ", "o o l d d h i ae ae oe th th d d o");
    expect_words("ß ẞ Straße STRASSE", "ss ss strasse strasse");
    expect_words("\uFB01nal e\uFB00ect \uFF34\uFF29\uFF30 \u2167 x\u00B2",
                 "final effect tip viii x2");
    expect_words("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ");
    expect_words("Кыргызстан ЙОД йод", "кыргызстан иод иод");
    expect("e\u0301t\u00E9", "ete@0+6");
    expect("c\u00F4te co\u0302te", "cote@0+5 cote@6+6");
    expect("\u1EC7 e\u0323\u0302 e\u0302\u0323", "e@0+3 e@4+5 e@10+5");
    expect("1\uFE0F\u20E3 a", "1@0+7 a@8+1");
}

/* Marks that are part of the letter stay. */
static void test_marks_kept(void **state)
{
    (void)state;
    expect_words("\u0939\u093F\u0928\u094D\u0926\u0940", "\u0939\u093F\u0928\u094D\u0926\u0940");
    expect_words("\u0915\u093C \u0958", "\u0915\u093C \u0915\u093C");       /* nukta */
    expect_words("\u0915\u094D\u093C", "\u0915\u093C\u094D");               /* in any order */
    expect_words("\u0643\u064E\u062A\u064E\u0628", "\u0643\u062A\u0628");   /* Arabic vowels */
    expect_words("\u05E9\u05C1\u05B8\u05DC", "\u05E9\u05DC");               /* Hebrew points */
    expect_words("\uD55C\uAD6D \u1112\u1161\u11AB", "\uD55C\uAD6D \uD55C"); /* Hangul */
}

static void test_no_word_of_accents_alone(void **state)
{
    (void)state;
    expect("\u0301", "");
    expect("a \u0301\u0302 b", "a@0+1 b@7+1");
    expect("\u2764\uFE0F a", "a@7+1");
}

static void test_fractions_separate(void **state)
{
    (void)state;
    expect("2\u00BD years", "2@0+1 years@4+5");
}

static void test_ignored_characters(void **state)
{
    (void)state;
    expect("traf\u00ADfick\u200Bing", "traffick@0+10 ing@13+3");
    expect("a\u200Cb\u200Dc\uFEFFd\u2060e", "abcde@0+17");
    expect("ab\u00AD c", "ab@0+2 c@5+1");
    expect("\uFEFFab", "ab@3+2");
    expect("ab\u00AD-c", "ab@0+2 ~c@5+1");
    expect("don\u00AD\u2019\u00ADt", "dont@0+11");
    expect("\u00E9\u00ADb", "eb@0+5");
}

static void test_possessives(void **state)
{
    (void)state;
    expect("Russia's law", "russia@0+8 law@9+3");
    expect("Russia\u2019s", "russia@0+10");
    expect("Russia\u02BCs Russia\u2018s", "russia@0+9 russia@10+10");
    expect("RUSSIA'S", "russia*@0+8");
    expect("NGO's NGOs'", "ngo*@0+5 ngos*@6+4");
    expect("C\u00F4te's", "cote@0+7");
    expect("victims' rights", "victims@0+7 rights@9+6");
    expect("victims\u2019", "victims@0+7");
    expect("Qur\u2019an's", "quran@0+10");
    expect("1990's", "1990@0+6");
    expect("d's", "d@0+3");
    expect("Laos's.", "laos@0+6");
    expect("Russia's-led", "russia@0+8 ~led@9+3");
    expect("y's'all", "ysall@0+7");
    expect("it's\u0301", "its@0+6");
}

static void test_apostrophes(void **state)
{
    (void)state;
    expect("don't", "dont@0+5");
    expect("N'Djamena", "ndjamena@0+9");
    expect("Qur\u2019an", "quran@0+8");
    expect("Nuku\u02BBalofa", "nukualofa@0+11");
    expect("d'Ivoire", "d@0+1 ~ivoire@2+6");
    expect("C\u00F4te d\u2019Ivoire", "cote@0+5 d@6+1 ~ivoire@10+6");
    expect("L'Aquila", "l@0+1 ~aquila@2+6");
    expect("'quoted' \u2018so\u2019 '90s", "quoted@1+6 so@12+2 90s@19+3");
    expect("don''t", "don@0+3 t@5+1");
    expect("rock'n'roll", "rocknroll@0+11");
    expect("d'90", "d90@0+4");
}

static void test_hyphens_join(void **state)
{
    (void)state;
    expect("sex-trafficking", "sex@0+3 ~trafficking@4+11");
    expect("T-visa", "t@0+1 ~visa@2+4");
    expect("sex\u2010a b\u2011c", "sex@0+3 ~a@6+1 b@8+1 ~c@12+1");
    expect("and/or", "and@0+3 ~or@4+2");
    expect("a-b-c", "a@0+1 ~b@2+1 ~c@4+1");
    expect("sex--a", "sex@0+3 a@5+1");
    expect("sex - a", "sex@0+3 a@6+1");
    expect("anti-\ntrafficking", "anti@0+4 trafficking@6+11");
    expect("anti- trafficking", "anti@0+4 trafficking@6+11");
    expect("-a", "a@1+1");
    expect("AT&T state.gov P_1 a@b", "at*@0+2 ~t@3+1 state@5+5 ~gov@11+3 p@15+1 ~1@17+1 "
                                     "a@19+1 ~b@21+1");
    expect("a+b a:b a,b", "a@0+1 b@2+1 a@4+1 b@6+1 a@8+1 b@10+1");
}

static void test_dashes(void **state)
{
    (void)state;
    expect("2016-2017", "2016@0+4 ~2017@5+4");
    expect("2016\u20132017", "2016@0+4 ~2017@7+4");
    expect("\u0661\u2013\u0662", "\u0661@0+2 ~\u0662@5+2");
    expect("law\u2013and", "law@0+3 and@6+3");
    expect("2016\u2013and", "2016@0+4 and@7+3");
    expect("law\u20132016", "law@0+3 2016@6+4");
    expect("2016\u20142017 a\u2014b", "2016@0+4 2017@7+4 a@12+1 b@16+1");
}

static void test_abbreviations(void **state)
{
    (void)state;
    expect("U.S. law", "us*@0+4 law@5+3");
    expect("the U.N.", "the@0+3 un*@4+4");
    expect("U.S", "us*@0+3");
    expect("P.L. 106-386", "pl*@0+4 106@5+3 ~386@9+3");
    expect("e.g., i.e. I.e.", "eg@0+4 ie@6+4 ie@11+4");
    expect("U.S.\u2019s U.N's", "us*@0+8 un*@9+5");
    expect("U.S.-based", "us*@0+4 ~based@5+5");
    expect("U.S./Mexico", "us*@0+4 ~mexico@5+6");
    expect("J.K.Rowling", "jk*@0+4 ~rowling@4+7");
    expect("a.m./p.m.", "am@0+4 ~pm@5+4");
    expect("A. B", "a@0+1 b@3+1");
    expect("a.bc", "a@0+1 ~bc@2+2");
    expect("U.S2", "u@0+1 ~s2@2+2");
    expect("plan B.", "plan@0+4 b@5+1");
    expect("U.\u00C9.", "u@0+1 ~e@2+2");
    expect("x.U.S.", "xus@0+6");
}

static void test_acronyms(void **state)
{
    (void)state;
    expect("TIP NGOs T2 H2O CO2", "tip*@0+3 ngos*@4+4 t2@9+2 h2o*@12+3 co2*@16+3");
    expect("US us Us A As", "us*@0+2 us@3+2 us@6+2 a@9+1 as@11+2");
    expect("NGOsx NGOst", "ngosx@0+5 ngost@6+5");
    expect("\u00D6VP \u00D6vp \u00D6\u00C9", "ovp*@0+4 ovp@5+4 oe*@10+4");
    expect("\u0410\u0411 A\u05D0", "\u0430\u0431*@0+4 a\u05D0@5+3");
    expect("DON'T", "dont*@0+5");
}

static void test_numbers(void **state)
{
    (void)state;
    expect("1,200 46,200 1,234,567", "1200@0+5 46200@6+6 1234567@13+9");
    expect("$46,200.", "46200@1+6");
    expect("2,3 12,34 1,2345", "2@0+1 3@2+1 12@4+2 34@7+2 1@10+1 2345@12+4");
    expect("1234,567", "1234@0+4 567@5+3");
    expect("1,234,56", "1234@0+5 56@6+2");
    expect("20.2% 1,200.50", "20.2@0+4 1200.50@6+8");
    expect("3.5.1 12.03.2019.", "3.5.1@0+5 12.03.2019@6+10");
    expect("in 2016. Then", "in@0+2 2016@3+4 then@9+4");
    expect(".5 5.a", "5@1+1 5@3+1 ~a@5+1");
    expect("106-386", "106@0+3 ~386@4+3");
    expect("1990s 2nd 1,200km", "1990s@0+5 2nd@6+3 1200km@10+7");
    expect("A1,200", "a1@0+2 200@3+3");
    expect("1,", "1@0+1");
    expect("1.", "1@0+1");
    expect("1,20", "1@0+1 20@2+2");
}

static void test_scripts_without_spaces(void **state)
{
    (void)state;
    expect("\u4EBA\u53E3\u8CA9\u5356", "\u4EBA@0+3 ~\u53E3@3+3 ~\u8CA9@6+3 ~\u5356@9+3");
    expect("\u4EBA \u53E3", "\u4EBA@0+3 \u53E3@4+3");
    expect("ISO\u898F\u683Cb", "iso*@0+3 ~\u898F@3+3 ~\u683C@6+3 ~b@9+1");
    expect("\u304B\u3099\u30AB", "\u304C@0+6 ~\u30AB@6+3");
    expect("\uFF76\uFF9E", "\u30AC@0+6");
    expect("\uFF8A\uFF9F", "\u30D1@0+6");
    expect("\u0E01\u0E34\u0E19", "\u0E01\u0E34@0+6 ~\u0E19@6+3");
    expect("\u0E51\u0E52", "\u0E51\u0E52@0+6"); /* digits make numbers */
    expect("\u1780\u17B6\u179A", "\u1780\u17B6@0+6 ~\u179A@6+3");
    expect("\u1019\u103C\u1014\u103A", "\u1019\u103C@0+6 ~\u1014\u103A@6+6");
    expect("\u0EA5\u0EB2\u0EA7", "\u0EA5@0+3 ~\u0EB2@3+3 ~\u0EA7@6+3");
    expect("a\u3220", "a@0+1 ~\u4E00@1+3");
}

static void test_bad_bytes_separate(void **state)
{
    (void)state;
    expect("ab\xFF"
           "cd",
           "ab@0+2 cd@3+2");
    expect("ab\0cd", "ab@0+2 cd@3+2");
    expect("ab\xC3", "ab@0+2");
    expect("ab\xE2\x80", "ab@0+2");
    expect("\xC0\xAF"
           "a\xED\xA0\x80"
           "b\xF5",
           "a@2+1 b@6+1");
    expect("don\xE2\x80t", "don@0+3 t@5+1");
}

static void test_long_words_are_cut(void **state)
{
    (void)state;
    char text[600];
    memset(text, 'A', sizeof text);
    memcpy(text + 400, " x", 2);
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, (tip_str){text, 402});
    assert_true(tip_tokenizer_next(&tokenizer, &token));
    assert_int_equal(token.size, TIP_WORD_MAX);
    assert_int_equal(token.length, 400);
    assert_true(token.acronym);
    assert_true(tip_tokenizer_next(&tokenizer, &token));
    assert_string_equal(token.word, "x");
    assert_int_equal(token.start, 401);
}

/* A limit that falls into a character: 63 bytes of it fit. */
static void test_long_words_are_cut_between_characters(void **state)
{
    (void)state;
    char text[300];
    for (size_t i = 0; i < sizeof text; i += 3)
        memcpy(text + i, "\uD55C", 3);
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, (tip_str){text, sizeof text});
    assert_true(tip_tokenizer_next(&tokenizer, &token));
    assert_int_equal(token.size, 63);
    assert_int_equal(token.length, sizeof text);
    assert_memory_equal(token.word, text, 63);
    assert_false(tip_tokenizer_next(&tokenizer, &token));
}

static void test_long_numbers_do_not_end_in_a_period(void **state)
{
    (void)state;
    char text[131];
    memset(text, '7', sizeof text);
    text[TIP_WORD_MAX - 1] = '.';
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, (tip_str){text, sizeof text});
    assert_true(tip_tokenizer_next(&tokenizer, &token));
    assert_int_equal(token.size, TIP_WORD_MAX - 1);
    assert_int_equal(token.length, sizeof text);
}

/* A folded word read again is the same word, alone. */
static void check_idempotent(const tip_token *token)
{
    char word[TIP_WORD_MAX + 1];
    memcpy(word, token->word, token->size + 1);
    size_t size = token->size;
    tip_tokenizer tokenizer;
    tip_token again;
    tip_tokenizer_start(&tokenizer, (tip_str){word, size});
    assert_true(tip_tokenizer_next(&tokenizer, &again));
    assert_string_equal(again.word, word);
    assert_int_equal(again.start, 0);
    assert_int_equal(again.length, size);
    assert_false(again.joined);
    assert_false(tip_tokenizer_next(&tokenizer, &again));
}

static void check_properties(tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t end = 0;
    tip_tokenizer_start(&tokenizer, text);
    for (bool first = true; tip_tokenizer_next(&tokenizer, &token); first = false) {
        assert_true(token.start >= end);
        assert_true(token.length > 0 && token.length <= text.size - token.start);
        assert_true(token.size > 0 && token.size <= TIP_WORD_MAX);
        assert_int_equal(strlen(token.word), token.size);
        assert_false(first && token.joined);
        assert_true(!token.joined || token.start - end <= 64);
        end = token.start + token.length;
        check_idempotent(&token);
    }
}

/* Every character there is, alone and between others. */
static void test_all_characters(void **state)
{
    (void)state;
    for (int32_t c = 0; c < 0x110000; c++) {
        if (!utf8proc_codepoint_valid(c))
            continue;
        unsigned char text[16] = "a";
        size_t size = 1 + (size_t)utf8proc_encode_char(c, text + 1);
        check_properties((tip_str){(char *)text + 1, size - 1});
        text[size] = 'B';
        check_properties((tip_str){(char *)text, size + 1});
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void test_random_bytes(void **state)
{
    (void)state;
    uint32_t seed = 20240611;
    for (int round = 0; round < 20000; round++) {
        char text[200];
        size_t size = next_random(&seed) % sizeof text;
        for (size_t i = 0; i < size; i++)
            text[i] = (char)next_random(&seed);
        check_properties((tip_str){text, size});
    }
}

/* Pieces that have rules of their own, in any order. */
static void test_random_pieces(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",      "s",      "S",      "d",      "l",      "U",      "Xy",     ".",      ",",
        "'",      "\u2019", "-",      "/",      "1",      "234",    "\u2013", "\u00AD", "\u200B",
        "\u00E9", "\u0301", "\u094D", "\u3099", "\uFF76", "\uFF9E", "\u4EBA", "\u0E33", "\u02BC",
        "\u0149", "\u00BD", "\u3220", " ",      "\n",     "\xFF",   "\xE2",   "\u0345", "\u1112",
        "\u1161", "\u11AB", "\u0130", "\u00DF", "\u093C", "\u09C7", "\u09BE", "&",      "long",
    };
    uint32_t seed = 77;
    for (int round = 0; round < 40000; round++) {
        char text[400];
        size_t size = 0;
        for (size_t n = next_random(&seed) % 40; n > 0; n--) {
            const char *piece = pieces[next_random(&seed) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        check_properties((tip_str){text, size});
    }
}

static void expect_folded(tip_str text, tip_str expected)
{
    tip_buf folded = {0};
    assert_int_equal(tip_buf_add_text(&folded, ">"), TIP_OK);
    assert_int_equal(tip_fold(text, &folded), TIP_OK);
    assert_int_equal(folded.size, expected.size + 1);
    assert_memory_equal(folded.data + 1, expected.data, expected.size);
    tip_buf_free(&folded);
}

static void test_fold(void **state)
{
    (void)state;
    expect_folded(STR(""), STR(""));
    expect_folded((tip_str){NULL, 0}, STR(""));
    expect_folded(STR("The U.S., A-B"), STR("the u.s., a-b"));
    expect_folded(STR("C\u00F4te d\u2019Ivoire"), STR("cote d\u2019ivoire"));
    expect_folded(STR("Co\u0302te\u00A0\u0141\u00F3d\u017A"), STR("cote lodz"));
    expect_folded(STR("T\u00DCRK\u0130YE \uFB01 \u00DF"), STR("turkiye fi ss"));
    expect_folded(STR("a\xFF"
                      "b\0c\u00E9\xE2\x80"),
                  STR("a b ce  "));
    expect_folded(STR("a\0b"), STR("a b"));
    expect_folded(STR("\u1112\u1161\u11AB \u304B\u3099"), STR("\uD55C \u304C"));
    expect_folded(STR("\uFDFA"), STR("\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 "
                                     "\u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645"));
}

/* Runs of marks are legal; they must not take forever. */
static void test_fold_many_marks(void **state)
{
    (void)state;
    tip_buf text = {0};
    tip_buf folded = {0};
    for (int i = 0; i < 200000; i++)
        assert_int_equal(tip_buf_add_text(&text, i < 100000 ? "\u094D" : "\u093C"), TIP_OK);
    assert_int_equal(tip_fold(tip_buf_str(&text), &folded), TIP_OK);
    assert_int_equal(folded.size, text.size);
    check_properties(tip_buf_str(&text));
    tip_buf_free(&text);
    tip_buf_free(&folded);
}

static void expect_stem(tip_stemmer *stemmer, const char *word, const char *expected)
{
    for (int round = 0; round < 2; round++) { /* the second is from the cache */
        tip_str stem;
        assert_int_equal(tip_stem(stemmer, tip_str_of(word), &stem), TIP_OK);
        char *copy = tip_str_dup(stem);
        assert_non_null(copy);
        assert_string_equal(copy, expected);
        free(copy);
    }
}

static void test_stem(void **state)
{
    (void)state;
    tip_stemmer *stemmer;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    expect_stem(stemmer, "trafficking", "traffick");
    expect_stem(stemmer, "traffickers", "traffick");
    expect_stem(stemmer, "victims", "victim");
    expect_stem(stemmer, "police", "polic");
    expect_stem(stemmer, "us", "us");
    expect_stem(stemmer, "2016", "2016");
    expect_stem(stemmer, "20.2", "20.2");
    expect_stem(stemmer, "\u0438\u043E\u0434", "\u0438\u043E\u0434");
    expect_stem(stemmer, "", "");
    tip_stemmer_free(stemmer);
    tip_stemmer_free(NULL);
}

static void test_stem_of_acronym_plurals(void **state)
{
    (void)state;
    tip_stemmer *stemmer;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    expect_stem(stemmer, "ngos", "ngo");
    expect_stem(stemmer, "csos", "cso");
    expect_stem(stemmer, "mps", "mp");
    expect_stem(stemmer, "nrms", "nrm");
    expect_stem(stemmer, "idps", "idp");
    expect_stem(stemmer, "1990s", "1990s");
    expect_stem(stemmer, "mp3s", "mp3s");
    expect_stem(stemmer, "dos", "dos");
    expect_stem(stemmer, "vs", "vs");
    expect_stem(stemmer, "cross", "cross");
    expect_stem(stemmer, "tss", "tss");
    expect_stem(stemmer, "thus", "thus");
    tip_stemmer_free(stemmer);
}

static void test_stem_of_long_words(void **state)
{
    (void)state;
    tip_stemmer *stemmer;
    char word[100];
    tip_str stem;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    memset(word, 'b', sizeof word);
    assert_int_equal(tip_stem(stemmer, (tip_str){word, sizeof word}, &stem), TIP_OK);
    assert_int_equal(stem.size, TIP_WORD_MAX);
    memset(word, '\x80', sizeof word);
    assert_int_equal(tip_stem(stemmer, (tip_str){word, sizeof word}, &stem), TIP_OK);
    assert_true(stem.size > 0 && stem.size <= TIP_WORD_MAX);
    tip_stemmer_free(stemmer);
}

/* Every beginning of up to three letters with every ending that stemming or spelling may change. */
static void test_stem_keeps_the_first_byte(void **state)
{
    static const char *const endings[] = {"",     "s",   "ing",   "ed",     "ly",   "ational",
                                          "lyse", "our", "fence", "icence", "tre",  "isation",
                                          "y",    "ies", "yed",   "lled",   "ment", "ying"};
    (void)state;
    tip_stemmer *stemmer;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    for (int i = 0; i < 26 * 27 * 27; i++) {
        const char letters[] = "abcdefghijklmnopqrstuvwxyz";
        char word[32];
        snprintf(word, sizeof word, "%c%.*s%.*s%s", letters[i % 26], i / 26 % 27 < 26,
                 &letters[i / 26 % 27], i / 702 < 26, &letters[i / 702],
                 endings[(size_t)i * 7 % (sizeof endings / sizeof *endings)]);
        tip_str stem;
        assert_int_equal(tip_stem(stemmer, tip_str_of(word), &stem), TIP_OK);
        if (stem.size == 0 || stem.data[0] != word[0])
            fail_msg("the stem of %s begins otherwise", word);
    }
    tip_stemmer_free(stemmer);
}

/* More words than the cache holds, then the first ones again. */
static void test_stem_cache_is_bounded(void **state)
{
    (void)state;
    tip_stemmer *stemmer;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    for (int i = 0; i < 140000; i++) {
        char word[32];
        char expected[32];
        snprintf(word, sizeof word, "x%dtables", i % 70000);
        snprintf(expected, sizeof expected, "x%dtabl", i % 70000);
        tip_str stem;
        assert_int_equal(tip_stem(stemmer, tip_str_of(word), &stem), TIP_OK);
        assert_true(tip_str_equal(stem, tip_str_of(expected)));
    }
    tip_stemmer_free(stemmer);
}

static void test_stop_words(void **state)
{
    (void)state;
    static const char *const stops[] = {
        "a",   "an",   "and",  "any",   "anyone", "are", "can",   "do",    "does", "dont", "has",
        "how", "in",   "is",   "it",    "not",    "of",  "s",     "the",   "this", "to",   "were",
        "we",  "what", "when", "where", "which",  "who", "would", "yours", "have", "been", "by",
    };
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        if (!tip_is_stop_word(tip_str_of(stops[i])))
            fail_msg("%s should be on the stop list", stops[i]);
    static const char *const others[] = {
        "",       "us",  "un", "t", "visa", "police", "government", "child",  "thee", "th",
        "victim", "The", "zz", "0", "2016", "use",    "ill",        "number", "tip",  "aa",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (tip_is_stop_word(tip_str_of(others[i])))
            fail_msg("%s should not be on the stop list", others[i]);
    assert_false(tip_is_stop_word((tip_str){NULL, 0}));
    assert_true(tip_is_stop_word((tip_str){"there", 3}));
}

/* Queries and texts use one definition, so that a query word finds its other spellings. */
static void test_contractions_are_stop_words(void **state)
{
    (void)state;
    static const char text[] = "don't doesn\u2019t it's that's isn't what's wouldn't they THE";
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, tip_str_of(text));
    while (tip_tokenizer_next(&tokenizer, &token))
        if (!tip_is_stop_word((tip_str){token.word, token.size}))
            fail_msg("%s should be on the stop list", token.word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_words),
        cmocka_unit_test(test_case_and_accents),
        cmocka_unit_test(test_marks_kept),
        cmocka_unit_test(test_no_word_of_accents_alone),
        cmocka_unit_test(test_fractions_separate),
        cmocka_unit_test(test_ignored_characters),
        cmocka_unit_test(test_possessives),
        cmocka_unit_test(test_apostrophes),
        cmocka_unit_test(test_hyphens_join),
        cmocka_unit_test(test_dashes),
        cmocka_unit_test(test_abbreviations),
        cmocka_unit_test(test_acronyms),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_scripts_without_spaces),
        cmocka_unit_test(test_bad_bytes_separate),
        cmocka_unit_test(test_long_words_are_cut),
        cmocka_unit_test(test_long_words_are_cut_between_characters),
        cmocka_unit_test(test_long_numbers_do_not_end_in_a_period),
        cmocka_unit_test(test_all_characters),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_random_pieces),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_many_marks),
        cmocka_unit_test(test_stem),
        cmocka_unit_test(test_stem_of_acronym_plurals),
        cmocka_unit_test(test_stem_of_long_words),
        cmocka_unit_test(test_stem_keeps_the_first_byte),
        cmocka_unit_test(test_stem_cache_is_bounded),
        cmocka_unit_test(test_stop_words),
        cmocka_unit_test(test_contractions_are_stop_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
