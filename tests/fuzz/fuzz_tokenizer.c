/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as text: words, folding, stems, headings, names of countries, terms. */
#include "fuzz.h"

#include "corpus/country.h"
#include "corpus/section.h"
#include "text/term.h"
#include "text/text.h"

#include <string.h>

static tip_stemmer *stemmer;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    REQUIRE(tip_stemmer_new(&stemmer, NULL) == TIP_OK);
    return 0;
}

static void check_token(const tip_token *token, size_t last_end, size_t size)
{
    REQUIRE(token->start >= last_end);
    REQUIRE(token->length > 0 && token->start <= size && token->length <= size - token->start);
    REQUIRE(token->size >= 1 && token->size <= TIP_WORD_MAX);
    REQUIRE(strlen(token->word) == token->size);
    REQUIRE(fuzz_is_utf8(token->word, token->size));
    tip_str stem;
    REQUIRE(tip_stem(stemmer, (tip_str){token->word, token->size}, &stem) == TIP_OK);
    REQUIRE(stem.size >= 1 && stem.size <= TIP_WORD_MAX);
    fuzz_check_string(stem);
}

static void check_words(tip_str text)
{
    tip_tokenizer tokenizer;
    tip_token token;
    size_t last_end = 0;
    tip_tokenizer_start(&tokenizer, text);
    while (tip_tokenizer_next(&tokenizer, &token)) {
        check_token(&token, last_end, text.size);
        (void)tip_is_stop_word((tip_str){token.word, token.size});
        last_end = token.start + token.length;
    }
    REQUIRE(!tip_tokenizer_next(&tokenizer, &token));
}

static void check_fold(tip_str text)
{
    tip_buf folded = {0};
    REQUIRE(tip_fold(text, &folded) == TIP_OK);
    fuzz_check_string(tip_buf_str(&folded));
    tip_buf_free(&folded);
}

static void check_term(const char *prefix, tip_str text)
{
    tip_buf term = {0};
    REQUIRE(tip_term_of_field(prefix, text, &term) == TIP_OK);
    REQUIRE(term.size >= strlen(prefix) && term.size <= TIP_TERM_MAX);
    REQUIRE(memcmp(term.data, prefix, strlen(prefix)) == 0);
    REQUIRE(fuzz_is_utf8(term.data, term.size));
    tip_buf_free(&term);
}

static void check_heading(tip_str text)
{
    tip_str name;
    const char *tier;
    (void)tip_section_of_heading(text);
    (void)tip_tier_of_text(text);
    if (!tip_tier_line(text, &name, &tier))
        return;
    REQUIRE(name.data >= text.data && name.size <= text.size);
    REQUIRE((size_t)(name.data - text.data) <= text.size - name.size);
    REQUIRE(tip_tier_title((tip_str){tier, strlen(tier)}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tip_str text = {(const char *)data, size};
    check_words(text);
    check_fold(text);
    check_term(TIP_TERM_ISO3, text);
    check_term(TIP_TERM_SECTION, text);
    check_heading(text);
    const tip_country *country = tip_country_find(text);
    REQUIRE(!country || tip_country_find_any(text) == country);
    return 0;
}
