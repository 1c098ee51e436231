/* SPDX-License-Identifier: GPL-2.0-or-later */
/* British spellings. */
#include "text/spelling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_spelled(const char *word, const char *american)
{
    char room[TIP_WORD_MAX];
    tip_str found = tip_spelling_american(tip_str_of(word), room);
    if (!tip_str_equal(found, tip_str_of(american)))
        fail_msg("%s: %.*s, not %s", word, (int)found.size, found.data, american);
}

static void british_words_become_american(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"labour", "labor"},
        {"labourers", "laborers"},
        {"neighbourhoods", "neighborhoods"},
        {"behavioural", "behavioral"},
        {"favourable", "favorable"},
        {"organise", "organize"},
        {"organised", "organized"},
        {"organisation", "organization"},
        {"organisational", "organizational"},
        {"criminalising", "criminalizing"},
        {"penalises", "penalizes"},
        {"prioritise", "prioritize"},
        {"authorised", "authorized"},
        {"victimise", "victimize"},
        {"criticised", "criticized"},
        {"ostracise", "ostracize"},
        {"standardised", "standardized"},
        {"emphasise", "emphasize"},
        {"collectivisation", "collectivization"},
        {"analyse", "analyze"},
        {"paralysed", "paralyzed"},
        {"centre", "center"},
        {"theatres", "theaters"},
        {"fibre", "fiber"},
        {"offences", "offenses"},
        {"defence", "defense"},
        {"licence", "license"},
        {"programmes", "programs"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_spelled(pairs[i][0], pairs[i][1]);
        assert_spelled(pairs[i][1], pairs[i][1]);
    }
}

static void words_that_only_end_alike_stay(void **state)
{
    (void)state;
    static const char *const words[] = {
        "our",           "four",       "hour",       "tour",
        "tourist",       "hours",      "nourish",    "resource",
        "encourage",     "journey",    "court",      "rise",
        "arise",         "wise",       "otherwise",  "raise",
        "praise",        "noise",      "promise",    "promised",
        "compromise",    "premises",   "demise",     "surmise",
        "exercise",      "precise",    "excise",     "circumcised",
        "advise",        "revised",    "supervise",  "improvise",
        "advertised",    "enterprise", "comprising", "surprise",
        "expertise",     "franchise",  "despise",    "merchandise",
        "improvisation", "basis",      "crisis",     "analyses",
        "analysis",      "fence",      "there",      "were",
        "are",           "here",       "ise",        "isation",
        "hatred",        "sunrise",    "disguised",  "improvisations",
        "chastise",      "treatise",   "",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_spelled(words[i], words[i]);
}

/* No ending that is replaced is shorter than what replaces it. */
static void long_words_stay_in_their_room(void **state)
{
    (void)state;
    char word[TIP_WORD_MAX + 1];
    char room[TIP_WORD_MAX];
    memset(word, 'a', TIP_WORD_MAX);
    word[TIP_WORD_MAX] = '\0';
    memcpy(word + TIP_WORD_MAX - 3, "tre", 3);
    assert_int_equal(tip_spelling_american(tip_str_of(word), room).size, TIP_WORD_MAX);
    memcpy(word + TIP_WORD_MAX - 6, "labour", 6);
    assert_int_equal(tip_spelling_american(tip_str_of(word), room).size, TIP_WORD_MAX - 1);
}

static void both_have_one_stem(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"labourers", "laborer"},
                                           {"organisation", "organizations"},
                                           {"centre", "centers"},
                                           {"offences", "offense"}};
    tip_stemmer *stemmer;
    assert_int_equal(tip_stemmer_new(&stemmer, NULL), TIP_OK);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char first[TIP_WORD_MAX];
        tip_str stem;
        assert_int_equal(tip_stem(stemmer, tip_str_of(pairs[i][0]), &stem), TIP_OK);
        size_t size = stem.size;
        memcpy(first, stem.data, size);
        assert_int_equal(tip_stem(stemmer, tip_str_of(pairs[i][1]), &stem), TIP_OK);
        assert_true(tip_str_equal((tip_str){first, size}, stem));
    }
    tip_stemmer_free(stemmer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(british_words_become_american),
        cmocka_unit_test(words_that_only_end_alike_stay),
        cmocka_unit_test(long_words_stay_in_their_room),
        cmocka_unit_test(both_have_one_stem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
