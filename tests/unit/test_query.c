/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading queries: the trees they become. */
#include "search/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_stemmer(void **state)
{
    tip_stemmer *stemmer;
    if (tip_stemmer_new(&stemmer, NULL) != TIP_OK)
        return -1;
    *state = stemmer;
    return 0;
}

static int free_stemmer(void **state)
{
    tip_stemmer_free(*state);
    return 0;
}

/* ---- Trees as text ---- */

static void print_node(FILE *out, const query_node *node);

static void print_word(FILE *out, const query_word *word)
{
    fprintf(out, "%s%s%s", word->match == TIP_MATCH_SUFFIX ? "*" : "",
            word->match == TIP_MATCH_STEM ? word->stem : word->word,
            word->match == TIP_MATCH_PREFIX ? "*" : "");
}

static void print_words(FILE *out, const query_node *node)
{
    for (size_t i = 0; i < node->word_count; i++) {
        fputs(i > 0 ? " " : "", out);
        print_word(out, &node->words[i]);
    }
}

static void print_children(FILE *out, const query_node *node, const char *name)
{
    fprintf(out, "%s(", name);
    for (size_t i = 0; i < node->child_count; i++) {
        const query_node *child = node->children[i];
        if (i > 0)
            fputc(' ', out);
        if (child->distance > 0)
            fprintf(out, "%zu%c", child->distance, child->ordered ? '>' : ':');
        print_node(out, child);
    }
    fputc(')', out);
}

/* A word is its stem, ~ before it when it is ignored; 'joined words' are stems, "exact" ones words;
 * fields are name=value|value. */
static void print_node(FILE *out, const query_node *node)
{
    static const char *const names[] = {[NODE_NEAR] = "near",
                                        [NODE_SEQUENCE] = "",
                                        [NODE_AND] = "and",
                                        [NODE_OR] = "or",
                                        [NODE_COUNTRY] = ""};
    static const char *const occurs[] = {
        [OCCUR_OPTIONAL] = "", [OCCUR_REQUIRED] = "+", [OCCUR_EXCLUDED] = "-"};
    fprintf(out, "%s%s", occurs[node->occur], node->ignored ? "~" : "");
    if (node->kind == NODE_WORD) {
        print_words(out, node);
    } else if (node->kind == NODE_PHRASE) {
        fputc(node->exact ? '"' : '\'', out);
        print_words(out, node);
        fputc(node->exact ? '"' : '\'', out);
    } else if (node->kind == NODE_FIELD) {
        fprintf(out, "%s=", field_name(node->field));
        for (size_t i = 0; i < node->value_count; i++)
            fprintf(out, "%s%s", i > 0 ? "|" : "", node->values[i].text);
    } else {
        print_children(out, node,
                       node->kind == NODE_COUNTRY ? node->country->iso3 : names[node->kind]);
    }
}

static char *tree_of(tip_stemmer *stemmer, const char *text, bool plain)
{
    tip_error err = {.message = ""};
    query_node *root;
    char *tree = NULL;
    size_t size;
    tip_status status = query_read(tip_str_of(text), plain, stemmer, &root, &err);
    if (status != TIP_OK)
        fail_msg("%s: %s", text, err.message);
    FILE *out = open_memstream(&tree, &size);
    assert_non_null(out);
    print_node(out, root);
    assert_int_equal(fclose(out), 0);
    node_free(root);
    return tree;
}

typedef struct example {
    const char *query;
    const char *tree;
} example;

static void check_trees(void **state, const example *examples, size_t count, bool plain)
{
    for (size_t i = 0; i < count; i++) {
        char *tree = tree_of(*state, examples[i].query, plain);
        if (strcmp(tree, examples[i].tree) != 0)
            fail_msg("%s: %s, not %s", examples[i].query, tree, examples[i].tree);
        free(tree);
    }
}

#define CHECK_TREES(examples)                                                                      \
    check_trees(state, examples, sizeof(examples) / sizeof *(examples), false)

static void words_are_stems(void **state)
{
    static const example examples[] = {
        {"police", "polic"},
        {"  police\t\n", "polic"},
        {"police corruption", "(polic corrupt)"},
        {"Traffickers TRAFFICKING", "(traffick traffick)"},
        {"Caf\u00E9s na\u00EFve", "(cafe naiv)"},
        {"victim's NGOs", "(victim ngo)"},
        {"police, courts; judges!", "(polic court judg)"},
        {"1,234 3.5", "(1234 3.5)"},
        {"& police / \u2013 court", "(polic court)"},
        {"\u4EBA\u53E3", "'\u4EBA \u53E3'"},
    };
    CHECK_TREES(examples);
}

