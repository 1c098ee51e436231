/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"
#include "corpus/country.h"
#include "corpus/country_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct name_case {
    const char *name;
    const char *iso3; /* NULL: must not be found */
} name_case;

typedef const tip_country *(*finder)(tip_str name);

static void check(finder find, const name_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const tip_country *found = find(tip_str_of(cases[i].name));
        const char *iso3 = found ? found->iso3 : "none";
        const char *wanted = cases[i].iso3 ? cases[i].iso3 : "none";
        if (strcmp(iso3, wanted) != 0)
            fail_msg("\"%s\" is %s, not %s", cases[i].name, iso3, wanted);
    }
}

#define CHECK(find, cases) check(find, cases, sizeof(cases) / sizeof((cases)[0]))

static const tip_country *by_code(const char *iso3)
{
    const tip_country *country = tip_country_find(tip_str_of(iso3));
    assert_non_null(country);
    return country;
}

static void the_table_is_in_order(void **state)
{
    (void)state;
    assert_in_range(tip_country_count(), 250, 400);
    for (size_t i = 1; i < tip_country_count(); i++)
        assert_true(strcmp(tip_country_at(i - 1)->iso3, tip_country_at(i)->iso3) < 0);
    assert_null(tip_country_at(tip_country_count()));
    assert_null(tip_country_at(SIZE_MAX));
}

static void codes_have_their_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < tip_country_count(); i++) {
        const tip_country *country = tip_country_at(i);
        assert_int_equal(strlen(country->iso3), 3);
        assert_int_equal(strlen(country->iso2), 2);
        assert_ptr_equal(tip_country_find(tip_str_of(country->iso3)), country);
        assert_ptr_equal(tip_country_find(tip_str_of(country->iso2)), country);
    }
}

static void every_region_is_one_of_six(void **state)
{
    (void)state;
    static const char *const regions[] = {
        "Africa",    "East Asia and Pacific",  "Europe and Eurasia",
        "Near East", "South and Central Asia", "Western Hemisphere"};
    size_t seen[6] = {0};
    for (size_t i = 0; i < tip_country_count(); i++) {
        const char *region = tip_country_at(i)->region;
        size_t r = 0;
        while (r < 6 && strcmp(region, regions[r]) != 0)
            r++;
        if (r == 6)
            assert_string_equal(region, "");
        else
            seen[r]++;
    }
    for (size_t r = 0; r < 6; r++)
        assert_in_range(seen[r], 10, 80);
}

static void every_name_finds_its_country(void **state)
{
    (void)state;
    for (size_t i = 0; i < tip_country_count(); i++) {
        const tip_country *country = tip_country_at(i);
        assert_string_equal(country->names[0], country->name);
        for (size_t j = 0; country->names[j]; j++) {
            assert_ptr_equal(tip_country_find(tip_str_of(country->names[j])), country);
            assert_ptr_equal(tip_country_find_any(tip_str_of(country->names[j])), country);
        }
    }
}

static void every_demonym_finds_its_country_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < tip_country_count(); i++) {
        const tip_country *country = tip_country_at(i);
        for (size_t j = 0; country->demonyms[j]; j++) {
            const tip_country *found = tip_country_find_any(tip_str_of(country->demonyms[j]));
            if (found)
                assert_ptr_equal(found, country);
        }
    }
}

static void names_are_as_the_report_heads_them(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"KGZ", "Kyrgyz Republic"},
        {"MMR", "Burma"},
        {"CIV", "C\xC3\xB4te d'Ivoire"},
        {"SWZ", "Eswatini"},
        {"TUR", "T\xC3\xBCrkiye"},
        {"PRK", "North Korea"},
        {"KOR", "South Korea"},
        {"HKG", "Hong Kong"},
        {"MAC", "Macau"},
        {"TWN", "Taiwan"},
        {"XKX", "Kosovo"},
        {"COD", "Democratic Republic of the Congo"},
        {"COG", "Republic of the Congo"},
        {"GMB", "The Gambia"},
        {"BHS", "The Bahamas"},
        {"CUW", "Cura\xC3\xA7"
                "ao"},
        {"PSE", "West Bank and Gaza"},
        {"TZA", "Tanzania"},
        {"ATA", "Antarctica"},
        {"GLP", "Guadeloupe"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(by_code(names[i][0])->name, names[i][1]);
    assert_string_equal(by_code("KGZ")->region, "South and Central Asia");
    assert_string_equal(by_code("TUR")->region, "Europe and Eurasia");
    assert_string_equal(by_code("SDN")->region, "Africa");
    assert_string_equal(by_code("XKX")->iso2, "XK");
    assert_string_equal(by_code("ATA")->region, "");
}

