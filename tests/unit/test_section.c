/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/section.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct text_case {
    const char *text;
    const char *wanted; /* NULL: none */
} text_case;

typedef struct line_case {
    const char *line;
    const char *name;
    const char *tier;
} line_case;

static void check_headings(const text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = tip_section_of_heading(tip_str_of(cases[i].text));
        const char *shown = found ? found : "none";
        const char *wanted = cases[i].wanted ? cases[i].wanted : "none";
        if (strcmp(shown, wanted) != 0)
            fail_msg("\"%s\" is %s, not %s", cases[i].text, shown, wanted);
    }
}

#define CHECK_HEADINGS(cases) check_headings(cases, sizeof(cases) / sizeof((cases)[0]))

static void headings_of_all_years(void **state)
{
    (void)state;
    static const text_case cases[] = {
        {"Prosecution", "prosecution"},
        {"PROSECUTION", "prosecution"},
        {"Protection", "protection"},
        {"PROTECTION:", "protection"},
        {"Prevention", "prevention"},
        {" prevention : ", "prevention"},
        {"Profile", "profile"},
        {"TRAFFICKING PROFILE", "profile"},
        {"TRAFFICKING PROFILE:", "profile"},
        {"Trafficking\xC2\xA0Profile:\xC2\xA0", "profile"},
        {"Overview", "overview"},
        {"## Prosecution", "prosecution"},
        {"**PRIORITIZED RECOMMENDATIONS:**", "recommendations"},
        {"PRIORITIZED RECOMMENDATIONS", "recommendations"},
        {"Prioritized Recommendations:", "recommendations"},
        {"PRIORITISED  RECOMMENDATIONS:", "recommendations"},
        {"Recommendations", "recommendations"},
    };
    CHECK_HEADINGS(cases);
}

static void recommendations_name_their_country(void **state)
{
    (void)state;
    static const text_case cases[] = {
        {"RECOMMENDATIONS FOR GHANA:", "recommendations"},
        {"RECOMMENDATIONS FOR MALAWI", "recommendations"},
        {"Recommendations for Gabon:", "recommendations"},
        {"recommendations for cote d'ivoire", "recommendations"},
        {"Recommendations for the Kyrgyz Republic:", "recommendations"},
        {"Recommendations\xC2\xA0"
         "for\xC2\xA0Togo:",
         "recommendations"},
        {"RECOMMENDATIONS FOR SOME NEW STATE:", "recommendations"},
        {"Recommendations for :", "recommendations"},
        {"Recommendations for", "recommendations"},
        {"Prioritized recommendations for Chad:", "recommendations"},
    };
    CHECK_HEADINGS(cases);
}

/* A reader that took these for headings would lose the recommendations; up to the colon they are.
 */
static void what_follows_the_colon_is_no_heading(void **state)
{
    (void)state;
    static const char *const paragraphs[] = {
        "Recommendations for : Pass the law; train judges.",
        "Recommendations for : Train",
        "Recommendations for Gabon: Pass the law; and train judges.",
        "RECOMMENDATIONS FOR GABON: Train",
        "Recommendations for China: Includes all",
        "Recommendations: Pass the law; and train judges.",
    };
    for (size_t i = 0; i < sizeof paragraphs / sizeof paragraphs[0]; i++) {
        size_t head = strcspn(paragraphs[i], ":") + 1;
        assert_null(tip_section_of_heading(tip_str_of(paragraphs[i])));
        assert_string_equal(tip_section_of_heading((tip_str){paragraphs[i], head}),
                            "recommendations");
    }
}

static void sentences_are_no_headings(void **state)
{
    (void)state;
    static const text_case cases[] = {
        {"", NULL},
        {":", NULL},
        {" \xC2\xA0 ", NULL},
        {"Ghana", NULL},
        {"Executive Summary", NULL},
        {"Prosecution of traffickers rose.", NULL},
        {"The prosecution rested", NULL},
        {"Protection: the government did more.", NULL},
        {"Witness Protection", NULL},
        {"Prosecutions", NULL},
        {"Recommendations for the government follow:", NULL},
        {"Recommendations for Ghana were ignored: none came.", NULL},
        {"Recommendations forwarded to Ghana", NULL},
        {"Its recommendations: none", NULL},
        {"Profile of Ghana", NULL},
        {"\xFF\xFE", NULL},
    };
    CHECK_HEADINGS(cases);
    assert_null(tip_section_of_heading((tip_str){NULL, 0}));
    assert_string_equal(tip_section_of_heading((tip_str){"Profiles", 7}), "profile");
}

