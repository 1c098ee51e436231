/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixed sentences of the reports. The countries in them are made up. */
#include "base/buf.h"
#include "corpus/formula.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_tier(const char *paragraph, const char *wanted)
{
    const char *found = tip_tier_of_sentence(tip_str_of(paragraph));
    if (strcmp(found ? found : "none", wanted ? wanted : "none") != 0)
        fail_msg("%s: %s, not %s", paragraph, found ? found : "none", wanted ? wanted : "none");
}

typedef struct tier_case {
    const char *tier;
    const char *paragraph;
} tier_case;

static void expect_tiers(const tier_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_tier(cases[i].paragraph, cases[i].tier);
}

#define EXPECT_TIERS(cases) expect_tiers(cases, sizeof(cases) / sizeof *(cases))

static void stated_tiers_are_read(void **state)
{
    (void)state;
    static const tier_case cases[] = {
        {"2", "It made more efforts; therefore Ruritania remained on Tier 2."},
        {"3", "It did not, therefore, Ruritania was downgraded to Tier 3 (2022)"},
        {"2WL", "Ruritania was upgraded to the Tier\u00A02 Watch List; it trained judges."},
        {"2WL", "Ruritania is placed on Tier 2 Watch List for its failure to show more."},
        {"2WL", "For a second consecutive year, Ruritania is on the Tier 2 Watch List for it."},
        {"2WL", "Despite some progress, Ruritania remains on the Tier 2 Watchlist."},
        {"2WL", "Ruritania has been on the Tier 2 Watch List since 2004 for its failure."},
        {"2WL",
         "The plan was adopted and thus it remained, for a third year, on Tier 2 Watch List."},
        {"2WL", "It was granted a waiver from an otherwise required downgrade to Tier 3 and "
                "remained on Tier 2 Watch List for the third consecutive year."},
        {"2WL",
         "It was granted a waiver per the act from an otherwise required downgrade to Tier 3; "
         "therefore Ruritania remained on Tier 2 Watch List."},
        {"2WL", "A plan that, if carried out, would be enough, exists, therefore Ruritania was "
                "upgraded to Tier 2 Watch List."},
        {"2WL", "It was granted a waiver under the act from downgrade to Tier 3."},
        {"2WL",
         "As a plan that, if carried out, would be enough exists, it was granted a waiver from "
         "being downgraded to Tier 3."},
        {"2WL",
         "As a plan that, if carried out, would be enough exists, it was granted a waiver and "
         "thus remained on the Tier 2 Watch List."},
        {"2WL", "Ruritania improved from Tier 3 to the Tier 2 Watch List for 2008 when it did."},
        {"2WL", "Ruritania is placed on the Tier 2 Watch List, up from Tier 3, as it showed more."},
        {"3", "It was downgraded to Tier 3 after being on the Tier 2 Watch List for four years."},
        {"3", "As it had been placed on Tier 2 Watch List twice, it was placed on Tier 3."},
        {"3", "Ruritania was rated as Tier 3 for the second consecutive year."},
        {"3", "Despite remaining at Tier 3, the government continued."},
        {"1", "The authorities were upgraded to Tier 1."},
        {"special", "Ruritania remained a Special Case for the third consecutive year."},
        {"special", "Ruritania is designated as a Special Case because of the war."},
        {"2WL", "current situation: none known tier rating: Tier 2 Watch List - it failed"},
        {"special", "tier rating: Special Case; for more details, read on"},
        {"2", "Tier ranking: Tier 2"},
        {"2", "Ruritania\u2014once last\u2014remained on \u201CTier 2\u201D this year."},
        {"2", "Tier 2 for the third consecutive year."},
    };
    EXPECT_TIERS(cases);
}