static void signs_stand_before_clauses(void **state)
{
    static const example examples[] = {
        {"+police court", "(+polic court)"},
        {"police -court", "(polic -court)"},
        {"-court", "(-court)"},
        {"+police", "polic"},
        {"police - court + judge", "(polic court judg)"},
        {"+\"police\" -\"court\"", "(+\"police\" -\"court\")"},
        {"police -(court judge)", "(polic -(court judg))"},
        {"+(court judge) police", "(+(court judg) polic)"},
        {"-year:2020 police", "(-year=2020 polic)"},
        {"police-court", "'polic court'"},
        {"-sex-trafficking", "(-'sex traffick')"},
        {"--police", "(-polic)"},
        {"C++", "c"},
    };
    CHECK_TREES(examples);
}

static void operators_join_sequences(void **state)
{
    static const example examples[] = {
        {"police AND court", "and(polic court)"},
        {"police AND court AND judge", "and(polic court judg)"},
        {"police OR court OR judge", "or(polic court judg)"},
        {"police OR court AND judge", "or(polic and(court judg))"},
        {"police AND court OR judge", "or(and(polic court) judg)"},
        {"police court AND judge", "and((polic court) judg)"},
        {"police NOT court", "(polic -court)"},
        {"police AND NOT court", "and(polic (-court))"},
        {"NOT court", "(-court)"},
        {"NOT court AND police", "and((-court) polic)"},
        {"police NOT court NOT judge", "(polic -court -judg)"},
        {"police NOT court judge", "(polic -court judg)"},
        {"NOT court police", "(-court polic)"},
        {"+police NOT\"court\"", "(+polic -\"court\")"},
        {"police NOT year:2020 court", "(polic -year=2020 court)"},
        {"police NOT court near/2 judge", "(polic -near(court 2:judg))"},
        {"police NOT court AND judge", "and((polic -court) judg)"},
        {"police OR NOT court", "or(polic (-court))"},
        {"police and court or not judge", "(polic ~and court ~or ~not judg)"},
        {"And Or Not", "(and or not)"},
        {"ANDES ORDER NOTED", "(andes order note)"},
    };
    CHECK_TREES(examples);
}

static void brackets_group(void **state)
{
    static const example examples[] = {
        {"(police)", "polic"},
        {"((police court))", "(polic court)"},
        {"(police OR court) AND judge", "and(or(polic court) judg)"},
        {"police AND(court OR judge)", "and(polic or(court judg))"},
        {"police (court judge)", "(polic (court judg))"},
        {"(police)(court)", "(polic court)"},
        {"police(court)", "(polic court)"},
        {"( police )", "polic"},
        {"NOT (police OR court)", "(-or(polic court))"},
        {"police AND (court AND judge)", "and(polic and(court judg))"},
        {"(police AND court) AND judge", "and(polic court judg)"},
        {"(-police)", "(-polic)"},
        {"((((((((((police))))))))))", "polic"},
    };
    CHECK_TREES(examples);
}

static void quotes_are_exact(void **state)
{
    static const example examples[] = {
        {"\"police corruption\"", "\"police corruption\""},
        {"\"trafficking\"", "\"trafficking\""},
        {"\u201Cpolice corruption\u201D", "\"police corruption\""},
        {"\u201Epolice corruption\u201C", "\"police corruption\""},
        {"\u201Cpolice corruption\"", "\"police corruption\""},
        {"\"police (corruption) OR -bribes\"", "\"police corruption or bribes\""},
        {"\"police\" court", "(+\"police\" court)"},
        {"court \"police\"", "(court +\"police\")"},
        {"court\"police\"", "(court +\"police\")"},
        {"\"police\"\"court\"", "(+\"police\" +\"court\")"},
        {"\"the rule of law\"", "\"the rule of law\""},
        {"\"Kyrgyz\"", "\"kyrgyz\""},
        {"\"year:2020\"", "\"year 2020\""},
        {"NOT \"police\"", "(-\"police\")"},
        {"police AND\"court\"", "and(polic \"court\")"},
        {"\"C\u00F4te d\u2019Ivoire\"", "\"cote d ivoire\""},
    };
    CHECK_TREES(examples);
}

static void joined_words_are_phrases_of_stems(void **state)
{
    static const example examples[] = {
        {"sex-trafficking", "'sex traffick'"},
        {"sex-trafficking victims", "('sex traffick' victim)"},
        {"anti/trafficking", "'anti traffick'"},
        {"T-visas", "'t visa'"},
        {"AT&T", "'at t'"},
        {"2016-2017", "'2016 2017'"},
        {"2016\u20132017", "'2016 2017'"},
        {"police\u2014court", "(polic court)"},
        {"one-two-three", "'one two three'"},
        {"x--y", "(x y)"},
        {"police,court", "(polic court)"},
        {"U.S.", "USA(us)"},
        {"u.s. police", "(USA(us) polic)"},
        {"+sex-trafficking", "'sex traffick'"},
    };
    CHECK_TREES(examples);
}