static void tiers_in_all_spellings(void **state)
{
    (void)state;
    static const text_case cases[] = {
        {"Tier 1", "1"},
        {"TIER 2", "2"},
        {"tier 3", "3"},
        {"2", "2"},
        {"Tier 2 Watch List", "2WL"},
        {"TIER 2 WATCH LIST", "2WL"},
        {"Tier\xC2\xA0"
         "2 Watch-List",
         "2WL"},
        {"Tier 2 (Watchlist)", "2WL"},
        {" (Tier 2 WL) ", "2WL"},
        {"2WL", "2WL"},
        {"Special Case", "special"},
        {"SPECIAL CASE", "special"},
        {"special", "special"},
        {"", NULL},
        {"Tier", NULL},
        {"Tier 4", NULL},
        {"Tier 22", NULL},
        {"Tier 2 in 2016", NULL},
        {"Ghana is on Tier 2", NULL},
        {"a special case", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = tip_tier_of_text(tip_str_of(cases[i].text));
        if (cases[i].wanted) {
            assert_non_null(found);
            assert_string_equal(found, cases[i].wanted);
        } else {
            assert_null(found);
        }
    }
    assert_null(tip_tier_of_text((tip_str){NULL, 0}));
}

static void titles_of_tiers(void **state)
{
    (void)state;
    assert_string_equal(tip_tier_title(tip_str_of("1")), "Tier 1");
    assert_string_equal(tip_tier_title(tip_str_of("2")), "Tier 2");
    assert_string_equal(tip_tier_title(tip_str_of("2WL")), "Tier 2 Watch List");
    assert_string_equal(tip_tier_title(tip_str_of("3")), "Tier 3");
    assert_string_equal(tip_tier_title(tip_str_of("special")), "Special Case");
    assert_null(tip_tier_title(tip_str_of("")));
    assert_null(tip_tier_title((tip_str){NULL, 0}));
    assert_null(tip_tier_title(tip_str_of("4")));
}

/* What a title says is read back as the tier it is of. */
static void titles_are_read_back(void **state)
{
    (void)state;
    static const char *const tiers[] = {"1", "2", "2WL", "3", "special"};
    for (size_t i = 0; i < sizeof tiers / sizeof tiers[0]; i++) {
        assert_string_equal(tip_tier_of_text(tip_str_of(tiers[i])), tiers[i]);
        const char *title = tip_tier_title(tip_str_of(tiers[i]));
        assert_string_equal(tip_tier_of_text(tip_str_of(title)), tiers[i]);
    }
}

static void lines_that_head_narratives(void **state)
{
    (void)state;
    static const line_case cases[] = {
        {"GABON (Tier 2 Watch List)", "GABON", "2WL"},
        {"GHANA: Tier 2 Watch List", "GHANA", "2WL"},
        {"THAILAND: TIER 2", "THAILAND", "2"},
        {"SOMALIA (Special Case)", "SOMALIA", "special"},
        {"YEMEN: Special Case", "YEMEN", "special"},
        {"KENYA (Tier 2)", "KENYA", "2"},
        {"GUINEA-BISSAU: TIER 3", "GUINEA-BISSAU", "3"},
        {"Albania (Tier 3)", "Albania", "3"},
        {"HONDURAS (TIER 2)", "HONDURAS", "2"},
        {"QATAR (TIER 2 WATCH LIST)", "QATAR", "2WL"},
        {"  LAOS  ( Tier 2 )  ", "LAOS", "2"},
        {"MALAWI:\xC2\xA0Tier\xC2\xA0"
         "2\xC2\xA0",
         "MALAWI", "2"},
        {"\xC2\xA0MALAWI\xC2\xA0(Tier 2)", "MALAWI", "2"},
        {"MALAWI: TIER 2 (Watch List)", "MALAWI", "2WL"},
        {"KENYA (Tier 2):", "KENYA", "2"},
        {"**KENYA (Tier 2)**", "KENYA", "2"},
        {"### KENYA (Tier 2)", "KENYA", "2"},
        {"COTE D\xE2\x80\x99IVOIRE (Tier 2)", "COTE D\xE2\x80\x99IVOIRE", "2"},
        {"C\xC3\xB4te d'Ivoire: Tier 2", "C\xC3\xB4te d'Ivoire", "2"},
        {"ST. LUCIA (Tier 2)", "ST. LUCIA", "2"},
        {"Trinidad and Tobago (Tier 2)", "Trinidad and Tobago", "2"},
        {"\xC3\x89TAT NOUVEAU (Tier 1)", "\xC3\x89TAT NOUVEAU", "1"},
        {"CHINA (Includes Tibet, Hong Kong, and Macau) (Tier 3)",
         "CHINA (Includes Tibet, Hong Kong, and Macau)", "3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tip_str name = {NULL, 0};
        const char *tier = NULL;
        if (!tip_tier_line(tip_str_of(cases[i].line), &name, &tier))
            fail_msg("\"%s\" is not taken", cases[i].line);
        assert_true(tip_str_equal(name, tip_str_of(cases[i].name)));
        assert_string_equal(tier, cases[i].tier);
    }
}

static void sentences_head_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        ":",
        "()",
        ")",
        "(Tier 2)",
        ": Tier 2",
        "KENYA",
        "KENYA (Nairobi)",
        "KENYA: Tier 4",
        "KENYA Tier 2",
        "Note: 2",
        "TIER RANKING: TIER 2",
        "Section 3: Tier 2",
        "kenya (Tier 2)",
        "Kenya was placed on Tier 2",
        "Therefore Kenya remained on: Tier 2",
        "The Department placed Kenya on the list (Tier 2)",
        "KENYA (Tier 2) is a source country.",
        "KENYA: Tier 2. The government did more.",
        "Kenya; Malawi: Tier 2",
        "A VERY LONG NAME IN WHICH THERE IS NOTHING BUT CAPITALS AND NO END OF THEM TO SEE: Tier 2",
        "\xFF: Tier 2",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        tip_str name = {"kept", 4};
        const char *tier = "kept";
        if (tip_tier_line(tip_str_of(lines[i]), &name, &tier))
            fail_msg("\"%s\" is taken", lines[i]);
        assert_true(tip_str_equal(name, tip_str_of("kept")));
        assert_string_equal(tier, "kept");
    }
    tip_str name;
    const char *tier;
    assert_false(tip_tier_line((tip_str){NULL, 0}, &name, &tier));
}

/* Lengths are explicit: in a block of exactly its size no byte behind a text is read. */
static void nothing_behind_the_text_is_read(void **state)
{
    (void)state;
    static const char line[] = "Recommendations for C\xC3\xB4te d'Ivoire: (Tier 2 Watch List)";
    for (size_t size = 1; size < sizeof line; size++) {
        char *exact = malloc(size);
        assert_non_null(exact);
        memcpy(exact, line, size);
        tip_str text = {exact, size};
        tip_str name;
        const char *tier;
        tip_section_of_heading(text);
        tip_tier_of_text(text);
        tip_tier_title(text);
        tip_tier_line(text, &name, &tier);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_of_all_years),
        cmocka_unit_test(recommendations_name_their_country),
        cmocka_unit_test(what_follows_the_colon_is_no_heading),
        cmocka_unit_test(sentences_are_no_headings),
        cmocka_unit_test(tiers_in_all_spellings),
        cmocka_unit_test(titles_of_tiers),
        cmocka_unit_test(titles_are_read_back),
        cmocka_unit_test(lines_that_head_narratives),
        cmocka_unit_test(sentences_head_nothing),
        cmocka_unit_test(nothing_behind_the_text_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