static void other_tiers_are_not_read(void **state)
{
    (void)state;
    static const tier_case cases[] = {
        {NULL, ""},
        {NULL, "Tier"},
        {NULL, "Tier 4"},
        {NULL, "Ruritania was on Tier 2 in 2016."},
        {NULL, "Ruritania was downgraded to Tier 3 in 2016."},
        {NULL, "Ruritania was downgraded to Tier 3 in September 2016."},
        {NULL, "Ruritania was placed on Tier 3 in the previous report."},
        {NULL, "Ruritania was placed on Tier 3 last year."},
        {NULL, "In 2014, Ruritania was downgraded to Tier 3."},
        {NULL, "Ruritania had been on Tier 2 for years."},
        {NULL, "Ruritania may be downgraded to Tier 3."},
        {NULL, "Without the waiver, Ruritania would have been downgraded to Tier 3."},
        {NULL, "Ruritania would otherwise have been placed on Tier 3."},
        {NULL, "Ruritania was not placed on Tier 3 because it has a plan."},
        {NULL, "If it fails, it is downgraded to Tier 3."},
        {NULL, "It was spared a downgrade to Tier 3."},
        {NULL, "It was not granted a waiver from a required downgrade to Tier 3."},
        {NULL, "In 2014, it was granted a waiver from a required downgrade to Tier 3."},
        {NULL, "It has a waiver from being downgraded to Tier 3."},
        {NULL, "Workers came from a state that was placed on Tier 3."},
        {NULL, "Countries placed on Tier 3 are not helped."},
        {NULL, "Goods came from countries on Tier 3."},
        {NULL, "Tier 3: (17 countries) Ruritania, Graustark"},
        {NULL, "tier rating: Tier 3: countries that do too little"},
        {NULL, "It opened a special case, and it is a special case."},
        {NULL, "The cake is on two tiers."},
    };
    EXPECT_TIERS(cases);
}

static void tiers_follow_from_the_standards(void **state)
{
    (void)state;
    static const tier_case cases[] = {
        {"1", "The Government of Ruritania fully meets the minimum standards for it."},
        {"1", "The Government of Ruritania fully complies with the minimum standards."},
        {"1", "The government complies fully with minimum standards."},
        {"1", "The Ruritanian authorities fully meet the minimum standards."},
        {"3",
         "The government does not meet the minimum standards, and has not yet made significant "
         "efforts to combat trafficking."},
        {"3", "It does not fully comply with the minimum standards for the elimination of "
              "trafficking and is not making significant efforts to do so."},
        {"3", "It does not fully meet minimum standards, nor is it making any efforts."},
        {NULL, "It does not fully comply with the minimum standards; however, it is making "
               "significant efforts to do so."},
        {NULL, "It does not yet fully meet the minimum standards but makes significant efforts."},
        {NULL, "It made efforts to fully meet the minimum standards."},
        {NULL, "The government meets the minimum standards in some areas."},
        {NULL, "It does not fully comply with the minimum standards. It was not making efforts."},
        {NULL, "The north does not fully comply with the minimum standards and is not making "
               "significant efforts. If the north were ranked, it would be Tier 3."},
    };
    EXPECT_TIERS(cases);
}