static void fields_have_values(void **state)
{
    static const example examples[] = {
        {"year:2020", "year=2020"},
        {"YEAR:2020", "year=2020"},
        {"year:2018..2021", "year=2018..2021"},
        {"year:2018.. police", "(+year=2018.. polic)"},
        {"year:..2021 police", "(+year=..2021 polic)"},
        {"year:2018,2020..2021", "year=2018|2020..2021"},
        {"tier:2WL,3", "tier=2WL|3"},
        {"country:\"Korea, South\"", "country=Korea, South"},
        {"country:\u201CIvory Coast\u201D", "country=Ivory Coast"},
        {"country:nepal,india", "country=nepal|india"},
        {"country:cote-divoire", "country=cote-divoire"},
        {"(country:nepal)", "country=nepal"},
        {"iso:KG police", "(+iso=KG polic)"},
        {"region:Europe", "region=Europe"},
        {"section:prosecution police", "(+section=prosecution polic)"},
        {"police year:2020 tier:3", "(polic +year=2020 +tier=3)"},
        {"police NOT year:2020", "(polic -year=2020)"},
        {"year:2020 OR tier:3", "or(year=2020 tier=3)"},
        {"note: 2020", "(note 2020)"},
        {"country:\"Ivory Coast\",nepal", "country=Ivory Coast|nepal"},
        {"country:nepal,\"Ivory Coast\" police", "(+country=nepal|Ivory Coast polic)"},
        {"country:(\"Congo (Kinshasa)\" OR south korea , nepal)",
         "country=Congo (Kinshasa)|south korea|nepal"},
        {"title:(for or against)", "title=for|against"},
        {"title:orders", "title=orders"},
        {"title:(orders)", "title=orders"},
        {"https://example.org/police", "(http 'exampl org polic')"},
        {"10:30", "(10 30)"},
    };
    CHECK_TREES(examples);
}

static void near_and_wildcards_are_read(void **state)
{
    static const example examples[] = {
        {"police near/5 bribes", "near(polic 5:bribe)"},
        {"police THEN/3 bribes", "near(polic 3>bribe)"},
        {"\"police\" near/2 bribes near/4 court", "near(\"police\" 2:bribe 4:court)"},
        {"prosecut*", "'prosecut*'"},
        {"*trafficking police", "('*trafficking' polic)"},
        {"\"police prosecut*\"", "\"police prosecut*\""},
        {"country:(nepal or India)", "country=nepal|India"},
        {"-*trafficking", "(-'*trafficking')"},
        {"\u201C*trafficking ring\u201D", "\"*trafficking ring\""},
        {"(police near/2 court) bribes", "(+near(polic 2:court) bribe)"},
        {"kyrgyz* police", "('kyrgyz*' polic)"},
    };
    CHECK_TREES(examples);
}

/* ---- Stop words and countries ---- */

static void stop_words_are_ignored_beside_others(void **state)
{
    static const example examples[] = {
        {"the police of the court", "(~the polic ~of ~the court)"},
        {"to be or not", "(to be or not)"},
        {"the", "the"},
        {"the -police", "(the -polic)"},
        {"the year:2020", "(the +year=2020)"},
        {"+the police", "(+the polic)"},
        {"-the police", "(-the polic)"},
        {"the \"rule\"", "(~the +\"rule\")"},
        {"court -(the police)", "(court -(~the polic))"},
        {"of Kyrgyz", "(~of KGZ(kyrgyz))"},
        {"IT police", "(ITA(it) polic)"},
        {"the police AND a court", "and((~the polic) (~a court))"},
        {"the AND police", "and(the polic)"},
    };
    CHECK_TREES(examples);
}

/* A clause of nothing but stop words stands for them: ignoring all of it would leave everything. */
static void a_clause_of_stop_words_is_kept(void **state)
{
    static const example examples[] = {
        {"to be OR police", "or((to be) polic)"},
        {"police -(to be)", "(polic -(to be))"},
        {"the (NOT police)", "(the (-polic))"},
        {"the (court NOT police)", "(~the (court -polic))"},
    };
    CHECK_TREES(examples);
}

