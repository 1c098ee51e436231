/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Countries that a running text names. */
#include "base/buf.h"
#include "corpus/mention.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 64 };

/* The codes of the countries that a text names, in order, a space behind each. */
static void find(const char *text, char *ret_codes, size_t room)
{
    tip_span spans[WORDS_MAX];
    size_t longest[WORDS_MAX];
    size_t count = 0;
    tip_tokenizer tokenizer;
    tip_token token;
    tip_tokenizer_start(&tokenizer, tip_str_of(text));
    while (count < WORDS_MAX && tip_tokenizer_next(&tokenizer, &token)) {
        spans[count] = (tip_span){(uint32_t)token.start, (uint32_t)(token.start + token.length)};
        longest[count++] = tip_mention_longest((tip_str){token.word, token.size});
    }
    ret_codes[0] = '\0';
    for (size_t i = 0; i < count;) {
        size_t used = 1;
        const tip_country *country = NULL;
        if (longest[i] > 0)
            country = tip_mention_find(tip_str_of(text), spans + i, count - i, longest[i], &used);
        if (country)
            snprintf(ret_codes + strlen(ret_codes), room - strlen(ret_codes), "%s ", country->iso3);
        i += used;
    }
}

static void expect(const char *text, const char *codes)
{
    char found[256];
    find(text, found, sizeof found);
    if (strcmp(found, codes) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, found, codes);
}

static void names_and_demonyms_are_found(void **state)
{
    (void)state;
    expect("From Kenya, through Tanzania's ports, to Oman.", "KEN TZA OMN ");
    expect("Kenyans and a Nepali citizen work for Kuwaiti families.", "KEN NPL KWT ");
    expect("C\u00F4te d'Ivoire and Cote d\u2019Ivoire and the Ivory Coast", "CIV CIV CIV ");
    expect("T\u00FCrkiye, once Turkey", "TUR TUR ");
    expect("Burma and Myanmar; Swaziland and Eswatini", "MMR MMR SWZ SWZ ");
}

static void the_longest_name_counts(void **state)
{
    (void)state;
    expect("Guinea, Guinea-Bissau, Equatorial Guinea, and Papua New Guinea", "GIN GNB GNQ PNG ");
    expect("South Sudan borders Sudan.", "SSD SDN ");
    expect("North Korea, South Korea and North Koreans", "PRK KOR PRK ");
    expect("the Democratic Republic of the Congo and the Republic of the Congo", "COD COG ");
    expect("Niger and Nigeria, Nigeriens and Nigerians", "NER NGA NER NGA ");
    expect("Dominica and the Dominican Republic", "DMA DOM ");
}

static void names_of_two_countries_are_none(void **state)
{
    (void)state;
    expect("Congo, Congolese and Korean workers and Dominicans; Virgin Islanders in Korea", "");
    expect("Dominican officials of the Dominican Republic, not of Dominica", "DOM DMA ");
    expect("Congo-Brazzaville, the Republic of Congo, the DRC and Zaire", "COG COG COD COD ");
    expect("the U.S. Virgin Islands, the British Virgin Islands, the Virgin Islands", "VIR VGB ");
    expect("Samoa and American Samoa, Samoans and American Samoans", "WSM ASM WSM ASM ");
    expect("the Soviet Union and the former Yugoslavia", "");
    expect("the former Yugoslav Republic of Macedonia, now North Macedonia", "MKD MKD ");
}

static void old_and_other_names_count(void **state)
{
    (void)state;
    expect("Cape Verde and Cabo Verde; East Timor and Timor-Leste, but West Timor",
           "CPV CPV TLS TLS ");
    expect("Holland, Britain, the UK, England and Northern Ireland, and Ireland",
           "NLD GBR GBR GBR GBR IRL ");
    expect("the Gambia, The Gambia, Gambians and The Bahamas", "GMB GMB GMB BHS ");
    expect("St. Lucia, St Lucia and Saint Lucia; St. Kitts and Nevis", "LCA LCA LCA KNA ");
    expect("Cura\u00E7ao, Curacao, Taiwan, Hong Kong, Macau, Macao, Kosovo",
           "CUW CUW TWN HKG MAC MAC XKX ");
    expect("Palestinians of the West Bank and Gaza; Gaza", "PSE PSE PSE ");
    expect("Turkish Cypriots, Greek Cypriots and Turks", "CYP CYP TUR ");
}

static void phrases_that_hold_a_name_are_none(void **state)
{
    (void)state;
    expect("In Benin City in Nigeria, in the Niger Delta and Niger state", "NGA ");
    expect("the Gulf of Guinea, Lake Chad, the Indian Ocean, the Jordan Valley", "");
    expect("Latin Americans, the Inter-American Court, Central American states, Americans", "USA ");
    expect("American Indians of New Mexico, New Jersey and Indiana; Mexico", "MEX ");
    expect("in Atlanta, Georgia; in Tbilisi, Georgia; in Armenia, Georgia and Turkey",
           "GEO ARM GEO TUR ");
    expect("Michael Jordan visited Jordan.", "JOR ");
}

/* Of a person nothing but a listed name tells. */
static void a_namesake_cannot_be_told(void **state)
{
    (void)state;
    expect("Miriam Jordan spoke.", "JOR ");
}

static void names_do_not_run_on(void **state)
{
    (void)state;
    expect("They live in Guinea. Bissau is far.", "GIN ");
    expect("from Korea, South Africa and Niger, Republic of Congo", "ZAF NER COG ");
    expect("from South Sudan, Sudan, and Papua New Guinea. The", "SSD SDN PNG ");
    expect("the Democratic Republic of\u00A0the Congo (DRC)", "COD COD ");
}

static void codes_are_written_in_capitals(void **state)
{
    (void)state;
    expect("The AND gate, The RS, I'm here; The US, UAE, UK, BiH, DRC", "USA ARE GBR BIH COD ");
    expect("Us too. Car parts are made. Lao workers", "LAO ");
}

static void words_are_no_names(void **state)
{
    (void)state;
    expect("The turkey was sold to the jordan almond trader, and a chad fell.", "");
    expect("In Indiana there are Indians.", "IND ");
    expect("It is in no one's interest TO go IN or AT night.", "");
    expect("It is up to us; the US and the U.S. agreed.", "USA USA ");
    expect("Congolese and Korean victims", "");
    expect("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_demonyms_are_found),
        cmocka_unit_test(the_longest_name_counts),
        cmocka_unit_test(names_of_two_countries_are_none),
        cmocka_unit_test(old_and_other_names_count),
        cmocka_unit_test(phrases_that_hold_a_name_are_none),
        cmocka_unit_test(a_namesake_cannot_be_told),
        cmocka_unit_test(names_do_not_run_on),
        cmocka_unit_test(codes_are_written_in_capitals),
        cmocka_unit_test(words_are_no_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