/* The items of a paragraph, each with "|" behind. */
static void expect_items(const char *paragraph, const char *wanted)
{
    char found[2048] = "";
    tip_str rest = tip_str_of(paragraph);
    tip_str item;
    while (tip_recommendation_next(&rest, &item))
        snprintf(found + strlen(found), sizeof found - strlen(found), "%.*s|", (int)item.size,
                 item.data);
    if (strcmp(found, wanted) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", paragraph, found, wanted);
}

static void bullets_part_items(void **state)
{
    (void)state;
    expect_items("Train judges. \u2022 Pass a law; fund it. \u2022 Report.",
                 "Train judges.|Pass a law; fund it.|Report.|");
    expect_items("\u2022 Train judges, and pay. \u2022\u00A0Pass laws",
                 "Train judges, and pay.|Pass laws|");
    expect_items("* Train judges. * Pass laws.", "Train judges.|Pass laws.|");
    expect_items("\u00B7 Train judges; \u00B7 and pass laws.", "Train judges|pass laws.|");
    expect_items("\uF0B7Train judges.\uF0B7 \u2022 ", "Train judges.|");
    expect_items("Law 5*3 was passed.", "Law 5*3 was passed.|");
}

static void semicolons_part_items(void **state)
{
    (void)state;
    expect_items("Train judges; pass a law; and pay, in time, for shelters.",
                 "Train judges|pass a law|pay, in time, for shelters.|");
    expect_items("Train judges (and guards; increase their number); in cooperation with civil "
                 "society, actively find victims; and, as far as possible, help them.",
                 "Train judges (and guards; increase their number)|in cooperation with civil "
                 "society, actively find victims|as far as possible, help them.|");
    expect_items("Train those who need it, such as police; prosecutors; and judges; end fees;",
                 "Train those who need it, such as police; prosecutors; and judges|end fees|");
    expect_items("Sensibly disburse funds; train judges; do not punish victims.",
                 "Sensibly disburse funds|train judges|do not punish victims.|");
}

static void sentences_part_items(void **state)
{
    (void)state;
    expect_items(
        "Increase aid. Proactively identify victims in the U.S. Support Fund. Amend Art. 5 "
        "of the law. This is urgent. In consultation with unions, end fees.",
        "Increase aid.|Proactively identify victims in the U.S. Support Fund.|Amend Art. 5 "
        "of the law. This is urgent.|In consultation with unions, end fees.|");
    expect_items(
        "Increase aid.Train judges (also of No. 4. Train them well). Staff were trained.",
        "Increase aid.|Train judges (also of No. 4. Train them well). Staff were trained.|");
    expect_items("Call it \u201Cslavery.\u201D Train judges. Pay them. Increase aid.",
                 "Call it \u201Cslavery.\u201D|Train judges.|Pay them.|Increase aid.|");
    expect_items("Train judges (in all courts. Pay them.",
                 "Train judges (in all courts.|Pay them.|");
}

static void prose_is_one_item(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "The government did more; however, it did not train judges.",
        "The police arrested two men; report forms were lost. Use of force rose.",
        "And so it ended.",
        "In 2019 the courts closed; increase or not, it did nothing.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char wanted[256];
        snprintf(wanted, sizeof wanted, "%s|", texts[i]);
        expect_items(texts[i], wanted);
    }
    expect_items("", "");
    expect_items(" \u00A0 ; \u2022 ", "");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Nothing but an "and" before an item may be between items. */
static void check_gap(const char *start, const char *end)
{
    char letters[4] = "";
    size_t count = 0;
    for (; start < end; start++) {
        if (!is_letter(*start))
            continue;
        assert_true(count < 3);
        letters[count++] = (char)(*start | 0x20);
    }
    if (count > 0)
        assert_string_equal(letters, "and");
}

static void check_losses(tip_str text)
{
    tip_str rest = text;
    tip_str item;
    const char *done = text.data;
    while (tip_recommendation_next(&rest, &item)) {
        assert_true(item.size > 0 && item.data >= done);
        check_gap(done, item.data);
        done = item.data + item.size;
        assert_true(done <= rest.data);
    }
    check_gap(done, text.data + text.size);
}

/* Paragraphs of random pieces, each in a block of exactly its size. */
static void no_letter_is_lost(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "train",
        "judges",
        "and",
        "; ",
        ". ",
        ", ",
        "\u2022",
        "(",
        ")",
        "[",
        "]",
        "Increase",
        "U.S.",
        "and ",
        " ",
        "\u00A0",
        "in ",
        "Tier 2",
        ":",
        "*",
        "\xE2",
        "\xFF",
        "remained on ",
        "does not fully comply with the minimum standards",
        "\u201D",
        "In 2019",
    };
    unsigned random = 1;
    for (size_t round = 0; round < 20000; round++) {
        tip_buf buf = {0};
        for (size_t i = 0; i < 1 + round % 16; i++) {
            random = random * 1103515245u + 12345u;
            const char *piece = pieces[(random >> 16) % (sizeof pieces / sizeof *pieces)];
            assert_int_equal(tip_buf_add_text(&buf, piece), TIP_OK);
        }
        char *exact = malloc(buf.size);
        assert_non_null(exact);
        memcpy(exact, buf.data, buf.size);
        check_losses((tip_str){exact, buf.size});
        (void)tip_tier_of_sentence((tip_str){exact, buf.size});
        free(exact);
        tip_buf_free(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stated_tiers_are_read),
        cmocka_unit_test(other_tiers_are_not_read),
        cmocka_unit_test(tiers_follow_from_the_standards),
        cmocka_unit_test(bullets_part_items),
        cmocka_unit_test(semicolons_part_items),
        cmocka_unit_test(sentences_part_items),
        cmocka_unit_test(prose_is_one_item),
        cmocka_unit_test(no_letter_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