static void other_names_are_found(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"Myanmar", "MMR"},
        {"Burma/Myanmar", "MMR"},
        {"Swaziland", "SWZ"},
        {"Ivory Coast", "CIV"},
        {"DRC", "COD"},
        {"D.R.C.", "COD"},
        {"Zaire", "COD"},
        {"Congo (Kinshasa)", "COD"},
        {"Congo, Democratic Republic of the", "COD"},
        {"Congo (Brazzaville)", "COG"},
        {"Congo, Republic of the", "COG"},
        {"Cape Verde", "CPV"},
        {"Cabo Verde", "CPV"},
        {"East Timor", "TLS"},
        {"Timor-Leste", "TLS"},
        {"Macedonia", "MKD"},
        {"F.Y.R.O.M.", "MKD"},
        {"Czechia", "CZE"},
        {"Holland", "NLD"},
        {"Netherlands, The", "NLD"},
        {"UK", "GBR"},
        {"Great Britain", "GBR"},
        {"England", "GBR"},
        {"Northern Ireland", "GBR"},
        {"Yugoslavia", "SCG"},
        {"Virgin Islands", "VIR"},
        {"UAE", "ARE"},
        {"U.S.", "USA"},
        {"U.S.A.", "USA"},
        {"the United States of America", "USA"},
        {"Russian Federation", "RUS"},
        {"PRC", "CHN"},
        {"Viet Nam", "VNM"},
        {"Syrian Arab Republic", "SYR"},
        {"Lao PDR", "LAO"},
        {"Brunei Darussalam", "BRN"},
        {"Kyrgyzstan", "KGZ"},
        {"Byelorussia", "BLR"},
        {"St. Lucia", "LCA"},
        {"St Vincent & the Grenadines", "VCT"},
        {"Antigua & Barbuda", "ATG"},
        {"Ghana, Republic of", "GHA"},
        {"Bolivia, Plurinational State of", "BOL"},
        {"Micronesia, Federated States of", "FSM"},
        {"Taiwan, Province of China", "TWN"},
        {"Serbia and Montenegro", "SCG"},
        {"Netherlands Antilles", "ANT"},
        {"Turkey (T\xC3\xBCrkiye)", "TUR"},
        {"Gambia, The", "GMB"},
    };
    CHECK(tip_country_find, cases);
}

static void no_country_is_invented(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"", NULL},
        {"   ", NULL},
        {"the", NULL},
        {"World", NULL},
        {"America", NULL},
        {"Soviet Union", NULL},
        {"Korea", NULL},
        {"Atlantis", NULL},
        {"Kyrgyz", NULL},
        {"Congolese", NULL},
        {"Ghana Togo", NULL},
        {"Ghan", NULL},
        {"them", NULL},
        {"there", NULL},
        {"trashed", NULL},
        {"includes Tibet", NULL},
        {"Ghana Tier 2", NULL},
        {"2016", NULL},
        {"---", NULL},
    };
    CHECK(tip_country_find, cases);
    assert_null(tip_country_find((tip_str){NULL, 0}));
    assert_null(tip_country_find_any((tip_str){NULL, 0}));
}

