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
        i += country ? used : 1;
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
        cmocka_unit_test(words_are_no_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