static void countries_are_recognized(void **state)
{
    static const example examples[] = {
        {"Kyrgyz police", "(KGZ(kyrgyz) polic)"},
        {"kyrgyz", "KGZ(kyrgyz)"},
        {"Russians", "RUS(russian)"},
        {"Russia's police", "(RUS(russia) polic)"},
        {"South Sudan", "SSD(south sudan)"},
        {"police in South Sudan", "(polic ~in SSD(south sudan))"},
        {"Sudan south", "(SDN(sudan) south)"},
        {"Ivory Coast cocoa", "(CIV(ivori coast) cocoa)"},
        {"C\u00F4te d'Ivoire", "CIV(cote 'd ivoir')"},
        {"DRC", "COD(drc)"},
        {"US", "USA(us)"},
        {"us", "us"},
        {"help us", "(help us)"},
        {"police in it are", "(polic ~in ~it ~are)"},
        {"in it are", "(in it are)"},
        {"IN", "IND(in)"},
        {"+South +Sudan", "(+south +SDN(sudan))"},
        {"-Kyrgyz police", "(-KGZ(kyrgyz) polic)"},
        {"Kyrgyz AND police", "and(KGZ(kyrgyz) polic)"},
        {"Kyrgyz Russia", "(KGZ(kyrgyz) RUS(russia))"},
        {"South \"Sudan\"", "(south +\"sudan\")"},
        {"South AND Sudan", "and(south SDN(sudan))"},
    };
    CHECK_TREES(examples);
}

/* Else "the" and "of" would find, and mark, nearly every paragraph. */
static void stop_words_in_names_are_ignored(void **state)
{
    static const example examples[] = {
        {"the Kyrgyz police", "(KGZ(~the kyrgyz) polic)"},
        {"the US", "USA(~the us)"},
        {"Democratic Republic of the Congo", "COD(democrat republ ~of ~the congo)"},
    };
    CHECK_TREES(examples);
}

static void plurals_and_possessives_of_long_names_are_recognized(void **state)
{
    static const example examples[] = {
        {"North Koreans", "PRK(north korean)"},
        {"South Africans", "ZAF(south african)"},
        {"South Sudan's police", "(SSD(south sudan) polic)"},
        {"Ivory Coast\u2019s", "CIV(ivori coast)"},
    };
    CHECK_TREES(examples);
}

/* "the" before a name is part of it, but "the in" is not India; U.S. is a name, but P.L. (Public
 * Law) is not Poland. */
static void what_only_looks_like_a_code_is_none(void **state)
{
    static const example examples[] = {
        {"the in", "(the in)"},
        {"police the it", "(polic ~the ~it)"},
        {"P.L. 106-386", "(pl '106 386')"},
    };
    CHECK_TREES(examples);
}

static void plain_queries_have_no_syntax(void **state)
{
    static const example examples[] = {
        {"police", "(polic)"},
        {"+police -court \"judge\" (bribes)", "(polic court judg bribe)"},
        {"police AND NOT court", "(polic ~and ~not court)"},
        {"year:2020 tier:", "(year 2020 tier)"},
        {"sex-trafficking", "(sex traffick)"},
        {"Kyrgyz police", "(KGZ(kyrgyz) polic)"},
        {"police) \"", "(polic)"},
        {"prosecut* near/5 x", "(prosecut near 5 x)"},
    };
    check_trees(state, examples, sizeof examples / sizeof *examples, true);
}

static void nodes_know_their_places(void **state)
{
    static const char text[] = "  South Sudan  \"rule of law\" -year:2020 (sex-trade OR x)";
    static const char *const parts[] = {"South Sudan", "\"rule of law\"", "year:2020",
                                        "sex-trade OR x"};
    query_node *root;
    assert_int_equal(query_read(tip_str_of(text), false, *state, &root, NULL), TIP_OK);
    assert_int_equal(root->child_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const query_node *node = root->children[i];
        assert_int_equal(node->start, (size_t)(strstr(text, parts[i]) - text));
        assert_int_equal(node->end - node->start, strlen(parts[i]));
    }
    node_free(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_stems),
        cmocka_unit_test(signs_stand_before_clauses),
        cmocka_unit_test(operators_join_sequences),
        cmocka_unit_test(brackets_group),
        cmocka_unit_test(quotes_are_exact),
        cmocka_unit_test(joined_words_are_phrases_of_stems),
        cmocka_unit_test(fields_have_values),
        cmocka_unit_test(near_and_wildcards_are_read),
        cmocka_unit_test(stop_words_are_ignored_beside_others),
        cmocka_unit_test(a_clause_of_stop_words_is_kept),
        cmocka_unit_test(countries_are_recognized),
        cmocka_unit_test(stop_words_in_names_are_ignored),
        cmocka_unit_test(plurals_and_possessives_of_long_names_are_recognized),
        cmocka_unit_test(what_only_looks_like_a_code_is_none),
        cmocka_unit_test(plain_queries_have_no_syntax),
        cmocka_unit_test(nodes_know_their_places),
    };
    return cmocka_run_group_tests_name("query", tests, make_stemmer, free_stemmer);
}