static void likenesses_are_told_apart(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"Georgia", "GEO"},
        {"South Georgia and the South Sandwich Islands", "SGS"},
        {"Jordan", "JOR"},
        {"Chad", "TCD"},
        {"Guinea", "GIN"},
        {"Guinea-Bissau", "GNB"},
        {"Equatorial Guinea", "GNQ"},
        {"Papua New Guinea", "PNG"},
        {"Congo", "COG"},
        {"Republic of the Congo", "COG"},
        {"Democratic Republic of the Congo", "COD"},
        {"Republic of Korea", "KOR"},
        {"Korea, Republic of", "KOR"},
        {"Korea, South", "KOR"},
        {"ROK", "KOR"},
        {"DPRK", "PRK"},
        {"Korea, North", "PRK"},
        {"Korea, Democratic People's Republic of", "PRK"},
        {"Niger", "NER"},
        {"Nigeria", "NGA"},
        {"Turkey", "TUR"},
        {"T\xC3\x9CRK\xC4\xB0YE", "TUR"},
        {"India", "IND"},
        {"Indiana", NULL},
        {"Dominica", "DMA"},
        {"Dominican Republic", "DOM"},
        {"Samoa", "WSM"},
        {"American Samoa", "ASM"},
        {"Sudan", "SDN"},
        {"South Sudan", "SSD"},
        {"Ireland", "IRL"},
        {"Iceland", "ISL"},
        {"Mali", "MLI"},
        {"Malawi", "MWI"},
        {"Republic of China", "TWN"},
        {"People's Republic of China", "CHN"},
    };
    CHECK(tip_country_find, cases);
}

static void demonyms_of_one_country_are_found(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"Kyrgyz", "KGZ"},       {"Kyrgyzstani", "KGZ"},    {"thai", "THA"},
        {"Filipina", "PHL"},     {"Philippine", "PHL"},     {"Dutch", "NLD"},
        {"Nigerien", "NER"},     {"Nigerian", "NGA"},       {"Indian", "IND"},
        {"Indiana", NULL},       {"Guinean", "GIN"},        {"Bissau-Guinean", "GNB"},
        {"South Korean", "KOR"}, {"Korean", NULL},          {"Congolese", NULL},
        {"Dominican", NULL},     {"Virgin Islander", NULL}, {"St. Lucian", "LCA"},
        {"Ni-Vanuatu", "VUT"},   {"IVOIRIAN", "CIV"},       {"Ghana", "GHA"},
        {"Martian", NULL},
    };
    CHECK(tip_country_find_any, cases);
}

static void names_of_pages_are_found(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"cote-divoire", "CIV"},
        {"cote-d-ivoire", "CIV"},
        {"Kyrgyz_Republic", "KGZ"},
        {"china-includes-tibet-hong-kong-and-macau", "CHN"},
        {"China (Includes Hong Kong, Macau, and Tibet)", "CHN"},
        {"jamaica__trashed", "JAM"},
        {"jamaica__trashed-2", "JAM"},
        {"china-includes-tibet__trashed", "CHN"},
        {"thebahamas", "BHS"},
        {"the-gambia", "GMB"},
        {"israel-west-bank-and-gaza", "ISR"},
        {"israel-golan-heights-west-bank-and-gaza", "ISR"},
        {"Israel, West Bank, and Gaza", "ISR"},
        {"west-bank-and-gaza", "PSE"},
        {"democratic-peoples-republic-of-korea", "PRK"},
        {"federated-states-of-micronesia", "FSM"},
        {"sao-tome-and-principe", "STP"},
        {"timor-leste", "TLS"},
    };
    CHECK(tip_country_find, cases);
}

static void names_for_paths_lead_back(void **state)
{
    (void)state;
    char name[TIP_COUNTRY_PATH_ROOM];
    for (size_t i = 0; i < tip_country_count(); i++) {
        const tip_country *country = tip_country_at(i);
        tip_country_path_name(country, name);
        assert_true(name[0] != '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        assert_null(strstr(name, "--"));
        assert_ptr_equal(tip_country_find((tip_str){name, strlen(name)}), country);
    }
    tip_country_path_name(tip_country_find((tip_str){"CIV", 3}), name);
    assert_string_equal(name, "cote-divoire");
}

static void spelling_does_not_matter(void **state)
{
    (void)state;
    static const name_case cases[] = {
        {"  KYRGYZ \t\n REPUBLIC ", "KGZ"},
        {"C\xC3\xB4te d\xE2\x80\x99Ivoire", "CIV"},
        {"COTE D'IVOIRE", "CIV"},
        {"Co\xCC\x82te d'Ivoire", "CIV"}, /* the accent as a character of its own */
        {"S\xC3\xA3o Tom\xC3\xA9 and Pr\xC3\xADncipe", "STP"},
        {"Burkina\xC2\xA0"
         "Faso",
         "BFA"},
        {"Gha\xC2\xAD"
         "na",
         "GHA"},                                                                 /* a soft hyphen */
        {"\xEF\xBC\xA7\xEF\xBD\x88\xEF\xBD\x81\xEF\xBD\x8E\xEF\xBD\x81", "GHA"}, /* wide letters */
        {"kgz", "KGZ"},
        {"Gb", "GBR"},
        {"\xFFGhana\xFE", "GHA"}, /* bytes that are not UTF-8 */
        {"Gh\xFF"
         "ana",
         NULL},
    };
    CHECK(tip_country_find, cases);
    assert_string_equal(tip_country_find((tip_str){"Malix", 4})->iso3, "MLI");
    assert_string_equal(tip_country_find((tip_str){"Mali\0", 5})->iso3, "MLI");
}

static void long_names_are_not_found(void **state)
{
    (void)state;
    char text[1000];
    char folded[TIP_COUNTRY_NAME_ROOM];
    memset(text, 'a', sizeof text);
    assert_int_equal(tip_country_name_fold((tip_str){text, 255}, folded), 255);
    assert_int_equal(strlen(folded), 255);
    for (size_t size = 256; size <= sizeof text; size += 31) {
        assert_int_equal(tip_country_name_fold((tip_str){text, size}, folded), 0);
        assert_string_equal(folded, "");
        assert_null(tip_country_find((tip_str){text, size}));
    }
    /* What is long only by its white space is not long. */
    memset(text, ' ', sizeof text);
    memcpy(text + 500, "Ghana", 5);
    assert_string_equal(tip_country_find((tip_str){text, sizeof text})->iso3, "GHA");
}

/* The letters of a name must not be written behind the buffer, whatever they fold to. */
static void folding_stays_in_its_buffer(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\xEF\xB7\xBA", "\xC3\x9F", " \xF0\x90\x8C\xB0", "& ",
                                         "U.",           "\xED\xA0", "\xE1\xBE\xB7"};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char folded[TIP_COUNTRY_NAME_ROOM];
        tip_buf text = {0};
        for (size_t j = 0; j < 300; j++) {
            assert_int_equal(tip_buf_add_text(&text, pieces[i]), TIP_OK);
            size_t size = tip_country_name_fold(tip_buf_str(&text), folded);
            assert_in_range(size, 0, TIP_COUNTRY_NAME_ROOM - 1);
            assert_int_equal(strlen(folded), size);
        }
        tip_buf_free(&text);
    }
}

static void folding_is_as_documented(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"The  Gambia, ", "the gambia"},
        {"U.S. Virgin Islands", "us virgin islands"},
        {"St. Lucia", "st lucia"},
        {"People's", "peoples"},
        {"People\xE2\x80\x99s", "peoples"},
        {"\xC5\x89orth", "north"},
        {"Trinidad&Tobago", "trinidad and tobago"},
        {"...", ""},
        {"N. Korea", "n korea"},
        {"\xC3\x85land", "aland"},
    };
    char folded[TIP_COUNTRY_NAME_ROOM];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tip_country_name_fold(tip_str_of(cases[i][0]), folded);
        assert_string_equal(folded, cases[i][1]);
    }
    tip_country_name_key(tip_str_of("The Gambia"), folded);
    assert_string_equal(folded, "gambia");
    tip_country_name_key(tip_str_of("Thelma"), folded);
    assert_string_equal(folded, "thelma");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_in_order),
        cmocka_unit_test(codes_have_their_length),
        cmocka_unit_test(every_region_is_one_of_six),
        cmocka_unit_test(every_name_finds_its_country),
        cmocka_unit_test(every_demonym_finds_its_country_or_none),
        cmocka_unit_test(names_are_as_the_report_heads_them),
        cmocka_unit_test(other_names_are_found),
        cmocka_unit_test(no_country_is_invented),
        cmocka_unit_test(likenesses_are_told_apart),
        cmocka_unit_test(demonyms_of_one_country_are_found),
        cmocka_unit_test(names_of_pages_are_found),
        cmocka_unit_test(names_for_paths_lead_back),
        cmocka_unit_test(spelling_does_not_matter),
        cmocka_unit_test(long_names_are_not_found),
        cmocka_unit_test(folding_stays_in_its_buffer),
        cmocka_unit_test(folding_is_as_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
